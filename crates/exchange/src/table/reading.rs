//! From a file to the rows of a kind of table: the headings found, every cell read, and everything said that was settled or is wrong.
//! The command line, the interface for programs and the preview of every room give this answer.

use std::collections::{HashMap, HashSet};
use std::io::{self, Write};

use serde_json::{Map, json};
use sheber_kernel::Lang;
use sheber_kernel::letters::spaced;
use sheber_messages as messages;

use super::cell::{self, Means, Value};
use super::columns::{Form, Kind, Need, plain};
use crate::Unreadable;
use crate::book::{Book, Format, Letters, Line, MAX_COLUMNS, MAX_ROWS, Sheet};
use crate::unreadable::column_name;

/// What somebody says of a file besides its bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Options {
    /// The encoding of a text file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// The sheet that holds the table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Headings, or letters of columns, with the fields they hold; no field where a column is passed over.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub map: Vec<(String, String)>,
    /// The row of the headings, where somebody showed it; 0 where there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heading: Option<u32>,
}

/// What a row is looked at with beyond its columns: the places of the fields that are wrong, and why.
pub type Judge<'a> = dyn Fn(&Row) -> Vec<(usize, &'static str)> + 'a;

/// What a reading knows besides the file.
pub struct Knowledge<'a> {
    /// Whether the classifier has a specialty.
    pub is_specialty: &'a dyn Fn(&str) -> bool,
    pub judge: &'a Judge<'a>,
    /// Told how many rows are read, and of how many.
    pub progress: &'a dyn Fn(usize, usize),
}

/// A row that is right.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// As a spreadsheet shows it.
    pub place: u32,
    /// In the order of the kind's columns.
    pub values: Vec<Value>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    Error,
    Note,
}

impl Severity {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Note => "note",
        }
    }
}

/// What is wrong, or was settled by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// `None` of the file.
    pub row: Option<u32>,
    /// From 0.
    pub column: Option<u32>,
    pub field: Option<&'static str>,
    pub severity: Severity,
    pub code: &'static str,
    /// What stood there.
    pub found: String,
}

/// A column of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundColumn {
    /// From 0.
    pub column: u32,
    pub heading: String,
    /// The place among the kind's columns; `None` where it is passed over.
    pub field: Option<usize>,
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
pub enum Refused {
    /// The file itself cannot be read.
    File(Unreadable),
    /// No row has the headings. What stands on the sheet is for somebody to map by hand.
    NoHeadings { letters: Option<Letters>, sheets: Vec<String>, sheet: String, head: Vec<(u32, Vec<String>)> },
}

impl From<Unreadable> for Refused {
    fn from(error: Unreadable) -> Self {
        Self::File(error)
    }
}

impl Refused {
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
/// Headings are looked for in so many rows.
const HEAD: usize = 40;

/// Reads a file as a kind of table.
///
/// # Errors
/// Where it is none.
pub fn read(
    kind: &'static Kind,
    bytes: &[u8],
    options: &Options,
    knowledge: &Knowledge<'_>,
) -> Result<Reading, Refused> {
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
    filled(&mut reading, &mut sheet);
    reading.take(sheet, head.from, knowledge)?;
    Ok(reading)
}

/// Where the headings stand, and what they name.
struct Head {
    row: u32,
    columns: Vec<FoundColumn>,
    /// The place of the first line behind them.
    from: usize,
    titles: Option<u32>,
    /// Columns, by their place among the found ones, of a field that another column holds already.
    twice: Vec<usize>,
    score: usize,
}

/// The sheet that holds the table: the one that was said, else the first that people see with the headings, else a hidden one.
fn chosen(kind: &'static Kind, book: &mut Book<'_>, options: &Options) -> Result<(usize, Sheet, Head), Refused> {
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
    Err(Refused::NoHeadings { letters: book.letters.clone(), sheets, sheet: book.sheets[place].name.clone(), head })
}

/// The place of a column by its letters, from 0.
pub fn column_place(letters: &str) -> Option<usize> {
    if !(1..=2).contains(&letters.len()) || !letters.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return None;
    }
    let place = letters.bytes().fold(0_usize, |sum, letter| sum * 26 + usize::from(letter - b'A') + 1);
    Some(place - 1).filter(|place| *place < MAX_COLUMNS)
}

