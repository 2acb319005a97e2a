//! Events in the database.

use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, FromQueryResult};
use sheber_kernel::AcademicYear;

use super::kinds::Kind;
use crate::duties::evidence::{self, Wanted};
use crate::duties::make;
use crate::groups::store as groups;
use crate::indicators;
use crate::params;
use crate::platform::actor::{Ability, Actor};
use crate::platform::audit::{Change, Event as Told};
use crate::platform::clock;
use crate::platform::database::{self, Conditions};
use crate::platform::error::AppError;
use crate::platform::search;

/// An event as it stands.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Event {
    pub id: i64,
    pub organisation_id: i64,
    pub year: String,
    pub kind: String,
    pub topic: String,
    pub form: String,
    pub aims: String,
    pub place: String,
    pub responsible: String,
    pub audience: String,
    pub partners: String,
    pub specialists: String,
    pub planned_on: Option<String>,
    pub planned_time: String,
    pub held_on: Option<String>,
    pub held_time: String,
    pub students: i64,
    pub parents: i64,
    pub first_involved: i64,
    pub links: String,
    pub outcome: String,
    pub repeats: Option<i64>,
    pub cancelled: bool,
    pub made_by: i64,
    pub made_at: i64,
    pub version: i64,
    pub name_kk: String,
    pub name_ru: String,
    pub maker: String,
}

impl Event {
    pub fn kind(&self) -> Kind {
        self.kind.parse().unwrap_or(Kind::Other)
    }

    /// The day it was held on, else the day it is planned for.
    pub fn day(&self) -> Option<NaiveDate> {
        self.held_on.as_ref().or(self.planned_on.as_ref()).and_then(|day| day.parse().ok())
    }

    pub fn links(&self) -> Vec<&str> {
        self.links.split_whitespace().collect()
    }

    /// Whether somebody changes it: who made it, who hands out the organisation's work, and who is named as responsible for it, as
    /// the plan names people.
    pub fn may_change(&self, actor: &Actor) -> bool {
        let own = search::folded(&actor.name);
        let names = |text: &str| text.split([',', ';', '\n']).any(|name| search::folded(name) == own);
        let responsible = actor.may(Ability::RecordEvents) && !own.is_empty() && names(&self.responsible);
        let all = actor.may(Ability::ManageDuties) || actor.may(Ability::EditPlans);
        self.organisation_id == actor.organisation_id && (self.made_by == actor.id || all || responsible)
    }

    /// The share of those to be involved first among the students who took part, in percent.
    pub fn first_share(&self) -> Option<i64> {
        (self.students > 0).then(|| (self.first_involved * 100 + self.students / 2) / self.students)
    }
}

/// A line of a list.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Line {
    pub id: i64,
    pub kind: String,
    pub topic: String,
    pub planned_on: Option<String>,
    pub held_on: Option<String>,
    pub students: i64,
    pub cancelled: bool,
    pub place: String,
    pub responsible: String,
    pub audience: String,
    pub partners: String,
    pub specialists: String,
    pub parents: i64,
    pub links: String,
    pub outcome: String,
    pub name_kk: String,
    pub name_ru: String,
}

impl Line {
    pub fn day(&self) -> Option<NaiveDate> {
        self.held_on.as_ref().or(self.planned_on.as_ref()).and_then(|day| day.parse().ok())
    }
}

const EVENT: &str = "SELECT e.id, e.organisation_id, e.year, e.kind, e.topic, e.form, e.aims, e.place, e.responsible, e.audience,
    e.partners, e.specialists, e.planned_on, e.planned_time, e.held_on, e.held_time, e.students, e.parents, e.first_involved,
    e.links, e.outcome, e.repeats, e.cancelled, e.made_by, e.made_at, e.version, o.name_kk, o.name_ru, a.name AS maker
    FROM event e JOIN organisation o ON o.id = e.organisation_id JOIN account a ON a.id = e.made_by";

const LINE: &str =
    "SELECT e.id, e.kind, e.topic, e.planned_on, e.held_on, e.students, e.cancelled, e.place, e.responsible, e.audience,
    e.partners, e.specialists, e.parents, e.links, e.outcome, o.name_kk, o.name_ru FROM event e JOIN organisation o ON o.id = e.organisation_id";

