//! What somebody lets a program do in their name: tokens (қолжетімділік белгілері) with scope and end, of which only the hash is
//! kept.

use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use sheber_kernel::words;

use super::actor::Actor;
use super::app::App;
use super::change::Change;
use super::entry::{Entity, Entry};
use super::error::AppError;
use super::{clock, database, secret};
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

/// As the trail names it.
pub const TOKEN: Entity = Entity("token");

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

fn scopes(words: &str) -> Vec<GrantScope> {
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
    let actor = Actor::load(&app.db, row.account_id).await?;
    let actor = actor.filter(|actor| !actor.must_change && !actor.owes_factor());
    Ok(actor.map(|actor| (Actor { token: Some(grant.token), ..actor }, grant)))
}

/// A token as its owner sees it: not the token itself.
#[derive(Debug, FromQueryResult)]
pub struct Token {
    pub id: i64,
    pub name: String,
    scopes: String,
    pub created_at: i64,
    pub expires_at: i64,
    pub used_at: Option<i64>,
}

impl Token {
    pub fn scopes(&self) -> Vec<GrantScope> {
        scopes(&self.scopes)
    }
}

/// Somebody's tokens that were not revoked.
pub async fn of(db: &impl ConnectionTrait, account: i64) -> Result<Vec<Token>, DbErr> {
    database::all(
        db,
        "SELECT id, name, scopes, created_at, expires_at, used_at FROM api_token
         WHERE account_id = $1 AND revoked_at IS NULL ORDER BY expires_at DESC, id DESC LIMIT 100",
        params![account],
    )
    .await
}

/// Whether a token was made already, by the same form.
pub async fn is_made(db: &impl ConnectionTrait, token: &str) -> Result<bool, DbErr> {
    let same = "SELECT COUNT(*) FROM api_token WHERE hash = $1 AND revoked_at IS NULL";
    Ok(database::number(db, same, params![secret::sha256(token)]).await? > 0)
}

/// A token to be made.
pub struct NewToken<'a> {
    pub name: &'a str,
    pub scopes: Vec<GrantScope>,
    /// How long it is good.
    pub days: i64,
}

/// Keeps a token, by its hash; whether it is new.
pub async fn insert(change: &Change, account: i64, token: &str, new: &NewToken<'_>) -> Result<bool, DbErr> {
    let scopes: Vec<&str> = new.scopes.iter().map(|scope| scope.word()).collect();
    let expires = change.at() + new.days * 24 * 3_600_000;
    let id = database::number(
        change.db(),
        "INSERT INTO api_token (account_id, name, hash, scopes, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (hash) DO NOTHING RETURNING id",
        params![account, new.name, secret::sha256(token), scopes.join(" "), change.at(), expires],
    )
    .await?;
    if id == 0 {
        return Ok(false);
    }
    let after = serde_json::json!({ "name": new.name, "scopes": scopes, "expires": clock::day(expires) });
    change.record(Entry::new("trail-token-made", TOKEN, id).after(after)).await?;
    Ok(true)
}

/// Ends one's own token.
pub async fn revoke(change: &Change, account: i64, id: i64) -> Result<(), AppError> {
    let sql = "UPDATE api_token SET revoked_at = $3 WHERE id = $1 AND account_id = $2 AND revoked_at IS NULL";
    if database::run(change.db(), sql, params![id, account, change.at()]).await? == 0 {
        return Err(AppError::NotFound);
    }
    Ok(change.record(Entry::new("trail-token-revoked", TOKEN, id)).await?)
}
