//! What goes wrong with backups.

use std::path::PathBuf;

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
    Keys(#[from] sheber_platform::keys::KeyError),
}
