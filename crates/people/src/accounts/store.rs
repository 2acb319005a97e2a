//! Accounts in the database.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use sheber_kernel::{AcademicYear, Lang, OrganisationKind};
use sheber_platform::ability::Role;
use sheber_platform::actor::{Actor, Scope};
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::database::{self, Conditions};
use sheber_platform::entry::{Entity, Entry};
use sheber_platform::list::{Column, Order, Query};
use sheber_platform::{clock, grant, params, search, secret, session};

use crate::hooks::store as hooks;

/// As the trail names it.
pub const ACCOUNT: Entity = Entity("account");

/// Said of an account that was switched off, for whoever handed something to it.
pub const SWITCHED_OFF: &str = "switched_off";

/// What signing in needs to know of an account.
#[derive(Debug, FromQueryResult)]
pub struct Login {
    pub id: i64,
    pub password_hash: Option<String>,
    pub totp_secret: Option<String>,
    pub totp_step: i64,
    pub lang: Lang,
    /// Its sessions hold that were begun since.
    pub sessions_since: i64,
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
        "SELECT a.id, a.password_hash, a.totp_secret, a.totp_step, a.lang, a.sessions_since FROM account a
         JOIN organisation o ON o.id = a.organisation_id WHERE a.email = $1 AND a.active AND o.active",
        params![address(email)],
    )
    .await
}

pub async fn login_of(db: &DatabaseConnection, account: i64) -> Result<Option<Login>, DbErr> {
    database::one(
        db,
        "SELECT id, password_hash, totp_secret, totp_step, lang, sessions_since FROM account WHERE id = $1 AND active",
        params![account],
    )
    .await
}

/// Whether a text can be an e-mail address at all.
pub fn is_address(email: &str) -> bool {
    email.len() <= 254 && !email.chars().any(char::is_control)
}

pub async fn signed_in(app: &App, account: i64) -> Result<(), DbErr> {
    let change = Change::by(app, Some(account)).await?;
    change.record(Entry::new("trail-signed-in", ACCOUNT, account)).await?;
    change.commit().await
}

/// An account as a list shows it.
#[derive(Debug, FromQueryResult)]
pub struct AccountLine {
    pub id: i64,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub active: bool,
    pub has_password: bool,
    pub has_totp: bool,
    pub name_kk: String,
    pub name_ru: String,
}

impl AccountLine {
    pub fn organisation(&self, lang: Lang) -> &str {
        lang.pick(&self.name_kk, &self.name_ru)
    }
}

/// The accounts an actor manages: those of the organisations in scope.
fn managed(actor: &Actor) -> Conditions {
    let mut conditions = Conditions::default();
    match actor.scope() {
        Scope::All => &mut conditions,
        Scope::Region(region) => conditions.and("o.region = ?", params![region]),
        Scope::College(id) => conditions.and("o.id = ?", params![id]),
        Scope::Nothing => conditions.and("1 = 0", params![]),
    };
    conditions
}

const LISTED: &str = "SELECT a.id, a.name, a.email, a.role, a.active, a.password_hash IS NOT NULL AS has_password,
    a.totp_secret IS NOT NULL AS has_totp, o.name_kk, o.name_ru";

const WITH_ORGANISATION: &str = "FROM account a JOIN organisation o ON o.id = a.organisation_id";

/// What a list of accounts is filtered by.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    pub q: String,
    #[serde(skip_serializing)]
    pub at: String,
}

/// The accounts that an actor manages, by organisation and name.
pub fn list(actor: &Actor, filter: &Filter) -> Query<'static> {
    const BY_NAME: Order =
        Order::up(&[Column::Number("a.organisation_id"), Column::Bytes("a.sort_name"), Column::Number("a.id")]);
    let mut conditions = managed(actor);
    conditions.search("a.search_name", &filter.q);
    Query { select: LISTED.into(), from: WITH_ORGANISATION, conditions, order: BY_NAME }
}

/// An account of somebody the actor manages.
pub async fn find(db: &DatabaseConnection, actor: &Actor, id: i64) -> Result<Option<AccountLine>, DbErr> {
    let mut conditions = managed(actor);
    conditions.and("a.id = ?", params![id]);
    let sql = format!("{LISTED} {WITH_ORGANISATION}{}", conditions.sql());
    database::one(db, &sql, conditions.values).await
}

#[derive(Debug, FromQueryResult)]
pub struct Organisation {
    pub id: i64,
    pub kind: OrganisationKind,
    pub name_kk: String,
    pub name_ru: String,
}

impl Organisation {
    pub fn name(&self, lang: Lang) -> &str {
        lang.pick(&self.name_kk, &self.name_ru)
    }
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

/// An account to be made.
pub struct NewAccount<'a> {
    pub organisation: i64,
    pub role: Role,
    pub email: &'a str,
    pub name: &'a str,
    pub lang: Lang,
    /// None where its owner sets a password by a link.
    pub password_hash: Option<&'a str>,
    /// The password opens nothing but the page that changes it.
    pub must_change: bool,
}

