//! Typed parameters of the norms over programmes, one struct an item.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sheber_kernel::{AcademicYear, Credits, Semester};

use super::section::key;
use super::stated::EditionError;
use crate::item::Item;
use crate::text::day;

/// The parameters that the norms over programmes rest on, each of the item that states it. An item that no edition up to the year
/// states has none, and its norm does not speak.
#[derive(Clone, Debug)]
pub struct Parameters {
    /// 2.1
    pub register: Option<RegisterParameters>,
    /// 2.2
    pub new_standard: Option<NewStandardParameters>,
    /// 2.9
    pub standards: Option<StandardsParameters>,
    /// 3.2
    pub general_education: Option<GeneralEducationParameters>,
    /// 3.3
    pub last_semester: Option<LastSemesterParameters>,
    /// 3.5
    pub subjects_by_choice: Option<CountParameters>,
    /// 4.6
    pub volume: Option<VolumeParameters>,
    /// 4.7
    pub study_year: Option<StudyYearParameters>,
    /// 4.8
    pub credit: Option<CreditParameters>,
    /// 6.2
    pub distance: Option<DistanceParameters>,
}

impl Parameters {
    pub(super) fn of(items: &BTreeMap<(u16, u16), Item>) -> Result<Self, EditionError> {
        Ok(Self {
            register: typed(items, "2.1")?,
            new_standard: typed(items, "2.2")?,
            standards: typed(items, "2.9")?,
            general_education: typed(items, "3.2")?,
            last_semester: typed(items, "3.3")?,
            subjects_by_choice: typed(items, "3.5")?,
            volume: typed(items, "4.6")?,
            study_year: typed(items, "4.7")?,
            credit: typed(items, "4.8")?,
            distance: typed(items, "6.2")?,
        })
    }
}

impl Parameters {
    /// The edition of the state standard that a new programme of an intake is made by (2.1, 2.2).
    pub fn standard(&self, intake: AcademicYear) -> Option<NaiveDate> {
        let new = self.new_standard.filter(|new| intake >= new.from_intake).map(|new| new.edition);
        new.or(self.register.map(|register| register.edition))
    }

    /// The editions of the state standard that programmes may be made by.
    pub fn standards(&self) -> impl Iterator<Item = NaiveDate> {
        self.register.map(|register| register.edition).into_iter().chain(self.new_standard.map(|new| new.edition))
    }
}

/// An item's parameters as a type; `None` where no edition up to the year states the item.
fn typed<T: DeserializeOwned>(items: &BTreeMap<(u16, u16), Item>, id: &str) -> Result<Option<T>, EditionError> {
    let Some(item) = key(id).and_then(|key| items.get(&key)) else { return Ok(None) };
    let read = item.parameters.clone().try_into();
    read.map(Some).map_err(|error: toml::de::Error| EditionError::Item { id: id.to_owned(), what: error.to_string() })
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterParameters {
    #[serde(deserialize_with = "day")]
    pub edition: NaiveDate,
    #[serde(deserialize_with = "day")]
    pub pilot_edition: NaiveDate,
    #[serde(deserialize_with = "day")]
    pub listed_by: NaiveDate,
    /// Intakes before it go on under their own edition.
    pub from_intake: AcademicYear,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewStandardParameters {
    #[serde(deserialize_with = "day")]
    pub edition: NaiveDate,
    pub from_intake: AcademicYear,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountParameters {
    pub minimum: usize,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StandardsParameters {
    pub minimum: usize,
    #[serde(deserialize_with = "day")]
    pub from_edition: NaiveDate,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GeneralEducationParameters {
    pub credits: Credits,
    pub credits_choreography: Credits,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LastSemesterParameters {
    #[serde(deserialize_with = "semester")]
    pub last_semester: Semester,
}

/// Mandatory credits from – to, by entry base and level.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VolumeParameters {
    pub basic_secondary_worker: [Credits; 2],
    pub general_secondary_worker: [Credits; 2],
    pub basic_secondary_mid_level: [Credits; 2],
    pub general_secondary_mid_level: [Credits; 2],
    pub tvpe_mid_level: [Credits; 2],
    pub applied_bachelor: [Credits; 2],
    pub worker_qualifications: usize,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StudyYearParameters {
    pub credits: Credits,
    pub least: Credits,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreditParameters {
    pub academic_hours: u32,
    pub minutes: u32,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DistanceParameters {
    pub percent: u32,
}

fn semester<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Semester, D::Error> {
    Semester::new(u8::deserialize(from)?).map_err(serde::de::Error::custom)
}
