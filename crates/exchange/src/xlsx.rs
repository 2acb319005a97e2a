//! A programme as an XLSX workbook that people fill in: headings in Kazakh or Russian, lists to choose from, frozen panes,
//! sums as formulas. What does not read is named by sheet, row and column, and noted in a copy of the workbook.

mod layout;
mod read;
mod write;

pub use read::{read, read_draft};
pub use write::{Notes, list, template, write};
pub(crate) use write::{cell_text, sheet_name};
