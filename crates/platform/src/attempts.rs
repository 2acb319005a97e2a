//! Attempts that fail are slowed down, so that nobody guesses for long and nobody is locked out by a stranger: each failure too
//! many makes the next one wait, by account and network, by account, by network, or by the device that the account is known on.

use std::net::IpAddr;

use sea_orm::{ConnectionTrait, DbErr};

use crate::app::App;
use crate::error::AppError;
use crate::params;
use crate::{database, secret};

/// Failures are counted over this long.
const WINDOW: i64 = 3_600_000;

/// How failures slow the next attempt down: so many are free, then each doubles the wait up to the longest, in milliseconds.
#[derive(Clone, Copy, Debug)]
struct Slowing {
    free: i64,
    first: i64,
    longest: i64,
    /// It counts what others fail elsewhere, too.
    strangers: bool,
}

/// Of one account from one network, or on a device it is known on.
const OWN: Slowing = Slowing { free: 5, first: 30_000, longest: 15 * 60_000, strangers: false };
/// Of one account from anywhere: many who guess together are slowed down from their second try on.
const ACCOUNT: Slowing = Slowing { free: 25, first: 2_000, longest: 60_000, strangers: true };
/// Codes of one account from anywhere.
const CODE: Slowing = Slowing { free: 15, first: 10_000, longest: 60_000, strangers: false };
/// Of one account from the networks of IPv6 that one customer of a provider has.
const WIDE: Slowing = Slowing { free: 15, first: 30_000, longest: 15 * 60_000, strangers: false };
/// Of one network, in which a whole college may sit.
const NETWORK: Slowing = Slowing { free: 60, first: 1_000, longest: 10_000, strangers: true };
/// Codes of students from one network: a whole college sits behind one address, and mistypes; of a thousand students' codes one is
/// met by chance in about a million tries.
const CODES: Slowing = Slowing { free: 500, first: 60_000, longest: 60_000, strangers: false };
/// Letters to one address, whoever asks for them.
const LETTERS: Slowing = Slowing { free: 20, first: 5 * 60_000, longest: 15 * 60_000, strangers: false };

impl Slowing {
    /// How long the next attempt waits after the last of so many failures.
    fn pause(self, failures: i64) -> i64 {
        let over = failures - self.free;
        if over < 0 { 0 } else { (self.first << over.min(20)).min(self.longest) }
    }
}

/// What is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trial {
    /// A password.
    Password,
    /// A code of the second factor.
    Code,
    /// A letter with a link.
    Letter,
    /// The code of a student who has no account.
    StudentCode,
}

/// Who tries.
pub struct Claim<'a> {
    pub trial: Trial,
    /// The address of the account, as it is compared.
    pub account: &'a str,
    /// Where the attempt comes from, as [`network`] says it.
    pub network: &'a str,
    /// Whether there is such an account: of others nothing is told.
    pub is_known: bool,
    /// The device, where the account is known on it: others' failures do not slow it down.
    pub device: Option<&'a str>,
}

impl Claim<'_> {
    /// What is counted, and how it slows down; the first is forgotten by a success.
    fn subjects(&self) -> Vec<(String, Slowing)> {
        // Longer than any address; never stored whole.
        let account: String = self.account.chars().take(254).collect();
        let (trial, network) = (self.trial, self.network);
        let subject = |text: String| secret::sha256(&format!("{trial:?} {text}"));
        if trial == Trial::StudentCode {
            return vec![(subject(format!("network {network}")), CODES)];
        }
        if let Some(device) = self.device {
            return vec![(subject(format!("device {device} {account}")), OWN)];
        }
        let mut subjects = vec![(subject(format!("pair {network} {account}")), OWN)];
        subjects.extend(wide(network).map(|wide| (subject(format!("wide {wide} {account}")), WIDE)));
        let of_account = match trial {
            Trial::Letter => LETTERS,
            // Who has come so far has the password: nobody else's tries are worth a free one.
            Trial::Code => CODE,
            _ => ACCOUNT,
        };
        subjects.push((subject(format!("account {account}")), of_account));
        subjects.push((subject(format!("network {network}")), NETWORK));
        subjects
    }
}

/// An attempt that was counted; taken back where it succeeds.
pub struct Attempt {
    rows: Vec<i64>,
    own: String,
}

/// Whether an attempt may be made now.
pub enum Turn {
    Go(Attempt),
    /// Refused, and not counted: the next one after so many seconds. `is_first` once in a while, so that it is noted but the notes
    /// do not grow with what is refused.
    Wait {
        seconds: u64,
        is_first: bool,
    },
}

