//! Tournaments in the database.

use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use sheber_kernel::{AcademicYear, Day};
use sheber_norms::contests::{Pair, next_round};
use sheber_platform::actor::Actor;
use sheber_platform::change::Change;
use sheber_platform::columns::Json;
use sheber_platform::entry::{Entity, Entry};
use sheber_platform::error::AppError;
use sheber_platform::list::{Column, Order, Query};
use sheber_platform::{database, params, search};

/// As the trail names it.
pub const DEBATE: Entity = Entity("debate");

/// A tournament.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Debate {
    pub id: i64,
    pub college_id: i64,
    pub year: AcademicYear,
    pub topic: String,
    pub held_on: Day,
    pub teams: Json<Vec<String>>,
    pub rounds: Json<Vec<Vec<Pair>>>,
    /// The event that it is, once it has results.
    pub event_id: Option<i64>,
    pub version: i64,
}

const DEBATES: &str = "SELECT d.id, d.college_id, d.year, d.topic, d.held_on, d.teams, d.rounds, d.event_id, d.version";
const FROM: &str = "FROM debate d";

pub async fn find(db: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<Debate, AppError> {
    let mut conditions = actor.scope().colleges("d.college_id");
    conditions.and("d.id = ?", params![id]);
    let sql = format!("{DEBATES} {FROM}{}", conditions.sql());
    database::one(db, &sql, conditions.values).await?.ok_or(AppError::NotFound)
}

/// The tournaments of a year, the latest first.
pub fn list(actor: &Actor, year: AcademicYear, query: &str) -> Query<'static> {
    const LATEST: Order = Order::down(&[Column::Text("d.held_on"), Column::Number("d.id")]);
    let mut conditions = actor.scope().colleges("d.college_id");
    conditions.and("d.year = ?", params![year]).search("d.search_name", query);
    Query { select: DEBATES.into(), from: FROM, conditions, order: LATEST }
}

/// A tournament with its first round drawn.
pub async fn insert(change: &Change, college: i64, topic: &str, held_on: Day, teams: &[String]) -> Result<i64, DbErr> {
    let year = AcademicYear::of(held_on.0);
    let id = database::number(
        change.db(),
        "INSERT INTO debate (college_id, year, topic, search_name, held_on, teams, rounds, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 1) RETURNING id",
        params![
            college,
            year,
            topic,
            search::indexed(topic),
            held_on,
            Json(teams.to_vec()),
            Json(vec![next_round(teams.len(), &[])])
        ],
    )
    .await?;
    let after = serde_json::json!({ "topic": topic, "teams": teams });
    change.record(Entry::new("trail-debate", DEBATE, id).after(after).of(college, year)).await?;
    Ok(id)
}

/// Writes the rounds over the version that was read, with the event that the tournament is.
pub async fn update(
    change: &Change,
    debate: &Debate,
    rounds: Vec<Vec<Pair>>,
    event: Option<i64>,
) -> Result<(), AppError> {
    let after = serde_json::json!({ "rounds": rounds });
    let sql = "UPDATE debate SET rounds = $3, event_id = $4, version = version + 1 WHERE id = $1 AND version = $2";
    if database::run(change.db(), sql, params![debate.id, debate.version, Json(rounds), event]).await? == 0 {
        return Err(AppError::conflict());
    }
    let entry = Entry::new("trail-debate-changed", DEBATE, debate.id).after(after);
    Ok(change.record(entry.of(debate.college_id, debate.year)).await?)
}
