//! Tasks in the database. Their sums by region, duty and day stand beside them and are changed with them.

use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use sheber_kernel::{AcademicYear, Lang, LocalName};
use sheber_norms::Edition;
use sheber_norms::duties::{Duty, DutyState, Post};

use super::posts;
use crate::params;
use crate::platform::actor::{Ability, Actor};
use crate::platform::app::App;
use crate::platform::audit::{Change, Event};
use crate::platform::clock;
use crate::platform::database::{self, Conditions};
use crate::platform::error::AppError;

/// A task as it stands.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Task {
    pub id: i64,
    pub organisation_id: i64,
    pub holder: String,
    pub region: String,
    pub year: String,
    pub duty: String,
    pub period: String,
    pub post: String,
    pub opens: String,
    pub due: String,
    pub owner_id: Option<i64>,
    pub owner: Option<String>,
    pub closed_on: Option<String>,
    pub closed_at: Option<i64>,
    pub closer: Option<String>,
    pub by_data: bool,
    pub evidence: Option<String>,
    pub excused: Option<String>,
    pub event_id: Option<i64>,
    pub version: i64,
    pub name_kk: String,
    pub name_ru: String,
}

/// What was handed in for a task.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Given {
    pub numbers: std::collections::BTreeMap<String, i64>,
    pub link: String,
    pub note: String,
    pub files: Vec<GivenFile>,
    /// How far the data have come: so many of so many.
    pub have: Option<i64>,
    pub need: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenFile {
    pub name: String,
    pub hash: String,
}

impl Task {
    pub fn year(&self) -> AcademicYear {
        self.year.parse().unwrap_or(sheber_norms::edition::FIRST_YEAR)
    }

    /// The duty it stands for, by its year's edition.
    pub fn template(&self) -> Option<&'static Duty> {
        Edition::of(self.year()).duty(&self.duty)
    }

    pub fn item(&self) -> &str {
        self.duty.split('/').next().unwrap_or_default()
    }

    pub fn opens(&self) -> NaiveDate {
        self.opens.parse().unwrap_or_default()
    }

    pub fn due(&self) -> NaiveDate {
        self.due.parse().unwrap_or_default()
    }

    pub fn closed_on(&self) -> Option<NaiveDate> {
        self.closed_on.as_deref().and_then(|day| day.parse().ok())
    }

    pub fn state(&self, today: NaiveDate) -> DutyState {
        DutyState::on(today, (self.opens(), self.due()), self.closed_on(), self.excused.is_some())
    }

    /// What it is called; by the key of a duty that the guidance has no more.
    pub fn title(&self, lang: Lang) -> &str {
        self.template().map_or(self.duty.as_str(), |duty| duty.title.get(lang))
    }

    pub fn given(&self) -> Given {
        self.evidence.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }

    /// The record that closes it, where data can tell.
    pub fn record(&self) -> Option<&'static str> {
        self.template().and_then(|duty| duty.evidence.record.as_deref())
    }

    pub fn organisation(&self) -> LocalName {
        LocalName::new(&self.name_kk, &self.name_ru)
    }

    fn post(&self) -> Option<Post> {
        self.post.parse().ok()
    }

    /// Whether it is somebody's own work: handed to them, or of their post and handed to nobody.
    pub fn is_of(&self, actor: &Actor) -> bool {
        self.organisation_id == actor.organisation_id
            && match self.owner_id {
                Some(owner) => owner == actor.id,
                None => self.post().is_some_and(|post| match post {
                    Post::Curator => actor.curates,
                    post => posts(actor.role).contains(&post),
                }),
            }
    }

    /// Whether somebody may close it: whose work it is, and whoever hands out the organisation's work.
    pub fn may_close(&self, actor: &Actor) -> bool {
        self.is_of(actor) || self.may_manage(actor)
    }

    pub fn may_manage(&self, actor: &Actor) -> bool {
        self.organisation_id == actor.organisation_id && actor.may(Ability::ManageDuties)
    }

    pub fn place(&self) -> Place<'_> {
        Place { holder: &self.holder, region: &self.region, year: self.year(), duty: &self.duty }
    }
}

