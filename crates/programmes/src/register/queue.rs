//! The queue of cases, and opening one.

use std::collections::HashMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::State as Shared;
use axum::response::{Redirect, Response};
use chrono::NaiveDate;
use serde::Deserialize;
use sheber_norms::Edition;
use sheber_platform::ability::Role;
use sheber_platform::app::App;
use sheber_platform::cache::Cache;
use sheber_platform::clock;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::forms::{Address, Form};
use sheber_platform::list;
use sheber_platform::page::{Choice, Page, Pager, html};

use super::due::Due;
use super::store::{self, Case, Filter, Load};
use super::workflow::State;

/// A page of the queue, with what the cases wait for.
struct Queue {
    cases: list::Page<Case>,
    /// The last days of the stages that run, by the keys of the cases.
    due: HashMap<i64, NaiveDate>,
    /// For the operator: how many cases each specialist has.
    load: Vec<Load>,
}

#[derive(Template)]
#[template(path = "register/list.html")]
struct ListPage {
    page: Page,
    queue: Arc<Queue>,
    states: Vec<Choice>,
    filter: Filter,
    pager: Pager,
    today: NaiveDate,
}

impl ListPage {
    fn due(&self, case: &Case) -> Option<Due> {
        self.queue.due.get(&case.id).map(|day| Due::of(*day, self.today))
    }

    fn when(&self, millis: &i64) -> String {
        clock::local(*millis)
    }

    fn is_sorted(&self, word: &str) -> bool {
        self.filter.sort.is_some_and(|sort| sort.word() == word)
    }
}

async fn queue(app: &App, context: &Context, filter: &Filter) -> Result<Queue, AppError> {
    let actor = context.actor()?;
    let cases = store::list(actor, filter).page::<Case>(&app.db, &filter.at).await?;
    let keys: Vec<i64> = cases.rows.iter().map(|case| case.id).collect();
    let due = store::deadlines(&app.db, &keys, Edition::of(context.this_year)).await?;
    let load = if actor.role == Role::Operator { store::load(&app.db).await? } else { Vec::new() };
    Ok(Queue { cases, due, load })
}

pub async fn list(
    Shared(app): Shared<App>,
    context: Context,
    Address(filter): Address<Filter>,
) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let question = format!("{} {:?}", actor.id, filter);
    let queue = Cache::of(&app, &question, || queue(&app, &context, &filter)).await?;
    let pager = Pager::of("/register", &filter, &queue.cases);
    let any = Choice { value: String::new(), label: context.t("any"), chosen: filter.state.is_none() };
    let choice = |state: &State| Choice {
        value: state.word().to_owned(),
        label: context.t(&format!("register-state-{state}")),
        chosen: filter.state == Some(*state),
    };
    let states = std::iter::once(any).chain(State::ALL.iter().map(choice)).collect();
    let page = Page::new(context.clone(), "register", context.t("nav-register")).wide();
    let today = clock::day(app.clock.millis());
    html(&ListPage { page, queue, states, filter, pager, today })
}

#[derive(Deserialize)]
pub struct Open {
    programme: i64,
}

pub async fn open(Shared(app): Shared<App>, context: Context, Form(form): Form<Open>) -> Result<Redirect, AppError> {
    let id = store::open(&app, context.actor()?, form.programme).await?;
    Ok(Redirect::to(&format!("/register/{id}")))
}
