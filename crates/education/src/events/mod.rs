//! Events of educational work (sections 1, 8, 11, 13, 14): planned, held, shown by photos and links.

mod evidence;
mod finds;
mod form;
pub mod hours;
pub mod kinds;
mod marks;
mod pages;
mod photos;
mod pictures;
mod quick;
pub mod rights;
mod schema;
pub mod store;

use sheber_norms::item::ItemKind;
use sheber_platform::access::Access::Can;
use sheber_platform::access::Nav;
use sheber_platform::house::Room;
use sheber_platform::route::{Route, get, post};
use sheber_platform::sorting::SearchColumn;

pub const ROOM: Room = Room {
    name: "events",
    sections: &["1", "6", "8", "11", "13", "14"],
    routes,
    nav: &[Nav::to("events", "/events", Can(rights::SEE))],
    abilities: &[rights::SEE, rights::EDIT_ALL, rights::RECORD],
    schema: schema::STEPS,
    tables: schema::TABLES,
    searched: &[SearchColumn::of("event")],
    words: &[("aims", "event-aim-"), ("forms", "event-form-"), ("topics", "event-aim-")],
    of_college: &[("nav-events", "/events")],
    covers: &[("14.7", ItemKind::Record, "/events")],
    evidence: evidence::ALL,
    occasions: &[&evidence::LeagueStage],
    counts: &[&evidence::CuratorHours],
    marks: Some(&marks::Events),
    finds: Some(&finds::Events),
    files: Some(&photos::Photos),
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    let (see, record) = (Can(rights::SEE), Can(rights::RECORD));
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
        post("/events/{id}/photos", record, pictures::add).files(),
        post("/events/{id}/photos/{photo}/remove", record, pictures::remove),
        get("/events/{id}/photos/{photo}", see, pictures::download),
    ]
}
