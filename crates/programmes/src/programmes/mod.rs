//! Programmes with their working curricula: list, editor, versions, exchange with files, print, a college's library of modules.

pub mod catalogue;
mod check;
pub mod create;
pub mod edit;
pub mod exchange;
mod filters;
mod finds;
mod form;
pub mod law;
mod library;
mod list;
pub mod rights;
mod schema;
pub mod standing;
pub mod store;
pub mod sums;
pub mod versions;
mod view;

use sheber_norms::item::ItemKind;
use sheber_platform::access::Access::Can;
use sheber_platform::access::Nav;
use sheber_platform::house::Room;
use sheber_platform::route::{Route, get, post};
use sheber_platform::sorting::{SearchColumn, SortKey};

pub const ROOM: Room = Room {
    name: "programmes",
    sections: &["2", "3", "4"],
    routes,
    nav: &[Nav::to("programmes", "/programmes", Can(rights::SEE)), Nav::to("library", "/library", Can(rights::EDIT))],
    abilities: &[rights::SEE, rights::EDIT],
    schema: schema::STEPS,
    tables: schema::TABLES,
    searched: &[SearchColumn::of("programme")],
    sorted: &SortKey::names("programme"),
    shared: &["programme"],
    covers: &[("6.3", ItemKind::Record, "/programmes")],
    finds: Some(&finds::Programmes),
    warms: &[&catalogue::Programmes],
    jobs: &[&law::Law],
    reacts: Some(&sums::Sums),
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    let (see, edit) = (Can(rights::SEE), Can(rights::EDIT));
    vec![
        get("/programmes", see, list::page),
        get("/programmes/list.xlsx", see, list::export),
        post("/programmes/filters", see, filters::save),
        post("/programmes/filters/{id}/delete", see, filters::delete),
        get("/programmes/new", edit, create::page),
        post("/programmes/new", edit, create::submit),
        get("/programmes/import", edit, exchange::import_page),
        post("/programmes/import", edit, exchange::import).files(),
        get("/programmes/template.xlsx", see, exchange::template),
        get("/programmes/{id}", see, view::page),
        get("/programmes/{id}/edit", edit, edit::page),
        post("/programmes/{id}/edit", edit, edit::submit),
        post("/programmes/{id}/check", edit, check::live),
        post("/programmes/{id}/autosave", edit, edit::autosave),
        post("/programmes/{id}/discard", edit, edit::discard),
        post("/programmes/{id}/archive", edit, edit::archive),
        get("/programmes/{id}/versions", see, versions::page),
        get("/programmes/{id}/compare", see, versions::compare),
        post("/programmes/{id}/restore", edit, versions::restore),
        get("/programmes/{id}/copy", edit, create::copy_page),
        post("/programmes/{id}/copy", edit, create::copy),
        get("/programmes/{id}/programme.json", see, exchange::json),
        get("/programmes/{id}/programme.xlsx", see, exchange::xlsx),
        get("/programmes/{id}/curriculum.pdf", see, exchange::curriculum_pdf),
        get("/programmes/{id}/curriculum.xlsx", see, exchange::curriculum_xlsx),
        get("/library", edit, library::page),
        post("/library/keep", edit, library::keep),
        post("/programmes/{id}/insert", edit, library::insert),
        post("/programmes/{id}/update", edit, library::update),
    ]
}