pub async fn find(db: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<Event, AppError> {
    let mut conditions = actor.organisations("e.organisation_id");
    conditions.and("e.id = ?", params![id]);
    let sql = format!("{EVENT}{}", conditions.sql());
    database::one(db, &sql, conditions.values).await?.ok_or(AppError::NotFound)
}

/// What a list asks for.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Filter {
    pub q: String,
    pub kind: String,
    /// `planned`, `held`, `cancelled`; empty for all.
    pub state: String,
    pub college: String,
    pub page: usize,
}

pub const PAGE: usize = 50;

fn conditions(actor: &Actor, year: AcademicYear, filter: &Filter) -> Conditions {
    let mut conditions = actor.organisations("e.organisation_id");
    conditions.and("e.year = ?", params![year.to_string()]);
    if let Ok(kind) = filter.kind.parse::<Kind>() {
        conditions.and("e.kind = ?", params![kind.word()]);
    }
    if let Ok(college) = filter.college.parse::<i64>() {
        conditions.and("e.organisation_id = ?", params![college]);
    }
    match filter.state.as_str() {
        "planned" => conditions.and("e.held_on IS NULL AND e.cancelled = FALSE", params![]),
        "held" => conditions.and("e.held_on IS NOT NULL AND e.cancelled = FALSE", params![]),
        "cancelled" => conditions.and("e.cancelled", params![]),
        _ => &mut conditions,
    };
    for word in search::folded(&filter.q).split(' ').filter(|word| !word.is_empty()).take(6) {
        conditions.and("e.search_name LIKE ? ESCAPE '\\'", params![format!("%{}%", search::escaped(word))]);
    }
    conditions
}

/// Events, the latest first, with their number.
pub async fn list(
    db: &DatabaseConnection,
    actor: &Actor,
    year: AcademicYear,
    filter: &Filter,
    most: usize,
) -> Result<(Vec<Line>, i64), DbErr> {
    let conditions = conditions(actor, year, filter);
    let count = format!("SELECT COUNT(*) FROM event e{}", conditions.sql());
    let total = database::number(db, &count, conditions.values.clone()).await?;
    let sql = format!(
        "{LINE}{} ORDER BY COALESCE(e.held_on, e.planned_on) DESC, e.id DESC LIMIT {most} OFFSET {}",
        conditions.sql(),
        filter.page.min(10_000) * PAGE
    );
    Ok((database::all(db, &sql, conditions.values).await?, total))
}

