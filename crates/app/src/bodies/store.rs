//! Bodies and clubs in the database.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use sheber_kernel::{AcademicYear, words};
use sheber_norms::college;

use crate::duties::evidence;
use crate::params;
use crate::platform::actor::Actor;
use crate::platform::audit::{Change, Event};
use crate::platform::clock;
use crate::platform::database;
use crate::platform::error::AppError;
use crate::platform::search;

words! {
    /// What a body is.
    Kind {
        /// Youth affairs committee (жастар ісі жөніндегі комитет).
        Committee = "committee",
        /// «Жас Сарбаз».
        YoungSoldier = "young_soldier",
        /// Interest club (қызығушылық клубы).
        InterestClub = "interest_club",
        /// Debate club (дебат клубы).
        DebateClub = "debate_club",
        /// Student parliament (студенттік парламент).
        Parliament = "parliament",
        /// Interest circle (үйірме).
        Circle = "circle",
        /// Sport section (спорт секциясы).
        Section = "section",
    }
}

/// A body, club, circle or section.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Body {
    pub id: i64,
    pub college_id: i64,
    pub kind: String,
    pub name: String,
    pub leader: String,
    pub contact: String,
    pub timetable: String,
    pub place: String,
    /// The youth inspector, of a committee.
    pub inspector: String,
    pub order_number: String,
    pub founded_on: String,
    pub closed_on: Option<String>,
    pub version: i64,
    pub members: i64,
    pub seats: i64,
}

impl Body {
    pub fn kind(&self) -> Kind {
        self.kind.parse().unwrap_or(Kind::InterestClub)
    }
}

const BODY: &str = "SELECT b.id, b.college_id, b.kind, b.name, b.leader, b.contact, b.timetable, b.place, b.inspector,
    b.order_number, b.founded_on, b.closed_on, b.version,
    (SELECT COUNT(*) FROM body_member m WHERE m.body_id = b.id AND m.active) AS members,
    (SELECT COUNT(*) FROM body_member m WHERE m.body_id = b.id AND m.active AND m.seat <> '') AS seats FROM body b";

/// What bodies a college in scope has.
pub async fn list(db: &impl ConnectionTrait, actor: &Actor, college: i64, closed: bool) -> Result<Vec<Body>, DbErr> {
    let mut conditions = actor.scope().colleges("b.college_id");
    let state = if closed { "b.closed_on IS NOT NULL" } else { "b.closed_on IS NULL" };
    conditions.and(&format!("b.college_id = ? AND {state}"), params![college]);
    let sql = format!("{BODY}{} ORDER BY b.kind, b.search_name LIMIT 2000", conditions.sql());
    database::all(db, &sql, conditions.values).await
}

pub async fn find(db: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<Body, AppError> {
    let mut conditions = actor.scope().colleges("b.college_id");
    conditions.and("b.id = ?", params![id]);
    let sql = format!("{BODY}{}", conditions.sql());
    database::one(db, &sql, conditions.values).await?.ok_or(AppError::NotFound)
}

/// What the norm looks at: of each kind whether it is there, with inspector and seats.
pub async fn facts(db: &impl ConnectionTrait, college: i64) -> Result<BTreeMap<String, college::Body>, DbErr> {
    let sql = format!("{BODY} WHERE b.college_id = $1 AND b.closed_on IS NULL");
    let bodies: Vec<Body> = database::all(db, &sql, params![college]).await?;
    let mut facts: BTreeMap<String, college::Body> = BTreeMap::new();
    for body in bodies {
        let fact = facts.entry(body.kind.clone()).or_default();
        fact.has_inspector |= !body.inspector.is_empty();
        fact.seats += usize::try_from(body.seats).unwrap_or(0);
    }
    Ok(facts)
}

/// The day on which a college's first circle was there within a year.
pub async fn first_circle(
    db: &impl ConnectionTrait,
    college: i64,
    year: AcademicYear,
) -> Result<Option<NaiveDate>, DbErr> {
    let sql = "SELECT MIN(founded_on) FROM body WHERE college_id = $1 AND kind = 'circle' AND closed_on IS NULL";
    let day = database::text(db, sql, params![college]).await?.and_then(|day| day.parse::<NaiveDate>().ok());
    // One that was founded before the year goes on in it.
    Ok(day.map(|day| day.max(year.first_day())))
}

/// What a body's form says.
#[derive(Clone, Debug)]
pub struct New {
    pub kind: Kind,
    pub name: String,
    pub leader: String,
    pub contact: String,
    pub timetable: String,
    pub place: String,
    pub inspector: String,
    pub order_number: String,
    pub founded_on: NaiveDate,
    pub closed: bool,
}

impl New {
    fn columns(&self, change: &Change) -> Vec<sea_orm::Value> {
        params![
            self.kind.word(),
            self.name.clone(),
            search::folded(&format!("{} {}", self.name, self.leader)),
            self.leader.clone(),
            self.contact.clone(),
            self.timetable.clone(),
            self.place.clone(),
            self.inspector.clone(),
            self.order_number.clone(),
            self.founded_on.to_string(),
            self.closed.then(|| clock::day(change.at()).to_string())
        ]
    }

    fn told(&self) -> serde_json::Value {
        serde_json::json!({
            "kind": self.kind.word(), "name": self.name, "leader": self.leader, "inspector": self.inspector,
            "timetable": self.timetable, "closed": self.closed,
        })
    }
}

/// What rests on a college's bodies is looked at again.
async fn settled(change: &Change, college: i64) -> Result<(), DbErr> {
    let year = AcademicYear::of(clock::day(change.at()));
    evidence::settle(change, college, year, None, &["circles"]).await
}

pub async fn insert(change: &Change, college: i64, new: &New) -> Result<i64, DbErr> {
    let mut values = new.columns(change);
    values.extend(params![college]);
    let id = database::number(
        change.db(),
        "INSERT INTO body (kind, name, search_name, leader, contact, timetable, place, inspector, order_number, founded_on,
         closed_on, college_id, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1) RETURNING id",
        values,
    )
    .await?;
    change.record(Event::new("event-body", "body", id).after(new.told())).await?;
    settled(change, college).await?;
    Ok(id)
}

