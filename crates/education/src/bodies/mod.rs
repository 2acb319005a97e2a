//! Bodies and clubs of a college (14.5): the youth affairs committee with its inspector, Жас Сарбаз, clubs, circles, sections, the
//! student parliament and its seats in collegial bodies.

mod evidence;
mod finds;
mod pages;
pub mod rights;
mod schema;
pub mod store;

use sheber_norms::item::ItemKind;
use sheber_platform::access::Access::Can;
use sheber_platform::house::Room;
use sheber_platform::route::{Route, get, post};
use sheber_platform::sorting::{SearchColumn, SortKey};

pub const ROOM: Room = Room {
    name: "bodies",
    sections: &["14"],
    routes,
    abilities: &[rights::SEE, rights::OPEN, rights::EDIT],
    schema: schema::STEPS,
    tables: schema::TABLES,
    searched: &[SearchColumn::of("body")],
    sorted: &[SortKey::of("body", "name", "sort_name")],
    words: &[("bodies", "body-")],
    of_college: &[("body-title", "/bodies")],
    covers: &[("14.5", ItemKind::Record, "/bodies")],
    evidence: &[&evidence::Circles],
    checks: &[&evidence::Bodies],
    finds: Some(&finds::Bodies),
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    let (see, edit) = (Can(rights::SEE), Can(rights::EDIT));
    vec![
        get("/bodies", see, pages::list),
        get("/bodies/list.xlsx", see, pages::export),
        post("/bodies", edit, pages::create),
        get("/bodies/{id}", Can(rights::OPEN), pages::one),
        post("/bodies/{id}", edit, pages::change),
        post("/bodies/{id}/members", edit, pages::add_member),
        post("/bodies/{id}/members/{member}/remove", edit, pages::remove_member),
    ]
}
