//! The calendar: what rooms mark on days, as a month, as a year, and as a feed that phones subscribe to.

mod feed;
mod marks;
mod page;
mod schema;
mod store;

use sheber_norms::item::ItemKind;
use sheber_platform::access::Access::{Can, Public, SignedIn};
use sheber_platform::house::Room;
use sheber_platform::route::{Route, get, post};
use sheber_standing::duties::rights::SEE;

pub const ROOM: Room = Room {
    name: "calendar",
    routes,
    schema: schema::STEPS,
    tables: schema::TABLES,
    covers: &[("11.3", ItemKind::Record, "/calendar")],
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    vec![
        get("/calendar", Can(SEE), page::page),
        post("/calendar/feed", SignedIn, feed::renew),
        get("/calendar/{token}", Public, feed::feed),
    ]
}
