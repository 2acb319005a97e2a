//! The approval of a plan, and what it does to the events.

use sheber_kernel::Day;
use sheber_platform::actor::Actor;
use sheber_platform::change::Change;
use sheber_platform::columns::Json;
use sheber_platform::entry::Entry;
use sheber_platform::error::AppError;
use sheber_platform::{clock, database, params};

use super::amend;
use super::procedure::Action;
use super::store::{PLAN, Plan, approved, hash};

/// Approves a draft: the version before is superseded, and its events are planned, moved or called off as the lines say. `false`
/// where it is not the draft that the person saw.
pub async fn approve(change: &Change, actor: &Actor, plan: &Plan, seen: &str) -> Result<bool, AppError> {
    if !plan.lets(actor, Action::Approve) || plan.hash != seen {
        return Ok(false);
    }
    let mut lines = plan.lines.0.clone();
    let before = approved(change.db(), plan).await?.map(|plan| plan.lines.0).unwrap_or_default();
    amend::carry_out(change, actor, plan, &before, &mut lines).await?;
    let superseded = "UPDATE plan SET state = 'superseded', version = version + 1
                      WHERE college_id = $1 AND year = $2 AND kind = $3 AND state = 'approved'";
    database::run(change.db(), superseded, params![plan.college_id, plan.year, plan.kind]).await?;
    let hash = hash(&lines);
    let today = Day(clock::day(change.at()));
    let written = database::run(
        change.db(),
        "UPDATE plan SET state = 'approved', approved_by = $2, approved_on = $3, lines = $4, hash = $5,
                         version = version + 1
         WHERE id = $1 AND state = 'draft' AND hash = $6",
        params![plan.id, actor.id, today, Json(lines), hash.clone(), seen],
    )
    .await?;
    let after = serde_json::json!({ "number": plan.number, "hash": hash });
    let entry = Entry::new("trail-plan-approved", PLAN, plan.id).after(after);
    change.record(entry.at(plan.college_id, plan.year, plan.kind.word(), None)).await?;
    Ok(written == 1)
}
