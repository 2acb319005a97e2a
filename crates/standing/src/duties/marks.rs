//! Tasks in somebody's calendar, on the day by which they are due.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use sea_orm::prelude::async_trait::async_trait;
use sheber_kernel::{AcademicYear, Lang};
use sheber_norms::duties::DutyState;
use sheber_platform::actor::Actor;
use sheber_platform::app::App;
use sheber_platform::clock;
use sheber_platform::error::AppError;
use sheber_platform::house::{Mark, Marks};

use super::badge::Badge;
use super::task::{self, Worker};
use super::{make, rights};

pub struct Tasks;

#[async_trait]
impl Marks for Tasks {
    async fn between(
        &self,
        app: &App,
        actor: &Actor,
        lang: Lang,
        (from, to): (NaiveDate, NaiveDate),
    ) -> Result<Vec<Mark>, AppError> {
        if !actor.may(rights::SEE) {
            return Ok(Vec::new());
        }
        let today = clock::day(app.clock.millis());
        let worker = Worker::of(&app.db, actor).await?;
        let mut marks = Vec::new();
        for year in [from, to].map(AcademicYear::of).into_iter().collect::<BTreeSet<_>>() {
            make::ensure(app, actor.organisation_id, year).await?;
            for task in task::of_organisation(&app.db, actor.organisation_id, year).await? {
                let day = task.due.0;
                if !(from..=to).contains(&day) {
                    continue;
                }
                let state = task.state(today);
                let badge = Badge::of(state);
                marks.push(Mark {
                    uid: format!("task-{}", task.id),
                    from: day,
                    to: day,
                    title: format!("{} {}", task.item(), task.title(lang)),
                    link: format!("/tasks/{}", task.id),
                    class: badge.class,
                    sign: badge.sign,
                    is_own: task.is_of(&worker) && state != DutyState::Excused,
                    reminds: matches!(state, DutyState::Planned | DutyState::Due),
                    ..Mark::default()
                });
            }
        }
        Ok(marks)
    }
}
