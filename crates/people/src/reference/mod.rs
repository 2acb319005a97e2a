//! Reference data with validity: classifier of specialties and qualifications, regions, professional standards with their
//! labour functions and outcomes, legal acts, public holidays. Editable by the operator, imported with a preview.

mod columns;
pub mod doors;
pub mod entry;
mod finds;
mod import;
mod pages;
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
    name: "reference",
    routes,
    nav: &[Nav::to("reference", "/reference", Can(rights::SEE))],
    abilities: &[rights::SEE, rights::EDIT],
    schema: schema::STEPS,
    tables: schema::TABLES,
    searched: &[SearchColumn::of("reference_entry")],
    shared: &["reference_entry"],
    covers: &[("2.10", ItemKind::Record, "/reference/standard")],
    doors: doors::ALL,
    finds: Some(&finds::Entries),
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    let (see, edit) = (Can(rights::SEE), Can(rights::EDIT));
    vec![
        get("/reference", see, pages::index),
        get("/reference/{kind}", see, pages::list),
        get("/reference/{kind}/list.xlsx", see, pages::export),
        get("/reference/{kind}/entry", see, pages::one),
        post("/reference/{kind}", edit, pages::save),
        get("/reference/{kind}/import", edit, import::page),
        post("/reference/{kind}/import", edit, import::take).files(),
        get("/reference/{kind}/template.xlsx", edit, import::template),
    ]
}
