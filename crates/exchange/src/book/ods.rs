//! ODS, the spreadsheets of LibreOffice and others.

use std::collections::BTreeSet;
use std::io::{BufReader, Cursor, Read};

use calamine::{Data, Ods, OdsError, Reader as _, SheetVisible};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::sheet::{Area, Cell, Filling, MAX_COLUMNS, MAX_PLACE, Sheet, SheetName};
use crate::unreadable::Unreadable;

/// No table's content unpacks to more.
const MAX_UNPACKED: u64 = 128 * 1024 * 1024;
const MAX_AREA: u64 = 4_000_000;

fn broken(error: impl std::fmt::Display) -> Unreadable {
    Unreadable::whole("file-broken", error)
}

pub fn open(bytes: &[u8]) -> Result<Vec<(SheetName, Sheet)>, Unreadable> {
    let seen = look(bytes)?;
    let mut book: Ods<_> = Ods::new(Cursor::new(bytes)).map_err(|error| match error {
        OdsError::Password => Unreadable::whole("file-password", ""),
        error => broken(error),
    })?;
    let mut sheets = Vec::new();
    for (place, known) in book.sheets_metadata().to_vec().into_iter().enumerate() {
        let range = book.worksheet_range(&known.name).map_err(broken)?;
        let (row, column) = range.start().unwrap_or_default();
        let mut filling = Filling::default();
        for (down, right, value) in range.used_cells() {
            let (Ok(down), Ok(right)) = (u32::try_from(down), u32::try_from(right)) else { continue };
            let value = match value {
                Data::String(text) => Cell::of_text(text),
                other => Cell::of(other),
            };
            filling.put((row + down, column + right), value)?;
        }
        let facts = seen.get(place);
        let hidden = facts.map(|facts| facts.hidden.clone()).unwrap_or_default();
        let merged = facts.map(|facts| facts.merged.clone()).unwrap_or_default();
        let name = SheetName { name: known.name, hidden: known.visible != SheetVisible::Visible };
        sheets.push((name, filling.sheet(&hidden, merged)));
    }
    Ok(sheets)
}

#[derive(Default)]
struct TableFacts {
    hidden: BTreeSet<u32>,
    merged: Vec<Area>,
    /// The next row and column, from 0.
    row: u64,
    column: u64,
    /// How often the row that is being read stands there, and whether it is hidden.
    repeats: u64,
    is_hidden: bool,
    holds: bool,
    reach: (u64, u64),
}

fn number(element: &BytesStart<'_>, name: &str) -> u64 {
    let value = element.attributes().with_checks(false).flatten().find(|one| one.key.as_ref() == name);
    value.and_then(|value| value.value.as_ref().parse().ok()).unwrap_or(1)
}

/// Hidden rows and merged cells of each table; and that it reaches no farther than a table does, whatever is said to repeat.
fn look(bytes: &[u8]) -> Result<Vec<TableFacts>, Unreadable> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    if let Ok(manifest) = archive.by_name("META-INF/manifest.xml") {
        let mut text = String::new();
        let _ = manifest.take(1024 * 1024).read_to_string(&mut text);
        if text.contains("encryption-data") {
            return Err(Unreadable::whole("file-password", ""));
        }
    }
    let content = archive.by_name("content.xml").map_err(broken)?;
    let mut reader = Reader::from_reader(BufReader::new(content.take(MAX_UNPACKED)));
    let mut tables: Vec<TableFacts> = Vec::new();
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer).map_err(broken)?;
        let is_empty = matches!(event, Event::Empty(_));
        match event {
            Event::Start(element) | Event::Empty(element) => {
                let name = element.name();
                if name.as_ref() == "table:table" {
                    tables.push(TableFacts::default());
                }
                let Some(table) = tables.last_mut() else { continue };
                match name.as_ref() {
                    "table:table-row" => {
                        table.begin(&element);
                        if is_empty {
                            table.end()?;
                        }
                    }
                    "table:table-cell" | "table:covered-table-cell" => table.cell(&element, is_empty)?,
                    _ => {}
                }
            }
            Event::End(element) if element.name().as_ref() == "table:table-row" => {
                if let Some(table) = tables.last_mut() {
                    table.end()?;
                }
            }
            Event::Eof => return Ok(tables),
            _ => {}
        }
    }
}

impl TableFacts {
    fn begin(&mut self, row: &BytesStart<'_>) {
        self.repeats = number(row, "table:number-rows-repeated");
        self.is_hidden = row
            .attributes()
            .with_checks(false)
            .flatten()
            .any(|one| one.key.as_ref() == "table:visibility" && one.value.as_ref() != "visible");
        self.holds = false;
        self.column = 0;
    }

    fn cell(&mut self, cell: &BytesStart<'_>, is_empty: bool) -> Result<(), Unreadable> {
        let times = number(cell, "table:number-columns-repeated");
        let (down, right) = (number(cell, "table:number-rows-spanned"), number(cell, "table:number-columns-spanned"));
        if down > 1 || right > 1 {
            let at = |from: u64, by: u64| {
                let last = from.saturating_add(by).saturating_sub(1);
                (u32::try_from(from).unwrap_or(u32::MAX), u32::try_from(last).unwrap_or(u32::MAX))
            };
            self.merged.push(Area { rows: at(self.row + 1, down), columns: at(self.column, right) });
        }
        self.column = self.column.saturating_add(times);
        // Where nothing stands to the end of a row, thousands of cells may be said to.
        if !is_empty {
            if self.column > 16_384 {
                return Err(Unreadable::whole("xlsx-bomb", ""));
            }
            self.holds = true;
            self.reach.1 = self.reach.1.max(self.column);
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), Unreadable> {
        let end = self.row.saturating_add(self.repeats);
        if self.holds {
            self.reach.0 = self.reach.0.max(end);
            if self.reach.0 > u64::from(MAX_PLACE)
                || self.reach.0 * self.reach.1.max(MAX_COLUMNS as u64 / 10) > MAX_AREA
            {
                return Err(Unreadable::whole("xlsx-bomb", ""));
            }
        }
        if self.is_hidden && self.holds {
            let rows = self.row + 1..=end.min(self.row + 100_000);
            self.hidden.extend(rows.filter_map(|row| u32::try_from(row).ok()));
        }
        self.row = end;
        Ok(())
    }
}
