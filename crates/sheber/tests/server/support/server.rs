//! The server of a test.

use std::path::Path;
use std::sync::Arc;

use reqwest::Client;
use sheber_app::{App, Clock, Config};
use sheber_platform::house::{House, Room};
use sheber_platform::trail::{self, Verdict};
use sheber_platform::{database, jobs, params};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::prelude::*;

use super::drawn::Drawn;
use super::person::{Person, Program};
use super::template::{Kind, copied, copied_with_work, drop_database};

pub struct Server {
    pub app: App,
    pub base: String,
    folder: Arc<TempDir>,
}

async fn listen() -> (TcpListener, String) {
    // Under every address of this machine: each window of a browser comes by one of its own.
    let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
    let base = format!("http://127.0.0.1:{}", listener.local_addr().unwrap().port());
    (listener, base)
}

impl Server {
    /// A server with the demo; what time alone does is not done.
    pub async fn start(kind: Kind) -> Self {
        Self::start_with(kind, |_| {}).await
    }

    /// A server with other settings.
    pub async fn start_with(kind: Kind, set: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config {
            database: copied(kind, folder.path()).await,
            api_pace: 1_000_000,
            webhooks_anywhere: true,
            keys: Some(folder.path().join("keys")),
            files: Some(folder.path().join("files")),
            ..Config::default()
        };
        set(&mut config);
        Self::on(config, folder).await
    }

    /// A server on SQLite whose colleges have worked for a year.
    pub async fn with_work() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config {
            database: copied_with_work(folder.path()).await,
            keys: Some(folder.path().join("keys")),
            files: Some(folder.path().join("files")),
            ..Config::default()
        };
        Self::on(config, folder).await
    }

    /// A server of these rooms.
    pub async fn of_rooms(kind: Kind, rooms: &[&'static Room]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config {
            database: copied(kind, folder.path()).await,
            keys: Some(folder.path().join("keys")),
            files: Some(folder.path().join("files")),
            ..Config::default()
        };
        Self::house(House::new(rooms), config, folder).await
    }

    /// A server on what is there already.
    pub async fn on(config: Config, folder: TempDir) -> Self {
        Self::house(sheber_app::house(), config, folder).await
    }

    async fn house(house: House, config: Config, folder: TempDir) -> Self {
        let log = tracing_subscriber::fmt::layer().with_test_writer().with_filter(LevelFilter::ERROR);
        // Of what libraries trace nothing is even put together.
        let drawn = Drawn.with_filter(Targets::new().with_target("template", LevelFilter::TRACE));
        let _ = tracing_subscriber::registry().with(log).with(drawn).try_init();
        let (listener, base) = listen().await;
        let config = Config { base_url: base.clone(), demo: true, ..config };
        let app = sheber_app::open_house(house, config, Clock::default()).await.unwrap();
        // A house of few rooms makes none by itself.
        sheber_platform::keys::Keys::make(&app.config.keys()).unwrap();
        House::warm(&app).await.unwrap();
        let (router, patience) = (sheber_app::router(&app), app.config.patience);
        let serve = sheber_app::serve_connections(listener, router, patience, std::future::pending());
        tokio::spawn(serve);
        Self { app, base, folder: Arc::new(folder) }
    }

    /// The same server with other settings, for what is asked of it by hand.
    pub fn with(&self, config: Config) -> App {
        let app = App::new(self.app.db.clone(), config, Arc::clone(&self.app.clock));
        sheber_app::house().given_to(app)
    }

    /// Lets the jobs of the clock run until they are dropped.
    pub fn jobs(&self) -> JoinSet<()> {
        jobs::start(&self.app)
    }

    /// What a test ends with, whoever has the server by then: what reactions keep is what the records say.
    pub fn ended(&self) -> impl Future<Output = ()> + use<> {
        let (config, clock) = ((*self.app.config).clone(), Arc::clone(&self.app.clock));
        let folder = Arc::clone(&self.folder);
        async move {
            let db = database::connect(&config.database).await.unwrap();
            let app = sheber_app::house().given_to(App::new(db.clone(), config.clone(), clock));
            let wrong = House::recount(&app).await.unwrap();
            assert!(wrong.is_empty(), "what is kept is not what is recorded: {wrong:#?}");
            db.close().await.unwrap();
            drop_database(&config.database).await;
            drop(folder);
        }
    }

    /// What the server keeps beside its database.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Somebody who is not signed in.
    pub fn visitor(&self) -> Person {
        Person::at_server(&self.base)
    }

    /// Somebody of the demo, signed in.
    pub async fn person(&self, local: &str) -> Person {
        let person = self.visitor();
        person.session(local).await;
        person
    }

    /// A program that acts for somebody of the demo, with a token for everything.
    pub async fn program(&self, local: &str) -> Program {
        let person = self.person(local).await;
        let fields = [
            ("name", "тест"),
            ("days", "30"),
            ("password", sheber_demo::PASSWORD),
            ("scope", "programmes"),
            ("scope", "register"),
            ("scope", "webhooks"),
        ];
        let page = person.post("/account/tokens", &fields).await.text().await.unwrap();
        let token = page.split("id=\"once\">").nth(1).expect("a token").split('<').next().unwrap().to_owned();
        Program { http: Client::builder().no_proxy().build().unwrap(), base: self.base.clone(), token }
    }

    pub async fn number(&self, sql: &str) -> i64 {
        database::number(&self.app.db, sql, params![]).await.unwrap()
    }

    pub async fn text(&self, sql: &str) -> String {
        database::value::<String>(&self.app.db, sql, params![]).await.unwrap().expect("a row")
    }

    pub async fn texts(&self, sql: &str) -> Vec<String> {
        database::values::<String>(&self.app.db, sql, params![]).await.unwrap()
    }

    /// The audit trail holds; gives the hash of its last record.
    pub async fn trail_holds(&self) -> String {
        match trail::verify(&self.app.db).await.unwrap() {
            Verdict::Holds { head, .. } => head,
            Verdict::Broken(record) => panic!("the trail is broken at record {record}"),
        }
    }
}
