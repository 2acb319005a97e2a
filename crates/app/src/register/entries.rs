//! Entries of the register (тізілім жазбалары): written when a programme is included, marked when it is excluded or expires,
//! never taken away; and the search over them that anyone may use.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use sheber_kernel::{Lang, LocalName, QualificationCode, SpecialtyCode, words};
use sheber_norms::Programme;
use sheber_norms::programme::Level;

use super::seal::{Ended, Seal};
use super::store::Case;
use super::workflow::State;
use crate::params;
use crate::platform::app::App;
use crate::platform::audit::{Change, Event};
use crate::platform::clock;
use crate::platform::database::{self, Conditions};
use crate::platform::error::AppError;
use crate::platform::heavy::heavy;
use crate::platform::mirror::{Answers, Mirror, Picture};
use crate::platform::search::{self, Words};

#[derive(Clone, Debug, FromQueryResult)]
pub struct Entry {
    pub id: i64,
    pub number: String,
    pub case_id: Option<i64>,
    pub origin: Option<String>,
    pub programme_id: Option<i64>,
    pub version: Option<i64>,
    pub hash: String,
    pub college_id: i64,
    pub college_kk: String,
    pub college_ru: String,
    region: Option<String>,
    pub specialty: String,
    pub name_kk: String,
    pub name_ru: String,
    pub qualifications: String,
    pub level: String,
    pub language: String,
    pub entry_base: String,
    pub form: String,
    pub intake: String,
    state: String,
    included_on: String,
    valid_to: Option<String>,
    ended_on: Option<String>,
    pub grounds: Option<String>,
    search: String,
}

impl Entry {
    pub fn name(&self, lang: Lang) -> &str {
        lang.pick(&self.name_kk, &self.name_ru)
    }

    pub fn college(&self, lang: Lang) -> &str {
        lang.pick(&self.college_kk, &self.college_ru)
    }

    pub fn region(&self) -> &str {
        self.region.as_deref().unwrap_or_default()
    }

    pub fn state(&self) -> State {
        self.state.parse().unwrap_or(State::Excluded)
    }

    pub fn included_on(&self) -> NaiveDate {
        self.included_on.parse().unwrap_or_default()
    }

    pub fn valid_to(&self) -> Option<NaiveDate> {
        self.valid_to.as_deref()?.parse().ok()
    }

    pub fn ended_on(&self) -> Option<NaiveDate> {
        self.ended_on.as_deref()?.parse().ok()
    }

    /// Whether the last day of validity lies before a day, written as the database writes days: in their order.
    fn has_expired(&self, today: &str) -> bool {
        self.state == State::Included.word() && self.valid_to.as_deref().is_some_and(|last| last < today)
    }

    /// What stands today: the last day of validity may have passed without anybody having done anything.
    pub fn state_on(&self, today: NaiveDate) -> State {
        if self.has_expired(&today.to_string()) { State::Expired } else { self.state() }
    }

    /// What the certificate's signature is over.
    pub fn seal(&self) -> Seal {
        Seal::new(&self.number, &self.hash, self.included_on(), self.valid_to())
    }

    /// The ended entry, as it is published for checking without a network.
    fn ended(&self, today: NaiveDate) -> Option<Ended> {
        let state = self.state_on(today);
        let on = self.ended_on().or(self.valid_to())?;
        (state != State::Included).then(|| Ended { number: self.number.clone(), state: state.word().to_owned(), on })
    }
}

const ENTRIES: &str = "SELECT e.*, o.name_kk AS college_kk, o.name_ru AS college_ru, o.region, g.origin
     FROM register_entry e JOIN organisation o ON o.id = e.college_id
     LEFT JOIN register_origin g ON g.entry_id = e.id";

pub async fn by_number(db: &impl ConnectionTrait, number: &str) -> Result<Entry, AppError> {
    let sql = format!("{ENTRIES} WHERE e.number = $1");
    database::one(db, &sql, params![number]).await?.ok_or(AppError::NotFound)
}

pub async fn by_id(db: &impl ConnectionTrait, id: i64) -> Result<Entry, AppError> {
    let sql = format!("{ENTRIES} WHERE e.id = $1");
    database::one(db, &sql, params![id]).await?.ok_or(AppError::NotFound)
}

