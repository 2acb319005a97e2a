//! Cases in the database: seen within the actor's scope, moved only by the table of the procedure.

use std::collections::HashMap;

use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, FromQueryResult};
use sheber_kernel::Lang;
use sheber_norms::{Edition, Finding, Programme, check};

use super::deadlines;
use super::expertise::{self, Binding, Judgement};
use super::limits;
use super::workflow::{Action, Part, State};
use crate::params;
use crate::platform::actor::{Actor, Role, Scope};
use crate::platform::app::App;
use crate::platform::audit::{Change, Event};
use crate::platform::clock;
use crate::platform::database::{self, Conditions};
use crate::platform::error::AppError;
use crate::platform::search;
use crate::{programmes, reference};

#[derive(Clone, Debug, FromQueryResult)]
pub struct Case {
    pub id: i64,
    pub college_id: i64,
    pub programme_id: i64,
    pub version: i64,
    pub hash: String,
    state: String,
    pub round: i64,
    pub taker_id: Option<i64>,
    pub recommendation: Option<String>,
    pub summary: Option<String>,
    pub number: Option<String>,
    included_on: Option<String>,
    valid_to: Option<String>,
    pub grounds: Option<String>,
    pub appeal_of: Option<i64>,
    pub updated_at: i64,
    pub specialty: String,
    pub name_kk: String,
    pub name_ru: String,
    pub college_kk: String,
    pub college_ru: String,
    pub region: Option<String>,
    pub taker: Option<String>,
}

impl Case {
    pub fn state(&self) -> State {
        self.state.parse().unwrap_or(State::Draft)
    }

    pub fn name(&self, lang: Lang) -> &str {
        lang.pick(&self.name_kk, &self.name_ru)
    }

    pub fn college(&self, lang: Lang) -> &str {
        lang.pick(&self.college_kk, &self.college_ru)
    }

    pub fn included_day(&self) -> Option<NaiveDate> {
        self.included_on.as_deref()?.parse().ok()
    }

    pub fn valid_day(&self) -> Option<NaiveDate> {
        self.valid_to.as_deref()?.parse().ok()
    }

    pub fn included_on(&self, lang: Lang) -> Option<String> {
        shown(lang, self.included_on.as_deref()?)
    }

    pub fn valid_to(&self, lang: Lang) -> Option<String> {
        shown(lang, self.valid_to.as_deref()?)
    }
}

/// A stored day in the form of a language.
fn shown(lang: Lang, day: &str) -> Option<String> {
    day.parse().ok().map(|day| sheber_messages::date(lang, day))
}

const CASES: &str = "SELECT c.id, c.college_id, c.programme_id, c.version, c.hash, c.state, c.round, c.taker_id,
        c.recommendation, c.summary, c.number, c.included_on, c.valid_to, c.grounds, c.appeal_of, c.updated_at,
        p.specialty, p.name_kk, p.name_ru, o.name_kk AS college_kk, o.name_ru AS college_ru, o.region, t.name AS taker
     FROM register_case c JOIN programme p ON p.id = c.programme_id JOIN organisation o ON o.id = c.college_id
     LEFT JOIN account t ON t.id = c.taker_id";

/// The cases somebody may see: their college's, their region's, all that were sent; an expert those of their groups.
fn visible(actor: &Actor) -> Conditions {
    let mut conditions = match actor.scope() {
        Scope::Nothing if actor.role == Role::Expert => {
            let mut own = Conditions::default();
            own.and("c.id IN (SELECT case_id FROM register_member WHERE account_id = ?)", params![actor.id]);
            own
        }
        scope => scope.colleges("c.college_id"),
    };
    if !matches!(actor.scope(), Scope::College(_)) {
        // What was never sent is the college's own, taken back or not.
        conditions
            .and("(c.state NOT IN ('draft', 'withdrawn') OR EXISTS (SELECT 1 FROM register_step s WHERE s.case_id = c.id AND s.action = 'submit'))", params![]);
    }
    conditions
}

pub async fn find(db: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<Case, AppError> {
    let mut conditions = visible(actor);
    conditions.and("c.id = ?", params![id]);
    let sql = format!("{CASES}{}", conditions.sql());
    database::one(db, &sql, conditions.values).await?.ok_or(AppError::NotFound)
}

/// The orders a list of cases can stand in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The longest waiting first.
    #[default]
    Waiting,
    /// The last moved first.
    Updated,
}

