//! Accessibility passports of buildings (12.3, 12.4).

mod pages;
pub mod store;

use crate::platform::actor::Ability;
use crate::platform::route::Access::Can;
use crate::platform::route::{Route, get, post};

pub fn routes() -> Vec<Route> {
    let (see, edit) = (Can(Ability::SeePassports), Can(Ability::EditPassports));
    vec![
        get("/buildings", see, pages::list),
        get("/buildings/list.xlsx", see, pages::export),
        post("/buildings", edit, pages::create),
        get("/buildings/{id}", see, pages::one),
        post("/buildings/{id}", edit, pages::change).files(),
        get("/buildings/{id}/photo", see, pages::photo),
    ]
}