/// Every entry of a programme, the newest first: which of its versions were in the register, and when.
pub async fn of_programme(db: &impl ConnectionTrait, programme: i64) -> Result<Vec<Entry>, DbErr> {
    let sql = format!("{ENTRIES} WHERE e.programme_id = $1 ORDER BY e.id DESC LIMIT 100");
    database::all(db, &sql, params![programme]).await
}

words! {
    /// How an entry came into the register where no case brought it.
    Origin {
        /// пилоттық бағдарлама (2.11): taught before the procedure was there.
        Pilot = "pilot",
        /// бұрынғы тізілім: from the register of 2022.
        Earlier = "earlier",
    }
}

/// An entry to be written.
#[derive(Clone, Debug)]
pub struct NewEntry {
    pub number: String,
    pub case_id: Option<i64>,
    /// Key and version of the programme, where Sheber has it.
    pub programme: Option<(i64, i64)>,
    /// Of that version; empty where there is no file.
    pub hash: String,
    pub college_id: i64,
    pub college: LocalName,
    pub specialty: SpecialtyCode,
    pub name: LocalName,
    pub qualifications: Vec<QualificationCode>,
    /// Names of the qualifications, to be found by.
    pub words: Vec<String>,
    pub level: Level,
    /// Words of language, entry base, form and intake; empty where they are not known.
    pub language: String,
    pub entry_base: String,
    pub form: String,
    pub intake: String,
    pub included_on: NaiveDate,
    pub valid_to: Option<NaiveDate>,
    /// Taken out of the register since, and when.
    pub excluded_on: Option<NaiveDate>,
    pub origin: Option<Origin>,
}

impl NewEntry {
    /// What a programme's version says of itself.
    pub fn of(programme: &Programme, college_id: i64, college: LocalName) -> Self {
        let names = programme.qualifications.iter().flat_map(|q| [q.name.kk.clone(), q.name.ru.clone()]);
        Self {
            number: String::new(),
            case_id: None,
            programme: None,
            hash: String::new(),
            college_id,
            college,
            specialty: programme.specialty.code,
            name: programme.specialty.name.clone(),
            qualifications: programme.qualifications.iter().map(|q| q.code).collect(),
            words: names.collect(),
            level: programme.level,
            language: programme.language.to_string(),
            entry_base: programme.entry_base.word().to_owned(),
            form: programme.form.word().to_owned(),
            intake: programme.intake.to_string(),
            included_on: NaiveDate::default(),
            valid_to: None,
            excluded_on: None,
            origin: None,
        }
    }
}

/// Writes an entry; gives its key.
pub async fn insert(change: &Change, new: &NewEntry) -> Result<i64, DbErr> {
    let codes: Vec<String> = new.qualifications.iter().map(ToString::to_string).collect();
    let specialty = new.specialty.to_string();
    let mut words = vec![new.number.as_str(), &specialty, &new.name.kk, &new.name.ru, &new.college.kk, &new.college.ru];
    words.extend(codes.iter().chain(&new.words).map(String::as_str));
    let state = if new.excluded_on.is_some() { State::Excluded } else { State::Included };
    let id = database::number(
        change.db(),
        "INSERT INTO register_entry (number, case_id, programme_id, version, hash, college_id, specialty, name_kk, name_ru,
             qualifications, level, language, entry_base, form, intake, state, included_on, valid_to, ended_on, search)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20) RETURNING id",
        params![
            new.number.clone(),
            new.case_id,
            new.programme.map(|(id, _)| id),
            new.programme.map(|(_, version)| version),
            new.hash.clone(),
            new.college_id,
            specialty.clone(),
            new.name.kk.clone(),
            new.name.ru.clone(),
            codes.join(", "),
            new.level.word(),
            new.language.clone(),
            new.entry_base.clone(),
            new.form.clone(),
            new.intake.clone(),
            state.word(),
            new.included_on.to_string(),
            new.valid_to.map(|day| day.to_string()),
            new.excluded_on.map(|day| day.to_string()),
            format!(" {}", search::folded(&words.join(" ")))
        ],
    )
    .await?;
    if let Some(origin) = new.origin {
        let sql = "INSERT INTO register_origin (entry_id, origin, at) VALUES ($1, $2, $3)";
        database::run(change.db(), sql, params![id, origin.word(), change.at()]).await?;
    }
    // All that the public sees and the seal is over: what is changed in the database alone differs from this.
    let after = serde_json::json!({
        "number": new.number,
        "origin": new.origin.map(Origin::word),
        "college": new.college_id,
        "specialty": specialty,
        "version": new.programme.map(|(_, version)| version),
        "sha256": new.hash,
        "included_on": new.included_on,
        "valid_to": new.valid_to,
        "excluded_on": new.excluded_on,
    });
    change.record(Event::new("event-register-entry", "entry", id).after(after)).await?;
    Ok(id)
}

