//! Backup and restore: everything a server knows in one file that says of itself whether it is whole. The file knows no database:
//! what SQLite gave, PostgreSQL takes, and the other way round.

mod archive;
mod restore;
mod tables;
mod take;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::platform::audit::Verdict;

pub use archive::Archive;
pub use restore::restore;
pub use take::take;

/// The format of the file; another one is refused.
const FORMAT: &str = "sheber.backup/1";

/// What does not outlive a move: people sign in anew.
const TRANSIENT: [&str; 2] = ["session", "login_attempt"];

#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("{path}: {error}", path = .0.display(), error = .1)]
    Io(PathBuf, std::io::Error),
    #[error("the backup does not verify: {0}")]
    Broken(String),
    #[error("{path} is there already", path = .0.display())]
    Exists(PathBuf),
    #[error("the database has data: a backup is restored into an empty one")]
    NotEmpty,
    #[error("the backup is of a newer Sheber, which knows more ({0})")]
    Newer(String),
    #[error(
        "certificates were issued, but their keys are not at {path}: name the file with --keys, or the backup could not bring \
         them back", path = .0.display()
    )]
    NoKeys(PathBuf),
    #[error("table {0}, row {1}: {2}")]
    Row(String, u64, Box<BackupError>),
    #[error("everything is restored, but the newer steps of the schema failed; `sheber serve` tries them again: {0}")]
    Newest(sea_orm::DbErr),
    #[error("database: {0}")]
    Database(#[from] sea_orm::DbErr),
    #[error("archive: {0}")]
    Zip(#[from] zip::result::ZipError),
    #[error("json: {0}")]
    Json(#[from] serde_json::Error),
    #[error("keys: {0}")]
    Keys(#[from] crate::register::keys::KeyError),
}

/// What a value of a column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Integer,
    Boolean,
    Bytes,
    Text,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Column {
    name: String,
    kind: Kind,
}

/// A table in the backup: one line of JSON for each row, values in the order of the columns.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Table {
    name: String,
    columns: Vec<Column>,
    rows: u64,
    /// The last key that was given out, where the database numbers the rows.
    last_key: Option<i64>,
}

/// What the file says of itself.
#[derive(Debug, Serialize, Deserialize)]
pub struct Manifest {
    format: String,
    version: String,
    /// When it was taken, RFC 3339 in UTC.
    pub taken_at: String,
    /// The steps the schema had taken.
    migrations: Vec<String>,
    /// The hash of the last record of the audit trail.
    pub audit_head: String,
    /// What a walk along the trail said; a restore has to come to the same.
    pub audit: Audit,
    /// Handed-in files that the rows name and that were not there, or were not what was kept.
    pub missing: Vec<String>,
    tables: Vec<Table>,
    /// Of every part of the file its SHA-256.
    parts: std::collections::BTreeMap<String, String>,
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

impl From<&Verdict> for Audit {
    fn from(verdict: &Verdict) -> Self {
        match verdict {
            Verdict::Holds { .. } => Self::Holds,
            Verdict::Broken(record) => Self::Broken(*record),
            Verdict::Version(version) => Self::Version(*version),
        }
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

const MANIFEST: &str = "manifest.json";
const KEYS: &str = "keys";

fn part_of_table(name: &str) -> String {
    format!("tables/{name}.jsonl")
}

fn part_of_file(hash: &str) -> String {
    format!("files/{hash}")
}
