//! What a running server consists of.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use sea_orm::DatabaseConnection;

use super::clock::Clock;

/// Settings of a server, from flags, environment or file.
#[derive(Clone, Debug)]
pub struct Config {
    pub listen: SocketAddr,
    pub database: String,
    /// The address people reach the server under, for links in mail; no slash at the end.
    pub base_url: String,
    /// Cookies only over HTTPS.
    pub secure_cookies: bool,
    /// `smtp://…` or `smtps://…`; without it mail waits in the outbox.
    pub smtp: Option<String>,
    pub mail_from: String,
    /// Shows the demo accounts and the components page.
    pub demo: bool,
    /// Behind a proxy that sets `X-Forwarded-For`: the client's address is its last entry.
    pub proxy: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            database: "sqlite://sheber.db".to_owned(),
            base_url: "http://127.0.0.1:8080".to_owned(),
            secure_cookies: false,
            smtp: None,
            mail_from: "sheber@localhost".to_owned(),
            demo: false,
            proxy: false,
        }
    }
}

/// Shared by every request.
#[derive(Clone)]
pub struct App {
    pub db: DatabaseConnection,
    pub config: Arc<Config>,
    pub clock: Arc<Clock>,
    /// Totals of lists.
    pub totals: Kept<i64>,
    /// Keys of a list's page, in order.
    pub pages: Kept<Vec<i64>>,
    turns: Arc<[tokio::sync::Mutex<()>; 64]>,
}

impl App {
    pub fn new(db: DatabaseConnection, config: Config, clock: Arc<Clock>) -> Self {
        Self {
            db,
            config: Arc::new(config),
            clock,
            totals: Kept::default(),
            pages: Kept::default(),
            turns: Arc::new([const { tokio::sync::Mutex::const_new(()) }; 64]),
        }
    }
}

impl App {
    /// Taken while the answer under a key is worked out, so that many who ask the same at once make one query.
    pub fn turn(&self, key: &str) -> &tokio::sync::Mutex<()> {
        let mut hash = std::hash::DefaultHasher::new();
        key.hash(&mut hash);
        let place = usize::try_from(hash.finish() % 64).unwrap_or_default();
        &self.turns[place]
    }
}

/// How long the old answer is given while one works out a new one, in milliseconds.
const REFRESH: i64 = 5_000;

/// Answers over many colleges, kept for a moment: working the country out anew on every page would cost more than the page.
#[derive(Clone)]
pub struct Kept<T>(Arc<Mutex<HashMap<String, (T, i64)>>>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T: Clone> Kept<T> {
    /// What is kept under a key, if it is still good. Of those who find it just run out, the first is sent to work it out
    /// anew; the others get the old answer meanwhile.
    pub fn get(&self, key: &str, now: i64) -> Option<T> {
        let mut kept = self.0.lock().ok()?;
        let (answer, until) = kept.get_mut(key)?;
        if *until > now {
            return Some(answer.clone());
        }
        *until = now + REFRESH;
        None
    }

    /// What somebody else has worked out anew while one waited for the turn.
    pub fn renewed(&self, key: &str, now: i64) -> Option<T> {
        let kept = self.0.lock().ok()?;
        kept.get(key).filter(|(_, until)| *until > now + REFRESH).map(|(answer, _)| answer.clone())
    }

    pub fn keep(&self, key: String, answer: T, until: i64) {
        let Ok(mut kept) = self.0.lock() else { return };
        if kept.len() > 10_000 {
            kept.clear();
        }
        kept.insert(key, (answer, until));
    }
}
