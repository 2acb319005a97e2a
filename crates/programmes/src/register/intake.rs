//! What the rows of an import, or of the operator's form, are compared with, and how they are written.

use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use sheber_kernel::{AcademicYear, Lang, LocalName};
use sheber_norms::programme::{Language, Level};
use sheber_people::reference::entry::Kind;
use sheber_people::reference::store as reference;
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::{clock, database, params};

use super::earlier::Anomaly;
use super::entries::{self, NewEntry};
use super::inventory::{College, Inventory, likeness, own_form};

/// What is known now; `draws` where a missing number is drawn later.
pub async fn inventory(app: &App, db: &impl ConnectionTrait, draws: bool) -> Result<Inventory, AppError> {
    #[derive(FromQueryResult)]
    struct Row {
        id: i64,
        bin: Option<String>,
        name_kk: String,
        name_ru: String,
        region: Option<String>,
    }
    let sql = "SELECT id, bin, name_kk, name_ru, region FROM organisation WHERE kind = 'college'";
    let colleges: Vec<Row> = database::all(db, sql, params![]).await?;
    let colleges = colleges.into_iter().map(|row| College {
        id: row.id,
        bin: row.bin.unwrap_or_default(),
        name: LocalName::new(row.name_kk, row.name_ru),
        region: row.region.unwrap_or_default(),
    });
    let specialties = reference::of_kind(db, Kind::Specialty, Lang::Kk).await?;
    let numbers = database::values::<String>(db, "SELECT number FROM register_entry", params![]).await?;
    let about = "SELECT college_id, specialty, level, language, intake FROM register_entry WHERE state = 'included'";
    let about: Vec<About> = database::all(db, about, params![]).await?;
    let alike = about.iter().map(|one| likeness(one.college_id, &one.specialty, one.level, one.language, one.intake));
    Ok(Inventory {
        specialties: specialties.into_iter().map(|one| (one.code, LocalName::new(one.name_kk, one.name_ru))).collect(),
        numbers: numbers.into_iter().collect(),
        alike: alike.collect(),
        today: clock::day(app.clock.millis()),
        draws,
        ..Inventory::of(colleges.collect())
    })
}

/// What an entry is about.
#[derive(FromQueryResult)]
struct About {
    college_id: i64,
    specialty: String,
    level: Level,
    language: Option<Language>,
    intake: Option<AcademicYear>,
}

/// Entries that nobody applied for are written one after another: each is compared with all that are there.
pub async fn alone(change: &Change) -> Result<(), DbErr> {
    if !database::is_sqlite(change.db()) {
        change.db().execute_unprepared("SELECT pg_advisory_xact_lock(7323743)").await?;
    }
    Ok(())
}

/// Writes an entry; numbers that are drawn later go on after one of the register's own form.
pub async fn write(change: &Change, entry: &NewEntry) -> Result<i64, DbErr> {
    if let Some((year, serial)) = own_form(&entry.number) {
        database::run(
            change.db(),
            "INSERT INTO register_serial (year, last) VALUES ($1, $2) ON CONFLICT (year) DO UPDATE
             SET last = CASE WHEN register_serial.last < excluded.last THEN excluded.last ELSE register_serial.last END",
            params![i64::from(year), serial],
        )
        .await?;
    }
    entries::insert(change, entry).await
}

/// An anomaly as the page says it.
pub struct AnomalyLine {
    pub text: String,
    pub refuses: bool,
}

pub fn described(context: &Context, anomalies: &[Anomaly]) -> Vec<AnomalyLine> {
    let one = |anomaly: &Anomaly| {
        let text = context.t(anomaly.key);
        let day = anomaly.found.parse().ok().map(|day| sheber_messages::date(context.lang, day));
        let found = day.unwrap_or_else(|| anomaly.found.clone());
        let text = if found.is_empty() { text } else { format!("{text}: {found}") };
        AnomalyLine { text, refuses: anomaly.refuses }
    };
    anomalies.iter().map(one).collect()
}