pub const TASK: &str = "SELECT t.id, t.organisation_id, t.holder, t.region, t.year, t.duty, t.period, t.post, t.opens, t.due,
    t.owner_id, w.name AS owner, t.closed_on, t.closed_at, c.name AS closer, t.by_data, t.evidence, t.excused, t.event_id,
    t.version, o.name_kk, o.name_ru
    FROM duty_task t JOIN organisation o ON o.id = t.organisation_id
    LEFT JOIN account w ON w.id = t.owner_id LEFT JOIN account c ON c.id = t.closed_by";

/// The tasks of one organisation and year, by day.
pub async fn of_organisation(
    db: &impl ConnectionTrait,
    organisation: i64,
    year: AcademicYear,
) -> Result<Vec<Task>, DbErr> {
    let sql = format!("{TASK} WHERE t.organisation_id = $1 AND t.year = $2 ORDER BY t.due, t.id");
    database::all(db, &sql, params![organisation, year.to_string()]).await
}

/// A task that somebody may see: of the own organisation, or of a college in scope.
pub async fn find(db: &DatabaseConnection, actor: &Actor, id: i64) -> Result<Task, AppError> {
    let mut conditions = actor.organisations("t.organisation_id");
    conditions.and("t.id = ?", params![id]);
    let sql = format!("{TASK}{}", conditions.sql());
    database::one(db, &sql, conditions.values).await?.ok_or(AppError::NotFound)
}

/// A task within a change, locked where the database locks rows.
pub async fn locked(change: &Change, id: i64) -> Result<Task, AppError> {
    change.in_order().await?;
    if !database::is_sqlite(change.db()) {
        database::number(change.db(), "SELECT id FROM duty_task WHERE id = $1 FOR UPDATE", params![id]).await?;
    }
    let sql = format!("{TASK} WHERE t.id = $1");
    database::one(change.db(), &sql, params![id]).await?.ok_or(AppError::NotFound)
}

/// Where a sum is kept.
pub struct Place<'a> {
    pub holder: &'a str,
    pub region: &'a str,
    pub year: AcademicYear,
    pub duty: &'a str,
}

/// Sums of tasks: all, closed in time, closed late, excused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    pub total: i64,
    pub done: i64,
    pub late: i64,
    pub excused: i64,
}

impl Sums {
    pub const fn open(n: i64) -> Self {
        Self { total: n, done: 0, late: 0, excused: 0 }
    }

    /// What a closed or excused task counts as, beside being one of all.
    fn of(state: DutyState, n: i64) -> Self {
        match state {
            DutyState::Done => Self { done: n, ..Self::default() },
            DutyState::DoneLate => Self { late: n, ..Self::default() },
            DutyState::Excused => Self { excused: n, ..Self::default() },
            _ => Self::default(),
        }
    }
}

/// Adds to a sum.
pub async fn tally(db: &impl ConnectionTrait, place: &Place<'_>, due: &str, by: Sums) -> Result<(), DbErr> {
    let sql = "INSERT INTO duty_tally (holder, region, year, duty, due, total, done, late, excused)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
               ON CONFLICT (year, holder, region, duty, due) DO UPDATE SET total = duty_tally.total + excluded.total,
               done = duty_tally.done + excluded.done, late = duty_tally.late + excluded.late,
               excused = duty_tally.excused + excluded.excused";
    let values = params![
        place.holder,
        place.region,
        place.year.to_string(),
        place.duty,
        due,
        by.total,
        by.done,
        by.late,
        by.excused
    ];
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
    conditions.and("organisation_id = ?", params![organisation]).and("year = ?", params![year.to_string()]);
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

/// How a task is closed or opened again.
pub struct Closing<'a> {
    /// The day on which it was done; `None` opens it again.
    pub on: Option<NaiveDate>,
    pub by: Option<&'a Actor>,
    pub given: Option<Given>,
    /// The reason for which it need not be done.
    pub excused: Option<String>,
}

