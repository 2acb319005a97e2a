//! Attempts that are counted, so that nobody guesses for long: passwords by account and network address, codes by address.

use sea_orm::DbErr;

use crate::app::App;
use crate::params;
use crate::{database, secret};

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
pub async fn attempt(app: &App, what: &str, account: &str, from: &str) -> Result<Option<Attempt>, DbErr> {
    let now = app.clock.millis();
    let mut rows = Vec::new();
    let mut held_back = false;
    // Longer than any address; never stored whole.
    let account: String = account.chars().take(254).collect();
    for (subject, most) in
        [(format!("{what} account {account}"), PER_ACCOUNT), (format!("{what} address {from}"), PER_ADDRESS)]
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
pub async fn succeeded(app: &App, what: &str, account: &str, attempt: Attempt) -> Result<(), DbErr> {
    let subject = secret::sha256(&format!("{what} account {account}"));
    database::run(&app.db, "DELETE FROM login_attempt WHERE subject = $1", params![subject]).await?;
    for row in attempt.rows {
        database::run(&app.db, "DELETE FROM login_attempt WHERE id = $1", params![row]).await?;
    }
    Ok(())
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
