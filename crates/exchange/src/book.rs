//! Files of tables, whatever made them: XLSX and its dialects, XLS, ODS, text with separators. Bytes to sheets of rows with their
//! places; what is no table is named, with the way to save it as one.

mod guard;
mod ods;
mod sheet;
mod sniff;
mod text;
mod xls;
mod xlsx;

use std::panic::{AssertUnwindSafe, catch_unwind};

pub use sheet::{Area, Cell, Format, Letters, Line, MAX_COLUMNS, MAX_ROWS, Sheet, SheetName};

use crate::unreadable::Unreadable;

/// The largest file of a table that is read: 32 MiB.
pub const MAX_TABLE: usize = 32 * 1024 * 1024;
/// A file of tables that was opened.
pub struct Book<'a> {
    pub format: Format,
    /// Of a text file.
    pub letters: Option<Letters>,
    pub sheets: Vec<SheetName>,
    inner: Inner<'a>,
}

enum Inner<'a> {
    Xlsx(Box<xlsx::OpenWorkbook<'a>>),
    /// Read as a whole when it was opened.
    Whole(Vec<Sheet>),
}

pub use sniff::of as format_of;
pub use text::in_utf8;

/// What cannot be read is answered, and so is what the reader of a format falls over.
fn guarded<T>(what: &'static str, read: impl FnOnce() -> Result<T, Unreadable>) -> Result<T, Unreadable> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err(Unreadable::whole(what, "")))
}

impl<'a> Book<'a> {
    /// Opens a file. The content tells what it is, not the name; `encoding` is of a text file, where somebody said so.
    ///
    /// # Errors
    /// Where it is no table, is protected or broken; the reason says what it is and how to save it.
    pub fn open(bytes: &'a [u8], encoding: Option<&str>) -> Result<Self, Unreadable> {
        if bytes.len() > MAX_TABLE {
            return Err(Unreadable::whole("too-large", MAX_TABLE / 1024 / 1024));
        }
        match sniff::of(bytes)? {
            Format::Xlsx => {
                let (sheets, opened) = guarded("file-broken", || xlsx::open(bytes))?;
                Ok(Self { format: Format::Xlsx, letters: None, sheets, inner: Inner::Xlsx(Box::new(opened)) })
            }
            Format::Xls => Ok(Self::whole(Format::Xls, guarded("file-broken", || xls::open(bytes))?)),
            Format::Ods => Ok(Self::whole(Format::Ods, guarded("file-broken", || ods::open(bytes))?)),
            Format::Text => {
                let (letters, sheet) = text::open(bytes, encoding)?;
                Ok(Self { letters: Some(letters), ..Self::whole(Format::Text, vec![sheet]) })
            }
        }
    }

    fn whole(format: Format, sheets: Vec<(SheetName, Sheet)>) -> Self {
        let (names, sheets) = sheets.into_iter().unzip();
        Self { format, letters: None, sheets: names, inner: Inner::Whole(sheets) }
    }

    /// What stands on a sheet; each is taken once.
    ///
    /// # Errors
    /// Where the sheet is broken, or too much stands on it.
    pub fn sheet(&mut self, place: usize) -> Result<Sheet, Unreadable> {
        match &mut self.inner {
            Inner::Xlsx(opened) => guarded("file-broken", || opened.sheet(&self.sheets[place].name)),
            Inner::Whole(sheets) => Ok(sheets.get_mut(place).map(std::mem::take).unwrap_or_default()),
        }
    }

    /// Whether anything stands on a sheet.
    pub fn holds(&mut self, place: usize) -> bool {
        match &mut self.inner {
            Inner::Xlsx(opened) => opened.holds(&self.sheets[place].name),
            Inner::Whole(sheets) => sheets.get(place).is_some_and(|sheet| !sheet.lines.is_empty()),
        }
    }
}
