//! From a workbook to a draft, remembering the cell of every field.

use std::collections::{BTreeMap, HashMap, HashSet};

use sheber_kernel::letters::spaced;
use sheber_kernel::{Refusal, written};

use super::layout::{MODULE, Sheet, digits, is_check};
use crate::book::Book;
use crate::draft::Draft;
use crate::draft::SettledProgramme;
use crate::unreadable::{Place, Unreadable};

const MAX_ROWS: u32 = 10_000;
const MAX_COLUMNS: u32 = 200;
/// Enough to mend a workbook by; after that more of the same follows.
const MAX_ERRORS: usize = 200;

/// Reads a programme from a workbook, with what was settled by itself; each with its cell.
pub fn read(bytes: &[u8]) -> Result<SettledProgramme, Vec<Unreadable>> {
    let (draft, cells) = read_draft(bytes)?;
    let placed = |error: Unreadable| match &error.place {
        Place::Path(path) => match cells.get(path) {
            Some(cell) => Unreadable { place: cell.clone(), reason: error.reason },
            None => error,
        },
        _ => error,
    };
    let mut parsed = draft.parse();
    let settled = std::mem::take(&mut parsed.settled).into_iter().map(placed).collect();
    let exact = parsed.exact();
    exact
        .map(|programme| (programme, settled))
        .map_err(|errors| errors.into_iter().take(MAX_ERRORS).map(placed).collect())
}

/// Reads what was typed and where it stands, whether or not it is right.
pub fn read_draft(bytes: &[u8]) -> Result<(Draft, HashMap<String, Place>), Vec<Unreadable>> {
    let mut book = Book::open(bytes, None).map_err(|one| vec![one])?;
    let mut filling = Filling::default();
    for sheet in Sheet::ALL {
        let Some(place) = book.sheets.iter().position(|known| sheet.is_named(&known.name)) else {
            // Standards may be left out; nothing else may.
            if sheet != Sheet::Standards {
                return Err(vec![Unreadable::whole("sheet-missing", sheet.key())]);
            }
            continue;
        };
        let table = Table::read(&mut book, place, sheet)?;
        match sheet {
            Sheet::Passport => filling.passport(&table),
            Sheet::Curriculum => filling.curriculum(&table)?,
            _ => filling.list(sheet, &table)?,
        }
    }
    if filling.errors.is_empty() { Ok((filling.draft, filling.cells)) } else { Err(filling.errors) }
}

/// The texts of a sheet by row and column, both from 0.
struct Table {
    name: String,
    rows: BTreeMap<u32, BTreeMap<u32, String>>,
    formulas: HashSet<(u32, u32)>,
    merged: HashSet<(u32, u32)>,
    /// The row of the headings: titles may stand above them.
    heading: u32,
}

impl Table {
    fn read(book: &mut Book<'_>, place: usize, sheet: Sheet) -> Result<Self, Vec<Unreadable>> {
        let name = book.sheets[place].name.clone();
        let read = book.sheet(place).map_err(|one| vec![one])?;
        let mut table = Self {
            name,
            rows: BTreeMap::new(),
            formulas: read.formulas.iter().map(|(row, column)| (row - 1, *column)).collect(),
            merged: HashSet::new(),
            heading: 0,
        };
        for line in read.lines {
            let row = line.place - 1;
            for (column, cell) in (0..).zip(&line.cells).filter(|(_, cell)| !cell.is_empty()) {
                if row >= MAX_ROWS || column >= MAX_COLUMNS {
                    return Err(vec![table.wrong(row, column, Refusal::new("list-too-long", MAX_ROWS))]);
                }
                table.rows.entry(row).or_default().insert(column, spaced_lines(&cell.shown()));
            }
        }
        let mut data_from = 0;
        if sheet != Sheet::Passport {
            let columns = sheet.columns();
            let known = |cells: &BTreeMap<u32, String>| {
                cells.values().filter(|text| sheet.column(&columns, text).is_some()).count()
            };
            let head = table.rows.iter().take(20).map(|(row, cells)| (known(cells), *row));
            // The first of those that name most columns.
            table.heading = head.max_by_key(|(names, row)| (*names, std::cmp::Reverse(*row))).map_or(0, |(_, row)| row);
            data_from = table.heading + 1;
        }
        table.merged = read
            .merged
            .iter()
            .filter(|area| area.rows.1 > data_from)
            .map(|area| (area.rows.0 - 1, area.columns.0))
            .collect();
        Ok(table)
    }

    fn place(&self, row: u32, column: u32) -> Place {
        Place::Cell { sheet: self.name.clone(), row, column }
    }

    fn wrong(&self, row: u32, column: u32, reason: Refusal) -> Unreadable {
        Unreadable { place: self.place(row, column), reason }
    }

    fn text(&self, row: u32, column: u32) -> &str {
        self.rows.get(&row).and_then(|cells| cells.get(&column)).map_or("", String::as_str)
    }
}

/// A text whose lines stay, each with single spaces of one kind.
fn spaced_lines(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(spaced).filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}

/// The draft while it is being filled.
#[derive(Default)]
struct Filling {
    draft: Draft,
    cells: HashMap<String, Place>,
    errors: Vec<Unreadable>,
}

