//! Tables of people: what their columns are, how a file is read as one, and how one is written.

pub mod cell;
pub mod columns;
mod headings;
mod options;
mod problem;
pub mod reading;
mod rows;
mod written;

pub use written::{noted, template};

use crate::Unreadable;
use crate::book::Book;

/// Rows of text; the first row has the headings.
pub struct Table {
    pub headings: Vec<String>,
    pub rows: Vec<Vec<String>>,
    /// Of each row where it stood, as people count; empty rows are passed over.
    pub places: Vec<usize>,
}

/// Reads the first sheet of a workbook, or CSV with commas, semicolons or tabs; the content tells which.
pub fn read(bytes: &[u8]) -> Result<Table, Unreadable> {
    let sheet = Book::open(bytes, None)?.sheet(0)?;
    let mut lines = sheet.lines.into_iter();
    let first = lines.next().ok_or_else(|| Unreadable::whole("empty", ""))?;
    let shown = |line: &crate::book::Line| line.cells.iter().map(crate::book::Cell::shown).collect::<Vec<_>>();
    let (places, rows) = lines.map(|line| (line.place as usize, shown(&line))).unzip();
    Ok(Table { headings: shown(&first), rows, places })
}

/// Writes CSV that spreadsheets open with every letter in place: commas, and a mark that says UTF-8. A text that a spreadsheet
/// would take for a formula is kept a text.
pub fn written(headings: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    writer.write_record(headings)?;
    for row in rows {
        let text =
            |cell: String| if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell };
        writer.write_record(row.into_iter().map(text))?;
    }
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_a_formula() {
        for text in ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1"] {
            let written = written(&["a"], std::iter::once(vec![text.to_owned()])).unwrap();
            assert!(String::from_utf8(written).unwrap().contains(&format!("'{text}")), "{text:?}");
        }
    }

    #[test]
    fn commas_semicolons_and_tabs() {
        for text in ["code,name\n35,\"а, б\"\n", "\u{feff}code;name\r\n35;а, б\r\n", "code\tname\n35\tа, б\n"] {
            let table = read(text.as_bytes()).unwrap();
            assert_eq!(table.headings, ["code", "name"]);
            assert_eq!(table.rows, [["35", "а, б"]]);
        }
        let rows = vec![vec!["35".to_owned(), "а, \"б\"".to_owned()], vec!["=1+1".to_owned(), "-".to_owned()]];
        let table = read(&written(&["code", "name"], rows.into_iter()).unwrap()).unwrap();
        assert_eq!(table.rows, [["35", "а, \"б\""], ["'=1+1", "'-"]], "no formula leaves");
        let table = read("code\n\n35\n".as_bytes()).unwrap();
        assert_eq!((table.rows.len(), table.places[0]), (1, 3), "an empty row counts");
        assert!(read(b"").is_err());
    }
}