/// What a column holds, as somebody said.
#[derive(Clone, Copy)]
enum Holding {
    Field(usize),
    /// Nothing that is to be read.
    Passed,
}

impl Holding {
    const fn field(self) -> Option<usize> {
        match self {
            Self::Field(place) => Some(place),
            Self::Passed => None,
        }
    }
}

/// What somebody said of columns: by heading, or by letters.
struct Said<'a>(Vec<(&'a str, Holding)>);

impl Said<'_> {
    fn of_heading(&self, text: &str) -> Option<Holding> {
        let wanted = plain(text);
        let is = |heading: &str| heading == text || !wanted.is_empty() && plain(heading) == wanted;
        self.0.iter().find(|(heading, _)| !text.is_empty() && is(heading)).map(|(_, field)| *field)
    }

    fn of_letters(&self, column: usize) -> Option<Holding> {
        self.0.iter().find(|(heading, _)| column_place(heading) == Some(column)).map(|(_, field)| *field)
    }

    /// There may be no headings at all.
    fn has_letters(&self) -> bool {
        self.0.iter().any(|(heading, _)| column_place(heading).is_some())
    }
}

/// The columns of a row of headings.
#[derive(Default)]
struct Headings {
    columns: Vec<FoundColumn>,
    twice: Vec<usize>,
    /// How many of them somebody named by their headings.
    by_hand: usize,
    /// The fields that are known by headings.
    by_heading: Vec<usize>,
}

impl Headings {
    fn of(line: &Line, known: &HashMap<String, usize>, said: &Said<'_>, headed: bool) -> Self {
        let (mut found, mut taken) = (Self::default(), HashSet::new());
        for (column, cell) in line.cells.iter().enumerate() {
            let heading = if headed { spaced(&cell.shown()).into_owned() } else { String::new() };
            let named = said.of_heading(&heading);
            found.by_hand += usize::from(named.and_then(Holding::field).is_some());
            let by_hand = named.or_else(|| said.of_letters(column));
            let known = known.get(&plain(&heading)).or_else(|| known.get(&plain(before_unit(&heading))));
            let known = known.copied().filter(|_| !heading.is_empty());
            found.by_heading.extend(known);
            let field = by_hand.map_or(known, Holding::field);
            let column = u32::try_from(column).unwrap_or(u32::MAX);
            let is_twice = field.is_some_and(|place| !taken.insert(place));
            if is_twice {
                found.twice.push(found.columns.len());
            }
            found.columns.push(FoundColumn { column, heading, field: field.filter(|_| !is_twice) });
        }
        found
    }

    fn fields(&self) -> impl Iterator<Item = usize> {
        self.columns.iter().filter_map(|column| column.field)
    }

    /// Whether the row has headings of the kind: one that has to be there, and another one.
    fn is_head(&self, kind: &Kind, is_first: bool) -> bool {
        let is_needed = |place: &usize| kind.columns[*place].need == Need::Always;
        let needed = kind.columns.iter().filter(|column| column.need == Need::Always).count();
        self.by_hand > 0
            || self.by_heading.iter().any(is_needed) && (self.by_heading.len() >= 2 || needed == 1 && is_first)
    }
}