/// Counts an attempt before it is tried, so that a burst of them cannot pass together.
pub async fn attempt(app: &App, who: &Claim<'_>) -> Result<Turn, DbErr> {
    let subjects = who.subjects();
    let own = subjects.first().map(|(subject, _)| subject.clone()).unwrap_or_default();
    let _turn = app.turn_to_write().await;
    let txn = database::begin(&app.db).await?;
    if !database::is_sqlite(&txn) {
        txn.execute_unprepared("SELECT pg_advisory_xact_lock(7323744)").await?;
    }
    let now = app.clock.millis();
    let (mut wait, mut has_failed) = (0, false);
    for (subject, slowing) in &subjects {
        let counted = "SELECT COUNT(*) FROM login_attempt WHERE subject = $1 AND at > $2";
        let failures = database::number(&txn, counted, params![subject.clone(), now - WINDOW]).await?;
        // Whether it is the first subject, the account from this very network, that has failed.
        has_failed |= *subject == own && failures > 0;
        // What strangers fail makes nobody wait who has not failed, and nobody longer than since they failed themselves: or they
        // could keep the owner out by failing on.
        let pause = if slowing.strangers && !has_failed { 0 } else { slowing.pause(failures) };
        if pause > 0 {
            let latest = "SELECT COALESCE(MAX(at), 0) FROM login_attempt WHERE subject = $1";
            let since = if slowing.strangers { own.clone() } else { subject.clone() };
            let last = database::number(&txn, latest, params![since]).await?;
            wait = wait.max(last + pause - now);
        }
    }
    let turn = if wait > 0 {
        let what = format!("held back {:?} {}", who.trial, who.account);
        let is_first = who.is_known && is_news(&txn, &what, (1, WINDOW / 4), now).await?;
        Turn::Wait { seconds: u64::try_from(wait / 1000).unwrap_or_default() + 1, is_first }
    } else {
        let mut rows = Vec::new();
        for (subject, _) in &subjects {
            rows.push(insert(&txn, subject, now).await?);
        }
        Turn::Go(Attempt { rows, own })
    };
    txn.commit().await?;
    Ok(turn)
}

/// Whether something happened no more often than so many times within so long: what is told of it does not grow with what strangers
/// do.
async fn is_news(db: &impl ConnectionTrait, what: &str, (most, within): (i64, i64), now: i64) -> Result<bool, DbErr> {
    let subject = secret::sha256(&format!("news {what}"));
    let known = "SELECT COUNT(*) FROM login_attempt WHERE subject = $1 AND at > $2";
    let is_news = database::number(db, known, params![subject.clone(), now - within]).await? < most;
    if is_news {
        insert(db, &subject, now).await?;
    }
    Ok(is_news)
}

/// So many failures of an account go into the trail within an hour; the log has them all.
const IN_TRAIL: i64 = 20;

/// Whether a failure of an account goes into the trail.
pub async fn is_told(app: &App, account: i64) -> Result<bool, DbErr> {
    is_news(&app.db, &format!("failed {account}"), (IN_TRAIL, WINDOW), app.clock.millis()).await
}

async fn insert(db: &impl ConnectionTrait, subject: &str, now: i64) -> Result<i64, DbErr> {
    let sql = "INSERT INTO login_attempt (subject, at) VALUES ($1, $2) RETURNING id";
    database::number(db, sql, params![subject, now]).await
}

/// Takes a successful attempt back, and the failed ones before it of the same account from the same place.
pub async fn succeeded(app: &App, attempt: Attempt) -> Result<(), DbErr> {
    let own = "DELETE FROM login_attempt WHERE subject = $1";
    database::run(&app.db, own, params![attempt.own.clone()]).await?;
    right(app, attempt).await
}

/// Takes away what is counted no more.
pub async fn sweep(app: &App) -> Result<(), DbErr> {
    let old = app.clock.millis() - 2 * WINDOW;
    database::run(&app.db, "DELETE FROM login_attempt WHERE at < $1", params![old]).await.map(|_| ())
}

/// The network an address belongs to, as far as one person commands it: the address of IPv4, the first 64 bits of IPv6.
pub fn network(address: &str) -> String {
    match address.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        Ok(address) => address.to_string(),
        Err(_) => address.to_owned(),
    }
}

/// The networks of IPv6 that one customer has, as a rule: the first 48 bits.
fn wide(network: &str) -> Option<String> {
    let mut parts = network.strip_suffix("::/64")?.split(':');
    Some(format!("{}:{}:{}::/48", parts.next()?, parts.next()?, parts.next()?))
}

/// Counts a code that may be a wrong one, of a student without an account: a network may try so many within an hour. Taken back
/// with [`right`].
pub async fn guess(app: &App, network: &str) -> Result<Attempt, AppError> {
    match attempt(app, &Claim { trial: Trial::StudentCode, account: "", network, is_known: false, device: None })
        .await?
    {
        Turn::Go(attempt) => Ok(attempt),
        Turn::Wait { seconds, .. } => Err(AppError::HeldBack(seconds)),
    }
}

/// Takes back what was counted of a right code; wrong ones before it stay.
pub async fn right(app: &App, attempt: Attempt) -> Result<(), DbErr> {
    for row in attempt.rows {
        database::run(&app.db, "DELETE FROM login_attempt WHERE id = $1", params![row]).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_too_many_doubles_the_wait_up_to_a_bound() {
        for (failures, seconds) in [(0, 0), (4, 0), (5, 30), (6, 60), (9, 480), (10, 900), (60, 900), (1000, 900)] {
            assert_eq!(OWN.pause(failures), seconds * 1000, "{failures}");
        }
        assert_eq!(ACCOUNT.pause(10_000), 60_000, "an owner elsewhere waits a minute at most");
        assert_eq!(wide("2001:db8:1:2::/64").as_deref(), Some("2001:db8:1::/48"));
        assert_eq!(wide("192.0.2.7"), None);
        assert_eq!(NETWORK.pause(10_000), 10_000, "a college behind one address waits some seconds at most");
    }

    #[test]
    fn an_address_of_ipv6_counts_by_its_network() {
        for (address, expected) in [
            ("192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
            ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::/64"),
            ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
            ("", ""),
        ] {
            assert_eq!(network(address), expected, "{address}");
        }
    }
}
