//! Who read what is for few: reasons for support, answers with names. Once a day each, so that it can be asked afterwards.

use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use sheber_kernel::Day;

use super::actor::Actor;
use super::app::App;
use super::entry::Entity;
use super::error::AppError;
use super::{clock, database};
use crate::params;

/// Notes that somebody reads a record now.
///
/// # Errors
/// Where it cannot be noted: then it is not shown either.
pub async fn note(app: &App, actor: &Actor, entity: Entity, id: i64) -> Result<(), AppError> {
    let now = app.clock.millis();
    let today = Day(clock::day(now));
    let known = "SELECT COUNT(*) FROM reading WHERE entity = $1 AND entity_id = $2 AND account_id = $3 AND on_day = $4";
    if database::number(&app.db, known, params![entity.0, id, actor.id, today]).await? == 0 {
        let sql = "INSERT INTO reading (account_id, entity, entity_id, on_day, at) VALUES ($1, $2, $3, $4, $5)
                   ON CONFLICT (entity, entity_id, account_id, on_day) DO NOTHING";
        database::run(&app.db, sql, params![actor.id, entity.0, id, today, now]).await?;
    }
    Ok(())
}

/// Somebody who read a record, and when first on a day.
#[derive(Debug, FromQueryResult)]
pub struct Reading {
    pub name: String,
    pub at: i64,
}

impl Reading {
    pub fn when(&self) -> String {
        clock::local(self.at)
    }
}

/// Who read a record, the last first.
pub async fn of(db: &impl ConnectionTrait, entity: Entity, id: i64, most: i64) -> Result<Vec<Reading>, DbErr> {
    let sql = "SELECT a.name, r.at FROM reading r JOIN account a ON a.id = r.account_id
               WHERE r.entity = $1 AND r.entity_id = $2 ORDER BY r.at DESC LIMIT $3";
    database::all(db, sql, params![entity.0, id, most]).await
}
