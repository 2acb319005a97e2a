//! Closing, excusing, opening again and handing out tasks.

use sea_orm::DbErr;
use sheber_kernel::Day;
use sheber_norms::duties::DutyState;
use sheber_platform::actor::Actor;
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::columns::Json;
use sheber_platform::entry::Entry;
use sheber_platform::error::AppError;
use sheber_platform::{clock, database, params};

use super::sums::{self, Tally};
use super::task::{self, DUTY, Submission, Task, Worker};
use super::tell;

/// How a task is closed or opened again.
#[derive(Default)]
pub struct Closing<'a> {
    /// The day on which it was done; `None` opens it again.
    pub on: Option<Day>,
    /// Who did; nobody where data tell.
    pub by: Option<&'a Actor>,
    pub submission: Option<Submission>,
    /// The reason for which it need not be done.
    pub excused: Option<String>,
}

/// Closes, excuses or opens a task within a change, with its sums. The trail says who did it.
pub async fn close(change: &Change, task: &Task, closing: Closing<'_>) -> Result<(), DbErr> {
    let today = clock::day(change.at());
    let before = task.state(today);
    let on = closing.on.map(|day| day.0);
    let after = DutyState::on(today, (task.opens.0, task.due.0), on, closing.excused.is_some());
    let by_data = closing.on.is_some() && closing.by.is_none();
    let outcome = serde_json::json!({
        "state": after,
        "on": closing.on,
        "by_data": by_data,
        "reason": closing.excused,
        "given": closing.submission,
    });
    let what = match (closing.on, &closing.excused) {
        (Some(_), _) => "trail-duty-closed",
        (None, Some(_)) => "trail-duty-excused",
        (None, None) => "trail-duty-opened",
    };
    database::run(
        change.db(),
        "UPDATE duty_task SET closed_on = $2, closed_at = $3, closed_by = $4, by_data = $5, evidence = $6, excused = $7,
         version = version + 1 WHERE id = $1",
        params![
            task.id,
            closing.on,
            closing.on.map(|_| change.at()),
            closing.by.filter(|_| closing.on.is_some()).map(|actor| actor.id),
            by_data,
            closing.submission.map(Json),
            closing.excused
        ],
    )
    .await?;
    sums::add(change.db(), task.place(), task.due, Tally::of(before, -1)).await?;
    sums::add(change.db(), task.place(), task.due, Tally::of(after, 1)).await?;
    sums::count(change.db(), task.organisation_id, task.year, Some(&task.duty)).await?;
    let entry = Entry::new(what, DUTY, task.id).before(serde_json::json!({ "state": before })).after(outcome);
    change.record(entry).await
}

/// Hands a task to somebody of the same organisation, or back to the post, over the version that was seen; the version that is
/// there now where that is another.
pub async fn hand(app: &App, actor: &Actor, id: i64, to: Option<i64>, seen: i64) -> Result<Result<(), Task>, AppError> {
    let change = Change::begin(app, Some(actor)).await?;
    let task = task::locked(&change, id).await?;
    if !task.may_manage(&Worker::of(change.db(), actor).await?) {
        return Err(AppError::Forbidden);
    }
    if task.owner_id == to {
        return Ok(Ok(()));
    }
    if task.version != seen {
        return Ok(Err(task));
    }
    if let Some(owner) = to {
        let sql = "SELECT COUNT(*) FROM account WHERE id = $1 AND organisation_id = $2 AND active";
        if database::number(change.db(), sql, params![owner, task.organisation_id]).await? == 0 {
            return Err(AppError::Bad("error-form"));
        }
    }
    let sql = "UPDATE duty_task SET owner_id = $2, version = version + 1 WHERE id = $1";
    database::run(change.db(), sql, params![id, to]).await?;
    let (before, after) = (serde_json::json!({ "owner": task.owner_id }), serde_json::json!({ "owner": to }));
    change.record(Entry::new("trail-duty-handed", DUTY, id).before(before).after(after)).await?;
    if let Some(owner) = to.filter(|owner| *owner != actor.id) {
        tell::owner(&change, owner, &task).await?;
    }
    change.commit().await?;
    Ok(Ok(()))
}

/// Gives what was handed to somebody, and is not closed, back to its posts.
pub async fn unowned(change: &Change, account: i64) -> Result<(), DbErr> {
    let sql = "UPDATE duty_task SET owner_id = NULL, version = version + 1 WHERE owner_id = $1 AND closed_on IS NULL";
    database::run(change.db(), sql, params![account]).await?;
    Ok(())
}
