//! Where the headings of a table stand, and which columns they name.

use std::collections::{HashMap, HashSet};

use sheber_kernel::letters::spaced;

use super::columns::{Kind, Need, plain};
use super::options::Options;
use crate::book::{Line, MAX_COLUMNS, Sheet};

/// Headings are looked for in so many rows.
pub const HEAD: usize = 40;

/// A column of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundColumn {
    /// From 0.
    pub column: u32,
    pub heading: String,
    /// The place among the kind's columns; `None` where it is passed over.
    pub field: Option<usize>,
}

/// Where the headings stand, and what they name.
pub struct Head {
    pub row: u32,
    pub columns: Vec<FoundColumn>,
    /// The place of the first line behind them.
    pub from: usize,
    pub titles: Option<u32>,
    /// Columns, by their place among the found ones, of a field that another column holds already.
    pub twice: Vec<usize>,
    pub score: usize,
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
struct SaidColumns<'a>(Vec<(&'a str, Holding)>);

impl SaidColumns<'_> {
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
    fn of(line: &Line, known: &HashMap<String, usize>, said: &SaidColumns<'_>, headed: bool) -> Self {
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

/// The row of the headings of a sheet; nothing where it has none.
pub fn head_of(kind: &'static Kind, known: &HashMap<String, usize>, sheet: &Sheet, options: &Options) -> Option<Head> {
    let holding = |field: &str| kind.place(field).map_or(Holding::Passed, Holding::Field);
    let said = SaidColumns(options.map.iter().map(|(heading, field)| (heading.as_str(), holding(field))).collect());
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
