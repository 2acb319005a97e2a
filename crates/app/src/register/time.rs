//! What time alone does to cases: a validity that has ended, a stage that is due tomorrow or late.
//!
//! Every step is one transaction that says what it did, so that two servers, or a server that starts anew, do nothing twice.

use chrono::NaiveDate;
use sea_orm::{DbErr, FromQueryResult};
use sheber_kernel::{AcademicYear, LocalName};
use sheber_norms::Edition;

use super::step;
use super::store::{self, Case};
use super::workflow::{Action, Hand, RULES, State};
use super::{enter, entries};
use crate::inbox::{self, READER, Reader};
use crate::params;
use crate::platform::app::App;
use crate::platform::audit::{Change, Event};
use crate::platform::clock;
use crate::platform::database;
use crate::platform::error::AppError;

/// Looks at the clock again and again.
pub async fn run(app: App) {
    let mut hours = tokio::time::interval(std::time::Duration::from_hours(1));
    loop {
        hours.tick().await;
        if let Err(error) = pass(&app).await {
            tracing::warn!(%error, "the register's clock");
        }
    }
}

/// Everything that is due by now. What fails is logged and met again the next time; it holds up nothing else.
pub async fn pass(app: &App) -> Result<(), AppError> {
    let today = clock::day(app.clock.millis());
    let jobs = [enter(app).await, expire(app, today).await, expire_entries(app, today).await, remind(app, today).await];
    jobs.into_iter().collect()
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

/// Writes the entries of cases that were included before there were entries.
async fn enter(app: &App) -> Result<(), AppError> {
    let sql = "SELECT c.id FROM register_case c WHERE c.number IS NOT NULL
               AND NOT EXISTS (SELECT 1 FROM register_entry e WHERE e.case_id = c.id) ORDER BY c.id";
    let missing: Vec<Key> = database::all(&app.db, sql, params![]).await?;
    for Key { id } in missing {
        passed_over(id, enter_one(app, id).await);
    }
    Ok(())
}

async fn enter_one(app: &App, id: i64) -> Result<(), AppError> {
    let change = Change::by(app, None).await?;
    let case = store::locked(&change, id).await?;
    let (Some(number), Some(on)) = (case.number.clone(), case.included_day()) else { return Ok(()) };
    let written = "SELECT COUNT(*) FROM register_entry WHERE case_id = $1";
    if database::number(change.db(), written, params![id]).await? > 0 {
        return Ok(());
    }
    let (_, _, programme) =
        crate::programmes::store::frozen(change.db(), case.programme_id, Some(case.version)).await?;
    entries::include(&change, &case, &programme, &number, (on, case.valid_day())).await?;
    if case.state() != State::Included {
        let ended = clock::day(case.updated_at);
        entries::end(&change, &case, case.state(), ended, case.grounds.as_deref().unwrap_or_default()).await?;
    }
    change.commit().await?;
    Ok(())
}

async fn expire(app: &App, today: NaiveDate) -> Result<(), AppError> {
    let sql = "SELECT id FROM register_case WHERE state = 'included' AND valid_to < $1 ORDER BY id";
    let ended: Vec<Key> = database::all(&app.db, sql, params![today.to_string()]).await?;
    for Key { id } in ended {
        passed_over(id, expire_one(app, id).await);
    }
    Ok(())
}

/// Entries that no case brought expire by themselves.
async fn expire_entries(app: &App, today: NaiveDate) -> Result<(), AppError> {
    let sql =
        "SELECT id FROM register_entry WHERE case_id IS NULL AND state = 'included' AND valid_to < $1 ORDER BY id";
    let ended: Vec<Key> = database::all(&app.db, sql, params![today.to_string()]).await?;
    for Key { id } in ended {
        let change = Change::by(app, None).await?;
        let entry = entries::by_id(change.db(), id).await?;
        let last = entry.valid_to().unwrap_or(today);
        if entries::end_one(&change, id, State::Expired, last, "").await? {
            let name = LocalName::new(entry.name_kk.clone(), entry.name_ru.clone());
            let college = LocalName::new(entry.college_kk.clone(), entry.college_ru.clone());
            let path = format!("/r/{}", entry.number);
            enter::tell(&change, entry.college_id, "register-told-expire", &name, &college, &path).await?;
            change.commit().await?;
        }
    }
    Ok(())
}

async fn expire_one(app: &App, id: i64) -> Result<(), AppError> {
    let rule = RULES.iter().find(|rule| rule.action == Action::Expire && rule.by == Hand::Clock);
    let change = Change::by(app, None).await?;
    let case = store::locked(&change, id).await?;
    // Somebody may have been faster.
    if let Some(rule) = rule.filter(|rule| rule.from == case.state()) {
        step::expire(&change, &case, rule).await?;
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
    if !REMINDED.contains(&case.state()) {
        return Ok(());
    }
    let new = database::run(
        change.db(),
        "INSERT INTO register_reminder (case_id, due, kind, at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (case_id, due, kind) DO NOTHING",
        params![id, due.to_string(), kind, change.at()],
    )
    .await?;
    if new == 0 {
        return Ok(());
    }
    for reader in waited_for(&change, &case).await? {
        let lang = reader.lang();
        let day = sheber_messages::date(lang, due);
        let arguments = [("name", case.name(lang)), ("college", case.college(lang)), ("date", day.as_str())];
        let said = sheber_messages::text_with(lang, &format!("register-remind-{kind}"), &arguments);
        inbox::tell(&change, &reader, said, "", &format!("/register/{id}")).await?;
    }
    let after = serde_json::json!({ "due": due.to_string(), "kind": kind });
    change.record(Event::new("event-register-reminded", "case", id).after(after)).await?;
    change.commit().await?;
    Ok(())
}

/// Those whose turn it is: who took the case, or every specialist while nobody has; the experts who have not judged yet, then
/// the chair; after the summary those who may decide.
async fn waited_for(change: &Change, case: &Case) -> Result<Vec<Reader>, DbErr> {
    let who = match (case.state(), case.summary.is_some()) {
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
