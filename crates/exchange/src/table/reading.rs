//! From a file to the rows of a kind of table: the headings found, every cell read, and everything said that was settled or is wrong.
//! The command line, the interface for programs and the preview of every room give this answer.

use std::collections::HashMap;
use std::io::{self, Write};

use serde_json::{Map, json};
use sheber_kernel::Lang;
use sheber_kernel::letters::spaced;
use sheber_messages as messages;

use super::cell::Means;
use super::columns::{Kind, Need, plain};
use super::headings::{HEAD, Head, head_of};
use super::problem::is_wrong;
use super::rows::{Rows, is_marked, is_numbering, is_sample};
use crate::book::{Book, Format, Letters, Line, MAX_COLUMNS, MAX_ROWS, Sheet};
use crate::unreadable::{Unreadable, column_name};

pub use super::headings::{FoundColumn, column_place};
pub use super::options::Options;
pub use super::problem::{Problem, Severity, message};
pub use super::rows::{Judge, Row};

/// What a reading knows besides the file.
pub struct Knowledge<'a> {
    /// Whether the classifier has a specialty.
    pub is_specialty: &'a dyn Fn(&str) -> bool,
    pub judge: &'a Judge<'a>,
    /// Told how many rows are read, and of how many.
    pub progress: &'a dyn Fn(usize, usize),
}

/// What a file holds.
#[derive(Debug)]
pub struct Reading {
    pub kind: &'static Kind,
    pub format: Format,
    pub letters: Option<Letters>,
    pub sheet: Option<String>,
    /// Every sheet that holds something, hidden ones too.
    pub sheets: Vec<String>,
    /// The row of the headings; 0 where there are none.
    pub heading: u32,
    pub columns: Vec<FoundColumn>,
    pub rows: Vec<Row>,
    pub problems: Vec<Problem>,
    /// How many rows the table has, wrong ones too.
    pub total: usize,
    pub wrong: usize,
}

/// Why a file is no table of its kind.
#[derive(Debug)]
pub enum NoTable {
    /// The file itself cannot be read.
    File(Unreadable),
    /// No row has the headings. What stands on the sheet is for somebody to map by hand.
    NoHeadings { letters: Option<Letters>, sheets: Vec<String>, sheet: String, head: Vec<(u32, Vec<String>)> },
}

impl From<Unreadable> for NoTable {
    fn from(error: Unreadable) -> Self {
        Self::File(error)
    }
}

impl NoTable {
    /// What the file is and how to save it, in the reader's language.
    pub fn describe(&self, lang: Lang, kind: &Kind) -> String {
        match self {
            Self::File(error) => error.describe(lang),
            Self::NoHeadings { .. } => {
                let needed = kind.columns.iter().filter(|column| column.need != Need::Open);
                let needed: Vec<String> = needed.map(|column| messages::text(lang, column.heading)).collect();
                messages::text_with(lang, "table-no-headings", &[("what", &needed.join(", "))])
            }
        }
    }
}

/// More problems than these are counted and not listed.
const MAX_PROBLEMS: usize = 20_000;
/// Reads a file as a kind of table.
///
/// # Errors
/// Where it is none.
pub fn read(
    kind: &'static Kind,
    bytes: &[u8],
    options: &Options,
    knowledge: &Knowledge<'_>,
) -> Result<Reading, NoTable> {
    let mut book = Book::open(bytes, options.encoding.as_deref())?;
    let (place, mut sheet, head) = chosen(kind, &mut book, options)?;
    let mut reading = Reading {
        kind,
        format: book.format,
        letters: book.letters.clone(),
        sheet: Some(book.sheets[place].name.clone()).filter(|name| !name.is_empty()),
        sheets: Vec::new(),
        heading: head.row,
        columns: head.columns,
        rows: Vec::new(),
        problems: Vec::new(),
        total: 0,
        wrong: 0,
    };
    if let Some(letters) = reading.letters.as_ref().filter(|letters| letters.guessed) {
        let encoding = letters.encoding.clone();
        reading.say(None, None, Severity::Note, "guessed-encoding", encoding);
    }
    for other in 0..book.sheets.len() {
        let name = book.sheets[other].clone();
        if other == place {
            reading.sheets.push(name.name);
        } else if book.holds(other) {
            let code = if name.hidden { "hidden-sheet" } else { "other-sheet" };
            reading.say(None, None, Severity::Note, code, name.name.clone());
            reading.sheets.push(name.name);
        }
    }
    if book.sheets[place].hidden {
        let name = book.sheets[place].name.clone();
        reading.say(None, None, Severity::Note, "hidden-sheet", name);
    }
    drop(book);
    if let Some(titles) = head.titles {
        reading.say(None, None, Severity::Note, "title-rows", titles.to_string());
    }
    for field in head.twice {
        let heading = reading.columns[field].heading.clone();
        let column = reading.columns[field].column;
        reading.say(None, Some(column), Severity::Error, "column-twice", heading);
    }
    let headed = filled(&mut reading, &mut sheet);
    let from = head.from + sheet.lines.iter().skip(head.from).take_while(|line| line.place <= headed).count();
    reading.take(sheet, from, knowledge)?;
    Ok(reading)
}