impl Order {
    /// Where the page before ended, as the address says it.
    pub fn cursor(self, after: &str) -> Option<(i64, i64)> {
        match self {
            Self::Waiting => after.parse().ok().map(|id| (0, id)),
            Self::Updated => after.split_once('.').and_then(|(at, id)| Some((at.parse().ok()?, id.parse().ok()?))),
        }
    }

    pub fn after(self, last: &Case) -> String {
        match self {
            Self::Waiting => last.id.to_string(),
            Self::Updated => format!("{}.{}", last.updated_at, last.id),
        }
    }
}

/// What a list of cases asks for.
#[derive(Debug, Default)]
pub struct Listing<'a> {
    pub words: &'a str,
    pub state: Option<State>,
    pub order: Order,
    pub after: Option<(i64, i64)>,
}

/// A page of cases.
pub async fn list(
    db: &impl ConnectionTrait,
    actor: &Actor,
    listing: &Listing<'_>,
    most: usize,
) -> Result<Vec<Case>, DbErr> {
    let mut conditions = visible(actor);
    match (listing.order, listing.after) {
        (_, None) => {}
        (Order::Waiting, Some((_, id))) => {
            conditions.and("c.id > ?", params![id]);
        }
        (Order::Updated, Some((at, id))) => {
            conditions.and("(c.updated_at < ? OR (c.updated_at = ? AND c.id < ?))", params![at, at, id]);
        }
    }
    if let Some(state) = listing.state {
        conditions.and("c.state = ?", params![state.word()]);
    }
    for word in search::folded(listing.words).split(' ').filter(|word| !word.is_empty()).take(6) {
        let like = format!("%{}%", search::escaped(word));
        conditions.and(
            "(p.search_name LIKE ? ESCAPE '\\' OR o.search_name LIKE ? ESCAPE '\\' OR LOWER(c.number) LIKE ? ESCAPE '\\')",
            params![like.clone(), like.clone(), like],
        );
    }
    let order = match listing.order {
        Order::Waiting => "c.id",
        Order::Updated => "c.updated_at DESC, c.id DESC",
    };
    let sql = format!("{CASES}{} ORDER BY {order} LIMIT {most}", conditions.sql());
    database::all(db, &sql, conditions.values).await
}

#[derive(Debug, FromQueryResult)]
pub struct Load {
    pub name: String,
    pub cases: i64,
}

/// How many open cases each of the operator's specialists has.
pub async fn load(db: &impl ConnectionTrait) -> Result<Vec<Load>, DbErr> {
    database::all(
        db,
        "SELECT a.name, COUNT(c.id) AS cases FROM account a
         LEFT JOIN register_case c ON c.taker_id = a.id
             AND c.state IN ('primary_check', 'primary_returned', 'expertise', 'expertise_returned')
         WHERE a.role = 'operator' AND a.active GROUP BY a.id, a.name ORDER BY cases, a.name",
        params![],
    )
    .await
}

#[derive(Debug, FromQueryResult)]
pub struct Step {
    action: String,
    pub who: Option<String>,
    pub at: i64,
    pub why: String,
    pub version: i64,
    pub hash: String,
}

impl Step {
    pub fn action(&self) -> &str {
        &self.action
    }
}

/// Whether somebody stands on the applicant's side, where no expert is named: the college, and the department it answers to.
pub fn is_applicants_side(actor: &Actor) -> bool {
    matches!(actor.scope(), Scope::College(_) | Scope::Region(_))
}

/// What was done in a case that the actor has already been let to see, in order. Of what was judged nothing is told here.
pub async fn steps(db: &impl ConnectionTrait, case: &Case, actor: &Actor) -> Result<Vec<Step>, DbErr> {
    let is_applicants = is_applicants_side(actor);
    // The college learns what was decided of it and why, not which expert sits on it.
    let hidden = if is_applicants { " AND s.action NOT IN ('declare', 'judge', 'summarise')" } else { "" };
    let name = if is_applicants { "CASE WHEN a.role = 'expert' THEN NULL ELSE a.name END" } else { "a.name" };
    let sql = format!(
        "SELECT s.action, {name} AS who, s.at, s.why, s.version, s.hash FROM register_step s
         LEFT JOIN account a ON a.id = s.actor_id WHERE s.case_id = $1{hidden} ORDER BY s.id"
    );
    database::all(db, &sql, params![case.id]).await
}

