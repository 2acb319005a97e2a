//! Webhooks: addresses of programs that hear of what their people may see, told in the transaction in which it happens.

pub mod address;
mod delivery;
mod listeners;
mod schema;
mod sealing;
pub mod signature;
pub mod store;

use sheber_platform::house::{Gauge, Room};

pub const ROOM: Room = Room {
    name: "hooks",
    schema: schema::STEPS,
    tables: schema::TABLES,
    jobs: &[&delivery::Messages, &delivery::Sweep],
    gauges: &[
        Gauge {
            name: "sheber_webhooks_waiting",
            about: "Messages of webhooks that were not taken yet",
            sql: "SELECT COUNT(*) FROM webhook_message WHERE done_at IS NULL",
        },
        Gauge {
            name: "sheber_webhooks_oldest_seconds",
            about: "How long the oldest of them waits",
            sql: "SELECT CAST((CAST($1 AS BIGINT) - COALESCE(MIN(at), CAST($1 AS BIGINT))) / 1000 AS BIGINT)
                  FROM webhook_message WHERE done_at IS NULL",
        },
    ],
    warms: &[&sealing::Sealing],
    reacts: Some(&listeners::Listeners),
    ..Room::EMPTY
};
