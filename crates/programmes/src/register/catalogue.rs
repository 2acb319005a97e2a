//! The search of the register that anyone may use: all entries in memory, narrowed down by facets.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use sea_orm::{DatabaseConnection, DbErr};
use serde::{Deserialize, Serialize};
use sheber_kernel::{RegionCode, SpecialtyCode};
use sheber_norms::programme::{Language, Level};
use sheber_platform::app::App;
use sheber_platform::cache::Answers;
use sheber_platform::database::{self, Conditions};
use sheber_platform::entry::Entity;
use sheber_platform::error::AppError;
use sheber_platform::forms::{left_out, open};
use sheber_platform::heavy::heavy;
use sheber_platform::list::{self, Cursor, Place};
use sheber_platform::mirror::{Mirror, Picture};
use sheber_platform::page::address;
use sheber_platform::search::Words;
use sheber_platform::shared::Pool;
use sheber_platform::{clock, params};
use utoipa::IntoParams;

use super::entries::{ENTRIES, ENTRY, Entry};
use super::seal::EndedEntry;
use super::workflow::State;

/// What is asked of the register; the same words stand in the address, in the interface for programs and in the exports' links.
#[derive(Clone, Debug, Default, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct Filter {
    /// Words in Kazakh or Russian, in any case.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub q: String,
    /// Two digits, as in `/reference/region`.
    #[serde(deserialize_with = "open", skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<String>)]
    pub region: Option<RegionCode>,
    /// The college's key.
    #[serde(deserialize_with = "open", skip_serializing_if = "Option::is_none")]
    pub college: Option<i64>,
    #[serde(deserialize_with = "open", skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<String>)]
    pub specialty: Option<SpecialtyCode>,
    #[serde(deserialize_with = "open", skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub level: Option<Level>,
    #[serde(deserialize_with = "open", skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<String>)]
    pub language: Option<Language>,
    /// Year of inclusion.
    #[serde(deserialize_with = "open", skip_serializing_if = "Option::is_none")]
    pub year: Option<i32>,
    /// `included`, `excluded` or `expired`
    #[serde(deserialize_with = "open", skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub state: Option<State>,
    /// Where the page before ended.
    #[serde(skip_serializing_if = "left_out")]
    pub after: String,
}

/// By what the register is narrowed down, in the order of the page.
pub const FACETS: [&str; 7] = ["region", "college", "specialty", "level", "language", "year", "state"];

impl Filter {
    pub fn query(&self) -> String {
        address(self)
    }

    /// The word that was chosen of each facet; empty where any will do.
    pub fn chosen(&self) -> [String; FACETS.len()] {
        fn word(value: Option<impl ToString>) -> String {
            value.map(|value| value.to_string()).unwrap_or_default()
        }
        [
            word(self.region),
            word(self.college),
            word(self.specialty),
            word(self.level),
            word(self.language),
            word(self.year),
            word(self.state),
        ]
    }

    pub fn is_plain(&self) -> bool {
        self.q.trim().is_empty() && self.chosen().iter().all(String::is_empty)
    }
}

/// The place of the state among the facets, and of `expired` among its values.
const STATE: usize = 6;
const EXPIRED: u32 = 0;

/// An entry with its value of each facet, as numbers of that facet's values.
struct Line {
    entry: Arc<Entry>,
    values: [u32; FACETS.len()],
}

/// A value of a facet: the word that filters by it, and how it is called.
#[derive(Clone, Debug)]
pub struct Value {
    pub word: String,
    pub kk: String,
    pub ru: String,
}

#[derive(Default)]
struct Register {
    /// The newest first.
    lines: Vec<Line>,
    values: [Vec<Arc<Value>>; FACETS.len()],
    answers: Answers<Answer>,
    pool: Arc<Pool>,
}

/// What a question found.
#[derive(Debug, Default)]
pub struct Answer {
    pub page: list::Page<Arc<Entry>>,
    /// Of each facet its values with how many entries each would give, the other choices as they are.
    pub facets: [Vec<(Arc<Value>, usize)>; FACETS.len()],
}

impl Register {
    fn of(entries: Vec<Arc<Entry>>, pool: Arc<Pool>) -> Self {
        let mut register = Self { pool, ..Self::default() };
        let mut known: [HashMap<String, u32>; FACETS.len()] = Default::default();
        // An entry may expire by the day alone: the value is there before any entry says it.
        let expired = State::Expired.word().to_owned();
        known[STATE].insert(expired.clone(), EXPIRED);
        register.values[STATE].push(Arc::new(Value { kk: expired.clone(), ru: expired.clone(), word: expired }));
        for entry in entries {
            let mut at = 0;
            let values = values(&entry).map(|value| {
                let list = &mut register.values[at];
                let number = *known[at].entry(value.word.clone()).or_insert_with(|| {
                    list.push(Arc::new(value));
                    u32::try_from(list.len() - 1).unwrap_or(u32::MAX)
                });
                at += 1;
                number
            });
            register.lines.push(Line { entry, values });
        }
        register
    }

