//! Addresses that hear of steps, for programs and on the page of tokens.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Redirect, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::reply::{Listing, Usual, created, instant, parsed, refused};
use super::tokens::{Answer, Key, Secret, show};
use sheber_people::hooks::store as hooks;
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::context::Context;
use sheber_platform::error::{AppError, Problem};
use sheber_platform::forms::Form;
use sheber_platform::once::Once;

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
    let new: NewWebhook = parsed(&headers, &bytes)?;
    let anywhere = app.config.webhooks_anywhere;
    let id = once.make(&app, actor, async |change| {
        let added = hooks::add(&app, change, actor, &new.address, anywhere).await?;
        added.map(|(id, _)| id).map_err(|key| refused(StatusCode::UNPROCESSABLE_ENTITY, key))
    });
    let id = id.await?;
    // An address that was removed since has no secret.
    let secret = hooks::secret_of(&app, actor.id, id).await?.ok_or(AppError::NotFound)?;
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
pub struct AddressForm {
    address: String,
}

pub async fn create_by_form(
    State(app): State<App>,
    context: Context,
    Form(form): Form<AddressForm>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let change = Change::begin(&app, Some(&actor)).await?;
    let answer = match hooks::add(&app, &change, &actor, &form.address, app.config.webhooks_anywhere).await? {
        Ok((_, secret)) => {
            change.commit().await?;
            Answer { secret: Some(Secret::Webhook(secret)), ..Answer::default() }
        }
        Err(key) => {
            drop(change);
            Answer { error: Some(context.t(key)), address: form.address, ..Answer::default() }
        }
    };
    show(&app, context, answer).await
}

pub async fn remove_by_form(
    State(app): State<App>,
    context: Context,
    Form(key): Form<Key>,
) -> Result<Redirect, AppError> {
    hooks::remove(&app, context.actor()?, key.id).await?;
    Ok(Redirect::to("/account/tokens"))
}
