//! Lists: filtered, in an order, page by page from the last line seen, with their total; exported exactly as they are filtered.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::VecDeque;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, QueryResult, Value};

use super::database::{self, Conditions};
use super::error::AppError;

/// A column of an order, as SQL, by what it holds. None of them may be empty in a row.
#[derive(Clone, Copy, Debug)]
pub enum Column {
    Text(&'static str),
    Number(&'static str),
    /// A sort key of the reader's language.
    Bytes(&'static str),
}

impl Column {
    const fn sql(self) -> &'static str {
        match self {
            Self::Text(sql) | Self::Number(sql) | Self::Bytes(sql) => sql,
        }
    }

    fn read(self, row: &QueryResult, name: &str) -> Result<Place, DbErr> {
        Ok(match self {
            Self::Text(_) => Place::Text(row.try_get("", name)?),
            Self::Number(_) => Place::Number(row.try_get("", name)?),
            Self::Bytes(_) => Place::Bytes(row.try_get("", name)?),
        })
    }
}

/// The order of a list: by these columns, the last of which no two rows share; all upwards or all downwards.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    pub columns: &'static [Column],
    pub descending: bool,
}

impl Order {
    pub const fn up(columns: &'static [Column]) -> Self {
        Self { columns, descending: false }
    }

    pub const fn down(columns: &'static [Column]) -> Self {
        Self { columns, descending: true }
    }

    fn sql(&self, columns: &[&str], backwards: bool) -> String {
        let way = if self.descending == backwards { "" } else { " DESC" };
        let columns: Vec<String> = columns.iter().map(|column| format!("{column}{way}")).collect();
        format!(" ORDER BY {}", columns.join(", "))
    }
}

/// What a line has in a column of the order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    Number(i64),
    Text(String),
    Bytes(Vec<u8>),
}

impl From<Place> for Value {
    fn from(place: Place) -> Self {
        match place {
            Place::Number(number) => number.into(),
            Place::Text(text) => text.into(),
            Place::Bytes(bytes) => bytes.into(),
        }
    }
}

impl Place {
    fn word(&self) -> String {
        match self {
            Self::Number(number) => format!("n{number}"),
            Self::Text(text) => format!("t{}", BASE64.encode(text)),
            Self::Bytes(bytes) => format!("b{}", BASE64.encode(bytes)),
        }
    }

    fn read(word: &str) -> Option<Self> {
        let (kind, rest) = word.split_at_checked(1)?;
        let bytes = || BASE64.decode(rest).ok();
        match kind {
            "n" => rest.parse().ok().map(Self::Number),
            "t" => String::from_utf8(bytes()?).ok().map(Self::Text),
            "b" => bytes().map(Self::Bytes),
            _ => None,
        }
    }
}

/// Where a page begins: behind a line, or before one. In an address it is one word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    before: bool,
    places: Vec<Place>,
}

impl Cursor {
    /// Behind a line with these places.
    pub const fn behind(places: Vec<Place>) -> Self {
        Self { before: false, places }
    }

    /// Before a line with these places.
    pub const fn before(places: Vec<Place>) -> Self {
        Self { before: true, places }
    }

    pub fn places(&self) -> &[Place] {
        &self.places
    }

    pub fn word(&self) -> String {
        let places: Vec<String> = self.places.iter().map(Place::word).collect();
        format!("{}{}", if self.before { "-" } else { "" }, places.join("."))
    }

    /// The cursor that a word of an address says; none where there is no word.
    ///
    /// # Errors
    /// Where it is no word that a list gave.
    pub fn read(word: &str) -> Result<Option<Self>, AppError> {
        if word.is_empty() {
            return Ok(None);
        }
        let (before, rest) = word.strip_prefix('-').map_or((false, word), |rest| (true, rest));
        let places: Option<Vec<Place>> = rest.split('.').map(Place::read).collect();
        Ok(Some(Self { before, places: places.ok_or(AppError::Bad("error-address"))? }))
    }
}

/// A page of a list, with the words of the pages beside it.
#[derive(Clone, Debug)]
pub struct Page<T> {
    pub rows: Vec<T>,
    /// How many lines there are on all pages.
    pub total: usize,
    pub before: Option<String>,
    pub next: Option<String>,
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), total: 0, before: None, next: None }
    }
}

