//! Webhooks: addresses of programs that hear of the steps of cases, told in the step's own transaction.

mod address;
mod delivery;

pub use address::fault;
pub use delivery::{run, signature, sweep};

use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use serde::Serialize;

use crate::params;
use crate::platform::actor::{Actor, OrganisationKind, Role};
use crate::platform::app::App;
use crate::platform::audit::{Change, Event};
use crate::platform::database;
use crate::platform::error::AppError;
use crate::platform::secret;

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

/// By which a secret is known for what it is.
const PREFIX: &str = "whsec_";

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
        params![actor.id, address, secret.clone(), change.at()],
    )
    .await?;
    // The rest of an address may be a secret of the receiver's.
    let host = reqwest::Url::parse(address).ok().and_then(|url| url.host_str().map(str::to_owned));
    let after = serde_json::json!({ "host": host });
    change.record(Event::new("event-webhook-added", "webhook", id).after(after)).await?;
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
    change.record(Event::new("event-webhook-removed", "webhook", id)).await?;
    change.commit().await?;
    Ok(())
}

/// Removes every address of an account within a change: it was taken over, or switched off.
pub async fn remove_all(change: &Change, account: i64) -> Result<(), DbErr> {
    let sql = "UPDATE webhook SET removed_at = $2, secret = '' WHERE account_id = $1 AND removed_at IS NULL";
    database::run(change.db(), sql, params![account, change.at()]).await.map(|_| ())
}

/// The secret of an address that is still registered.
pub async fn secret_of(db: &impl ConnectionTrait, account: i64, id: i64) -> Result<Option<String>, DbErr> {
    let sql = "SELECT secret FROM webhook WHERE id = $2 AND account_id = $1 AND removed_at IS NULL";
    database::text(db, sql, params![account, id]).await
}

/// What is told of a step: no words of people, only what to look up.
#[derive(Serialize)]
pub struct Step<'a> {
    pub application: i64,
    pub programme: i64,
    pub action: &'a str,
    pub state: &'a str,
    pub version: i64,
    pub sha256: &'a str,
    pub number: Option<&'a str>,
}

/// Whose case it was, and who hears of the step.
pub struct Whose<'a> {
    pub college: i64,
    pub region: &'a str,
    /// The applicant's side does.
    pub applicants: bool,
    /// Others than the college do: what was never sent is its own.
    pub sent: bool,
    /// The experts of the case.
    pub members: Vec<i64>,
}

#[derive(FromQueryResult)]
struct Listener {
    id: i64,
    account_id: i64,
    role: String,
    organisation_id: i64,
    region: Option<String>,
}

impl Listener {
    fn hears(&self, whose: &Whose<'_>) -> bool {
        let Ok(role) = self.role.parse::<Role>() else { return false };
        match role.organisation() {
            OrganisationKind::College => whose.applicants && self.organisation_id == whose.college,
            OrganisationKind::Department => {
                whose.sent && whose.applicants && self.region.as_deref() == Some(whose.region)
            }
            OrganisationKind::Ministry => whose.sent,
            OrganisationKind::Operator => match role {
                Role::Operator => whose.sent,
                Role::Expert => whose.members.contains(&self.account_id),
                _ => false,
            },
        }
    }
}

/// Tells those addresses whose people see the case, within the change.
pub async fn told(change: &Change, whose: &Whose<'_>, step: &Step<'_>) -> Result<(), AppError> {
    let listeners: Vec<Listener> = database::all(
        change.db(),
        "SELECT h.id, a.id AS account_id, a.role, a.organisation_id, o.region FROM webhook h JOIN account a ON a.id = h.account_id
         JOIN organisation o ON o.id = a.organisation_id
         WHERE h.removed_at IS NULL AND a.active AND o.active ORDER BY h.id",
        params![],
    )
    .await?;
    for listener in listeners.iter().filter(|listener| listener.hears(whose)) {
        let key = format!("msg_{}", secret::hex(&secret::bytes::<16>()));
        let body = serde_json::json!({
            "type": "application.step",
            "timestamp": change.at(),
            "data": step,
        });
        database::run(
            change.db(),
            "INSERT INTO webhook_message (webhook_id, key, body, at, attempts, next_at) VALUES ($1, $2, $3, $4, 0, $4)",
            params![listener.id, key, body.to_string(), change.at()],
        )
        .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_sees_a_case_hears_of_it() {
        for (role, organisation_id, region, applicants, sent, hears) in [
            ("director", 1, "35", true, true, true),
            ("director", 1, "35", true, false, true),
            ("director", 2, "35", true, true, false),
            ("director", 1, "35", false, true, false),
            ("department", 9, "35", true, true, true),
            ("department", 9, "35", true, false, false),
            ("department", 9, "71", true, true, false),
            ("department", 9, "35", false, true, false),
            ("operator", 5, "", false, true, true),
            ("operator", 5, "", true, false, false),
            ("expert", 5, "", false, true, true),
            ("administrator", 5, "", false, true, false),
            ("ministry", 6, "", false, true, true),
            ("ministry", 6, "", true, false, false),
        ] {
            let region = Some(region.to_owned());
            let listener = Listener { id: 1, account_id: 7, role: role.to_owned(), organisation_id, region };
            let whose = Whose { college: 1, region: "35", applicants, sent, members: vec![7] };
            assert_eq!(listener.hears(&whose), hears, "{role} {organisation_id} {applicants} {sent}");
            let none = Whose { members: Vec::new(), ..whose };
            assert!(role != "expert" || !listener.hears(&none), "of one's own groups alone");
        }
    }
}
