//! Events of educational work (sections 1, 8, 11, 13, 14): planned, held, shown by photos and links.

mod form;
pub mod kinds;
mod pages;
pub mod photos;
mod quick;
pub mod store;

use crate::platform::actor::Ability;
use crate::platform::route::Access::Can;
use crate::platform::route::{Route, get, post};

pub fn routes() -> Vec<Route> {
    let (see, record) = (Can(Ability::SeeEvents), Can(Ability::RecordEvents));
    vec![
        get("/events", see, pages::list),
        get("/events/list.xlsx", see, pages::export),
        get("/events/new", record, form::new),
        post("/events", record, form::create),
        get("/events/quick", record, quick::page),
        post("/events/quick", record, quick::save).files(),
        post("/events/{id}/again", record, quick::again),
        get("/events/{id}", see, pages::one),
        get("/events/{id}/edit", record, form::edit),
        post("/events/{id}", record, form::change),
        post("/events/{id}/photos", record, pages::add_photos).files(),
        post("/events/{id}/photos/{photo}/remove", record, pages::remove_photo),
        get("/events/{id}/photos/{photo}", see, pages::photo),
    ]
}
