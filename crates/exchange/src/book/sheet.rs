//! What stands on the sheets of a table's file, whatever format it has.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use calamine::{Data, DataRef, ExcelDateTime};
use chrono::NaiveDate;

use crate::signs::cleaned;
use crate::unreadable::Unreadable;

/// So many rows of a table are read.
pub const MAX_ROWS: usize = 50_000;
/// Titles and empty rows may stand about them.
pub const MAX_PLACE: u32 = 1_048_576;
/// So many columns of a table are looked at.
pub const MAX_COLUMNS: usize = 200;
/// So many cells are held at once.
const MAX_CELLS: usize = 2_000_000;

/// What stands in a cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Cell {
    #[default]
    Empty,
    Text(String),
    Number(f64),
    Day(NaiveDate),
    Flag(bool),
    /// An error of a formula, such as `#REF!`.
    Fault(String),
}

impl Cell {
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }

    pub fn of_text(text: &str) -> Self {
        if text.trim().is_empty() { Self::Empty } else { Self::Text(cleaned(text).into_owned()) }
    }

    pub fn of_moment(moment: ExcelDateTime) -> Self {
        if !moment.is_datetime() {
            return Self::Number(moment.as_f64());
        }
        let (year, month, day, ..) = moment.to_ymd_hms_milli();
        let day = NaiveDate::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day));
        day.map_or(Self::Number(moment.as_f64()), Self::Day)
    }

    pub fn of_iso(text: &str) -> Self {
        let day = text.split('T').next().unwrap_or_default();
        day.parse().map_or_else(|_| Self::of_text(text), Self::Day)
    }

    pub fn of(data: &Data) -> Self {
        match data {
            #[expect(clippy::cast_precision_loss, reason = "as spreadsheets hold numbers")]
            Data::Int(number) => Self::Number(*number as f64),
            Data::Float(number) => Self::Number(*number),
            Data::String(text) | Data::DurationIso(text) => Self::of_text(text),
            Data::Bool(flag) => Self::Flag(*flag),
            Data::DateTime(moment) => Self::of_moment(*moment),
            Data::DateTimeIso(text) => Self::of_iso(text),
            Data::Error(error) => Self::Fault(error.to_string()),
            Data::Empty => Self::Empty,
        }
    }

    pub fn of_ref(data: &DataRef<'_>) -> Self {
        match data {
            DataRef::SharedString(text) => Self::of_text(text),
            DataRef::String(text) => Self::of_text(text),
            other => Self::of(&Data::from(other.clone())),
        }
    }

    /// The text a person sees in a cell; numbers without needless decimals, days as ISO.
    pub fn shown(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) | Self::Fault(text) => text.trim().to_owned(),
            Self::Number(number) => number.to_string(),
            Self::Day(day) => day.to_string(),
            Self::Flag(flag) => flag.to_string(),
        }
    }
}

/// What kind of file it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Xlsx,
    Xls,
    Ods,
    Text,
}

/// By what letters a text file was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letters {
    /// As standards name it, in small letters: `windows-1251`.
    pub encoding: String,
    /// Nothing in the file says so.
    pub guessed: bool,
}

/// A sheet by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetName {
    pub name: String,
    pub hidden: bool,
}

/// A row that holds something.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// As people count, from 1.
    pub place: u32,
    pub hidden: bool,
    pub cells: Vec<Cell>,
}

impl Line {
    pub fn cell(&self, column: usize) -> &Cell {
        self.cells.get(column).unwrap_or(&Cell::Empty)
    }
}

/// Cells that were merged: first and last row, from 1; first and last column, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area {
    pub rows: (u32, u32),
    pub columns: (u32, u32),
}

/// What stands on a sheet.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    pub lines: Vec<Line>,
    pub merged: Vec<Area>,
    /// The rows, from 1, and columns, from 0, where a formula stands.
    pub formulas: HashSet<(u32, u32)>,
    /// Days are counted from 1904, not 1900.
    pub from_1904: bool,
}

/// A sheet while it is filled, cell by cell.
#[derive(Default)]
pub struct Filling {
    lines: BTreeMap<u32, Vec<Cell>>,
    cells: usize,
}

impl Filling {
    /// Puts a cell where it stands, row and column from 0.
    pub fn put(&mut self, (row, column): (u32, u32), cell: Cell) -> Result<(), Unreadable> {
        let place = usize::try_from(column).unwrap_or(usize::MAX);
        // What stands far to the right of any table is no part of one.
        if cell.is_empty() || place >= MAX_COLUMNS {
            return Ok(());
        }
        let line = self.lines.entry(row).or_default();
        if line.len() <= place {
            self.cells += place + 1 - line.len();
            line.resize(place + 1, Cell::Empty);
        }
        line[place] = cell;
        if row >= MAX_PLACE || self.cells > MAX_CELLS || self.lines.len() > MAX_ROWS + 1_000 {
            return Err(Unreadable::whole("list-too-long", MAX_ROWS));
        }
        Ok(())
    }

    pub fn sheet(self, hidden: &BTreeSet<u32>, merged: Vec<Area>) -> Sheet {
        let line = |(row, cells): (u32, Vec<Cell>)| Line { place: row + 1, hidden: hidden.contains(&(row + 1)), cells };
        Sheet { lines: self.lines.into_iter().map(line).collect(), merged, ..Sheet::default() }
    }
}
