//! Documents: what is printed, signed or handed over. The only crate that knows Typst.
//!
//! Typed data in, bytes out; no database, no network, no clock.

pub mod certificate;
pub mod code;
pub mod curriculum;
pub mod diploma;
pub mod record;
pub mod table;
mod typesetting;

/// Why a document could not be made.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    #[error("typesetting: {0}")]
    Typesetting(String),
    #[error("data: {0}")]
    Data(#[from] serde_json::Error),
    #[error("workbook: {0}")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
}
