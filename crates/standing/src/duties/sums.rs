//! Sums of tasks by region, duty and day, and by organisation and duty: kept beside the tasks and changed with them.

use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use sheber_kernel::{AcademicYear, Day, OrganisationKind};
use sheber_norms::duties::DutyState;
use sheber_platform::database::{self, Conditions};
use sheber_platform::params;

/// Where a sum is kept.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    pub holder: OrganisationKind,
    pub region: &'a str,
    pub year: AcademicYear,
    pub duty: &'a str,
}

/// What a sum moves by: tasks in all, closed in time, closed late, excused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub total: i64,
    pub done: i64,
    pub late: i64,
    pub excused: i64,
}

impl Tally {
    /// So many tasks that nobody closed.
    pub const fn open(n: i64) -> Self {
        Self { total: n, done: 0, late: 0, excused: 0 }
    }

    /// What a closed or excused task counts as, beside being one of all.
    pub fn of(state: DutyState, n: i64) -> Self {
        match state {
            DutyState::Done => Self { done: n, ..Self::default() },
            DutyState::DoneLate => Self { late: n, ..Self::default() },
            DutyState::Excused => Self { excused: n, ..Self::default() },
            DutyState::Planned | DutyState::Due | DutyState::Overdue => Self::default(),
        }
    }
}

/// Adds to a sum.
pub async fn add(db: &impl ConnectionTrait, place: Place<'_>, due: Day, by: Tally) -> Result<(), DbErr> {
    let sql = "INSERT INTO duty_tally (holder, region, year, duty, due, total, done, late, excused)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
               ON CONFLICT (year, holder, region, duty, due) DO UPDATE SET total = duty_tally.total + excluded.total,
               done = duty_tally.done + excluded.done, late = duty_tally.late + excluded.late,
               excused = duty_tally.excused + excluded.excused";
    let values =
        params![place.holder, place.region, place.year, place.duty, due, by.total, by.done, by.late, by.excused];
    database::run(db, sql, values).await?;
    Ok(())
}

/// Counts an organisation's tasks of a year anew, of one duty or of all: the map reads the counts.
pub async fn count(
    db: &impl ConnectionTrait,
    organisation: i64,
    year: AcademicYear,
    duty: Option<&str>,
) -> Result<(), DbErr> {
    let mut conditions = Conditions::default();
    conditions.and("organisation_id = ?", params![organisation]).and("year = ?", params![year]);
    if let Some(duty) = duty {
        conditions.and("duty = ?", params![duty]);
    }
    let of = conditions.sql();
    database::run(db, &format!("DELETE FROM duty_count{of}"), conditions.values.clone()).await?;
    let sql = format!(
        "INSERT INTO duty_count (organisation_id, year, duty, total, done, late, excused)
         SELECT organisation_id, year, duty, COUNT(*), SUM(CASE WHEN closed_on <= due THEN 1 ELSE 0 END),
         SUM(CASE WHEN closed_on > due THEN 1 ELSE 0 END),
         SUM(CASE WHEN closed_on IS NULL AND excused IS NOT NULL THEN 1 ELSE 0 END)
         FROM duty_task{of} GROUP BY organisation_id, year, duty"
    );
    database::run(db, &sql, conditions.values).await?;
    Ok(())
}

/// How it stands with the tasks of a region, a college, a duty.
#[derive(Clone, Debug, Default, FromQueryResult)]
pub struct Standing {
    pub total: i64,
    pub done: i64,
    pub late: i64,
    pub excused: i64,
    pub overdue: i64,
    /// Due by now: what a share of timeliness is counted of.
    pub expected: i64,
}

impl Standing {
    /// Of what was due by now and not excused: closed in time, in hundredths of a percent.
    pub fn timely(&self) -> Option<i64> {
        let timely = (self.expected - self.overdue - self.late).max(0);
        (self.expected > 0).then(|| timely * 10_000 / self.expected)
    }

    /// Of what was due by now and not excused: closed at all.
    pub fn complete(&self) -> Option<i64> {
        (self.expected > 0).then(|| (self.expected - self.overdue) * 10_000 / self.expected)
    }

    /// All of these together.
    pub fn sum<'a>(all: impl Iterator<Item = &'a Self>) -> Self {
        all.fold(Self::default(), |sum, one| Self {
            total: sum.total + one.total,
            done: sum.done + one.done,
            late: sum.late + one.late,
            excused: sum.excused + one.excused,
            overdue: sum.overdue + one.overdue,
            expected: sum.expected + one.expected,
        })
    }
}

/// The columns of a [`Standing`] over `duty_tally`, with the day as `$1`.
pub const TALLIED: &str =
    "CAST(COALESCE(SUM(total), 0) AS BIGINT) AS total, CAST(COALESCE(SUM(done), 0) AS BIGINT) AS done,
    CAST(COALESCE(SUM(late), 0) AS BIGINT) AS late, CAST(COALESCE(SUM(excused), 0) AS BIGINT) AS excused,
    CAST(COALESCE(SUM(CASE WHEN due < $1 THEN total - done - late - excused ELSE 0 END), 0) AS BIGINT) AS overdue,
    CAST(COALESCE(SUM(CASE WHEN due < $1 THEN total - excused ELSE 0 END), 0) AS BIGINT) AS expected";