impl<T> Page<T> {
    /// The same page of something else.
    pub fn map<U>(self, of: impl FnMut(T) -> U) -> Page<U> {
        let Self { rows, total, before, next } = self;
        Page { rows: rows.into_iter().map(of).collect(), total, before, next }
    }
}

/// So many lines stand on a page.
pub const PAGE: usize = 50;

/// A list of the database.
pub struct Query<'q> {
    /// `SELECT …`, without `FROM`.
    pub select: Cow<'q, str>,
    /// `FROM …` with its joins.
    pub from: &'q str,
    /// Begun with the actor's scope.
    pub conditions: Conditions,
    pub order: Order,
}

impl Query<'_> {
    /// The page that an address's word names; the first where it names none.
    ///
    /// # Errors
    /// Where the word is none that a list gave, or the database cannot be read.
    pub async fn page<T: FromQueryResult>(&self, db: &impl ConnectionTrait, at: &str) -> Result<Page<T>, AppError> {
        self.page_of(db, at, PAGE).await
    }

    /// The same with another number of lines on a page.
    ///
    /// # Errors
    /// Where `at` is no place of this list.
    pub async fn page_of<T: FromQueryResult>(
        &self,
        db: &impl ConnectionTrait,
        at: &str,
        most: usize,
    ) -> Result<Page<T>, AppError> {
        let cursor = Cursor::read(at)?;
        let places = self.order.columns.len() + usize::from(self.conditions.is_ranked());
        if cursor.as_ref().is_some_and(|cursor| cursor.places.len() != places) {
            return Err(AppError::Bad("error-address"));
        }
        let count = format!("SELECT COUNT(*) {}{}", self.from, self.conditions.sql());
        let total = database::number(db, &count, self.conditions.values.clone()).await?;
        let (mut rows, more) = self.rows(db, cursor.as_ref(), most).await?;
        let backwards = cursor.as_ref().is_some_and(|cursor| cursor.before);
        if backwards {
            rows.reverse();
        }
        let word = |place: Option<&(T, Vec<Place>)>, before: bool| {
            place.map(|(_, places)| Cursor { before, places: places.clone() }.word())
        };
        let (has_before, has_next) = if backwards { (more, true) } else { (cursor.is_some(), more) };
        Ok(Page {
            before: word(rows.first().filter(|_| has_before), true),
            next: word(rows.last().filter(|_| has_next), false),
            total: usize::try_from(total).unwrap_or(0),
            rows: rows.into_iter().map(|(row, _)| row).collect(),
        })
    }

    /// The lines of a page in the order of the search for them, each with its place; whether there are more.
    async fn rows<T: FromQueryResult>(
        &self,
        db: &impl ConnectionTrait,
        cursor: Option<&Cursor>,
        most: usize,
    ) -> Result<(Vec<(T, Vec<Place>)>, bool), DbErr> {
        let backwards = cursor.is_some_and(|cursor| cursor.before);
        let mut conditions = self.conditions.clone();
        // What is written as it was typed comes first.
        let rank = conditions.rank(self.order.descending);
        let columns: Vec<&str> =
            rank.as_deref().into_iter().chain(self.order.columns.iter().map(|column| column.sql())).collect();
        if let Some(cursor) = cursor {
            let marks = vec!["?"; columns.len()].join(", ");
            let sign = if self.order.descending == backwards { ">" } else { "<" };
            let values = cursor.places.iter().cloned().map(Value::from).collect();
            conditions.and(&format!("({}) {sign} ({marks})", columns.join(", ")), values);
        }
        let places: Vec<String> = (0..).zip(&columns).map(|(n, column)| format!("{column} AS place_{n}")).collect();
        let sql = format!(
            "{}, {} {}{}{} LIMIT {}",
            self.select,
            places.join(", "),
            self.from,
            conditions.sql(),
            self.order.sql(&columns, backwards),
            most + 1
        );
        let mut rows = database::rows(db, &sql, conditions.values).await?;
        let more = rows.len() > most;
        rows.truncate(most);
        let read = |row: &QueryResult| {
            let ranks = if rank.is_some() { Some(Column::Number("")) } else { None };
            let columns = ranks.into_iter().chain(self.order.columns.iter().copied());
            let places = (0..).zip(columns).map(|(n, column)| column.read(row, &format!("place_{n}")));
            Ok::<_, DbErr>((database::read(row, &sql)?, places.collect::<Result<_, _>>()?))
        };
        Ok((rows.iter().map(read).collect::<Result<_, _>>()?, more))
    }

    /// Every line of the filter, in its order, for an export.
    pub async fn all<T: FromQueryResult>(&self, db: &impl ConnectionTrait) -> Result<Vec<T>, DbErr> {
        let columns: Vec<&str> = self.order.columns.iter().map(|column| column.sql()).collect();
        let sql = format!("{} {}{}{}", self.select, self.from, self.conditions.sql(), self.order.sql(&columns, false));
        database::all(db, &sql, self.conditions.values.clone()).await
    }
}