/// Closes, excuses or opens a task within a change, with its sums. The trail says who did it.
pub async fn close(change: &Change, task: &Task, closing: Closing<'_>) -> Result<(), DbErr> {
    let today = clock::day(change.at());
    let before = task.state(today);
    let after = DutyState::on(today, (task.opens(), task.due()), closing.on, closing.excused.is_some());
    let evidence = closing.given.as_ref().and_then(|given| serde_json::to_string(given).ok());
    let by_data = closing.on.is_some() && closing.by.is_none();
    database::run(
        change.db(),
        "UPDATE duty_task SET closed_on = $2, closed_at = $3, closed_by = $4, by_data = $5, evidence = $6, excused = $7,
         version = version + 1 WHERE id = $1",
        params![
            task.id,
            closing.on.map(|day| day.to_string()),
            closing.on.map(|_| change.at()),
            closing.by.filter(|_| closing.on.is_some()).map(|actor| actor.id),
            by_data,
            evidence,
            closing.excused.clone()
        ],
    )
    .await?;
    tally(change.db(), &task.place(), &task.due, Sums::of(before, -1)).await?;
    tally(change.db(), &task.place(), &task.due, Sums::of(after, 1)).await?;
    count(change.db(), task.organisation_id, task.year(), Some(&task.duty)).await?;
    let what = match (closing.on, &closing.excused) {
        (Some(_), _) => "event-duty-closed",
        (None, Some(_)) => "event-duty-excused",
        (None, None) => "event-duty-opened",
    };
    let told = serde_json::json!({
        "state": after.word(),
        "on": closing.on.map(|day| day.to_string()),
        "by_data": by_data,
        "reason": closing.excused,
        "given": closing.given,
    });
    let known = serde_json::json!({ "state": before.word() });
    change.record(Event::new(what, "duty", task.id).before(known).after(told)).await
}

/// Hands a task to somebody of the same organisation, or back to the post.
pub async fn hand(app: &App, actor: &Actor, id: i64, to: Option<i64>) -> Result<(), AppError> {
    let change = Change::begin(app, Some(actor)).await?;
    let task = locked(&change, id).await?;
    if !task.may_manage(actor) {
        return Err(AppError::Forbidden);
    }
    if let Some(owner) = to {
        let sql = "SELECT COUNT(*) FROM account WHERE id = $1 AND organisation_id = $2 AND active";
        if database::number(change.db(), sql, params![owner, task.organisation_id]).await? == 0 {
            return Err(AppError::Bad("error-form"));
        }
    }
    let sql = "UPDATE duty_task SET owner_id = $2, version = version + 1 WHERE id = $1";
    database::run(change.db(), sql, params![id, to]).await?;
    let (before, after) = (serde_json::json!({ "owner": task.owner_id }), serde_json::json!({ "owner": to }));
    change.record(Event::new("event-duty-handed", "duty", id).before(before).after(after)).await?;
    if let Some(owner) = to.filter(|owner| *owner != actor.id) {
        super::time::tell_owner(&change, owner, &task).await?;
    }
    change.commit().await?;
    Ok(())
}

/// Gives what was handed to somebody, and is not closed, back to its posts; how much that was.
pub async fn unowned(change: &Change, account: i64) -> Result<u64, DbErr> {
    let sql = "UPDATE duty_task SET owner_id = NULL, version = version + 1 WHERE owner_id = $1 AND closed_on IS NULL";
    database::run(change.db(), sql, params![account]).await
}

