//! The edition of the guidance that is in force in an academic year: items as data, parameters typed.
//!
//! `guidance/<year>/` of the first year states every item; the folder of a later year states only what differs from then on.
//! The editions are the folders that are there.

mod data;
mod parameters;
mod section;
mod stated;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use chrono::NaiveDate;
use serde::Deserialize;
use sheber_kernel::AcademicYear;

pub use self::parameters::*;
pub use self::section::Section;
use self::section::key;
pub use self::stated::EditionError;
use self::stated::Statements;
use crate::duties::{Duty, Stretch, YearDay};
use crate::indicators::Indicator;
use crate::item::{Item, ItemKind, Value};

/// A file of the guidance: the year whose folder it lies in, its name, its text.
pub type File = (u16, &'static str, &'static str);

include!(concat!(env!("OUT_DIR"), "/editions.rs"));

/// The guidance as it stands in one academic year.
pub struct Edition {
    pub year: AcademicYear,
    sections: Vec<Section>,
    items: BTreeMap<(u16, u16), Item>,
    duties: Vec<Duty>,
    indicators: Vec<Indicator>,
    pub parameters: Parameters,
}

impl Edition {
    /// The edition in force in `year`: the statements of all editions up to it, later ones over earlier ones.
    ///
    /// # Errors
    /// Where a file is wrong; they are part of the program, so a test sees it first.
    pub fn load(year: AcademicYear) -> Result<Self, EditionError> {
        Self::of_files(year, FILES)
    }

    /// The edition that other files make; earlier years stand first.
    ///
    /// # Errors
    /// Where a file is wrong.
    pub fn of_files(year: AcademicYear, files: &[File]) -> Result<Self, EditionError> {
        let mut stated = Statements::default();
        for (start, file, text) in files {
            if *start <= year.start().max(FIRST_YEAR.start()) {
                stated.read(*start, file, text)?;
            }
        }
        let Statements { mut sections, items, duties, indicators } = stated;
        sections.sort_by_key(|section| section.number.parse::<u16>().unwrap_or(u16::MAX));
        let parameters = Parameters::of(&items)?;
        let in_force = |id: &str| key(id).and_then(|key| items.get(&key)).is_some_and(|item| item.valid.covers(year));
        let duties = duties
            .into_iter()
            .filter(|(duty, until)| in_force(&duty.item) && until.is_none_or(|until| year <= until))
            .map(|(duty, _)| duty)
            .collect();
        Ok(Self { year, sections, items, duties, indicators, parameters })
    }

    /// The files of the editions that there are.
    pub fn files() -> &'static [File] {
        FILES
    }

    /// The edition of a year, kept ready once it was asked for.
    ///
    /// # Panics
    /// Never for the data in this repository: a test loads every year.
    pub fn of(year: AcademicYear) -> &'static Self {
        const FIRST: u16 = 1990;
        static READY: [OnceLock<Edition>; 111] = [const { OnceLock::new() }; 111];
        let place = usize::from(year.start().saturating_sub(FIRST)).min(READY.len() - 1);
        READY[place].get_or_init(|| match Self::load(year) {
            Ok(edition) => edition,
            Err(error) => unreachable!("the guidance's data: {error}"),
        })
    }

    /// The edition of the year that a day belongs to.
    pub fn on(day: NaiveDate) -> &'static Self {
        Self::of(AcademicYear::of(day))
    }

    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.items.values()
    }

    pub fn item(&self, id: &str) -> Option<&Item> {
        self.items.get(&key(id)?)
    }

    /// Whether an item is in force in this year.
    pub fn is_in_force(&self, id: &str) -> bool {
        self.item(id).is_some_and(|item| item.valid.covers(self.year))
    }

    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// The duties in force in this year.
    pub fn duties(&self) -> &[Duty] {
        &self.duties
    }

    pub fn duty(&self, key: &str) -> Option<&Duty> {
        self.duties.iter().find(|duty| duty.key == key)
    }

    /// The indicators of the year.
    pub fn indicators(&self) -> &[Indicator] {
        &self.indicators
    }

    pub fn indicator(&self, code: &str) -> Option<&Indicator> {
        self.indicators.iter().find(|indicator| indicator.code == code)
    }

    /// The academic periods of the year (item 4.3): defaults until a college's own schedule is known.
    pub fn periods(&self) -> Vec<Stretch> {
        let read = |value: &Value| YearDay::try_from(value.as_str()?.to_owned()).ok();
        let periods = self.item("4.3").and_then(|item| item.value("periods")?.as_array());
        let stretch = |pair: &Value| {
            let pair = pair.as_array()?;
            Some((read(pair.first()?)?.in_year(self.year), read(pair.get(1)?)?.in_year(self.year)))
        };
        periods.into_iter().flatten().filter_map(stretch).collect()
    }

    /// The words of an item's list parameter.
    pub fn words(&self, item: &str, parameter: &str) -> Vec<&str> {
        let list = self.item(item).and_then(|item| item.value(parameter)?.as_array());
        list.into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// A word among an item's parameters.
    pub fn word(&self, item: &str, parameter: &str) -> Option<&str> {
        self.item(item)?.value(parameter)?.as_str()
    }

    /// A whole number among an item's parameters, as it holds on a day; `None` where the guidance states none for it.
    pub fn number_on(&self, item: &str, parameter: &str, day: NaiveDate) -> Option<i64> {
        self.item(item)?.value_on(parameter, day)?.as_integer()
    }

    /// A whole number among an item's parameters, as it holds at the beginning of the year.
    pub fn number(&self, item: &str, parameter: &str) -> Option<i64> {
        self.number_on(item, parameter, self.year.first_day())
    }
}

/// What the guidance asks for and this version does not do yet, by item.
///
/// # Panics
/// Never for the data in this repository: a test loads them.
pub fn not_yet() -> &'static BTreeMap<String, Vec<ItemKind>> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct NotYet {
        later: BTreeMap<String, Vec<ItemKind>>,
    }
    static LATER: OnceLock<BTreeMap<String, Vec<ItemKind>>> = OnceLock::new();
    LATER.get_or_init(|| match toml::from_str::<NotYet>(include_str!("../../../guidance/not-yet.toml")) {
        Ok(read) => read.later,
        Err(error) => unreachable!("guidance/not-yet.toml: {error}"),
    })
}
