//! Accessibility passports of buildings (12.3, 12.4).

mod evidence;
mod finds;
mod pages;
mod rights;
mod schema;
pub mod store;

use sheber_platform::access::Access::Can;
use sheber_platform::house::Room;
use sheber_platform::route::{Route, get, post};
use sheber_platform::sorting::{SearchColumn, SortKey};

pub const ROOM: Room = Room {
    name: "buildings",
    sections: &["12"],
    routes,
    abilities: &[rights::SEE, rights::EDIT],
    schema: schema::STEPS,
    tables: schema::TABLES,
    searched: &[SearchColumn::of("building")],
    sorted: &[SortKey::of("building", "name", "sort_name")],
    words: &[("features", "feature-")],
    of_college: &[("building-title", "/buildings")],
    of_colleges: &[("building-title", "/buildings")],
    counts: &[&evidence::Accessible],
    checks: &[&evidence::Passports],
    finds: Some(&finds::Buildings),
    files: Some(&store::Photos),
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    let (see, edit) = (Can(rights::SEE), Can(rights::EDIT));
    vec![
        get("/buildings", see, pages::list),
        get("/buildings/list.xlsx", see, pages::export),
        post("/buildings", edit, pages::create),
        get("/buildings/{id}", see, pages::one),
        post("/buildings/{id}", edit, pages::change).files(),
        get("/buildings/{id}/photo", see, pages::photo),
    ]
}
