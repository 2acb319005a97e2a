//! Who has a feed: the secret of its address is kept as a hash.

use sea_orm::{ConnectionTrait, DbErr};
use sheber_people::accounts::store::ACCOUNT;
use sheber_platform::change::Change;
use sheber_platform::entry::Entry;
use sheber_platform::{database, params, secret};

/// The feeds that hold: an account that was taken over or switched off has none of before.
const FEEDS: &str = "FROM calendar_feed f JOIN account a ON a.id = f.account_id AND a.access_since = f.since";

/// Whether somebody has a feed.
pub async fn has(db: &impl ConnectionTrait, account: i64) -> Result<bool, DbErr> {
    let sql = format!("SELECT COUNT(*) {FEEDS} WHERE f.account_id = $1");
    Ok(database::number(db, &sql, params![account]).await? > 0)
}

/// Whose feed lies under a secret; 0 where none does.
pub async fn reader(db: &impl ConnectionTrait, token: &str) -> Result<i64, DbErr> {
    let sql = format!("SELECT f.account_id {FEEDS} WHERE f.hash = $1");
    database::number(db, &sql, params![secret::sha256(token)]).await
}

/// Puts somebody's feed under a new secret; the old one leads nowhere from now on.
pub async fn keep(change: &Change, account: i64, token: &str) -> Result<(), DbErr> {
    let sql =
        "INSERT INTO calendar_feed (account_id, hash, since) SELECT id, $2, access_since FROM account WHERE id = $1
               ON CONFLICT (account_id) DO UPDATE SET hash = excluded.hash, since = excluded.since";
    database::run(change.db(), sql, params![account, secret::sha256(token)]).await?;
    change.record(Entry::new("trail-calendar-feed", ACCOUNT, account)).await
}
