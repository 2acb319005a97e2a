//! The first page.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use sheber_platform::app::App;
use sheber_platform::clock;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::page::{Page, html};
use sheber_programmes::programmes::catalogue::{self, Entry, Filter};
use sheber_programmes::programmes::rights::SEE;
use sheber_programmes::programmes::sums::{self, Sum};

use super::board::{Board, board};

/// The programmes that somebody sees: how many, and those changed of late.
struct Programmes {
    sum: Sum,
    recent: Arc<catalogue::Page>,
}

#[derive(Template)]
#[template(path = "home/home.html")]
struct HomePage {
    page: Page,
    programmes: Option<Programmes>,
    board: Board,
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
        self.programmes.as_ref().map_or(0, |programmes| programmes.sum.with_violations)
    }
}

/// So many programmes stand on the first page.
const RECENT: usize = 8;

pub async fn home(State(app): State<App>, context: Context) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let programmes = if actor.may(SEE) {
        let scope = actor.scope();
        let recent = catalogue::find(&app, &scope, &Filter::recent(""), context.lang, RECENT).await?;
        Some(Programmes { sum: sums::within(&app.db, &scope).await?, recent })
    } else {
        None
    };
    let board = board(&app, &context).await?;
    let title = context.t("nav-home");
    html(&HomePage { page: Page::new(context, "home", title).wide(), programmes, board })
}