/// The sheet that holds the table: the one that was said, else the first that people see with the headings, else a hidden one.
fn chosen(kind: &'static Kind, book: &mut Book<'_>, options: &Options) -> Result<(usize, Sheet, Head), NoTable> {
    let known = kind.headings();
    let mut order: Vec<usize> = (0..book.sheets.len()).collect();
    order.sort_by_key(|place| book.sheets[*place].hidden);
    if let Some(said) = options.sheet.as_deref().filter(|said| !said.is_empty()) {
        let wanted = plain(said);
        let is_said = |place: &usize| book.sheets[*place].name == said || plain(&book.sheets[*place].name) == wanted;
        let place = order.iter().copied().find(is_said);
        order = vec![place.ok_or_else(|| Unreadable::whole("sheet-missing", said))?];
    }
    let mut first: Option<(usize, Sheet)> = None;
    let mut best: Option<(usize, Sheet, Head)> = None;
    for place in order {
        let sheet = book.sheet(place)?;
        if sheet.lines.is_empty() {
            continue;
        }
        match head_of(kind, &known, &sheet, options) {
            Some(head) => {
                let is_better = best.as_ref().is_none_or(|(known, _, best)| {
                    head.score > best.score && book.sheets[place].hidden == book.sheets[*known].hidden
                });
                if is_better {
                    best = Some((place, sheet, head));
                }
            }
            None if first.is_none() => first = Some((place, sheet)),
            None => {}
        }
    }
    if let Some(best) = best {
        return Ok(best);
    }
    let Some((place, sheet)) = first else { return Err(Unreadable::whole("empty", "").into()) };
    let shown = |line: &Line| (line.place, line.cells.iter().map(|cell| spaced(&cell.shown()).into_owned()).collect());
    let head = sheet.lines.iter().take(HEAD).map(shown).collect();
    let mut sheets = Vec::new();
    for other in 0..book.sheets.len() {
        if other == place || book.holds(other) {
            sheets.push(book.sheets[other].name.clone());
        }
    }
    Err(NoTable::NoHeadings { letters: book.letters.clone(), sheets, sheet: book.sheets[place].name.clone(), head })
}

/// Cells that were merged downwards hold their value in each row. Gives the last row that headings were merged down to.
fn filled(reading: &mut Reading, sheet: &mut Sheet) -> u32 {
    let mut headed = reading.heading;
    for area in std::mem::take(&mut sheet.merged) {
        let (first, last) = area.rows;
        if last <= first || last <= reading.heading || area.columns.0 as usize >= MAX_COLUMNS {
            continue;
        }
        if first <= reading.heading {
            // Headings of two rows: under them stand units, or parts of them, and nothing of the table.
            headed = headed.max(last.min(reading.heading + 3));
            continue;
        }
        let column = area.columns.0 as usize;
        reading.say(Some(first), Some(area.columns.0), Severity::Note, "merged", String::new());
        let from = sheet.lines.partition_point(|line| line.place < first);
        let to = sheet.lines.partition_point(|line| line.place <= last);
        let lines = &mut sheet.lines[from..to];
        let Some((head, rest)) = lines.split_first_mut().filter(|(head, _)| head.place == first) else { continue };
        let value = head.cell(column).clone();
        if value.is_empty() {
            continue;
        }
        for line in rest {
            if line.cells.len() <= column {
                line.cells.resize(column + 1, crate::book::Cell::Empty);
            }
            if line.cells[column].is_empty() {
                line.cells[column] = value.clone();
            }
        }
    }
    headed
}

impl Reading {
    fn say(&mut self, row: Option<u32>, column: Option<u32>, severity: Severity, code: &'static str, found: String) {
        let field =
            column.and_then(|column| self.columns.iter().find(|one| one.column == column)).and_then(|one| one.field);
        let field = field.map(|place| self.kind.columns[place].field);
        self.problems.push(Problem { row, column, field, severity, code, found });
    }

