//! The contests in somebody's calendar: where applications end, and the national stages that their region hosts.

use chrono::NaiveDate;
use sea_orm::prelude::async_trait::async_trait;
use sheber_kernel::{AcademicYear, Lang};
use sheber_messages as messages;
use sheber_platform::actor::Actor;
use sheber_platform::app::App;
use sheber_platform::error::AppError;
use sheber_platform::house::{Mark, Marks};

use super::rights;
use super::schedule::{self, Slot};
use super::store::{self, Contest};

pub struct Contests;

#[async_trait]
impl Marks for Contests {
    async fn between(
        &self,
        app: &App,
        actor: &Actor,
        lang: Lang,
        days: (NaiveDate, NaiveDate),
    ) -> Result<Vec<Mark>, AppError> {
        if !actor.may(rights::SEE) {
            return Ok(Vec::new());
        }
        let ending = |contest: Contest| Mark {
            uid: format!("contest-{}", contest.id),
            from: contest.basics.closes_on.0,
            to: contest.basics.closes_on.0,
            title: format!("{}: {}", messages::text(lang, "contest-closes"), contest.basics.title),
            link: format!("/contests/{}", contest.id),
            class: "advice",
            sign: "⚑",
            is_own: true,
            ..Mark::default()
        };
        let stage = |slot: Slot| Mark {
            uid: format!("stage-{}-{}", slot.sector, slot.from),
            from: slot.from,
            to: slot.to,
            title: format!("16.2 {}", messages::text(lang, &format!("sector-{}", slot.sector))),
            link: format!("/contests?sector={}", slot.sector),
            class: "advice",
            sign: "★",
            is_own: true,
            ..Mark::default()
        };
        let mut marks: Vec<Mark> = store::ending(&app.db, actor, days).await?.into_iter().map(ending).collect();
        marks.extend(slots(actor, days).into_iter().map(stage));
        Ok(marks)
    }
}

/// The national stages that somebody's organisation holds and that are held, in part, between two days.
fn slots(actor: &Actor, (from, to): (NaiveDate, NaiveDate)) -> Vec<Slot> {
    let mut years = vec![AcademicYear::of(from), AcademicYear::of(to)];
    years.dedup();
    let mut slots: Vec<Slot> = years.into_iter().flat_map(schedule::of).collect();
    slots.retain(|slot| slot.is_held_by(actor) && slot.from <= to && slot.to >= from);
    slots
}
