//! From a workbook to a draft, remembering the cell of every field.

use std::collections::HashMap;
use std::io::Cursor;

use calamine::{DataRef, Reader, Xlsx};
use sheber_kernel::{Lang, Refusal};
use sheber_norms::Programme;

use super::guard::unpacks;
use super::layout::{MODULE, Sheet, digits, is_check};
use crate::draft::Draft;
use crate::{Place, Unreadable};

const MAX_ROWS: u32 = 10_000;
const MAX_COLUMNS: u32 = 200;
/// Enough to mend a workbook by; after that more of the same follows.
const MAX_ERRORS: usize = 200;

/// Reads a programme from a workbook.
pub fn read(bytes: &[u8]) -> Result<Programme, Vec<Unreadable>> {
    let (draft, cells) = read_draft(bytes)?;
    draft.parse().exact().map_err(|errors| {
        errors
            .into_iter()
            .take(MAX_ERRORS)
            .map(|error| match &error.place {
                Place::Path(path) => match cells.get(path) {
                    Some(cell) => Unreadable { place: cell.clone(), reason: error.reason },
                    None => error,
                },
                _ => error,
            })
            .collect()
    })
}

/// Reads what was typed and where it stands, whether or not it is right.
pub fn read_draft(bytes: &[u8]) -> Result<(Draft, HashMap<String, Place>), Vec<Unreadable>> {
    unpacks(bytes).map_err(|one| vec![one])?;
    let broken = |error: calamine::XlsxError| vec![Unreadable::whole("xlsx", error)];
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let names = book.sheet_names();
    let mut filling = Filling::default();
    for sheet in Sheet::ALL {
        let Some(name) = names.iter().find(|name| sheet.is_named(name)) else {
            // Standards may be left out; nothing else may.
            if sheet != Sheet::Standards {
                return Err(vec![Unreadable::whole("sheet-missing", sheet.name(Lang::Kk))]);
            }
            continue;
        };
        let table = Table::read(&mut book, name, sheet)?;
        match sheet {
            Sheet::Passport => filling.passport(&table),
            Sheet::Curriculum => filling.curriculum(&table)?,
            _ => filling.list(sheet, &table)?,
        }
    }
    if filling.errors.is_empty() { Ok((filling.draft, filling.cells)) } else { Err(filling.errors) }
}

/// The texts of a sheet by row and column.
struct Table {
    name: String,
    rows: std::collections::BTreeMap<u32, std::collections::BTreeMap<u32, String>>,
    formulas: std::collections::HashSet<(u32, u32)>,
    merged: std::collections::HashSet<(u32, u32)>,
}

impl Table {
    fn read(book: &mut Xlsx<Cursor<&[u8]>>, name: &str, sheet: Sheet) -> Result<Self, Vec<Unreadable>> {
        let broken = |error: calamine::XlsxError| vec![Unreadable::whole("xlsx", error)];
        let mut table = Self {
            name: name.to_owned(),
            rows: std::collections::BTreeMap::new(),
            formulas: std::collections::HashSet::new(),
            merged: std::collections::HashSet::new(),
        };
        let mut cells = book.worksheet_cells_reader(name).map_err(broken)?;
        while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(broken)? {
            let (row, column) = cell.pos;
            let text = shown(&cell.value);
            if text.is_empty() && cell.formula.is_none() {
                continue;
            }
            if row >= MAX_ROWS || column >= MAX_COLUMNS {
                return Err(vec![table.wrong(row, column, Refusal::new("list-too-long", MAX_ROWS))]);
            }
            if cell.formula.is_some() {
                table.formulas.insert((row, column));
            }
            if !text.is_empty() {
                table.rows.entry(row).or_default().insert(column, text);
            }
        }
        drop(cells);
        let header_rows = u32::from(sheet != Sheet::Passport);
        for area in book.merge_cells_by_sheet_name(name).map_err(broken)? {
            if area.end.0 >= header_rows {
                table.merged.insert(area.start);
            }
        }
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

/// The text a person sees in a cell; numbers without needless decimals, dates as ISO.
pub fn shown(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) => text.trim().to_owned(),
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::Bool(fact) => fact.to_string(),
        DataRef::DateTime(moment) => {
            if moment.is_datetime() {
                let (year, month, day, ..) = moment.to_ymd_hms_milli();
                format!("{year:04}-{month:02}-{day:02}")
            } else {
                moment.as_f64().to_string()
            }
        }
        DataRef::DateTimeIso(text) => text.split('T').next().unwrap_or_default().to_owned(),
        DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    }
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
        for (column, heading) in table.rows.get(&0).into_iter().flatten() {
            match sheet.column(&columns, heading) {
                Some(place) if found.iter().any(|(_, field)| *field == columns[place]) => {
                    self.errors.push(table.wrong(0, *column, Refusal::new("field-twice", heading)));
                }
                Some(place) => found.push((*column, columns[place].clone())),
                None if is_check(heading) => {}
                None => self.errors.push(table.wrong(0, *column, Refusal::new("field-unknown", heading))),
            }
        }
        let headed = table.rows.get(&0).cloned().unwrap_or_default();
        for (row, cells) in table.rows.range(1..) {
            for (column, text) in cells.iter().filter(|(column, _)| !headed.contains_key(*column)) {
                self.errors.push(table.wrong(*row, *column, Refusal::new("field-unknown", text)));
            }
        }
        for needed in ["code", MODULE, "credits", "hours"]
            .into_iter()
            .filter(|needed| columns.iter().any(|column| column == needed))
        {
            if !found.iter().any(|(_, field)| field == needed) {
                let heading = sheet.heading(Lang::Kk, needed);
                return Err(vec![table.wrong(0, 0, Refusal::new("column-missing", heading))]);
            }
        }
        Ok(found)
    }

    fn rows(table: &Table) -> impl Iterator<Item = u32> {
        table.rows.keys().copied().filter(|row| *row > 0)
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
        let modules: HashMap<String, usize> =
            self.draft.modules.iter().enumerate().map(|(place, module)| (module.code.clone(), place)).collect();
        for row in Self::rows(table).collect::<Vec<_>>() {
            if !headings.iter().any(|(column, _)| !table.text(row, *column).is_empty()) {
                continue;
            }
            let code = table.text(row, module_column);
            let Some(module) = modules.get(code).copied() else {
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