/// Makes an account in an open change; gives its key.
pub async fn insert(change: &Change, new: &NewAccount<'_>) -> Result<i64, DbErr> {
    let email = address(new.email);
    let id = database::number(
        change.db(),
        "INSERT INTO account (organisation_id, role, email, name, search_name, sort_name, password_hash, must_change, lang,
             totp_step, active, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, TRUE, $10) RETURNING id",
        params![
            new.organisation,
            new.role,
            email.clone(),
            new.name,
            search::folded(&format!("{} {email}", new.name)),
            search::sort_key(Lang::Kk, new.name),
            new.password_hash,
            new.must_change,
            new.lang,
            change.at()
        ],
    )
    .await?;
    let after = serde_json::json!({ "email": email, "name": new.name, "role": new.role });
    change.record(Entry::new("trail-invited", ACCOUNT, id).after(after)).await?;
    Ok(id)
}

/// Makes an account without a password and a link by which its owner sets one. Gives the link's token.
pub async fn invite(
    app: &App,
    actor: &Actor,
    invitation: &Invitation,
    letter: impl Fn(&str) -> Letter,
) -> Result<String, DbErr> {
    let change = Change::begin(app, Some(actor)).await?;
    let new = NewAccount {
        organisation: invitation.organisation,
        role: invitation.role,
        email: &invitation.email,
        name: &invitation.name,
        lang: actor.lang,
        password_hash: None,
        must_change: false,
    };
    let id = insert(&change, &new).await?;
    let token = access_token(&change, "invitation", id, INVITATION_DAYS * 24 * 60).await?;
    let letter = letter(&token);
    change.mail(&address(&invitation.email), letter.subject, letter.body).await?;
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
pub async fn ask_reset(app: &App, email: &str, letter: impl Fn(&str, Lang) -> Letter) -> Result<(), DbErr> {
    let Some(login) = login(&app.db, email).await? else { return Ok(()) };
    let change = Change::by(app, Some(login.id)).await?;
    let token = access_token(&change, "reset", login.id, RESET_MINUTES).await?;
    change.record(Entry::new("trail-reset-asked", ACCOUNT, login.id)).await?;
    let letter = letter(&token, login.lang);
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
/// somebody else may have used it: what they let programs do ends, too. Gives since when its sessions hold.
pub async fn set_password(app: &App, account: i64, hash: String, lost: bool) -> Result<i64, DbErr> {
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
    let since = session::end_all(&change, account).await?;
    if lost {
        grant::revoke_all(&change, account).await?;
        hooks::remove_all(&change, account).await?;
    }
    change.record(Entry::new("trail-password", ACCOUNT, account)).await?;
    change.commit().await?;
    Ok(since)
}

/// Switches an account on or off; off ends its sessions. `false` where it is not in the actor's scope.
pub async fn set_active(app: &App, actor: &Actor, account: i64, active: bool) -> Result<bool, DbErr> {
    let change = Change::begin(app, Some(actor)).await?;
    change.lock_trail().await?;
    let mut conditions = managed(actor);
    conditions.and("a.id = ?", params![account]).and("a.id <> ?", params![actor.id]);
    let roles: Vec<String> = actor.role.invites().iter().map(|role| format!("'{}'", role.word())).collect();
    conditions.and(&format!("a.role IN ({})", roles.join(", ")), params![]);
    let sql = format!("SELECT a.organisation_id {WITH_ORGANISATION}{}", conditions.sql());
    let Some(organisation) = database::value::<i64>(change.db(), &sql, conditions.values).await? else {
        return Ok(false);
    };
    database::run(change.db(), "UPDATE account SET active = $2 WHERE id = $1", params![account, active]).await?;
    if !active {
        session::end_all(&change, account).await?;
        grant::revoke_all(&change, account).await?;
        hooks::remove_all(&change, account).await?;
    }
    let (what, word) = if active { ("trail-activated", "") } else { ("trail-deactivated", SWITCHED_OFF) };
    let year = AcademicYear::of(clock::day(change.at()));
    let after = serde_json::json!({ "active": active });
    change.record(Entry::new(what, ACCOUNT, account).after(after).at(organisation, year, word, None)).await?;
    change.commit().await?;
    Ok(true)
}

pub async fn end_session(app: &App, actor: &Actor, session: &str) -> Result<(), DbErr> {
    let change = Change::begin(app, Some(actor)).await?;
    session::end(&change, actor.id, session).await?;
    change.record(Entry::new("trail-session-ended", ACCOUNT, actor.id)).await?;
    change.commit().await
}

pub async fn set_totp(app: &App, actor: &Actor, secret: Option<String>) -> Result<(), DbErr> {
    let change = Change::begin(app, Some(actor)).await?;
    let what = if secret.is_some() { "trail-totp-on" } else { "trail-totp-off" };
    database::run(
        change.db(),
        "UPDATE account SET totp_secret = $2, totp_step = 0 WHERE id = $1",
        params![actor.id, secret],
    )
    .await?;
    change.record(Entry::new(what, ACCOUNT, actor.id)).await?;
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

/// Somebody of an organisation.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Colleague {
    pub id: i64,
    pub name: String,
    pub role: Role,
}

/// The people of an organisation, by name.
pub async fn colleagues(db: &impl ConnectionTrait, organisation: i64) -> Result<Vec<Colleague>, DbErr> {
    let sql = "SELECT id, name, role FROM account WHERE organisation_id = $1 AND active ORDER BY sort_name LIMIT 1000";
    database::all(db, sql, params![organisation]).await
}
