//! The fields of a form, read one by one: what was typed stays, what does not read has its message beside it.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use axum::http::StatusCode;
use chrono::{Datelike, NaiveDate};
use sheber_kernel::{Day, written};

use super::error::AppError;
use super::forms::{Lookup, Pairs};

const OVERTAKEN: &str = "field-overtaken";

/// A form as it was sent, and what is wrong with its fields.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    pairs: Pairs,
    errors: BTreeMap<String, &'static str>,
    /// What somebody else has saved meanwhile, where it is not what was typed.
    stored: BTreeMap<String, BTreeSet<String>>,
}

impl Fields {
    pub fn of(pairs: Pairs) -> Self {
        Self { pairs, ..Self::default() }
    }

    /// A form that is filled with what is known.
    pub fn filled<'a>(known: impl IntoIterator<Item = (&'a str, String)>) -> Self {
        Self::of(known.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.pairs.retain(|(known, _)| known != name);
        self.pairs.push((name.to_owned(), value.into()));
    }

    /// Says what is wrong with a field; the first word stands.
    pub fn wrong(&mut self, name: &str, key: &'static str) {
        self.errors.entry(name.to_owned()).or_insert(key);
    }

    pub fn is_sound(&self) -> bool {
        self.errors.is_empty()
    }

    /// For a form whose fields nobody types: what does not read there was not sent by its page.
    pub fn sound(&self) -> Result<(), AppError> {
        if self.is_sound() { Ok(()) } else { Err(AppError::Bad("error-form")) }
    }

    /// Whether somebody else was quicker.
    pub fn is_overtaken(&self) -> bool {
        self.errors.values().any(|key| *key == OVERTAKEN)
    }

    /// What a page answers with that shows this form.
    pub fn status(&self) -> StatusCode {
        match self.is_overtaken() {
            true => StatusCode::CONFLICT,
            false if self.is_sound() => StatusCode::OK,
            false => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    /// The version of a record that the form was filled from; 0 where there was none.
    pub fn version(&self) -> i64 {
        self.version_of("version")
    }

    /// The same, of a form that holds the versions of several records.
    pub fn version_of(&self, name: &str) -> i64 {
        match self.value(name) {
            "" => 0,
            // No record ever has it: what is saved over it is overtaken.
            typed => typed.parse().unwrap_or(-1),
        }
    }

    /// Somebody else changed the record meanwhile: what was typed stays, with what is stored now beside it, and is saved over that
    /// once the person has seen this.
    pub fn overtaken(&mut self, name: &str, now: i64, stored: Self) {
        self.wrong(name, OVERTAKEN);
        self.set("version", now.to_string());
        // A row that was typed where the record has none now differs, too.
        let names: BTreeSet<&String> = stored.pairs.iter().chain(&self.pairs).map(|(name, _)| name).collect();
        let differing = names.into_iter().filter(|name| self.said(name) != stored.said(name));
        let stored = differing.map(|name| (name.clone(), stored.said(name))).collect();
        self.stored = stored;
    }

    /// What was typed into fields whose names begin so, for a page that has the form no more.
    pub fn typed(&self, starts: &[&str]) -> Vec<String> {
        let begins = |name: &str| starts.iter().any(|start| name.starts_with(start));
        let typed = self.pairs.iter().filter(|(name, value)| begins(name) && !value.trim().is_empty());
        typed.map(|(_, value)| value.clone()).collect()
    }

    /// What a field says, in whatever order and with whatever ends of lines; nothing and none are the same.
    fn said(&self, name: &str) -> BTreeSet<String> {
        let values = self.all(name).into_iter().map(|value| value.replace("\r\n", "\n").trim().to_owned());
        values.filter(|value| !["", "0"].contains(&value.as_str())).collect()
    }

    /// What is stored in a field, where it is not what was typed; empty where nothing is.
    pub fn stored(&self, name: impl AsRef<str>) -> Option<String> {
        let stored = self.stored.get(name.as_ref())?;
        Some(stored.iter().map(String::as_str).collect::<Vec<_>>().join(", "))
    }

    /// Whether a box is stored as ticked, where it is not as it was sent.
    pub fn stored_tick(&self, name: impl AsRef<str>, value: impl AsRef<str>) -> Option<bool> {
        let ticked = self.stored.get(name.as_ref())?.contains(value.as_ref());
        (ticked != self.has(name, value)).then_some(ticked)
    }

    /// The form with what is known in the fields that it did not send; a box that was not ticked is one of those it sent.
    pub fn over(mut self, known: Self, boxes: &[&str]) -> Self {
        let sent: BTreeSet<String> = self.pairs.iter().map(|(name, _)| name.clone()).collect();
        let absent = |name: &String| !sent.contains(name) && !boxes.contains(&name.as_str());
        self.pairs.extend(known.pairs.into_iter().filter(|(name, _)| absent(name)));
        self
    }

    /// Whether a field whose name begins so was sent.
    pub fn has_any(&self, start: &str) -> bool {
        self.pairs.iter().any(|(name, _)| name.starts_with(start))
    }

    /// Everything that was sent, as one text; by which session is no part of it.
    pub fn sent(&self) -> String {
        self.pairs.iter().filter(|(name, _)| name != "csrf").map(|(name, value)| format!("{name}={value}\n")).collect()
    }

    /// What was typed.
    pub fn value(&self, name: impl AsRef<str>) -> &str {
        self.pairs.get(name.as_ref())
    }

    /// One more value of a field that may be chosen several times.
    pub fn add(&mut self, name: &str, value: impl Into<String>) {
        self.pairs.push((name.to_owned(), value.into()));
    }

    /// Every value of a field that may be chosen several times.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.pairs.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str()).collect()
    }

    /// Whether a value was chosen.
    pub fn has(&self, name: impl AsRef<str>, value: impl AsRef<str>) -> bool {
        self.pairs.iter().any(|(known, chosen)| known == name.as_ref() && chosen == value.as_ref())
    }

    pub fn error(&self, name: impl AsRef<str>) -> Option<&'static str> {
        self.errors.get(name.as_ref()).copied()
    }

    /// Whether something is wrong with fields whose names begin so: a form that stands folded is opened by it.
    pub fn is_wrong(&self, starts: &[&str]) -> bool {
        self.errors.keys().any(|name| starts.iter().any(|start| name.starts_with(start)))
    }

    /// The fields that are wrong, with their messages, for the summary at the top.
    pub fn errors(&self) -> impl Iterator<Item = (&str, &'static str)> {
        self.errors.iter().map(|(name, key)| (name.as_str(), *key))
    }

    /// A text that may be empty, of at most so many letters.
    pub fn open_text(&mut self, name: &str, most: usize) -> String {
        let text = self.value(name).trim().to_owned();
        if text.chars().count() > most {
            self.wrong(name, "field-long");
        }
        text
    }

    /// A text that has to be there.
    pub fn text(&mut self, name: &str, most: usize) -> String {
        let text = self.open_text(name, most);
        if text.is_empty() {
            self.wrong(name, "field-required");
        }
        text
    }

    /// A day that may be left open, as the browser sends it or as people write it.
    pub fn open_day(&mut self, name: &str) -> Option<NaiveDate> {
        let text = self.value(name).trim().to_owned();
        if text.is_empty() {
            return None;
        }
        let day = Day::typed(&text).ok().map(|day| day.0).filter(|day| (1990..2100).contains(&day.year()));
        if day.is_none() {
            self.wrong(name, "field-day");
        }
        day
    }

    pub fn day(&mut self, name: &str) -> Option<NaiveDate> {
        let day = self.open_day(name);
        if day.is_none() {
            self.wrong(name, "field-required");
        }
        day
    }

    /// A time of day, `HH:MM`; empty where none was given.
    pub fn open_time(&mut self, name: &str) -> String {
        let text = self.value(name).trim().to_owned();
        if !text.is_empty() && chrono::NaiveTime::parse_from_str(&text, "%H:%M").is_err() {
            self.wrong(name, "field-time");
        }
        text
    }

    /// A whole number from 0 up to a most; 0 where nothing was typed.
    pub fn open_number(&mut self, name: &str, most: i64) -> i64 {
        if self.value(name).trim().is_empty() {
            return 0;
        }
        match written::whole(self.value(name)) {
            Some(number) if (0..=most).contains(&number) => number,
            _ => {
                self.wrong(name, "field-number");
                0
            }
        }
    }

    pub fn number(&mut self, name: &str, most: i64) -> i64 {
        if self.value(name).trim().is_empty() {
            self.wrong(name, "field-required");
        }
        self.open_number(name, most)
    }

    /// An amount of tenge, in tiyn: `1 250,50`.
    pub fn money(&mut self, name: &str) -> i64 {
        let typed = self.value(name).to_owned();
        if typed.trim().is_empty() {
            self.wrong(name, "field-required");
            return 0;
        }
        tiyn(&typed).unwrap_or_else(|| {
            self.wrong(name, "field-money");
            0
        })
    }

    /// One of the words of a list.
    pub fn choice<T: FromStr>(&mut self, name: &str) -> Option<T> {
        let chosen = self.value(name).parse().ok();
        if chosen.is_none() {
            self.wrong(name, "field-choice");
        }
        chosen
    }

    /// One of the words of a list, or none of them.
    pub fn open_choice<T: FromStr>(&mut self, name: &str) -> Option<T> {
        if self.value(name).is_empty() { None } else { self.choice(name) }
    }

    /// A word of a list that the guidance's data have, empty where none was chosen; of a field with several, each has to be one.
    pub fn open_word(&mut self, name: &str, is_known: impl Fn(&str) -> bool) -> String {
        if !self.all(name).into_iter().all(|word| word.is_empty() || is_known(word)) {
            self.wrong(name, "field-choice");
        }
        self.value(name).to_owned()
    }

    /// Words or keys that were chosen, each once, at most so many.
    pub fn chosen<T: FromStr + Ord>(&mut self, name: &str, most: usize) -> Vec<T> {
        let read: Result<Vec<T>, T::Err> = self.all(name).into_iter().map(str::parse).collect();
        let mut chosen = read.unwrap_or_else(|_| {
            self.wrong(name, "field-choice");
            Vec::new()
        });
        chosen.sort_unstable();
        chosen.dedup();
        if chosen.len() > most {
            self.wrong(name, "field-choice");
        }
        chosen
    }

    /// Addresses of pages, one a line.
    pub fn links(&mut self, name: &str, most: usize) -> Vec<String> {
        let links: Vec<String> = self.value(name).split_whitespace().map(str::to_owned).collect();
        let is_address = |link: &String| {
            let rest = link.strip_prefix("https://").or_else(|| link.strip_prefix("http://"));
            rest.is_some_and(|rest| rest.contains('.') && link.len() <= 500)
        };
        if links.len() > most || !links.iter().all(is_address) {
            self.wrong(name, "field-link");
        }
        links
    }

    /// Keys of records that were chosen, to show them: what does not read is not among them.
    pub fn keys(&self, name: &str) -> Vec<i64> {
        let mut keys: Vec<i64> = self.all(name).iter().filter_map(|key| key.parse().ok()).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }
}