/// Writes the entry of a case that is included now.
pub async fn include(
    change: &Change,
    case: &Case,
    programme: &Programme,
    number: &str,
    (on, valid_to): (NaiveDate, Option<NaiveDate>),
) -> Result<(), DbErr> {
    let college = LocalName::new(case.college_kk.clone(), case.college_ru.clone());
    let new = NewEntry {
        number: number.to_owned(),
        case_id: Some(case.id),
        programme: Some((case.programme_id, case.version)),
        hash: case.hash.clone(),
        included_on: on,
        valid_to,
        ..NewEntry::of(programme, case.college_id, college)
    };
    insert(change, &new).await.map(|_| ())
}

/// Marks the entry of a case: it stays visible, with the day and the grounds.
pub async fn end(change: &Change, case: &Case, state: State, on: NaiveDate, grounds: &str) -> Result<(), DbErr> {
    let id =
        database::number(change.db(), "SELECT id FROM register_entry WHERE case_id = $1", params![case.id]).await?;
    end_one(change, id, state, on, grounds).await.map(|_| ())
}

/// Marks an included entry by its key; `false` where it is not included any more.
pub async fn end_one(change: &Change, id: i64, state: State, on: NaiveDate, grounds: &str) -> Result<bool, DbErr> {
    let ended = database::run(
        change.db(),
        "UPDATE register_entry SET state = $2, ended_on = $3, grounds = $4 WHERE id = $1 AND state = 'included'",
        params![id, state.word(), on.to_string(), Some(grounds).filter(|grounds| !grounds.is_empty())],
    )
    .await?;
    if ended > 0 {
        let before = serde_json::json!({ "state": State::Included.word() });
        let after = serde_json::json!({ "state": state.word(), "on": on, "grounds": grounds });
        change.record(Event::new("event-register-entry", "entry", id).before(before).after(after)).await?;
    }
    Ok(ended > 0)
}

/// What is asked of the register; the same words stand in the address and in the links of the exports.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Filter {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub q: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub region: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub college: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub specialty: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub level: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub language: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub year: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub state: String,
    /// The key of the last entry of the page before.
    #[serde(skip_serializing_if = "is_zero")]
    pub after: i64,
}

fn is_zero(number: &i64) -> bool {
    *number == 0
}

/// By what the register is narrowed down, in the order of the page.
pub const FACETS: [&str; 7] = ["region", "college", "specialty", "level", "language", "year", "state"];

impl Filter {
    pub fn query(&self) -> String {
        serde_urlencoded::to_string(self).unwrap_or_default()
    }

    /// What was chosen of each facet.
    pub fn chosen(&self) -> [&str; FACETS.len()] {
        [&self.region, &self.college, &self.specialty, &self.level, &self.language, &self.year, &self.state]
    }

    pub fn is_plain(&self) -> bool {
        self.q.trim().is_empty() && self.chosen().iter().all(|value| value.is_empty())
    }
}

/// The place of the state among the facets, and of `expired` among its values.
const STATE: usize = 6;
const EXPIRED: usize = 0;

/// An entry with its value of each facet, as numbers of that facet's values.
struct Line {
    entry: Arc<Entry>,
    values: [usize; FACETS.len()],
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
    answers: Answers<Found>,
}

/// What a question found.
#[derive(Debug, Default)]
pub struct Found {
    pub entries: Vec<Arc<Entry>>,
    pub total: usize,
    pub more: bool,
    /// Of each facet its values with how many entries each would give, the other choices as they are.
    pub facets: [Vec<(Arc<Value>, usize)>; FACETS.len()],
}

