//! Organisations: ministry, operator, departments, colleges.

mod pages;
pub mod store;

use crate::platform::actor::Ability::ManageOrganisations;
use crate::platform::route::Access::Can;
use crate::platform::route::{Route, get, post};

pub fn routes() -> Vec<Route> {
    vec![
        get("/organisations", Can(ManageOrganisations), pages::list),
        post("/organisations", Can(ManageOrganisations), pages::create),
    ]
}
