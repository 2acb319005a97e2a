//! The rows of a table: each cell read, and what is said of it.

use std::collections::{HashMap, HashSet};

use sheber_kernel::{Lang, letters};
use sheber_messages as messages;

use super::cell::{self, Means, Value};
use super::columns::{Form, Kind, Need, plain};
use super::problem::{Problem, Severity, is_wrong, short};
use crate::book::Line;

/// A row that is right.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// As a spreadsheet shows it.
    pub place: u32,
    /// In the order of the kind's columns.
    pub values: Vec<Value>,
}

/// What a row is looked at with beyond its columns: the places of the fields that are wrong, and why.
pub type Judge<'a> = dyn Fn(&Row) -> Vec<(usize, &'static str)> + 'a;

/// The rows of a table while they are read.
pub struct Rows<'a> {
    pub kind: &'static Kind,
    pub means: Means<'a>,
    /// The columns of the file with the places of their fields.
    pub of_column: Vec<(u32, usize)>,
    pub keys: Vec<usize>,
    /// Where formulas stand: row from 1, column from 0.
    pub formulas: HashSet<(u32, u32)>,
    /// By key, the row that had it first; its values where they may come again.
    pub seen: HashMap<String, (u32, Vec<Value>)>,
}

impl Rows<'_> {
    fn column_of(&self, place: usize) -> Option<u32> {
        self.of_column.iter().find(|(_, known)| *known == place).map(|(column, _)| *column)
    }

    fn problem(&self, row: u32, place: usize, severity: Severity, code: &'static str, found: String) -> Problem {
        let field = Some(self.kind.columns[place].field);
        Problem { row: Some(row), column: self.column_of(place), field, severity, code, found }
    }

    /// A row with all that is to be said of it; no row where it is one that came before.
    pub fn read(&mut self, line: &Line, judge: &Judge<'_>) -> (Option<Row>, Vec<Problem>) {
        let (values, mut problems) = self.values(line);
        let row = Row { place: line.place, values };
        if !is_wrong(&problems) {
            for (place, code) in judge(&row) {
                let found = short(&row.values[place].text());
                problems.push(self.problem(row.place, place, Severity::Error, code, found));
            }
        }
        if !is_wrong(&problems) && !self.keys.is_empty() && !self.is_first(&row, &mut problems) {
            return (None, problems);
        }
        if line.hidden {
            let note = self.problem(row.place, 0, Severity::Note, "hidden-row", String::new());
            problems.push(Problem { column: None, field: None, ..note });
        }
        (Some(row), problems)
    }

    fn values(&self, line: &Line) -> (Vec<Value>, Vec<Problem>) {
        let mut values = vec![Value::Absent; self.kind.columns.len()];
        let mut problems = Vec::new();
        for (column, place) in &self.of_column {
            let cell = line.cell(*column as usize);
            let known = &self.kind.columns[*place];
            let is_unreckoned = cell.is_empty() && self.formulas.contains(&(line.place, *column));
            let read = if is_unreckoned { Err("formula-fault") } else { cell::read(&known.form, cell, &self.means) };
            match read {
                Ok((value, notes)) => {
                    for code in notes {
                        let found = value.text().into_owned();
                        problems.push(self.problem(line.place, *place, Severity::Note, code, found));
                    }
                    if value == Value::Nothing && known.need != Need::Open {
                        problems.push(self.problem(line.place, *place, Severity::Error, "required", String::new()));
                    }
                    values[*place] = value;
                }
                Err(code) => {
                    let found = short(&cell.shown());
                    problems.push(self.problem(line.place, *place, Severity::Error, code, found));
                }
            }
        }
        for (place, column) in self.kind.columns.iter().enumerate() {
            if column.need == Need::Always && self.column_of(place).is_none() {
                problems.push(self.problem(line.place, place, Severity::Error, "required", String::new()));
            }
        }
        (values, problems)
    }

    /// Whether a row is no other one again; what is the same key with other values is a problem.
    fn is_first(&mut self, row: &Row, problems: &mut Vec<Problem>) -> bool {
        let key: Vec<String> = self.keys.iter().map(|place| plain(&look_alike(&row.values[*place].text()))).collect();
        let key = key.join("\u{1f}");
        // Where nothing tells it apart, there is nothing to compare.
        if key.chars().all(|letter| letter == '\u{1f}') {
            return true;
        }
        match self.seen.get(&key) {
            Some((_, earlier))
                if self.kind.joined.is_some_and(|open| is_alike(self.kind, open, earlier, &row.values)) =>
            {
                return false;
            }
            Some((earlier, _)) => {
                let found = earlier.to_string();
                problems.push(self.problem(row.place, self.keys[0], Severity::Error, "twice", found));
            }
            None => {
                let values = if self.kind.joined.is_some() { row.values.clone() } else { Vec::new() };
                self.seen.insert(key, (row.place, values));
            }
        }
        true
    }
}

/// Whether two rows of one key differ in these fields alone.
fn is_alike(kind: &Kind, open: &[&str], one: &[Value], other: &[Value]) -> bool {
    kind.columns
        .iter()
        .zip(one.iter().zip(other))
        .all(|(column, (one, other))| one == other || open.contains(&column.field))
}

/// Whether the first cell of a row says that it is a sample: «Үлгі: …».
pub fn is_marked(line: &Line) -> bool {
    let Some(crate::book::Cell::Text(first)) = line.cells.iter().find(|cell| !cell.is_empty()) else { return false };
    let Some((mark, _)) = first.split_once(':') else { return false };
    let mark = plain(mark);
    Lang::ALL.iter().any(|lang| plain(&messages::text(*lang, "table-sample")) == mark)
}

/// Whether a row is the sample of a template that was made before samples were marked: every cell as it was written. Days and years
/// moved with the year in which the template was made.
pub fn is_sample(kind: &Kind, line: &Line, of_column: &[(u32, usize)]) -> bool {
    of_column.iter().all(|(column, place)| {
        let known = &kind.columns[*place];
        let moves = matches!(known.form, Form::Day | Form::AcademicYear { .. });
        moves || line.cell(*column as usize).shown() == known.sample
    })
}

/// Whether a row under the headings numbers the columns: 1, 2, 3.
pub fn is_numbering(line: &Line, of_column: &[(u32, usize)]) -> bool {
    let numbers: Vec<String> =
        line.cells.iter().filter(|cell| !cell.is_empty()).map(crate::book::Cell::shown).collect();
    let follows = |pair: &[String]| {
        let number = |text: &String| text.trim().parse::<u32>().ok();
        matches!((number(&pair[0]), number(&pair[1])), (Some(one), Some(next)) if next == one + 1)
    };
    numbers.len() >= 3 && numbers.len() >= of_column.len() && numbers.windows(2).all(follows)
}

/// A key as it looks: letters of the two alphabets that are drawn alike are the same.
fn look_alike(text: &str) -> String {
    text.chars().map(|letter| letters::cyrillic(letter).unwrap_or(letter)).collect()
}
