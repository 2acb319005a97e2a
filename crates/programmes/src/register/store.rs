//! Cases in the database: seen within the actor's scope, moved only by the table of the procedure.

use std::collections::HashMap;

use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use sheber_kernel::{AcademicYear, Day, Lang, words};
use sheber_norms::{Edition, Finding, Programme, check};

use sheber_people::reference::store as reference;
use sheber_platform::ability::Role;
use sheber_platform::actor::{Actor, Scope};
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::database::{self, Conditions};
use sheber_platform::entry::{Entity, Entry};
use sheber_platform::error::AppError;
use sheber_platform::forms::open as open_choice;
use sheber_platform::list::{self, Column, Query};
use sheber_platform::{clock, params};

use super::expertise::{self, Binding, Judgement};
use super::workflow::{Action, Part, State};
use super::{deadlines, limits};
use crate::programmes::store as programmes;

/// As the trail names it.
pub const CASE: Entity = Entity("case");

words! {
    /// What a group of experts recommends.
    Advice {
        Include = "include",
        Refuse = "refuse",
    }
}

#[derive(Clone, Debug, FromQueryResult)]
pub struct Case {
    pub id: i64,
    pub college_id: i64,
    pub programme_id: i64,
    pub version: i64,
    pub hash: String,
    pub state: State,
    pub round: i64,
    pub taker_id: Option<i64>,
    pub recommendation: Option<Advice>,
    pub summary: Option<String>,
    pub number: Option<String>,
    pub included_on: Option<Day>,
    pub valid_to: Option<Day>,
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
    pub fn name(&self, lang: Lang) -> &str {
        lang.pick(&self.name_kk, &self.name_ru)
    }

    pub fn college(&self, lang: Lang) -> &str {
        lang.pick(&self.college_kk, &self.college_ru)
    }
}

const CASES: &str = "SELECT c.id, c.college_id, c.programme_id, c.version, c.hash, c.state, c.round, c.taker_id,
        c.recommendation, c.summary, c.number, c.included_on, c.valid_to, c.grounds, c.appeal_of, c.updated_at,
        p.specialty, p.name_kk, p.name_ru, o.name_kk AS college_kk, o.name_ru AS college_ru, o.region, t.name AS taker";
const FROM: &str =
    "FROM register_case c JOIN programme p ON p.id = c.programme_id JOIN organisation o ON o.id = c.college_id
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
    let sql = format!("{CASES} {FROM}{}", conditions.sql());
    database::one(db, &sql, conditions.values).await?.ok_or(AppError::NotFound)
}

words! {
    /// The orders a list of cases can stand in.
    Sort {
        /// The longest waiting first.
        Waiting = "waiting",
        /// The last moved first.
        Updated = "updated",
    }
}

/// What a list of cases is filtered by.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    pub q: String,
    #[serde(deserialize_with = "open_choice", skip_serializing_if = "Option::is_none")]
    pub state: Option<State>,
    #[serde(deserialize_with = "open_choice", skip_serializing_if = "Option::is_none")]
    pub sort: Option<Sort>,
    #[serde(skip_serializing)]
    pub at: String,
}

impl Filter {
    /// Whether every case is shown.
    pub fn is_plain(&self) -> bool {
        self.q.trim().is_empty() && self.state.is_none()
    }
}

