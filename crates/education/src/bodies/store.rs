//! Bodies and clubs in the database.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use sheber_kernel::{AcademicYear, Day, Lang, words};
use sheber_norms::educational_work;
use sheber_platform::actor::Actor;
use sheber_platform::change::Change;
use sheber_platform::database::{self, Conditions};
use sheber_platform::entry::{Entity, Entry};
use sheber_platform::error::AppError;
use sheber_platform::record::{self, Record};
use sheber_platform::{clock, params, search};

/// As the trail names it.
pub const BODY: Entity = Entity("body");

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

sheber_platform::record! {
    /// What a body's form says.
    BodyForm of "body" {
        kind: Kind = choice(),
        name: String = text(200),
        leader: String = text(200),
        contact: String = open_text(200),
        timetable: String = open_text(500),
        place: String = open_text(200),
        /// The youth inspector, of a committee.
        inspector: String = open_text(200),
        order_number: String = open_text(100),
        founded_on: Day = day(),
    }
}

/// A body, club, circle or section.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Body {
    pub id: i64,
    pub college_id: i64,
    #[sea_orm(nested)]
    pub details: BodyForm,
    pub closed_on: Option<Day>,
    pub version: i64,
    pub members: i64,
    pub seats: i64,
}

fn select() -> String {
    format!(
        "SELECT b.id, b.college_id, {}, b.closed_on, b.version,
             (SELECT COUNT(*) FROM body_member m WHERE m.body_id = b.id AND m.active) AS members,
             (SELECT COUNT(*) FROM body_member m WHERE m.body_id = b.id AND m.active AND m.seat <> '') AS seats
         FROM body b",
        BodyForm::columns("b")
    )
}

/// What bodies a college in scope has.
pub async fn list(
    db: &impl ConnectionTrait,
    actor: &Actor,
    college: i64,
    closed: bool,
    query: &str,
) -> Result<Vec<Body>, DbErr> {
    let mut conditions = actor.scope().colleges("b.college_id");
    let state = if closed { "b.closed_on IS NOT NULL" } else { "b.closed_on IS NULL" };
    conditions.and(&format!("b.college_id = ? AND {state}"), params![college]).search("b.search_name", query);
    let sql = format!("{}{} ORDER BY b.kind, b.sort_name, b.id LIMIT 2000", select(), conditions.sql());
    database::all(db, &sql, conditions.values).await
}

pub async fn find(db: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<Body, AppError> {
    let mut conditions = actor.scope().colleges("b.college_id");
    conditions.and("b.id = ?", params![id]);
    let sql = format!("{}{}", select(), conditions.sql());
    database::one(db, &sql, conditions.values).await?.ok_or(AppError::NotFound)
}

/// What the norm looks at: of each kind whether it is there, with inspector and seats.
pub async fn facts(
    db: &impl ConnectionTrait,
    colleges: &[i64],
) -> Result<HashMap<i64, educational_work::Bodies>, DbErr> {
    let mut conditions = Conditions::default();
    conditions.among("b.college_id", colleges).and("b.closed_on IS NULL", params![]);
    let sql = format!("{}{}", select(), conditions.sql());
    let bodies: Vec<Body> = database::all(db, &sql, conditions.values).await?;
    let mut facts: HashMap<i64, educational_work::Bodies> = HashMap::new();
    for body in bodies {
        let fact = facts.entry(body.college_id).or_default().entry(body.details.kind.word().to_owned()).or_default();
        fact.has_inspector |= !body.details.inspector.is_empty();
        fact.seats += usize::try_from(body.seats).unwrap_or(0);
    }
    Ok(facts)
}

/// What of a record is not said but follows: how it is found and sorted.
fn derived(details: &BodyForm) -> Vec<(&'static str, sea_orm::Value)> {
    vec![
        ("search_name", search::indexed(&format!("{} {}", details.name, details.leader)).into()),
        ("sort_name", search::sort_key(Lang::Kk, &details.name).into()),
    ]
}

fn entry(change: &Change, what: &'static str, college: i64, id: i64) -> Entry {
    Entry::new(what, BODY, id).of(college, AcademicYear::of(clock::day(change.at())))
}

pub async fn insert(change: &Change, actor: &Actor, details: &BodyForm) -> Result<i64, DbErr> {
    let college = actor.organisation_id;
    let mut further = derived(details);
    further.extend([("college_id", college.into()), ("made_by", actor.id.into())]);
    let id = record::insert(change.db(), details, further).await?;
    change.record(entry(change, "trail-body", college, id).after(details.json())).await?;
    Ok(id)
}

/// Writes over the version of a body that somebody has seen; `false` where it is another one by now.
pub async fn update(change: &Change, old: &Body, details: &BodyForm, closed: bool) -> Result<bool, DbErr> {
    let closed_on = closed.then(|| old.closed_on.unwrap_or(Day(clock::day(change.at()))));
    let mut further = derived(details);
    further.push(("closed_on", closed_on.into()));
    if !record::update(change.db(), details, (old.id, old.version), further).await? {
        return Ok(false);
    }
    let entry = entry(change, "trail-body-changed", old.college_id, old.id)
        .before(old.details.json_with("closed", old.closed_on.is_some()))
        .after(details.json_with("closed", closed));
    change.record(entry).await?;
    Ok(true)
}

/// A member, with the collegial body they sit in, where they do.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Member {
    pub id: i64,
    pub name: String,
    pub seat: String,
}

pub async fn members(db: &impl ConnectionTrait, body: i64) -> Result<Vec<Member>, DbErr> {
    let sql = "SELECT id, name, seat FROM body_member WHERE body_id = $1 AND active";
    let mut members: Vec<Member> = database::all(db, sql, params![body]).await?;
    members.sort_by_cached_key(|member| (search::sort_key(Lang::Kk, &member.name), member.id));
    Ok(members)
}

/// The members of a college's student parliament, by name.
pub async fn parliament(db: &impl ConnectionTrait, college: i64) -> Result<Vec<String>, DbErr> {
    let sql = "SELECT DISTINCT m.name FROM body_member m JOIN body b ON b.id = m.body_id
               WHERE b.college_id = $1 AND b.kind = 'parliament' AND b.closed_on IS NULL AND m.active";
    let mut names = database::values::<String>(db, sql, params![college]).await?;
    names.sort_by_cached_key(|name| search::sort_key(Lang::Kk, name));
    Ok(names)
}

/// Adds a member; `false` where somebody of this name is one already.
pub async fn add_member(change: &Change, body: &Body, name: &str, seat: &str) -> Result<bool, DbErr> {
    let known = members(change.db(), body.id).await?;
    if known.iter().any(|member| search::folded(&member.name) == search::folded(name)) {
        return Ok(false);
    }
    let sql = "INSERT INTO body_member (body_id, name, seat, active) VALUES ($1, $2, $3, TRUE)";
    database::run(change.db(), sql, params![body.id, name, seat]).await?;
    let after = serde_json::json!({ "member": name, "seat": seat });
    change.record(entry(change, "trail-body-member", body.college_id, body.id).after(after)).await?;
    Ok(true)
}

pub async fn remove_member(change: &Change, body: &Body, member: i64) -> Result<bool, DbErr> {
    let sql = "UPDATE body_member SET active = FALSE WHERE id = $1 AND body_id = $2 AND active";
    let written = database::run(change.db(), sql, params![member, body.id]).await?;
    let before = serde_json::json!({ "member": member });
    let entry = entry(change, "trail-body-member-removed", body.college_id, body.id);
    change.record(entry.before(before)).await?;
    Ok(written == 1)
}
