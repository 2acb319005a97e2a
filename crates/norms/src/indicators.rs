//! Indicators: what is counted, towards which target, as the guidance's data state it. Counting itself is the server's.

use std::collections::BTreeMap;

use serde::Deserialize;
use sheber_kernel::{AcademicYear, Level, words};

use crate::text::{Words, open_word};

words! {
    /// What an indicator is measured in.
    IndicatorUnit {
        Percent = "percent",
        Count = "count",
    }
}

words! {
    /// Which way is better.
    Direction {
        Up = "up",
        Down = "down",
    }
}

/// An indicator of the guidance.
#[derive(Clone, Debug)]
pub struct Indicator {
    /// Its name in addresses and open data: `accessible_colleges`.
    pub code: String,
    pub item: String,
    pub unit: IndicatorUnit,
    pub direction: Direction,
    pub numerator: Words,
    pub denominator: Option<Words>,
    /// Whose figure the targets speak of: `None` for a share, which is the same at each level.
    pub per: Option<Level>,
    /// By academic year; a later year without one of its own goes on with the last.
    pub targets: BTreeMap<AcademicYear, u32>,
}

impl Indicator {
    /// The target of a year for the figure of one college, one region or the country; `None` where it speaks of another level.
    pub fn target(&self, level: Level, year: AcademicYear) -> Option<u32> {
        if self.per.is_some_and(|per| per != level) {
            return None;
        }
        self.targets.range(..=year).next_back().map(|(_, target)| *target)
    }

    /// The figure of a count: percent of the whole in hundredths, or the count itself. `None` where there is nothing to divide by.
    /// A share is never rounded towards the better: what falls short of a target or of the whole does not read as if it were there.
    pub fn figure(&self, numerator: i64, denominator: i64) -> Option<Figure> {
        match self.unit {
            IndicatorUnit::Percent if denominator <= 0 => None,
            IndicatorUnit::Percent => {
                let (part, whole) = (i128::from(numerator) * 10_000, i128::from(denominator));
                let hundredths = match self.direction {
                    Direction::Up => part.div_euclid(whole),
                    Direction::Down => -((-part).div_euclid(whole)),
                };
                Some(Figure { hundredths: i64::try_from(hundredths).unwrap_or(i64::MAX) })
            }
            IndicatorUnit::Count => Some(Figure { hundredths: numerator.saturating_mul(100) }),
        }
    }

    /// Whether a figure meets the year's target; `None` where there is no target for its level.
    pub fn meets(&self, level: Level, figure: Figure, year: AcademicYear) -> Option<bool> {
        let target = i64::from(self.target(level, year)?) * 100;
        Some(match self.direction {
            Direction::Up => figure.hundredths >= target,
            Direction::Down => figure.hundredths <= target,
        })
    }
}

/// A number of an indicator, exact to the hundredth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Figure {
    pub hundredths: i64,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IndicatorData {
    pub code: String,
    #[serde(default, deserialize_with = "open_word")]
    pub unit: Option<IndicatorUnit>,
    #[serde(default, deserialize_with = "open_word")]
    pub direction: Option<Direction>,
    pub numerator: Option<Words>,
    pub denominator: Option<Words>,
    #[serde(default, deserialize_with = "open_word")]
    pub per: Option<Level>,
    #[serde(default)]
    pub targets: BTreeMap<AcademicYear, u32>,
}
