//! What is written and handed in beside a case: remarks, the author's word on answers, documents.

use axum::extract::{Path, State as Shared};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::forms::{Form, Lookup, Upload};
use sheber_platform::sheet;

use super::attachments::{self, Kind};
use super::remarks::{self, Reply};
use super::{case, store};

#[derive(Deserialize)]
pub struct RemarkForm {
    #[serde(default)]
    place: String,
    #[serde(default)]
    text: String,
}

pub async fn write(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(form): Form<RemarkForm>,
) -> Result<Response, AppError> {
    if let Err(key) = remarks::add(&app, context.actor()?, id, &form.place, &form.text).await? {
        let typed = vec![("place".to_owned(), form.place), ("text".to_owned(), form.text)];
        return case::again(&app, context, id, typed, key).await;
    }
    Ok(Redirect::to(&format!("/register/{id}#remarks")).into_response())
}

#[derive(Deserialize)]
pub struct ReplyForm {
    remark: i64,
    what: String,
}

pub async fn settle(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(form): Form<ReplyForm>,
) -> Result<Response, AppError> {
    store::find(&app.db, context.actor()?, id).await?;
    let reply: Reply = form.what.parse().map_err(|_| AppError::Bad("error-form"))?;
    if let Err(key) = remarks::decide(&app, context.actor()?, id, form.remark, reply).await? {
        return case::again(&app, context, id, Vec::new(), key).await;
    }
    Ok(Redirect::to(&format!("/register/{id}#remarks")).into_response())
}

pub async fn attach(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    upload: Upload,
) -> Result<Response, AppError> {
    let actor = context.actor()?;
    store::find(&app.db, actor, id).await?;
    let kind: Kind = upload.fields.get("kind").parse().map_err(|_| AppError::Bad("error-form"))?;
    if upload.files.is_empty() {
        return case::again(&app, context, id, Vec::new(), "attachment-none").await;
    }
    for file in upload.files {
        if let Err(key) = attachments::attach(&app, actor, id, kind, file).await? {
            return case::again(&app, context, id, Vec::new(), key).await;
        }
    }
    Ok(Redirect::to(&format!("/register/{id}#attachments")).into_response())
}

#[derive(Deserialize)]
pub struct Detachment {
    attachment: i64,
}

pub async fn detach(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(form): Form<Detachment>,
) -> Result<Response, AppError> {
    if let Err(key) = attachments::detach(&app, context.actor()?, id, form.attachment).await? {
        return case::again(&app, context, id, Vec::new(), key).await;
    }
    Ok(Redirect::to(&format!("/register/{id}#attachments")).into_response())
}

/// The content, to be saved: never shown as a page of this server.
pub async fn download(
    Shared(app): Shared<App>,
    context: Context,
    Path((id, attachment)): Path<(i64, i64)>,
) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let case = store::find(&app.db, actor, id).await?;
    let shown = attachments::shown(&app.db, &case, actor).await?;
    let found = shown.into_iter().find(|one| one.id == attachment).ok_or(AppError::NotFound)?;
    sheet::handed_in(&app, &found.hash, &found.name, sheet::PDF).await
}
