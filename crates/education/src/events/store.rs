//! Events in the database.

use std::collections::HashMap;

use chrono::{NaiveDate, NaiveTime};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use sheber_kernel::{AcademicYear, Day, Lang, words};
use sheber_people::groups::students::{self, Student};
use sheber_people::organisations;
use sheber_platform::actor::Actor;
use sheber_platform::change::Change;
use sheber_platform::columns::Words;
use sheber_platform::database::{self, Conditions};
use sheber_platform::entry::{Entity, Entry};
use sheber_platform::error::AppError;
use sheber_platform::forms::open;
use sheber_platform::list::{Column, Order, Query};
use sheber_platform::record::{self, Record};
use sheber_platform::{clock, params, search};

use super::kinds::Kind;
use super::rights;

/// As the trail names it.
pub const EVENT: Entity = Entity("event");

sheber_platform::record! {
    /// What an event's form says.
    EventForm of "event" {
        kind: Kind = choice(),
        topic: String = text(300),
        /// The form of a curator hour (14.9), a word of the guidance.
        form: String = open_text(40),
        /// The aims of a curator hour (1.1), or the topics of prevention (14.8), words of the guidance.
        aims: Words<String> = chosen(10),
        place: String = open_text(200),
        responsible: String = open_text(200),
        audience: String = open_text(300),
        partners: String = open_text(1000),
        specialists: String = open_text(1000),
        planned_on: Option<Day> = open_day(),
        planned_time: String = open_time(),
        /// How long it is planned to last, in minutes; 0 where nobody said.
        minutes: i64 = open_number(1440),
        held_on: Option<Day> = open_day(),
        held_time: String = open_time(),
        students: i64 = open_number(20_000),
        parents: i64 = open_number(20_000),
        /// Of the students, those to be involved first (14.7).
        first_involved: i64 = open_number(20_000),
        links: Words<String> = links(20),
        outcome: String = open_text(3000),
        cancelled: bool = ticked(),
    }
}

impl EventForm {
    /// An event that was held, of which nothing more is known yet.
    pub fn held(kind: Kind, topic: String, day: Day) -> Self {
        let empty = String::new;
        Self {
            kind,
            topic,
            form: empty(),
            aims: Words::default(),
            place: empty(),
            responsible: empty(),
            audience: empty(),
            partners: empty(),
            specialists: empty(),
            planned_on: None,
            planned_time: empty(),
            minutes: 0,
            held_on: Some(day),
            held_time: empty(),
            students: 0,
            parents: 0,
            first_involved: 0,
            links: Words::default(),
            outcome: empty(),
            cancelled: false,
        }
    }

    /// The day it was held on, else the day it is planned for.
    pub fn day(&self) -> Option<NaiveDate> {
        self.held_on.or(self.planned_on).map(|day| day.0)
    }
}

/// An event as it stands.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Event {
    pub id: i64,
    pub organisation_id: i64,
    pub year: AcademicYear,
    #[sea_orm(nested)]
    pub details: EventForm,
    pub repeats: Option<i64>,
    pub made_by: i64,
    pub made_at: i64,
    pub version: i64,
    pub name_kk: String,
    pub name_ru: String,
    pub maker: String,
}

impl Event {
    pub fn day(&self) -> Option<NaiveDate> {
        self.details.day()
    }

    pub fn organisation(&self, lang: Lang) -> &str {
        lang.pick(&self.name_kk, &self.name_ru)
    }

    /// Whether somebody changes it: who made it, who hands out the organisation's work, and who is named as responsible for it, as
    /// the plan names people.
    pub fn may_change(&self, actor: &Actor) -> bool {
        let own = search::folded(&actor.name);
        let names = |text: &str| text.split([',', ';', '\n']).any(|name| search::folded(name) == own);
        let responsible = actor.may(rights::RECORD) && !own.is_empty() && names(&self.details.responsible);
        let all = actor.may(organisations::rights::LEAD) || actor.may(rights::EDIT_ALL);
        self.organisation_id == actor.organisation_id && (self.made_by == actor.id || all || responsible)
    }

    /// The share of those to be involved first among the students who took part, in percent.
    pub fn first_share(&self) -> Option<i64> {
        let students = self.details.students;
        (students > 0).then(|| (self.details.first_involved * 100 + students / 2) / students)
    }
}

