//! Typed parameters of the norms over programmes, one struct an item.

use chrono::NaiveDate;
use serde::Deserialize;
use sheber_kernel::{AcademicYear, Credits, Semester};

use super::data::day;

/// Typed parameters of the norms, one struct an item.
#[derive(Clone, Debug)]
pub struct Parameters {
    /// 2.1
    pub register: RegisterParameters,
    /// 2.2
    pub new_standard: NewStandardParameters,
    /// 2.9
    pub standards: StandardsParameters,
    /// 3.2
    pub general_education: GeneralEducationParameters,
    /// 3.3
    pub last_semester: LastSemesterParameters,
    /// 3.5
    pub subjects_by_choice: CountParameters,
    /// 4.6
    pub volume: VolumeParameters,
    /// 4.7
    pub study_year: StudyYearParameters,
    /// 4.8
    pub credit: CreditParameters,
    /// 6.2
    pub distance: DistanceParameters,
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