fn head_of(kind: &'static Kind, known: &HashMap<String, usize>, sheet: &Sheet, options: &Options) -> Option<Head> {
    let holding = |field: &str| kind.place(field).map_or(Holding::Passed, Holding::Field);
    let said = Said(options.map.iter().map(|(heading, field)| (heading.as_str(), holding(field))).collect());
    let lines = || sheet.lines.iter().take(HEAD).enumerate();
    if options.heading == Some(0) {
        let (_, widest) = lines().max_by_key(|(_, line)| line.cells.len())?;
        let Headings { columns, twice, .. } = Headings::of(widest, known, &said, false);
        let score = columns.iter().filter(|column| column.field.is_some()).count();
        return Some(Head { row: 0, columns, from: 0, titles: None, twice, score });
    }
    let mut best: Option<(usize, Headings, usize)> = None;
    for (place, line) in lines() {
        if options.heading.is_some_and(|row| row != line.place) {
            continue;
        }
        let found = Headings::of(line, known, &said, true);
        let score = found.fields().count();
        let is_head = options.heading.is_some() || found.is_head(kind, place == 0);
        if is_head && score > 0 && best.as_ref().is_none_or(|(.., most)| score > *most) {
            best = Some((place, found, score));
        }
    }
    if best.is_none() && said.has_letters() {
        return head_of(kind, known, sheet, &Options { heading: Some(0), ..options.clone() });
    }
    let (place, Headings { mut columns, twice, .. }, score) = best?;
    // Columns without a heading that hold something are named, too.
    let widest = sheet.lines[place..].iter().map(|line| line.cells.len()).max().unwrap_or_default();
    for column in columns.len()..widest {
        let field = said.of_letters(column).and_then(Holding::field);
        let column = u32::try_from(column).unwrap_or(u32::MAX);
        columns.push(FoundColumn { column, heading: String::new(), field });
    }
    let titles = u32::try_from(place).ok().filter(|titles| *titles > 0);
    Some(Head { row: sheet.lines[place].place, columns, from: place + 1, titles, twice, score })
}

/// A heading without its unit: `Цена, тг`, `Бағасы (теңге)`.
fn before_unit(heading: &str) -> &str {
    heading.split([',', '(']).next().unwrap_or_default()
}

/// Cells that were merged downwards hold their value in each row.
fn filled(reading: &mut Reading, sheet: &mut Sheet) {
    for area in std::mem::take(&mut sheet.merged) {
        let is_down = area.rows.1 > area.rows.0;
        if area.rows.1 <= reading.heading || area.columns.0 as usize >= MAX_COLUMNS {
            continue;
        }
        let column = area.columns.0 as usize;
        let first = area.rows.0;
        reading.say(Some(first), Some(area.columns.0), Severity::Note, "merged", String::new());
        let Some(value) = sheet.lines.iter().find(|line| line.place == first).map(|line| line.cell(column).clone())
        else {
            continue;
        };
        if !is_down || value.is_empty() {
            continue;
        }
        for line in sheet.lines.iter_mut().filter(|line| line.place > first && line.place <= area.rows.1) {
            if line.cells.len() <= column {
                line.cells.resize(column + 1, crate::book::Cell::Empty);
            }
            if line.cells[column].is_empty() {
                line.cells[column] = value.clone();
            }
        }
    }
}

impl Reading {
    fn say(&mut self, row: Option<u32>, column: Option<u32>, severity: Severity, code: &'static str, found: String) {
        let field =
            column.and_then(|column| self.columns.iter().find(|one| one.column == column)).and_then(|one| one.field);
        let field = field.map(|place| self.kind.columns[place].field);
        self.problems.push(Problem { row, column, field, severity, code, found });
    }

