//! Taking a step of the procedure: what is asked, whether the table and its guards allow it.

use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, DbErr};
use sheber_kernel::AcademicYear;
use sheber_norms::{Edition, Severity};
use sheber_platform::actor::Actor;
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::error::AppError;
use sheber_platform::{clock, database, params, secret};

use super::effect::{Newest, effect};
use super::request::Request;
use super::store::{self, Case, experts, find, has_declared, is_judged, judgements, part};
use super::workflow::{self, Action, Guard, Rule, State};
use super::{attachments, expertise, limits, remarks};
use crate::programmes::store as programmes;

/// Why a step was not taken.
#[derive(Debug, PartialEq, Eq)]
pub enum StepRefusal {
    NotNow,
    /// A step that cannot be taken back was not confirmed.
    NotSure,
    /// What would be sent is no longer what was looked over.
    Changed,
    /// The validity would end before it begins.
    Past,
    /// A summary that recommends neither.
    NoAdvice,
    /// Another application of the programme is open.
    OpenAlready,
    Guard(Guard),
}

impl StepRefusal {
    /// The message that says so.
    pub fn key(&self) -> String {
        match self {
            Self::NotNow => "register-not-now".to_owned(),
            Self::NotSure => "register-not-sure".to_owned(),
            Self::Changed => "register-changed".to_owned(),
            Self::NoAdvice => "register-no-advice".to_owned(),
            Self::OpenAlready => "register-open-already".to_owned(),
            Self::Past => "register-date-past".to_owned(),
            Self::Guard(guard) => format!("register-guard-{}", guard.word()),
        }
    }
}

/// What somebody may do in a case now; what a guard would refuse for certain is not offered.
pub async fn offered(db: &impl ConnectionTrait, actor: &Actor, case: &Case) -> Result<Vec<Action>, DbErr> {
    let part = part(db, actor, case).await?;
    let mut actions: Vec<Action> = workflow::open_to(case.state, actor.role, part).map(|rule| rule.action).collect();
    actions.dedup();
    let has_declared = has_declared(db, case.id, actor.id).await?;
    let is_judged = is_judged(db, case).await?;
    let has_judged = judgements(db, case).await?.iter().any(|judgement| judgement.account_id == actor.id);
    actions.retain(|action| match action {
        Action::Judge => has_declared && !has_judged,
        Action::Declare => !has_declared,
        Action::Summarise | Action::Include | Action::Refuse => {
            is_judged && (*action == Action::Summarise) == case.summary.is_none()
        }
        Action::Return if case.state == State::Expertise => is_judged,
        _ => true,
    });
    Ok(actions)
}

