//! Days as people write them.

use chrono::{Datelike, NaiveDate};

use crate::letters::{is_dash, spaced};

/// The months by how their names begin, folded, each in every language.
const MONTHS: [&[&str]; 12] = [
    &["қаң", "кан", "янв", "jan"],
    &["ақп", "акп", "фев", "feb"],
    &["нау", "мар", "mar"],
    &["сәу", "сау", "апр", "apr"],
    &["мам", "мая", "май", "may"],
    &["мау", "июн", "jun"],
    &["шіл", "шил", "июл", "jul"],
    &["там", "авг", "aug"],
    &["қыр", "кыр", "сен", "sep"],
    &["қаз", "каз", "окт", "oct"],
    &["қар", "кар", "ноя", "nov"],
    &["жел", "дек", "dec"],
];

fn month(word: &str) -> Option<u32> {
    let place = MONTHS.iter().position(|names| names.iter().any(|name| word.starts_with(name)))?;
    u32::try_from(place + 1).ok()
}

/// The words that stand beside a day and say nothing of it.
const BESIDE: [&str; 10] = ["г", "г.", "ж", "ж.", "года", "год", "жыл", "жылғы", "жылы", "жылгы"];

/// A day: `20.08.2026`, `5.9.2026`, `2026-08-20`, `20/08/2026`, with a time behind it or a word for the year, or with the month by its
/// name. `None` where it is none, or where day and month could be either.
pub fn day(text: &str) -> Option<NaiveDate> {
    let text = spaced(text).to_lowercase();
    let text = text.trim_end_matches(['г', 'ж', '.', ' ']).trim_matches(['«', '»', '"', '\'']);
    // A time behind the day is none of it.
    let (first, rest) = text.split_once([' ', 't']).unwrap_or((text, ""));
    let is_time = |text: &str| {
        text.is_empty()
            || text.contains(':') && text.chars().all(|letter| letter.is_ascii_digit() || ":.+-z apm".contains(letter))
            || BESIDE.contains(&text)
    };
    let numbers: String = first.chars().map(|letter| if is_dash(letter) { '-' } else { letter }).collect();
    if is_time(rest)
        && let Some(day) = by_numbers(&numbers)
    {
        return Some(day);
    }
    by_name(text)
}

fn four(year: &str) -> Option<i32> {
    if year.len() == 4 { year.parse().ok() } else { None }
}

fn by_numbers(text: &str) -> Option<NaiveDate> {
    let mark = text.chars().find(|letter| !letter.is_ascii_digit())?;
    if !['.', '-', '/'].contains(&mark) {
        return None;
    }
    let parts: Vec<&str> = text.split(mark).collect();
    let [first, second, third] = parts.as_slice() else { return None };
    let short = |part: &str| if (1..=2).contains(&part.len()) { part.parse::<u32>().ok() } else { None };
    if let Some(year) = four(first) {
        return NaiveDate::from_ymd_opt(year, short(second)?, short(third)?);
    }
    let (year, first, second) = (four(third)?, short(first)?, short(second)?);
    let day = NaiveDate::from_ymd_opt(year, second, first);
    if mark != '/' || first == second {
        return day;
    }
    // With strokes some write the month first.
    match (day, NaiveDate::from_ymd_opt(year, first, second)) {
        (Some(_), Some(_)) => None,
        (one, other) => one.or(other),
    }
}

/// `20 тамыз 2026`, `2026 жылғы 20 тамыз`, `«20» августа 2026 года`, `20-Aug-2026`.
fn by_name(text: &str) -> Option<NaiveDate> {
    let split = |letter: char| letter.is_whitespace() || ",.«»\"'".contains(letter) || is_dash(letter);
    let (mut day, mut named, mut year) = (None, None, None);
    for word in text.split(split).filter(|word| !word.is_empty() && !BESIDE.contains(word)) {
        if word.bytes().all(|byte| byte.is_ascii_digit()) {
            match word.len() {
                1 | 2 if day.is_none() => day = word.parse().ok(),
                4 if year.is_none() => year = word.parse().ok(),
                _ => return None,
            }
        } else if named.is_none() {
            named = Some(month(word)?);
        } else {
            return None;
        }
    }
    NaiveDate::from_ymd_opt(year?, named?, day?)
}

/// The day that a spreadsheet counts so many days for, from 1900 or from 1904. `None` where it is no day that the field has to do
/// with.
pub fn serial_day(number: f64, from_1904: bool) -> Option<NaiveDate> {
    let whole = number.trunc();
    if !(1.0..80_000.0).contains(&whole) {
        return None;
    }
    let first = if from_1904 { NaiveDate::from_ymd_opt(1904, 1, 1)? } else { NaiveDate::from_ymd_opt(1899, 12, 30)? };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and 80,000")]
    let day = first.checked_add_days(chrono::Days::new(whole as u64))?;
    (1920..=2110).contains(&day.year()).then_some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_as_people_write_them() {
        for text in [
            "20.08.2026",
            "2026-08-20",
            "20-08-2026",
            "20/08/2026",
            "8/20/2026",
            "2026.08.20",
            "2026/8/20",
            "2026-08-20T00:00:00",
            "2026-08-20 00:00:00",
            "20.08.2026 0:00",
            "20.08.2026 г.",
            "20.08.2026ж.",
            "20.08.2026 жылы",
            "20 августа 2026 г.",
            "«20» августа 2026 года",
            "20 тамыз 2026 ж.",
            "2026 жылғы 20 тамыз",
            "20-Aug-2026",
            "20 aug 2026",
            "20\u{a0}августа\u{a0}2026",
            " 20.08.2026 ",
        ] {
            assert_eq!(day(text).map(|day| day.to_string()).as_deref(), Some("2026-08-20"), "{text}");
        }
        assert_eq!(day("5.9.2026"), NaiveDate::from_ymd_opt(2026, 9, 5));
        assert_eq!(day("05/05/2026"), NaiveDate::from_ymd_opt(2026, 5, 5));
        for text in
            ["05/06/2026", "20.08.26", "31.02.2026", "20.13.2026", "тамыз 2026", "2026", "", "20", "1.2.3.4", "46254"]
        {
            assert_eq!(day(text), None, "{text}");
        }
        for (name, number) in [("қаңтар", 1), ("мая", 5), ("маусым", 6), ("мамыр", 5), ("қараша", 11), ("қазан", 10)]
        {
            assert_eq!(month(name), Some(number), "{name}");
        }
    }

    #[test]
    fn days_that_spreadsheets_count() {
        let day = NaiveDate::from_ymd_opt(2026, 8, 20);
        assert_eq!(serial_day(46254.0, false), day);
        assert_eq!(serial_day(46254.75, false), day);
        assert_eq!(serial_day(44792.0, true), day);
        assert_eq!(serial_day(25.0, false), None);
        assert_eq!(serial_day(f64::NAN, false), None);
        assert_eq!(serial_day(1e12, false), None);
    }
}