/// An amount of tenge as people write it, in tiyn.
pub fn tiyn(text: &str) -> Option<i64> {
    written::hundredths(text).filter(|amount| (0..MOST_TIYN).contains(amount))
}

/// No amount of an organisation has more than fourteen digits before the comma.
const MOST_TIYN: i64 = 10_000_000_000_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_read_as_people_write_it() {
        for (text, amount) in [
            ("1250", Some(125_000)),
            ("1 250,5", Some(125_050)),
            ("1\u{a0}250.05", Some(125_005)),
            ("0,01", Some(1)),
            ("", None),
            ("-1", None),
            ("1,234", None),
            ("12a", None),
            ("999999999999999", None),
        ] {
            assert_eq!(tiyn(text), amount, "{text}");
        }
    }

    #[test]
    fn what_does_not_read_stays_and_is_named() {
        let sent =
            [("topic", "  "), ("day", "31.02.2024"), ("time", "25:00"), ("many", "-3"), ("links", "https://a.kz x")];
        let mut fields = Fields::filled(sent.map(|(name, value)| (name, value.to_owned())));
        fields.text("topic", 10);
        fields.day("day");
        fields.open_time("time");
        fields.open_number("many", 10);
        fields.links("links", 5);
        assert_eq!(fields.open_choice::<i64>("nothing"), None);
        assert_eq!(fields.open_choice::<i64>("many"), Some(-3));
        assert_eq!(fields.open_choice::<i64>("day"), None);
        assert!(fields.chosen::<i64>("topic", 10).is_empty());
        let wrong: Vec<_> = fields.errors().collect();
        let expected = [
            ("day", "field-day"),
            ("links", "field-link"),
            ("many", "field-number"),
            ("time", "field-time"),
            ("topic", "field-required"),
        ];
        assert_eq!(wrong, expected);
        assert_eq!(fields.value("day"), "31.02.2024");
    }

    #[test]
    fn what_is_stored_stands_beside_what_was_typed() {
        let form = |place: &str, aims: &[&str]| {
            let mut fields = Fields::filled([("place", place.to_owned()), ("topic", "one".to_owned())]);
            for aim in aims {
                fields.add("aims", *aim);
            }
            fields
        };
        let mut typed = form("hall", &["a", "c"]);
        typed.set("links", "one\r\ntwo ");
        let mut stored = form("yard", &["b", "a"]);
        stored.set("links", "one\ntwo");
        typed.overtaken("topic", 7, stored);
        assert_eq!(
            (typed.stored("place").as_deref(), typed.stored("topic"), typed.stored("links")),
            (Some("yard"), None, None)
        );
        let ticks = ["a", "b", "c"].map(|aim| typed.stored_tick("aims", aim));
        assert_eq!((ticks, typed.version()), ([None, Some(true), Some(false)], 7));
        typed.overtaken("topic", 8, form("", &["c", "a"]));
        assert_eq!(
            (typed.stored("place").as_deref(), typed.stored("aims"), typed.value("place")),
            (Some(""), None, "hall")
        );
    }
}
