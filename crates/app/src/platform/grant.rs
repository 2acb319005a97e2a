//! What somebody lets a program do in their name: tokens (қолжетімділік белгілері) with scope and end, of which only the hash is
//! kept.

use sea_orm::{DbErr, FromQueryResult};
use sheber_kernel::words;

use super::actor::Actor;
use super::app::App;
use super::audit::Change;
use super::error::AppError;
use super::{database, secret};
use crate::params;

words! {
    /// What a token allows besides reading, which every token allows. Nothing that the person may not do.
    GrantScope {
        /// Makes and changes programmes.
        Programmes = "programmes",
        /// Opens applications and takes steps.
        Register = "register",
        /// Registers and removes addresses that hear of steps.
        Webhooks = "webhooks",
    }
}

/// The token a request came with.
#[derive(Clone, Debug)]
pub struct Grant {
    pub token: i64,
    pub scopes: Vec<GrantScope>,
}

/// By which a token is known for what it is, in a log or a file where it does not belong.
pub const PREFIX: &str = "sheber_";

/// A new token; what is stored is its hash. Of the same seed, which a form carries, the same one: a form that is sent twice makes
/// one token.
pub fn made(account: i64, seed: &str) -> String {
    let is_seed = seed.len() == 64 && seed.bytes().all(|byte| byte.is_ascii_hexdigit());
    let secret = if is_seed { secret::sha256(&format!("{account} {seed}")) } else { secret::token() };
    format!("{PREFIX}{secret}")
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    account_id: i64,
    scopes: String,
    used_at: Option<i64>,
}

pub fn scopes(words: &str) -> Vec<GrantScope> {
    words.split(' ').filter_map(|word| word.parse().ok()).collect()
}

/// Ends every token of an account within a change: it was taken over, or switched off.
pub async fn revoke_all(change: &Change, account: i64) -> Result<(), DbErr> {
    let sql = "UPDATE api_token SET revoked_at = $2 WHERE account_id = $1 AND revoked_at IS NULL";
    database::run(change.db(), sql, params![account, change.at()]).await.map(|_| ())
}

/// Said no more often than this, in milliseconds, when a token was last used.
const NOTED: i64 = 60_000;

/// Whose token it is, if it is good now.
pub async fn find(app: &App, token: &str) -> Result<Option<(Actor, Grant)>, AppError> {
    if !token.starts_with(PREFIX) {
        return Ok(None);
    }
    let now = app.clock.millis();
    let row: Option<Row> = database::one(
        &app.db,
        "SELECT id, account_id, scopes, used_at FROM api_token
         WHERE hash = $1 AND expires_at > $2 AND revoked_at IS NULL",
        params![secret::sha256(token), now],
    )
    .await?;
    let Some(row) = row else { return Ok(None) };
    if row.used_at.is_none_or(|at| at < now - NOTED) {
        // Beside the request: where nothing can be written, reading goes on.
        let (db, id) = (app.db.clone(), row.id);
        tokio::spawn(async move {
            let noted = "UPDATE api_token SET used_at = $2 WHERE id = $1";
            if let Err(error) = database::run(&db, noted, params![id, now]).await {
                tracing::warn!(%error, "the use of a token was not noted");
            }
        });
    }
    let grant = Grant { token: row.id, scopes: scopes(&row.scopes) };
    // A one-time password opens nothing, not even by a token made before it was given.
    let actor = Actor::load(&app.db, row.account_id).await?.filter(|actor| !actor.must_change);
    Ok(actor.map(|actor| (Actor { token: Some(grant.token), ..actor }, grant)))
}
