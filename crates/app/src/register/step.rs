//! Taking a step of the procedure: what is asked, whether the table and its guards allow it, and everything that follows from it,
//! in one transaction.

use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, DbErr};
use sheber_kernel::AcademicYear;
use sheber_norms::{Edition, Finding, Severity, check};

use super::store::{Case, experts, find, has_declared, insert, is_judged, judgements, lock, members, part};
use super::workflow::{self, Action, Guard, Hand, Rule, State};
use super::{attachments, entries, expertise, limits, remarks};
use crate::duties::evidence;
use crate::hooks;
use crate::inbox::{self, READER, Reader};
use crate::params;
use crate::platform::actor::Actor;
use crate::platform::app::App;
use crate::platform::audit::{Change, Event};
use crate::platform::error::AppError;
use crate::platform::{clock, database, secret};
use crate::programmes;

/// What somebody wants to do, as the form said it.
#[derive(Debug, Default)]
pub struct Request {
    pub why: String,
    pub signed: bool,
    /// Said again that a step that cannot be taken back is meant.
    pub sure: bool,
    /// What was looked over before it is sent, by [`sending`].
    pub seen: String,
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
    /// What would be sent is no longer what was looked over.
    Changed,
    /// The validity would end before it begins.
    Past,
    /// A summary that recommends neither.
    NoAdvice,
    Guard(Guard),
}

impl Refused {
    /// The message that says so.
    pub fn key(&self) -> String {
        match self {
            Self::NotNow => "register-not-now".to_owned(),
            Self::NotSure => "register-not-sure".to_owned(),
            Self::Changed => "register-changed".to_owned(),
            Self::NoAdvice => "register-no-advice".to_owned(),
            Self::Past => "register-date-past".to_owned(),
            Self::Guard(guard) => format!("register-guard-{}", guard.word()),
        }
    }
}

/// What somebody may do in a case now; what a guard would refuse for certain is not offered.
pub async fn offered(db: &impl ConnectionTrait, actor: &Actor, case: &Case) -> Result<Vec<Action>, DbErr> {
    let part = part(db, actor, case).await?;
    let mut actions: Vec<Action> = workflow::open_to(case.state(), actor.role, part).map(|rule| rule.action).collect();
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
        Action::Return if case.state() == State::Expertise => is_judged,
        _ => true,
    });
    Ok(actions)
}

/// The newest version of a case's programme with what the norms say of it: looked at once, so that what the guards see is what is
/// signed and frozen.
struct Newest {
    version: i64,
    hash: String,
    findings: Vec<Finding>,
}

impl Newest {
    async fn of(db: &impl ConnectionTrait, case: &Case) -> Result<Self, AppError> {
        let (version, hash, programme) = programmes::store::frozen(db, case.programme_id, None).await?;
        let findings = check(&programme, Edition::of(programme.intake)).findings;
        Ok(Self { version, hash, findings })
    }
}

