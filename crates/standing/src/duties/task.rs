//! A task: a duty of an organisation with its days, as it stands.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use sheber_kernel::{AcademicYear, Day, Lang, OrganisationKind};
use sheber_messages as messages;
use sheber_norms::Edition;
use sheber_norms::duties::{Duty, DutyState, Post, Rule};
use sheber_people::{groups, organisations};
use sheber_platform::ability::{Role, posts, role};
use sheber_platform::actor::Actor;
use sheber_platform::change::Change;
use sheber_platform::columns::Json;
use sheber_platform::database::{self, Conditions};
use sheber_platform::entry::Entity;
use sheber_platform::error::AppError;
use sheber_platform::evidence::Ask;
use sheber_platform::params;

use super::sums::Place;

/// As the trail names it.
pub const DUTY: Entity = Entity("duty");

/// A task as it stands.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Task {
    pub id: i64,
    pub organisation_id: i64,
    pub holder: OrganisationKind,
    /// By KATO; empty for the country's.
    pub region: String,
    pub year: AcademicYear,
    /// The duty's key, `14.6/debate`.
    pub duty: String,
    pub period: String,
    pub post: Post,
    pub opens: Day,
    pub due: Day,
    pub owner_id: Option<i64>,
    pub owner: Option<String>,
    pub closed_on: Option<Day>,
    pub closed_at: Option<i64>,
    pub closer: Option<String>,
    pub by_data: bool,
    pub evidence: Option<Json<Submission>>,
    /// The reason for which it need not be done.
    pub excused: Option<String>,
    /// The record that it followed.
    pub event_id: Option<i64>,
    pub version: i64,
    pub name_kk: String,
    pub name_ru: String,
}

/// What was handed in for a task.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Submission {
    pub numbers: BTreeMap<String, i64>,
    pub link: String,
    pub note: String,
    pub files: Vec<SubmittedFile>,
    /// How far the data have come: so many of so many.
    pub have: Option<i64>,
    pub need: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubmittedFile {
    pub name: String,
    pub hash: String,
}

impl Task {
    /// The duty it stands for, by its year's edition.
    pub fn template(&self) -> Option<&'static Duty> {
        Edition::of(self.year).duty(&self.duty)
    }

    pub fn item(&self) -> &str {
        self.duty.split('/').next().unwrap_or_default()
    }

    pub fn state(&self, today: NaiveDate) -> DutyState {
        let closed = self.closed_on.map(|day| day.0);
        DutyState::on(today, (self.opens.0, self.due.0), closed, self.excused.is_some())
    }

    /// What it is called; by the key of a duty that the guidance has no more.
    pub fn title(&self, lang: Lang) -> &str {
        self.template().map_or(self.duty.as_str(), |duty| duty.title.get(lang))
    }

    /// What people call its period: `36-апта`, `2023 жылғы қыркүйек`; nothing for what comes once.
    pub fn period(&self, lang: Lang) -> String {
        if let Some((year, week)) = self.period.split_once("-W") {
            let week = week.trim_start_matches('0');
            return messages::text_with(lang, "duty-week", &[("n", week), ("year", year)]);
        }
        if let Some((year, quarter)) = self.period.split_once("-Q") {
            return messages::text_with(lang, "duty-quarter", &[("n", quarter), ("year", year)]);
        }
        if let Some((year, month)) = self.period.split_once('-').filter(|(year, _)| year.len() == 4) {
            let name = messages::text(lang, &format!("month-{}", month.trim_start_matches('0')));
            return messages::text_with(lang, "duty-month", &[("name", &name), ("year", year)]);
        }
        match self.period.as_str() {
            "h1" => messages::text(lang, "duty-half-1"),
            "h2" => messages::text(lang, "duty-half-2"),
            _ => String::new(),
        }
    }

    /// The record that closes it, where data can tell.
    pub fn record(&self) -> Option<&'static str> {
        self.template().and_then(|duty| duty.evidence.record.as_deref())
    }

    /// What is asked of the record that closes it. It counts within the task's own stretch where that comes again and again, else
    /// within the academic year.
    pub fn ask(&self) -> Ask<'_> {
        let comes_again = self.template().is_some_and(|duty| matches!(duty.rule, Rule::On(_) | Rule::Each { .. }));
        let year = (self.year.first_day(), self.year.next().first_day() - Days::new(1));
        Ask {
            organisation: self.organisation_id,
            year: self.year,
            within: if comes_again { (self.opens.0, self.due.0) } else { year },
            due: self.due.0,
            duty: &self.duty,
            period: &self.period,
            after: self.event_id,
        }
    }

    /// Whether what happened on a day can tell nothing of it: it is of another week or month.
    pub fn is_elsewhere(&self, day: NaiveDate) -> bool {
        let comes_again = self.template().is_some_and(|duty| matches!(duty.rule, Rule::Each { .. }));
        comes_again && !(self.opens.0..=self.due.0).contains(&day)
    }

    pub fn organisation(&self, lang: Lang) -> &str {
        lang.pick(&self.name_kk, &self.name_ru)
    }

    /// The role whose work it is.
    pub const fn role(&self) -> Role {
        role(self.post)
    }

    /// Whether it is somebody's own work: handed to them, or of their post and handed to nobody.
    pub fn is_of(&self, worker: &Worker) -> bool {
        self.organisation_id == worker.organisation
            && self.owner_id.map_or_else(|| worker.posts.contains(&self.post), |owner| owner == worker.id)
    }

    /// Whether somebody may close it: whose work it is, and whoever hands out the organisation's work.
    pub fn may_close(&self, worker: &Worker) -> bool {
        self.is_of(worker) || self.may_manage(worker)
    }

    pub const fn may_manage(&self, worker: &Worker) -> bool {
        self.organisation_id == worker.organisation && worker.leads
    }

    pub fn place(&self) -> Place<'_> {
        Place { holder: self.holder, region: &self.region, year: self.year, duty: &self.duty }
    }
}

