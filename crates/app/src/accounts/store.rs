//! Accounts in the database.

use sea_orm::{DatabaseConnection, DbErr, FromQueryResult};

use crate::duties;
use crate::hooks;
use crate::params;
use crate::platform::actor::{Actor, Role, Scope};
use crate::platform::app::App;
use crate::platform::audit::{Change, Event};
use crate::platform::{database, grant, search, secret};

/// What signing in needs to know of an account.
#[derive(Debug, FromQueryResult)]
pub struct Login {
    pub id: i64,
    pub password_hash: Option<String>,
    pub totp_secret: Option<String>,
    pub totp_step: i64,
    pub lang: String,
}

/// The address as it is compared: without spaces, lower case.
pub fn address(email: &str) -> String {
    email.trim().to_lowercase()
}

pub async fn login(db: &DatabaseConnection, email: &str) -> Result<Option<Login>, DbErr> {
    if !is_address(email) {
        return Ok(None);
    }
    database::one(
        db,
        "SELECT a.id, a.password_hash, a.totp_secret, a.totp_step, a.lang FROM account a
         JOIN organisation o ON o.id = a.organisation_id WHERE a.email = $1 AND a.active AND o.active",
        params![address(email)],
    )
    .await
}

pub async fn login_of(db: &DatabaseConnection, account: i64) -> Result<Option<Login>, DbErr> {
    database::one(
        db,
        "SELECT id, password_hash, totp_secret, totp_step, lang FROM account WHERE id = $1 AND active",
        params![account],
    )
    .await
}

/// Attempts are counted over this long.
const WINDOW: i64 = 15 * 60_000;
const PER_ACCOUNT: i64 = 5;
const PER_ADDRESS: i64 = 30;

/// An attempt that was counted; taken back where it succeeds.
pub struct Attempt {
    rows: Vec<i64>,
}

/// Counts an attempt before it is tried, so that a burst of them cannot pass together. `None` where somebody has failed so
/// often of late that they have to wait. Counted by `what` and account, and by `what` and network address.
pub async fn attempt(app: &App, what: &str, email: &str, from: &str) -> Result<Option<Attempt>, DbErr> {
    let now = app.clock.millis();
    let mut rows = Vec::new();
    let mut held_back = false;
    // Longer than any address; never stored whole.
    let email: String = address(email).chars().take(254).collect();
    for (subject, most) in
        [(format!("{what} account {email}"), PER_ACCOUNT), (format!("{what} address {from}"), PER_ADDRESS)]
    {
        let subject = secret::sha256(&subject);
        let insert = "INSERT INTO login_attempt (subject, at) VALUES ($1, $2) RETURNING id";
        rows.push(database::number(&app.db, insert, params![subject.clone(), now]).await?);
        let count = "SELECT COUNT(*) FROM login_attempt WHERE subject = $1 AND at > $2";
        held_back |= database::number(&app.db, count, params![subject, now - WINDOW]).await? > most;
    }
    database::run(&app.db, "DELETE FROM login_attempt WHERE at < $1", params![now - 24 * 3_600_000]).await?;
    Ok((!held_back).then_some(Attempt { rows }))
}

/// Takes a successful attempt back, and the failed ones of the account before it.
pub async fn succeeded(app: &App, what: &str, email: &str, attempt: Attempt) -> Result<(), DbErr> {
    let subject = secret::sha256(&format!("{what} account {}", address(email)));
    database::run(&app.db, "DELETE FROM login_attempt WHERE subject = $1", params![subject]).await?;
    for row in attempt.rows {
        database::run(&app.db, "DELETE FROM login_attempt WHERE id = $1", params![row]).await?;
    }
    Ok(())
}

/// Whether a text can be an e-mail address at all.
pub fn is_address(email: &str) -> bool {
    email.len() <= 254 && !email.chars().any(char::is_control)
}