/// A page of a list in memory that stands in its order: how a line stands to a cursor, and its places, are the list's to say.
pub fn window<T>(
    lines: impl Iterator<Item = T>,
    cursor: Option<&Cursor>,
    most: usize,
    compare: impl Fn(&T, &Cursor) -> Ordering,
    places: impl Fn(&T) -> Vec<Place>,
) -> Page<T> {
    let backwards = cursor.is_some_and(|cursor| cursor.before);
    let (mut rows, mut total, mut more) = (VecDeque::new(), 0, false);
    // The list is in its order: behind the first line behind the cursor are all others.
    let mut passed = cursor.is_none();
    for line in lines {
        total += 1;
        if backwards {
            passed = passed || cursor.is_some_and(|cursor| compare(&line, cursor).is_ge());
            if !passed {
                rows.push_back(line);
                if rows.len() > most {
                    rows.pop_front();
                    more = true;
                }
            }
        } else {
            passed = passed || cursor.is_some_and(|cursor| compare(&line, cursor).is_gt());
            if passed && rows.len() < most {
                rows.push_back(line);
            } else if passed {
                more = true;
            }
        }
    }
    let (has_before, has_next) = if backwards { (more, true) } else { (cursor.is_some(), more) };
    Page {
        before: rows.front().filter(|_| has_before).map(|line| Cursor::before(places(line)).word()),
        next: rows.back().filter(|_| has_next).map(|line| Cursor::behind(places(line)).word()),
        total,
        rows: rows.into(),
    }
}

/// The same of what a search found, in which what is written as it was typed comes first.
pub fn ranked_window<T>(
    lines: impl Iterator<Item = T>,
    is_written: impl Fn(&T) -> bool,
    cursor: Option<&Cursor>,
    most: usize,
    compare: impl Fn(&T, &Cursor) -> Ordering,
    places: impl Fn(&T) -> Vec<Place>,
) -> Page<T> {
    let (written, sounding): (Vec<T>, Vec<T>) = lines.partition(is_written);
    let ranked = written.into_iter().map(|line| (0, line)).chain(sounding.into_iter().map(|line| (1, line)));
    let within = |cursor: &Cursor| match cursor.places.split_first() {
        Some((Place::Number(rank), places)) => Some((*rank, Cursor { before: cursor.before, places: places.to_vec() })),
        _ => None,
    };
    let known = cursor.and_then(within);
    // A cursor of another list names no place: the list begins anew.
    let compare = |(rank, line): &(i64, T), _: &Cursor| match &known {
        Some((at, cursor)) => rank.cmp(at).then_with(|| compare(line, cursor)),
        None => Ordering::Greater,
    };
    let places = |(rank, line): &(i64, T)| std::iter::once(Place::Number(*rank)).chain(places(line)).collect();
    window(ranked, cursor, most, compare, places).map(|(_, line)| line)
}

