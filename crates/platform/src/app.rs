//! What a running server consists of.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::http::Extensions;
use sea_orm::DatabaseConnection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::clock::{Clock, Zone};

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
    /// Where the keys that certificates are signed with lie; beside an SQLite database where nothing is said.
    pub keys: Option<PathBuf>,
    /// The folder of what people hand in; beside an SQLite database where nothing is said.
    pub files: Option<PathBuf>,
    /// The most that one organisation may keep there, in bytes.
    pub files_share: i64,
    /// Where clamd listens, `host:port`: files are shown to it before they are kept.
    pub scanner: Option<String>,
    /// Behind a proxy that sets `X-Forwarded-For`: the client's address is its last entry.
    pub proxy: bool,
    /// Who has it may read the measurements at `/metrics`; nobody where there is none.
    pub metrics_token: Option<String>,
    /// The head of a request has to come within this time, and the first of its body.
    pub patience: Duration,
    /// How many requests a minute a token may make of the API, and an address that has none.
    pub api_pace: u32,
    /// Whose clocks it shows.
    pub zone: Zone,
    /// Lets webhooks go to plain HTTP and to addresses inside the own network.
    pub webhooks_anywhere: bool,
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
            keys: None,
            files: None,
            files_share: 10 * 1024 * 1024 * 1024,
            scanner: None,
            proxy: false,
            metrics_token: None,
            patience: Duration::from_secs(20),
            api_pace: 600,
            zone: Zone::default(),
            webhooks_anywhere: false,
        }
    }
}

impl Config {
    /// The name in the address that people reach the server under.
    pub fn host(&self) -> &str {
        let rest = self.base_url.split_once("://").map_or(self.base_url.as_str(), |(_, rest)| rest);
        rest.split(['/', ':']).next().unwrap_or_default()
    }

    /// A path beside an SQLite database, else in the working directory.
    fn beside(&self, kind: &str) -> PathBuf {
        let database = self.database.strip_prefix("sqlite://").unwrap_or("sheber");
        let database = database.split('?').next().unwrap_or(database);
        PathBuf::from(format!("{database}.{kind}"))
    }

    /// The file of the signing keys.
    pub fn keys(&self) -> PathBuf {
        self.keys.clone().unwrap_or_else(|| self.beside("keys"))
    }

    /// The folder of what people hand in.
    pub fn files(&self) -> PathBuf {
        self.files.clone().unwrap_or_else(|| self.beside("files"))
    }
}

/// One library of cryptography for all that speaks TLS: who chose before has chosen the same.
pub fn choose_cryptography() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Shared by every request.
#[derive(Clone)]
pub struct App {
    pub db: DatabaseConnection,
    pub config: Arc<Config>,
    pub clock: Arc<Clock>,
    memory: Arc<Mutex<Extensions>>,
    given: Arc<Extensions>,
    writers: Arc<Semaphore>,
}

/// So many write at once to PostgreSQL; the rest wait here in turn and hold no connection meanwhile.
const WRITERS: usize = 4;

impl App {
    pub fn new(db: DatabaseConnection, config: Config, clock: Arc<Clock>) -> Self {
        choose_cryptography();
        // SQLite has one writer, and lets chance decide whose turn it is.
        let writers = if super::database::is_sqlite(&db) { 1 } else { WRITERS };
        Self {
            db,
            config: Arc::new(config),
            clock,
            memory: Arc::default(),
            given: Arc::default(),
            writers: Arc::new(Semaphore::new(writers)),
        }
    }

    /// The app with something that it is given once, before it serves: the rooms of the house.
    #[must_use]
    pub fn with<T: Clone + Send + Sync + 'static>(mut self, given: T) -> Self {
        let mut all = Extensions::clone(&self.given);
        all.insert(given);
        self.given = Arc::new(all);
        self
    }

    /// What the app was given.
    pub fn given<T: Clone + Send + Sync + 'static>(&self) -> Option<T> {
        self.given.get::<T>().cloned()
    }

    /// The turn to write, given up when dropped: who asked first writes first.
    pub async fn turn_to_write(&self) -> Option<OwnedSemaphorePermit> {
        self.writers.clone().acquire_owned().await.ok()
    }

    /// What a room keeps in memory between requests, one of each type, made when first asked for.
    pub fn memory<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        memory.get_or_insert_default::<Arc<T>>().clone()
    }
}

#[cfg(test)]
mod tests {
    use super::Config;

    #[test]
    fn a_server_is_named_by_its_address() {
        for (base, name) in [("https://sheber.kz", "sheber.kz"), ("http://127.0.0.1:8080/x", "127.0.0.1")] {
            assert_eq!(Config { base_url: base.to_owned(), ..Config::default() }.host(), name);
        }
    }
}