pub async fn signed_in(app: &App, account: i64) -> Result<(), DbErr> {
    let change = Change::by(app, Some(account)).await?;
    change.record(Event::new("event-signed-in", "account", account)).await?;
    change.commit().await
}

/// An account as a list shows it.
#[derive(Debug, FromQueryResult)]
pub struct Listed {
    pub id: i64,
    pub name: String,
    pub email: String,
    pub role: String,
    pub active: bool,
    pub has_password: bool,
    pub has_totp: bool,
    pub name_kk: String,
    pub name_ru: String,
}

/// The accounts an actor manages: those of the organisations in scope.
fn managed(actor: &Actor) -> database::Conditions {
    match actor.scope() {
        Scope::All => database::Conditions::default(),
        Scope::Region(region) => {
            let mut conditions = database::Conditions::default();
            conditions.and("o.region = ?", params![region]);
            conditions
        }
        Scope::College(id) => {
            let mut conditions = database::Conditions::default();
            conditions.and("o.id = ?", params![id]);
            conditions
        }
        Scope::Nothing => {
            let mut conditions = database::Conditions::default();
            conditions.and("1 = 0", params![]);
            conditions
        }
    }
}

const LISTED: &str = "a.id, a.name, a.email, a.role, a.active, a.password_hash IS NOT NULL AS has_password,
    a.totp_secret IS NOT NULL AS has_totp, o.name_kk, o.name_ru";

pub async fn list(db: &DatabaseConnection, actor: &Actor, query: &str) -> Result<Vec<Listed>, DbErr> {
    let mut conditions = managed(actor);
    for word in search::folded(query).split(' ').filter(|word| !word.is_empty()) {
        conditions.and("a.search_name LIKE ? ESCAPE '\\'", params![format!("%{}%", search::escaped(word))]);
    }
    let sql = format!(
        "SELECT {LISTED} FROM account a JOIN organisation o ON o.id = a.organisation_id{} ORDER BY o.id, a.search_name LIMIT 500",
        conditions.sql()
    );
    database::all(db, &sql, conditions.values).await
}

/// An account of somebody the actor manages.
pub async fn find(db: &DatabaseConnection, actor: &Actor, id: i64) -> Result<Option<Listed>, DbErr> {
    let mut conditions = managed(actor);
    conditions.and("a.id = ?", params![id]);
    let sql =
        format!("SELECT {LISTED} FROM account a JOIN organisation o ON o.id = a.organisation_id{}", conditions.sql());
    database::one(db, &sql, conditions.values).await
}

#[derive(Debug, FromQueryResult)]
pub struct Organisation {
    pub id: i64,
    pub kind: String,
    pub name_kk: String,
    pub name_ru: String,
}

/// The organisations whose people an actor may invite.
pub async fn organisations(db: &DatabaseConnection, actor: &Actor) -> Result<Vec<Organisation>, DbErr> {
    let mut conditions = managed(actor);
    conditions.and("o.active", params![]);
    let sql = format!(
        "SELECT o.id, o.kind, o.name_kk, o.name_ru FROM organisation o{} ORDER BY o.kind, o.search_name LIMIT 2000",
        conditions.sql()
    );
    database::all(db, &sql, conditions.values).await
}

/// Somebody to be invited.
pub struct Invitation {
    pub email: String,
    pub name: String,
    pub role: Role,
    pub organisation: i64,
}

/// Words of a letter, ready in the reader's language.
pub struct Letter {
    pub subject: String,
    pub body: String,
}

const INVITATION_DAYS: i64 = 14;
const RESET_MINUTES: i64 = 60;

