//! What is contested, at which levels, by which rules.

use serde::{Deserialize, Serialize};
use sheber_kernel::{AcademicYear, Level, words};
use sheber_norms::Edition;

words! {
    /// What is contested.
    Kind {
        /// Professional mastery, by sector (16.1).
        Mastery = "mastery",
        /// The best author's method of teaching Kazakh (13.2).
        Language = "language",
        /// «Топтың үздік оқырманы» (14.2).
        GroupReader = "group_reader",
        /// «Жылдың үздік оқырманы» (14.2).
        YearReader = "year_reader",
    }
}

impl Kind {
    /// The item of the guidance that asks for it.
    pub const fn item(self) -> &'static str {
        match self {
            Self::Mastery => "16.1",
            Self::Language => "13.2",
            Self::GroupReader | Self::YearReader => "14.2",
        }
    }

    /// The levels at which it is held.
    pub const fn levels(self) -> &'static [Level] {
        match self {
            Self::GroupReader => &[Level::College],
            _ => &[Level::College, Level::Region, Level::Country],
        }
    }
}

/// A criterion with the most points a juror gives for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Criterion {
    pub name: String,
    pub most: u32,
}

/// How large a jury is and how many win, as the guidance's data say; nobody is demanded where they say nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// A jury has at least so many.
    pub jurors: usize,
    /// So many of them judge each application: one vote alone decides nothing.
    pub judges: usize,
    /// So many places are winners, and pass on.
    pub winners: i64,
}

impl Rules {
    pub fn of(year: AcademicYear) -> Self {
        let number = |name: &str| Edition::of(year).number("16.1", name).unwrap_or(0);
        let count = |name: &str| usize::try_from(number(name)).unwrap_or(0);
        Self { jurors: count("jurors"), judges: count("judges"), winners: number("winners") }
    }

    /// Whether a place wins.
    pub fn wins(&self, place: Option<i64>) -> bool {
        place.is_some_and(|place| place <= self.winners)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_are_those_of_the_guidance() {
        let rules = Rules::of(AcademicYear::starting(2023));
        assert_eq!(rules, Rules { jurors: 3, judges: 2, winners: 3 });
        for (place, wins) in [(None, false), (Some(1), true), (Some(3), true), (Some(4), false)] {
            assert_eq!(rules.wins(place), wins, "{place:?}");
        }
    }
}
