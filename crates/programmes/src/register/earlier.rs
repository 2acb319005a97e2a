//! Entries that no case brought, read from a table of people: the register of 2022, a pilot programme (2.11) in a form. A row is
//! taken, taken with a note of what is odd about it, or refused with the reason.

use std::collections::{HashMap, HashSet};
use std::str::FromStr;
use std::sync::{LazyLock, RwLock};

use chrono::NaiveDate;
use sheber_kernel::{AcademicYear, Day, Lang, LocalName, QualificationCode, QualificationLevel, SpecialtyCode, Word};
use sheber_norms::programme::Level;

use sheber_platform::search::folded;

use super::entries::{NewEntry, Origin};
use super::inventory::{College, Inventory, likeness, own_form};

/// What a row says, by the fields of its columns.
pub type Texts = HashMap<&'static str, String>;

/// What is odd about a row: the key of a message, and what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anomaly {
    /// Of which field.
    pub field: &'static str,
    pub key: &'static str,
    pub found: String,
    /// The row is not taken.
    pub refuses: bool,
}

/// A row as it was read.
#[derive(Clone, Debug)]
pub struct Line {
    pub anomalies: Vec<Anomaly>,
    /// What it becomes; `None` where it is refused.
    pub entry: Option<NewEntry>,
}

/// Reads rows that stand in one file.
pub fn read(rows: &[Texts], known: &Inventory, origin: Origin) -> Vec<Line> {
    let mut seen = EarlierRows::default();
    let line = |texts: &Texts| Reading { texts, known, anomalies: Vec::new() }.line(&mut seen, origin);
    rows.iter().map(line).collect()
}

/// What earlier rows of the same file hold.
#[derive(Default)]
struct EarlierRows {
    numbers: HashSet<String>,
    likenesses: HashSet<String>,
}

struct Reading<'a> {
    texts: &'a Texts,
    known: &'a Inventory,
    anomalies: Vec<Anomaly>,
}