/// Makes an account without a password and a link by which its owner sets one. Gives the link's token.
pub async fn invite(
    app: &App,
    actor: &Actor,
    invitation: &Invitation,
    letter: impl Fn(&str) -> Letter,
) -> Result<String, DbErr> {
    let change = Change::begin(app, Some(actor)).await?;
    let email = address(&invitation.email);
    let id = database::number(
        change.db(),
        "INSERT INTO account (organisation_id, role, email, name, search_name, must_change, lang, totp_step, active, created_at)
         VALUES ($1, $2, $3, $4, $5, FALSE, $6, 0, TRUE, $7) RETURNING id",
        params![
            invitation.organisation,
            invitation.role.word(),
            email.clone(),
            invitation.name.clone(),
            search::folded(&format!("{} {email}", invitation.name)),
            actor.lang.code(),
            change.at()
        ],
    )
    .await?;
    let token = access_token(&change, "invitation", id, INVITATION_DAYS * 24 * 60).await?;
    let after = serde_json::json!({ "email": email, "name": invitation.name, "role": invitation.role.word() });
    change.record(Event::new("event-invited", "account", id).after(after)).await?;
    let letter = letter(&token);
    change.mail(&email, letter.subject, letter.body).await?;
    change.commit().await?;
    Ok(token)
}

async fn access_token(change: &Change, purpose: &str, account: i64, minutes: i64) -> Result<String, DbErr> {
    let token = secret::token();
    database::run(
        change.db(),
        "INSERT INTO access_token (purpose, hash, account_id, expires_at) VALUES ($1, $2, $3, $4)",
        params![purpose, secret::sha256(&token), account, change.at() + minutes * 60_000],
    )
    .await?;
    Ok(token)
}

/// Sends a link to set a new password, if there is such an account; says nothing of whether there is.
pub async fn ask_reset(app: &App, email: &str, letter: impl Fn(&str, &str) -> Letter) -> Result<(), DbErr> {
    let Some(login) = login(&app.db, email).await? else { return Ok(()) };
    let change = Change::by(app, Some(login.id)).await?;
    let token = access_token(&change, "reset", login.id, RESET_MINUTES).await?;
    change.record(Event::new("event-reset-asked", "account", login.id)).await?;
    let letter = letter(&token, &login.lang);
    change.mail(&address(email), letter.subject, letter.body).await?;
    change.commit().await
}

#[derive(Debug, FromQueryResult)]
pub struct Welcome {
    pub account_id: i64,
    pub email: String,
    pub name: String,
}

/// The account a link belongs to, while the link is good.
pub async fn welcome(app: &App, token: &str) -> Result<Option<Welcome>, DbErr> {
    database::one(
        &app.db,
        "SELECT t.account_id, a.email, a.name FROM access_token t JOIN account a ON a.id = t.account_id
         WHERE t.hash = $1 AND t.used_at IS NULL AND t.expires_at > $2 AND a.active",
        params![secret::sha256(token), app.clock.millis()],
    )
    .await
}

/// Sets a password; every other session of the account ends, and links to set one end with it. Where the old one was `lost`,
/// somebody else may have used it: what they let programs do ends, too.
pub async fn set_password(app: &App, account: i64, hash: String, lost: bool) -> Result<(), DbErr> {
    let change = Change::by(app, Some(account)).await?;
    database::run(
        change.db(),
        "UPDATE account SET password_hash = $2, must_change = FALSE WHERE id = $1",
        params![account, hash],
    )
    .await?;
    database::run(
        change.db(),
        "UPDATE access_token SET used_at = $2 WHERE account_id = $1 AND used_at IS NULL",
        params![account, change.at()],
    )
    .await?;
    database::run(change.db(), "DELETE FROM session WHERE account_id = $1", params![account]).await?;
    if lost {
        grant::revoke_all(&change, account).await?;
        hooks::remove_all(&change, account).await?;
    }
    change.record(Event::new("event-password", "account", account)).await?;
    change.commit().await
}

