//! Programmes with their working curricula: list, editor, versions, exchange with files, print, a college's library of modules.

pub mod catalogue;
mod check;
pub mod create;
pub mod edit;
pub mod exchange;
mod form;
mod library;
pub mod list;
pub mod standing;
pub mod store;
pub mod versions;
mod view;

use crate::platform::actor::Ability::{EditProgrammes, SeeProgrammes};
use crate::platform::route::Access::Can;
use crate::platform::route::{Route, get, post};

pub fn routes() -> Vec<Route> {
    vec![
        get("/programmes", Can(SeeProgrammes), list::page),
        get("/programmes/list.xlsx", Can(SeeProgrammes), list::export),
        post("/programmes/filters", Can(SeeProgrammes), list::save_filter),
        post("/programmes/filters/{id}/delete", Can(SeeProgrammes), list::delete_filter),
        get("/programmes/new", Can(EditProgrammes), create::page),
        post("/programmes/new", Can(EditProgrammes), create::submit),
        get("/programmes/import", Can(EditProgrammes), exchange::import_page),
        post("/programmes/import", Can(EditProgrammes), exchange::import).files(),
        get("/programmes/template.xlsx", Can(SeeProgrammes), exchange::template),
        get("/programmes/{id}", Can(SeeProgrammes), view::page),
        get("/programmes/{id}/edit", Can(EditProgrammes), edit::page),
        post("/programmes/{id}/edit", Can(EditProgrammes), edit::submit),
        post("/programmes/{id}/check", Can(EditProgrammes), check::live),
        post("/programmes/{id}/autosave", Can(EditProgrammes), edit::autosave),
        post("/programmes/{id}/discard", Can(EditProgrammes), edit::discard),
        post("/programmes/{id}/archive", Can(EditProgrammes), edit::archive),
        get("/programmes/{id}/versions", Can(SeeProgrammes), versions::page),
        get("/programmes/{id}/compare", Can(SeeProgrammes), versions::compare),
        post("/programmes/{id}/restore", Can(EditProgrammes), versions::restore),
        get("/programmes/{id}/copy", Can(EditProgrammes), create::copy_page),
        post("/programmes/{id}/copy", Can(EditProgrammes), create::copy),
        get("/programmes/{id}/programme.json", Can(SeeProgrammes), exchange::json),
        get("/programmes/{id}/programme.xlsx", Can(SeeProgrammes), exchange::xlsx),
        get("/programmes/{id}/curriculum.pdf", Can(SeeProgrammes), exchange::curriculum_pdf),
        get("/programmes/{id}/curriculum.xlsx", Can(SeeProgrammes), exchange::curriculum_xlsx),
        get("/library", Can(EditProgrammes), library::page),
        post("/library/keep", Can(EditProgrammes), library::keep),
        post("/programmes/{id}/insert", Can(EditProgrammes), library::insert),
        post("/programmes/{id}/update", Can(EditProgrammes), library::update),
    ]
}
