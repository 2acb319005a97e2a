use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::Refusal;

/// Academic year (оқу жылы), written `2023-2024`: 1 September to 31 August.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AcademicYear(u16);

impl AcademicYear {
    /// The year that starts in September of `start`.
    pub const fn starting(start: u16) -> Self {
        Self(start)
    }

    pub const fn start(self) -> u16 {
        self.0
    }

    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// The academic year a day belongs to.
    pub fn of(day: NaiveDate) -> Self {
        use chrono::Datelike;
        let year = u16::try_from(day.year()).unwrap_or(0);
        if day.month() >= 9 { Self(year) } else { Self(year.saturating_sub(1)) }
    }

    pub fn first_day(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(i32::from(self.0), 9, 1).unwrap_or_default()
    }
}

impl FromStr for AcademicYear {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let refuse = || Refusal::new("academic-year", text);
        let (from, to) = text.split_once('-').ok_or_else(refuse)?;
        let four = |part: &str| part.len() == 4 && part.bytes().all(|b| b.is_ascii_digit());
        if !four(from) || !four(to) {
            return Err(refuse());
        }
        let (from, to): (u16, u16) = (from.parse().map_err(|_| refuse())?, to.parse().map_err(|_| refuse())?);
        if to == from + 1 && (1990..=2100).contains(&from) { Ok(Self(from)) } else { Err(refuse()) }
    }
}

impl fmt::Display for AcademicYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.0, self.0 + 1)
    }
}

impl Serialize for AcademicYear {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for AcademicYear {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
        text.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for AcademicYear {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "AcademicYear".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{4}$" })
    }
}

/// Semester (семестр) counted from the start of study: 1 to 12; the study year is `(semester + 1) / 2`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Semester(u8);

impl Semester {
    /// The longest programme: six years of two semesters.
    pub const MAX: u8 = 12;

    pub fn new(number: u8) -> Result<Self, Refusal> {
        if (1..=Self::MAX).contains(&number) { Ok(Self(number)) } else { Err(Refusal::new("semester", number)) }
    }

    pub fn all() -> impl Iterator<Item = Self> {
        (1..=Self::MAX).map(Self)
    }

    pub const fn get(self) -> u8 {
        self.0
    }

    /// Its place in an array of all semesters.
    pub const fn index(self) -> usize {
        self.0 as usize - 1
    }

    /// The study year, from 1.
    pub const fn year(self) -> u8 {
        self.0.div_ceil(2)
    }
}

impl FromStr for Semester {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let plain = !text.starts_with(['0', '+']);
        text.parse()
            .ok()
            .filter(|_| plain)
            .and_then(|number| Self::new(number).ok())
            .ok_or_else(|| Refusal::new("semester", text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_are_two_years_in_a_row() {
        assert_eq!("2023-2024".parse(), Ok(AcademicYear::starting(2023)));
        for wrong in ["2023", "2023-2025", "2023/2024", "23-24", "", "2023-2023", "+203-2024"] {
            assert!(wrong.parse::<AcademicYear>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_year_turns_on_the_first_of_september() {
        let day = |m, d| NaiveDate::from_ymd_opt(2024, m, d).unwrap();
        assert_eq!(AcademicYear::of(day(8, 31)), AcademicYear::starting(2023));
        assert_eq!(AcademicYear::of(day(9, 1)), AcademicYear::starting(2024));
    }

    #[test]
    fn semesters() {
        assert!("0".parse::<Semester>().is_err());
        assert!("99".parse::<Semester>().is_err());
        assert!("01".parse::<Semester>().is_err());
        assert!("256".parse::<Semester>().is_err());
        let years: Vec<u8> = Semester::all().take(5).map(Semester::year).collect();
        assert_eq!(years, [1, 1, 2, 2, 3]);
    }
}