/// Switches an account on or off; off ends its sessions. `false` where it is not in the actor's scope.
pub async fn set_active(app: &App, actor: &Actor, account: i64, active: bool) -> Result<bool, DbErr> {
    let change = Change::begin(app, Some(actor)).await?;
    change.in_order().await?;
    let mut conditions = managed(actor);
    conditions.and("a.id = ?", params![account]).and("a.id <> ?", params![actor.id]);
    let roles: Vec<String> = actor.role.invites().iter().map(|role| format!("'{}'", role.word())).collect();
    conditions.and(&format!("a.role IN ({})", roles.join(", ")), params![]);
    let sql =
        format!("SELECT COUNT(*) FROM account a JOIN organisation o ON o.id = a.organisation_id{}", conditions.sql());
    if database::number(change.db(), &sql, conditions.values).await? == 0 {
        return Ok(false);
    }
    database::run(change.db(), "UPDATE account SET active = $2 WHERE id = $1", params![account, active]).await?;
    if !active {
        database::run(change.db(), "DELETE FROM session WHERE account_id = $1", params![account]).await?;
        grant::revoke_all(&change, account).await?;
        hooks::remove_all(&change, account).await?;
    }
    // What was handed to somebody who leaves goes back to the post: nobody would be reminded of it.
    let returned = if active { 0 } else { duties::store::unowned(&change, account).await? };
    let after = serde_json::json!({ "active": active, "tasks_returned": returned });
    change
        .record(
            Event::new(if active { "event-activated" } else { "event-deactivated" }, "account", account).after(after),
        )
        .await?;
    change.commit().await?;
    Ok(true)
}

#[derive(Debug, FromQueryResult)]
pub struct OwnSession {
    pub id: String,
    pub data: String,
    pub created_at: i64,
    pub seen_at: i64,
}

pub async fn sessions(app: &App, account: i64) -> Result<Vec<OwnSession>, DbErr> {
    database::all(
        &app.db,
        "SELECT id, data, created_at, seen_at FROM session WHERE account_id = $1 AND expires_at > $2 ORDER BY seen_at DESC",
        params![account, app.clock.millis()],
    )
    .await
}

pub async fn end_session(app: &App, actor: &Actor, session: &str) -> Result<(), DbErr> {
    let change = Change::begin(app, Some(actor)).await?;
    database::run(change.db(), "DELETE FROM session WHERE id = $1 AND account_id = $2", params![session, actor.id])
        .await?;
    change.record(Event::new("event-session-ended", "account", actor.id)).await?;
    change.commit().await
}

pub async fn set_totp(app: &App, actor: &Actor, secret: Option<String>) -> Result<(), DbErr> {
    let change = Change::begin(app, Some(actor)).await?;
    let what = if secret.is_some() { "event-totp-on" } else { "event-totp-off" };
    database::run(
        change.db(),
        "UPDATE account SET totp_secret = $2, totp_step = 0 WHERE id = $1",
        params![actor.id, secret],
    )
    .await?;
    change.record(Event::new(what, "account", actor.id)).await?;
    change.commit().await
}

/// Marks a code's step as used; `false` where it was used before, so that a code that was looked at serves nobody twice.
pub async fn use_step(app: &App, account: i64, step: i64) -> Result<bool, DbErr> {
    let used = database::run(
        &app.db,
        "UPDATE account SET totp_step = $2 WHERE id = $1 AND totp_step < $2",
        params![account, step],
    )
    .await?;
    Ok(used == 1)
}

/// So many wrong codes an address may try within an hour. A whole college sits behind one address, and mistypes; of a thousand
/// students' codes one is met by chance in about a million tries.
pub const MOST_GUESSES: i64 = 500;

/// How many wrong codes came from an address within the last hour.
pub async fn guesses(app: &App, subject: &str) -> Result<i64, DbErr> {
    let sql = "SELECT COUNT(*) FROM login_attempt WHERE subject = $1 AND at > $2";
    database::number(&app.db, sql, params![subject, app.clock.millis() - 3_600_000]).await
}

/// Remembers a wrong code.
pub async fn guessed(app: &App, subject: &str) -> Result<(), DbErr> {
    let sql = "INSERT INTO login_attempt (subject, at) VALUES ($1, $2)";
    database::run(&app.db, sql, params![subject, app.clock.millis()]).await?;
    Ok(())
}