impl Filling {
    fn put(&mut self, table: &Table, pointer: String, row: u32, column: u32) {
        if table.formulas.contains(&(row, column)) {
            self.errors.push(table.wrong(row, column, Refusal::new("formula", "")));
        }
        let field = pointer.strip_prefix('/').unwrap_or(&pointer);
        let mut text = table.text(row, column).to_owned();
        if let Some(digits) = digits(field)
            && text.len() < digits
            && !text.is_empty()
            && text.bytes().all(|byte| byte.is_ascii_digit())
        {
            text = format!("{text:0>digits$}");
        }
        self.draft.put(&pointer, text);
        self.cells.insert(pointer, table.place(row, column));
    }

    /// Merged cells hide values from every row but the first: refused where data stand.
    fn merged(&mut self, table: &Table) {
        let mut areas: Vec<_> = table.merged.iter().copied().collect();
        areas.sort_unstable();
        self.errors.extend(areas.into_iter().map(|(row, column)| table.wrong(row, column, Refusal::new("merged", ""))));
    }

    fn passport(&mut self, table: &Table) {
        self.merged(table);
        let fields = Sheet::Passport.columns();
        for row in table.rows.keys().copied() {
            let heading = table.text(row, 0);
            match Sheet::Passport.column(&fields, heading) {
                Some(field) => {
                    let pointer = format!("/{}", fields[field]);
                    if self.cells.contains_key(&pointer) {
                        self.errors.push(table.wrong(row, 0, Refusal::new("field-twice", heading)));
                    }
                    self.put(table, pointer, row, 1);
                }
                None if heading.is_empty() && table.text(row, 1).is_empty() => {}
                None => self.errors.push(table.wrong(row, 0, Refusal::new("field-unknown", heading))),
            }
        }
    }

    /// Which column holds which field. The first row has the headings; a code column has to be there.
    fn headings(&mut self, sheet: Sheet, table: &Table) -> Result<Vec<(u32, String)>, Vec<Unreadable>> {
        self.merged(table);
        let columns = sheet.columns();
        let mut found = Vec::new();
        for (column, heading) in table.rows.get(&table.heading).into_iter().flatten() {
            match sheet.column(&columns, heading) {
                Some(place) if found.iter().any(|(_, field)| *field == columns[place]) => {
                    self.errors.push(table.wrong(table.heading, *column, Refusal::new("field-twice", heading)));
                }
                Some(place) => found.push((*column, columns[place].clone())),
                None if is_check(heading) => {}
                None => self.errors.push(table.wrong(table.heading, *column, Refusal::new("field-unknown", heading))),
            }
        }
        let headed = table.rows.get(&table.heading).cloned().unwrap_or_default();
        for (row, cells) in table.rows.range(table.heading + 1..) {
            for (column, text) in cells.iter().filter(|(column, _)| !headed.contains_key(*column)) {
                self.errors.push(table.wrong(*row, *column, Refusal::new("field-unknown", text)));
            }
        }
        for needed in ["code", MODULE, "credits", "hours"]
            .into_iter()
            .filter(|needed| columns.iter().any(|column| column == needed))
        {
            if !found.iter().any(|(_, field)| field == needed) {
                let heading = sheet.heading_key(needed);
                return Err(vec![table.wrong(table.heading, 0, Refusal::new("column-missing", heading))]);
            }
        }
        Ok(found)
    }

    fn rows(table: &Table) -> impl Iterator<Item = u32> {
        table.rows.keys().copied().filter(|row| *row > table.heading)
    }

    fn list(&mut self, sheet: Sheet, table: &Table) -> Result<(), Vec<Unreadable>> {
        let name = match sheet {
            Sheet::Qualifications => "qualifications",
            Sheet::Standards => "professional_standards",
            _ => "modules",
        };
        let headings = self.headings(sheet, table)?;
        let rows: Vec<u32> = Self::rows(table)
            .filter(|row| headings.iter().any(|(column, _)| !table.text(*row, *column).is_empty()))
            .collect();
        for (place, row) in rows.into_iter().enumerate() {
            for (column, field) in &headings {
                self.put(table, format!("/{name}/{place}/{field}"), row, *column);
            }
        }
        Ok(())
    }

    fn curriculum(&mut self, table: &Table) -> Result<(), Vec<Unreadable>> {
        let headings = self.headings(Sheet::Curriculum, table)?;
        let Some(module_column) = headings.iter().find(|(_, field)| field == MODULE).map(|(column, _)| *column) else {
            return Ok(());
        };
        // A code is the same with other spaces, dashes and letters that look alike.
        let meant = |code: &str| written::module_code(code).value;
        let modules: HashMap<String, usize> =
            self.draft.modules.iter().enumerate().map(|(place, module)| (meant(&module.code), place)).collect();
        for row in Self::rows(table).collect::<Vec<_>>() {
            if !headings.iter().any(|(column, _)| !table.text(row, *column).is_empty()) {
                continue;
            }
            let code = table.text(row, module_column);
            let Some(module) = modules.get(&meant(code)).copied() else {
                let code = if code.is_empty() { "required" } else { "module-unknown" };
                self.errors.push(table.wrong(row, module_column, Refusal::new(code, table.text(row, module_column))));
                continue;
            };
            let place = self.draft.modules[module].units.len();
            if place >= 500 {
                return Err(vec![table.wrong(row, module_column, Refusal::new("list-too-long", 500))]);
            }
            for (column, field) in headings.iter().filter(|(_, field)| field != MODULE) {
                self.put(table, format!("/modules/{module}/units/{place}/{field}"), row, *column);
            }
        }
        Ok(())
    }
}