/// The own organisation's events between two days, for the calendar.
pub async fn between(
    db: &DatabaseConnection,
    organisation: i64,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Line>, DbErr> {
    let sql = format!(
        "{LINE} WHERE e.organisation_id = $1 AND e.cancelled = FALSE AND COALESCE(e.held_on, e.planned_on) >= $2
         AND COALESCE(e.held_on, e.planned_on) <= $3 ORDER BY COALESCE(e.held_on, e.planned_on), e.id LIMIT 1000"
    );
    database::all(db, &sql, params![organisation, from.to_string(), to.to_string()]).await
}

/// A group's curator hours of a year.
pub async fn of_group(db: &DatabaseConnection, group: i64, year: AcademicYear) -> Result<Vec<Line>, DbErr> {
    let sql = format!(
        "{LINE} JOIN event_group x ON x.event_id = e.id WHERE x.group_id = $1 AND e.year = $2 AND e.kind = 'curator_hour'
         AND e.cancelled = FALSE ORDER BY COALESCE(e.held_on, e.planned_on) DESC, e.id DESC LIMIT 200"
    );
    database::all(db, &sql, params![group, year.to_string()]).await
}

/// What somebody recorded lately, and what their own groups had: to be repeated.
pub async fn recent(db: &DatabaseConnection, actor: &Actor, year: AcademicYear) -> Result<Vec<Line>, DbErr> {
    let sql = format!(
        "{LINE} WHERE e.organisation_id = $1 AND e.year = $2 AND e.held_on IS NOT NULL AND e.cancelled = FALSE
         AND (e.made_by = $3 OR EXISTS (SELECT 1 FROM event_group x JOIN study_group g ON g.id = x.group_id
         WHERE x.event_id = e.id AND g.curator_id = $3)) ORDER BY e.held_on DESC, e.id DESC LIMIT 30"
    );
    database::all(db, &sql, params![actor.organisation_id, year.to_string(), actor.id]).await
}

/// Whether an organisation has any event of a year.
pub async fn any(db: &impl ConnectionTrait, organisation: i64, year: AcademicYear) -> Result<bool, DbErr> {
    let sql = "SELECT COUNT(*) FROM event WHERE organisation_id = $1 AND year = $2";
    Ok(database::number(db, sql, params![organisation, year.to_string()]).await? > 0)
}

/// The events that count for a record: of its kinds, within a stretch.
pub fn counting(organisation: i64, wanted: &Wanted, (from, to): (NaiveDate, NaiveDate)) -> Conditions {
    let mut conditions = Conditions::default();
    conditions.and("organisation_id = ?", params![organisation]);
    let marks = vec!["?"; wanted.kinds.len()].join(", ");
    conditions.and(&format!("kind IN ({marks})"), wanted.kinds.iter().map(|kind| kind.word().into()).collect());
    conditions.and("cancelled = FALSE", params![]);
    if wanted.specialists {
        conditions.and("specialists <> ''", params![]);
    }
    if wanted.published {
        conditions.and("links <> ''", params![]);
    }
    if wanted.planned {
        conditions.and("year = ?", params![AcademicYear::of(from).to_string()]);
    } else {
        conditions.and("held_on >= ? AND held_on <= ?", params![from.to_string(), to.to_string()]);
    }
    conditions
}

/// The first day within a stretch on which an event of a kind was held (or planned, where that is enough).
pub async fn first(
    db: &impl ConnectionTrait,
    organisation: i64,
    wanted: &Wanted,
    within: (NaiveDate, NaiveDate),
) -> Result<Option<NaiveDate>, DbErr> {
    let conditions = counting(organisation, wanted, within);
    if wanted.planned {
        let sql = format!("SELECT CAST(COALESCE(MIN(made_at), 0) AS BIGINT) FROM event{}", conditions.sql());
        let made = database::number(db, &sql, conditions.values).await?;
        return Ok((made > 0).then(|| clock::day(made)));
    }
    let sql = format!("SELECT MIN(held_on) FROM event{}", conditions.sql());
    let day = database::text(db, &sql, conditions.values).await?;
    Ok(day.and_then(|day| day.parse().ok()))
}

/// The topics of 14.8 that a college's prevention events of a year spoke of, once for each event.
pub async fn topics(db: &impl ConnectionTrait, college: i64, year: AcademicYear) -> Result<Vec<String>, DbErr> {
    let sql = "SELECT aims FROM event WHERE organisation_id = $1 AND year = $2 AND kind = 'prevention'
               AND held_on IS NOT NULL AND cancelled = FALSE AND aims <> ''";
    let aims = database::texts(db, sql, params![college, year.to_string()]).await?;
    Ok(aims.iter().flat_map(|aims| aims.split_whitespace()).map(str::to_owned).collect())
}

/// How many of a college's groups held a curator hour on a day, of how many. A day that nobody works on has its next working day
/// beside it.
pub async fn groups_with_curator_hour(
    db: &impl ConnectionTrait,
    college: i64,
    year: AcademicYear,
    (day, until): (NaiveDate, NaiveDate),
) -> Result<(i64, i64), DbErr> {
    let need = groups::count(db, college, year, until).await?;
    let mut conditions = Conditions::default();
    conditions.and("g.college_id = ?", params![college]);
    groups::studies(&mut conditions, year);
    groups::existed(&mut conditions, until);
    conditions.and(
        "EXISTS (SELECT 1 FROM event_group x JOIN event e ON e.id = x.event_id WHERE x.group_id = g.id
         AND e.kind = 'curator_hour' AND e.held_on >= ? AND e.held_on <= ? AND e.cancelled = FALSE)",
        params![day.to_string(), until.to_string()],
    );
    let sql = format!("SELECT COUNT(*) FROM study_group g{}", conditions.sql());
    Ok((database::number(db, &sql, conditions.values).await?, need))
}

