//! Readiness for distance learning (6.6): six requirements, each with its evidence and until when it counts.

mod evidence;
mod pages;
mod rights;
mod schema;
mod store;

use sheber_platform::access::Access::Can;
use sheber_platform::house::Room;
use sheber_platform::route::{Route, get, post};

pub const ROOM: Room = Room {
    name: "readiness",
    sections: &["6"],
    routes,
    abilities: &[rights::SEE, rights::EDIT],
    schema: schema::STEPS,
    tables: schema::TABLES,
    words: &[("requirements", "readiness-")],
    of_college: &[("readiness-title", "/readiness")],
    checks: &[&evidence::Requirements],
    files: Some(&store::Proofs),
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    let see = Can(rights::SEE);
    vec![
        get("/readiness", see, pages::page),
        post("/readiness/{requirement}", Can(rights::EDIT), pages::save).files(),
        get("/readiness/{requirement}/file", see, pages::file),
    ]
}
