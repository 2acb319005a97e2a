//! Contests: of professional mastery by sector (16), of the best method of teaching Kazakh (13.2), of the best reader (14.2).

mod diploma;
mod entries;
mod evidence;
mod finds;
mod jury;
mod kinds;
mod marks;
mod one;
mod pages;
mod procedure;
mod rights;
pub mod schedule;
mod schema;
mod standing;
mod steps;
mod store;

use sheber_norms::item::ItemKind;
use sheber_platform::access::Access::{Can, Public};
use sheber_platform::access::Nav;
use sheber_platform::house::Room;
use sheber_platform::route::{Route, get, post};
use sheber_platform::sorting::SearchColumn;

pub const ROOM: Room = Room {
    name: "contests",
    sections: &["13", "14", "16"],
    routes,
    nav: &[Nav::to("contests", "/contests", Can(rights::SEE))],
    abilities: &[rights::SEE, rights::APPLY, rights::RUN],
    schema: schema::STEPS,
    tables: schema::TABLES,
    searched: &[SearchColumn::of("contest")],
    covers: &[
        ("13.2", ItemKind::Procedure, "/contests"),
        ("16.1", ItemKind::Procedure, "/contests"),
        ("16.2", ItemKind::Record, "/contests"),
    ],
    evidence: evidence::ALL,
    marks: Some(&marks::Contests),
    finds: Some(&finds::Contests),
    files: Some(&entries::Works),
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    let (see, run) = (Can(rights::SEE), Can(rights::RUN));
    vec![
        get("/contests", see, pages::list),
        post("/contests", run, pages::create),
        get("/contests/{id}", see, one::page),
        post("/contests/{id}/apply", Can(rights::APPLY), steps::apply).files(),
        post("/contests/{id}/withdraw", see, steps::withdraw),
        post("/contests/{id}/jurors", run, steps::jurors),
        post("/contests/{id}/change", run, steps::change),
        post("/contests/{id}/step", run, steps::step),
        post("/contests/{id}/scores", see, steps::score),
        post("/contests/{id}/pass", run, steps::pass_on),
        get("/contests/{id}/results.xlsx", see, one::results),
        get("/contests/{id}/entries/{entry}/diploma.pdf", see, diploma::pdf),
        get("/contests/{id}/entries/{entry}/files/{hash}", see, one::file),
        get("/d/{code}", Public, diploma::open),
    ]
}
