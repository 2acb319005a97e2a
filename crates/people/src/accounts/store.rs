//! Accounts in the database.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use sheber_kernel::{AcademicYear, Lang, OrganisationKind};
use sheber_messages as messages;
use sheber_platform::ability::Role;
use sheber_platform::actor::{Actor, Scope};
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::database::{self, Conditions};
use sheber_platform::entry::{Entity, Entry};
use sheber_platform::error::AppError;
use sheber_platform::list::{Column, Order, Query};
use sheber_platform::{clock, grant, params, sealed, search, session};

use super::device::KnownAccount;
use crate::hooks::store as hooks;
use crate::inbox::notices;
use crate::organisations::colleges::by_name;

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
    pub email: String,
    pub name: String,
    /// When it signed in last; a first time is nothing that its owner need be told of.
    pub signed_in_at: Option<i64>,
}

impl Login {
    /// The account as a device knows it.
    pub fn known(&self) -> KnownAccount {
        (self.id, self.sessions_since)
    }

    /// The secret of the second factor, where there is one.
    pub fn totp(&self, app: &App) -> Result<Option<String>, AppError> {
        self.totp_secret.as_ref().map(|sealed| sealed::open(app, &totp_owner(self.id), sealed)).transpose()
    }
}

/// For whom the secret of a second factor is sealed.
pub fn totp_owner(account: i64) -> String {
    format!("totp {account}")
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
        "SELECT a.id, a.password_hash, a.totp_secret, a.totp_step, a.lang, a.sessions_since, a.email, a.name, a.signed_in_at
         FROM account a JOIN organisation o ON o.id = a.organisation_id WHERE a.email = $1 AND a.active AND o.active",
        params![address(email)],
    )
    .await
}

pub async fn login_of(db: &DatabaseConnection, account: i64) -> Result<Option<Login>, DbErr> {
    database::one(
        db,
        "SELECT id, password_hash, totp_secret, totp_step, lang, sessions_since, email, name, signed_in_at FROM account
         WHERE id = $1 AND active",
        params![account],
    )
    .await
}

/// Whether a text can be an e-mail address at all.
pub fn is_address(email: &str) -> bool {
    email.len() <= 254 && !email.chars().any(char::is_control)
}

/// Somebody signed in; the account's owner is told where that was on a device that it was not known on.
pub async fn signed_in(app: &App, login: &Login, news: Option<String>) -> Result<(), DbErr> {
    let change = Change::by(app, Some(login.id)).await?;
    let sql = "UPDATE account SET signed_in_at = $2 WHERE id = $1";
    database::run(change.db(), sql, params![login.id, change.at()]).await?;
    change.record(Entry::new("trail-signed-in", ACCOUNT, login.id)).await?;
    if let (Some(device), Some(_)) = (news, login.signed_in_at) {
        let owner = Owner { id: login.id, email: login.email.clone(), lang: login.lang };
        notify(&change, &owner, "mail-notice-device", &[("device", &device)]).await?;
    }
    change.commit().await
}

/// Writes a failure, or that one was held back, into the trail: of which account and from where, nothing of what was typed.
pub async fn failed(app: &App, account: i64, what: &'static str, network: &str) -> Result<(), DbErr> {
    let change = Change::by(app, None).await?;
    let after = serde_json::json!({ "network": network });
    change.record(Entry::new(what, ACCOUNT, account).after(after)).await?;
    change.commit().await
}

/// Whose an account is.
/// Keeps the language that somebody chose: of pages, letters, the inbox and the calendar's feed.
pub async fn choose_language(app: &App, actor: &Actor, lang: Lang) -> Result<(), DbErr> {
    let change = Change::begin(app, Some(actor)).await?;
    database::run(change.db(), "UPDATE account SET lang = $2 WHERE id = $1", params![actor.id, lang]).await?;
    let values = |lang: Lang| serde_json::json!({ "lang": lang.code() });
    let entry = Entry::new("trail-account-language", ACCOUNT, actor.id);
    change.record(entry.before(values(actor.lang)).after(values(lang))).await?;
    change.commit().await
}

#[derive(FromQueryResult)]
struct Owner {
    id: i64,
    email: String,
    lang: Lang,
}

