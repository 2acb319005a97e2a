//! Indicators: counted bottom-up from the colleges' records, against the year's target; each figure leads down to its records. They
//! react to records and know no room that keeps them.

pub mod count;
mod list;
mod one;
mod open;
mod parts;
mod rights;
mod schema;
mod store;
mod words;

pub use list::{Card, cards};
pub use store::{Figures, Sum, Whose, by_college, by_region, of};
pub use words::worded;

use sheber_platform::access::Access::{Can, Public};
use sheber_platform::access::Nav;
use sheber_platform::house::Room;
use sheber_platform::route::{Route, get};

pub const ROOM: Room = Room {
    name: "indicators",
    routes,
    nav: &[Nav::to("indicators", "/indicators", Can(rights::SEE))],
    abilities: &[rights::SEE],
    schema: schema::STEPS,
    tables: schema::TABLES,
    jobs: &[&count::Hour],
    reacts: Some(&count::Figures),
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    let see = Can(rights::SEE);
    vec![
        get("/indicators", see, list::page),
        get("/indicators/{code}", see, one::page),
        get("/indicators/{code}/list.xlsx", see, one::export),
        get("/open/indicators.csv", Public, open::csv),
        get("/open/indicators.xlsx", Public, open::xlsx),
        get("/open/indicators.json", Public, open::json),
    ]
}
