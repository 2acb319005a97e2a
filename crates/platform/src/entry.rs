//! What was touched: a record's kind, what happened to it, whose it was and of which year and day.

use chrono::NaiveDate;
use serde_json::Value;
use sheber_kernel::AcademicYear;

/// A kind of record, as the trail names it. A room's constant: `pub const BODY: Entity = Entity("body");`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Entity(pub &'static str);

/// One thing that happened to a record: the trail keeps it, and what rests on it is looked at again before the commit.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What happened, the key of its message (`trail-…`).
    pub what: &'static str,
    pub entity: Entity,
    pub id: i64,
    pub before: Option<Value>,
    pub after: Option<Value>,
    pub(super) touched: Vec<Touch>,
    pub(super) news: Option<News>,
}

/// Whose record it was, and of which year and day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Touch {
    pub entity: Entity,
    /// The record's key.
    pub id: i64,
    /// The record's own kind within its entity (`debate`); empty where it has none.
    pub word: &'static str,
    pub organisation: i64,
    pub year: AcademicYear,
    /// Narrows what comes each week or month to the one that holds the day.
    pub day: Option<NaiveDate>,
}

/// What programs outside may hear of it: no words of people, only what to look up.
#[derive(Clone, Debug)]
pub struct News {
    /// The type of the message, as the description of the interface names it.
    pub kind: &'static str,
    pub data: Value,
    pub audience: Audience,
}

/// Who hears of news: those who see the record.
#[derive(Clone, Debug, Default)]
pub struct Audience {
    pub college: i64,
    pub region: String,
    /// The college itself does, and who looks after it.
    pub applicants: bool,
    /// Others than the college do: what was never sent is its own.
    pub sent: bool,
    /// Experts who were named for the record.
    pub members: Vec<i64>,
}

impl Entry {
    pub const fn new(what: &'static str, entity: Entity, id: i64) -> Self {
        Self { what, entity, id, before: None, after: None, touched: Vec::new(), news: None }
    }

    #[must_use]
    pub fn before(mut self, value: Value) -> Self {
        self.before = Some(value);
        self
    }

    #[must_use]
    pub fn after(mut self, value: Value) -> Self {
        self.after = Some(value);
        self
    }

    /// An organisation's record of a year.
    #[must_use]
    pub fn of(self, organisation: i64, year: AcademicYear) -> Self {
        self.at(organisation, year, "", None)
    }

    /// An organisation's record that goes on through years.
    #[must_use]
    pub fn during(self, organisation: i64, years: impl IntoIterator<Item = AcademicYear>) -> Self {
        years.into_iter().fold(self, |entry, year| entry.of(organisation, year))
    }

    /// One of a kind and day; one that moved is said at both places.
    #[must_use]
    pub fn at(mut self, organisation: i64, year: AcademicYear, word: &'static str, day: Option<NaiveDate>) -> Self {
        let touched = Touch { entity: self.entity, id: self.id, word, organisation, year, day };
        if !self.touched.contains(&touched) {
            self.touched.push(touched);
        }
        self
    }

    /// Programs hear of it, too.
    #[must_use]
    pub fn news(mut self, news: News) -> Self {
        self.news = Some(news);
        self
    }
}

/// What somebody rests on: records of an entity, of these words or of any.
#[derive(Clone, Copy, Debug)]
pub struct Rests(pub Entity, pub &'static [&'static str]);

impl Rests {
    pub const fn on(entity: Entity) -> Self {
        Self(entity, &[])
    }

    pub fn is_met(&self, touched: &Touch) -> bool {
        self.0 == touched.entity && (self.1.is_empty() || self.1.contains(&touched.word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: Entity = Entity("event");

    #[test]
    fn a_record_that_moved_is_touched_at_both_places_and_once_at_one() {
        let (year, day) = (AcademicYear::starting(2023), "2023-10-02".parse().ok());
        let still = Entry::new("trail-event", EVENT, 1).at(7, year, "debate", day).at(7, year, "debate", day);
        assert_eq!(still.touched.len(), 1);
        let moved = still.at(7, year, "debate", "2023-10-09".parse().ok());
        assert_eq!(moved.touched.len(), 2);
    }

    #[test]
    fn what_rests_on_words_is_met_by_those_alone() {
        let entry = Entry::new("trail-event", EVENT, 1).at(7, AcademicYear::starting(2023), "debate", None);
        let touched = &entry.touched[0];
        for (rests, met) in [
            (Rests::on(EVENT), true),
            (Rests(EVENT, &["debate"]), true),
            (Rests(EVENT, &["forum"]), false),
            (Rests::on(Entity("body")), false),
        ] {
            assert_eq!(rests.is_met(touched), met, "{rests:?}");
        }
    }
}
