//! Surveys and tests of readers' interests and competence (14.2): questions, answers by a link, results as charts and XLSX.

mod answer;
mod evidence;
mod finds;
mod one;
mod pages;
mod procedure;
mod question;
mod rights;
mod schema;
mod store;

use sheber_platform::access::Access::{Can, Public};
use sheber_platform::house::Room;
use sheber_platform::route::{Route, get, post};
use sheber_platform::sorting::SearchColumn;

pub const ROOM: Room = Room {
    name: "surveys",
    sections: &["14"],
    routes,
    abilities: &[rights::SEE, rights::EDIT],
    schema: schema::STEPS,
    tables: schema::TABLES,
    searched: &[SearchColumn::of("survey")],
    evidence: &[&evidence::Reading],
    finds: Some(&finds::Surveys),
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    let (see, edit) = (Can(rights::SEE), Can(rights::EDIT));
    vec![
        get("/surveys", see, pages::list),
        post("/surveys", edit, pages::create),
        get("/surveys/{id}", see, one::page),
        post("/surveys/{id}", edit, one::save),
        post("/surveys/{id}/step", edit, one::step),
        get("/surveys/{id}/results.xlsx", edit, one::results),
        get("/s/{token}", Public, answer::page),
        post("/s/{token}", Public, answer::take),
    ]
}
