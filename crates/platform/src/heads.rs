//! Signed heads of the trail: whoever owns the database can write every record anew, hash by hash; without the key file nobody can
//! sign what came of it. A head says which record was the last one and what its hash was; heads that were published earlier, or kept
//! elsewhere, show that what came before is still the same.

use std::time::Duration;

use sea_orm::prelude::async_trait::async_trait;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};

use super::app::App;
use super::error::AppError;
use super::house::Job;
use super::jws::{self, PublicKey};
use super::{database, keys};
use crate::params;

/// The one chain there is today.
const CHAIN: &str = "audit";

/// A head is signed after so many records at the latest.
const RECORDS: i64 = 500;
/// And after so long, in milliseconds.
const HOUR: i64 = 3_600_000;

/// The last record of a chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    pub chain: String,
    pub record: i64,
    pub hash: String,
}

/// What is signed: the heads of all chains at an instant (milliseconds since 1970).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heads {
    pub at: i64,
    pub heads: Vec<Head>,
}

#[derive(FromQueryResult)]
struct Last {
    id: i64,
    at: i64,
    hash: String,
}

async fn last(db: &impl ConnectionTrait) -> Result<Option<Last>, DbErr> {
    database::one(db, "SELECT id, at, hash FROM audit ORDER BY id DESC LIMIT 1", params![]).await
}

/// The hash of a record, where it is there.
async fn hash_of(db: &impl ConnectionTrait, record: i64) -> Result<Option<String>, DbErr> {
    database::value(db, "SELECT hash FROM audit WHERE id = $1", params![record]).await
}

#[derive(FromQueryResult)]
struct NewestHead {
    record: i64,
    at: i64,
}

/// Signs the head where it is time; gives the record up to which it did.
pub async fn sign(app: &App) -> Result<Option<i64>, AppError> {
    let now = app.clock.millis();
    let Some(last) = last(&app.db).await? else { return Ok(None) };
    let newest = "SELECT record, at FROM trail_head ORDER BY record DESC LIMIT 1";
    let signed: Option<NewestHead> = database::one(&app.db, newest, params![]).await?;
    let is_time = |signed: &NewestHead| last.id - signed.record >= RECORDS || now - signed.at >= HOUR;
    if signed.as_ref().is_some_and(|signed| last.id <= signed.record || !is_time(signed)) {
        return Ok(None);
    }
    // Over a head that no longer fits nothing is signed: what was rewritten would look as if it had always been so.
    if let Some(signed) = &signed {
        let known = "SELECT signed FROM trail_head WHERE record = $1";
        let text = database::value::<String>(&app.db, known, params![signed.record]).await?.unwrap_or_default();
        let published =
            keys::with(app, keys::Keys::published).map_err(|error| AppError::Internal(error.to_string()))?;
        let there = hash_of(&app.db, signed.record).await?.unwrap_or_default();
        let fits = match jws::opened::<Heads>(&text, &published) {
            jws::Verdict::Genuine(heads) => heads.heads.iter().any(|head| head.hash == there),
            _ => false,
        };
        if !fits {
            return Err(AppError::Internal(
                "the trail is not the one that was signed: see `sheber audit verify`".to_owned(),
            ));
        }
    }
    let heads = Heads { at: now, heads: vec![Head { chain: CHAIN.to_owned(), record: last.id, hash: last.hash }] };
    let text = keys::with(app, |keys| keys.sign(&heads)).map_err(|error| AppError::Internal(error.to_string()))??;
    let sql = "INSERT INTO trail_head (record, at, signed) VALUES ($1, $2, $3) ON CONFLICT (record) DO NOTHING";
    database::run(&app.db, sql, params![last.id, now, text]).await?;
    Ok(Some(last.id))
}

/// The heads that were signed last, the newest first.
pub async fn newest(db: &impl ConnectionTrait, most: i64) -> Result<Vec<String>, DbErr> {
    database::values(db, "SELECT signed FROM trail_head ORDER BY record DESC LIMIT $1", params![most]).await
}

/// What is wrong with the trail, as its signed heads say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A text that none of these keys signed as a head.
    Forged(String),
    /// The record is gone, or another one than when the head was signed.
    Rewritten(i64),
    /// Records came, and for long nobody signed: heads were taken away, or the server did not run when they were written.
    Unsigned { since: i64 },
}

/// Compares the trail with the heads that it keeps itself and with `others`, kept elsewhere; says up to which record it is signed.
pub async fn verify(
    db: &impl ConnectionTrait,
    keys: &[PublicKey],
    others: &[String],
) -> Result<(i64, Vec<Fault>), DbErr> {
    let own = database::values::<String>(db, "SELECT signed FROM trail_head ORDER BY record", params![]).await?;
    let (mut faults, mut signed, mut until) = (Vec::new(), 0, 0);
    for (text, is_own) in own.iter().map(|text| (text, true)).chain(others.iter().map(|text| (text, false))) {
        let jws::Verdict::Genuine(heads) = jws::opened::<Heads>(text, keys) else {
            faults.push(Fault::Forged(text.chars().take(40).collect()));
            continue;
        };
        for head in heads.heads.iter().filter(|head| head.chain == CHAIN) {
            let there = hash_of(db, head.record).await?;
            if there.as_ref() != Some(&head.hash) {
                faults.push(Fault::Rewritten(head.record));
            } else if is_own {
                signed = signed.max(head.record);
                until = until.max(heads.at);
            }
        }
    }
    // A trail that is younger than two hours need have none.
    let begun = database::number(db, "SELECT COALESCE(MIN(at), 0) FROM audit", params![]).await?;
    if let Some(last) = last(db).await?
        && last.id > signed
        && last.at - until.max(begun) > 2 * HOUR
    {
        faults.push(Fault::Unsigned { since: signed });
    }
    faults.dedup();
    Ok((signed, faults))
}

/// Signs while the server runs.
pub struct Heralds;

#[async_trait]
impl Job for Heralds {
    fn name(&self) -> &'static str {
        "trail heads"
    }

    fn every(&self) -> Duration {
        Duration::from_mins(1)
    }

    async fn run(&self, app: &App) -> Result<(), AppError> {
        sign(app).await.map(|_| ())
    }
}