/// Tells an account's owner what happened to it: in the inbox, and by a letter that nobody at the account's pages can keep back.
async fn notify(
    change: &Change,
    Owner { id, email, lang }: &Owner,
    key: &str,
    more: &[(&'static str, &str)],
) -> Result<(), DbErr> {
    let (when, link) = (clock::local(change.at()), format!("{}/reset", change.base_url()));
    let mut words: Vec<(&'static str, &str)> = vec![("when", &when), ("link", &link)];
    words.extend_from_slice(more);
    let what = messages::text_with(*lang, key, &words);
    let advice = messages::text_with(*lang, "mail-notice-advice", &words);
    notices::add(change, *id, (&what, &advice, "/account"), false).await?;
    change.mail(email, *lang, messages::text(*lang, "mail-notice-subject"), format!("{what}\n\n{advice}")).await
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
pub async fn organisations(db: &DatabaseConnection, actor: &Actor, lang: Lang) -> Result<Vec<Organisation>, DbErr> {
    let mut conditions = managed(actor);
    conditions.and("o.active", params![]);
    let sql = format!(
        "SELECT o.id, o.kind, o.name_kk, o.name_ru FROM organisation o{} ORDER BY o.kind, {}, o.id LIMIT 2000",
        conditions.sql(),
        by_name(lang)
    );
    database::all(db, &sql, conditions.values).await
}

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
            search::indexed(&format!("{} {email}", new.name)),
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

/// Whether an account with an address is among those that an actor lists.
pub async fn lists(db: &impl ConnectionTrait, actor: &Actor, email: &str) -> Result<bool, DbErr> {
    let mut conditions = managed(actor);
    conditions.and("a.email = ?", params![address(email)]);
    let sql = format!("SELECT COUNT(*) {WITH_ORGANISATION}{}", conditions.sql());
    Ok(database::number(db, &sql, conditions.values).await? > 0)
}

/// Ends what an account handed out: tokens, addresses of programs, the address of its calendar's feed.
pub async fn end_access(change: &Change, account: i64) -> Result<(), DbErr> {
    grant::revoke_all(change, account).await?;
    hooks::remove_all(change, account).await?;
    let sql = "UPDATE account SET access_since = access_since + 1 WHERE id = $1";
    database::run(change.db(), sql, params![account]).await.map(|_| ())
}

/// Tells the owner of an account that has signed in before.
pub async fn tell_owner(change: &Change, account: i64, key: &str, more: &[(&'static str, &str)]) -> Result<(), DbErr> {
    let sql = "SELECT id, email, lang FROM account WHERE id = $1 AND signed_in_at IS NOT NULL";
    match database::one::<Owner>(change.db(), sql, params![account]).await? {
        Some(owner) => notify(change, &owner, key, more).await,
        None => Ok(()),
    }
}

/// The organisation of an account that somebody looks after: in scope, not their own, of a role that they may invite.
pub async fn looked_after(db: &impl ConnectionTrait, actor: &Actor, account: i64) -> Result<Option<i64>, DbErr> {
    let mut conditions = managed(actor);
    conditions.and("a.id = ?", params![account]).and("a.id <> ?", params![actor.id]);
    let roles: Vec<String> = actor.role.invites().iter().map(|role| format!("'{}'", role.word())).collect();
    conditions.and(&format!("a.role IN ({})", roles.join(", ")), params![]);
    let sql = format!("SELECT a.organisation_id {WITH_ORGANISATION}{}", conditions.sql());
    database::value::<i64>(db, &sql, conditions.values).await
}

/// Whether somebody looks after an account.
pub async fn may_manage(db: &impl ConnectionTrait, actor: &Actor, account: i64) -> Result<bool, DbErr> {
    Ok(looked_after(db, actor, account).await?.is_some())
}

/// Switches an account on or off; off ends its sessions. `false` where it is not in the actor's scope.
pub async fn set_active(app: &App, actor: &Actor, account: i64, active: bool) -> Result<bool, DbErr> {
    let change = Change::begin(app, Some(actor)).await?;
    let Some(organisation) = looked_after(change.db(), actor, account).await? else { return Ok(false) };
    database::run(change.db(), "UPDATE account SET active = $2 WHERE id = $1", params![account, active]).await?;
    if !active {
        session::end_all(&change, account).await?;
        end_access(&change, account).await?;
    }
    let (what, word) = if active { ("trail-activated", "") } else { ("trail-deactivated", SWITCHED_OFF) };
    let year = AcademicYear::of(clock::day(change.at()));
    let after = serde_json::json!({ "active": active });
    change.record(Entry::new(what, ACCOUNT, account).after(after).at(organisation, year, word, None)).await?;
    change.commit().await?;
    Ok(true)
}

/// Ends one of one's own sessions.
pub async fn end_session(app: &App, actor: &Actor, session: &str) -> Result<(), DbErr> {
    let change = Change::begin(app, Some(actor)).await?;
    session::end(&change, actor.id, session).await?;
    change.record(Entry::new("trail-session-ended", ACCOUNT, actor.id)).await?;
    change.commit().await
}

/// Ends all of one's own sessions; gives the account as the next ones know it.
pub async fn end_sessions(app: &App, actor: &Actor) -> Result<KnownAccount, DbErr> {
    let change = Change::begin(app, Some(actor)).await?;
    let since = session::end_all(&change, actor.id).await?;
    change.record(Entry::new("trail-sessions-ended", ACCOUNT, actor.id)).await?;
    change.commit().await?;
    Ok((actor.id, since))
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