impl Reading<'_> {
    fn text(&self, field: &str) -> &str {
        self.texts.get(field).map_or("", String::as_str)
    }

    fn note(&mut self, key: &'static str, found: impl Into<String>) {
        self.anomalies.push(Anomaly { field: field_of(key), key, found: found.into(), refuses: false });
    }

    fn refuse<T>(&mut self, key: &'static str, found: impl Into<String>) -> Option<T> {
        self.anomalies.push(Anomaly { field: field_of(key), key, found: found.into(), refuses: true });
        None
    }

    fn line(mut self, seen: &mut EarlierRows, origin: Origin) -> Line {
        let entry = self.entry(seen, origin);
        let refused = self.anomalies.iter().any(|anomaly| anomaly.refuses);
        Line { entry: entry.filter(|_| !refused), anomalies: self.anomalies }
    }

    /// Every field is looked at, so that all that is wrong with a row is said at once.
    fn entry(&mut self, seen: &mut EarlierRows, origin: Origin) -> Option<NewEntry> {
        let number = self.number(seen);
        let college = self.college();
        let specialty = self.specialty();
        let qualifications = self.qualifications(specialty);
        let level = self.level(&qualifications);
        let language =
            self.word("lang", &["kk", "ru"], "language", "earlier-language").and_then(|word| word.parse().ok());
        let entry_base = self.choice("entry_base", "entry", "earlier-entry-base");
        let form = self.choice("form", "form", "earlier-form");
        let intake = self.intake();
        let days = self.days();
        let (number, college, specialty, level) = (number?, college?, specialty?, level?);
        let (included_on, valid_to, excluded_on) = days?;
        let likeness = likeness(college.id, &specialty.to_string(), level, language, intake);
        if excluded_on.is_none() && self.known.alike.contains(&likeness) {
            self.note("earlier-alike", "");
        }
        if !seen.likenesses.insert(format!("{likeness} {included_on}")) {
            self.note("earlier-double", "");
        }
        Some(NewEntry {
            number,
            case_id: None,
            programme: None,
            hash: String::new(),
            college_id: college.id,
            name: self.name(specialty),
            college: college.name,
            specialty,
            qualifications,
            words: Vec::new(),
            level,
            language,
            entry_base,
            form,
            intake,
            included_on,
            valid_to,
            excluded_on,
            origin: Some(origin),
        })
    }

    fn number(&mut self, seen: &mut EarlierRows) -> Option<String> {
        let number = self.text("number").to_owned();
        let is_address = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.' | '_');
        if number.is_empty() {
            return if self.known.draws { Some(number) } else { self.refuse("earlier-no-number", "") };
        }
        let has_letter = number.chars().any(|letter| letter.is_ascii_alphanumeric());
        if number.len() > 60 || !has_letter || !number.chars().all(is_address) {
            return self.refuse("earlier-number", number);
        }
        // Numbers of this year are drawn: one that is typed would meet the one that is drawn later.
        if own_form(&number).is_some_and(|(year, _)| year >= chrono::Datelike::year(&self.known.today)) {
            return self.refuse("earlier-own-number", number);
        }
        if self.known.numbers.contains(&number) {
            return self.refuse("earlier-known", number);
        }
        if !seen.numbers.insert(number.clone()) {
            return self.refuse("earlier-twice", number);
        }
        Some(number)
    }

    /// Digits as they were meant: spreadsheets take the zeros at the beginning of a number away.
    fn digits(&mut self, text: &str, length: usize) -> String {
        let is_short = text.len() < length && text.len() + 2 >= length;
        if !is_short || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return text.to_owned();
        }
        let whole = format!("{text:0>length$}");
        self.note("earlier-padded", whole.clone());
        whole
    }

    fn college(&mut self) -> Option<College> {
        let (bin, name) = (self.text("bin").to_owned(), self.text("college").to_owned());
        let wanted = folded(&name);
        if !bin.is_empty() {
            let bin = self.digits(&bin, 12);
            let Some(found) = self.known.bins.get(&bin).map(|at| self.known.colleges[*at].clone()) else {
                return self.refuse("earlier-no-college", bin);
            };
            let is_named = folded(&found.name.kk) == wanted || folded(&found.name.ru) == wanted;
            if !name.is_empty() && !is_named {
                self.note("earlier-other-name", name);
            }
            return Some(found);
        }
        match self.known.names.get(&wanted).map(Vec::as_slice) {
            Some([at]) => Some(self.known.colleges[*at].clone()),
            Some(_) => self.refuse("earlier-many-colleges", name),
            None => self.refuse("earlier-no-college", name),
        }
    }

    fn specialty(&mut self) -> Option<SpecialtyCode> {
        let text = self.text("specialty").to_owned();
        // "06130100 – Software": the code comes first.
        let code = self.digits(text.split_whitespace().next().unwrap_or_default(), 8);
        let Ok(code) = code.parse::<SpecialtyCode>() else { return self.refuse("earlier-specialty", text) };
        if !self.known.specialties.contains_key(&code.to_string()) {
            self.note("earlier-unknown-specialty", code.to_string());
        }
        Some(code)
    }

    /// As the file has it, else as the classifier has it; a name that differs is noted.
    fn name(&mut self, specialty: SpecialtyCode) -> LocalName {
        let listed = self.known.specialties.get(&specialty.to_string()).cloned();
        let (mut kk, mut ru) = (self.text("specialty_name").to_owned(), self.text("specialty_name_ru").to_owned());
        // One name without letters of Kazakh alone is Russian, unless the classifier has it so in Kazakh.
        let is_kazakh = kk.to_lowercase().contains(['ә', 'і', 'ң', 'ғ', 'ү', 'ұ', 'қ', 'ө', 'һ']);
        if ru.is_empty() && !is_kazakh && listed.as_ref().is_none_or(|listed| folded(&listed.kk) != folded(&kk)) {
            ru = std::mem::take(&mut kk);
        }
        let Some(listed) = listed else { return LocalName::new(kk, ru) };
        let differs = |own: &str, listed: &str| !own.is_empty() && !listed.is_empty() && folded(own) != folded(listed);
        if differs(&kk, &listed.kk) || differs(&ru, &listed.ru) {
            self.note("earlier-other-specialty", if ru.is_empty() { kk.clone() } else { ru.clone() });
        }
        LocalName::new(if kk.is_empty() { listed.kk } else { kk }, if ru.is_empty() { listed.ru } else { ru })
    }

    fn qualifications(&mut self, specialty: Option<SpecialtyCode>) -> Vec<QualificationCode> {
        let text = self.text("qualification").to_owned();
        let mut codes = Vec::new();
        for word in text.split([',', ';', ' ', '\n']).filter(|word| !word.is_empty()) {
            match word.parse::<QualificationCode>() {
                Ok(code) => {
                    if specialty.is_some_and(|specialty| !code.belongs_to(specialty)) {
                        self.note("earlier-qualification-of-other", word);
                    }
                    codes.push(code);
                }
                // Names beside the codes are no codes.
                Err(_) if word.starts_with(|letter: char| letter.is_ascii_digit()) => {
                    self.note("earlier-qualification", word);
                }
                Err(_) => {}
            }
        }
        if codes.is_empty() && !text.is_empty() && !self.anomalies.iter().any(|one| one.key == "earlier-qualification")
        {
            self.note("earlier-qualification", text);
        }
        codes
    }

    fn level(&mut self, qualifications: &[QualificationCode]) -> Option<Level> {
        let of = |level| match level {
            QualificationLevel::Worker => Level::Worker,
            QualificationLevel::MidLevel => Level::MidLevel,
            QualificationLevel::AppliedBachelor => Level::AppliedBachelor,
        };
        let highest = qualifications.iter().map(|code| code.level()).max().map(of);
        match (self.choice::<Level>("level", "level", "earlier-level"), highest) {
            (Some(level), Some(highest)) if level != highest => {
                self.note("earlier-other-level", level.word());
                Some(level)
            }
            (Some(level), _) | (None, Some(level)) => Some(level),
            (None, None) => self.refuse("earlier-no-level", ""),
        }
    }

    /// A word out of a list, as the word itself or as it is called in any language; noted where it is neither.
    fn word(&mut self, field: &str, list: &[&'static str], prefix: &str, key: &'static str) -> Option<&'static str> {
        let text = folded(self.text(field));
        if text.is_empty() {
            return None;
        }
        let is_called = |word: &&&'static str| called(prefix, word).contains(&text);
        let found = list.iter().find(|word| **word == text).or_else(|| list.iter().find(is_called));
        if found.is_none() {
            let written = self.text(field).to_owned();
            self.note(key, written);
        }
        found.copied()
    }

    /// The same of the words of a type.
    fn choice<T: Word + FromStr>(&mut self, field: &str, prefix: &str, key: &'static str) -> Option<T> {
        let words: Vec<&'static str> = T::ALL.iter().map(|one| one.word()).collect();
        self.word(field, &words, prefix, key)?.parse().ok()
    }

    fn intake(&mut self) -> Option<AcademicYear> {
        let text = self.text("intake").to_owned();
        let year = text.parse().ok();
        if year.is_none() && !text.is_empty() {
            self.note("earlier-intake", text);
        }
        year
    }

    fn day(&mut self, field: &str) -> Option<NaiveDate> {
        let text = self.text(field).to_owned();
        if text.is_empty() {
            return None;
        }
        // Spreadsheets put a time behind the day.
        let day = text.split([' ', 'T']).next().unwrap_or_default();
        match Day::typed(day) {
            Ok(day) => Some(day.0),
            Err(_) => self.refuse("earlier-date", text),
        }
    }

    /// The days of inclusion, of the validity's end, and of exclusion.
    fn days(&mut self) -> Option<(NaiveDate, Option<NaiveDate>, Option<NaiveDate>)> {
        let (on, valid_to, ended) = (self.day("included_on"), self.day("valid_until"), self.day("ended_on"));
        let on = match on {
            Some(on) => on,
            None if self.text("included_on").is_empty() => return self.refuse("earlier-no-date", ""),
            None => return None,
        };
        if on > self.known.today {
            return self.refuse("earlier-future", on.to_string());
        }
        if valid_to.is_some_and(|last| last < on) || ended.is_some_and(|ended| ended < on) {
            return self.refuse("earlier-order", on.to_string());
        }
        if let Some(last) = valid_to.filter(|last| *last < self.known.today) {
            self.note("earlier-over", last.to_string());
        }
        let state = folded(self.text("state"));
        let says = |word: &str| state == word || called("register-state", word).contains(&state);
        if state.is_empty() || says("excluded") {
            return match ended {
                None if state.is_empty() => Some((on, valid_to, None)),
                None => self.refuse("earlier-no-end", ""),
                Some(ended) => Some((on, valid_to, Some(ended))),
            };
        }
        if says("included") {
            // A day of exclusion and "included" cannot both be right.
            return match ended {
                None => Some((on, valid_to, None)),
                Some(ended) => self.refuse("earlier-two-states", ended.to_string()),
            };
        }
        if says("expired") {
            return match valid_to.or(ended) {
                Some(last) if last < self.known.today => Some((on, Some(last), None)),
                _ => self.refuse("earlier-no-end", ""),
            };
        }
        let written = self.text("state").to_owned();
        self.refuse("earlier-state", written)
    }
}