impl Register {
    fn of(entries: Vec<Arc<Entry>>) -> Self {
        let mut register = Self::default();
        let mut known: [HashMap<String, usize>; FACETS.len()] = Default::default();
        // An entry may expire by the day alone: the value is there before any entry says it.
        let expired = State::Expired.word().to_owned();
        known[STATE].insert(expired.clone(), EXPIRED);
        register.values[STATE].push(Arc::new(Value { kk: expired.clone(), ru: expired.clone(), word: expired }));
        for entry in entries {
            let same = |word: &str| Value { word: word.to_owned(), kk: word.to_owned(), ru: word.to_owned() };
            let of = [
                same(entry.region()),
                Value {
                    word: entry.college_id.to_string(),
                    kk: entry.college_kk.clone(),
                    ru: entry.college_ru.clone(),
                },
                Value {
                    word: entry.specialty.clone(),
                    kk: format!("{} {}", entry.specialty, entry.name_kk),
                    ru: format!("{} {}", entry.specialty, entry.name_ru),
                },
                same(&entry.level),
                same(&entry.language),
                same(entry.included_on.get(..4).unwrap_or_default()),
                same(entry.state().word()),
            ];
            let mut at = 0;
            let values = of.map(|value| {
                let list = &mut register.values[at];
                let number = *known[at].entry(value.word.clone()).or_insert_with(|| {
                    list.push(Arc::new(value));
                    list.len() - 1
                });
                at += 1;
                number
            });
            register.lines.push(Line { entry, values });
        }
        register
    }

    fn find(&self, filter: &Filter, most: usize, today: NaiveDate) -> Found {
        let words = Words::of(&filter.q);
        let chosen: Vec<Option<Option<usize>>> = filter
            .chosen()
            .iter()
            .zip(&self.values)
            .map(|(word, values)| (!word.is_empty()).then(|| values.iter().position(|value| value.word == *word)))
            .collect();
        let mut counts: Vec<Vec<usize>> = self.values.iter().map(|values| vec![0; values.len()]).collect();
        let mut found = Found::default();
        let today = today.to_string();
        for line in &self.lines {
            let mut values = line.values;
            if line.entry.has_expired(&today) {
                values[STATE] = EXPIRED;
            }
            let mut missed = None;
            let mut misses = 0;
            for (facet, (chosen, value)) in chosen.iter().zip(values).enumerate() {
                if chosen.is_some_and(|chosen| chosen != Some(value)) {
                    misses += 1;
                    missed = Some(facet);
                }
            }
            if misses > 1 || !words.stand_in(&line.entry.search) {
                continue;
            }
            if let Some(facet) = missed {
                // It would be found with another choice of this one facet.
                counts[facet][values[facet]] += 1;
                continue;
            }
            found.total += 1;
            for (count, value) in counts.iter_mut().zip(values) {
                count[value] += 1;
            }
            if filter.after == 0 || line.entry.id < filter.after {
                if found.entries.len() < most {
                    found.entries.push(line.entry.clone());
                } else {
                    found.more = true;
                }
            }
        }
        for ((facet, values), counts) in found.facets.iter_mut().zip(&self.values).zip(counts) {
            *facet = values.iter().cloned().zip(counts).filter(|(_, count)| *count > 0).collect();
        }
        found
    }
}

/// Rows read at once.
const PIECE: usize = 1_000;

async fn read(db: &DatabaseConnection, keys: Option<&[i64]>) -> Result<Vec<Arc<Entry>>, DbErr> {
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
        entries.extend(piece.into_iter().map(Arc::new));
        if is_last {
            return Ok(entries);
        }
    }
}

impl Picture for Register {
    const ENTITY: &'static str = "entry";

    async fn read(&self, db: &DatabaseConnection) -> Result<Self, DbErr> {
        Ok(Self::of(read(db, None).await?))
    }

    async fn renewed(&self, db: &DatabaseConnection, keys: &[i64]) -> Result<Self, DbErr> {
        let mut entries: Vec<Arc<Entry>> =
            self.lines.iter().map(|line| line.entry.clone()).filter(|entry| !keys.contains(&entry.id)).collect();
        entries.extend(read(db, Some(keys)).await?);
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.id));
        Ok(Self::of(entries))
    }
}

/// What the filter finds, at most `most` entries after the filter's last.
pub async fn find(app: &App, filter: Filter, most: usize) -> Result<Arc<Found>, AppError> {
    let register = app.kept::<Mirror<Register>>().current(&app.db).await?;
    let today = clock::day(app.clock.millis());
    if most == usize::MAX {
        return heavy(move || Arc::new(register.find(&filter, most, today))).await;
    }
    Ok(register.answers.of(format!("{most} {today} {}", filter.query()), || register.find(&filter, most, today)))
}