/// The groups of a college that have no curator hour on a day yet.
pub async fn groups_without_curator_hour(
    db: &impl ConnectionTrait,
    college: i64,
    year: AcademicYear,
    (day, until): (NaiveDate, NaiveDate),
) -> Result<Vec<String>, DbErr> {
    let mut conditions = Conditions::default();
    conditions.and("g.college_id = ?", params![college]);
    groups::studies(&mut conditions, year);
    groups::existed(&mut conditions, until);
    conditions.and(
        "NOT EXISTS (SELECT 1 FROM event_group x JOIN event e ON e.id = x.event_id WHERE x.group_id = g.id
         AND e.kind = 'curator_hour' AND e.held_on >= ? AND e.held_on <= ? AND e.cancelled = FALSE)",
        params![day.to_string(), until.to_string()],
    );
    let sql = format!("SELECT g.code FROM study_group g{} ORDER BY g.code", conditions.sql());
    database::texts(db, &sql, conditions.values).await
}

/// The day on which an event's material was published: when its first link was written.
pub async fn published_on(db: &impl ConnectionTrait, event: i64) -> Result<Option<NaiveDate>, DbErr> {
    let sql = "SELECT COUNT(*) FROM event WHERE id = $1 AND links <> '' AND cancelled = FALSE";
    if database::number(db, sql, params![event]).await? == 0 {
        return Ok(None);
    }
    let sql = "SELECT CAST(COALESCE(MIN(at), 0) AS BIGINT) FROM audit
               WHERE entity = 'event' AND entity_id = $1 AND after LIKE '%\"links\":\"http%'";
    let at = database::number(db, sql, params![event]).await?;
    Ok((at > 0).then(|| clock::day(at)))
}

/// What an event's form says.
#[derive(Clone, Debug, Default)]
pub struct New {
    pub kind: Option<Kind>,
    pub topic: String,
    pub form: String,
    pub aims: Vec<String>,
    pub place: String,
    pub responsible: String,
    pub audience: String,
    pub partners: String,
    pub specialists: String,
    pub planned_on: Option<NaiveDate>,
    pub planned_time: String,
    pub held_on: Option<NaiveDate>,
    pub held_time: String,
    pub students: i64,
    pub parents: i64,
    pub first_involved: i64,
    pub links: Vec<String>,
    pub outcome: String,
    pub groups: Vec<i64>,
    /// Who took part, by name; empty where they were only counted.
    pub present: Vec<i64>,
    pub repeats: Option<i64>,
    pub cancelled: bool,
}

impl New {
    pub fn kind(&self) -> Kind {
        self.kind.unwrap_or(Kind::Other)
    }

    pub fn day(&self) -> Option<NaiveDate> {
        self.held_on.or(self.planned_on)
    }

    /// The same again: who came, what was published and what came of it is each day's own.
    pub fn again(self, of: i64) -> Self {
        Self {
            planned_on: None,
            planned_time: String::new(),
            held_on: None,
            students: 0,
            parents: 0,
            first_involved: 0,
            links: Vec::new(),
            outcome: String::new(),
            present: Vec::new(),
            repeats: Some(of),
            cancelled: false,
            ..self
        }
    }

    fn told(&self) -> serde_json::Value {
        serde_json::json!({
            "kind": self.kind().word(),
            "topic": self.topic,
            "form": self.form,
            "aims": self.aims.join(" "),
            "place": self.place,
            "responsible": self.responsible,
            "audience": self.audience,
            "partners": self.partners,
            "specialists": self.specialists,
            "planned_on": self.planned_on.map(|day| day.to_string()),
            "planned_time": self.planned_time,
            "held_on": self.held_on.map(|day| day.to_string()),
            "held_time": self.held_time,
            "students": self.students,
            "parents": self.parents,
            // Counted from a list it would say who is supported, as the names stand beside it.
            "first_involved": self.present.is_empty().then_some(self.first_involved),
            "links": self.links.join(" "),
            "outcome": self.outcome,
            "groups": self.groups,
            "present": self.present,
            "cancelled": self.cancelled,
        })
    }

