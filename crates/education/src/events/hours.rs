//! Curator hours (1.1, 14.9) in the database: events of groups.

use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use sheber_kernel::{AcademicYear, Day};
use sheber_people::groups::store as groups;
use sheber_platform::database::{self, Conditions};
use sheber_platform::params;

use super::store::{DAY, FROM, LINES, Line};

/// A group's curator hours of a year.
pub async fn of_group(db: &impl ConnectionTrait, group: i64, year: AcademicYear) -> Result<Vec<Line>, DbErr> {
    let sql = format!(
        "{LINES} {FROM} JOIN event_group x ON x.event_id = e.id
         WHERE x.group_id = $1 AND e.year = $2 AND e.kind = 'curator_hour' AND e.cancelled = FALSE
         ORDER BY {DAY} DESC, e.id DESC LIMIT 200"
    );
    database::all(db, &sql, params![group, year]).await
}

/// The curator hours that a curator's groups held between two days: group and day.
pub async fn hours_of_curator(
    db: &impl ConnectionTrait,
    curator: i64,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<(i64, NaiveDate)>, DbErr> {
    #[derive(FromQueryResult)]
    struct Hour {
        group_id: i64,
        held_on: Day,
    }
    let sql = "SELECT x.group_id, e.held_on FROM event e JOIN event_group x ON x.event_id = e.id
               JOIN study_group g ON g.id = x.group_id WHERE g.curator_id = $1 AND e.kind = 'curator_hour'
               AND e.cancelled = FALSE AND e.held_on >= $2 AND e.held_on <= $3";
    let hours: Vec<Hour> = database::all(db, sql, params![curator, Day(from), Day(to)]).await?;
    Ok(hours.into_iter().map(|hour| (hour.group_id, hour.held_on.0)).collect())
}

/// The groups of a college that were there by the end of a stretch, and had a curator hour within it, or had none.
fn with_hour(college: i64, year: AcademicYear, (day, until): (NaiveDate, NaiveDate), has: bool) -> Conditions {
    let mut conditions = Conditions::default();
    conditions.and("g.college_id = ?", params![college]);
    groups::studies(&mut conditions, year);
    groups::existed(&mut conditions, until);
    let hour = "EXISTS (SELECT 1 FROM event_group x JOIN event e ON e.id = x.event_id WHERE x.group_id = g.id
                AND e.kind = 'curator_hour' AND e.held_on >= ? AND e.held_on <= ? AND e.cancelled = FALSE)";
    let condition = format!("{}{hour}", if has { "" } else { "NOT " });
    conditions.and(&condition, params![Day(day), Day(until)]);
    conditions
}

/// How many of a college's groups held a curator hour on a day, of how many. A day that nobody works on has its next working day
/// beside it.
pub async fn groups_with_hour(
    db: &impl ConnectionTrait,
    college: i64,
    year: AcademicYear,
    within: (NaiveDate, NaiveDate),
) -> Result<(i64, i64), DbErr> {
    let need = groups::count(db, college, year, within.1).await?;
    let conditions = with_hour(college, year, within, true);
    let sql = format!("SELECT COUNT(*) FROM study_group g{}", conditions.sql());
    Ok((database::number(db, &sql, conditions.values).await?, need))
}

/// The groups of a college that have no curator hour on a day yet.
pub async fn groups_without_hour(
    db: &impl ConnectionTrait,
    college: i64,
    year: AcademicYear,
    within: (NaiveDate, NaiveDate),
) -> Result<Vec<String>, DbErr> {
    let conditions = with_hour(college, year, within, false);
    let sql = format!("SELECT g.code FROM study_group g{} ORDER BY g.sort_code", conditions.sql());
    database::values(db, &sql, conditions.values).await
}
