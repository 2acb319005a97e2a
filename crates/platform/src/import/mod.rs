//! The importer of tables, the one way by which rows of a file come in: a preview of everything, rows that are right or all, undone as
//! one step. Rooms have doors ([`crate::door`]); what a door's kind of table is, their columns say.

mod brought;
mod pages;
mod preview;
mod said;
mod schema;
mod store;
mod take;
mod view;
mod work;

use std::time::Duration;

use sea_orm::DbErr;
use sea_orm::prelude::async_trait::async_trait;

pub use pages::{receive, template};
pub use preview::Standing;
pub use store::IMPORT;

use crate::access::Access::SignedIn;
use crate::app::App;
use crate::error::AppError;
use crate::evidence::Db;
use crate::house::{Files, Job, Room};
use crate::route::{Route, get, post};
use crate::{database, params};

pub const ROOM: Room = Room {
    name: "import",
    routes,
    schema: schema::STEPS,
    tables: schema::TABLES,
    files: Some(&Brought),
    jobs: &[&Forgetting],
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    vec![
        get("/imports", SignedIn, pages::list),
        get("/imports/{id}", SignedIn, pages::one),
        get("/imports/{id}/noted.xlsx", SignedIn, pages::noted),
        post("/imports/{id}/options", SignedIn, pages::options),
        post("/imports/{id}/take", SignedIn, pages::take),
        post("/imports/{id}/undo", SignedIn, pages::undo),
    ]
}

/// The files of imports that may still be looked at.
struct Brought;

#[async_trait]
impl Files for Brought {
    async fn hashes(&self, db: &Db<'_>) -> Result<Vec<String>, DbErr> {
        database::values(db, "SELECT file_hash FROM table_import WHERE file_hash <> ''", params![]).await
    }
}

/// A file is kept so long, in milliseconds: it may hold what people would not have lie about.
const KEPT: i64 = 14 * 24 * 3_600_000;

/// Lets go of files that nobody looks at any more; what was taken stands, and who took it.
struct Forgetting;

#[async_trait]
impl Job for Forgetting {
    fn name(&self) -> &'static str {
        "imports"
    }

    fn every(&self) -> Duration {
        Duration::from_hours(6)
    }

    async fn run(&self, app: &App) -> Result<(), AppError> {
        let old = app.clock.millis() - KEPT;
        database::run(&app.db, "DELETE FROM table_import WHERE at < $1 AND state = 'read'", params![old]).await?;
        let sql = "UPDATE table_import SET file_hash = '' WHERE at < $1 AND file_hash <> '' AND state <> 'taking'";
        database::run(&app.db, sql, params![old]).await?;
        Ok(())
    }
}
