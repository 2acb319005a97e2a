//! Section 12: students with special educational needs; the accessibility of a college's buildings.

use std::collections::BTreeSet;

use chrono::{Months, NaiveDate};

use crate::edition::Edition;
use crate::finding::Value;
use crate::norm::Norm;

/// A building's accessibility passport (қолжетімділік паспорты), as far as the norm asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Building {
    pub name: String,
    /// The day of the last check, if there was one.
    pub checked: Option<NaiveDate>,
    /// The features that are there.
    pub has: BTreeSet<String>,
}

/// A college's buildings on a day.
#[derive(Clone, Debug, Default)]
pub struct Buildings {
    pub list: Vec<Building>,
    pub today: NaiveDate,
}

/// 12.3: every building has the four features, by a check that is recent enough.
pub const BUILDINGS: Norm<Buildings> = Norm {
    item: "12.3",
    check: |facts, edition, report| {
        if facts.list.is_empty() {
            report.unknown("unknown", None);
        }
        for building in &facts.list {
            let place = || Value::Text(building.name.clone());
            match building.checked {
                None => report.unknown("unchecked", place()),
                Some(day) if is_stale(edition, day, facts.today) => report.unknown("stale", place()),
                Some(_) => {}
            }
            for feature in edition.words("12.3", "features") {
                if building.checked.is_some() && !building.has.contains(feature) {
                    report.broken(missing(feature), place());
                }
            }
        }
    },
};

/// Whether a building was checked too long ago for the check to count (12.3); never, where the guidance sets no term.
pub fn is_stale(edition: &Edition, checked: NaiveDate, today: NaiveDate) -> bool {
    let months =
        edition.number_on("12.3", "checked_within_months", today).and_then(|months| u32::try_from(months).ok());
    months.is_some_and(|months| checked + Months::new(months) < today)
}

/// The message of a feature that is missing.
fn missing(feature: &str) -> &'static str {
    match feature {
        "ramp" => "ramp",
        "light_signals" => "light_signals",
        "call_button" => "call_button",
        "sanitary_unit" => "sanitary_unit",
        _ => "feature",
    }
}
