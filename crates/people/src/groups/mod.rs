//! Study groups: who belongs to them and who their curator is (14.9).

mod columns;
mod doors;
mod finds;
pub mod form;
mod import;
mod pages;
pub mod rights;
mod schema;
pub mod store;
pub mod students;

use sheber_platform::access::Access::Can;
use sheber_platform::access::Nav;
use sheber_platform::house::Room;
use sheber_platform::route::{Route, get, post};
use sheber_platform::sorting::{SearchColumn, SortKey};

pub const ROOM: Room = Room {
    name: "groups",
    sections: &["14"],
    routes,
    nav: &[Nav::to("groups", "/groups", Can(rights::SEE))],
    abilities: &[rights::SEE, rights::EDIT],
    schema: schema::STEPS,
    tables: schema::TABLES,
    searched: &[SearchColumn::of("study_group")],
    shared: &["study_group"],
    sorted: &[SortKey::of("study_group", "code", "sort_code"), SortKey::of("group_student", "name", "sort_name")],
    doors: &[&doors::Groups],
    finds: Some(&finds::Groups),
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    let (see, edit) = (Can(rights::SEE), Can(rights::EDIT));
    vec![
        get("/groups", see, pages::list),
        get("/groups/list.xlsx", see, import::export),
        get("/groups/template.xlsx", edit, import::template),
        post("/groups", edit, pages::create),
        post("/groups/import", edit, import::take).files(),
    ]
}
