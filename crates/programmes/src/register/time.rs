//! What time alone does to cases: a validity that has ended, a stage that is due tomorrow or late.
//!
//! Every step is one transaction that says what it did, so that two servers, or a server that starts anew, do nothing twice.

use std::time::Duration;

use chrono::NaiveDate;
use sea_orm::prelude::async_trait::async_trait;
use sea_orm::{DbErr, FromQueryResult};
use sheber_kernel::{AcademicYear, Day};
use sheber_norms::Edition;

use sheber_people::inbox::tell::{READER, Reader, tell};
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::entry::Entry;
use sheber_platform::error::AppError;
use sheber_platform::house::Job;
use sheber_platform::procedure::Procedure;
use sheber_platform::{clock, database, params};

use super::effect::effect;
use super::request::Request;
use super::store::{self, CASE, Case};
use super::workflow::{Action, Hand, Register, State};
use super::{entries, readers};

pub struct Clock;

#[async_trait]
impl Job for Clock {
    fn name(&self) -> &'static str {
        "register-clock"
    }

    fn every(&self) -> Duration {
        Duration::from_hours(1)
    }

    async fn run(&self, app: &App) -> Result<(), AppError> {
        pass(app).await
    }
}

/// Everything that is due by now. What fails is logged and met again the next time; it holds up nothing else.
pub async fn pass(app: &App) -> Result<(), AppError> {
    let today = clock::day(app.clock.millis());
    let done = [expire(app, today).await, expire_entries(app, today).await, remind(app, today).await];
    done.into_iter().collect()
}

#[derive(FromQueryResult)]
struct Key {
    id: i64,
}

/// Says that a case was passed over.
fn passed_over(case: i64, done: Result<(), AppError>) {
    if let Err(error) = done {
        tracing::warn!(case, %error, "a case was passed over by the register's clock");
    }
}

async fn expire(app: &App, today: NaiveDate) -> Result<(), AppError> {
    let sql = "SELECT id FROM register_case WHERE state = 'included' AND valid_to < $1 ORDER BY id";
    let ended: Vec<Key> = database::all(&app.db, sql, params![Day(today)]).await?;
    for Key { id } in ended {
        passed_over(id, expire_one(app, id).await);
    }
    Ok(())
}

/// Entries that no case brought expire by themselves.
async fn expire_entries(app: &App, today: NaiveDate) -> Result<(), AppError> {
    let sql =
        "SELECT id FROM register_entry WHERE case_id IS NULL AND state = 'included' AND valid_to < $1 ORDER BY id";
    let ended: Vec<Key> = database::all(&app.db, sql, params![Day(today)]).await?;
    for Key { id } in ended {
        let change = Change::by(app, None).await?;
        let entry = entries::by_id(change.db(), id).await?;
        let last = entry.valid_to.map_or(today, |day| day.0);
        if entries::end_one(&change, id, State::Expired, last, "").await? {
            let names = (&entry.names(), &entry.colleges());
            let path = format!("/r/{}", entry.number);
            readers::tell_college(&change, entry.college_id, "register-told-expire", names, &path).await?;
            change.commit().await?;
        }
    }
    Ok(())
}

async fn expire_one(app: &App, id: i64) -> Result<(), AppError> {
    let rule = Register::RULES.iter().find(|rule| rule.action == Action::Expire && rule.by == Hand::Clock);
    let change = Change::by(app, None).await?;
    let case = store::locked(&change, id).await?;
    // Somebody may have been faster.
    if let Some(rule) = rule.filter(|rule| rule.from == case.state) {
        effect(&change, None, &case, rule, None, &Request::default()).await?;
        change.commit().await?;
    }
    Ok(())
}

/// Whether the last day calls for a reminder today, and for which.
fn kind(due: NaiveDate, today: NaiveDate) -> Option<&'static str> {
    if due < today {
        Some("late")
    } else if due.pred_opt().is_some_and(|before| before <= today) {
        Some("soon")
    } else {
        None
    }
}