/// Somebody as far as tasks are handed out: their posts, and whether they hand out the organisation's work.
#[derive(Clone, Debug)]
pub struct Worker {
    id: i64,
    organisation: i64,
    posts: Vec<Post>,
    leads: bool,
}

impl Worker {
    pub async fn of(db: &impl ConnectionTrait, actor: &Actor) -> Result<Self, DbErr> {
        let mut posts = posts(actor.role);
        // Whoever curates a group is its curator, whatever their role.
        posts.retain(|post| *post != Post::Curator);
        if groups::store::curates(db, actor).await? {
            posts.push(Post::Curator);
        }
        let leads = actor.may(organisations::rights::LEAD);
        Ok(Self { id: actor.id, organisation: actor.organisation_id, posts, leads })
    }
}

const TASKS: &str = "SELECT t.id, t.organisation_id, t.holder, t.region, t.year, t.duty, t.period, t.post, t.opens, t.due,
    t.owner_id, w.name AS owner, t.closed_on, t.closed_at, c.name AS closer, t.by_data, t.evidence, t.excused, t.event_id, t.version,
    o.name_kk, o.name_ru
    FROM duty_task t JOIN organisation o ON o.id = t.organisation_id
    LEFT JOIN account w ON w.id = t.owner_id LEFT JOIN account c ON c.id = t.closed_by";

/// The tasks of one organisation and year, by day.
pub async fn of_organisation(
    db: &impl ConnectionTrait,
    organisation: i64,
    year: AcademicYear,
) -> Result<Vec<Task>, DbErr> {
    let sql = format!("{TASKS} WHERE t.organisation_id = $1 AND t.year = $2 ORDER BY t.due, t.id");
    database::all(db, &sql, params![organisation, year]).await
}

/// A task that somebody may see: of the own organisation, or of a college in scope.
pub async fn find(db: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<Task, AppError> {
    let mut conditions = actor.organisations("t.organisation_id");
    conditions.and("t.id = ?", params![id]);
    let sql = format!("{TASKS}{}", conditions.sql());
    database::one(db, &sql, conditions.values).await?.ok_or(AppError::NotFound)
}

/// A task within a change, locked where the database locks rows.
pub async fn locked(change: &Change, id: i64) -> Result<Task, AppError> {
    database::lock_row(change.db(), "duty_task", id).await?;
    let sql = format!("{TASKS} WHERE t.id = $1");
    database::one(change.db(), &sql, params![id]).await?.ok_or(AppError::NotFound)
}

/// The tasks of these duties that data may close or open again: of an organisation, or of every one.
pub async fn told_by_data(
    db: &impl ConnectionTrait,
    organisation: Option<i64>,
    year: AcademicYear,
    duties: &[&str],
) -> Result<Vec<Task>, DbErr> {
    if duties.is_empty() {
        return Ok(Vec::new());
    }
    let mut conditions = Conditions::default();
    if let Some(organisation) = organisation {
        conditions.and("t.organisation_id = ?", params![organisation]);
    }
    let marks = vec!["?"; duties.len()].join(", ");
    conditions
        .and("t.year = ?", params![year])
        .and(&format!("t.duty IN ({marks})"), duties.iter().map(|duty| (*duty).into()).collect())
        .and("(t.closed_on IS NULL OR t.by_data)", params![]);
    let sql = format!("{TASKS}{} ORDER BY t.id", conditions.sql());
    database::all(db, &sql, conditions.values).await
}

/// The tasks of an organisation and year that followed records.
pub async fn followed(db: &impl ConnectionTrait, organisation: i64, year: AcademicYear) -> Result<Vec<Task>, DbErr> {
    let sql = format!("{TASKS} WHERE t.organisation_id = $1 AND t.year = $2 AND t.event_id IS NOT NULL ORDER BY t.id");
    database::all(db, &sql, params![organisation, year]).await
}
