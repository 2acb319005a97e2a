//! What colleges say of their readiness, in the database.

use std::collections::{BTreeMap, HashMap};

use sea_orm::prelude::async_trait::async_trait;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use serde::Serialize;
use sheber_kernel::Day;
use sheber_norms::distance::Readiness;
use sheber_platform::actor::Actor;
use sheber_platform::change::Change;
use sheber_platform::database::{self, Conditions};
use sheber_platform::entry::{Entity, Entry};
use sheber_platform::evidence::Db;
use sheber_platform::house::Files;
use sheber_platform::{clock, params};

/// As the trail names it.
pub const READINESS: Entity = Entity("distance_readiness");

/// What a college says of a requirement.
#[derive(Clone, Debug, Serialize)]
pub struct AnswerForm {
    pub requirement: String,
    pub is_met: bool,
    pub evidence: String,
    /// The hash of the file, and its name.
    pub file_hash: Option<String>,
    pub file_name: Option<String>,
    /// The last day its evidence counts for.
    pub until: Option<Day>,
}

#[derive(Clone, Debug, FromQueryResult)]
pub struct Answer {
    pub college_id: i64,
    pub requirement: String,
    pub is_met: bool,
    pub evidence: String,
    pub file_hash: Option<String>,
    pub file_name: Option<String>,
    pub until: Option<Day>,
    pub said_on: Day,
    pub version: i64,
    /// Who said it.
    pub name: String,
}

impl Answer {
    fn form(&self) -> AnswerForm {
        AnswerForm {
            requirement: self.requirement.clone(),
            is_met: self.is_met,
            evidence: self.evidence.clone(),
            file_hash: self.file_hash.clone(),
            file_name: self.file_name.clone(),
            until: self.until,
        }
    }
}

/// What these colleges said.
pub async fn answers(db: &impl ConnectionTrait, colleges: &[i64]) -> Result<Vec<Answer>, DbErr> {
    if colleges.is_empty() {
        return Ok(Vec::new());
    }
    let mut conditions = Conditions::default();
    conditions.among("r.college_id", colleges);
    let sql = format!(
        "SELECT r.college_id, r.requirement, r.is_met, r.evidence, r.file_hash, r.file_name, r.until, r.said_on, r.version,
                a.name
         FROM distance_readiness r JOIN account a ON a.id = r.said_by{}",
        conditions.sql()
    );
    database::all(db, &sql, conditions.values).await
}

/// What the norm looks at, of each of these colleges.
pub async fn facts(
    db: &impl ConnectionTrait,
    colleges: &[i64],
) -> Result<HashMap<i64, BTreeMap<String, Readiness>>, DbErr> {
    let mut facts: HashMap<i64, BTreeMap<String, Readiness>> = HashMap::new();
    for answer in answers(db, colleges).await? {
        let readiness = Readiness { is_met: answer.is_met, until: answer.until.map(|day| day.0) };
        facts.entry(answer.college_id).or_default().insert(answer.requirement, readiness);
    }
    Ok(facts)
}

/// Writes what the own college says of a requirement over what was known before.
pub async fn write(change: &Change, actor: &Actor, old: Option<&Answer>, new: &AnswerForm) -> Result<(), DbErr> {
    database::run(
        change.db(),
        "INSERT INTO distance_readiness
         (college_id, requirement, is_met, evidence, file_hash, file_name, until, said_by, said_on, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1)
         ON CONFLICT (college_id, requirement) DO UPDATE SET is_met = excluded.is_met, evidence = excluded.evidence,
         file_hash = excluded.file_hash, file_name = excluded.file_name, until = excluded.until,
         said_by = excluded.said_by, said_on = excluded.said_on, version = distance_readiness.version + 1",
        params![
            actor.organisation_id,
            new.requirement.clone(),
            new.is_met,
            new.evidence.clone(),
            new.file_hash.clone(),
            new.file_name.clone(),
            new.until,
            actor.id,
            Day(clock::day(change.at()))
        ],
    )
    .await?;
    let mut entry = Entry::new("trail-readiness", READINESS, actor.organisation_id).after(serde_json::json!(new));
    if let Some(old) = old {
        entry = entry.before(serde_json::json!(old.form()));
    }
    change.record(entry).await
}

/// The files that stand for requirements.
pub struct Proofs;

#[async_trait]
impl Files for Proofs {
    async fn hashes(&self, db: &Db<'_>) -> Result<Vec<String>, DbErr> {
        let sql = "SELECT file_hash FROM distance_readiness WHERE file_hash IS NOT NULL";
        database::values(db, sql, params![]).await
    }
}
