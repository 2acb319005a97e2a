//! Large enterprises that are willing to patronise colleges, matched to them by profile (10.1).

mod evidence;
mod finds;
mod pages;
mod rights;
mod schema;
mod store;

use sheber_norms::item::ItemKind;
use sheber_platform::access::Access::Can;
use sheber_platform::house::Room;
use sheber_platform::route::{Route, get, post};
use sheber_platform::sorting::{SearchColumn, SortKey};

pub const ROOM: Room = Room {
    name: "patrons",
    sections: &["10"],
    routes,
    abilities: &[rights::SEE, rights::EDIT],
    schema: schema::STEPS,
    tables: schema::TABLES,
    searched: &[SearchColumn::of("patron")],
    sorted: &[SortKey::of("patron", "name", "sort_name")],
    of_colleges: &[("patron-title", "/patrons")],
    covers: &[("10.1", ItemKind::Record, "/patrons")],
    evidence: &[&evidence::MatchEvidence],
    finds: Some(&finds::Patrons),
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    let (see, edit) = (Can(rights::SEE), Can(rights::EDIT));
    vec![
        get("/patrons", see, pages::list),
        get("/patrons/list.xlsx", see, pages::export),
        post("/patrons", edit, pages::create),
        post("/patrons/{id}/match", edit, pages::matched),
        post("/patrons/{id}/remove", edit, pages::remove),
    ]
}
