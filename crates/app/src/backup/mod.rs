//! Backup and restore: everything a server knows in one file that says of itself whether it is whole. The file knows no database:
//! what SQLite gave, PostgreSQL takes, and the other way round.

mod archive;
mod error;
mod manifest;
mod restore;
mod tables;
mod take;

pub use archive::Archive;
pub use error::BackupError;
pub use manifest::{Audit, Manifest};
pub use restore::restore;
pub use take::take;
