//! Second factors in the database, and the codes for the day when the telephone is lost.

use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use sheber_platform::actor::Actor;
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::entry::Entry;
use sheber_platform::error::AppError;
use sheber_platform::{database, params, sealed, session};

use super::factor;
use super::store::{self, ACCOUNT};

/// Switches the second factor on: with its secret, the step of the code that showed that it works, which is used up by it, and new
/// codes for the day when the telephone is lost. `false` where it is on already.
pub async fn set_totp(app: &App, actor: &Actor, secret: &str, step: i64, codes: &[String]) -> Result<bool, AppError> {
    let sealed = sealed::seal(app, &store::totp_owner(actor.id), secret)?;
    let change = Change::begin(app, Some(actor)).await?;
    let sql = "UPDATE account SET totp_secret = $2, totp_step = $3 WHERE id = $1 AND totp_secret IS NULL";
    if database::run(change.db(), sql, params![actor.id, sealed, step]).await? == 0 {
        return Ok(false);
    }
    put_codes(app, &change, actor.id, codes).await?;
    change.record(Entry::new("trail-totp-on", ACCOUNT, actor.id)).await?;
    store::tell_owner(&change, actor.id, "mail-notice-totp-on", &[]).await?;
    change.commit().await?;
    Ok(true)
}

async fn put_codes(app: &App, change: &Change, account: i64, codes: &[String]) -> Result<(), AppError> {
    database::run(change.db(), "DELETE FROM recovery_code WHERE account_id = $1", params![account]).await?;
    for code in codes {
        let mark = factor::recovery_mark(app, account, code)?;
        let sql = "INSERT INTO recovery_code (account_id, hash) VALUES ($1, $2)";
        database::run(change.db(), sql, params![account, mark]).await?;
    }
    Ok(())
}

/// New codes in the place of the old ones.
pub async fn renew_codes(app: &App, actor: &Actor, codes: &[String]) -> Result<(), AppError> {
    let change = Change::begin(app, Some(actor)).await?;
    put_codes(app, &change, actor.id, codes).await?;
    change.record(Entry::new("trail-codes-renewed", ACCOUNT, actor.id)).await?;
    store::tell_owner(&change, actor.id, "mail-notice-codes", &[]).await?;
    change.commit().await?;
    Ok(())
}

/// How many codes are left for the day when the telephone is lost.
pub async fn codes_left(db: &impl ConnectionTrait, account: i64) -> Result<i64, DbErr> {
    let sql = "SELECT COUNT(*) FROM recovery_code WHERE account_id = $1 AND used_at IS NULL";
    database::number(db, sql, params![account]).await
}

/// Uses such a code up; `false` where it is none, or was used.
pub async fn use_code(app: &App, actor: Option<&Actor>, account: i64, code: &str) -> Result<bool, AppError> {
    let Some(mark) = factor::recovery_mark(app, account, code)? else { return Ok(false) };
    let change = match actor {
        Some(_) => Change::begin(app, actor).await?,
        None => Change::by(app, Some(account)).await?,
    };
    let sql = "UPDATE recovery_code SET used_at = $3 WHERE account_id = $1 AND hash = $2 AND used_at IS NULL";
    if database::run(change.db(), sql, params![account, mark, change.at()]).await? == 0 {
        return Ok(false);
    }
    change.record(Entry::new("trail-code-used", ACCOUNT, account)).await?;
    let left = codes_left(change.db(), account).await?.to_string();
    store::tell_owner(&change, account, "mail-notice-code-used", &[("left", &left)]).await?;
    change.commit().await?;
    Ok(true)
}

async fn clear_totp(change: &Change, account: i64) -> Result<bool, DbErr> {
    database::run(change.db(), "DELETE FROM recovery_code WHERE account_id = $1", params![account]).await?;
    let sql = "UPDATE account SET totp_secret = NULL WHERE id = $1 AND totp_secret IS NOT NULL";
    Ok(database::run(change.db(), sql, params![account]).await? == 1)
}

/// Switches one's own second factor off.
pub async fn unset_totp(app: &App, actor: &Actor) -> Result<(), DbErr> {
    let change = Change::begin(app, Some(actor)).await?;
    if clear_totp(&change, actor.id).await? {
        change.record(Entry::new("trail-totp-off", ACCOUNT, actor.id)).await?;
        store::tell_owner(&change, actor.id, "mail-notice-totp-off", &[]).await?;
        change.commit().await?;
    }
    Ok(())
}

/// Takes the second factor off an account that somebody looks after, whose owner has lost the telephone and the codes: its sessions
/// end, and its owner is told who did it. `false` where there is no such account.
pub async fn remove_totp(app: &App, actor: &Actor, account: i64) -> Result<bool, DbErr> {
    let change = Change::begin(app, Some(actor)).await?;
    if store::looked_after(change.db(), actor, account).await?.is_none() || !clear_totp(&change, account).await? {
        return Ok(false);
    }
    session::end_all(&change, account).await?;
    change.record(Entry::new("trail-totp-removed", ACCOUNT, account)).await?;
    store::tell_owner(&change, account, "mail-notice-totp-removed", &[("who", &actor.name)]).await?;
    change.commit().await?;
    Ok(true)
}

/// Whether anything is encrypted with the server's keys.
pub async fn are_sealed(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    let sql = "SELECT COUNT(*) FROM account WHERE totp_secret IS NOT NULL";
    Ok(database::number(db, sql, params![]).await? > 0)
}

/// Encrypts what was kept in the clear by an earlier version.
pub async fn seal_all(app: &App) -> Result<(), AppError> {
    #[derive(FromQueryResult)]
    struct Row {
        id: i64,
        totp_secret: String,
    }
    let sql = "SELECT id, totp_secret FROM account WHERE totp_secret IS NOT NULL";
    let rows: Vec<Row> = database::all(&app.db, sql, params![]).await?;
    for row in rows.iter().filter(|row| !sealed::is_sealed(&row.totp_secret)) {
        let sealed = sealed::seal(app, &store::totp_owner(row.id), &row.totp_secret)?;
        let sql = "UPDATE account SET totp_secret = $2 WHERE id = $1 AND totp_secret = $3";
        database::run(&app.db, sql, params![row.id, sealed, row.totp_secret.clone()]).await?;
    }
    Ok(())
}

/// Marks a code's step as used; `false` where it was used before, so that a code that was looked at serves nobody twice.
pub async fn use_step(app: &App, account: i64, step: i64) -> Result<bool, DbErr> {
    let sql = "UPDATE account SET totp_step = $2 WHERE id = $1 AND totp_step < $2";
    Ok(database::run(&app.db, sql, params![account, step]).await? == 1)
}
