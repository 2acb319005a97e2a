//! Databases for tests: with the demo, made once for each kind of database and copied for each test; or empty.

use std::path::Path;

use sea_orm::{ConnectionTrait, Database};
use sheber_app::{Clock, Config};
use tokio::sync::OnceCell;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// Fills an empty database with the starting lists and the demo country.
async fn fill(database: String, keys: &Path) {
    let config = Config { database, demo: true, keys: Some(keys.to_owned()), ..Config::default() };
    let app = sheber_app::open(config, Clock::default()).await.unwrap();
    sheber_demo::starting_lists(&app).await.unwrap();
    sheber_demo::settle(&app).await.unwrap();
    app.db.close().await.unwrap();
}

/// The file of SQLite with the demo in it.
async fn file() -> &'static [u8] {
    static FILE: OnceCell<Vec<u8>> = OnceCell::const_new();
    FILE.get_or_init(|| async {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("demo.db");
        fill(format!("sqlite://{}", path.display()), &folder.path().join("keys")).await;
        std::fs::read(path).unwrap()
    })
    .await
}

/// The same with a year's work of the colleges.
async fn file_with_work() -> &'static [u8] {
    static FILE: OnceCell<Vec<u8>> = OnceCell::const_new();
    FILE.get_or_init(|| async {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("demo.db");
        std::fs::write(&path, file().await).unwrap();
        let (database, keys) = (format!("sqlite://{}", path.display()), Some(folder.path().join("keys")));
        let app = sheber_app::open(Config { database, demo: true, keys, ..Config::default() }, Clock::default()).await;
        let app = app.unwrap();
        sheber_demo::education(&app, 1).await.unwrap();
        app.db.close().await.unwrap();
        std::fs::read(path).unwrap()
    })
    .await
}

/// A database of SQLite with the demo and a year's work for one test.
pub async fn copied_with_work(folder: &Path) -> String {
    let path = folder.join("test.db");
    std::fs::write(&path, file_with_work().await).unwrap();
    format!("sqlite://{}", path.display())
}

fn postgres() -> String {
    std::env::var("SHEBER_TEST_POSTGRES").expect("./test starts PostgreSQL and sets SHEBER_TEST_POSTGRES")
}

/// A statement to the server of PostgreSQL.
async fn say(sql: &str) {
    let db = Box::pin(Database::connect(postgres())).await.expect("PostgreSQL of ./test");
    db.execute_unprepared(sql).await.unwrap();
    db.close().await.unwrap();
}

fn named(name: &str) -> String {
    format!("{}/{name}", postgres().rsplit_once('/').unwrap().0)
}

fn new_name() -> String {
    format!("t{}", &sheber_platform::secret::token()[..16])
}

/// The database of PostgreSQL with the demo in it.
async fn template() -> &'static str {
    static NAME: OnceCell<String> = OnceCell::const_new();
    NAME.get_or_init(|| async {
        let name = new_name();
        say(&format!("CREATE DATABASE {name}")).await;
        let folder = tempfile::tempdir().unwrap();
        fill(named(&name), &folder.path().join("keys")).await;
        name
    })
    .await
}

/// A database with the demo for one test.
pub async fn copied(kind: Kind, folder: &Path) -> String {
    match kind {
        Kind::Sqlite => {
            let path = folder.join("test.db");
            std::fs::write(&path, file().await).unwrap();
            format!("sqlite://{}", path.display())
        }
        Kind::Postgres => {
            let name = new_name();
            // Files are copied, since nothing here has to outlive the machine's power.
            say(&format!("CREATE DATABASE {name} TEMPLATE {} STRATEGY FILE_COPY", template().await)).await;
            named(&name)
        }
    }
}

/// An empty database for one test.
pub async fn fresh(kind: Kind, folder: &Path) -> String {
    match kind {
        Kind::Sqlite => format!("sqlite://{}/test.db", folder.display()),
        Kind::Postgres => {
            let name = new_name();
            say(&format!("CREATE DATABASE {name}")).await;
            named(&name)
        }
    }
}

/// A database of its own for each test would fill the disk of a small machine.
pub async fn drop_database(url: &str) {
    if let Some((_, name)) = url.strip_prefix("postgres").and_then(|rest| rest.rsplit_once('/')) {
        say(&format!("DROP DATABASE {name} WITH (FORCE)")).await;
    }
}