/// What a step that may be taken is about: the case, the rule, and the version that would go out with it.
type Allowed = (Case, &'static Rule, Option<Newest>);

/// The rule by which a step may be taken now, with the case it was looked up for; every guard holds but the last word of the
/// person.
async fn allowed(
    db: &impl ConnectionTrait,
    actor: &Actor,
    id: i64,
    action: Action,
    request: &Request,
    today: NaiveDate,
) -> Result<Result<Allowed, Refused>, AppError> {
    let case = find(db, actor, id).await?;
    let part = part(db, actor, &case).await?;
    let Some(rule) = workflow::find(case.state(), action, actor.role, part) else {
        return Ok(Err(Refused::NotNow));
    };
    let newest = if action.sends() { Some(Newest::of(db, &case).await?) } else { None };
    for guard in rule.guards {
        if !holds(db, actor, &case, newest.as_ref(), *guard, request, today).await? {
            return Ok(Err(Refused::Guard(*guard)));
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
) -> Result<Result<Case, Refused>, AppError> {
    let today = clock::day(app.clock.millis());
    Ok(allowed(&app.db, actor, id, action, request, today).await?.map(|(case, ..)| case))
}

/// A mark of what would be sent now: it changes with the newest version and with the attachments.
pub async fn sending(db: &impl ConnectionTrait, case: &Case) -> Result<String, AppError> {
    let (_, hash, _) = programmes::store::frozen(db, case.programme_id, None).await?;
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
) -> Result<Result<i64, Refused>, AppError> {
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
) -> Result<Result<i64, Refused>, AppError> {
    let db = change.db();
    lock(db, "register_case", id).await?;
    if action.sends() {
        // What is looked at, signed and frozen is one version: nobody saves another in between.
        let programme = find(db, actor, id).await?.programme_id;
        lock(db, "programme", programme).await?;
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
    }
    if action.is_confirmed() && !request.sure {
        return Ok(Err(Refused::NotSure));
    }
    if let Some(newest) = &newest
        && mark(db, &case, &newest.hash).await? != request.seen
    {
        return Ok(Err(Refused::Changed));
    }
    if action == Action::Summarise && !matches!(request.recommendation.as_str(), "include" | "refuse") {
        return Ok(Err(Refused::NoAdvice));
    }
    if action == Action::Include && request.valid_to.is_some_and(|day| day <= clock::day(change.at())) {
        return Ok(Err(Refused::Past));
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
        Guard::WarningsAnswered => findings.iter().filter(|f| f.severity == Severity::Warning).all(|finding| {
            request
                .answers
                .iter()
                .any(|(item, at, answer)| item == finding.item && *at == finding.at && !answer.trim().is_empty())
        }),
        Guard::Signed => request.signed,
        Guard::Grounds => !request.why.trim().is_empty(),
        Guard::Remarks => !request.why.trim().is_empty() || remarks::any_open(db, case.id).await?,
        Guard::RemarksAnswered => remarks::are_answered(db, case.id, request).await?,
        Guard::Reworked => newest.is_some_and(|newest| newest.hash != case.hash),
        Guard::Group => {
            let edition = Edition::of(AcademicYear::of(today));
            let known = experts(db, case, limits::binding(db, edition).await?).await?;
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

/// Does what the clock's rule says.
pub(super) async fn expire(change: &Change, case: &Case, rule: &Rule) -> Result<(), AppError> {
    effect(change, None, case, rule, None, &Request::default()).await.map(|_| ())
}

/// Does what a rule says: by somebody, or by the clock.
async fn effect(
    change: &Change,
    actor: Option<i64>,
    case: &Case,
    rule: &Rule,
    newest: Option<&Newest>,
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
            let newest = newest.ok_or_else(|| AppError::Internal("nothing to send".to_owned()))?;
            (version, hash) = (newest.version, newest.hash.clone());
            programmes::store::keep_version(change, case.programme_id, version).await?;
            set(
                "version = $2, hash = $3, signed_by = $4, round = round + $5, summary = NULL, recommendation = NULL",
                params![version, hash.clone(), actor, i64::from(case.state() == State::ExpertiseReturned)],
            )
            .await?;
            remarks::answer(db, case.id, request).await?;
            attachments::send(change, case.id).await?;
            database::run(db, "DELETE FROM register_answer WHERE case_id = $1", params![case.id]).await?;
            let is_asked = |(item, place, answer): &&(String, String, String)| {
                !answer.trim().is_empty()
                    && newest.findings.iter().any(|finding| finding.item == item && finding.at == *place)
            };
            for (item, place, answer) in request.answers.iter().filter(is_asked) {
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
            let advice = request.recommendation.as_str();
            set("summary = $2, recommendation = $3", params![request.why.trim(), advice]).await?;
        }
        Action::Include => {
            let day = clock::day(change.at());
            let (_, _, programme) = programmes::store::frozen(db, case.programme_id, Some(case.version)).await?;
            let code = programme.specialty.code.to_string();
            let region = case.region.as_deref().unwrap_or("00");
            let number = next_number(db, region, &code, chrono::Datelike::year(&day)).await?;
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
            // A validity ends with its last day, whenever the clock looked.
            let last = case.valid_day().filter(|_| to == State::Expired);
            entries::end(change, case, to, last.unwrap_or(clock::day(change.at())), grounds).await?;
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
    tell(change, actor, case, rule, request).await?;
    let number = database::text(db, "SELECT number FROM register_case WHERE id = $1", params![case.id]).await?;
    let step = hooks::Step {
        application: case.id,
        programme: case.programme_id,
        action: rule.action.word(),
        state: to.word(),
        version,
        sha256: &hash,
        number: number.as_deref(),
    };
    let whose = hooks::Whose {
        college: case.college_id,
        region: case.region.as_deref().unwrap_or_default(),
        applicants: !rule.action.is_among_experts(),
        sent: rule.from != State::Draft || rule.action.sends(),
        members: members(db, case.id).await?.into_iter().map(|member| member.account_id).collect(),
    };
    hooks::told(change, &whose, &step).await?;
    // The record comes last: from here to the commit the changes of others wait.
    let after = serde_json::json!({ "action": rule.action.word(), "state": to.word(), "version": version, "hash": hash.clone() });
    let before = serde_json::json!({ "state": case.state().word() });
    change.record(Event::new("event-register-step", "case", case.id).before(before).after(after)).await?;
    // Duties that rest on what was sent (2.8) and included (5.2).
    let year = AcademicYear::of(clock::day(change.at()));
    if rule.action == Action::Submit {
        evidence::settle(change, case.college_id, year, None, &["application_sent"]).await?;
    }
    if rule.action == Action::Include {
        let sql = "SELECT COALESCE(organisation_id, 0) FROM account WHERE id = $1";
        let own = database::number(db, sql, params![actor]).await?;
        evidence::settle(change, own, year, None, &["register_by_new_edition"]).await?;
    }
    Ok(shown)
}

/// The next registration number of a year: the counter's row is locked until the step is committed, so there is no gap.
pub async fn next_number(db: &impl ConnectionTrait, region: &str, specialty: &str, year: i32) -> Result<String, DbErr> {
    let serial = database::number(
        db,
        "INSERT INTO register_serial (year, last) VALUES ($1, 1)
         ON CONFLICT (year) DO UPDATE SET last = register_serial.last + 1 RETURNING last",
        params![i64::from(year)],
    )
    .await?;
    Ok(format!("{region}-{specialty}-{year}-{serial:06}"))
}

/// Who of a college hears of its programmes; its key is `$1`.
pub(super) const OF_COLLEGE: &str = "a.organisation_id = $1 AND a.role IN ('director', 'deputy_director', 'methodist')";

/// Tells those whom the step concerns, each in their own language, in the step's own transaction.
async fn tell(change: &Change, actor: Option<i64>, case: &Case, rule: &Rule, request: &Request) -> Result<(), DbErr> {
    let mut told: Vec<i64> = Vec::new();
    for hand in rule.tells {
        let (condition, value) = match hand {
            Hand::Head | Hand::College => (OF_COLLEGE, case.college_id),
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