#[derive(FromQueryResult)]
struct Moved {
    case_id: i64,
    action: String,
    state: String,
    at: i64,
}

/// The last day for the stage that each of the cases is in, where one runs, by the edition of this year.
pub async fn deadlines(
    db: &DatabaseConnection,
    cases: &[i64],
    edition: &Edition,
) -> Result<HashMap<i64, NaiveDate>, DbErr> {
    if cases.is_empty() {
        return Ok(HashMap::new());
    }
    let calendar = reference::store::calendar(db).await?;
    let mut conditions = Conditions::default();
    conditions.among("case_id", cases);
    let sql = format!("SELECT case_id, action, state, at FROM register_step{} ORDER BY id", conditions.sql());
    let mut steps: HashMap<i64, Vec<(NaiveDate, Action, State)>> = HashMap::new();
    for moved in database::all::<Moved>(db, &sql, conditions.values).await? {
        if let (Ok(action), Ok(state)) = (moved.action.parse(), moved.state.parse()) {
            steps.entry(moved.case_id).or_default().push((clock::day(moved.at), action, state));
        }
    }
    let set = limits::set(db).await?;
    let due = |steps: &[_]| deadlines::due(steps, &calendar, |stage| limits::days(stage, &set, edition));
    Ok(steps.iter().filter_map(|(case, steps)| Some((*case, due(steps)?.1))).collect())
}

#[derive(Clone, Debug, FromQueryResult)]
pub struct Member {
    pub account_id: i64,
    pub name: String,
    pub is_chair: bool,
    pub declared_at: Option<i64>,
}

pub async fn members(db: &impl ConnectionTrait, case: i64) -> Result<Vec<Member>, DbErr> {
    database::all(
        db,
        "SELECT m.account_id, a.name, m.is_chair, m.declared_at FROM register_member m
         JOIN account a ON a.id = m.account_id WHERE m.case_id = $1 ORDER BY m.is_chair DESC, a.name",
        params![case],
    )
    .await
}

/// Whether somebody signed that no conflict of interest binds them in the case.
pub async fn has_declared(db: &impl ConnectionTrait, case: i64, account: i64) -> Result<bool, DbErr> {
    Ok(members(db, case).await?.iter().any(|member| member.account_id == account && member.declared_at.is_some()))
}

/// Experts that may judge a programme of this college: active, and not bound to it as the parameter says.
pub async fn experts(db: &impl ConnectionTrait, case: &Case, binding: Binding) -> Result<Vec<Member>, DbErr> {
    let sql = format!(
        "SELECT a.id AS account_id, a.name, FALSE AS is_chair, NULL AS declared_at FROM account a
         JOIN organisation o ON o.id = a.organisation_id
         WHERE a.role = 'expert' AND a.active AND o.active AND {} ORDER BY a.name",
        binding.unbound()
    );
    database::all(db, &sql, params![case.college_id, case.region.clone().unwrap_or_default()]).await
}

pub(super) async fn judgements(db: &impl ConnectionTrait, case: &Case) -> Result<Vec<Judgement>, DbErr> {
    database::all(
        db,
        "SELECT j.account_id, a.name, j.criterion, j.grade, j.reason FROM register_judgement j
         JOIN account a ON a.id = j.account_id WHERE j.case_id = $1 AND j.round = $2 ORDER BY a.name",
        params![case.id, case.round],
    )
    .await
}

/// Whether every member of the group has judged in this round.
pub async fn is_judged(db: &impl ConnectionTrait, case: &Case) -> Result<bool, DbErr> {
    Ok(expertise::all_judged(&judgements(db, case).await?, members(db, case.id).await?.len()))
}

/// The judgements of the round that somebody may see: their own, and all once all are in. The college sees none.
pub async fn judgements_shown(db: &impl ConnectionTrait, case: &Case, actor: &Actor) -> Result<Vec<Judgement>, DbErr> {
    if is_applicants_side(actor) {
        return Ok(Vec::new());
    }
    let members = members(db, case.id).await?;
    Ok(expertise::shown_to(judgements(db, case).await?, members.len(), actor.id))
}

