//! Working days and holidays. Which days are holidays is data that the operator keeps; how they move is the rule here.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate, Weekday};

/// A holiday as the reference list has it.
#[derive(Clone, Copy, Debug)]
pub struct Holiday<'a> {
    /// `03-08` for every year, `2024-06-16` for one day.
    pub code: &'a str,
    /// Whether one that falls on a weekend gives the next working day off. A single day is as it was ordered and never moves.
    pub moves: bool,
}

/// Days on which nobody works besides weekends.
#[derive(Debug, Default)]
pub struct Calendar {
    off: BTreeSet<NaiveDate>,
}

/// The years the calendar is ready for.
const YEARS: std::ops::RangeInclusive<i32> = 2015..=2060;

fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

impl Calendar {
    pub fn of<'a>(holidays: impl IntoIterator<Item = Holiday<'a>>) -> Self {
        let mut calendar = Self::default();
        let mut moving = Vec::new();
        for holiday in holidays {
            if let Ok(day) = holiday.code.parse::<NaiveDate>() {
                calendar.off.insert(day);
            } else if let Some((Ok(month), Ok(day))) = holiday.code.split_once('-').map(|(m, d)| (m.parse(), d.parse()))
            {
                for day in YEARS.filter_map(|year| NaiveDate::from_ymd_opt(year, month, day)) {
                    calendar.off.insert(day);
                    if holiday.moves && is_weekend(day) {
                        moving.push(day);
                    }
                }
            }
        }
        // Once all holidays stand: one that moves goes to the next day that is not off already.
        moving.sort_unstable();
        for day in moving {
            if let Some(free) = day.iter_days().skip(1).take(30).find(|day| calendar.is_working(*day)) {
                calendar.off.insert(free);
            }
        }
        calendar
    }

    pub fn is_working(&self, day: NaiveDate) -> bool {
        !is_weekend(day) && !self.off.contains(&day)
    }

    /// The `count`-th working day after a day; the next working day for 0 or less.
    pub fn after(&self, day: NaiveDate, count: i64) -> NaiveDate {
        let mut left = count.max(1);
        day.iter_days()
            .skip(1)
            .take(4_000)
            .find(|day| {
                left -= i64::from(self.is_working(*day));
                left == 0
            })
            .unwrap_or(day)
    }

    /// Working days after `from`, up to and with `to`.
    pub fn between(&self, from: NaiveDate, to: NaiveDate) -> i64 {
        let days = from.iter_days().skip(1).take_while(|day| *day <= to);
        i64::try_from(days.filter(|day| self.is_working(*day)).count()).unwrap_or(i64::MAX)
    }

    /// The day itself where it is a working day, else the next one after it.
    pub fn on_or_after(&self, day: NaiveDate) -> NaiveDate {
        if self.is_working(day) { day } else { self.after(day, 1) }
    }

    /// The day itself where it is a working day, else the last one before it.
    pub fn on_or_before(&self, day: NaiveDate) -> NaiveDate {
        std::iter::successors(Some(day), NaiveDate::pred_opt).take(60).find(|day| self.is_working(*day)).unwrap_or(day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn kazakhstan() -> Calendar {
        let yearly = [
            "01-01", "01-02", "03-08", "03-21", "03-22", "03-23", "05-01", "05-07", "05-09", "08-30", "10-25", "12-16",
        ];
        let moving = yearly.into_iter().map(|code| Holiday { code, moves: true });
        let fixed = ["01-07", "2024-06-16", "2024-06-17"].into_iter().map(|code| Holiday { code, moves: false });
        Calendar::of(moving.chain(fixed))
    }

    #[test]
    fn working_days_pass_over_weekends_and_holidays() {
        for (from, count, due) in [
            ("2024-02-05", 5, "2024-02-12"),
            ("2024-02-09", 1, "2024-02-12"),
            ("2024-02-28", 2, "2024-03-01"),
            ("2023-12-29", 5, "2024-01-09"),
            ("2024-06-14", 1, "2024-06-18"),
            ("2024-02-05", 0, "2024-02-06"),
        ] {
            assert_eq!(kazakhstan().after(day(from), count), day(due), "{count} after {from}");
            assert_eq!(kazakhstan().between(day(from), day(due)), count.max(1), "{from} to {due}");
        }
    }

    #[test]
    fn a_holiday_on_a_weekend_moves_and_some_do_not() {
        for (off, why) in [
            ("2023-01-03", "1 January 2023 is a Sunday; the 2nd is a holiday itself"),
            ("2022-01-03", "1 and 2 January 2022 are a weekend: the first moves here"),
            ("2022-01-04", "and the second after it"),
            ("2023-12-18", "16 December 2023 is a Saturday"),
            ("2024-03-25", "23 March 2024 is a Saturday"),
        ] {
            assert!(!kazakhstan().is_working(day(off)), "{off}: {why}");
        }
        for (works, why) in [
            ("2024-01-08", "7 January 2024 is a Sunday and does not move"),
            ("2023-01-09", "7 January 2023 is a Saturday and does not move"),
            ("2024-06-18", "a single day never moves"),
            ("2024-02-29", "the leap day is a day like others"),
        ] {
            assert!(kazakhstan().is_working(day(works)), "{works}: {why}");
        }
    }

    #[test]
    fn a_reminder_goes_out_on_a_working_day() {
        assert_eq!(kazakhstan().on_or_before(day("2023-09-10")), day("2023-09-08"));
        assert_eq!(kazakhstan().on_or_before(day("2024-01-01")), day("2023-12-29"));
        assert_eq!(kazakhstan().on_or_before(day("2023-11-10")), day("2023-11-10"));
    }
}
