//! Study groups: who belongs to them, their curator, the plan of curator hours, what the group agreed on (14.9).

pub mod curator;
mod import;
mod pages;
pub mod store;

use crate::platform::actor::Ability;
use crate::platform::route::Access::Can;
use crate::platform::route::{Route, get, post};

pub fn routes() -> Vec<Route> {
    let (see, edit) = (Can(Ability::SeeGroups), Can(Ability::EditGroups));
    vec![
        get("/groups", see, pages::list),
        get("/groups/list.xlsx", see, import::export),
        get("/groups/template.xlsx", edit, import::template),
        post("/groups", edit, pages::create),
        post("/groups/import", edit, import::take).files(),
        get("/groups/{id}", see, pages::one),
        post("/groups/{id}", edit, pages::change),
        post("/groups/{id}/students", see, pages::students),
        post("/groups/{id}/students/{student}", see, pages::student),
        post("/groups/{id}/plan", see, curator::save),
        post("/groups/{id}/agreed", see, curator::agree),
    ]
}
