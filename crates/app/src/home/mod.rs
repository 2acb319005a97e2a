//! The first page, search over everything one may see, language and year, and whether the server is well.

mod board;
mod choice;
mod comparison;
mod country;
mod department;
mod health;
mod page;
mod search;
mod week;

use sheber_platform::access::Access::{Public, SignedIn};
use sheber_platform::access::Nav;
use sheber_platform::house::Room;
use sheber_platform::route::{Route, get};
use sheber_platform::{assets, measure};

pub const ROOM: Room = Room { name: "home", routes, nav: &[Nav::to("home", "/", SignedIn)], ..Room::EMPTY };

fn routes() -> Vec<Route> {
    vec![
        get("/", SignedIn, page::home),
        get("/search", SignedIn, search::page),
        get("/lang/{code}", Public, choice::language),
        get("/year", Public, choice::year),
        get("/static/{name}", Public, assets::serve),
        get("/health", Public, health::ready),
        get("/healthz", Public, health::alive),
        get("/readyz", Public, health::ready),
        get("/metrics", Public, measure::page),
    ]
}