    fn take(&mut self, sheet: Sheet, from: usize, knowledge: &Knowledge<'_>) -> Result<(), Refused> {
        let mut rows = Rows {
            kind: self.kind,
            means: Means { is_specialty: knowledge.is_specialty, from_1904: sheet.from_1904 },
            of_column: self.columns.iter().filter_map(|column| Some((column.column, column.field?))).collect(),
            keys: self.kind.key.iter().filter_map(|field| self.kind.place(field)).collect(),
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

fn is_wrong(problems: &[Problem]) -> bool {
    problems.iter().any(|one| one.severity == Severity::Error)
}

/// The rows of a table while they are read.
struct Rows<'a> {
    kind: &'static Kind,
    means: Means<'a>,
    /// The columns of the file with the places of their fields.
    of_column: Vec<(u32, usize)>,
    keys: Vec<usize>,
    /// By key, the row that had it first; its values where they may come again.
    seen: HashMap<String, (u32, Vec<Value>)>,
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
    fn read(&mut self, line: &Line, judge: &Judge<'_>) -> (Option<Row>, Vec<Problem>) {
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
            match cell::read(&known.form, cell, &self.means) {
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
        let key: Vec<String> = self.keys.iter().map(|place| plain(&row.values[*place].text())).collect();
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

/// What is wrong or was settled, and how to mend it, in the reader's language.
pub fn message(kind: &Kind, problem: &Problem, lang: Lang) -> String {
    let column = problem.field.and_then(|field| kind.place(field)).map(|place| &kind.columns[place]);
    let heading = column.map(|column| messages::text(lang, column.heading)).unwrap_or_default();
    let choices = column.map(|column| column.form.choices()).unwrap_or_default();
    let choices: Vec<String> = choices.iter().map(|choice| messages::text(lang, choice.name)).collect();
    let (least, most) = match column.map(|column| column.form) {
        Some(Form::Whole(least, most)) => (least.to_string(), most.to_string()),
        Some(Form::Text(most) | Form::OwnCode(most) | Form::Number(most) | Form::SpecialtyOr(most)) => {
            (String::new(), most.to_string())
        }
        _ => ("0".to_owned(), String::new()),
    };
    let values = [
        ("found", problem.found.as_str()),
        ("name", heading.as_str()),
        ("what", &choices.join(", ")),
        ("from", &least),
        ("to", &most),
    ];
    let key = format!("table-{}", problem.code);
    // What a room's form says of a field has its own words.
    messages::try_text_with(lang, &key, &values).unwrap_or_else(|| {
        let said = messages::text(lang, problem.code);
        let said = said.trim_end_matches('.');
        let found = problem.found.parse().map_or_else(|_| problem.found.clone(), |day| messages::date(lang, day));
        if found.is_empty() { said.to_owned() } else { format!("{said}: {found}") }
    })
}

/// As far as a message shows it.
fn short(text: &str) -> String {
    let text = spaced(text);
    let mut short: String = text.chars().take(80).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// Whether two rows of one key differ in these fields alone.
fn is_alike(kind: &Kind, open: &[&str], one: &[Value], other: &[Value]) -> bool {
    kind.columns
        .iter()
        .zip(one.iter().zip(other))
        .all(|(column, (one, other))| one == other || open.contains(&column.field))
}

/// Whether the first cell of a row says that it is a sample: «Үлгі: …».
fn is_marked(line: &Line) -> bool {
    let Some(crate::book::Cell::Text(first)) = line.cells.iter().find(|cell| !cell.is_empty()) else { return false };
    let Some((mark, _)) = first.split_once(':') else { return false };
    let mark = plain(mark);
    Lang::ALL.iter().any(|lang| plain(&messages::text(*lang, "table-sample")) == mark)
}

/// Whether a row is the sample of a template that was made before samples were marked: every cell as it was written. Days and years
/// moved with the year in which the template was made.
fn is_sample(kind: &Kind, line: &Line, of_column: &[(u32, usize)]) -> bool {
    of_column.iter().all(|(column, place)| {
        let known = &kind.columns[*place];
        let moves = matches!(known.form, Form::Day | Form::AcademicYear { .. });
        moves || line.cell(*column as usize).shown() == known.sample
    })
}

/// Whether a row under the headings numbers the columns: 1, 2, 3.
fn is_numbering(line: &Line, of_column: &[(u32, usize)]) -> bool {
    let numbers: Vec<String> =
        line.cells.iter().filter(|cell| !cell.is_empty()).map(crate::book::Cell::shown).collect();
    let follows = |pair: &[String]| {
        let number = |text: &String| text.trim().parse::<u32>().ok();
        matches!((number(&pair[0]), number(&pair[1])), (Some(one), Some(next)) if next == one + 1)
    };
    numbers.len() >= 3 && numbers.len() >= of_column.len() && numbers.windows(2).all(follows)
}