    fn take(&mut self, sheet: Sheet, from: usize, knowledge: &Knowledge<'_>) -> Result<(), NoTable> {
        let mut rows = Rows {
            kind: self.kind,
            means: Means { is_specialty: knowledge.is_specialty, from_1904: sheet.from_1904 },
            of_column: self.columns.iter().filter_map(|column| Some((column.column, column.field?))).collect(),
            keys: self.kind.key.iter().filter_map(|field| self.kind.place(field)).collect(),
            formulas: sheet.formulas,
            seen: HashMap::new(),
        };
        let count = sheet.lines.len().saturating_sub(from);
        let is_template = self.is_template();
        let mut unlisted = 0_usize;
        for (at, line) in sheet.lines.into_iter().skip(from).enumerate() {
            if at % 500 == 0 {
                (knowledge.progress)(at, count);
            }
            if !rows.of_column.iter().any(|(column, _)| !line.cell(*column as usize).is_empty()) {
                continue;
            }
            if at == 0 && is_numbering(&line, &rows.of_column) {
                self.say(Some(line.place), None, Severity::Note, "title-rows", String::new());
                continue;
            }
            if is_marked(&line) || at == 0 && is_template && is_sample(self.kind, &line, &rows.of_column) {
                self.say(Some(line.place), None, Severity::Note, "sample-row", String::new());
                continue;
            }
            let (row, mut problems) = rows.read(&line, knowledge.judge);
            let Some(row) = row else { continue };
            self.total += 1;
            if self.total > MAX_ROWS {
                return Err(Unreadable::whole("list-too-long", MAX_ROWS).into());
            }
            if is_wrong(&problems) {
                self.wrong += 1;
            } else {
                self.rows.push(row);
            }
            let room = MAX_PROBLEMS.saturating_sub(self.problems.len());
            unlisted += problems.len().saturating_sub(room);
            problems.truncate(room);
            self.problems.append(&mut problems);
        }
        (knowledge.progress)(count, count);
        if unlisted > 0 {
            self.say(None, None, Severity::Note, "more", unlisted.to_string());
        }
        Ok(())
    }

    /// Whether it has the sheet and the headings of a template, and no others.
    fn is_template(&self) -> bool {
        let named = self.sheet.as_deref().map(plain);
        let is_named = Lang::ALL.iter().any(|lang| Some(plain(&messages::text(*lang, self.kind.title))) == named);
        let fields: Vec<usize> = self.columns.iter().filter_map(|column| column.field).collect();
        is_named && fields.len() == self.columns.len() && fields.iter().copied().eq(0..self.kind.columns.len())
    }

    /// Whether a row may be taken.
    pub fn is_right(&self) -> bool {
        self.wrong == 0 && !self.problems.iter().any(|problem| problem.severity == Severity::Error)
    }

    /// Writes the answer as programs have it (`table-format`), row by row: a table of a country is not put together in memory twice.
    ///
    /// # Errors
    /// Where nothing more can be written.
    pub fn write_json(&self, out: &mut impl Write, file: &str, lang: Lang) -> io::Result<()> {
        let columns: Vec<_> = self
            .columns
            .iter()
            .map(|column| {
                let field = column.field.map(|place| self.kind.columns[place].field);
                json!({ "column": column_name(column.column), "heading": column.heading, "field": field })
            })
            .collect();
        let encoding = self.letters.as_ref().map(|letters| &letters.encoding);
        let head = json!({ "file": file, "kind": self.kind.word, "encoding": encoding, "sheet": self.sheet });
        let head = head.to_string();
        write!(out, "{},\"columns\":{}", head.trim_end_matches('}'), json!(columns))?;
        out.write_all(b",\"rows\":[")?;
        for (place, row) in self.rows.iter().enumerate() {
            let comma = if place > 0 { "," } else { "" };
            write!(out, "{comma}{}", json!({ "row": row.place, "values": self.values(row) }))?;
        }
        out.write_all(b"],\"problems\":[")?;
        for (place, problem) in self.problems.iter().enumerate() {
            let comma = if place > 0 { "," } else { "" };
            let said = json!({
                "row": problem.row,
                "column": problem.column.map(column_name),
                "field": problem.field,
                "severity": problem.severity.word(),
                "code": problem.code,
                "message": self.message(problem, lang),
            });
            write!(out, "{comma}{said}")?;
        }
        write!(out, "],\"summary\":{}}}", json!({ "rows": self.total, "wrong": self.wrong }))
    }

    fn values(&self, row: &Row) -> Map<String, serde_json::Value> {
        let fields = self.kind.columns.iter().zip(&row.values);
        fields.filter_map(|(column, value)| Some((column.field.to_owned(), value.json()?))).collect()
    }

    /// What is wrong or was settled, and how to mend it.
    pub fn message(&self, problem: &Problem, lang: Lang) -> String {
        message(self.kind, problem, lang)
    }
}