#[derive(Debug, FromQueryResult)]
pub struct Answer {
    pub item: String,
    pub place: String,
    pub answer: String,
}

pub async fn answers(db: &impl ConnectionTrait, case: &Case) -> Result<Vec<Answer>, DbErr> {
    let sql = "SELECT item, place, answer FROM register_answer WHERE case_id = $1 ORDER BY item, place";
    database::all(db, sql, params![case.id]).await
}

/// What the norms say of the version a case speaks of; for the college, while the case waits for it, of its newest one.
pub async fn findings(
    db: &impl ConnectionTrait,
    case: &Case,
    is_college: bool,
) -> Result<(Programme, Vec<Finding>), AppError> {
    let newest = is_college && case.state().waits_for_college();
    let (_, _, programme) = programmes::store::frozen(db, case.programme_id, (!newest).then_some(case.version)).await?;
    let verdict = check(&programme, Edition::of(programme.intake));
    Ok((programme, verdict.findings))
}

pub async fn part(db: &impl ConnectionTrait, actor: &Actor, case: &Case) -> Result<Part, DbErr> {
    let members = members(db, case.id).await?;
    let own = members.iter().find(|member| member.account_id == actor.id);
    let sql = "SELECT COUNT(*) FROM register_step WHERE case_id = $1 AND actor_id = $2";
    // An appeal is the same matter: who had part in the old case is not fresh in the new one.
    let steps = database::number(db, sql, params![case.id, actor.id]).await?;
    let before = database::number(db, sql, params![case.appeal_of.unwrap_or(0), actor.id]).await?;
    Ok(Part {
        is_college: actor.scope() == Scope::College(case.college_id),
        is_taker: case.taker_id == Some(actor.id),
        is_member: own.is_some(),
        is_chair: own.is_some_and(|member| member.is_chair),
        had_part: steps + before > 0,
    })
}

/// Opens the application for a programme of one's own college, or gives the open one.
pub async fn open(app: &App, actor: &Actor, programme: i64) -> Result<i64, AppError> {
    let change = Change::begin(app, Some(actor)).await?;
    let id = open_in(&change, actor, programme).await?;
    change.commit().await?;
    Ok(id)
}

/// Opens it in an open change.
pub async fn open_in(change: &Change, actor: &Actor, programme: i64) -> Result<i64, AppError> {
    let stored = programmes::store::find(change.db(), actor, programme).await?;
    lock(change.db(), "programme", programme).await?;
    let known = database::number(
        change.db(),
        "SELECT COALESCE(MAX(id), 0) FROM register_case WHERE programme_id = $1
         AND state NOT IN ('refused', 'excluded', 'expired', 'withdrawn')",
        params![programme],
    )
    .await?;
    if known > 0 {
        return Ok(known);
    }
    insert(change, stored.college_id, programme, None).await
}

/// Lets changes of one row come one after another; SQLite has one writer anyway.
pub(super) async fn lock(db: &impl ConnectionTrait, table: &str, id: i64) -> Result<(), DbErr> {
    if !database::is_sqlite(db) {
        database::number(db, &format!("SELECT id FROM {table} WHERE id = $1 FOR UPDATE"), params![id]).await?;
    }
    Ok(())
}

/// A case that nobody asked for by name, locked until the change is committed.
pub async fn locked(change: &Change, id: i64) -> Result<Case, AppError> {
    lock(change.db(), "register_case", id).await?;
    let sql = format!("{CASES} WHERE c.id = $1");
    database::one(change.db(), &sql, params![id]).await?.ok_or(AppError::NotFound)
}

pub(super) async fn insert(
    change: &Change,
    college: i64,
    programme: i64,
    appeal_of: Option<i64>,
) -> Result<i64, AppError> {
    let (version, hash, _) = programmes::store::frozen(change.db(), programme, None).await?;
    let id = database::number(
        change.db(),
        "INSERT INTO register_case (college_id, programme_id, version, hash, state, round, appeal_of, created_at, updated_at)
         VALUES ($1, $2, $3, $4, 'draft', 1, $5, $6, $6) RETURNING id",
        params![college, programme, version, hash, appeal_of, change.at()],
    )
    .await?;
    change.record(Event::new("event-register-opened", "case", id)).await?;
    Ok(id)
}
