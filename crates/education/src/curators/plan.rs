//! The curator's plan of hours (14.9) in the database: made with members of the student parliament, by the students' needs.

use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use sheber_kernel::{AcademicYear, Day};
use sheber_people::groups::store::Group;
use sheber_platform::actor::Actor;
use sheber_platform::change::Change;
use sheber_platform::columns::Json;
use sheber_platform::entry::{Entity, Entry};
use sheber_platform::{clock, database, params};

use crate::events::hours;

/// As the trail names it.
pub const CURATOR_PLAN: Entity = Entity("curator_plan");

/// A planned hour.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hour {
    pub on: NaiveDate,
    pub topic: String,
    /// The form of the hour, a word of the guidance.
    pub form: String,
}

/// The plan of a group and year.
#[derive(Clone, Debug, Default, FromQueryResult)]
pub struct Plan {
    pub hours: Json<Vec<Hour>>,
    /// The members of the student parliament who made it too.
    pub parliament: String,
    /// 0 where there is none yet.
    pub version: i64,
}

impl Plan {
    /// The names of the parliament's members who made it too.
    pub fn members(&self) -> Vec<&str> {
        self.parliament.split(';').map(str::trim).filter(|name| !name.is_empty()).collect()
    }
}

pub async fn of_group(db: &impl ConnectionTrait, group: i64, year: AcademicYear) -> Result<Plan, DbErr> {
    let sql = "SELECT hours, parliament, version FROM curator_plan WHERE group_id = $1 AND year = $2";
    Ok(database::one(db, sql, params![group, year]).await?.unwrap_or_default())
}

/// Writes a plan over the version that somebody has seen, 0 for none; the plan that is there now where that is another.
pub async fn save(
    change: &Change,
    actor: &Actor,
    group: &Group,
    year: AcademicYear,
    (hours, parliament): (Vec<Hour>, String),
    seen: i64,
) -> Result<Result<(), Plan>, DbErr> {
    // Two people who make the first plan at once: the second finds the first's.
    let known = of_group(change.db(), group.id, year).await?;
    if known.version != seen {
        return Ok(Err(known));
    }
    let after = serde_json::json!({ "group": group.details.code, "hours": hours, "parliament": parliament });
    let key = database::number(
        change.db(),
        "INSERT INTO curator_plan (group_id, college_id, year, hours, parliament, made_by, made_on, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 1)
         ON CONFLICT (group_id, year) DO UPDATE SET hours = excluded.hours, parliament = excluded.parliament,
         version = curator_plan.version + 1 WHERE curator_plan.version = $8 RETURNING id",
        params![
            group.id,
            group.college_id,
            year,
            Json(hours),
            parliament,
            actor.id,
            Day(clock::day(change.at())),
            seen
        ],
    )
    .await?;
    if key == 0 {
        return Ok(Err(of_group(change.db(), group.id, year).await?));
    }
    change.record(Entry::new("trail-curator-plan", CURATOR_PLAN, key).after(after).of(group.college_id, year)).await?;
    Ok(Ok(()))
}

/// A planned hour with its group, for calendars.
pub struct OfGroup {
    pub group: i64,
    pub code: String,
    pub hour: Hour,
}

/// The hours that a curator planned for their groups between two days and did not hold yet.
pub async fn ahead(
    db: &impl ConnectionTrait,
    curator: i64,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<OfGroup>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        group_id: i64,
        code: String,
        hours: Json<Vec<Hour>>,
    }
    let sql = "SELECT p.group_id, g.code, p.hours FROM curator_plan p JOIN study_group g ON g.id = p.group_id
               WHERE g.curator_id = $1 AND g.active ORDER BY g.sort_code, p.year LIMIT 100";
    let rows: Vec<Row> = database::all(db, sql, params![curator]).await?;
    let held = hours::hours_of_curator(db, curator, (from, to)).await?;
    let mut ahead = Vec::new();
    for row in rows {
        for hour in row.hours.0.into_iter().filter(|hour| (from..=to).contains(&hour.on)) {
            if !held.contains(&(row.group_id, hour.on)) {
                ahead.push(OfGroup { group: row.group_id, code: row.code.clone(), hour });
            }
        }
    }
    Ok(ahead)
}
