//! The tasks of an organisation: mine, or all.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sheber_kernel::{AcademicYear, Day, words};
use sheber_messages as messages;
use sheber_norms::duties::DutyState;
use sheber_platform::ability::Role;
use sheber_platform::actor::Actor;
use sheber_platform::app::App;
use sheber_platform::cache::Cache;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::forms::{Address, open};
use sheber_platform::page::{Page, Pager, address, html};
use sheber_platform::{clock, list, search, sheet};

use super::badge::Badge;
use super::make;
use super::task::{self, Task, Worker};

words! {
    /// Which tasks a list shows.
    Choice {
        /// Due now, or late.
        Open = "open",
        Planned = "planned",
        Due = "due",
        Done = "done",
        DoneLate = "done_late",
        Overdue = "overdue",
        Excused = "excused",
    }
}

impl Choice {
    fn holds(self, state: DutyState) -> bool {
        match self {
            Self::Open => matches!(state, DutyState::Due | DutyState::Overdue),
            _ => self.word() == state.word(),
        }
    }
}

words! {
    /// Whose tasks a list shows.
    Whose {
        Mine = "mine",
        /// Of the whole organisation.
        All = "all",
    }
}

/// What the list is filtered by.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    q: String,
    #[serde(deserialize_with = "open", skip_serializing_if = "Option::is_none")]
    state: Option<Choice>,
    #[serde(deserialize_with = "open", skip_serializing_if = "Option::is_none")]
    whose: Option<Whose>,
    #[serde(skip_serializing)]
    at: String,
}

impl Filter {
    /// Whose tasks somebody begins with: a director with everything, others with their own.
    fn whose(&self, actor: &Actor) -> Whose {
        let first = if actor.role == Role::Director { Whose::All } else { Whose::Mine };
        self.whose.unwrap_or(first)
    }
}

/// A task as the list shows it.
struct Line {
    task: Task,
    state: DutyState,
    badge: Badge,
    title: String,
    period: String,
}

/// The tasks of somebody's organisation in a year, made where they are missing.
pub async fn tasks(app: &App, actor: &Actor, year: AcademicYear) -> Result<Vec<Task>, AppError> {
    make::ensure(app, actor.organisation_id, year).await?;
    Ok(task::of_organisation(&app.db, actor.organisation_id, year).await?)
}

/// The tasks of a filter, whatever their state.
async fn lines(app: &App, context: &Context, filter: &Filter, today: NaiveDate) -> Result<Vec<Line>, AppError> {
    let actor = context.actor()?;
    let worker = Worker::of(&app.db, actor).await?;
    let all = filter.whose(actor) == Whose::All;
    let words = search::Words::of(&filter.q);
    let line = |task: Task| {
        let state = task.state(today);
        let (title, period) = (task.title(context.lang).to_owned(), task.period(context.lang));
        Line { state, badge: Badge::of(state), title, period, task }
    };
    let own = tasks(app, actor, context.year).await?.into_iter().filter(|task| all || task.is_of(&worker));
    let found = |line: &Line| words.stand_in_text(|| format!("{} {}", line.task.item(), line.title));
    Ok(own.map(line).filter(found).collect())
}

#[derive(Template)]
#[template(path = "duties/list.html")]
struct ListPage {
    page: Page,
    filter: Filter,
    whose: Whose,
    listed: Arc<Lines>,
    pager: Pager,
}

/// A page of the list, with how many there are of each choice.
struct Lines {
    page: list::Page<Line>,
    counts: Vec<(Choice, usize)>,
}

impl ListPage {
    fn day(&self, day: &Day) -> String {
        messages::date(self.page.lang(), day.0)
    }

    fn query(&self) -> String {
        address(&self.filter)
    }

    fn of_state(&self, state: Option<&Choice>) -> String {
        address(&Filter { state: state.copied(), ..self.filter.clone() })
    }

    fn of(&self, whose: &str) -> String {
        address(&Filter { whose: whose.parse().ok(), ..self.filter.clone() })
    }

    /// Whether it is a choice of the list that shows nothing, rather than that there is nothing.
    fn is_narrowed(&self) -> bool {
        !self.filter.q.is_empty() || self.filter.state.is_some()
    }
}

async fn listed(app: &App, context: &Context, filter: &Filter) -> Result<Lines, AppError> {
    let mut lines = lines(app, context, filter, clock::day(app.clock.millis())).await?;
    let count = |choice: Choice| lines.iter().filter(|line| choice.holds(line.state)).count();
    let counts = Choice::ALL.iter().map(|choice| (*choice, count(*choice))).collect();
    lines.retain(|line| filter.state.is_none_or(|choice| choice.holds(line.state)));
    Ok(Lines { page: list::of_memory(lines, |line| line.task.id, &filter.at)?, counts })
}

pub async fn list(
    State(app): State<App>,
    context: Context,
    Address(filter): Address<Filter>,
) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let question = format!("{} {} {} {} {}", actor.id, context.lang, context.year, filter.at, address(&filter));
    let listed = Cache::of(&app, &question, || listed(&app, &context, &filter)).await?;
    let pager = Pager::of("/tasks", &filter, &listed.page);
    let whose = filter.whose(actor);
    let page = Page::new(context.clone(), "tasks", context.t("nav-tasks")).wide();
    html(&ListPage { page, filter, whose, listed, pager })
}

pub async fn export(
    State(app): State<App>,
    context: Context,
    Address(filter): Address<Filter>,
) -> Result<Response, AppError> {
    let today = clock::day(app.clock.millis());
    let mut lines = lines(&app, &context, &filter, today).await?;
    lines.retain(|line| filter.state.is_none_or(|choice| choice.holds(line.state)));
    let headings =
        ["duty-item", "duty-what", "duty-period", "duty-due-day", "duty-state", "duty-closed-on", "duty-owner"];
    let headings = headings.map(|key| context.t(key)).to_vec();
    let date = |day: Option<Day>| day.map(|day| messages::date(context.lang, day.0)).unwrap_or_default();
    let row = |line: Line| {
        let item = line.task.item().to_owned();
        let role = line.task.role();
        vec![
            item,
            line.title,
            line.period,
            date(Some(line.task.due)),
            context.t(line.badge.key),
            date(line.task.closed_on),
            line.task.owner.unwrap_or_else(|| context.t(&format!("role-{role}"))),
        ]
    };
    let rows = lines.into_iter().map(row).collect();
    sheet::workbook("tasks.xlsx", context.t("nav-tasks"), headings, &[], rows).await
}
