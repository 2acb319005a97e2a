//! What the next version of a plan does to the events that the version before it planned.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, DbErr};
use sheber_kernel::Day;
use sheber_norms::duties::PlanKind;
use sheber_platform::actor::Actor;
use sheber_platform::change::Change;
use sheber_platform::error::AppError;

use super::store::{Line, Plan};
use crate::events::kinds::Kind;
use crate::events::store::{self as events, Draft, EventForm, State};

/// What becomes of the events of a plan when a version is approved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Amendment {
    /// A dated own line becomes a planned event.
    Plan { line: usize },
    /// A line that is written anew changes its event.
    Change { line: usize, event: i64, before: Line },
    /// A line that is gone, or has no day any more, takes its event along.
    Cancel { event: i64, before: Line },
}

/// Events that a plan made, as far as they stand in the way of changing them.
#[derive(Clone, Debug, Default)]
pub struct EventStates {
    /// What was held stays as it was held; another day is another event.
    pub held: BTreeSet<i64>,
    /// What somebody called off comes back only on a new day.
    pub cancelled: BTreeSet<i64>,
}

impl EventStates {
    /// How the events of these lines stand.
    pub async fn of(db: &impl ConnectionTrait, lines: &[Line]) -> Result<Self, DbErr> {
        let keys: Vec<i64> = lines.iter().filter_map(|line| line.event).collect();
        let mut settled = Self::default();
        for (event, state) in events::states(db, &keys).await? {
            match state {
                State::Planned => continue,
                State::Held => &mut settled.held,
                State::Cancelled => &mut settled.cancelled,
            }
            .insert(event);
        }
        Ok(settled)
    }
}

/// The differences between the approved lines and the next version's.
pub fn amendments(before: &[Line], after: &[Line], settled: &EventStates) -> Vec<Amendment> {
    let dated = |line: &Line| line.duty.is_none() && line.on.is_some();
    // Of lines that name the same event, the first has it.
    let of = |event: i64| after.iter().position(|line| line.event == Some(event) && dated(line));
    let known = |at: usize, line: &Line| {
        line.event.is_some_and(|event| {
            let same = |old: &&Line| old.event == Some(event);
            let moved = |old: &Line| settled.held.contains(&event) && old.on != line.on;
            before.iter().find(same).is_some_and(|old| !moved(old)) && of(event) == Some(at)
        })
    };
    let planned = (0..).zip(after).filter(|(at, line)| dated(line) && !known(*at, line));
    let mut amendments: Vec<Amendment> = planned.map(|(line, _)| Amendment::Plan { line }).collect();
    for old in before {
        let Some(event) = old.event else { continue };
        match of(event) {
            _ if settled.held.contains(&event) => {}
            None if settled.cancelled.contains(&event) => {}
            Some(line) if after[line] == *old => {}
            Some(line) => amendments.push(Amendment::Change { line, event, before: old.clone() }),
            None => amendments.push(Amendment::Cancel { event, before: old.clone() }),
        }
    }
    amendments
}

/// Carries the differences out.
pub async fn carry_out(
    change: &Change,
    actor: &Actor,
    plan: &Plan,
    before: &[Line],
    lines: &mut [Line],
) -> Result<(), AppError> {
    let settled = EventStates::of(change.db(), before).await?;
    for amendment in amendments(before, lines, &settled) {
        match amendment {
            Amendment::Plan { line } => lines[line].event = planned(change, actor, plan, &lines[line]).await?,
            Amendment::Change { line, event, before } => {
                rewrite(change, actor, plan, event, |details| moved(details, &before, &lines[line])).await?;
            }
            Amendment::Cancel { event, .. } => {
                rewrite(change, actor, plan, event, |details| details.cancelled = true).await?;
            }
        }
    }
    // An event that the approved version does not know, or that was called off, is none of this plan's.
    for line in lines.iter_mut().filter(|line| line.duty.is_some() || line.on.is_none()) {
        line.event = None;
    }
    Ok(())
}

/// Plans the event of a line.
async fn planned(change: &Change, actor: &Actor, plan: &Plan, line: &Line) -> Result<Option<i64>, AppError> {
    let kind = match plan.kind {
        PlanKind::Sport => Kind::Sport,
        PlanKind::Education => Kind::Other,
    };
    let Some(on) = line.on else { return Ok(None) };
    let details = EventForm {
        audience: line.audience.clone(),
        responsible: line.responsible.clone(),
        planned_on: Some(on),
        held_on: None,
        ..EventForm::held(kind, line.what.clone(), on)
    };
    let draft = Draft { details, groups: Vec::new(), present: Vec::new(), repeats: None };
    events::save(change, actor, None, &draft, plan.year).await
}

