//! What rows of entries are compared with.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use sheber_kernel::{AcademicYear, LocalName};
use sheber_norms::programme::{Language, Level};
use sheber_platform::search::folded;

/// A college that an entry can belong to.
#[derive(Clone, Debug)]
pub struct College {
    pub id: i64,
    pub bin: String,
    pub name: LocalName,
    pub region: String,
}

/// What rows are compared with.
#[derive(Debug, Default)]
pub struct Inventory {
    pub colleges: Vec<College>,
    /// The places of the colleges by BIN, and by name as it is searched.
    pub bins: HashMap<String, usize>,
    pub names: HashMap<String, Vec<usize>>,
    /// Names by code.
    pub specialties: HashMap<String, LocalName>,
    /// Registration numbers that are taken.
    pub numbers: HashSet<String>,
    /// What included entries are about, as [`likeness`] says it.
    pub alike: HashSet<String>,
    pub today: NaiveDate,
    /// Where a number is missing, the next one of the year is drawn later.
    pub draws: bool,
}

impl Inventory {
    /// The colleges, to be found by BIN and by name.
    pub fn of(colleges: Vec<College>) -> Self {
        let mut known = Self::default();
        for (at, college) in colleges.iter().enumerate() {
            known.bins.insert(college.bin.clone(), at);
            for name in HashSet::from([folded(&college.name.kk), folded(&college.name.ru)]) {
                known.names.entry(name).or_default().push(at);
            }
        }
        known.colleges = colleges;
        known
    }

    pub fn region(&self, college: i64) -> Option<&str> {
        let college = self.colleges.iter().find(|one| one.id == college)?;
        Some(college.region.as_str()).filter(|region| !region.is_empty())
    }
}

/// What two entries of the same programme have in common.
pub fn likeness(
    college: i64,
    specialty: &str,
    level: Level,
    language: Option<Language>,
    intake: Option<AcademicYear>,
) -> String {
    let language = language.map(|language| language.to_string()).unwrap_or_default();
    let intake = intake.map(|intake| intake.to_string()).unwrap_or_default();
    format!("{college} {specialty} {level} {language} {intake}")
}

/// The year and serial of a number in the register's own form, `35-06130100-2024-000123`.
pub fn own_form(number: &str) -> Option<(i32, i64)> {
    let mut parts = number.split('-');
    let (region, specialty, year, serial) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is = |part: &str, digits: usize| part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
    let whole = is(region, 2) && is(specialty, 8) && is(year, 4) && is(serial, 6) && parts.next().is_none();
    if whole { Some((year.parse().ok()?, serial.parse().ok()?)) } else { None }
}
