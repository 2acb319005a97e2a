//! Norms over a college, by its own records: the six requirements of distance learning (6.6), accessibility (12.3), bodies and
//! clubs (14.5), spending on textbooks (15.2).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Months, NaiveDate};
use sheber_kernel::Citation;

use crate::edition::Edition;
use crate::finding::Severity;

/// A building's accessibility passport (қолжетімділік паспорты), as far as the norm asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Building {
    pub name: String,
    /// The day of the last check, if there was one.
    pub checked: Option<NaiveDate>,
    /// The features that are there.
    pub has: BTreeSet<String>,
}

/// What is known of one of the six requirements of distance learning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readiness {
    pub is_met: bool,
    /// The last day its evidence counts for.
    pub until: Option<NaiveDate>,
}

/// A body or club of the college (14.5), as far as the norm asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Body {
    /// Whether the committee has its youth inspector.
    pub has_inspector: bool,
    /// How many seats in collegial bodies its members have.
    pub seats: usize,
}

/// What a college spent on textbooks in a financial year, in tiyn, and for how many students.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spending {
    pub year: i32,
    pub tiyn: i64,
    /// Students whose number is known; without it the norm cannot tell.
    pub students: Option<u32>,
}

/// The facts of a college that its norms look at.
#[derive(Clone, Debug, Default)]
pub struct CollegeFacts {
    pub buildings: Vec<Building>,
    pub readiness: BTreeMap<String, Readiness>,
    /// By kind.
    pub bodies: BTreeMap<String, Body>,
    pub spending: Option<Spending>,
    pub today: NaiveDate,
}

/// What a norm says of a college.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CollegeFinding {
    pub item: &'static str,
    pub severity: Severity,
    /// Which of the item's findings: the end of the message's key, `n-12-3-…`.
    pub what: &'static str,
    /// The building, requirement or body it is about.
    pub place: Option<String>,
    pub measured: Option<i64>,
    pub required: Option<i64>,
    pub citation: Citation,
}

/// Findings as they are gathered; id, severity and citation are attached here.
pub struct Gathered<'a> {
    item: &'static str,
    severity: Severity,
    citation: &'a Citation,
    findings: Vec<CollegeFinding>,
}

impl Gathered<'_> {
    fn add(&mut self, severity: Severity, what: &'static str, place: Option<&str>, numbers: Option<(i64, i64)>) {
        self.findings.push(CollegeFinding {
            item: self.item,
            severity,
            what,
            place: place.map(str::to_owned),
            measured: numbers.map(|(measured, _)| measured),
            required: numbers.map(|(_, required)| required),
            citation: self.citation.clone(),
        });
    }

    fn found(&mut self, what: &'static str, place: Option<&str>) {
        self.add(self.severity, what, place, None);
    }

    /// A fact is missing: it cannot be told whether the norm holds.
    fn unknown(&mut self, what: &'static str, place: Option<&str>) {
        self.add(Severity::Warning, what, place, None);
    }
}

/// A norm over a college.
pub struct CollegeNorm {
    pub item: &'static str,
    pub check: fn(&CollegeFacts, &Edition, &mut Gathered<'_>),
}

/// 6.6: each of the six requirements is met, and its evidence still counts.
const DISTANCE: CollegeNorm = CollegeNorm {
    item: "6.6",
    check: |facts, edition, found| {
        for requirement in edition.words("6.6", "requirements") {
            match facts.readiness.get(requirement) {
                None => found.unknown("unknown", Some(requirement)),
                Some(readiness) if !readiness.is_met => found.found("unmet", Some(requirement)),
                Some(Readiness { until: Some(until), .. }) if *until < facts.today => {
                    found.found("expired", Some(requirement));
                }
                Some(_) => {}
            }
        }
    },
};

/// 12.3: every building has the four features, by a check that is recent enough.
const ACCESSIBILITY: CollegeNorm = CollegeNorm {
    item: "12.3",
    check: |facts, edition, found| {
        if facts.buildings.is_empty() {
            found.unknown("unknown", None);
        }
        for building in &facts.buildings {
            let place = Some(building.name.as_str());
            match building.checked {
                None => found.unknown("unchecked", place),
                Some(day) if is_stale(edition, day, facts.today) => found.unknown("stale", place),
                Some(_) => {}
            }
            for feature in edition.words("12.3", "features") {
                if building.checked.is_some() && !building.has.contains(feature) {
                    found.found(missing(feature), place);
                }
            }
        }
    },
};

/// Whether a building was checked too long ago for the check to count (12.3).
pub fn is_stale(edition: &Edition, checked: NaiveDate, today: NaiveDate) -> bool {
    let months = edition.number("12.3", "checked_within_months").unwrap_or(12);
    checked + Months::new(u32::try_from(months).unwrap_or(12)) < today
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

/// 14.5: each body exists; the committee has its inspector, the parliament its seats.
const BODIES: CollegeNorm = CollegeNorm {
    item: "14.5",
    check: |facts, edition, found| {
        for kind in edition.words("14.5", "bodies") {
            match facts.bodies.get(kind) {
                None => found.found("missing", Some(kind)),
                Some(body) if kind == "committee" && !body.has_inspector => found.found("inspector", Some(kind)),
                Some(body) if kind == "parliament" && body.seats == 0 => found.found("seats", Some(kind)),
                Some(_) => {}
            }
        }
    },
};

/// 15.2: so many MCI per student and financial year.
const SPENDING: CollegeNorm = CollegeNorm {
    item: "15.2",
    check: |facts, edition, found| {
        let Some(spending) = facts.spending else { return found.unknown("nothing", None) };
        match (spending.students, textbook_norm(edition, spending)) {
            (None, _) => found.unknown("students", None),
            (_, None) => found.unknown("mci", None),
            (_, Some(required)) if spending.tiyn < required => {
                found.add(found.severity, "less", None, Some((spending.tiyn, required)));
            }
            _ => {}
        }
    },
};

/// What 15.2 asks of a college in a financial year, in tiyn; `None` where students or the year's MCI are not known.
pub fn textbook_norm(edition: &Edition, spending: Spending) -> Option<i64> {
    let item = edition.item("15.2")?;
    let mci = item.parameters.get("mci")?.get(spending.year.to_string())?.as_integer()?;
    let each = edition.number("15.2", "mci_per_student")?;
    Some(i64::from(spending.students?) * each * mci * 100)
}

/// Every norm over a college, in the order of the guidance.
pub const COLLEGE_NORMS: &[CollegeNorm] = &[DISTANCE, ACCESSIBILITY, BODIES, SPENDING];

/// Checks a college against the norms of an edition that are in force.
pub fn check(facts: &CollegeFacts, edition: &Edition) -> Vec<CollegeFinding> {
    COLLEGE_NORMS.iter().flat_map(|norm| check_one(norm, facts, edition)).collect()
}

fn check_one(norm: &CollegeNorm, facts: &CollegeFacts, edition: &Edition) -> Vec<CollegeFinding> {
    let Some(item) = edition.item(norm.item).filter(|item| item.valid.covers(edition.year)) else {
        return Vec::new();
    };
    let severity = item.severity.unwrap_or(Severity::Warning);
    let mut gathered = Gathered { item: norm.item, severity, citation: &item.citation, findings: Vec::new() };
    (norm.check)(facts, edition, &mut gathered);
    gathered.findings
}
