//! Photos of events.

use sea_orm::prelude::async_trait::async_trait;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use sheber_platform::actor::Actor;
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::evidence::Db;
use sheber_platform::forms::File;
use sheber_platform::house::Files;
use sheber_platform::{database, params, photo};

use super::store::{Event, entry};

/// So many photos an event has at most.
pub const MANY: usize = 20;

/// A photo as it is kept: the hashes of the picture and of the small one.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Photo {
    pub id: i64,
    pub hash: String,
    pub small: String,
}

pub async fn of_event(db: &impl ConnectionTrait, event: i64) -> Result<Vec<Photo>, DbErr> {
    let sql = "SELECT id, hash, small FROM event_photo WHERE event_id = $1 AND removed = FALSE ORDER BY id";
    database::all(db, sql, params![event]).await
}

/// A photo that could not be kept: its name, and the key of a message that says why.
pub type Failure = (String, &'static str);

/// What people read of photos that could not be kept: which, and why.
pub fn described(context: &Context, failures: &[Failure]) -> String {
    let line = |(name, key): &Failure| format!("{name}: {}", context.t(key));
    failures.iter().map(line).collect::<Vec<_>>().join(" ")
}

/// Keeps photos of an event; gives those that could not be kept.
pub async fn keep(app: &App, actor: &Actor, event: &Event, sent: Vec<File>) -> Result<Vec<Failure>, AppError> {
    let mut failures = Vec::new();
    for file in sent {
        let name: String = file.name.chars().filter(|letter| !letter.is_control()).take(80).collect();
        let (picture, small) = match photo::keep(app, actor.organisation_id, file.bytes).await? {
            Ok(kept) => kept,
            Err(key) => {
                failures.push((name, key));
                continue;
            }
        };
        let change = Change::begin(app, Some(actor)).await?;
        let known = of_event(change.db(), event.id).await?;
        if known.iter().any(|photo| photo.hash == picture) {
            continue;
        }
        if known.len() >= MANY {
            failures.push((name, "photo-many"));
            break;
        }
        let sql = "INSERT INTO event_photo (event_id, hash, small, added_by, removed) VALUES ($1, $2, $3, $4, FALSE)";
        database::run(change.db(), sql, params![event.id, picture.clone(), small, actor.id]).await?;
        let after = serde_json::json!({ "photo": picture });
        change.record(entry("trail-event-photo", event).after(after)).await?;
        change.commit().await?;
    }
    Ok(failures)
}

/// The pictures of all events.
pub struct Photos;

#[async_trait]
impl Files for Photos {
    async fn hashes(&self, db: &Db<'_>) -> Result<Vec<String>, DbErr> {
        let sql = "SELECT hash FROM event_photo UNION SELECT small FROM event_photo";
        database::values(db, sql, params![]).await
    }
}
