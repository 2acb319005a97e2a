//! The register of educational programmes (ББ тізілімі), section 5 of the guidance: application, primary check, expertise,
//! decision.

mod act;
pub mod attachments;
mod case;
pub mod catalogue;
mod columns;
mod deadlines;
pub mod desk;
mod doors;
mod due;
mod earlier;
mod effect;
mod enter;
pub mod entries;
mod evidence;
mod exclude;
pub mod expertise;
mod finds;
mod form;
mod import;
mod intake;
mod inventory;
mod limits;
mod papers;
pub mod public;
mod queue;
mod readers;
pub mod remarks;
pub mod request;
pub mod rights;
mod schema;
pub mod seal;
mod sitemap;
pub mod step;
pub mod store;
pub mod time;
mod warm;
pub mod workflow;

use sheber_norms::item::ItemKind;
use sheber_platform::access::Access::{Can, Public};
use sheber_platform::access::Nav;
use sheber_platform::house::{Gauge, Room};
use sheber_platform::route::{Route, get, post};
use sheber_platform::sorting::SearchColumn;

pub const ROOM: Room = Room {
    name: "register",
    sections: &["5"],
    routes,
    nav: &[Nav::to("register", "/register", Can(rights::SEE)), Nav::to("public", "/r", Public)],
    abilities: &[rights::SEE, rights::APPLY, rights::SET_LIMITS, rights::ENTER],
    schema: schema::STEPS,
    tables: schema::TABLES,
    searched: &[SearchColumn { table: "register_entry", column: "search", text: "search" }],
    words: &[("criteria", "criterion-"), ("experts_unbound", "role-")],
    covers: &[
        ("2.3", ItemKind::Procedure, "/register"),
        ("2.11", ItemKind::Record, "/r"),
        ("5.1", ItemKind::Record, "/r"),
        ("5.3", ItemKind::Procedure, "/register"),
        ("5.4", ItemKind::Procedure, "/inbox"),
        ("5.5", ItemKind::Document, "/r"),
        ("5.6", ItemKind::Procedure, "/register"),
    ],
    evidence: &[&evidence::ApplicationSent, &evidence::NewEdition],
    counts: &[&evidence::Pilots],
    doors: &[&doors::Earlier],
    finds: Some(&finds::Entries),
    files: Some(&attachments::Documents),
    jobs: &[&time::Clock],
    gauges: &[Gauge {
        name: "sheber_register_open_cases",
        about: "Cases that wait for the operator or the experts",
        sql: "SELECT COUNT(*) FROM register_case WHERE state IN ('submitted', 'primary_check', 'expertise')",
    }],
    warms: &[&warm::Register],
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    let (see, apply, enter) = (Can(rights::SEE), Can(rights::APPLY), Can(rights::ENTER));
    vec![
        get("/register", see, queue::list),
        post("/register/open", apply, queue::open),
        get("/register/limits", Can(rights::SET_LIMITS), limits::page),
        post("/register/limits", Can(rights::SET_LIMITS), limits::save),
        get("/register/enter", enter, enter::page),
        post("/register/enter", enter, enter::save),
        get("/register/import", enter, import::page),
        post("/register/import", enter, import::take).files(),
        get("/register/import/template.xlsx", enter, import::template),
        get("/register/entries/{number}/exclude", enter, exclude::page),
        post("/register/entries/{number}/exclude", enter, exclude::exclude),
        get("/register/{id}", see, case::page),
        post("/register/{id}/act", see, act::act),
        post("/register/{id}/remark", see, desk::write),
        post("/register/{id}/settle", see, desk::settle),
        post("/register/{id}/attach", apply, desk::attach).files(),
        post("/register/{id}/detach", apply, desk::detach),
        get("/register/{id}/attachments/{attachment}", see, desk::download),
        get("/register/{id}/journal.pdf", see, papers::journal),
        get("/register/{id}/receipt.pdf", see, papers::receipt),
        get("/register/{id}/curriculum.pdf", see, case::curriculum),
        get("/r", Public, public::search),
        get("/r/{number}", Public, public::entry),
        get("/r/{number}/certificate.pdf", Public, public::certificate),
        get("/r/{number}/curriculum.pdf", Public, public::curriculum),
        get("/open/{file}", Public, public::export),
        get("/.well-known/sheber-register.json", Public, public::published),
        get("/sitemap.xml", Public, sitemap::sitemap),
        get("/sitemap/{part}", Public, sitemap::part),
        get("/robots.txt", Public, sitemap::robots),
    ]
}
