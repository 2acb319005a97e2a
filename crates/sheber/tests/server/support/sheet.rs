//! Workbooks that pages hand out, as somebody sees them.

use sheber_exchange::book::{Book, Cell, Line};

/// The first sheet of a workbook as texts; its first row has the headings.
pub struct Sheet {
    pub headings: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Sheet {
    pub fn read(bytes: &[u8]) -> Self {
        let lines = Book::open(bytes, None).unwrap().sheet(0).unwrap().lines;
        let mut rows = lines.into_iter().map(|line: Line| line.cells.iter().map(Cell::shown).collect());
        Self { headings: rows.next().unwrap(), rows: rows.collect() }
    }
}
