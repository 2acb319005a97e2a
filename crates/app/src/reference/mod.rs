//! Reference data with validity: classifier of specialties and qualifications, regions, professional standards with their
//! labour functions and outcomes, legal acts, public holidays. Editable by the operator, imported with a preview.

mod pages;
pub mod store;
mod table;

use crate::platform::actor::Ability::{EditReference, SeeReference};
use crate::platform::route::Access::Can;
use crate::platform::route::{Route, get, post};

pub fn routes() -> Vec<Route> {
    vec![
        get("/reference", Can(SeeReference), pages::index),
        get("/reference/{kind}", Can(SeeReference), pages::list),
        get("/reference/{kind}/list.xlsx", Can(SeeReference), pages::export),
        get("/reference/{kind}/entry", Can(SeeReference), pages::one),
        post("/reference/{kind}", Can(EditReference), pages::save),
        get("/reference/{kind}/import", Can(EditReference), pages::import_page),
        post("/reference/{kind}/import", Can(EditReference), pages::import).files(),
        post("/reference/{kind}/take", Can(EditReference), pages::take).files(),
    ]
}