/// The field that a remark is about.
fn field_of(key: &str) -> &'static str {
    match key {
        "earlier-no-college" | "earlier-many-colleges" => "bin",
        "earlier-other-name" => "college",
        "earlier-specialty" | "earlier-unknown-specialty" => "specialty",
        "earlier-other-specialty" => "specialty_name",
        "earlier-qualification" | "earlier-qualification-of-other" => "qualification",
        "earlier-no-level" | "earlier-other-level" | "earlier-level" => "level",
        "earlier-language" => "lang",
        "earlier-entry-base" => "entry_base",
        "earlier-form" => "form",
        "earlier-intake" => "intake",
        "earlier-date" | "earlier-no-date" | "earlier-future" => "included_on",
        "earlier-order" | "earlier-over" => "valid_until",
        "earlier-state" | "earlier-two-states" | "earlier-no-end" => "state",
        _ => "number",
    }
}

/// What a word is called in each language, as it is searched.
fn called(prefix: &str, word: &str) -> Vec<String> {
    static CALLED: LazyLock<RwLock<HashMap<String, Vec<String>>>> = LazyLock::new(RwLock::default);
    let key = format!("{prefix}-{word}");
    if let Some(known) = CALLED.read().ok().and_then(|known| known.get(&key).cloned()) {
        return known;
    }
    let names: Vec<String> =
        Lang::ALL.iter().filter_map(|lang| sheber_messages::try_text(*lang, &key)).map(|name| folded(&name)).collect();
    if let Ok(mut known) = CALLED.write() {
        known.insert(key, names.clone());
    }
    names
}

#[cfg(test)]
mod tests;
