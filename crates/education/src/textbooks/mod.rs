//! Textbooks (section 15): purchases, titles needed, spending against the norm, a department's monitoring and reports by annex 1.

mod columns;
mod confirmations;
mod doors;
mod evidence;
mod figures;
mod finds;
mod import;
mod needed;
mod needs;
mod one;
mod pages;
mod paper;
pub mod purchases;
mod report;
mod reports;
mod rights;
mod schema;
mod sent;

use sheber_norms::item::ItemKind;
use sheber_platform::access::Access::Can;
use sheber_platform::access::Nav;
use sheber_platform::house::Room;
use sheber_platform::route::{Route, get, post};
use sheber_platform::sorting::{SearchColumn, SortKey};

pub const ROOM: Room = Room {
    name: "textbooks",
    sections: &["15"],
    routes,
    nav: &[Nav::to("textbooks", "/textbooks", Can(rights::SEE))],
    abilities: &[rights::SEE, rights::EDIT, rights::REPORT],
    schema: schema::STEPS,
    tables: schema::TABLES,
    searched: &[
        SearchColumn { table: "textbook_purchase", column: "search_name", text: "title" },
        SearchColumn { table: "textbook_needed", column: "search_name", text: "title" },
    ],
    sorted: &[SortKey::of("textbook_needed", "title", "sort_title")],
    of_college: &[("nav-textbooks", "/textbooks")],
    covers: &[("15.1", ItemKind::Record, "/textbooks"), ("15.6", ItemKind::Document, "/textbooks/reports")],
    evidence: evidence::ALL,
    counts: &[&figures::KazakhTitles],
    checks: &[&figures::Spent],
    doors: &[&doors::Purchases, &doors::NeededTitles],
    finds: Some(&finds::Textbooks),
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    let (see, edit, report) = (Can(rights::SEE), Can(rights::EDIT), Can(rights::REPORT));
    vec![
        get("/textbooks", see, pages::list),
        get("/textbooks/list.xlsx", see, pages::export),
        get("/textbooks/template.xlsx", see, import::template),
        post("/textbooks", edit, pages::create),
        post("/textbooks/import", edit, import::take).files(),
        post("/textbooks/confirm", edit, pages::confirm),
        post("/textbooks/{id}/remove", edit, one::remove),
        post("/textbooks/{id}/back", edit, one::put_back),
        get("/textbooks/{id}", edit, one::page),
        post("/textbooks/{id}", edit, one::correct),
        get("/textbooks/needed", see, needed::list),
        get("/textbooks/needed/list.xlsx", see, needed::export),
        get("/textbooks/needed/template.xlsx", edit, needed::template),
        post("/textbooks/needed", edit, needed::need),
        post("/textbooks/needed/import", edit, needed::take).files(),
        post("/textbooks/needed/{id}/remove", edit, needed::need_no_more),
        get("/textbooks/reports", see, reports::list),
        post("/textbooks/reports", report, reports::send),
        get("/textbooks/reports/{id}", see, reports::one),
        get("/textbooks/reports/{id}/report.xlsx", see, paper::workbook),
        get("/textbooks/reports/{id}/report.pdf", see, paper::pdf),
    ]
}