/// The stages that somebody besides the college has to do.
const REMINDED: [State; 3] = [State::Submitted, State::PrimaryCheck, State::Expertise];

async fn remind(app: &App, today: NaiveDate) -> Result<(), AppError> {
    let sql = "SELECT id FROM register_case WHERE state IN ('submitted', 'primary_check', 'expertise') ORDER BY id";
    let open: Vec<Key> = database::all(&app.db, sql, params![]).await?;
    let edition = Edition::of(AcademicYear::of(today));
    for piece in open.chunks(500) {
        let keys: Vec<i64> = piece.iter().map(|key| key.id).collect();
        for (id, due) in store::deadlines(&app.db, &keys, edition).await? {
            if let Some(kind) = kind(due, today) {
                passed_over(id, remind_of(app, id, due, kind).await);
            }
        }
    }
    Ok(())
}

async fn remind_of(app: &App, id: i64, due: NaiveDate, kind: &'static str) -> Result<(), AppError> {
    let change = Change::by(app, None).await?;
    let case = store::locked(&change, id).await?;
    // The stage may have been done meanwhile.
    if !REMINDED.contains(&case.state) {
        return Ok(());
    }
    let new = database::run(
        change.db(),
        "INSERT INTO register_reminder (case_id, due, kind, at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (case_id, due, kind) DO NOTHING",
        params![id, Day(due), kind, change.at()],
    )
    .await?;
    if new == 0 {
        return Ok(());
    }
    for reader in waited_for(&change, &case).await? {
        let lang = reader.lang;
        let day = sheber_messages::date(lang, due);
        let arguments = [("name", case.name(lang)), ("college", case.college(lang)), ("date", day.as_str())];
        let said = sheber_messages::text_with(lang, &format!("register-remind-{kind}"), &arguments);
        tell(&change, &reader, said, "", &format!("/register/{id}")).await?;
    }
    let after = serde_json::json!({ "due": due, "kind": kind });
    let year = AcademicYear::of(clock::day(change.at()));
    change.record(Entry::new("trail-register-reminded", CASE, id).after(after).of(case.college_id, year)).await?;
    change.commit().await?;
    Ok(())
}

/// Those whose turn it is: who took the case, or every specialist while nobody has; the experts who have not judged yet, then
/// the chair; after the summary those who may decide.
async fn waited_for(change: &Change, case: &Case) -> Result<Vec<Reader>, DbErr> {
    let who = match (case.state, case.summary.is_some()) {
        (State::Submitted, _) | (State::Expertise, true) => "a.role = 'operator' AND $1 = $1 AND $2 = $2".to_owned(),
        (State::PrimaryCheck, _) => "a.id = (SELECT taker_id FROM register_case WHERE id = $1) AND $2 = $2".to_owned(),
        _ => {
            let judged = "SELECT j.account_id FROM register_judgement j WHERE j.case_id = $1 AND j.round = $2";
            let open = format!(
                "SELECT m.account_id FROM register_member m WHERE m.case_id = $1 AND m.account_id NOT IN ({judged})"
            );
            format!(
                "(a.id IN ({open}) OR (NOT EXISTS ({open}) AND a.id IN
                     (SELECT m.account_id FROM register_member m WHERE m.case_id = $1 AND m.is_chair)))"
            )
        }
    };
    let sql = format!("SELECT {READER} FROM account a WHERE a.active AND {who} ORDER BY a.id");
    database::all(change.db(), &sql, params![case.id, case.round]).await
}

#[cfg(test)]
mod tests {
    use super::kind;

    #[test]
    fn a_day_before_and_once_it_has_passed() {
        for (due, reminder) in [
            ("2024-03-08", None),
            ("2024-03-07", Some("soon")),
            ("2024-03-06", Some("soon")),
            ("2024-03-05", Some("late")),
        ] {
            assert_eq!(kind(due.parse().unwrap(), "2024-03-06".parse().unwrap()), reminder, "{due}");
        }
    }
}
