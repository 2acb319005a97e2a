//! The notices of inboxes in the database.

use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::database::{self, Conditions};
use sheber_platform::list::{Column, Order, Query};
use sheber_platform::params;

/// Something that somebody was told.
#[derive(Debug, FromQueryResult)]
pub struct Notice {
    pub id: i64,
    pub at: i64,
    pub subject: String,
    pub body: String,
    pub link: String,
    pub is_read: bool,
}

const NOTICES: &str = "SELECT id, at, subject, body, link, is_read";
const FROM: &str = "FROM notice";

/// Somebody's notices, the newest first.
pub fn list(account: i64) -> Query<'static> {
    const NEWEST: Order = Order::down(&[Column::Number("id")]);
    let mut conditions = Conditions::default();
    conditions.and("account_id = ?", params![account]);
    Query { select: NOTICES.into(), from: FROM, conditions, order: NEWEST }
}

/// The newest that somebody has not read yet.
pub async fn unread(db: &impl ConnectionTrait, account: i64, most: usize) -> Result<Vec<Notice>, DbErr> {
    let sql = format!("{NOTICES} {FROM} WHERE account_id = $1 AND is_read = FALSE ORDER BY id DESC LIMIT {most}");
    database::all(db, &sql, params![account]).await
}

/// What waits for somebody's letter of the day.
pub async fn waiting(db: &impl ConnectionTrait, account: i64) -> Result<Vec<Notice>, DbErr> {
    let sql = format!("{NOTICES} {FROM} WHERE account_id = $1 AND in_digest = FALSE AND is_read = FALSE ORDER BY id");
    database::all(db, &sql, params![account]).await
}

/// Writes a notice into somebody's inbox; one that waits goes with the day's letter.
pub async fn add(
    change: &Change,
    account: i64,
    (subject, text, path): (&str, &str, &str),
    waits: bool,
) -> Result<(), DbErr> {
    let sql = "INSERT INTO notice (account_id, at, subject, body, link, in_digest) VALUES ($1, $2, $3, $4, $5, $6)";
    database::run(change.db(), sql, params![account, change.at(), subject, text, path, !waits]).await?;
    let sql = "UPDATE account SET unread = unread + 1 WHERE id = $1";
    database::run(change.db(), sql, params![account]).await?;
    Ok(())
}

/// Marks what somebody has seen, up to a notice: what comes meanwhile stays unread.
pub async fn read(app: &App, account: i64, upto: i64) -> Result<(), DbErr> {
    let _turn = app.turn_to_write().await;
    let txn = database::begin(&app.db).await?;
    let sql = "UPDATE notice SET is_read = TRUE WHERE account_id = $1 AND id <= $2 AND is_read = FALSE";
    let seen = database::run(&txn, sql, params![account, upto]).await?;
    let seen = i64::try_from(seen).unwrap_or(i64::MAX);
    database::run(&txn, "UPDATE account SET unread = unread - $2 WHERE id = $1", params![account, seen]).await?;
    txn.commit().await
}

/// What waited for a letter, up to a notice, was told by one, or never will be.
pub async fn mark_mailed(change: &Change, account: i64, upto: i64) -> Result<(), DbErr> {
    let sql = "UPDATE notice SET in_digest = TRUE WHERE account_id = $1 AND in_digest = FALSE AND id <= $2";
    database::run(change.db(), sql, params![account, upto]).await.map(|_| ())
}