/// What the plan did not touch stays as people wrote it on the event.
fn moved(details: &mut EventForm, before: &Line, line: &Line) {
    let take = |field: &mut String, old: &str, now: &str| {
        if old != now {
            now.clone_into(field);
        }
    };
    take(&mut details.topic, &before.what, &line.what);
    take(&mut details.audience, &before.audience, &line.audience);
    take(&mut details.responsible, &before.responsible, &line.responsible);
    if before.on != line.on {
        details.planned_on = line.on;
        details.cancelled = false;
    }
}

async fn rewrite(
    change: &Change,
    actor: &Actor,
    plan: &Plan,
    event: i64,
    with: impl FnOnce(&mut EventForm),
) -> Result<(), AppError> {
    let known = events::find(change.db(), actor, event).await?;
    if known.details.held_on.is_some() || known.organisation_id != actor.organisation_id {
        return Ok(());
    }
    let mut draft = Draft::of(change.db(), &known).await?;
    with(&mut draft.details);
    events::save(change, actor, Some(&known), &draft, plan.year).await?.ok_or_else(AppError::conflict)?;
    Ok(())
}

/// A difference in words: a message's key, what, the day before and the day after.
pub fn described(amendment: &Amendment, lines: &[Line]) -> (&'static str, String, Option<Day>, Option<Day>) {
    match amendment {
        Amendment::Plan { line } => ("plan-amend-new", lines[*line].what.clone(), None, lines[*line].on),
        Amendment::Change { line, before, .. } => {
            let now = &lines[*line];
            let moved = before.on.filter(|day| now.on != Some(*day));
            (if moved.is_some() { "plan-amend-moved" } else { "plan-amend-changed" }, now.what.clone(), moved, now.on)
        }
        Amendment::Cancel { before, .. } => ("plan-amend-cancelled", before.what.clone(), before.on, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amendments(before: &[Line], after: &[Line]) -> Vec<Amendment> {
        super::amendments(before, after, &EventStates::default())
    }

    fn line(what: &str, on: &str, event: Option<i64>) -> Line {
        Line { what: what.to_owned(), on: on.parse().ok(), event, ..Line::default() }
    }

    #[test]
    fn a_version_plans_changes_and_cancels_events() {
        let before = [line("Fair", "2025-10-01", Some(1)), line("Quiz", "2025-11-01", Some(2)), line("Idea", "", None)];
        assert_eq!(amendments(&before, &before), [], "nothing changed, nothing is done");
        let after = [line("Fair", "2025-10-08", Some(1)), line("Idea", "2025-12-01", None)];
        assert_eq!(
            amendments(&before, &after),
            [
                Amendment::Plan { line: 1 },
                Amendment::Change { line: 0, event: 1, before: before[0].clone() },
                Amendment::Cancel { event: 2, before: before[1].clone() },
            ]
        );
        let undated = [line("Fair", "", Some(1)), before[1].clone()];
        assert_eq!(amendments(&before, &undated), [Amendment::Cancel { event: 1, before: before[0].clone() }]);
        // What was held is not moved and not called off; a new day for it is a new event.
        let held = EventStates { held: [1, 2].into(), ..EventStates::default() };
        assert_eq!(
            super::amendments(&before, &after, &held),
            [Amendment::Plan { line: 0 }, Amendment::Plan { line: 1 }]
        );
        let off = EventStates { cancelled: [1, 2].into(), ..EventStates::default() };
        assert_eq!(
            super::amendments(&before, &after, &off),
            [Amendment::Plan { line: 1 }, Amendment::Change { line: 0, event: 1, before: before[0].clone() }],
            "what was called off comes back on a new day alone"
        );
        // A form that names another plan's event gets one of its own.
        assert_eq!(amendments(&[], &[line("Ball", "2025-10-01", Some(77))]), [Amendment::Plan { line: 0 }]);
        let twice = [before[0].clone(), line("Ball", "2025-10-01", Some(1))];
        assert_eq!(amendments(&before[..1], &twice), [Amendment::Plan { line: 1 }]);
        // A duty of the guidance has its rhythm; a day beside it plans nothing.
        let duty = Line { duty: Some("14.5/debate".to_owned()), ..line("", "2025-10-01", None) };
        assert_eq!(amendments(&[], &[duty]), []);
    }
}
