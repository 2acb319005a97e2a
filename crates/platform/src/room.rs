//! The platform as a room: its own tables, what time does to them, what a watcher sees.

use std::time::Duration;

use sea_orm::prelude::async_trait::async_trait;

use crate::app::App;
use crate::error::AppError;
use crate::house::{Gauge, Job, Room};
use crate::outbox::Outbox;
use crate::params;
use crate::{database, once, tables};

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
        Ok(once::sweep(app).await?)
    }
}

pub const ROOM: Room = Room {
    name: "platform",
    schema: tables::STEPS,
    tables: tables::TABLES,
    transient: &["session", "login_attempt"],
    jobs: &[&Outbox, &Sweep],
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
