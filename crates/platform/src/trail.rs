//! The audit trail: append-only, and each record carries the hash of the one before, so that a record changed or taken out later
//! breaks the chain (`sheber audit verify`). It is evidence; nothing else is read from it but whether something was written of again.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, FromQueryResult};
use serde_json::{Map, Value};

use super::columns::Json;
use super::entry::Entity;
use super::{database, secret};
use crate::params;

#[derive(Debug, FromQueryResult)]
pub struct Record {
    pub id: i64,
    pub at: i64,
    pub actor_id: Option<i64>,
    pub what: String,
    pub entity: String,
    pub entity_id: i64,
    pub before: Option<String>,
    pub after: Option<String>,
    pub prior_hash: String,
    pub hash: String,
}

impl Record {
    fn row(self) -> Vec<(&'static str, sea_orm::Value)> {
        vec![
            ("at", self.at.into()),
            ("actor_id", self.actor_id.into()),
            ("what", self.what.into()),
            ("entity", self.entity.into()),
            ("entity_id", self.entity_id.into()),
            ("before", self.before.into()),
            ("after", self.after.into()),
            ("prior_hash", self.prior_hash.into()),
            ("hash", self.hash.into()),
        ]
    }

    fn digest(&self) -> String {
        let fields = serde_json::json!([
            self.prior_hash,
            self.at,
            self.actor_id,
            self.what,
            self.entity,
            self.entity_id,
            self.before,
            self.after
        ]);
        secret::sha256(&fields.to_string())
    }
}

/// A record to be written.
pub(super) struct NewRecord {
    pub at: i64,
    pub actor: Option<i64>,
    pub what: &'static str,
    pub entity: Entity,
    pub id: i64,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// Writes records behind the last one, in their order; changes come one after another.
pub(super) async fn write(db: &impl ConnectionTrait, records: Vec<NewRecord>) -> Result<(), DbErr> {
    let prior = database::value::<String>(db, "SELECT hash FROM audit ORDER BY id DESC LIMIT 1", params![]).await?;
    let mut prior = prior.unwrap_or_default();
    let mut rows = Vec::with_capacity(records.len());
    for written in records {
        let mut record = Record {
            id: 0,
            at: written.at,
            actor_id: written.actor,
            what: written.what.to_owned(),
            entity: written.entity.0.to_owned(),
            entity_id: written.id,
            before: written.before,
            after: written.after,
            prior_hash: prior.clone(),
            hash: String::new(),
        };
        record.hash = record.digest();
        prior.clone_from(&record.hash);
        rows.push(record.row());
    }
    database::write_all(db, "audit", rows).await
}

/// How a walk along the trail ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// So many records, each following from the one before; the hash of the last, to be written down elsewhere: records cut
    /// off at the end are seen only by comparing with it.
    Holds { records: u64, head: String },
    /// The record that does not follow from the one before it.
    Broken(i64),
}

/// Walks the whole chain.
pub async fn verify(db: &impl ConnectionTrait) -> Result<Verdict, DbErr> {
    let mut head = String::new();
    let mut last = 0;
    let mut held = 0;
    loop {
        let records: Vec<Record> =
            database::all(db, "SELECT * FROM audit WHERE id > $1 ORDER BY id LIMIT 1000", params![last]).await?;
        if records.is_empty() {
            return Ok(Verdict::Holds { records: held, head });
        }
        for record in records {
            if record.prior_hash != head || record.digest() != record.hash {
                return Ok(Verdict::Broken(record.id));
            }
            last = record.id;
            head = record.hash;
            held += 1;
        }
    }
}

/// A line of a record's history.
#[derive(Debug, FromQueryResult)]
pub struct Line {
    pub at: i64,
    pub what: String,
    pub name: Option<String>,
    pub before: Option<Json<Map<String, Value>>>,
    pub after: Option<Json<Map<String, Value>>>,
}

impl Line {
    pub fn when(&self) -> String {
        super::clock::local(self.at)
    }

    pub fn who(&self) -> &str {
        self.name.as_deref().unwrap_or("–")
    }

    /// The fields that differ, as `name: before → after`.
    pub fn changes(&self) -> Vec<String> {
        let shown = |value: Option<&Value>| match value {
            None | Some(Value::Null) => "–".to_owned(),
            Some(Value::String(text)) => text.chars().take(120).collect(),
            Some(other) => other.to_string().chars().take(120).collect(),
        };
        let none = Map::new();
        let (before, after) =
            [&self.before, &self.after].map(|side| side.as_ref().map_or(&none, |side| &side.0)).into();
        after
            .iter()
            .filter(|(name, value)| before.get(*name) != Some(value) && !value.is_null())
            .map(|(name, value)| match before.get(name) {
                None => format!("{name}: {}", shown(Some(value))),
                old => format!("{name}: {} → {}", shown(old), shown(Some(value))),
            })
            .collect()
    }
}

/// The last record of all; 0 where there is none.
pub async fn last(db: &impl ConnectionTrait) -> Result<i64, DbErr> {
    database::number(db, "SELECT COALESCE(MAX(id), 0) FROM audit", params![]).await
}

/// Of everything of a kind that was written of after a record: the last record of each, by its key.
pub async fn since(db: &impl ConnectionTrait, entity: Entity, after: i64) -> Result<HashMap<i64, i64>, DbErr> {
    #[derive(FromQueryResult)]
    struct Last {
        entity_id: i64,
        record: i64,
    }
    let sql = "SELECT entity_id, MAX(id) AS record FROM audit WHERE entity = $1 AND id > $2 GROUP BY entity_id";
    let last: Vec<Last> = database::all(db, sql, params![entity.0, after]).await?;
    Ok(last.into_iter().map(|one| (one.entity_id, one.record)).collect())
}

/// The condition that something was written of again after a record, in SQL over another room's columns.
pub fn later(entity: &str, id: &str, record: &str) -> String {
    format!("EXISTS (SELECT 1 FROM audit a WHERE a.entity = {entity} AND a.entity_id = {id} AND a.id > {record})")
}

/// The history of a record, newest first.
pub async fn history(db: &DatabaseConnection, entity: Entity, id: i64, most: i64) -> Result<Vec<Line>, DbErr> {
    database::all(
        db,
        "SELECT t.at, t.what, a.name, t.before, t.after FROM audit t LEFT JOIN account a ON a.id = t.actor_id
         WHERE t.entity = $1 AND t.entity_id = $2 ORDER BY t.id DESC LIMIT $3",
        params![entity.0, id, most],
    )
    .await
}