    fn find(&self, filter: &Filter, cursor: Option<&Cursor>, most: usize, today: NaiveDate) -> Answer {
        let words = Words::of(&filter.q);
        let place = |(word, values): (&String, &Vec<Arc<Value>>)| {
            let chosen = || values.iter().position(|value| value.word == *word).and_then(|at| u32::try_from(at).ok());
            (!word.is_empty()).then(chosen)
        };
        let chosen: Vec<Option<Option<u32>>> = filter.chosen().iter().zip(&self.values).map(place).collect();
        let mut counts: Vec<Vec<usize>> = self.values.iter().map(|values| vec![0; values.len()]).collect();
        let found = self.lines.iter().filter(|line| {
            let mut values = line.values;
            if line.entry.has_expired(today) {
                values[STATE] = EXPIRED;
            }
            let is_missed =
                |(chosen, value): (&Option<Option<u32>>, u32)| chosen.is_some_and(|chosen| chosen != Some(value));
            let missed = chosen.iter().zip(values).map(is_missed);
            let mut missed = missed.enumerate().filter(|(_, missed)| *missed).map(|(facet, _)| facet);
            let (first, second) = (missed.next(), missed.next());
            if second.is_some() || !words.stand_in(&line.entry.search) {
                return false;
            }
            match first {
                // It would be found with another choice of this one facet.
                Some(facet) => counts[facet][values[facet] as usize] += 1,
                None => counts.iter_mut().zip(values).for_each(|(count, value)| count[value as usize] += 1),
            }
            first.is_none()
        });
        let entries = found.map(|line| line.entry.clone());
        let compare = |entry: &Arc<Entry>, cursor: &Cursor| match cursor.places() {
            [Place::Number(id)] => id.cmp(&entry.id),
            _ => Ordering::Greater,
        };
        let places = |entry: &Arc<Entry>| vec![Place::Number(entry.id)];
        let page = if words.are_none() {
            list::window(entries, cursor, most, compare, places)
        } else {
            let is_written = |entry: &Arc<Entry>| words.stand_written_in(&entry.search);
            list::ranked_window(entries, is_written, cursor, most, compare, places)
        };
        let mut found = Answer { page, ..Answer::default() };
        for ((facet, values), counts) in found.facets.iter_mut().zip(&self.values).zip(counts) {
            *facet = values.iter().cloned().zip(counts).filter(|(_, count)| *count > 0).collect();
        }
        found
    }
}

/// The value of each facet of an entry, in their order.
fn values(entry: &Entry) -> [Value; FACETS.len()] {
    let same = |word: &str| Value { word: word.to_owned(), kk: word.to_owned(), ru: word.to_owned() };
    let language = entry.language.map(|language| language.to_string());
    [
        same(&entry.region),
        Value {
            word: entry.college_id.to_string(),
            kk: entry.college_kk.to_string(),
            ru: entry.college_ru.to_string(),
        },
        Value {
            word: entry.specialty.to_string(),
            kk: format!("{} {}", entry.specialty, entry.name_kk),
            ru: format!("{} {}", entry.specialty, entry.name_ru),
        },
        same(entry.level.word()),
        same(language.as_deref().unwrap_or_default()),
        same(&entry.included_on.year().to_string()),
        same(entry.state.word()),
    ]
}

/// Rows read at once.
const PIECE: usize = 1_000;

async fn read(db: &DatabaseConnection, pool: &Pool, keys: Option<&[i64]>) -> Result<Vec<Arc<Entry>>, DbErr> {
    let mut entries: Vec<Arc<Entry>> = Vec::new();
    loop {
        let mut conditions = Conditions::default();
        if let Some(last) = entries.last() {
            conditions.and("e.id < ?", params![last.id]);
        }
        if let Some(keys) = keys {
            conditions.among("e.id", keys);
        }
        let sql = format!("{ENTRIES}{} ORDER BY e.id DESC LIMIT {PIECE}", conditions.sql());
        let piece: Vec<Entry> = database::all(db, &sql, conditions.values).await?;
        let is_last = piece.len() < PIECE;
        entries.extend(piece.into_iter().map(|entry| Arc::new(entry.shared(pool))));
        if is_last {
            return Ok(entries);
        }
    }
}

impl Picture for Register {
    const ENTITY: Entity = ENTRY;

    async fn read(&self, db: &DatabaseConnection) -> Result<Self, DbErr> {
        Ok(Self::of(read(db, &self.pool, None).await?, self.pool.clone()))
    }

