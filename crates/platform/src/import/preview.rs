//! What a file would do: which rows are new, which change something and what, which are there already, which are wrong.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use sheber_exchange::table::cell::Value;
use sheber_exchange::table::columns::{Column, Kind, Need, plain};
use sheber_exchange::table::reading::{NoTable, Options, Problem, Reading, Row, Severity};

use super::store::{self, Import};
use crate::door::{self, Bringer, Door, Outlook, There};
use crate::error::AppError;
use crate::evidence::Db;
use crate::fields::Fields;
use crate::heavy::heavy;
use crate::secret;

/// How a row stands to what is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    New,
    /// The places of the columns that change, with what stands there now.
    Changed(Vec<(usize, String)>),
    /// It changes nothing.
    Same,
    /// One that is alike is there, and nothing tells them apart.
    Alike,
    Wrong,
}

/// A row of the preview; its values stand in the reading.
#[derive(Clone, Debug)]
pub struct Line {
    /// The place of its row among those of the reading.
    pub row: usize,
    pub standing: Standing,
}

/// What a file would do.
#[derive(Debug)]
pub struct Preview {
    pub reading: Reading,
    pub lines: Vec<Line>,
    /// What was said of files of this shape before was used.
    pub remembered: bool,
    /// By which the next file of this shape is known.
    pub shape: String,
}

impl Preview {
    /// What was shown, in short: how the file was read, and what each row would do to what is there.
    pub fn mark(&self, import: &Import) -> String {
        let mut shown = serde_json::to_string(&import.options.0).unwrap_or_default();
        for line in &self.lines {
            let _ = write!(shown, "|{}:{:?}", line.row, line.standing);
        }
        secret::sha256(&shown)
    }
}

/// How far the work on a file is.
#[derive(Debug, Default)]
pub struct Progress {
    pub done: AtomicUsize,
    pub all: AtomicUsize,
}

impl Progress {
    pub fn set(&self, done: usize, all: usize) {
        self.done.store(done, Ordering::Relaxed);
        self.all.store(all, Ordering::Relaxed);
    }

    pub fn hundredths(&self) -> usize {
        let all = self.all.load(Ordering::Relaxed).max(1);
        (self.done.load(Ordering::Relaxed) * 100 / all).min(100)
    }
}

impl Preview {
    pub fn many(&self, is: impl Fn(&Standing) -> bool) -> usize {
        self.lines.iter().filter(|line| is(&line.standing)).count()
    }

    pub fn new_rows(&self) -> usize {
        self.many(|standing| *standing == Standing::New)
    }

    pub fn changed_rows(&self) -> usize {
        self.many(|standing| matches!(standing, Standing::Changed(_)))
    }

    pub fn same_rows(&self) -> usize {
        self.many(|standing| *standing == Standing::Same)
    }

    pub fn alike_rows(&self) -> usize {
        self.many(|standing| *standing == Standing::Alike)
    }

    /// Wrong rows: those that do not read, and those that the room refuses.
    pub fn wrong_rows(&self) -> usize {
        self.reading.wrong + self.many(|standing| *standing == Standing::Wrong)
    }
}

/// So many rows are compared with the database at once.
pub const AT_ONCE: usize = 500;

/// The shapes of a file, the most telling first.
fn shapes(read: &Result<Reading, NoTable>) -> Vec<String> {
    let of = |texts: &[String]| {
        let plain: Vec<String> = texts.iter().map(|text| plain(text)).filter(|text| !text.is_empty()).collect();
        secret::sha256(&plain.join("\u{1f}"))
    };
    match read {
        Ok(reading) => {
            let headings: Vec<String> = reading.columns.iter().map(|column| column.heading.clone()).collect();
            if reading.heading == 0 { vec![format!("columns-{}", headings.len())] } else { vec![of(&headings)] }
        }
        Err(NoTable::NoHeadings { head, .. }) => {
            let mut shapes: Vec<String> = head.iter().map(|(_, texts)| of(texts)).collect();
            let widest = head.iter().map(|(_, texts)| texts.len()).max().unwrap_or_default();
            shapes.push(format!("columns-{widest}"));
            shapes
        }
        Err(NoTable::File(_)) => Vec::new(),
    }
}

/// Reads a file as its import says, or as files of its shape were read before.
async fn read(
    door: &'static dyn Door,
    by: Bringer<'_>,
    import: &Import,
    bytes: &Bytes,
    progress: &Arc<Progress>,
) -> Result<Result<(Reading, bool, String), NoTable>, AppError> {
    let specialties = door::specialties(by.app).await?;
    let once = async |options: Options| {
        let (bytes, progress, today, specialties) = (bytes.clone(), progress.clone(), by.today, specialties.clone());
        heavy(move || {
            let is_specialty = |code: &str| specialties.contains(code);
            door::read(door, &bytes, &options, today, &is_specialty, &|done, all| progress.set(done, all))
        })
        .await
    };
    let mut read = once(import.options.0.clone()).await?;
    let mut remembered = false;
    if import.options.map.is_empty() && import.options.heading.is_none() {
        let known = store::shaped(&by.app.db, import.organisation_id, &import.door, &shapes(&read)).await?;
        if let Some(known) = known {
            let options =
                Options { encoding: import.options.encoding.clone(), sheet: import.options.sheet.clone(), ..known };
            let again = once(options).await?;
            if again.is_ok() {
                read = again;
                remembered = true;
            }
        }
    }
    let shape = shapes(&read).into_iter().next().unwrap_or_default();
    Ok(read.map(|reading| (reading, remembered, shape)))
}

