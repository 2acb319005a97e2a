//! The yearly plans of a college: of educational work (section 14) and of sport (14.3).

mod amend;
mod pages;
pub mod store;

use crate::platform::actor::Ability;
use crate::platform::route::Access::Can;
use crate::platform::route::{Route, get, post};

pub fn routes() -> Vec<Route> {
    let (see, edit) = (Can(Ability::SeePlans), Can(Ability::EditPlans));
    vec![
        get("/plans", see, pages::page),
        post("/plans/propose", edit, pages::propose),
        post("/plans/{id}", edit, pages::save),
        post("/plans/{id}/approve", Can(Ability::ApprovePlans), pages::approve),
        post("/plans/{id}/change", edit, pages::change),
        post("/plans/{id}/ask", edit, pages::ask),
        post("/plans/{id}/discard", edit, pages::discard),
        get("/plans/{id}/plan.pdf", see, pages::pdf),
        get("/plans/{id}/plan.xlsx", see, pages::workbook),
    ]
}