/// The cases that somebody may see.
pub fn list(actor: &Actor, filter: &Filter) -> Query<'static> {
    const WAITING: list::Order = list::Order::up(&[Column::Number("c.id")]);
    const UPDATED: list::Order = list::Order::down(&[Column::Number("c.updated_at"), Column::Number("c.id")]);
    let mut conditions = visible(actor);
    if let Some(state) = filter.state {
        conditions.and("c.state = ?", params![state]);
    }
    let searched = "p.search_name || ' ' || o.search_name || ' ' || LOWER(COALESCE(c.number, '')) || ' '
                    || REPLACE(LOWER(COALESCE(c.number, '')), '-', '')";
    conditions.search(searched, &filter.q);
    let order = if filter.sort == Some(Sort::Updated) { UPDATED } else { WAITING };
    Query { select: CASES.into(), from: FROM, conditions, order }
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
    pub action: Action,
    pub who: Option<String>,
    pub at: i64,
    pub why: String,
    pub version: i64,
    pub hash: String,
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
struct StepRow {
    case_id: i64,
    action: Action,
    state: State,
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
    let calendar = reference::calendar(db).await?;
    let mut conditions = Conditions::default();
    conditions.among("case_id", cases);
    let sql = format!("SELECT case_id, action, state, at FROM register_step{} ORDER BY id", conditions.sql());
    let mut steps: HashMap<i64, Vec<(NaiveDate, Action, State)>> = HashMap::new();
    for moved in database::all::<StepRow>(db, &sql, conditions.values).await? {
        steps.entry(moved.case_id).or_default().push((clock::day(moved.at), moved.action, moved.state));
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
         JOIN account a ON a.id = m.account_id WHERE m.case_id = $1 ORDER BY m.is_chair DESC, a.sort_name, a.id",
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
         WHERE a.role = 'expert' AND a.active AND o.active AND {} ORDER BY a.sort_name, a.id",
        binding.unbound()
    );
    database::all(db, &sql, params![case.college_id, case.region.clone().unwrap_or_default()]).await
}

pub async fn judgements(db: &impl ConnectionTrait, case: &Case) -> Result<Vec<Judgement>, DbErr> {
    database::all(
        db,
        "SELECT j.account_id, a.name, j.criterion, j.grade, j.reason FROM register_judgement j
         JOIN account a ON a.id = j.account_id WHERE j.case_id = $1 AND j.round = $2 ORDER BY a.sort_name, a.id",
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
    let newest = is_college && case.state.waits_for_college();
    let (_, _, programme) = programmes::frozen(db, case.programme_id, (!newest).then_some(case.version)).await?;
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

/// The application of a programme that is open; 0 where none is.
pub async fn open_case(db: &impl ConnectionTrait, programme: i64) -> Result<i64, DbErr> {
    let sql = "SELECT COALESCE(MAX(id), 0) FROM register_case WHERE programme_id = $1
               AND state NOT IN ('refused', 'excluded', 'expired', 'withdrawn')";
    database::number(db, sql, params![programme]).await
}

/// Opens it in an open change.
pub async fn open_in(change: &Change, actor: &Actor, programme: i64) -> Result<i64, AppError> {
    let stored = programmes::find(change.db(), actor, programme).await?;
    let known = open_case(change.db(), programme).await?;
    if known > 0 {
        return Ok(known);
    }
    insert(change, stored.college_id, programme, None).await
}

/// A case that nobody asked for by name, locked until the change is committed.
pub async fn locked(change: &Change, id: i64) -> Result<Case, AppError> {
    database::lock_row(change.db(), "register_case", id).await?;
    let sql = format!("{CASES} {FROM} WHERE c.id = $1");
    database::one(change.db(), &sql, params![id]).await?.ok_or(AppError::NotFound)
}

pub async fn insert(change: &Change, college: i64, programme: i64, appeal_of: Option<i64>) -> Result<i64, AppError> {
    let (version, hash, _) = programmes::frozen(change.db(), programme, None).await?;
    let id = database::number(
        change.db(),
        "INSERT INTO register_case (college_id, programme_id, version, hash, state, round, appeal_of, created_at, updated_at)
         VALUES ($1, $2, $3, $4, 'draft', 1, $5, $6, $6) RETURNING id",
        params![college, programme, version, hash, appeal_of, change.at()],
    )
    .await?;
    let year = AcademicYear::of(clock::day(change.at()));
    change.record(Entry::new("trail-register-opened", CASE, id).of(college, year)).await?;
    Ok(id)
}
