//! A plain table from CSV or XLSX: headings and rows of text, for lists of reference data.

use std::borrow::Cow;
use std::io::Cursor;

use calamine::{Reader, Xlsx};
use sheber_kernel::Refusal;

use crate::signs::cleaned;
use crate::xlsx::{shown, unpacks};
use crate::{MAX_BYTES, Place, Unreadable};

const MAX_ROWS: usize = 50_000;
const MAX_COLUMNS: usize = 100;

/// Rows of text; the first row has the headings.
pub struct Table {
    pub headings: Vec<String>,
    pub rows: Vec<Vec<String>>,
    /// Of each row where it stood, as people count; empty rows are passed over.
    pub places: Vec<usize>,
}

/// Reads the first sheet of a workbook, or CSV with commas, semicolons or tabs; the content tells which.
pub fn read(bytes: &[u8]) -> Result<Table, Unreadable> {
    if bytes.len() > MAX_BYTES {
        return Err(Unreadable::whole("too-large", MAX_BYTES / 1024 / 1024));
    }
    let mut rows = if bytes.starts_with(b"PK") { workbook(bytes)? } else { csv(bytes)? };
    if rows.is_empty() {
        return Err(Unreadable::whole("empty", ""));
    }
    let (_, headings) = rows.remove(0);
    let mut places = Vec::with_capacity(rows.len());
    let mut kept = Vec::with_capacity(rows.len());
    for (place, mut row) in rows {
        if row.iter().all(String::is_empty) {
            continue;
        }
        for cell in &mut row {
            if let Cow::Owned(text) = cleaned(cell) {
                *cell = text;
            }
        }
        places.push(place);
        kept.push(row);
    }
    Ok(Table { headings, rows: kept, places })
}

fn workbook(bytes: &[u8]) -> Result<Vec<(usize, Vec<String>)>, Unreadable> {
    unpacks(bytes)?;
    let broken = |error: calamine::XlsxError| Unreadable::whole("xlsx", error);
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let sheet = book.sheet_names().into_iter().next().ok_or_else(|| Unreadable::whole("empty", ""))?;
    let mut cells = book.worksheet_cells_reader(&sheet).map_err(broken)?;
    let mut rows: Vec<Vec<String>> = Vec::new();
    while let Some(cell) = cells.next_cell().map_err(broken)? {
        let (row, column) = cell.get_position();
        let text = shown(cell.get_value());
        let (Ok(at), Ok(place)) = (usize::try_from(row), usize::try_from(column)) else { continue };
        if text.is_empty() {
            continue;
        }
        if at >= MAX_ROWS || place >= MAX_COLUMNS {
            let place = Place::Cell { sheet: sheet.clone(), row, column };
            return Err(Unreadable { place, reason: Refusal::new("list-too-long", MAX_ROWS) });
        }
        while rows.len() <= at {
            rows.push(Vec::new());
        }
        let line = &mut rows[at];
        while line.len() <= place {
            line.push(String::new());
        }
        line[place] = text;
    }
    Ok((1..).zip(rows).collect())
}

fn csv(bytes: &[u8]) -> Result<Vec<(usize, Vec<String>)>, Unreadable> {
    let text = std::str::from_utf8(bytes).map_err(|error| Unreadable::whole("utf8", error.valid_up_to()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let head = text.lines().next().unwrap_or_default();
    let delimiter = [b';', b'\t', b','].into_iter().max_by_key(|mark| head.bytes().filter(|byte| byte == mark).count());
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter.unwrap_or(b','))
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let (mut line, mut seen) = (1, 0);
    for record in reader.records() {
        let record = record.map_err(|error| Unreadable::whole("format", error))?;
        if rows.len() >= MAX_ROWS {
            return Err(Unreadable::whole("list-too-long", MAX_ROWS));
        }
        // Lines without anything in them are no records, but people count them.
        let begins = record.position().and_then(|place| usize::try_from(place.byte()).ok()).unwrap_or(seen);
        let begins = begins + text[begins..].bytes().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        line += text[seen..begins].bytes().filter(|byte| *byte == b'\n').count();
        seen = begins;
        rows.push((line, record.iter().take(MAX_COLUMNS).map(|cell| cell.trim().to_owned()).collect()));
    }
    Ok(rows)
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
        assert!(read(b"\xff\xff").is_err());
    }
}
