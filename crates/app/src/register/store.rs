//! Cases in the database: seen within the actor's scope, moved only by the table of the procedure.

use std::collections::HashMap;

use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, FromQueryResult};
use sheber_kernel::Lang;
use sheber_norms::{Edition, Finding, Programme, Severity, check};

use super::deadlines::{self, Calendar};
use super::entries;
use super::expertise::{self, Judgement};
use super::limits;
use super::remarks;
use super::workflow::{self, Action, Guard, Hand, Part, Rule, State};
use crate::inbox::{self, READER, Reader};
use crate::params;
use crate::platform::actor::{Actor, Role, Scope};
use crate::platform::app::App;
use crate::platform::audit::{Change, Event};
use crate::platform::clock;
use crate::platform::database::{self, Conditions};
use crate::platform::error::AppError;
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

/// A page of cases, the longest waiting first, after the one with the key `after`.
pub async fn list(
    db: &impl ConnectionTrait,
    actor: &Actor,
    state: Option<State>,
    after: i64,
    most: usize,
) -> Result<Vec<Case>, DbErr> {
    let mut conditions = visible(actor);
    conditions.and("c.id > ?", params![after]);
    if let Some(state) = state {
        conditions.and("c.state = ?", params![state.word()]);
    }
    let sql = format!("{CASES}{} ORDER BY c.id LIMIT {most}", conditions.sql());
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

/// What was done in a case that the actor has already been let to see, in order. Who judged is not told before all have.
pub async fn steps(db: &impl ConnectionTrait, case: &Case, actor: &Actor) -> Result<Vec<Step>, DbErr> {
    let is_college = matches!(actor.scope(), Scope::College(_));
    // The college learns what was decided of it and why, not which expert sits on it.
    let hidden = if is_college { " AND s.action NOT IN ('declare', 'judge', 'summarise')" } else { "" };
    let name = if is_college { "CASE WHEN a.role = 'expert' THEN NULL ELSE a.name END" } else { "a.name" };
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
    let holidays = reference::store::of_kind(db, "holiday", Lang::Kk).await?;
    let calendar = Calendar::of(holidays.iter().map(|holiday| holiday.code.as_str()));
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

/// Experts that may judge a programme of this college: active, and not of the college itself.
pub async fn experts(db: &impl ConnectionTrait, case: &Case) -> Result<Vec<Member>, DbErr> {
    database::all(
        db,
        "SELECT a.id AS account_id, a.name, FALSE AS is_chair, NULL AS declared_at FROM account a
         JOIN organisation o ON o.id = a.organisation_id
         WHERE a.role = 'expert' AND a.active AND a.organisation_id <> $1
           AND NOT (o.kind = 'department' AND o.region = $2) ORDER BY a.name",
        params![case.college_id, case.region.clone().unwrap_or_default()],
    )
    .await
}

async fn judgements(db: &impl ConnectionTrait, case: &Case) -> Result<Vec<Judgement>, DbErr> {
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
    if matches!(actor.scope(), Scope::College(_) | Scope::Region(_)) {
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
    let id = insert(&change, stored.college_id, programme, None).await?;
    change.commit().await?;
    Ok(id)
}

/// Lets changes of one row come one after another; SQLite has one writer anyway.
async fn lock(db: &impl ConnectionTrait, table: &str, id: i64) -> Result<(), DbErr> {
    if !database::is_sqlite(db) {
        database::number(db, &format!("SELECT id FROM {table} WHERE id = $1 FOR UPDATE"), params![id]).await?;
    }
    Ok(())
}

/// A case that nobody asked for by name, locked until the change is committed.
pub(super) async fn locked(change: &Change, id: i64) -> Result<Case, AppError> {
    lock(change.db(), "register_case", id).await?;
    let sql = format!("{CASES} WHERE c.id = $1");
    database::one(change.db(), &sql, params![id]).await?.ok_or(AppError::NotFound)
}

async fn insert(change: &Change, college: i64, programme: i64, appeal_of: Option<i64>) -> Result<i64, AppError> {
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

/// What somebody wants to do, as the form said it.
#[derive(Debug, Default)]
pub struct Request {
    pub why: String,
    pub signed: bool,
    /// Said again that a step that cannot be taken back is meant.
    pub sure: bool,
    /// Written answers by item and place of the warning.
    pub answers: Vec<(String, String, String)>,
    /// Answers to remarks by their keys.
    pub remarks: Vec<(i64, String)>,
    pub members: Vec<i64>,
    pub chair: i64,
    pub judgements: Vec<(String, String, String)>,
    pub recommendation: String,
    pub valid_to: Option<NaiveDate>,
}

/// Why a step was not taken.
#[derive(Debug, PartialEq, Eq)]
pub enum Refused {
    NotNow,
    /// A step that cannot be taken back was not confirmed.
    NotSure,
    Guard(Guard),
}

impl Refused {
    /// The message that says so.
    pub fn key(&self) -> String {
        match self {
            Self::NotNow => "register-not-now".to_owned(),
            Self::NotSure => "register-not-sure".to_owned(),
            Self::Guard(guard) => format!("register-guard-{}", guard.word()),
        }
    }
}

/// The rule by which a step may be taken now, with the case it was looked up for; every guard holds but the last word of the
/// person.
async fn allowed(
    db: &impl ConnectionTrait,
    actor: &Actor,
    id: i64,
    action: Action,
    request: &Request,
) -> Result<Result<(Case, &'static Rule), Refused>, AppError> {
    let case = find(db, actor, id).await?;
    let part = part(db, actor, &case).await?;
    let Some(rule) = workflow::find(case.state(), action, actor.role, part) else {
        return Ok(Err(Refused::NotNow));
    };
    for guard in rule.guards {
        if !holds(db, actor, &case, *guard, request).await? {
            return Ok(Err(Refused::Guard(*guard)));
        }
    }
    Ok(Ok((case, rule)))
}

/// Whether a step could be taken as it stands: what the page asks before it shows what will be sent.
pub async fn would(
    app: &App,
    actor: &Actor,
    id: i64,
    action: Action,
    request: &Request,
) -> Result<Result<Case, Refused>, AppError> {
    Ok(allowed(&app.db, actor, id, action, request).await?.map(|(case, _)| case))
}

/// Takes a step: the whole of it in one transaction, or nothing. Gives the key of the case to show next.
pub async fn act(
    app: &App,
    actor: &Actor,
    id: i64,
    action: Action,
    request: &Request,
) -> Result<Result<i64, Refused>, AppError> {
    let change = Change::begin(app, Some(actor)).await?;
    let db = change.db();
    lock(db, "register_case", id).await?;
    let (case, rule) = match allowed(db, actor, id, action, request).await? {
        Ok(allowed) => allowed,
        Err(refused) => return Ok(Err(refused)),
    };
    if action == Action::Appeal {
        // A second click opens no second appeal.
        let sql = "SELECT COALESCE(MAX(id), 0) FROM register_case WHERE appeal_of = $1";
        let known = database::number(db, sql, params![id]).await?;
        if known > 0 {
            return Ok(Ok(known));
        }
    }
    if action.is_confirmed() && !request.sure {
        return Ok(Err(Refused::NotSure));
    }
    let shown = effect(&change, Some(actor.id), &case, rule, request).await?;
    change.commit().await?;
    Ok(Ok(shown))
}

async fn holds(
    db: &impl ConnectionTrait,
    actor: &Actor,
    case: &Case,
    guard: Guard,
    request: &Request,
) -> Result<bool, AppError> {
    Ok(match guard {
        Guard::NoViolation => !findings(db, case, true).await?.1.iter().any(|f| f.severity == Severity::Violation),
        Guard::WarningsAnswered => {
            let (_, findings) = findings(db, case, true).await?;
            findings.iter().filter(|f| f.severity == Severity::Warning).all(|finding| {
                request
                    .answers
                    .iter()
                    .any(|(item, at, answer)| item == finding.item && *at == finding.at && !answer.trim().is_empty())
            })
        }
        Guard::Signed => request.signed,
        Guard::Grounds => !request.why.trim().is_empty(),
        Guard::Remarks => !request.why.trim().is_empty() || remarks::any_open(db, case.id).await?,
        Guard::RemarksAnswered => remarks::are_answered(db, case.id, request).await?,
        Guard::Reworked => programmes::store::frozen(db, case.programme_id, None).await?.1 != case.hash,
        Guard::Group => {
            let known = experts(db, case).await?;
            let mut members = request.members.clone();
            members.sort_unstable();
            members.dedup();
            members.len() >= expertise::GROUP
                && members.contains(&request.chair)
                && members.iter().all(|member| known.iter().any(|expert| expert.account_id == *member))
        }
        Guard::Declared => has_declared(db, case.id, actor.id).await?,
        Guard::NotJudged => {
            !judgements(db, case).await?.iter().any(|judgement| judgement.account_id == actor.id)
                && expertise::is_whole(&request.judgements)
        }
        Guard::AllJudged => is_judged(db, case).await?,
        Guard::Summary => case.summary.is_some(),
        Guard::Ended => false,
    })
}

/// Does what a rule says: by somebody, or by the clock.
pub(super) async fn effect(
    change: &Change,
    actor: Option<i64>,
    case: &Case,
    rule: &Rule,
    request: &Request,
) -> Result<i64, AppError> {
    let db = change.db();
    let to = rule.to.unwrap_or(rule.from);
    let (mut version, mut hash) = (case.version, case.hash.clone());
    let set = async |assignment: &str, values: Vec<sea_orm::Value>| -> Result<(), DbErr> {
        let mut all = params![case.id];
        all.extend(values);
        database::run(db, &format!("UPDATE register_case SET {assignment} WHERE id = $1"), all).await.map(|_| ())
    };
    let mut shown = case.id;
    match rule.action {
        Action::Submit | Action::Resubmit => {
            (version, hash, _) = programmes::store::frozen(db, case.programme_id, None).await?;
            programmes::store::keep_version(change, case.programme_id, version).await?;
            set(
                "version = $2, hash = $3, signed_by = $4, round = round + $5, summary = NULL, recommendation = NULL",
                params![version, hash.clone(), actor, i64::from(case.state() == State::ExpertiseReturned)],
            )
            .await?;
            remarks::answer(db, case.id, request).await?;
            database::run(db, "DELETE FROM register_answer WHERE case_id = $1", params![case.id]).await?;
            for (item, place, answer) in request.answers.iter().filter(|(_, _, answer)| !answer.trim().is_empty()) {
                database::run(
                    db,
                    "INSERT INTO register_answer (case_id, item, place, answer) VALUES ($1, $2, $3, $4)
                     ON CONFLICT (case_id, item, place) DO UPDATE SET answer = excluded.answer",
                    params![case.id, item.clone(), place.clone(), answer.trim()],
                )
                .await?;
            }
        }
        Action::Take => set("taker_id = $2", params![actor]).await?,
        Action::PassOn => {
            let mut members = request.members.clone();
            members.sort_unstable();
            members.dedup();
            for member in members {
                database::run(
                    db,
                    "INSERT INTO register_member (case_id, account_id, is_chair) VALUES ($1, $2, $3)",
                    params![case.id, member, member == request.chair],
                )
                .await?;
            }
        }
        Action::Declare => {
            database::run(
                db,
                "UPDATE register_member SET declared_at = $3 WHERE case_id = $1 AND account_id = $2",
                params![case.id, actor, change.at()],
            )
            .await?;
        }
        Action::Judge => {
            for (criterion, grade, reason) in &request.judgements {
                database::run(
                    db,
                    "INSERT INTO register_judgement (case_id, round, account_id, criterion, grade, reason, at)
                     VALUES ($1, $2, $3, $4, $5, $6, $7)",
                    params![case.id, case.round, actor, criterion.clone(), grade.clone(), reason.trim(), change.at()],
                )
                .await?;
            }
        }
        Action::Summarise => {
            let advice = if request.recommendation == "refuse" { "refuse" } else { "include" };
            set("summary = $2, recommendation = $3", params![request.why.trim(), advice]).await?;
        }
        Action::Include => {
            let day = clock::day(change.at());
            let (_, _, programme) = programmes::store::frozen(db, case.programme_id, Some(case.version)).await?;
            let code = programme.specialty.code.to_string();
            let number = next_number(db, case, &code, chrono::Datelike::year(&day)).await?;
            set(
                "number = $2, included_on = $3, valid_to = $4",
                params![number.clone(), day.to_string(), request.valid_to.map(|day| day.to_string())],
            )
            .await?;
            entries::include(change, case, &programme, &number, (day, request.valid_to)).await?;
        }
        Action::Refuse => set("grounds = $2", params![request.why.trim()]).await?,
        Action::Exclude | Action::Expire => {
            let grounds = request.why.trim();
            set("grounds = $2", params![Some(grounds).filter(|grounds| !grounds.is_empty())]).await?;
            entries::end(change, case, to, clock::day(change.at()), grounds).await?;
        }
        Action::Appeal => shown = insert(change, case.college_id, case.programme_id, Some(case.id)).await?,
        Action::Return => remarks::send(db, case.id).await?,
        Action::Withdraw => {}
    }
    set("state = $2, updated_at = $3", params![to.word(), change.at()]).await?;
    // A judgement's words stand where only those read them who may.
    let why = if rule.action == Action::Judge { "" } else { request.why.trim() };
    database::run(
        db,
        "INSERT INTO register_step (case_id, action, state, actor_id, at, why, version, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![case.id, rule.action.word(), to.word(), actor, change.at(), why, version, hash.clone()],
    )
    .await?;
    let after =
        serde_json::json!({ "action": rule.action.word(), "state": to.word(), "version": version, "hash": hash });
    let before = serde_json::json!({ "state": case.state().word() });
    change.record(Event::new("event-register-step", "case", case.id).before(before).after(after)).await?;
    tell(change, actor, case, rule, request).await?;
    Ok(shown)
}

/// The next registration number of a year: the counter's row is locked until the step is committed, so there is no gap.
async fn next_number(db: &impl ConnectionTrait, case: &Case, specialty: &str, year: i32) -> Result<String, DbErr> {
    let serial = database::number(
        db,
        "INSERT INTO register_serial (year, last) VALUES ($1, 1)
         ON CONFLICT (year) DO UPDATE SET last = register_serial.last + 1 RETURNING last",
        params![i64::from(year)],
    )
    .await?;
    Ok(format!("{}-{}-{year}-{serial:06}", case.region.as_deref().unwrap_or("00"), specialty))
}

/// Tells those whom the step concerns, each in their own language, in the step's own transaction.
async fn tell(change: &Change, actor: Option<i64>, case: &Case, rule: &Rule, request: &Request) -> Result<(), DbErr> {
    let mut told: Vec<i64> = Vec::new();
    for hand in rule.tells {
        let (condition, value) = match hand {
            Hand::Head | Hand::College => {
                ("a.organisation_id = $1 AND a.role IN ('director', 'deputy_director', 'methodist')", case.college_id)
            }
            Hand::Operator | Hand::Fresh => ("a.role = 'operator' AND $1 = $1", 0),
            Hand::Taker => ("a.id = $1", case.taker_id.unwrap_or(0)),
            Hand::Member | Hand::Chair => {
                ("a.id IN (SELECT account_id FROM register_member WHERE case_id = $1)", case.id)
            }
            Hand::Clock => continue,
        };
        let sql = format!("SELECT {READER} FROM account a WHERE a.active AND a.id <> $2 AND {condition}");
        let readers: Vec<Reader> = database::all(change.db(), &sql, params![value, actor.unwrap_or(0)]).await?;
        for reader in readers {
            if told.contains(&reader.id) {
                continue;
            }
            let lang = reader.lang();
            let said = sheber_messages::text_with(
                lang,
                &format!("register-told-{}", rule.action.word()),
                &[("name", case.name(lang)), ("college", case.college(lang))],
            );
            let why = if rule.action == Action::Judge { "" } else { request.why.trim() };
            inbox::tell(change, &reader, said, why, &format!("/register/{}", case.id)).await?;
            told.push(reader.id);
        }
    }
    Ok(())
}