/// A line of a list.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Line {
    pub id: i64,
    pub kind: Kind,
    pub topic: String,
    pub planned_on: Option<Day>,
    pub held_on: Option<Day>,
    pub planned_time: String,
    pub held_time: String,
    /// How long it is planned to last; 0 where nobody said.
    pub minutes: i64,
    pub students: i64,
    pub cancelled: bool,
    pub place: String,
    pub responsible: String,
    pub audience: String,
    pub partners: String,
    pub specialists: String,
    pub parents: i64,
    pub links: Words<String>,
    pub outcome: String,
    pub name_kk: String,
    pub name_ru: String,
}

impl Line {
    /// When it begins on its day, where somebody said.
    pub fn time(&self) -> Option<NaiveTime> {
        let text = if self.held_on.is_some() { &self.held_time } else { &self.planned_time };
        NaiveTime::parse_from_str(text, "%H:%M").ok()
    }

    pub fn day(&self) -> Option<NaiveDate> {
        self.held_on.or(self.planned_on).map(|day| day.0)
    }

    pub fn organisation(&self, lang: Lang) -> &str {
        lang.pick(&self.name_kk, &self.name_ru)
    }

    pub const fn state(&self) -> State {
        State::of(self.held_on, self.cancelled)
    }
}

pub(super) const LINES: &str =
    "SELECT e.id, e.kind, e.topic, e.planned_on, e.held_on, e.students, e.cancelled, e.place, e.responsible,
    e.planned_time, e.held_time, e.minutes, e.audience, e.partners, e.specialists, e.parents, e.links, e.outcome, o.name_kk, o.name_ru";
pub(super) const FROM: &str = "FROM event e JOIN organisation o ON o.id = e.organisation_id";
pub(super) const DAY: &str = "COALESCE(e.held_on, e.planned_on)";

fn select() -> String {
    format!(
        "SELECT e.id, e.organisation_id, e.year, {}, e.repeats, e.made_by, e.made_at, e.version, o.name_kk, o.name_ru,
             a.name AS maker
         {FROM} JOIN account a ON a.id = e.made_by",
        EventForm::columns("e")
    )
}

pub async fn find(db: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<Event, AppError> {
    let mut conditions = actor.organisations("e.organisation_id");
    conditions.and("e.id = ?", params![id]);
    let sql = format!("{}{}", select(), conditions.sql());
    database::one(db, &sql, conditions.values).await?.ok_or(AppError::NotFound)
}

/// An event, for those who come to it by another way than their scope: a link.
pub async fn opened(db: &impl ConnectionTrait, id: i64) -> Result<Event, AppError> {
    let sql = format!("{} WHERE e.id = $1", select());
    database::one(db, &sql, params![id]).await?.ok_or(AppError::NotFound)
}

/// What happened to an event, where and when it stands.
pub fn entry(what: &'static str, event: &Event) -> Entry {
    let entry = Entry::new(what, EVENT, event.id);
    entry.at(event.organisation_id, event.year, event.details.kind.word(), event.day())
}

words! {
    /// Where an event stands.
    State {
        Planned = "planned",
        Held = "held",
        Cancelled = "cancelled",
    }
}

impl State {
    const fn of(held_on: Option<Day>, cancelled: bool) -> Self {
        match (cancelled, held_on) {
            (true, _) => Self::Cancelled,
            (false, Some(_)) => Self::Held,
            (false, None) => Self::Planned,
        }
    }
}

/// What a list of events is filtered by.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    pub q: String,
    #[serde(deserialize_with = "open", skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    #[serde(deserialize_with = "open", skip_serializing_if = "Option::is_none")]
    pub state: Option<State>,
    #[serde(deserialize_with = "open", skip_serializing_if = "Option::is_none")]
    pub college: Option<i64>,
    #[serde(skip_serializing)]
    pub at: String,
}

impl Filter {
    pub fn is_plain(&self) -> bool {
        self.q.trim().is_empty() && self.kind.is_none() && self.state.is_none() && self.college.is_none()
    }
}

