//! XLS, the workbooks of Excel 97 to 2003.

use std::collections::BTreeSet;
use std::io::{Cursor, Read};

use calamine::{Reader, SheetVisible, Xls, XlsError};

use super::sheet::{Area, Cell, Filling, Sheet, SheetName};
use crate::unreadable::Unreadable;

/// No workbook of a table holds more bytes of records.
const MAX_STREAM: u64 = 96 * 1024 * 1024;
/// The reader holds every cell between the first and the last one.
const MAX_AREA: u64 = 4_000_000;

fn broken(error: impl std::fmt::Display) -> Unreadable {
    Unreadable::whole("file-broken", error)
}

pub fn open(bytes: &[u8]) -> Result<Vec<(SheetName, Sheet)>, Unreadable> {
    let hidden = hidden_rows(bytes)?;
    let mut book: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(|error| match error {
        XlsError::Password => Unreadable::whole("file-password", ""),
        error => broken(error),
    })?;
    let from_1904 = book.has_1904_epoch();
    let none = BTreeSet::new();
    let mut sheets = Vec::new();
    for (place, known) in book.sheets_metadata().to_vec().into_iter().enumerate() {
        if known.typ != calamine::SheetType::WorkSheet {
            continue;
        }
        let range = book.worksheet_range(&known.name).map_err(broken)?;
        let (row, column) = range.start().unwrap_or_default();
        let mut filling = Filling::default();
        for (down, right, value) in range.used_cells() {
            let (Ok(down), Ok(right)) = (u32::try_from(down), u32::try_from(right)) else { continue };
            filling.put((row + down, column + right), Cell::of(value))?;
        }
        let areas = book.merge_cells_by_sheet_name(&known.name).unwrap_or_default();
        let area = |area: &calamine::Dimensions| Area {
            rows: (area.start.0 + 1, area.end.0 + 1),
            columns: (area.start.1, area.end.1),
        };
        let mut sheet = filling.sheet(hidden.get(place).unwrap_or(&none), areas.iter().map(area).collect());
        sheet.from_1904 = from_1904;
        sheets.push((SheetName { name: known.name, hidden: known.visible != SheetVisible::Visible }, sheet));
    }
    Ok(sheets)
}

/// The hidden rows of each sheet, in the order of the sheets; and that no cell lies farther away than a table reaches.
fn hidden_rows(bytes: &[u8]) -> Result<Vec<BTreeSet<u32>>, Unreadable> {
    let mut file = match cfb::CompoundFile::open(Cursor::new(bytes)) {
        Ok(file) => file,
        Err(error) => return Err(broken(error)),
    };
    let name = if file.exists("/Workbook") { "/Workbook" } else { "/Book" };
    let mut stream = Vec::new();
    let opened = file.open_stream(name).map_err(broken)?;
    opened.take(MAX_STREAM + 1).read_to_end(&mut stream).map_err(broken)?;
    if stream.len() as u64 > MAX_STREAM {
        return Err(Unreadable::whole("xlsx-bomb", ""));
    }
    let two = |data: &[u8], at: usize| data.get(at..at + 2).map(|two| u16::from_le_bytes([two[0], two[1]]));
    // The sheets in their order, each with the place where its records begin.
    let mut begins: Vec<u32> = Vec::new();
    let mut sheets: Vec<(u32, BTreeSet<u32>)> = Vec::new();
    let mut at = 0_usize;
    let mut reach = (0_u64, 0_u64);
    while let (Some(kind), Some(length)) = (two(&stream, at), two(&stream, at + 2)) {
        let end = at + 4 + usize::from(length);
        let Some(data) = stream.get(at + 4..end) else { break };
        match kind {
            // BOUNDSHEET
            0x0085 => begins.extend(data.get(..4).map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]]))),
            // BOF
            0x0809 => {
                sheets.push((u32::try_from(at).unwrap_or_default(), BTreeSet::new()));
                reach = (0, 0);
            }
            // ROW: the flags say whether its height is nought.
            0x0208 => {
                if let (Some(row), Some(flags), Some(sheet)) = (two(data, 0), two(data, 12), sheets.last_mut())
                    && flags & 0x20 != 0
                {
                    sheet.1.insert(u32::from(row) + 1);
                }
            }
            // Cells: FORMULA, MULRK, LABELSST, NUMBER, LABEL, BOOLERR, RK, RSTRING
            0x0006 | 0x00bd | 0x00fd | 0x0203 | 0x0204 | 0x0205 | 0x027e | 0x00d6 => {
                if let (Some(row), Some(column)) = (two(data, 0), two(data, 2)) {
                    let last = if kind == 0x00bd { two(data, data.len().saturating_sub(2)) } else { None };
                    let column = last.unwrap_or(column).max(column);
                    reach = (reach.0.max(u64::from(row) + 1), reach.1.max(u64::from(column) + 1));
                    if reach.0 * reach.1 > MAX_AREA {
                        return Err(Unreadable::whole("xlsx-bomb", ""));
                    }
                }
            }
            _ => {}
        }
        at = end;
    }
    let of = |place: &u32| sheets.iter().find(|(at, _)| at == place).map(|(_, rows)| rows.clone()).unwrap_or_default();
    Ok(begins.iter().map(of).collect())
}
