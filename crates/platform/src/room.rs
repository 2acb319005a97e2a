//! The platform as a room: its own tables, what time does to them, what a watcher sees.

use std::collections::HashSet;
use std::time::Duration;

use sea_orm::prelude::async_trait::async_trait;

use crate::app::App;
use crate::error::AppError;
use crate::evidence::Db;
use crate::heads::Heralds;
use crate::house::{Gauge, House, Job, Room};
use crate::outbox::Outbox;
use crate::params;
use crate::{attempts, database, files, once, outbox, tables};

/// Takes away what has expired: sessions, answers that nobody asks for again.
struct Sweep;

#[async_trait]
impl Job for Sweep {
    fn name(&self) -> &'static str {
        "sweep"
    }

    fn every(&self) -> Duration {
        Duration::from_mins(30)
    }

    async fn run(&self, app: &App) -> Result<(), AppError> {
        let now = app.clock.millis();
        database::run(&app.db, "DELETE FROM session WHERE expires_at < $1", params![now]).await?;
        attempts::sweep(app).await?;
        outbox::sweep(app).await?;
        Ok(once::sweep(app).await?)
    }
}

/// Takes away files that no row names: of forms that were not taken, of rows that went.
struct FileSweep;

#[async_trait]
impl Job for FileSweep {
    fn name(&self) -> &'static str {
        "file sweep"
    }

    fn every(&self) -> Duration {
        Duration::from_hours(24)
    }

    fn first(&self) -> Duration {
        Duration::from_mins(10)
    }

    async fn run(&self, app: &App) -> Result<(), AppError> {
        let mut named = HashSet::new();
        for files in House::of(app).rooms().filter_map(|room| room.files) {
            named.extend(files.hashes(&Db::from(&app.db)).await?);
        }
        let folder = app.config.files();
        let swept = tokio::task::spawn_blocking(move || files::sweep(&folder, |hash| named.contains(hash))).await;
        let swept = swept.map_err(|error| AppError::Internal(error.to_string()))?;
        for hash in swept.map_err(|error| AppError::Storage(error.to_string()))? {
            database::run(&app.db, "DELETE FROM file_share WHERE hash = $1", params![hash]).await?;
        }
        Ok(())
    }
}

pub const ROOM: Room = Room {
    name: "platform",
    schema: tables::STEPS,
    tables: tables::TABLES,
    transient: &["session", "login_attempt"],
    jobs: &[&Outbox, &Sweep, &FileSweep, &Heralds],
    gauges: &[
        Gauge {
            name: "sheber_outbox_waiting",
            about: "Letters that were not sent yet",
            sql: "SELECT COUNT(*) FROM outbox WHERE done_at IS NULL",
        },
        Gauge {
            name: "sheber_outbox_oldest_seconds",
            about: "How long the oldest of them waits",
            sql: "SELECT CAST((CAST($1 AS BIGINT) - COALESCE(MIN(at), CAST($1 AS BIGINT))) / 1000 AS BIGINT)
                  FROM outbox WHERE done_at IS NULL",
        },
        Gauge {
            name: "sheber_audit_records",
            about: "Records of the audit trail",
            sql: "SELECT CAST(COALESCE(MAX(id), 0) AS BIGINT) FROM audit",
        },
    ],
    ..Room::EMPTY
};
