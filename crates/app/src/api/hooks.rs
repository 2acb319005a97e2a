//! Addresses that hear of steps, for programs and on the page of tokens.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::created;
use super::tokens::{Secret, show};
use super::{Listing, Usual, instant, refused};
use crate::hooks;
use crate::platform::app::App;
use crate::platform::audit::Change;
use crate::platform::context::Context;
use crate::platform::error::{AppError, Problem};
use crate::platform::forms::Form;
use crate::platform::once::Once;

/// An address that hears of the steps of the cases its person sees. Messages follow Standard Webhooks: the headers `webhook-id`,
/// `webhook-timestamp` and `webhook-signature`; `webhook-id` stays the same when a message is sent again.
#[derive(Serialize, ToSchema)]
pub struct WebhookLine {
    id: i64,
    address: String,
    created_at: String,
    /// What the last message was answered with: a status, or why there was none.
    last: Option<String>,
    /// How many messages still wait to be taken.
    waiting: i64,
}

/// One's own addresses.
#[utoipa::path(get, path = "/api/v1/webhooks", operation_id = "webhooks", tag = "webhooks",
    responses((status = 200, body = Listing<WebhookLine>), Usual))]
pub async fn list(State(app): State<App>, context: Context) -> Result<Json<Listing<WebhookLine>>, AppError> {
    let list = hooks::of(&app.db, context.actor()?.id).await?;
    let items: Vec<WebhookLine> = list
        .into_iter()
        .map(|hook| WebhookLine {
            id: hook.id,
            address: hook.address,
            created_at: instant(hook.created_at),
            last: hook.last,
            waiting: hook.waiting,
        })
        .collect();
    Ok(Json(Listing { total: Some(items.len()), items, next: None }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWebhook {
    /// Over `https`, outside the server's own network.
    #[schema(max_length = 500, format = "uri")]
    address: String,
}

/// The secret is shown this once.
#[derive(Serialize, ToSchema)]
pub struct CreatedWebhook {
    id: i64,
    secret: String,
}

/// Registers an address; at most 10.
#[utoipa::path(post, path = "/api/v1/webhooks", operation_id = "create_webhook", tag = "webhooks",
    params(("Idempotency-Key" = Option<String>, Header, max_length = 200)), request_body = NewWebhook,
    responses((status = 201, body = CreatedWebhook),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "The address is not one to send to."), Usual))]
pub async fn create(
    State(app): State<App>,
    context: Context,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let once = Once::of(actor.id, &headers, "/api/v1/webhooks", &bytes)?;
    let asked: NewWebhook = super::applications::parsed(&headers, &bytes)?;
    let anywhere = app.config.webhooks_anywhere;
    let id = once.make(&app, actor, async |change| {
        let added = hooks::add(change, actor, &asked.address, anywhere).await?;
        added.map(|(id, _)| id).map_err(|key| refused(StatusCode::UNPROCESSABLE_ENTITY, key))
    });
    let id = id.await?;
    // An address that was removed since has no secret.
    let secret = hooks::secret_of(&app.db, actor.id, id).await?.ok_or(AppError::NotFound)?;
    Ok(created("/api/v1/webhooks", CreatedWebhook { id, secret }))
}

/// Removes one's own address; what still waits for it is dropped.
#[utoipa::path(delete, path = "/api/v1/webhooks/{id}", operation_id = "remove_webhook", tag = "webhooks",
    params(("id" = i64, Path)), responses((status = 204, description = "Removed"), Usual))]
pub async fn remove(State(app): State<App>, context: Context, Path(id): Path<i64>) -> Result<StatusCode, AppError> {
    hooks::remove(&app, context.actor()?, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
pub struct Typed {
    address: String,
}

pub async fn create_by_form(
    State(app): State<App>,
    context: Context,
    Form(form): Form<Typed>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let change = Change::begin(&app, Some(&actor)).await?;
    match hooks::add(&change, &actor, &form.address, app.config.webhooks_anywhere).await? {
        Ok((_, secret)) => {
            change.commit().await?;
            show(&app, context, Some(Secret::Webhook(secret)), None, form.address).await
        }
        Err(key) => {
            drop(change);
            let page = show(&app, context, None, Some(key), form.address).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

#[derive(Deserialize)]
pub struct Removed {
    id: i64,
}

pub async fn remove_by_form(
    State(app): State<App>,
    context: Context,
    Form(form): Form<Removed>,
) -> Result<Redirect, AppError> {
    hooks::remove(&app, context.actor()?, form.id).await?;
    Ok(Redirect::to("/account/tokens"))
}
