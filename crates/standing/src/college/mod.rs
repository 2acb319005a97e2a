//! What the norms over a college say of it: each room that keeps facts of colleges has its check; here the findings are read.

mod cards;
mod overview;
mod page;
mod rights;
mod standing;

pub use cards::{Card, cards, only_by};
pub use standing::{Counts, of_college};

use sheber_people::organisations::rights::OVERSEE;
use sheber_platform::access::Access::Can;
use sheber_platform::access::Nav;
use sheber_platform::house::Room;
use sheber_platform::route::{Route, get};

pub const ROOM: Room = Room {
    name: "college",
    routes,
    nav: &[Nav::to("college", "/college", Can(rights::SEE))],
    abilities: &[rights::SEE],
    of_colleges: &[("overview-title", "/oversight/norms")],
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    let oversee = Can(OVERSEE);
    vec![
        get("/college", Can(rights::SEE), page::page),
        get("/oversight/norms", oversee, overview::page),
        get("/oversight/norms.xlsx", oversee, overview::export),
    ]
}