    fn year(&self, fallback: AcademicYear) -> AcademicYear {
        self.day().map_or(fallback, AcademicYear::of)
    }
}

/// An event as its form would say it, to be written again with a change.
pub async fn as_new(db: &impl ConnectionTrait, event: &Event) -> Result<New, DbErr> {
    let day = |day: &Option<String>| day.as_ref().and_then(|day| day.parse().ok());
    Ok(New {
        kind: Some(event.kind()),
        topic: event.topic.clone(),
        form: event.form.clone(),
        aims: event.aims.split_whitespace().map(str::to_owned).collect(),
        place: event.place.clone(),
        responsible: event.responsible.clone(),
        audience: event.audience.clone(),
        partners: event.partners.clone(),
        specialists: event.specialists.clone(),
        planned_on: day(&event.planned_on),
        planned_time: event.planned_time.clone(),
        held_on: day(&event.held_on),
        held_time: event.held_time.clone(),
        students: event.students,
        parents: event.parents,
        first_involved: event.first_involved,
        links: event.links().into_iter().map(str::to_owned).collect(),
        outcome: event.outcome.clone(),
        groups: groups_of(db, event.id).await?,
        present: students_of(db, event.id).await?,
        repeats: event.repeats,
        cancelled: event.cancelled,
    })
}

/// Writes an event, new or changed, with everything that rests on it: tasks that close or open, figures that move.
/// `None` where somebody else changed it meanwhile.
pub async fn save(
    change: &Change,
    actor: &Actor,
    known: Option<&Event>,
    new: &New,
    year: AcademicYear,
) -> Result<Option<i64>, AppError> {
    let year = new.year(year);
    let mut new = new.clone();
    if !new.present.is_empty() {
        new.present = own_students(change, actor.organisation_id, &new).await?;
        new.students = i64::try_from(new.present.len()).unwrap_or(i64::MAX);
        new.first_involved = if new.present.is_empty() { 0 } else { supported(change, &new.present).await? };
    }
    let id = match known {
        None => insert(change, actor, &new, year).await?,
        Some(event) => {
            if !update(change, event, &new, year).await? {
                return Ok(None);
            }
            event.id
        }
    };
    participants(change, actor, id, &new).await?;
    let stage = new.held_on.filter(|_| new.kind() == Kind::LeagueStage && !new.cancelled);
    if known.is_some() {
        make::unmade(change, id, stage).await?;
    }
    if let Some(day) = stage {
        make::happened(change, actor.organisation_id, "league_stage", id, day).await?;
    }
    let old = known.map(|event| (event.kind(), event.day(), event.year.parse().unwrap_or(year)));
    for (kind, day, year) in old.into_iter().chain([(new.kind(), new.day(), year)]) {
        evidence::settle(change, actor.organisation_id, year, day, &evidence::records(kind)).await?;
        if kind == Kind::CuratorHour {
            indicators::count::touch(change, actor.organisation_id, year, &["curator_hours"]).await?;
        }
    }
    Ok(Some(id))
}

/// Of those named, the students of the event's own groups: whoever else a form names is not there.
async fn own_students(change: &Change, college: i64, new: &New) -> Result<Vec<i64>, DbErr> {
    if new.groups.is_empty() {
        return Ok(Vec::new());
    }
    let mut conditions = Conditions::default();
    conditions.among("s.id", &new.present).among("s.group_id", &new.groups).and("g.college_id = ?", params![college]);
    let sql = format!(
        "SELECT s.id FROM group_student s JOIN study_group g ON g.id = s.group_id{} ORDER BY s.id",
        conditions.sql()
    );
    Ok(database::all::<Key>(change.db(), &sql, conditions.values).await?.into_iter().map(|key| key.id).collect())
}

async fn supported(change: &Change, students: &[i64]) -> Result<i64, DbErr> {
    let mut conditions = Conditions::default();
    conditions.among("id", students).and("support <> ''", params![]);
    let sql = format!("SELECT COUNT(*) FROM group_student{}", conditions.sql());
    database::number(change.db(), &sql, conditions.values).await
}

