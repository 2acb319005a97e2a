//! Debate tournaments (14.6): teams, rounds, pairs, results; the tournament is the week's debate.

mod finds;
mod pages;
mod rights;
mod schema;
mod store;

use sheber_platform::access::Access::Can;
use sheber_platform::house::Room;
use sheber_platform::route::{Route, get, post};
use sheber_platform::sorting::SearchColumn;

pub const ROOM: Room = Room {
    name: "debates",
    sections: &["14"],
    routes,
    abilities: &[rights::SEE, rights::EDIT],
    schema: schema::STEPS,
    tables: schema::TABLES,
    searched: &[SearchColumn::of("debate")],
    finds: Some(&finds::Debates),
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    let (see, edit) = (Can(rights::SEE), Can(rights::EDIT));
    vec![
        get("/debates", see, pages::list),
        post("/debates", edit, pages::create),
        get("/debates/{id}", see, pages::one),
        post("/debates/{id}/round", edit, pages::round),
        post("/debates/{id}/results", edit, pages::results),
    ]
}
