//! Development Day (14.6): parallel activities that students sign up for by a link, with places and without double booking.

mod open;
mod pages;
mod rights;
mod schema;
mod store;

use sheber_platform::access::Access::{Can, Public};
use sheber_platform::house::Room;
use sheber_platform::route::{Route, get, post};

pub const ROOM: Room = Room {
    name: "days",
    sections: &["14"],
    routes,
    abilities: &[rights::SEE, rights::EDIT],
    schema: schema::STEPS,
    tables: schema::TABLES,
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    let (see, edit) = (Can(rights::SEE), Can(rights::EDIT));
    vec![
        get("/days/{id}", see, pages::one),
        post("/days/{id}/activities", edit, pages::add),
        post("/days/{id}/activities/{activity}", edit, pages::correct),
        post("/days/{id}/activities/{activity}/remove", edit, pages::remove),
        post("/days/{id}/signups/{student}/remove", edit, pages::take_off),
        post("/days/{id}/link", edit, pages::link),
        post("/days/{id}/attended", edit, pages::attended),
        post("/days/{id}/again", edit, pages::again),
        get("/days/{id}/list.xlsx", see, pages::export),
        get("/day/{token}", Public, open::page),
        post("/day/{token}", Public, open::sign_up),
    ]
}
