//! What of the own organisation's tasks is due this week, and what is late.

use chrono::{Days, NaiveDate};
use sheber_kernel::AcademicYear;
use sheber_messages as messages;
use sheber_norms::duties::DutyState;
use sheber_platform::actor::Actor;
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_standing::duties::task::{Task, Worker};
use sheber_standing::duties::{self, Badge};

/// A task as the first page shows it.
pub struct Line {
    pub link: String,
    pub title: String,
    pub item: String,
    pub due: String,
    pub badge: Badge,
}

/// The tasks of the week, and how many are late in all.
#[derive(Default)]
pub struct Week {
    pub late: usize,
    pub lines: Vec<Line>,
}

/// So many of them stand on the first page; the rest is a click away.
const SHOWN: usize = 8;

/// The tasks of somebody that are late or due within a week.
pub async fn of(
    app: &App,
    context: &Context,
    actor: &Actor,
    year: AcademicYear,
    today: NaiveDate,
) -> Result<Week, AppError> {
    let worker = Worker::of(&app.db, actor).await?;
    let soon = today + Days::new(7);
    let own = |task: &Task| task.is_of(&worker) || task.may_manage(&worker);
    let tasks = duties::tasks(app, actor, year).await?.into_iter().filter(own);
    let with_state = tasks.map(|task| (task.state(today), task));
    let pressing = |(state, task): &(DutyState, Task)| match state {
        DutyState::Overdue => true,
        DutyState::Due => task.due.0 <= soon,
        _ => false,
    };
    let mut tasks: Vec<(DutyState, Task)> = with_state.filter(pressing).collect();
    let is_late = |state: DutyState| state == DutyState::Overdue;
    let late = tasks.iter().filter(|(state, _)| is_late(*state)).count();
    // What can still be done in time stands before what is late already, the nearest first.
    tasks.sort_by_key(|(state, task)| (is_late(*state), task.due));
    let line = |(state, task): (DutyState, Task)| Line {
        link: format!("/tasks/{}", task.id),
        title: task.title(context.lang).to_owned(),
        item: task.item().to_owned(),
        due: messages::date(context.lang, task.due.0),
        badge: Badge::of(state),
    };
    Ok(Week { late, lines: tasks.into_iter().take(SHOWN).map(line).collect() })
}