/// A standing by a key: a duty, a college, a region.
#[derive(Clone, Debug, FromQueryResult)]
pub struct KeyedStanding {
    pub key: String,
    #[sea_orm(nested)]
    pub standing: Standing,
}

/// The columns of a [`Standing`] over `duty_task`, with the day as `$1`.
pub const COUNTED: &str = "CAST(COUNT(*) AS BIGINT) AS total,
    CAST(COALESCE(SUM(CASE WHEN closed_on <= due THEN 1 ELSE 0 END), 0) AS BIGINT) AS done,
    CAST(COALESCE(SUM(CASE WHEN closed_on > due THEN 1 ELSE 0 END), 0) AS BIGINT) AS late,
    CAST(COALESCE(SUM(CASE WHEN closed_on IS NULL AND excused IS NOT NULL THEN 1 ELSE 0 END), 0) AS BIGINT) AS excused,
    CAST(COALESCE(SUM(CASE WHEN closed_on IS NULL AND excused IS NULL AND due < $1 THEN 1 ELSE 0 END), 0) AS BIGINT)
    AS overdue,
    CAST(COALESCE(SUM(CASE WHEN due < $1 AND (closed_on IS NOT NULL OR excused IS NULL) THEN 1 ELSE 0 END), 0) AS BIGINT)
    AS expected";

/// How it stands with the colleges' tasks of every region in a year, by a day.
pub async fn by_region(db: &impl ConnectionTrait, year: AcademicYear, today: Day) -> Result<Vec<KeyedStanding>, DbErr> {
    let sql = format!(
        "SELECT region AS key, {TALLIED} FROM duty_tally WHERE year = $2 AND holder = $3 GROUP BY region ORDER BY region"
    );
    database::all(db, &sql, params![today, year, OrganisationKind::College]).await
}

/// A duty that colleges of a region have to do by a day, and how many of them have it open.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Deadline {
    pub duty: String,
    pub due: Day,
    pub open: i64,
}

/// The next days on which a region's colleges have something due, between two days.
pub async fn ahead(
    db: &impl ConnectionTrait,
    year: AcademicYear,
    region: &str,
    (from, to): (Day, Day),
    most: usize,
) -> Result<Vec<Deadline>, DbErr> {
    let sql = format!(
        "SELECT duty, due, CAST(SUM(total - done - late - excused) AS BIGINT) AS open FROM duty_tally
         WHERE year = $1 AND holder = $2 AND region = $3 AND due >= $4 AND due <= $5 GROUP BY duty, due
         HAVING SUM(total - done - late - excused) > 0 ORDER BY due, duty LIMIT {most}"
    );
    database::all(db, &sql, params![year, OrganisationKind::College, region, from, to]).await
}

/// How many sums and counts of a year are not what the tasks say.
pub async fn differing(db: &impl ConnectionTrait, year: AcademicYear) -> Result<i64, DbErr> {
    let counts = "SELECT COUNT(*) FROM (
        SELECT organisation_id, duty, COUNT(*) AS total, SUM(CASE WHEN closed_on IS NOT NULL THEN 1 ELSE 0 END) AS closed
        FROM duty_task WHERE year = $1 GROUP BY organisation_id, duty) c
        FULL JOIN (SELECT * FROM duty_count WHERE year = $1) k
            ON k.organisation_id = c.organisation_id AND k.duty = c.duty
        WHERE k.total IS NULL OR c.total IS NULL OR k.total <> c.total OR k.done + k.late <> c.closed";
    let wrong = database::number(db, counts, params![year]).await?;
    let tallies = "SELECT COUNT(*) FROM (
        SELECT holder, region, duty, due, COUNT(*) AS total,
            SUM(CASE WHEN closed_on <= due THEN 1 ELSE 0 END) AS done,
            SUM(CASE WHEN closed_on > due THEN 1 ELSE 0 END) AS late,
            SUM(CASE WHEN closed_on IS NULL AND excused IS NOT NULL THEN 1 ELSE 0 END) AS excused
        FROM duty_task WHERE year = $1 GROUP BY holder, region, duty, due) c
        FULL JOIN (SELECT * FROM duty_tally WHERE year = $1 AND total <> 0) t
            ON t.holder = c.holder AND t.region = c.region AND t.duty = c.duty AND t.due = c.due
        WHERE t.total IS NULL OR c.total IS NULL OR t.total <> c.total OR t.done <> c.done OR t.late <> c.late
            OR t.excused <> c.excused";
    Ok(wrong + database::number(db, tallies, params![year]).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_of_what_was_due() {
        let standing = Standing { total: 10, done: 3, late: 1, excused: 1, overdue: 1, expected: 5 };
        assert_eq!((standing.timely(), standing.complete()), (Some(6000), Some(8000)));
        assert_eq!(Standing::default().timely(), None, "nothing was due: there is no share");
        let sum = Standing::sum([&standing, &standing].into_iter());
        assert_eq!((sum.total, sum.expected), (20, 10));
    }
}
