//! Curators (14.9): the plan of curator hours, made with the student parliament; what the group agreed on; the group's page.

mod evidence;
mod group;
mod marks;
pub mod plan;
mod schema;

use sheber_norms::item::ItemKind;
use sheber_people::groups::rights;
use sheber_platform::access::Access::Can;
use sheber_platform::house::Room;
use sheber_platform::route::{Route, get, post};

pub const ROOM: Room = Room {
    name: "curators",
    sections: &["14"],
    routes,
    schema: schema::STEPS,
    tables: schema::TABLES,
    covers: &[("14.9", ItemKind::Record, "/groups")],
    evidence: &[&evidence::Plans],
    marks: Some(&marks::Hours),
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    let (see, edit) = (Can(rights::SEE), Can(rights::EDIT));
    vec![
        get("/groups/{id}", see, group::one),
        post("/groups/{id}", edit, group::change),
        post("/groups/{id}/students", see, group::add_students),
        post("/groups/{id}/students/{student}", see, group::change_student),
        post("/groups/{id}/plan", see, group::save_plan),
        post("/groups/{id}/agreed", see, group::agree),
    ]
}
