//! What a backup says of itself.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DbErr};
use serde::{Deserialize, Serialize};
use sheber_platform::trail::{self, Verdict};
use sheber_programmes::programmes::store as programmes;

/// The format of the file; another one is refused.
pub const FORMAT: &str = "sheber.backup/3";

/// What is signed of a manifest.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestHash {
    /// Its SHA-256.
    pub manifest: String,
}

/// What a value of a column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Integer,
    Boolean,
    Bytes,
    Text,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    pub name: String,
    pub kind: Kind,
}

/// A table in the backup: one line of JSON for each row, values in the order of the columns.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Table {
    pub name: String,
    pub columns: Vec<Column>,
    pub rows: u64,
    /// The last key that was given out, where the database numbers the rows.
    pub last_key: Option<i64>,
}

/// What the file says of itself.
#[derive(Debug, Serialize, Deserialize)]
pub struct Manifest {
    pub format: String,
    pub version: String,
    /// When it was taken, RFC 3339 in UTC.
    pub taken_at: String,
    /// The steps the schema had taken.
    pub steps: Vec<String>,
    /// The hash of the last record of the audit trail.
    pub audit_head: String,
    /// What a walk along the trail said; a restore has to come to the same.
    pub audit: Audit,
    /// Handed-in files that the rows name and that were not there, or were not what was kept.
    pub missing: Vec<String>,
    pub tables: Vec<Table>,
    /// Of every part of the file its SHA-256.
    pub parts: BTreeMap<String, String>,
}

/// Whether the audit trail held when the backup was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audit {
    Holds,
    /// The record that does not follow from the one before it.
    Broken(i64),
    /// The version of a programme that is not what it was saved as.
    Version(i64),
}

impl Audit {
    /// What a walk along the trail says, and along what it vouches for; the hash of the last record where it holds.
    pub async fn of(db: &impl ConnectionTrait) -> Result<(Self, Option<String>), DbErr> {
        let head = match trail::verify(db).await? {
            Verdict::Broken(record) => return Ok((Self::Broken(record), None)),
            Verdict::Holds { head, .. } => head,
        };
        Ok(match programmes::altered(db).await? {
            Some(version) => (Self::Version(version), Some(head)),
            None => (Self::Holds, Some(head)),
        })
    }
}

impl Manifest {
    /// Whether nothing was wrong with what was backed up.
    pub fn is_sound(&self) -> bool {
        self.audit == Audit::Holds && self.missing.is_empty()
    }

    pub fn has_keys(&self) -> bool {
        self.parts.contains_key(KEYS)
    }

    /// So many rows of all tables.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }

    /// So many files that people handed in.
    pub fn files(&self) -> usize {
        self.parts.keys().filter(|name| name.starts_with("files/")).count()
    }
}

/// The part that says what the others are.
pub const MANIFEST: &str = "manifest.json";
/// The part that signs the manifest with the server's key.
pub const SIGNATURE: &str = "manifest.jws";
/// The part of the signing keys.
pub const KEYS: &str = "keys";

pub fn part_of_table(name: &str) -> String {
    format!("tables/{name}.jsonl")
}

pub fn part_of_file(hash: &str) -> String {
    format!("files/{hash}")
}
