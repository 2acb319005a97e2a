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
    use crate::book::{Book, Cell};

    #[test]
    fn no_text_becomes_a_formula() {
        for text in ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1"] {
            let written = written(&["a"], std::iter::once(vec![text.to_owned()])).unwrap();
            assert!(String::from_utf8(written).unwrap().contains(&format!("'{text}")), "{text:?}");
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        let rows = vec![vec!["35".to_owned(), "а, \"б\"".to_owned()], vec!["=1+1".to_owned(), "-".to_owned()]];
        let bytes = written(&["code", "name"], rows.into_iter()).unwrap();
        let lines = Book::open(&bytes, None).unwrap().sheet(0).unwrap().lines;
        let shown: Vec<Vec<String>> = lines.iter().map(|line| line.cells.iter().map(Cell::shown).collect()).collect();
        assert_eq!(shown, [["code", "name"], ["35", "а, \"б\""], ["'=1+1", "'-"]], "no formula leaves");
    }
}
