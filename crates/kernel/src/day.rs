use std::fmt;
use std::ops::Deref;
use std::str::FromStr;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::Refusal;

/// A day as rows keep it: ISO text on every database, `2024-05-01`. It reads as the [`NaiveDate`] that it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(pub NaiveDate);

impl Day {
    /// A day as people type it: `01.05.2024`, `1 мамыр 2024 ж.`, or as a browser sends it, `2024-05-01`.
    ///
    /// # Errors
    /// Where it is neither, or of no year that the field has to do with.
    pub fn typed(text: &str) -> Result<Self, Refusal> {
        let known = |day: &NaiveDate| (1900..=2200).contains(&chrono::Datelike::year(day));
        crate::written::day(text).filter(known).map(Self).ok_or_else(|| Refusal::new("day", text.trim()))
    }
}

impl Deref for Day {
    type Target = NaiveDate;

    fn deref(&self) -> &NaiveDate {
        &self.0
    }
}

impl From<NaiveDate> for Day {
    fn from(day: NaiveDate) -> Self {
        Self(day)
    }
}

impl From<Day> for NaiveDate {
    fn from(day: Day) -> Self {
        day.0
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Day {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        // As it is kept, and no other way: a day that were read leniently would compare wrongly as text.
        let is_iso = text.len() == 10
            && text.bytes().enumerate().all(|(place, byte)| match place {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        text.parse().ok().filter(|_| is_iso).map(Self).ok_or_else(|| Refusal::new("day", text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_reads_as_it_is_kept_and_no_other_way() {
        let day: Day = "2024-02-29".parse().unwrap();
        assert_eq!(day.to_string(), "2024-02-29");
        for wrong in ["2024-2-9", "29.02.2024", "2023-02-29", "", "2024-02-29 ", "+2024-02-9"] {
            assert!(wrong.parse::<Day>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_day_is_read_as_people_type_it() {
        for typed in ["2024-05-01", "01.05.2024", "1.5.2024", " 01.05.2024 ", "1 мамыр 2024 ж.", "01.05.2024 г."]
        {
            assert_eq!(Day::typed(typed).map(|day| day.to_string()), Ok("2024-05-01".to_owned()), "{typed}");
        }
        for wrong in ["32.01.2024", "1.13.2024", "01.05.24", "05/01/2024", "01.05.1024", "", "1.2.3.4"] {
            assert!(Day::typed(wrong).is_err(), "{wrong}");
        }
    }
}