pub async fn update(change: &Change, known: &Body, new: &New) -> Result<bool, DbErr> {
    let mut values = new.columns(change);
    values.extend(params![known.id, known.version]);
    let written = database::run(
        change.db(),
        "UPDATE body SET kind = $1, name = $2, search_name = $3, leader = $4, contact = $5, timetable = $6, place = $7,
         inspector = $8, order_number = $9, founded_on = $10,
         closed_on = CASE WHEN $11 IS NULL THEN NULL ELSE COALESCE(closed_on, $11) END, version = version + 1
         WHERE id = $12 AND version = $13",
        values,
    )
    .await?;
    let before = serde_json::json!({ "name": known.name, "leader": known.leader, "inspector": known.inspector });
    change.record(Event::new("event-body-changed", "body", known.id).before(before).after(new.told())).await?;
    settled(change, known.college_id).await?;
    Ok(written == 1)
}

/// A member, with the collegial body they sit in, where they do.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Member {
    pub id: i64,
    pub name: String,
    pub seat: String,
}

pub async fn members(db: &impl ConnectionTrait, body: i64) -> Result<Vec<Member>, DbErr> {
    let sql = "SELECT id, name, seat FROM body_member WHERE body_id = $1 AND active ORDER BY name, id";
    database::all(db, sql, params![body]).await
}

/// The members of a college's student parliament, by name.
pub async fn parliament(db: &impl ConnectionTrait, college: i64) -> Result<Vec<String>, DbErr> {
    let sql = "SELECT DISTINCT m.name FROM body_member m JOIN body b ON b.id = m.body_id
               WHERE b.college_id = $1 AND b.kind = 'parliament' AND b.closed_on IS NULL AND m.active ORDER BY m.name";
    database::texts(db, sql, params![college]).await
}

/// Adds a member; `false` where somebody of this name is one already.
pub async fn add_member(change: &Change, body: i64, name: &str, seat: &str) -> Result<bool, DbErr> {
    change.in_order().await?;
    let known = members(change.db(), body).await?;
    if known.iter().any(|member| search::folded(&member.name) == search::folded(name)) {
        return Ok(false);
    }
    let sql = "INSERT INTO body_member (body_id, name, seat, active) VALUES ($1, $2, $3, TRUE)";
    database::run(change.db(), sql, params![body, name, seat]).await?;
    let after = serde_json::json!({ "member": name, "seat": seat });
    change.record(Event::new("event-body-member", "body", body).after(after)).await?;
    Ok(true)
}

pub async fn remove_member(change: &Change, body: i64, member: i64) -> Result<bool, DbErr> {
    let sql = "UPDATE body_member SET active = FALSE WHERE id = $1 AND body_id = $2 AND active";
    let written = database::run(change.db(), sql, params![member, body]).await?;
    let before = serde_json::json!({ "member": member });
    change.record(Event::new("event-body-member-removed", "body", body).before(before)).await?;
    Ok(written == 1)
}