/// Sums of one region, or of one college.
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
        let base = self.expected;
        (base > 0).then(|| self.done_of_expected() * 10_000 / base)
    }

    /// Of what was due by now and not excused: closed at all.
    pub fn complete(&self) -> Option<i64> {
        let base = self.expected;
        (base > 0).then(|| (base - self.overdue) * 10_000 / base)
    }

    fn done_of_expected(&self) -> i64 {
        (self.expected - self.overdue - self.late).max(0)
    }
}

/// The columns of a [`Standing`] over `duty_tally`, with the day as `$1`.
pub const TALLIED: &str =
    "CAST(COALESCE(SUM(total), 0) AS BIGINT) AS total, CAST(COALESCE(SUM(done), 0) AS BIGINT) AS done,
    CAST(COALESCE(SUM(late), 0) AS BIGINT) AS late, CAST(COALESCE(SUM(excused), 0) AS BIGINT) AS excused,
    CAST(COALESCE(SUM(CASE WHEN due < $1 THEN total - done - late - excused ELSE 0 END), 0) AS BIGINT) AS overdue,
    CAST(COALESCE(SUM(CASE WHEN due < $1 THEN total - excused ELSE 0 END), 0) AS BIGINT) AS expected";

/// Sums by a key: a duty, a college, a region.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Keyed {
    pub key: String,
    #[sea_orm(nested)]
    pub sums: Standing,
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

/// Whether the sums and counts still are what the tasks say; what differs, by region and duty.
pub async fn recount(db: &impl ConnectionTrait, year: AcademicYear) -> Result<i64, DbErr> {
    let counts = "SELECT COUNT(*) FROM (
        SELECT organisation_id, duty, COUNT(*) AS total, SUM(CASE WHEN closed_on IS NOT NULL THEN 1 ELSE 0 END) AS closed
        FROM duty_task WHERE year = $1 GROUP BY organisation_id, duty) c
        FULL JOIN (SELECT * FROM duty_count WHERE year = $1) k
            ON k.organisation_id = c.organisation_id AND k.duty = c.duty
        WHERE k.total IS NULL OR c.total IS NULL OR k.total <> c.total OR k.done + k.late <> c.closed";
    let wrong = database::number(db, counts, params![year.to_string()]).await?;
    let sql = "SELECT COUNT(*) FROM (
        SELECT holder, region, duty, due, COUNT(*) AS total,
            SUM(CASE WHEN closed_on <= due THEN 1 ELSE 0 END) AS done,
            SUM(CASE WHEN closed_on > due THEN 1 ELSE 0 END) AS late,
            SUM(CASE WHEN closed_on IS NULL AND excused IS NOT NULL THEN 1 ELSE 0 END) AS excused
        FROM duty_task WHERE year = $1 GROUP BY holder, region, duty, due) c
        LEFT JOIN duty_tally t ON t.year = $1 AND t.holder = c.holder AND t.region = c.region AND t.duty = c.duty
            AND t.due = c.due
        WHERE t.total IS NULL OR t.total <> c.total OR t.done <> c.done OR t.late <> c.late OR t.excused <> c.excused";
    Ok(wrong + database::number(db, sql, params![year.to_string()]).await?)
}

/// Open tasks of an organisation that data could tell of, for [`super::evidence`].
pub async fn told_by_data(
    change: &Change,
    organisation: i64,
    year: AcademicYear,
    duties: &[&str],
) -> Result<Vec<Task>, DbErr> {
    if duties.is_empty() {
        return Ok(Vec::new());
    }
    let mut conditions = Conditions::default();
    conditions.and("t.organisation_id = ?", params![organisation]);
    conditions.and("t.year = ?", params![year.to_string()]);
    let marks = vec!["?"; duties.len()].join(", ");
    conditions.and(&format!("t.duty IN ({marks})"), duties.iter().map(|duty| (*duty).into()).collect());
    conditions.and("(t.closed_on IS NULL OR t.by_data)", params![]);
    let sql = format!("{TASK}{} ORDER BY t.id", conditions.sql());
    database::all(change.db(), &sql, conditions.values).await
}