    async fn renewed(&self, db: &DatabaseConnection, keys: &[i64]) -> Result<Self, DbErr> {
        let mut entries: Vec<Arc<Entry>> =
            self.lines.iter().map(|line| line.entry.clone()).filter(|entry| !keys.contains(&entry.id)).collect();
        entries.extend(read(db, &self.pool, Some(keys)).await?);
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.id));
        Ok(Self::of(entries, self.pool.clone()))
    }
}

/// What the filter finds, at most `most` entries beside the filter's cursor.
pub async fn find(app: &App, filter: Filter, most: usize) -> Result<Arc<Answer>, AppError> {
    let cursor = Cursor::read(&filter.after)?;
    let register = app.memory::<Mirror<Register>>().current(app).await?;
    let today = clock::day(app.clock.millis());
    if most == usize::MAX {
        return heavy(move || Arc::new(register.find(&filter, cursor.as_ref(), most, today))).await;
    }
    let question = format!("{most} {today} {} {}", filter.after, filter.query());
    Ok(register.answers.of(&question, || register.find(&filter, cursor.as_ref(), most, today)))
}

/// Every entry that no longer stands, for checking without a network.
pub async fn ended(app: &App, today: NaiveDate) -> Result<Vec<EndedEntry>, AppError> {
    let register = app.memory::<Mirror<Register>>().current(app).await?;
    Ok(register.lines.iter().filter_map(|line| line.entry.ended(today)).collect())
}

/// Reads the register before the first person asks for it.
pub async fn warm(app: &App) -> Result<(), DbErr> {
    app.memory::<Mirror<Register>>().current(app).await.map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::super::entries::tests::entry;
    use super::*;

    fn register() -> Register {
        let entries = [
            entry(5, "35", Level::MidLevel, "Ұшу аппараттары"),
            entry(4, "35", Level::Worker, "Дәнекерлеу ісі"),
            entry(3, "71", Level::MidLevel, "Дәнекерлеу ісі"),
            entry(2, "71", Level::MidLevel, "Есеп және аудит"),
        ];
        Register::of(entries.map(Arc::new).to_vec(), Arc::default())
    }

    fn day() -> NaiveDate {
        "2024-10-01".parse().unwrap()
    }

    fn find(filter: &Filter, most: usize, today: NaiveDate) -> Answer {
        register().find(filter, Cursor::read(&filter.after).unwrap().as_ref(), most, today)
    }

    fn counts(found: &Answer, facet: &str) -> Vec<(String, usize)> {
        let at = FACETS.iter().position(|name| *name == facet).unwrap();
        found.facets[at].iter().map(|(value, count)| (value.word.clone(), *count)).collect()
    }

    #[test]
    fn facets_count_what_each_other_choice_would_give() {
        let filter = Filter { region: "35".parse().ok(), ..Filter::default() };
        let found = find(&filter, 10, day());
        assert_eq!(found.page.total, 2);
        assert_eq!(counts(&found, "region"), [("35".to_owned(), 2), ("71".to_owned(), 2)]);
        assert_eq!(counts(&found, "level"), [("mid_level".to_owned(), 1), ("worker".to_owned(), 1)]);
        let both = Filter { level: Some(Level::Worker), ..filter };
        let found = find(&both, 10, day());
        assert_eq!(counts(&found, "region"), [("35".to_owned(), 1)], "none for workers in 71");
        let none = Filter { region: "99".parse().ok(), ..Filter::default() };
        let found = find(&none, 10, day());
        assert_eq!((found.page.total, counts(&found, "region").len()), (0, 2), "the way out is shown");
    }

    #[test]
    fn the_day_alone_moves_an_entry_to_expired() {
        for (today, expired) in [("2025-06-30", 0), ("2025-07-01", 4)] {
            let filter = Filter { state: Some(State::Expired), ..Filter::default() };
            assert_eq!(find(&filter, 10, today.parse().unwrap()).page.total, expired, "{today}");
        }
    }

    #[test]
    fn words_in_any_case_with_kazakh_letters_page_by_page() {
        for (q, total) in [("ДӘНЕКЕРЛЕУ", 2), ("ұшу", 1), ("  ", 4), ("жоқ", 0)] {
            let found = find(&Filter { q: q.to_owned(), ..Filter::default() }, 10, day());
            assert_eq!(found.page.total, total, "{q}");
        }
        let first = find(&Filter::default(), 3, day()).page;
        assert_eq!(first.rows.len(), 3);
        let second = find(&Filter { after: first.next.unwrap(), ..Filter::default() }, 3, day()).page;
        assert_eq!((second.rows.len(), second.rows[0].id, second.total, second.next), (1, 2, 4, None));
        let back = find(&Filter { after: second.before.unwrap(), ..Filter::default() }, 3, day()).page;
        assert_eq!((back.rows.len(), back.rows[0].id, back.before), (3, 5, None));
    }
}
