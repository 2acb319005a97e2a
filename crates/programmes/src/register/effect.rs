//! What follows from a step, in one transaction: by somebody, or by the clock.

use sea_orm::{ConnectionTrait, DbErr, Value};
use sheber_kernel::{AcademicYear, Day};
use sheber_norms::{Edition, Finding, check};
use sheber_platform::change::Change;
use sheber_platform::entry::{Audience, Entry, News};
use sheber_platform::error::AppError;
use sheber_platform::{clock, database, params};

use super::request::Request;
use super::store::{CASE, Case, insert, members};
use super::workflow::{Action, Rule, State};
use super::{attachments, entries, readers, remarks};
use crate::programmes::store as programmes;

/// The newest version of a case's programme with what the norms say of it: looked at once, so that what the guards see is what is
/// signed and frozen.
pub struct Newest {
    pub version: i64,
    pub hash: String,
    pub findings: Vec<Finding>,
}

impl Newest {
    pub async fn of(db: &impl ConnectionTrait, case: &Case) -> Result<Self, AppError> {
        let (version, hash, programme) = programmes::frozen(db, case.programme_id, None).await?;
        let findings = check(&programme, Edition::of(programme.intake)).findings;
        Ok(Self { version, hash, findings })
    }
}

/// A step on its way: the case as it was, and what the step makes of it.
struct Move<'a> {
    change: &'a Change,
    /// Whose step it is; nobody's where the clock takes it.
    actor: Option<i64>,
    case: &'a Case,
    rule: &'static Rule,
    request: &'a Request,
    /// The version that the case speaks of from now on.
    version: i64,
    hash: String,
    /// The case to show next: an appeal opens another.
    shown: i64,
}

/// Does what a rule says; gives the key of the case to show next.
pub async fn effect(
    change: &Change,
    actor: Option<i64>,
    case: &Case,
    rule: &'static Rule,
    newest: Option<&Newest>,
    request: &Request,
) -> Result<i64, AppError> {
    let (version, hash) = (case.version, case.hash.clone());
    let mut taken = Move { change, actor, case, rule, request, version, hash, shown: case.id };
    match rule.action {
        Action::Submit | Action::Resubmit => taken.send(newest).await?,
        Action::Take => taken.set("taker_id = $2", params![actor]).await?,
        Action::PassOn => taken.pass_on().await?,
        Action::Declare => taken.declare().await?,
        Action::Judge => taken.judge().await?,
        Action::Summarise => {
            let values = params![request.why.trim(), request.recommendation];
            taken.set("summary = $2, recommendation = $3", values).await?;
        }
        Action::Include => taken.include().await?,
        Action::Refuse => taken.set("grounds = $2", params![request.why.trim()]).await?,
        Action::Exclude | Action::Expire => taken.end().await?,
        Action::Appeal => taken.shown = insert(change, case.college_id, case.programme_id, Some(case.id)).await?,
        Action::Return => remarks::send(change.db(), case.id).await?,
        Action::Withdraw => {}
    }
    taken.finish().await?;
    Ok(taken.shown)
}

