//! Organisations: ministry, operator, departments, colleges.

pub mod colleges;
mod pages;
pub mod rights;
mod schema;
pub mod store;

use sheber_platform::access::Access::Can;
use sheber_platform::access::Nav;
use sheber_platform::house::Room;
use sheber_platform::route::{Route, get, post};
use sheber_platform::sorting::{SearchColumn, SortKey};

pub const ROOM: Room = Room {
    name: "organisations",
    routes,
    nav: &[Nav::to("organisations", "/organisations", Can(rights::MANAGE))],
    abilities: &[rights::MANAGE, rights::LEAD, rights::OVERSEE],
    schema: schema::STEPS,
    tables: schema::TABLES,
    searched: &[SearchColumn::of("organisation")],
    shared: &["organisation"],
    sorted: &SortKey::names("organisation"),
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    let manage = Can(rights::MANAGE);
    vec![
        get("/organisations", manage, pages::list),
        get("/organisations/list.xlsx", manage, pages::export),
        post("/organisations", manage, pages::create),
    ]
}
