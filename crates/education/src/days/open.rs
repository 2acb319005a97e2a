//! The page that students sign up on, by a link and their short code.

use askama::Template;
use axum::extract::{Path, State as Shared};
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use sheber_messages as messages;
use sheber_people::groups::students;
use sheber_platform::app::App;
use sheber_platform::attempts;
use sheber_platform::change::Change;
use sheber_platform::clock;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::fields::Fields;
use sheber_platform::forms::{Form, Pairs};
use sheber_platform::page::{Page, html};

use super::store::{self, Activity, Place};
use crate::events::store::Event;

#[derive(Template)]
#[template(path = "days/open.html")]
struct OpenPage {
    page: Page,
    topic: String,
    on: String,
    token: String,
    activities: Vec<Activity>,
    over: bool,
    done: Option<String>,
    f: Fields,
}

/// Whether nobody signs up any more: the day was held, called off, or has passed.
fn is_over(day: &Event, today: NaiveDate) -> bool {
    day.details.cancelled || day.details.held_on.is_some() || day.details.planned_on.is_some_and(|on| on.0 < today)
}

async fn show(app: &App, context: Context, token: &str, f: Fields, done: Option<String>) -> Result<Response, AppError> {
    let day = store::of_token(&app.db, token).await?;
    let status = f.status();
    let template = OpenPage {
        activities: store::activities(&app.db, day.id).await?,
        on: day.details.planned_on.map(|on| messages::date(context.lang, on.0)).unwrap_or_default(),
        token: token.to_owned(),
        over: is_over(&day, clock::day(app.clock.millis())),
        done,
        f,
        page: Page::new(context, "", day.details.topic.clone()),
        topic: day.details.topic,
    };
    Ok((status, html(&template)?).into_response())
}

pub async fn page(Shared(app): Shared<App>, context: Context, Path(token): Path<String>) -> Result<Response, AppError> {
    show(&app, context.with_token(), &token, Fields::default(), None).await
}

pub async fn sign_up(
    Shared(app): Shared<App>,
    context: Context,
    Path(token): Path<String>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let day = store::of_token(&app.db, &token).await?;
    let mut fields = Fields::of(pairs);
    if is_over(&day, clock::day(app.clock.millis())) {
        return show(&app, context, &token, Fields::default(), None).await;
    }
    let guess = attempts::guess(&app, &context.network()).await?;
    let code = fields.text("code", 20);
    let chosen: Option<i64> = fields.choice("activity");
    let student = students::by_code(&app.db, day.organisation_id, &code).await?;
    if student.is_none() && !code.is_empty() {
        fields.wrong("code", "survey-code-unknown");
    } else {
        attempts::right(&app, guess).await?;
    }
    let (Some(student), Some(chosen), true) = (student, chosen, fields.is_sound()) else {
        return show(&app, context, &token, fields, None).await;
    };
    let change = Change::by(&app, None).await?;
    // Meanwhile it may have been held or called off.
    let day = store::of_token(change.db(), &token).await?;
    if is_over(&day, clock::day(change.at())) {
        drop(change);
        return show(&app, context, &token, Fields::default(), None).await;
    }
    match store::sign_up(&change, &day, &student, chosen).await? {
        Place::Taken(title) => {
            change.commit().await?;
            show(&app, context, &token, Fields::default(), Some(title)).await
        }
        Place::Full => {
            drop(change);
            fields.wrong("activity", "day-full");
            show(&app, context, &token, fields, None).await
        }
    }
}
