//! XLSX and its dialects.

use std::io::Cursor;

use calamine::{Reader, SheetVisible, Xlsx, XlsxFormulaMetadata};

use super::guard::{self, Facts};
use super::sheet::{Area, Cell, Filling, Sheet, SheetName};
use crate::unreadable::Unreadable;

/// A workbook that was opened.
pub struct OpenWorkbook<'a> {
    book: Xlsx<Cursor<&'a [u8]>>,
    facts: Facts,
}

fn broken(error: impl std::fmt::Display) -> Unreadable {
    Unreadable::whole("xlsx", error)
}

pub fn open(bytes: &[u8]) -> Result<(Vec<SheetName>, OpenWorkbook<'_>), Unreadable> {
    let facts = guard::unpacks(bytes)?;
    let book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| match error {
        calamine::XlsxError::Password => Unreadable::whole("file-password", ""),
        error => broken(error),
    })?;
    let shown = |sheet: &calamine::Sheet| SheetName {
        name: sheet.name.clone(),
        hidden: sheet.visible != SheetVisible::Visible,
    };
    let sheets =
        book.sheets_metadata().iter().filter(|sheet| sheet.typ == calamine::SheetType::WorkSheet).map(shown).collect();
    Ok((sheets, OpenWorkbook { book, facts }))
}

impl OpenWorkbook<'_> {
    pub fn sheet(&mut self, name: &str) -> Result<Sheet, Unreadable> {
        let from_1904 = self.book.has_1904_epoch();
        let mut filling = Filling::default();
        let mut formulas = std::collections::HashSet::new();
        let mut cells = self.book.worksheet_cells_reader(name).map_err(broken)?;
        while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(broken)? {
            let mut value = Cell::of_ref(&cell.value);
            if let Some(formula) = &cell.formula {
                formulas.insert((cell.pos.0 + 1, cell.pos.1));
                // Programs that reckon nothing leave the value out; of a text alone it is the text.
                if let (true, XlsxFormulaMetadata::Normal { formula }) = (value.is_empty(), formula) {
                    let inner = formula.trim().strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
                    value = inner
                        .filter(|inner| !inner.contains('"'))
                        .map_or(value, |inner| Cell::Text(format!("=\"{inner}\"")));
                }
            }
            filling.put(cell.pos, value)?;
        }
        drop(cells);
        let areas = self.book.merge_cells_by_sheet_name(name).map_err(broken)?;
        let area = |area: &calamine::Dimensions| Area {
            rows: (area.start.0 + 1, area.end.0 + 1),
            columns: (area.start.1, area.end.1),
        };
        let sheet = filling.sheet(self.facts.hidden_rows(name), areas.iter().map(area).collect());
        Ok(Sheet { formulas, from_1904, ..sheet })
    }

    /// Whether a cell of it holds anything.
    pub fn holds(&mut self, name: &str) -> bool {
        let Ok(mut cells) = self.book.worksheet_cells_reader(name) else { return false };
        while let Ok(Some(cell)) = cells.next_cell() {
            if !Cell::of_ref(cell.get_value()).is_empty() {
                return true;
            }
        }
        false
    }
}
