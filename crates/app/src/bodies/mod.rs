//! Bodies and clubs of a college (14.5): the youth affairs committee with its inspector, Жас Сарбаз, clubs, circles, sections, the
//! student parliament and its seats in collegial bodies.

mod pages;
pub mod store;

use crate::platform::actor::Ability;
use crate::platform::route::Access::Can;
use crate::platform::route::{Route, get, post};

pub fn routes() -> Vec<Route> {
    let (see, edit) = (Can(Ability::SeePlans), Can(Ability::EditPlans));
    vec![
        get("/bodies", see, pages::list),
        get("/bodies/list.xlsx", see, pages::export),
        post("/bodies", edit, pages::create),
        get("/bodies/{id}", Can(Ability::SeeGroups), pages::one),
        post("/bodies/{id}", edit, pages::change),
        post("/bodies/{id}/members", edit, pages::add_member),
        post("/bodies/{id}/members/{member}/remove", edit, pages::remove_member),
    ]
}
