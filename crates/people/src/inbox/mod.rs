//! What somebody is told: the inbox, how much of it comes by mail, and the letter of a day.

pub mod notices;
mod page;
mod schema;
pub mod tell;

use sheber_platform::access::Access::SignedIn;
use sheber_platform::access::Nav;
use sheber_platform::house::Room;
use sheber_platform::route::{Route, get, post};

pub const ROOM: Room = Room {
    name: "inbox",
    routes,
    nav: &[Nav::to("inbox", "/inbox", SignedIn)],
    schema: schema::STEPS,
    tables: schema::TABLES,
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    vec![
        get("/inbox", SignedIn, page::show),
        post("/inbox/read", SignedIn, page::read),
        post("/inbox/mail", SignedIn, page::prefer),
    ]
}
