//! A college says that its purchases are whole, for a report (15.6).

use sea_orm::{ConnectionTrait, DbErr};
use sheber_kernel::{AcademicYear, Day};
use sheber_platform::actor::Actor;
use sheber_platform::change::Change;
use sheber_platform::entry::{Entity, Entry};
use sheber_platform::{clock, database, params};

use super::report::Report;

/// As the trail names it.
pub const TEXTBOOK_CONFIRMED: Entity = Entity("textbook_confirmed");

/// Confirms; once is enough.
pub async fn confirm(change: &Change, actor: &Actor, year: AcademicYear, report: Report) -> Result<(), DbErr> {
    let own = actor.organisation_id;
    let today = Day(clock::day(change.at()));
    let sql = "INSERT INTO textbook_confirmed (college_id, year, report, on_day, by_id) VALUES ($1, $2, $3, $4, $5)
               ON CONFLICT (college_id, year, report) DO NOTHING";
    if database::run(change.db(), sql, params![own, year, report, today, actor.id]).await? == 0 {
        return Ok(());
    }
    let after = serde_json::json!({ "report": report, "year": year });
    let entry = Entry::new("trail-textbook-confirmed", TEXTBOOK_CONFIRMED, own).after(after);
    change.record(entry.at(own, year, report.word(), None)).await
}

/// The day on which a college confirmed its purchases for a report.
pub async fn day(
    db: &impl ConnectionTrait,
    college: i64,
    year: AcademicYear,
    report: Report,
) -> Result<Option<Day>, DbErr> {
    let sql = "SELECT on_day FROM textbook_confirmed WHERE college_id = $1 AND year = $2 AND report = $3";
    database::value(db, sql, params![college, year, report]).await
}
