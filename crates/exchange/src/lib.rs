//! Files in and out: a programme as JSON (`sheber.programme/1`) and as an XLSX workbook that people fill in.
//!
//! Bytes to types and back. This crate never touches a database, a network or the file system, and whatever the bytes,
//! it answers with a programme or with what is wrong and where; it never panics and never takes more than 256 MiB.

pub mod book;
pub mod draft;
pub mod json;
pub mod office;
mod report;
pub mod signs;
pub mod table;
pub mod unreadable;
pub mod xlsx;

pub use report::{Report, catalogue};
pub use unreadable::{Place, Unreadable};

use draft::SettledProgramme;
use sheber_norms::Programme;

/// The largest file that is read: 8 MiB.
pub const MAX_BYTES: usize = 8 * 1024 * 1024;

/// Reads a programme from JSON or a workbook; the content tells which, not the name.
pub fn read(bytes: &[u8]) -> Result<Programme, Vec<Unreadable>> {
    read_settled(bytes).map(|(programme, _)| programme)
}

/// The same, with what was settled by itself.
pub fn read_settled(bytes: &[u8]) -> Result<SettledProgramme, Vec<Unreadable>> {
    if bytes.len() > MAX_BYTES {
        return Err(vec![Unreadable::whole("too-large", MAX_BYTES / 1024 / 1024)]);
    }
    match book::format_of(bytes) {
        // An empty file is JSON's to refuse.
        Ok(book::Format::Text) => match json::read(&book::in_utf8(bytes)) {
            Ok(programme) => Ok((programme, Vec::new())),
            Err(one) => Err(vec![one]),
        },
        Ok(_) => xlsx::read(bytes),
        Err(refused) => Err(vec![refused]),
    }
}
