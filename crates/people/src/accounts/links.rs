//! Links by which people set a password: of an invitation, of a forgotten one, of whoever looks after them.

use sea_orm::{DbErr, FromQueryResult};
use sheber_kernel::Lang;
use sheber_messages as messages;
use sheber_platform::ability::Role;
use sheber_platform::actor::Actor;
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::entry::Entry;
use sheber_platform::{database, params, secret, session};

use super::device::KnownAccount;
use super::store::{ACCOUNT, NewAccount, address, end_access, insert, login, looked_after, tell_owner};

/// Somebody to be invited.
pub struct Invitation {
    pub email: String,
    pub name: String,
    pub role: Role,
    pub organisation: i64,
}

/// Words of a letter, ready in the reader's language.
pub struct Letter {
    pub lang: Lang,
    pub subject: String,
    pub body: String,
}

const INVITATION_DAYS: i64 = 14;
const RESET_MINUTES: i64 = 60;
const LINK_DAYS: i64 = 3;

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
    let good = ("invitation", INVITATION_DAYS * 24 * 60);
    let token = send(&change, (id, &invitation.email), good, letter).await?;
    change.commit().await?;
    Ok(token)
}

/// A new link for an account that somebody looks after, whose owner has lost the one of the invitation or the password and gets no
/// mail; earlier ones end. Nothing where there is no such account.
pub async fn link_anew(
    app: &App,
    actor: &Actor,
    account: i64,
    letter: impl Fn(&str, Lang) -> Letter,
) -> Result<Option<String>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        email: String,
        lang: Lang,
    }
    let change = Change::begin(app, Some(actor)).await?;
    if looked_after(change.db(), actor, account).await?.is_none() {
        return Ok(None);
    }
    let sql = "SELECT email, lang FROM account WHERE id = $1 AND active";
    let Some(row): Option<Row> = database::one(change.db(), sql, params![account]).await? else { return Ok(None) };
    let earlier = "UPDATE access_token SET used_at = $2 WHERE account_id = $1 AND used_at IS NULL";
    database::run(change.db(), earlier, params![account, change.at()]).await?;
    let good = ("invitation", LINK_DAYS * 24 * 60);
    let token = send(&change, (account, &row.email), good, |token| letter(token, row.lang)).await?;
    change.record(Entry::new("trail-link-anew", ACCOUNT, account)).await?;
    change.commit().await?;
    Ok(Some(token))
}

/// Makes a link and sends the letter with it.
async fn send(
    change: &Change,
    (account, email): (i64, &str),
    (purpose, minutes): (&str, i64),
    letter: impl Fn(&str) -> Letter,
) -> Result<String, DbErr> {
    let token = access_token(change, purpose, account, minutes).await?;
    let letter = letter(&token);
    change.mail(&address(email), letter.lang, letter.subject, letter.body).await?;
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

/// Sends a link to set a new password, if there is such an account; says nothing of whether there is. Earlier links end.
pub async fn ask_reset(app: &App, email: &str, letter: impl Fn(&str, Lang) -> Letter) -> Result<(), DbErr> {
    let Some(login) = login(&app.db, email).await? else { return Ok(()) };
    let change = Change::by(app, Some(login.id)).await?;
    let earlier =
        "UPDATE access_token SET used_at = $2 WHERE account_id = $1 AND used_at IS NULL AND purpose = 'reset'";
    database::run(change.db(), earlier, params![login.id, change.at()]).await?;
    change.record(Entry::new("trail-reset-asked", ACCOUNT, login.id)).await?;
    send(&change, (login.id, email), ("reset", RESET_MINUTES), |token| letter(token, login.lang)).await?;
    change.commit().await
}

/// Tells the owner of an account that somebody meant to invite them: who invites does not learn that there is an account.
pub async fn invited_again(app: &App, actor: &Actor, email: &str) -> Result<(), DbErr> {
    let change = Change::begin(app, Some(actor)).await?;
    let sql = "SELECT lang FROM account WHERE email = $1";
    let lang = database::value::<String>(change.db(), sql, params![address(email)]).await?;
    let lang = lang.and_then(|lang| lang.parse().ok()).unwrap_or_default();
    let words = [("who", actor.name.as_str()), ("link", change.base_url())];
    let body = messages::text_with(lang, "mail-invited-again-body", &words);
    change.mail(&address(email), lang, messages::text(lang, "mail-invitation-subject"), body).await?;
    change.record(Entry::new("trail-invited-again", ACCOUNT, actor.id)).await?;
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

/// By what somebody sets a password.
pub enum Grounds<'a> {
    /// A link that was sent: it serves once. Somebody else may have used what was lost, so what was let to programs ends, too.
    Link(&'a str),
    /// The present password of whoever is signed in, as it is hashed.
    Current(&'a Actor, &'a str),
}

/// Sets a password; every session of the account ends, and links to set one end with it. Gives the account, and since when its
/// sessions hold; nothing where the grounds hold no more.
pub async fn set_password(app: &App, grounds: Grounds<'_>, hash: String) -> Result<Option<KnownAccount>, DbErr> {
    let (account, lost) = match grounds {
        Grounds::Link(token) => (welcome(app, token).await?.map_or(0, |welcome| welcome.account_id), true),
        Grounds::Current(actor, _) => (actor.id, false),
    };
    let change = match grounds {
        Grounds::Link(_) => Change::by(app, Some(account)).await?,
        Grounds::Current(actor, _) => Change::begin(app, Some(actor)).await?,
    };
    let held = match grounds {
        Grounds::Link(token) => {
            let sql = "UPDATE access_token SET used_at = $2 WHERE hash = $1 AND used_at IS NULL AND expires_at > $2";
            database::run(change.db(), sql, params![secret::sha256(token), change.at()]).await?
        }
        Grounds::Current(_, known) => {
            let sql = "SELECT COUNT(*) FROM account WHERE id = $1 AND password_hash = $2";
            database::number(change.db(), sql, params![account, known]).await?.unsigned_abs()
        }
    };
    let sql = "UPDATE account SET password_hash = $2, must_change = FALSE WHERE id = $1 AND active";
    if held == 0 || database::run(change.db(), sql, params![account, hash]).await? == 0 {
        return Ok(None);
    }
    let links = "UPDATE access_token SET used_at = $2 WHERE account_id = $1 AND used_at IS NULL";
    database::run(change.db(), links, params![account, change.at()]).await?;
    let since = session::end_all(&change, account).await?;
    if lost {
        end_access(&change, account).await?;
    }
    change.record(Entry::new("trail-password", ACCOUNT, account)).await?;
    tell_owner(&change, account, "mail-notice-password", &[]).await?;
    change.commit().await?;
    Ok(Some((account, since)))
}
