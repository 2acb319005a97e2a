//! Files in and out: a programme as JSON (`sheber.programme/1`) and as an XLSX workbook that people fill in.
//!
//! Bytes to types and back. This crate never touches a database, a network or the file system, and whatever the bytes,
//! it answers with a programme or with what is wrong and where; it never panics and never takes more than 256 MiB.

pub mod draft;
pub mod json;
pub mod office;
mod report;
pub mod signs;
pub mod table;
mod unreadable;
pub mod xlsx;

pub use report::{Report, catalogue};
pub use unreadable::{Place, Unreadable};

use sheber_norms::Programme;

/// The largest file that is read: 8 MiB.
pub const MAX_BYTES: usize = 8 * 1024 * 1024;

/// Reads a programme from JSON or XLSX; the content tells which, not the name.
pub fn read(bytes: &[u8]) -> Result<Programme, Vec<Unreadable>> {
    if bytes.len() > MAX_BYTES {
        return Err(vec![Unreadable::whole("too-large", MAX_BYTES / 1024 / 1024)]);
    }
    match bytes {
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => xlsx::read(bytes),
        // The container of Excel 97–2003.
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Err(vec![Unreadable::whole("old-excel", "xls")]),
        _ => json::read(bytes).map_err(|one| vec![one]),
    }
}
