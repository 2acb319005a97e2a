//! The addresses in the database.

use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use sheber_platform::actor::Actor;
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::entry::{Entity, Entry};
use sheber_platform::error::AppError;
use sheber_platform::{database, params, sealed, secret};

use super::address::fault;
use super::signature::PREFIX;

/// As the trail names it.
pub const WEBHOOK: Entity = Entity("webhook");

/// An address that hears of steps.
#[derive(Debug, FromQueryResult)]
pub struct Hook {
    pub id: i64,
    pub address: String,
    pub created_at: i64,
    /// What the last message was answered with: a status, or why there was none.
    pub last: Option<String>,
    /// How many messages still wait to be taken.
    pub waiting: i64,
}

/// How many addresses somebody may have.
const MANY: i64 = 10;

pub async fn of(db: &impl ConnectionTrait, account: i64) -> Result<Vec<Hook>, DbErr> {
    database::all(
        db,
        "SELECT h.id, h.address, h.created_at,
             (SELECT m.answer FROM webhook_message m WHERE m.webhook_id = h.id AND m.answer IS NOT NULL
              ORDER BY m.id DESC LIMIT 1) AS last,
             (SELECT COUNT(*) FROM webhook_message m WHERE m.webhook_id = h.id AND m.done_at IS NULL) AS waiting
         FROM webhook h WHERE h.account_id = $1 AND h.removed_at IS NULL ORDER BY h.id",
        params![account],
    )
    .await
}

/// Registers an address in an open change; gives its key and the secret that its messages are signed with, or says why not.
pub async fn add(
    app: &App,
    change: &Change,
    actor: &Actor,
    address: &str,
    anywhere: bool,
) -> Result<Result<(i64, String), &'static str>, AppError> {
    let address = address.trim();
    if let Some(key) = fault(address, anywhere) {
        return Ok(Err(key));
    }
    let there = "SELECT COUNT(*) FROM webhook WHERE account_id = $1 AND address = $2 AND removed_at IS NULL";
    if database::number(change.db(), there, params![actor.id, address]).await? > 0 {
        return Ok(Err("webhook-there"));
    }
    let count = "SELECT COUNT(*) FROM webhook WHERE account_id = $1 AND removed_at IS NULL";
    if database::number(change.db(), count, params![actor.id]).await? >= MANY {
        return Ok(Err("webhook-many"));
    }
    // The secret signs, so it cannot be kept as a hash alone.
    let secret = format!("{PREFIX}{}", BASE64.encode(secret::bytes::<32>()));
    let id = database::number(
        change.db(),
        "INSERT INTO webhook (account_id, address, secret, created_at) VALUES ($1, $2, $3, $4) RETURNING id",
        params![actor.id, address, "", change.at()],
    )
    .await?;
    let sealed = sealed::seal(app, &owner(id), &secret)?;
    let sql = "UPDATE webhook SET secret = $2 WHERE id = $1";
    database::run(change.db(), sql, params![id, sealed]).await?;
    // The rest of an address may be a secret of the receiver's.
    let host = reqwest::Url::parse(address).ok().and_then(|url| url.host_str().map(str::to_owned));
    let after = serde_json::json!({ "host": host });
    change.record(Entry::new("trail-webhook-added", WEBHOOK, id).after(after)).await?;
    Ok(Ok((id, secret)))
}

/// Removes one's own address; what still waits for it is dropped.
pub async fn remove(app: &App, actor: &Actor, id: i64) -> Result<(), AppError> {
    let change = Change::begin(app, Some(actor)).await?;
    let sql =
        "UPDATE webhook SET removed_at = $3, secret = '' WHERE id = $1 AND account_id = $2 AND removed_at IS NULL";
    if database::run(change.db(), sql, params![id, actor.id, change.at()]).await? == 0 {
        return Err(AppError::NotFound);
    }
    let dropped =
        "UPDATE webhook_message SET done_at = $2, answer = 'removed' WHERE webhook_id = $1 AND done_at IS NULL";
    database::run(change.db(), dropped, params![id, change.at()]).await?;
    change.record(Entry::new("trail-webhook-removed", WEBHOOK, id)).await?;
    change.commit().await?;
    Ok(())
}

/// Removes every address of an account within a change: it was taken over, or switched off.
pub async fn remove_all(change: &Change, account: i64) -> Result<(), DbErr> {
    let sql = "UPDATE webhook SET removed_at = $2, secret = '' WHERE account_id = $1 AND removed_at IS NULL";
    database::run(change.db(), sql, params![account, change.at()]).await.map(|_| ())
}

/// For whom a secret is sealed.
fn owner(hook: i64) -> String {
    format!("webhook {hook}")
}

/// A secret as its messages are signed with it.
pub fn opened(app: &App, hook: i64, sealed: &str) -> Result<String, AppError> {
    sealed::open(app, &owner(hook), sealed)
}

/// The secret of an address that is still registered.
pub async fn secret_of(app: &App, account: i64, id: i64) -> Result<Option<String>, AppError> {
    let sql = "SELECT secret FROM webhook WHERE id = $2 AND account_id = $1 AND removed_at IS NULL";
    let sealed = database::value::<String>(&app.db, sql, params![account, id]).await?;
    sealed.map(|sealed| opened(app, id, &sealed)).transpose()
}

/// Whether anything is encrypted with the server's keys.
pub async fn are_sealed(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    Ok(database::number(db, "SELECT COUNT(*) FROM webhook WHERE secret <> ''", params![]).await? > 0)
}

/// Encrypts what was kept in the clear by an earlier version.
pub async fn seal_all(app: &App) -> Result<(), AppError> {
    #[derive(FromQueryResult)]
    struct Row {
        id: i64,
        secret: String,
    }
    let rows: Vec<Row> = database::all(&app.db, "SELECT id, secret FROM webhook WHERE secret <> ''", params![]).await?;
    for row in rows.iter().filter(|row| !sealed::is_sealed(&row.secret)) {
        let sealed = sealed::seal(app, &owner(row.id), &row.secret)?;
        let sql = "UPDATE webhook SET secret = $2 WHERE id = $1 AND secret = $3";
        database::run(&app.db, sql, params![row.id, sealed, row.secret.clone()]).await?;
    }
    Ok(())
}
