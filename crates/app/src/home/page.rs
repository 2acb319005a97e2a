//! The first page.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use sheber_people::inbox::notices::{self, Notice};
use sheber_platform::app::App;
use sheber_platform::cache::Cache;
use sheber_platform::clock;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::page::{Page, html};
use sheber_programmes::programmes::catalogue::Entry;
use sheber_standing::duties::rights::SEE;

use super::board::{Board, board};

#[derive(Template)]
#[template(path = "home/home.html")]
struct HomePage {
    page: Page,
    notices: Vec<Notice>,
    board: Arc<Board>,
}

impl HomePage {
    fn name<'e>(&self, entry: &'e Entry) -> &'e str {
        entry.name(self.page.lang())
    }

    fn when(&self, millis: &i64) -> String {
        clock::local(*millis)
    }

    /// Programmes of the own scope that break a norm.
    fn with_violations(&self) -> i64 {
        self.board.programmes.as_ref().map_or(0, |programmes| programmes.sum.with_violations)
    }
}

/// So many notices stand on the first page; the rest is a click away.
const NOTICES: usize = 5;

pub async fn home(State(app): State<App>, context: Context) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let question = format!("{} {} {}", actor.id, context.year, context.lang);
    let board = Cache::of(&app, &question, || board(&app, &context)).await?;
    // Reading a notice is not in the trail.
    let has_news = actor.may(SEE) && actor.unread > 0;
    let notices = if has_news { notices::unread(&app.db, actor.id, NOTICES).await? } else { Vec::new() };
    let title = context.t("nav-home");
    html(&HomePage { page: Page::new(context, "home", title).wide(), notices, board })
}