/// Reads a file and compares it with what is there.
///
/// # Errors
/// Where the database cannot be read. That the file is no such table is an answer.
pub async fn make(
    door: &'static dyn Door,
    by: Bringer<'_>,
    import: &Import,
    bytes: &Bytes,
    progress: &Arc<Progress>,
) -> Result<Result<Preview, NoTable>, AppError> {
    let (mut reading, remembered, shape) = match read(door, by, import, bytes, progress).await? {
        Ok(read) => read,
        Err(refused) => return Ok(Err(refused)),
    };
    let db = Db::from(&by.app.db);
    let mut lines = Vec::with_capacity(reading.rows.len());
    let rows = std::mem::take(&mut reading.rows);
    for (part, chunk) in rows.chunks(AT_ONCE).enumerate() {
        for (at, looked) in look(door, &db, by, chunk).await?.into_iter().enumerate() {
            let problems: Vec<Problem> = looked.problems.into_iter().map(|one| placed(one, &reading)).collect();
            reading.problems.extend(problems);
            lines.push(Line { row: part * AT_ONCE + at, standing: looked.standing });
        }
        progress.set(part * AT_ONCE + chunk.len(), rows.len());
    }
    reading.rows = rows;
    Ok(Ok(Preview { reading, lines, remembered, shape }))
}

/// A problem with the column where its field stands.
fn placed(problem: Problem, reading: &Reading) -> Problem {
    let place = problem.field.and_then(|field| reading.kind.place(field));
    let column = reading.columns.iter().find(|column| column.field.is_some() && column.field == place);
    Problem { column: column.map(|column| column.column), ..problem }
}

/// A row beside what is there.
pub struct SeenRow {
    pub standing: Standing,
    /// What is to be written: the row over what is there.
    pub fields: Fields,
    pub there: Option<There>,
    problems: Vec<Problem>,
}

/// Compares rows with what is there.
///
/// # Errors
/// Where the database cannot be read.
pub async fn look(
    door: &'static dyn Door,
    db: &Db<'_>,
    by: Bringer<'_>,
    rows: &[Row],
) -> Result<Vec<SeenRow>, AppError> {
    let mut said: Vec<Fields> = rows.iter().map(|row| door::fields(door.kind(), row)).collect();
    let outlooks = door.outlook(db, by, &mut said).await?;
    let looked = rows.iter().zip(said).zip(outlooks);
    Ok(looked.map(|((row, said), outlook)| compared(door, by, row, said, outlook)).collect())
}

/// A row beside what is known of it.
fn compared(door: &dyn Door, by: Bringer<'_>, row: &Row, said: Fields, outlook: Outlook) -> SeenRow {
    let kind = door.kind();
    let problem = |field: &'static str, severity, code, found: String| Problem {
        row: Some(row.place),
        column: None,
        field: Some(field),
        severity,
        code,
        found,
    };
    let odd = outlook.odd.into_iter();
    let mut problems: Vec<Problem> =
        odd.map(|(field, key, found)| problem(field, Severity::Note, key, found)).collect();
    let mut wrong = outlook.wrong;
    let (changes, mut fields) = match &outlook.there {
        None => {
            // Of what is new everything has to be said that a form asks for.
            let unsaid = kind.columns.iter().zip(&row.values);
            let unsaid = unsaid.filter(|(column, value)| column.need == Need::New && **value == Value::Absent);
            wrong.extend(unsaid.map(|(column, _)| (column.field, "required")));
            (Vec::new(), said)
        }
        Some(there) => (changes(kind, row, &said, there), said.over(there.fields.clone(), &[])),
    };
    if wrong.is_empty() && !outlook.alike {
        let mut whole = fields.clone();
        door.look(&mut whole, by.today);
        let known = |field: &str| kind.place(field).map_or(kind.columns[0].field, |place| kind.columns[place].field);
        wrong.extend(whole.errors().map(|(field, key)| (known(field), key)));
    }
    let standing = match &outlook.there {
        _ if !wrong.is_empty() => Standing::Wrong,
        _ if outlook.alike => Standing::Alike,
        None => Standing::New,
        Some(_) if changes.is_empty() => Standing::Same,
        Some(_) => Standing::Changed(changes),
    };
    problems.extend(wrong.into_iter().map(|(field, key)| {
        let found = fields.value(field).to_owned();
        problem(field, Severity::Error, key, found)
    }));
    if standing == Standing::Wrong {
        fields = Fields::default();
    }
    SeenRow { standing, fields, there: outlook.there, problems }
}

/// The columns that a row changes, with what stands there now.
fn changes(kind: &Kind, row: &Row, said: &Fields, there: &There) -> Vec<(usize, String)> {
    let differs = |(place, column): (usize, &Column)| {
        let is_said = row.values[place] != Value::Absent;
        let (new, old) = (said.value(column.field), there.fields.value(column.field));
        (is_said && new != old).then(|| (place, old.to_owned()))
    };
    kind.columns.iter().enumerate().filter_map(differs).collect()
}