/// The events of a year in scope, the latest first.
pub fn list(actor: &Actor, year: AcademicYear, filter: &Filter) -> Query<'static> {
    const LATEST: Order = Order::down(&[Column::Text(DAY), Column::Number("e.id")]);
    let mut conditions = actor.organisations("e.organisation_id");
    conditions.and("e.year = ?", params![year]);
    if let Some(kind) = filter.kind {
        conditions.and("e.kind = ?", params![kind]);
    }
    if let Some(college) = filter.college {
        conditions.and("e.organisation_id = ?", params![college]);
    }
    match filter.state {
        Some(State::Planned) => conditions.and("e.held_on IS NULL AND e.cancelled = FALSE", params![]),
        Some(State::Held) => conditions.and("e.held_on IS NOT NULL AND e.cancelled = FALSE", params![]),
        Some(State::Cancelled) => conditions.and("e.cancelled", params![]),
        None => &mut conditions,
    };
    conditions.search("e.search_name", &filter.q);
    Query { select: LINES.into(), from: FROM, conditions, order: LATEST }
}

/// The own organisation's events between two days, for the calendar.
pub async fn between(
    db: &impl ConnectionTrait,
    organisation: i64,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Line>, DbErr> {
    let sql = format!(
        "{LINES} {FROM} WHERE e.organisation_id = $1 AND e.cancelled = FALSE AND {DAY} >= $2 AND {DAY} <= $3
         ORDER BY {DAY}, e.id LIMIT 1000"
    );
    database::all(db, &sql, params![organisation, Day(from), Day(to)]).await
}

/// What somebody recorded lately, and what their own groups had: to be repeated.
pub async fn recent(db: &impl ConnectionTrait, actor: &Actor, year: AcademicYear) -> Result<Vec<Line>, DbErr> {
    let sql = format!(
        "{LINES} {FROM} WHERE e.organisation_id = $1 AND e.year = $2 AND e.held_on IS NOT NULL AND e.cancelled = FALSE
         AND (e.made_by = $3 OR EXISTS (SELECT 1 FROM event_group x JOIN study_group g ON g.id = x.group_id
         WHERE x.event_id = e.id AND g.curator_id = $3)) ORDER BY e.held_on DESC, e.id DESC LIMIT 30"
    );
    database::all(db, &sql, params![actor.organisation_id, year, actor.id]).await
}

/// The topics of 14.8 that a college's prevention events of a year spoke of, once for each event.
pub async fn topics(db: &impl ConnectionTrait, college: i64, year: AcademicYear) -> Result<Vec<String>, DbErr> {
    let sql = "SELECT aims FROM event WHERE organisation_id = $1 AND year = $2 AND kind = 'prevention'
               AND held_on IS NOT NULL AND cancelled = FALSE AND aims <> ''";
    let aims = database::values::<Words<String>>(db, sql, params![college, year]).await?;
    Ok(aims.into_iter().flat_map(|aims| aims.0).collect())
}

/// An event to be written: what its form says, whose it was and who came.
#[derive(Clone, Debug)]
pub struct Draft {
    pub details: EventForm,
    pub groups: Vec<i64>,
    /// Who took part, by name; empty where they were only counted.
    pub present: Vec<i64>,
    pub repeats: Option<i64>,
}

impl Draft {
    /// An event as it stands, to be written again with a change.
    pub async fn of(db: &impl ConnectionTrait, event: &Event) -> Result<Self, DbErr> {
        Ok(Self {
            details: event.details.clone(),
            groups: groups_of(db, event.id).await?,
            present: students_of(db, event.id).await?,
            repeats: event.repeats,
        })
    }

    /// The same again on a day: who came, what was published and what came of it is each day's own.
    pub fn again(self, of: i64, held_on: NaiveDate, students: i64) -> Self {
        let details = EventForm {
            planned_on: None,
            planned_time: String::new(),
            held_on: Some(Day(held_on)),
            students,
            parents: 0,
            first_involved: 0,
            links: Words::default(),
            outcome: String::new(),
            cancelled: false,
            ..self.details
        };
        Self { details, present: Vec::new(), repeats: Some(of), ..self }
    }

    fn json(&self) -> serde_json::Value {
        let mut json = self.details.json();
        json["groups"] = serde_json::json!(self.groups);
        json["present"] = serde_json::json!(self.present);
        if !self.present.is_empty() {
            // Counted from a list it would say who is supported, as the names stand beside it.
            json["first_involved"] = serde_json::Value::Null;
        }
        json
    }
}

/// Writes an event, new or changed. `None` where somebody else changed it meanwhile.
pub async fn save(
    change: &Change,
    actor: &Actor,
    old: Option<&Event>,
    draft: &Draft,
    year: AcademicYear,
) -> Result<Option<i64>, AppError> {
    // Whoever writes who came to a day waits here, too, before it touches the event's row.
    let college = actor.organisation_id;
    let mut draft = draft.clone();
    if !draft.present.is_empty() {
        let present = own_students(change.db(), college, &draft).await?;
        draft.present = present.iter().map(|student| student.id).collect();
        let count = |students: usize| i64::try_from(students).unwrap_or(i64::MAX);
        draft.details.students = count(present.len());
        draft.details.first_involved = count(present.iter().filter(|student| !student.support.is_empty()).count());
    }
    let year = draft.details.day().map_or(year, AcademicYear::of);
    // Material was published when its first link was written; what is corrected later makes nothing late.
    let published = (!draft.details.links.is_empty()).then(|| Day(clock::day(change.at())));
    let words = [&draft.details.topic, &draft.details.place, &draft.details.responsible].map(String::as_str).join(" ");
    let search_name = search::indexed(&words);
    let (id, recorded) = match old {
        None => {
            let further = vec![
                ("search_name", search_name.into()),
                ("organisation_id", college.into()),
                ("year", year.into()),
                ("published_on", published.into()),
                ("repeats", draft.repeats.into()),
                ("made_by", actor.id.into()),
                ("made_at", change.at().into()),
            ];
            let id = record::insert(change.db(), &draft.details, further).await?;
            (id, Entry::new("trail-event", EVENT, id))
        }
        Some(event) => {
            let before = Draft::of(change.db(), event).await?.json();
            let further = vec![("search_name", search_name.into()), ("year", year.into())];
            if !record::update(change.db(), &draft.details, (event.id, event.version), further).await? {
                return Ok(None);
            }
            if published.is_some() {
                let sql = "UPDATE event SET published_on = $2 WHERE id = $1 AND published_on IS NULL";
                database::run(change.db(), sql, params![event.id, published]).await?;
            }
            (event.id, entry("trail-event-changed", event).before(before))
        }
    };
    participants(change, college, id, &draft).await?;
    let recorded = recorded.after(draft.json()).at(college, year, draft.details.kind.word(), draft.details.day());
    change.record(recorded).await?;
    Ok(Some(id))
}

/// Of those named, the students of the event's own groups: whoever else a form names is not there.
async fn own_students(db: &impl ConnectionTrait, college: i64, draft: &Draft) -> Result<Vec<Student>, DbErr> {
    let mut named = students::with_keys(db, college, &draft.present).await?;
    named.retain(|student| draft.groups.contains(&student.group_id));
    Ok(named)
}

async fn participants(change: &Change, college: i64, id: i64, draft: &Draft) -> Result<(), AppError> {
    database::run(change.db(), "DELETE FROM event_group WHERE event_id = $1", params![id]).await?;
    database::run(change.db(), "DELETE FROM event_student WHERE event_id = $1", params![id]).await?;
    for group in &draft.groups {
        let sql = "INSERT INTO event_group (event_id, group_id)
                   SELECT $1, id FROM study_group WHERE id = $2 AND college_id = $3";
        if database::run(change.db(), sql, params![id, *group, college]).await? == 0 {
            return Err(AppError::Bad("error-form"));
        }
    }
    for student in &draft.present {
        let sql = "INSERT INTO event_student (event_id, student_id) VALUES ($1, $2)";
        database::run(change.db(), sql, params![id, *student]).await?;
    }
    Ok(())
}

/// The groups of an event.
pub async fn groups_of(db: &impl ConnectionTrait, event: i64) -> Result<Vec<i64>, DbErr> {
    let sql = "SELECT group_id FROM event_group WHERE event_id = $1 ORDER BY group_id";
    database::values(db, sql, params![event]).await
}

/// The students who took part in an event, by name.
pub async fn students_of(db: &impl ConnectionTrait, event: i64) -> Result<Vec<i64>, DbErr> {
    let sql = "SELECT student_id FROM event_student WHERE event_id = $1 ORDER BY student_id";
    database::values(db, sql, params![event]).await
}

/// Where events stand, by their keys.
pub async fn states(db: &impl ConnectionTrait, keys: &[i64]) -> Result<HashMap<i64, State>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        id: i64,
        held_on: Option<Day>,
        cancelled: bool,
    }
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let mut conditions = Conditions::default();
    conditions.among("id", keys);
    let sql = format!("SELECT id, held_on, cancelled FROM event{}", conditions.sql());
    let rows: Vec<Row> = database::all(db, &sql, conditions.values).await?;
    Ok(rows.into_iter().map(|row| (row.id, State::of(row.held_on, row.cancelled))).collect())
}