impl Move<'_> {
    const fn to(&self) -> State {
        match self.rule.to {
            Some(to) => to,
            None => self.rule.from,
        }
    }

    async fn set(&self, assignment: &str, values: Vec<Value>) -> Result<(), DbErr> {
        let mut all = params![self.case.id];
        all.extend(values);
        let sql = format!("UPDATE register_case SET {assignment} WHERE id = $1");
        database::run(self.change.db(), &sql, all).await.map(|_| ())
    }

    /// The application goes out: its newest version is frozen, with the answers and what accompanies it.
    async fn send(&mut self, newest: Option<&Newest>) -> Result<(), AppError> {
        let newest = newest.ok_or_else(|| AppError::Internal("nothing to send".to_owned()))?;
        let (db, case) = (self.change.db(), self.case);
        (self.version, self.hash) = (newest.version, newest.hash.clone());
        programmes::keep_version(self.change, case.programme_id, self.version).await?;
        self.set(
            "version = $2, hash = $3, signed_by = $4, round = round + $5, summary = NULL, recommendation = NULL",
            params![self.version, self.hash.clone(), self.actor, i64::from(case.state == State::ExpertiseReturned)],
        )
        .await?;
        remarks::answer(db, case.id, self.request).await?;
        attachments::send(self.change, case.id).await?;
        database::run(db, "DELETE FROM register_answer WHERE case_id = $1", params![case.id]).await?;
        let sql = "INSERT INTO register_answer (case_id, item, place, answer) VALUES ($1, $2, $3, $4)
                   ON CONFLICT (case_id, item, place) DO UPDATE SET answer = excluded.answer";
        for finding in &newest.findings {
            if let Some(answer) = self.request.answer(finding.item, &finding.at) {
                database::run(db, sql, params![case.id, finding.item, finding.at.clone(), answer.trim()]).await?;
            }
        }
        Ok(())
    }

    async fn pass_on(&self) -> Result<(), DbErr> {
        let sql = "INSERT INTO register_member (case_id, account_id, is_chair) VALUES ($1, $2, $3)";
        for member in self.request.group() {
            let values = params![self.case.id, member, member == self.request.chair];
            database::run(self.change.db(), sql, values).await?;
        }
        Ok(())
    }

    async fn declare(&self) -> Result<(), DbErr> {
        let sql = "UPDATE register_member SET declared_at = $3 WHERE case_id = $1 AND account_id = $2";
        database::run(self.change.db(), sql, params![self.case.id, self.actor, self.change.at()]).await.map(|_| ())
    }

    async fn judge(&self) -> Result<(), DbErr> {
        let sql = "INSERT INTO register_judgement (case_id, round, account_id, criterion, grade, reason, at)
                   VALUES ($1, $2, $3, $4, $5, $6, $7)";
        for one in &self.request.judgements {
            let values = params![
                self.case.id,
                self.case.round,
                self.actor,
                one.criterion.clone(),
                one.grade,
                one.reason.trim(),
                self.change.at()
            ];
            database::run(self.change.db(), sql, values).await?;
        }
        Ok(())
    }

    async fn include(&self) -> Result<(), AppError> {
        let (db, case) = (self.change.db(), self.case);
        let day = clock::day(self.change.at());
        let (_, _, programme) = programmes::frozen(db, case.programme_id, Some(case.version)).await?;
        let code = programme.specialty.code.to_string();
        let region = case.region.as_deref().unwrap_or("00");
        let number = next_number(db, region, &code, chrono::Datelike::year(&day)).await?;
        let valid_to = self.request.valid_to;
        let values = params![number.clone(), Day(day), valid_to.map(Day)];
        self.set("number = $2, included_on = $3, valid_to = $4", values).await?;
        Ok(entries::include(self.change, case, &programme, &number, (day, valid_to)).await?)
    }

    async fn end(&self) -> Result<(), DbErr> {
        let grounds = self.request.why.trim();
        self.set("grounds = $2", params![Some(grounds).filter(|grounds| !grounds.is_empty())]).await?;
        // A validity ends with its last day, whenever the clock looked.
        let last = self.case.valid_to.filter(|_| self.to() == State::Expired);
        let on = last.map_or_else(|| clock::day(self.change.at()), |day| day.0);
        entries::end(self.change, self.case, self.to(), on, grounds).await
    }

    /// What every step leaves behind: the state, its line in the journal, letters, and its record in the trail.
    async fn finish(&self) -> Result<(), DbErr> {
        let Self { change, case, rule, .. } = self;
        let (db, to, action) = (change.db(), self.to(), rule.action);
        self.set("state = $2, updated_at = $3", params![to, change.at()]).await?;
        // A judgement's words stand where only those read them who may.
        let why = if action == Action::Judge { "" } else { self.request.why.trim() };
        let (version, hash) = (self.version, &self.hash);
        database::run(
            db,
            "INSERT INTO register_step (case_id, action, state, actor_id, at, why, version, hash)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            params![case.id, action, to, self.actor, change.at(), why, version, hash.clone()],
        )
        .await?;
        readers::tell_of_step(change, self.actor, case, rule, why).await?;
        let sql = "SELECT number FROM register_case WHERE id = $1";
        let number = database::value::<String>(db, sql, params![case.id]).await?;
        let step = serde_json::json!({ "application": case.id, "programme": case.programme_id, "action": action,
            "state": to, "version": version, "sha256": hash, "number": number });
        let news = News { kind: "application.step", data: step, audience: self.audience().await? };
        // The record comes last: from here to the commit the changes of others wait.
        let today = clock::day(change.at());
        let before = serde_json::json!({ "state": case.state });
        let after = serde_json::json!({ "action": action, "state": to, "version": version, "hash": hash });
        let entry = Entry::new("trail-register-step", CASE, case.id).before(before).after(after);
        let entry = entry.at(case.college_id, AcademicYear::of(today), action.word(), Some(today));
        change.record(entry.news(news)).await
    }

    async fn audience(&self) -> Result<Audience, DbErr> {
        let Self { change, case, rule, .. } = self;
        Ok(Audience {
            college: case.college_id,
            region: case.region.clone().unwrap_or_default(),
            applicants: !rule.action.is_among_experts(),
            sent: rule.from != State::Draft || rule.action.sends(),
            members: members(change.db(), case.id).await?.into_iter().map(|member| member.account_id).collect(),
        })
    }
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