fn columns(new: &New) -> Vec<sea_orm::Value> {
    params![
        new.kind().word(),
        new.topic.clone(),
        search::folded(&format!("{} {} {}", new.topic, new.place, new.responsible)),
        new.form.clone(),
        new.aims.join(" "),
        new.place.clone(),
        new.responsible.clone(),
        new.audience.clone(),
        new.partners.clone(),
        new.specialists.clone(),
        new.planned_on.map(|day| day.to_string()),
        new.planned_time.clone(),
        new.held_on.map(|day| day.to_string()),
        new.held_time.clone(),
        new.students,
        new.parents,
        new.first_involved,
        new.links.join(" "),
        new.outcome.clone(),
        new.cancelled
    ]
}

async fn insert(change: &Change, actor: &Actor, new: &New, year: AcademicYear) -> Result<i64, DbErr> {
    let mut values = columns(new);
    values.extend(params![actor.organisation_id, year.to_string(), actor.id, change.at(), new.repeats]);
    let id = database::number(
        change.db(),
        "INSERT INTO event (kind, topic, search_name, form, aims, place, responsible, audience, partners, specialists,
         planned_on, planned_time, held_on, held_time, students, parents, first_involved, links, outcome, cancelled,
         organisation_id, year, made_by, made_at, repeats, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
         $24, $25, 1) RETURNING id",
        values,
    )
    .await?;
    change.record(Told::new("event-event", "event", id).after(new.told())).await?;
    Ok(id)
}

async fn update(change: &Change, event: &Event, new: &New, year: AcademicYear) -> Result<bool, DbErr> {
    let before = as_new(change.db(), event).await?.told();
    let mut values = columns(new);
    values.extend(params![year.to_string(), event.id, event.version]);
    let written = database::run(
        change.db(),
        "UPDATE event SET kind = $1, topic = $2, search_name = $3, form = $4, aims = $5, place = $6, responsible = $7,
         audience = $8, partners = $9, specialists = $10, planned_on = $11, planned_time = $12, held_on = $13,
         held_time = $14, students = $15, parents = $16, first_involved = $17, links = $18, outcome = $19, cancelled = $20,
         year = $21, version = version + 1 WHERE id = $22 AND version = $23",
        values,
    )
    .await?;
    if written == 0 {
        return Ok(false);
    }
    change.record(Told::new("event-event-changed", "event", event.id).before(before).after(new.told())).await?;
    Ok(true)
}

async fn participants(change: &Change, actor: &Actor, id: i64, new: &New) -> Result<(), DbErr> {
    database::run(change.db(), "DELETE FROM event_group WHERE event_id = $1", params![id]).await?;
    database::run(change.db(), "DELETE FROM event_student WHERE event_id = $1", params![id]).await?;
    for group in &new.groups {
        let sql = "INSERT INTO event_group (event_id, group_id)
                   SELECT $1, id FROM study_group WHERE id = $2 AND college_id = $3";
        database::run(change.db(), sql, params![id, *group, actor.organisation_id]).await?;
    }
    for student in &new.present {
        let sql = "INSERT INTO event_student (event_id, student_id)
                   SELECT $1, id FROM group_student WHERE id = $2 AND college_id = $3";
        database::run(change.db(), sql, params![id, *student, actor.organisation_id]).await?;
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct Key {
    id: i64,
}

/// The groups of an event.
pub async fn groups_of(db: &impl ConnectionTrait, event: i64) -> Result<Vec<i64>, DbErr> {
    let sql = "SELECT group_id AS id FROM event_group WHERE event_id = $1 ORDER BY group_id";
    Ok(database::all::<Key>(db, sql, params![event]).await?.into_iter().map(|key| key.id).collect())
}

pub async fn students_of(db: &impl ConnectionTrait, event: i64) -> Result<Vec<i64>, DbErr> {
    let sql = "SELECT student_id AS id FROM event_student WHERE event_id = $1 ORDER BY student_id";
    Ok(database::all::<Key>(db, sql, params![event]).await?.into_iter().map(|key| key.id).collect())
}
