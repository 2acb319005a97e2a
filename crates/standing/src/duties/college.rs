//! One organisation's tasks, for whoever looks after it: late first.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use sheber_kernel::{Day, OrganisationKind};
use sheber_messages as messages;
use sheber_norms::duties::DutyState;
use sheber_people::organisations::colleges::{self, College};
use sheber_platform::app::App;
use sheber_platform::clock;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::forms::Address;
use sheber_platform::house::House;
use sheber_platform::page::{Page, html};

use super::badge::Badge;
use super::one::owner;
use super::task::{self, Task};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Query {
    /// One duty alone.
    duty: String,
    /// Somebody was just reminded.
    told: String,
}

/// A task as the list shows it.
struct Line {
    task: Task,
    badge: Badge,
    title: String,
    period: String,
    owner: String,
}

#[derive(Template)]
#[template(path = "duties/college.html")]
struct CollegePage {
    page: Page,
    college: College,
    lines: Vec<Line>,
    late: usize,
    told: bool,
    /// Pages of other rooms about it: what they are called, and where.
    about: Vec<(&'static str, String)>,
    /// The way to all of its duties, where one is looked at.
    narrowed: Option<String>,
}

impl CollegePage {
    fn day(&self, day: &Day) -> String {
        messages::date(self.page.lang(), day.0)
    }
}

const fn rank(state: DutyState) -> u8 {
    match state {
        DutyState::Overdue => 0,
        DutyState::Due => 1,
        DutyState::DoneLate => 2,
        DutyState::Done | DutyState::Planned | DutyState::Excused => 3,
    }
}

pub async fn page(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Address(query): Address<Query>,
) -> Result<Response, AppError> {
    let lang = context.lang;
    let college = colleges::find(&app.db, context.actor()?, id).await?;
    let today = clock::day(app.clock.millis());
    let tasks = task::of_organisation(&app.db, id, context.year).await?.into_iter();
    let tasks = tasks.map(|task| (task.state(today), task));
    let mut shown: Vec<(DutyState, Task)> = tasks
        .filter(|(state, task)| *state != DutyState::Planned && (query.duty.is_empty() || query.duty == task.duty))
        .collect();
    shown.sort_by_key(|(state, _)| rank(*state));
    let late = shown.iter().filter(|(state, _)| *state == DutyState::Overdue).count();
    let line = |(state, task): (DutyState, Task)| Line {
        badge: Badge::of(state),
        title: task.title(lang).to_owned(),
        period: task.period(lang),
        owner: owner(&task, lang),
        task,
    };
    let about = match college.kind {
        OrganisationKind::College => House::of(&app).pages_of_college(&context, id),
        _ => Vec::new(),
    };
    let page = Page::new(context.clone(), "oversight", college.name(lang).to_owned());
    html(&CollegePage {
        page: page.crumb(context.t("nav-oversight"), "/oversight").wide(),
        lines: shown.into_iter().map(line).collect(),
        late,
        told: !query.told.is_empty(),
        about,
        narrowed: (!query.duty.is_empty()).then(|| format!("/oversight/{id}")),
        college,
    })
}