/// Every entry that no longer stands, for checking without a network.
pub async fn ended(app: &App, today: NaiveDate) -> Result<Vec<Ended>, AppError> {
    let register = app.kept::<Mirror<Register>>().current(&app.db).await?;
    Ok(register.lines.iter().filter_map(|line| line.entry.ended(today)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: i64, region: &str, level: &str, name: &str) -> Arc<Entry> {
        Arc::new(Entry {
            id,
            number: format!("{region}-06130100-2024-{id:06}"),
            case_id: None,
            origin: None,
            programme_id: None,
            version: None,
            hash: String::new(),
            college_id: id % 2,
            college_kk: "Колледж".to_owned(),
            college_ru: "Колледж".to_owned(),
            region: Some(region.to_owned()),
            specialty: "06130100".to_owned(),
            name_kk: name.to_owned(),
            name_ru: name.to_owned(),
            qualifications: String::new(),
            level: level.to_owned(),
            language: "kk".to_owned(),
            entry_base: "basic9".to_owned(),
            form: "full_time".to_owned(),
            intake: "2024-2025".to_owned(),
            state: "included".to_owned(),
            included_on: "2024-09-02".to_owned(),
            valid_to: Some("2025-06-30".to_owned()),
            ended_on: None,
            grounds: None,
            search: format!(" {}", search::folded(name)),
        })
    }

    fn register() -> Register {
        Register::of(vec![
            entry(5, "35", "mid_level", "Ұшу аппараттары"),
            entry(4, "35", "skilled", "Дәнекерлеу ісі"),
            entry(3, "71", "mid_level", "Дәнекерлеу ісі"),
            entry(2, "71", "mid_level", "Есеп және аудит"),
        ])
    }

    fn day() -> NaiveDate {
        "2024-10-01".parse().unwrap()
    }

    fn counts(found: &Found, facet: &str) -> Vec<(String, usize)> {
        let at = FACETS.iter().position(|name| *name == facet).unwrap();
        found.facets[at].iter().map(|(value, count)| (value.word.clone(), *count)).collect()
    }

    #[test]
    fn facets_count_what_each_other_choice_would_give() {
        let filter = Filter { region: "35".to_owned(), ..Filter::default() };
        let found = register().find(&filter, 10, day());
        assert_eq!(found.total, 2);
        assert_eq!(counts(&found, "region"), [("35".to_owned(), 2), ("71".to_owned(), 2)]);
        assert_eq!(counts(&found, "level"), [("mid_level".to_owned(), 1), ("skilled".to_owned(), 1)]);
        let both = Filter { level: "skilled".to_owned(), ..filter };
        let found = register().find(&both, 10, day());
        assert_eq!(counts(&found, "region"), [("35".to_owned(), 1)], "no skilled one in 71");
        let none = Filter { region: "99".to_owned(), ..Filter::default() };
        let found = register().find(&none, 10, day());
        assert_eq!((found.total, counts(&found, "region").len()), (0, 2), "the way out is shown");
    }

    #[test]
    fn the_day_alone_moves_an_entry_to_expired() {
        for (today, expired) in [("2025-06-30", 0), ("2025-07-01", 4)] {
            let found = register().find(
                &Filter { state: "expired".to_owned(), ..Filter::default() },
                10,
                today.parse().unwrap(),
            );
            assert_eq!(found.total, expired, "{today}");
        }
    }

    #[test]
    fn words_in_any_case_with_kazakh_letters_page_by_page() {
        for (q, total) in [("ДӘНЕКЕРЛЕУ", 2), ("ұшу", 1), ("  ", 4), ("жоқ", 0)] {
            let found = register().find(&Filter { q: q.to_owned(), ..Filter::default() }, 10, day());
            assert_eq!(found.total, total, "{q}");
        }
        let first = register().find(&Filter::default(), 3, day());
        assert!(first.more && first.entries.len() == 3);
        let second = register().find(&Filter { after: first.entries[2].id, ..Filter::default() }, 3, day());
        assert_eq!((second.entries.len(), second.entries[0].id, second.total, second.more), (1, 2, 4, false));
    }

    #[test]
    fn a_validity_that_has_passed_is_no_longer_valid() {
        let entry = entry(1, "35", "skilled", "–");
        for (today, state) in [("2025-06-30", State::Included), ("2025-07-01", State::Expired)] {
            assert_eq!(entry.state_on(today.parse().unwrap()), state, "{today}");
            assert_eq!(entry.ended(today.parse().unwrap()).is_some(), state == State::Expired);
        }
    }
}
