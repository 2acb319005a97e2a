//! Textbooks (section 15): purchases, titles needed, spending against the norm, a department's monitoring and reports by annex 1.

mod import;
mod needed;
mod pages;
pub mod reports;
pub mod store;

use sheber_kernel::words;

use crate::platform::actor::Ability;
use crate::platform::route::Access::Can;
use crate::platform::route::{Route, get, post};

words! {
    /// What a department reports.
    Report {
        /// By 10 September (15.6).
        Interim = "interim",
        /// By 10 November (15.6).
        Final = "final",
        /// The list of titles that the region needs (15.4).
        Needed = "needed",
        /// The monitoring of a quarter (15.3): `monitoring-2023-Q4`.
        Monitoring = "monitoring",
    }
}

pub fn routes() -> Vec<Route> {
    let (see, edit, report) = (Can(Ability::SeeTextbooks), Can(Ability::EditTextbooks), Can(Ability::ReportTextbooks));
    vec![
        get("/textbooks", see, pages::list),
        get("/textbooks/list.xlsx", see, pages::export),
        get("/textbooks/template.xlsx", see, import::template),
        post("/textbooks", edit, pages::create),
        post("/textbooks/import", edit, import::take).files(),
        post("/textbooks/{id}/remove", edit, pages::remove),
        post("/textbooks/{id}/back", edit, pages::put_back),
        get("/textbooks/{id}", edit, pages::one),
        post("/textbooks/{id}", edit, pages::correct),
        get("/textbooks/needed", see, needed::list),
        get("/textbooks/needed/list.xlsx", see, needed::export),
        get("/textbooks/needed/template.xlsx", edit, needed::template),
        post("/textbooks/needed", edit, needed::need),
        post("/textbooks/needed/import", edit, needed::take).files(),
        post("/textbooks/needed/{id}/remove", edit, needed::need_no_more),
        post("/textbooks/confirm", edit, pages::confirm),
        get("/textbooks/reports", see, reports::page),
        post("/textbooks/reports", report, reports::send),
        get("/textbooks/reports/{id}", see, reports::one),
        get("/textbooks/reports/{id}/report.xlsx", see, reports::workbook),
        get("/textbooks/reports/{id}/report.pdf", see, reports::pdf),
    ]
}