/// A page of what is in memory, each line known by its key: the page behind, or before, the one that the address names.
///
/// # Errors
/// Where the word is none that a list gave.
pub fn of_memory<T>(all: Vec<T>, key: impl Fn(&T) -> i64, at: &str) -> Result<Page<T>, AppError> {
    let cursor = Cursor::read(at)?;
    let named = |cursor: &Cursor| match cursor.places() {
        [Place::Number(named)] => all.iter().position(|one| key(one) == *named),
        _ => None,
    };
    // A line that is there no more names no page: the list begins anew.
    let place = cursor.as_ref().and_then(named);
    let cursor = cursor.filter(|_| place.is_some());
    let compare = |(line, _): &(usize, T), _: &Cursor| line.cmp(&place.unwrap_or_default());
    let lines = all.into_iter().enumerate();
    let page = window(lines, cursor.as_ref(), PAGE, compare, |(_, one)| vec![Place::Number(key(one))]);
    Ok(page.map(|(_, one)| one))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params;

    #[test]
    fn a_cursor_reads_as_it_is_said() {
        for cursor in [
            Cursor::behind(vec![Place::Bytes(vec![0, 255]), Place::Number(7)]),
            Cursor::before(vec![Place::Text("2024-05-01".to_owned()), Place::Number(-7)]),
            Cursor::behind(vec![Place::Text(String::new())]),
        ] {
            assert_eq!(Cursor::read(&cursor.word()).unwrap(), Some(cursor));
        }
        assert_eq!(Cursor::read("").unwrap(), None);
    }

    const SORT: Order = Order::down(&[Column::Text("day"), Column::Number("id")]);

    #[derive(Debug, FromQueryResult)]
    struct Line {
        id: i64,
    }

    async fn filled(lines: i64) -> sea_orm::DatabaseConnection {
        let db = database::connect("sqlite::memory:").await.unwrap();
        database::run(&db, "CREATE TABLE line (id INTEGER PRIMARY KEY, day TEXT NOT NULL)", params![]).await.unwrap();
        for id in 0..lines {
            // Two lines share each day.
            let day = format!("2024-{:02}-{:02}", id / 2 / 28 + 1, id / 2 % 28 + 1);
            database::run(&db, "INSERT INTO line VALUES ($1, $2)", params![id, day]).await.unwrap();
        }
        db
    }

    fn query() -> Query<'static> {
        Query { select: "SELECT id".into(), from: "FROM line", conditions: Conditions::default(), order: SORT }
    }

    #[tokio::test]
    async fn every_line_stands_on_one_page_forwards_and_back() {
        let db = filled(120).await;
        let expected: Vec<i64> = (0..120).rev().collect();
        let (mut at, mut seen, mut words) = (String::new(), Vec::new(), Vec::new());
        loop {
            let page: Page<Line> = query().page(&db, &at).await.unwrap();
            assert_eq!(page.total, 120);
            assert_eq!(page.before.is_some(), !at.is_empty());
            seen.extend(page.rows.iter().map(|line| line.id));
            words.push(page.before.clone());
            match page.next {
                Some(next) => at = next,
                None => break,
            }
        }
        assert_eq!(seen, expected);
        let back: Page<Line> = query().page(&db, words[2].as_deref().unwrap()).await.unwrap();
        assert_eq!(back.rows.iter().map(|line| line.id).collect::<Vec<_>>(), expected[50..100]);
        assert!(back.before.is_some() && back.next.is_some());
        let first: Page<Line> = query().page(&db, back.before.as_deref().unwrap()).await.unwrap();
        assert_eq!(first.rows[0].id, 119);
        assert!(first.before.is_none(), "nothing stands before the first page");
    }

    #[tokio::test]
    async fn a_word_that_no_list_gave_is_refused() {
        let db = filled(1).await;
        for word in ["x", "n", "n1", "-", "tZQ.n1.n2", "t*.n1"] {
            assert!(query().page::<Line>(&db, word).await.is_err(), "{word}");
        }
    }

    #[test]
    fn lines_in_memory_are_paged_alike() {
        let all: Vec<i64> = (0..120).collect();
        let first = of_memory(all.clone(), |one| *one, "").unwrap();
        assert_eq!((first.rows.len(), first.total, first.before.is_some()), (50, 120, false));
        let second = of_memory(all.clone(), |one| *one, first.next.as_deref().unwrap()).unwrap();
        assert_eq!((second.rows[0], second.rows.len()), (50, 50));
        let last = of_memory(all.clone(), |one| *one, second.next.as_deref().unwrap()).unwrap();
        assert_eq!((last.rows.len(), last.next.is_some()), (20, false));
        let back = of_memory(all, |one| *one, last.before.as_deref().unwrap()).unwrap();
        assert_eq!(back.rows, second.rows);
    }
}
