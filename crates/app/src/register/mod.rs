//! The register of educational programmes (ББ тізілімі), section 5 of the guidance: application, primary check, expertise,
//! decision.

pub mod attachments;
pub mod deadlines;
mod earlier;
mod enter;
pub mod entries;
pub mod expertise;
pub mod keys;
mod limits;
mod pages;
mod papers;
pub mod public;
pub mod remarks;
pub mod seal;
pub mod step;
pub mod store;
pub mod time;
pub mod workflow;

use crate::platform::actor::Ability::{EnterEntries, OpenApplication, SeeRegister, SetLimits};
use crate::platform::route::Access::{Can, Public};
use crate::platform::route::{Route, get, post};

pub fn routes() -> Vec<Route> {
    vec![
        get("/register", Can(SeeRegister), pages::list),
        post("/register/open", Can(OpenApplication), pages::open),
        get("/register/limits", Can(SetLimits), limits::page),
        post("/register/limits", Can(SetLimits), limits::save),
        get("/register/enter", Can(EnterEntries), enter::page),
        post("/register/enter", Can(EnterEntries), enter::save),
        get("/register/import", Can(EnterEntries), enter::import_page),
        post("/register/import", Can(EnterEntries), enter::import).files(),
        post("/register/import/take", Can(EnterEntries), enter::take).files(),
        get("/register/import/template.xlsx", Can(EnterEntries), enter::template),
        get("/register/entries/{number}/exclude", Can(EnterEntries), enter::exclude_page),
        post("/register/entries/{number}/exclude", Can(EnterEntries), enter::exclude),
        get("/register/{id}", Can(SeeRegister), pages::case),
        post("/register/{id}/act", Can(SeeRegister), pages::act),
        post("/register/{id}/remark", Can(SeeRegister), remarks::write),
        post("/register/{id}/settle", Can(SeeRegister), remarks::settle),
        post("/register/{id}/attach", Can(OpenApplication), attachments::add).files(),
        post("/register/{id}/detach", Can(OpenApplication), attachments::remove),
        get("/register/{id}/attachments/{attachment}", Can(SeeRegister), attachments::download),
        get("/register/{id}/journal.pdf", Can(SeeRegister), papers::journal),
        get("/register/{id}/receipt.pdf", Can(SeeRegister), papers::receipt),
        get("/register/{id}/curriculum.pdf", Can(SeeRegister), pages::curriculum),
        get("/r", Public, public::search),
        get("/r/{number}", Public, public::entry),
        get("/r/{number}/certificate.pdf", Public, public::certificate),
        get("/r/{number}/curriculum.pdf", Public, public::curriculum),
        get("/open/{file}", Public, public::export),
        get("/.well-known/sheber-register.json", Public, public::published),
        get("/sitemap.xml", Public, public::sitemap),
        get("/sitemap/{part}", Public, public::sitemap_part),
        get("/robots.txt", Public, public::robots),
    ]
}

/// The first day within a stretch on which a college sent an application for a programme under the new edition (2.8).
pub async fn first_sent(
    db: &impl sea_orm::ConnectionTrait,
    college: i64,
    (from, to): (chrono::NaiveDate, chrono::NaiveDate),
) -> Result<Option<chrono::NaiveDate>, sea_orm::DbErr> {
    let sql = "SELECT CAST(s.at AS TEXT) FROM register_step s
               JOIN register_case c ON c.id = s.case_id JOIN programme p ON p.id = c.programme_id
               WHERE c.college_id = $1 AND s.action = 'submit' AND p.intake >= '2024-2025' ORDER BY s.at";
    let sent = crate::platform::database::texts(db, sql, crate::params![college]).await?;
    let mut days = sent.iter().filter_map(|at| at.parse().ok()).map(crate::platform::clock::day);
    Ok(days.find(|day| (from..=to).contains(day)))
}

/// The first day within a stretch on which a programme under the new edition was included (5.2).
pub async fn first_included(
    db: &impl sea_orm::ConnectionTrait,
    (from, to): (chrono::NaiveDate, chrono::NaiveDate),
) -> Result<Option<chrono::NaiveDate>, sea_orm::DbErr> {
    let sql = "SELECT MIN(included_on) FROM register_entry WHERE intake >= '2024-2025' AND included_on >= $1 AND included_on <= $2";
    let values = crate::params![from.to_string(), to.to_string()];
    let day = crate::platform::database::text(db, sql, values).await?;
    Ok(day.and_then(|day| day.parse().ok()))
}

/// How many pilot programmes of a college stand in the register (2.11).
pub async fn pilots(db: &impl sea_orm::ConnectionTrait, college: i64) -> Result<i64, sea_orm::DbErr> {
    let sql = "SELECT COUNT(*) FROM register_entry e JOIN register_origin o ON o.entry_id = e.id
               WHERE e.college_id = $1 AND o.origin = 'pilot' AND e.state = 'included'";
    crate::platform::database::number(db, sql, crate::params![college]).await
}
