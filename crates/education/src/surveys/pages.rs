//! The list of surveys, and a new one.

use askama::Template;
use axum::extract::State as Shared;
use axum::response::{IntoResponse, Redirect, Response};
use serde::{Deserialize, Serialize};
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::fields::Fields;
use sheber_platform::forms::{Address, Form, Pairs};
use sheber_platform::once::Once;
use sheber_platform::page::{Page, Pager, html};

use super::store::{self, Kind, Subject, Survey, SurveyForm};

#[derive(Template)]
#[template(path = "surveys/list.html")]
struct ListPage {
    page: Page,
    surveys: Vec<Survey>,
    pager: Pager,
    filter: Filter,
    kinds: &'static [Kind],
    subjects: &'static [Subject],
    f: Fields,
}

/// What a list of surveys is filtered by.
#[derive(Deserialize, Serialize, Default)]
#[serde(default)]
pub struct Filter {
    q: String,
    #[serde(skip_serializing)]
    at: String,
}

async fn show(app: &App, context: Context, filter: Filter, f: Fields) -> Result<Response, AppError> {
    let list = store::list(context.actor()?, context.year, &filter.q);
    let surveys = list.page::<Survey>(&app.db, &filter.at).await?;
    let pager = Pager::of("/surveys", &filter, &surveys);
    let status = f.status();
    let title = context.t("survey-title");
    let page = Page::new(context, "events", title);
    let (kinds, subjects) = (Kind::ALL, Subject::ALL);
    Ok((status, html(&ListPage { page, surveys: surveys.rows, pager, filter, kinds, subjects, f })?).into_response())
}

pub async fn list(
    Shared(app): Shared<App>,
    context: Context,
    Address(filter): Address<Filter>,
) -> Result<Response, AppError> {
    show(&app, context, filter, Fields::default()).await
}

pub async fn create(
    Shared(app): Shared<App>,
    context: Context,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let mut fields = Fields::of(pairs);
    if fields.value("subject").is_empty() {
        fields.set("subject", Subject::Other.word());
    }
    let Some(new) = SurveyForm::of(&mut fields) else {
        return show(&app, context, Filter::default(), fields).await;
    };
    let deed = async |change: &Change| Ok(store::insert(change, &actor, context.year, &new).await?);
    let id = Once::of_form(actor.id, "/surveys", &fields).make(&app, &actor, deed).await?;
    Ok(Redirect::to(&format!("/surveys/{id}")).into_response())
}
