//! Surveys and tests of readers' interests and competence (14.2): questions, answers by a link, results as charts and XLSX.

mod answer;
mod pages;
pub mod store;

use crate::platform::actor::Ability;
use crate::platform::route::Access::{Can, Public};
use crate::platform::route::{Route, get, post};

pub fn routes() -> Vec<Route> {
    let (see, edit) = (Can(Ability::SeeGroups), Can(Ability::EditSurveys));
    vec![
        get("/surveys", see, pages::list),
        post("/surveys", edit, pages::create),
        get("/surveys/{id}", see, pages::one),
        post("/surveys/{id}", edit, pages::save),
        post("/surveys/{id}/step", edit, pages::step),
        get("/surveys/{id}/results.xlsx", edit, pages::results),
        get("/s/{token}", Public, answer::page),
        post("/s/{token}", Public, answer::take),
    ]
}
