//! The photos of an event on its page: added, removed, shown.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::forms::{Address, Form, Pairs, Upload};
use sheber_platform::{database, params, sheet};

use super::pages;
use super::photos::{described, keep, of_event};
use super::store::{self, Event, entry};

async fn changed(app: &App, context: &Context, id: i64) -> Result<Event, AppError> {
    let actor = context.actor()?;
    let event = store::find(&app.db, actor, id).await?;
    if event.may_change(actor) { Ok(event) } else { Err(AppError::Forbidden) }
}

/// Adds photos; each stands or falls by itself, and the page says which did not.
pub async fn add(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    upload: Upload,
) -> Result<Response, AppError> {
    let event = changed(&app, &context, id).await?;
    if upload.files.is_empty() {
        let error = context.t("photo-none");
        return pages::show(&app, context, id, Some(error)).await;
    }
    let failures = keep(&app, context.actor()?, &event, upload.files).await?;
    if !failures.is_empty() {
        let error = described(&context, &failures);
        return pages::show(&app, context, id, Some(error)).await;
    }
    Ok(Redirect::to(&format!("/events/{id}#photos")).into_response())
}

pub async fn remove(
    State(app): State<App>,
    context: Context,
    Path((id, photo)): Path<(i64, i64)>,
    Form(_): Form<Pairs>,
) -> Result<Response, AppError> {
    let event = changed(&app, &context, id).await?;
    let change = Change::begin(&app, Some(context.actor()?)).await?;
    let sql = "UPDATE event_photo SET removed = TRUE WHERE id = $1 AND event_id = $2 AND removed = FALSE";
    if database::run(change.db(), sql, params![photo, id]).await? == 0 {
        return Err(AppError::NotFound);
    }
    let before = serde_json::json!({ "photo": photo });
    change.record(entry("trail-event-photo-removed", &event).before(before)).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("/events/{id}#photos")).into_response())
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Size {
    small: String,
}

pub async fn download(
    State(app): State<App>,
    context: Context,
    Path((id, photo)): Path<(i64, i64)>,
    Address(size): Address<Size>,
) -> Result<Response, AppError> {
    store::find(&app.db, context.actor()?, id).await?;
    let photos = of_event(&app.db, id).await?;
    let kept = photos.into_iter().find(|kept| kept.id == photo).ok_or(AppError::NotFound)?;
    sheet::photo(&app, if size.small.is_empty() { &kept.hash } else { &kept.small }).await
}