/// What a step that may be taken is about: the case, the rule, and the version that would go out with it.
type Permission = (Case, &'static Rule, Option<Newest>);

/// The rule by which a step may be taken now, with the case it was looked up for; every guard holds but the last word of the
/// person.
async fn allowed(
    db: &impl ConnectionTrait,
    actor: &Actor,
    id: i64,
    action: Action,
    request: &Request,
    today: NaiveDate,
) -> Result<Result<Permission, StepRefusal>, AppError> {
    let case = find(db, actor, id).await?;
    let part = part(db, actor, &case).await?;
    let Some(rule) = workflow::find(case.state, action, actor.role, part) else {
        return Ok(Err(StepRefusal::NotNow));
    };
    let newest = if action.sends() { Some(Newest::of(db, &case).await?) } else { None };
    for guard in rule.guards {
        if !holds(db, actor, &case, newest.as_ref(), *guard, request, today).await? {
            return Ok(Err(StepRefusal::Guard(*guard)));
        }
    }
    Ok(Ok((case, rule, newest)))
}

/// Whether a step could be taken as it stands: what the page asks before it shows what will be sent.
pub async fn would(
    app: &App,
    actor: &Actor,
    id: i64,
    action: Action,
    request: &Request,
) -> Result<Result<Case, StepRefusal>, AppError> {
    let today = clock::day(app.clock.millis());
    Ok(allowed(&app.db, actor, id, action, request, today).await?.map(|(case, ..)| case))
}

/// A mark of what would be sent now: it changes with the newest version and with the attachments.
pub async fn sending(db: &impl ConnectionTrait, case: &Case) -> Result<String, AppError> {
    let (_, hash, _) = programmes::frozen(db, case.programme_id, None).await?;
    mark(db, case, &hash).await
}

async fn mark(db: &impl ConnectionTrait, case: &Case, hash: &str) -> Result<String, AppError> {
    let attached = attachments::kept(db, case.id).await?;
    let files: Vec<&str> = attached.iter().map(|one| one.hash.as_str()).collect();
    Ok(secret::sha256(&format!("{hash} {}", files.join(" "))))
}

/// Takes a step: the whole of it in one transaction, or nothing. Gives the key of the case to show next.
pub async fn act(
    app: &App,
    actor: &Actor,
    id: i64,
    action: Action,
    request: &Request,
) -> Result<Result<i64, StepRefusal>, AppError> {
    let change = Change::begin(app, Some(actor)).await?;
    let done = act_in(&change, actor, id, action, request).await?;
    if done.is_ok() {
        change.commit().await?;
    }
    Ok(done)
}

/// Takes a step in an open change.
pub async fn act_in(
    change: &Change,
    actor: &Actor,
    id: i64,
    action: Action,
    request: &Request,
) -> Result<Result<i64, StepRefusal>, AppError> {
    let db = change.db();
    database::lock_row(db, "register_case", id).await?;
    if action.sends() {
        // What is looked at, signed and frozen is one version: nobody saves another in between.
        let programme = find(db, actor, id).await?.programme_id;
        database::lock_row(db, "programme", programme).await?;
    }
    let (case, rule, newest) = match allowed(db, actor, id, action, request, clock::day(change.at())).await? {
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
        // One application of a programme is open, whether it is a new one or an appeal.
        if store::open_case(db, case.programme_id).await? > 0 {
            return Ok(Err(StepRefusal::OpenAlready));
        }
    }
    if action.is_confirmed() && !request.sure {
        return Ok(Err(StepRefusal::NotSure));
    }
    if let Some(newest) = &newest
        && mark(db, &case, &newest.hash).await? != request.seen
    {
        return Ok(Err(StepRefusal::Changed));
    }
    if action == Action::Summarise && request.recommendation.is_none() {
        return Ok(Err(StepRefusal::NoAdvice));
    }
    if action == Action::Include && request.valid_to.is_some_and(|day| day <= clock::day(change.at())) {
        return Ok(Err(StepRefusal::Past));
    }
    Ok(Ok(effect(change, Some(actor.id), &case, rule, newest.as_ref(), request).await?))
}

async fn holds(
    db: &impl ConnectionTrait,
    actor: &Actor,
    case: &Case,
    newest: Option<&Newest>,
    guard: Guard,
    request: &Request,
    today: NaiveDate,
) -> Result<bool, AppError> {
    let findings = newest.map(|newest| newest.findings.as_slice()).unwrap_or_default();
    Ok(match guard {
        Guard::NoViolation => !findings.iter().any(|f| f.severity == Severity::Violation),
        Guard::WarningsAnswered => findings
            .iter()
            .filter(|finding| finding.severity == Severity::Warning)
            .all(|finding| request.answer(finding.item, &finding.at).is_some()),
        Guard::Signed => request.signed,
        Guard::Grounds => !request.why.trim().is_empty(),
        Guard::Remarks => !request.why.trim().is_empty() || remarks::any_open(db, case.id).await?,
        Guard::RemarksAnswered => remarks::are_answered(db, case.id, request).await?,
        Guard::Reworked => newest.is_some_and(|newest| newest.hash != case.hash),
        Guard::Group => {
            let edition = Edition::of(AcademicYear::of(today));
            let known = experts(db, case, limits::binding(db, edition).await?).await?;
            let members = request.group();
            members.len() >= *expertise::GROUP
                && members.contains(&request.chair)
                && members.iter().all(|member| known.iter().any(|expert| expert.account_id == *member))
        }
        Guard::Declared => has_declared(db, case.id, actor.id).await?,
        Guard::NotDeclared => !has_declared(db, case.id, actor.id).await?,
        Guard::NoSummary => case.summary.is_none(),
        Guard::NotJudged => {
            !judgements(db, case).await?.iter().any(|judgement| judgement.account_id == actor.id)
                && expertise::is_whole(&request.judgements)
        }
        Guard::AllJudged => is_judged(db, case).await?,
        Guard::Summary => case.summary.is_some(),
        Guard::Ended => false,
    })
}
