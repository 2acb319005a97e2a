//! From a cell to the value that its column holds.

use std::borrow::Cow;

use icu_normalizer::ComposingNormalizerBorrowed;
use sheber_kernel::letters::{is_dash, spaced};
use sheber_kernel::written::{self, Specialty};
use sheber_kernel::{Day, RegionCode};

use super::columns::{Choice, Form, plain};
use crate::book::Cell;

/// A value of a row.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// The file has no such column.
    #[default]
    Absent,
    /// Nothing stands in the cell.
    Nothing,
    Text(String),
    Whole(i64),
    /// In tiyn.
    Money(i64),
    Day(Day),
    Flag(bool),
    Word(&'static str),
}

impl Value {
    /// As a form's field holds it.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Absent | Self::Nothing => Cow::Borrowed(""),
            Self::Text(text) => Cow::Borrowed(text),
            Self::Word(word) => Cow::Borrowed(word),
            Self::Whole(number) => Cow::Owned(number.to_string()),
            Self::Money(tiyn) if tiyn % 100 == 0 => Cow::Owned((tiyn / 100).to_string()),
            Self::Money(tiyn) => Cow::Owned(format!("{}.{:02}", tiyn / 100, tiyn % 100)),
            Self::Day(day) => Cow::Owned(day.to_string()),
            Self::Flag(flag) => Cow::Borrowed(if *flag { "true" } else { "false" }),
        }
    }

    pub const fn is_nothing(&self) -> bool {
        matches!(self, Self::Absent | Self::Nothing)
    }

    /// As JSON; nothing where it is absent.
    pub fn json(&self) -> Option<serde_json::Value> {
        Some(match self {
            Self::Absent => return None,
            Self::Nothing => serde_json::Value::Null,
            Self::Text(text) => text.as_str().into(),
            Self::Word(word) => (*word).into(),
            Self::Whole(number) => (*number).into(),
            Self::Money(tiyn) if tiyn % 100 == 0 => (tiyn / 100).into(),
            #[expect(clippy::cast_precision_loss, reason = "as JSON holds numbers")]
            Self::Money(tiyn) => (*tiyn as f64 / 100.0).into(),
            Self::Day(day) => day.to_string().into(),
            Self::Flag(flag) => (*flag).into(),
        })
    }
}

/// What a cell was read as, with what was settled by itself; or the code of what is wrong.
pub type Reading = Result<(Value, Vec<&'static str>), &'static str>;

/// What else a cell is read by.
pub struct Means<'a> {
    /// Whether the classifier has a specialty.
    pub is_specialty: &'a dyn Fn(&str) -> bool,
    /// The book counts days from 1904.
    pub from_1904: bool,
}

/// `="990140000126"`, as some write what must stay a text; and the apostrophe that keeps a formula a text.
fn unwrapped(text: &str) -> Option<&str> {
    if let Some(inner) = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')) {
        return Some(inner);
    }
    text.strip_prefix('\'').filter(|rest| {
        rest.starts_with(['=', '+', '-', '@', '\t', '\r']) || rest.starts_with(|letter: char| letter.is_ascii_digit())
    })
}

/// Reads a cell as its column asks.
pub fn read(form: &Form, cell: &Cell, means: &Means<'_>) -> Reading {
    let mut notes = Vec::new();
    let text: Cow<'_, str> = match cell {
        Cell::Empty => return Ok((Value::Nothing, notes)),
        Cell::Fault(_) => return Err("formula-fault"),
        Cell::Text(text) => match unwrapped(text.trim()) {
            Some(inner) => {
                if text.trim().starts_with('=') {
                    notes.push("formula-text");
                }
                spaced(inner)
            }
            None => spaced(text),
        },
        Cell::Number(number) => Cow::Owned(digits_of(*number)),
        Cell::Day(day) => Cow::Owned(day.to_string()),
        Cell::Flag(flag) => Cow::Borrowed(if *flag { "true" } else { "false" }),
    };
    if text.is_empty() || written::is_nothing(&text) {
        return Ok((Value::Nothing, notes));
    }
    if text.contains('\u{fffd}') {
        return Err("lost-letter");
    }
    let value = match form {
        Form::Text(most) => Value::Text(limited(&text, *most)?),
        Form::Whole(least, most) => {
            let number = amount(cell, &text).filter(|number| number % 100 == 0).map(|number| number / 100);
            Value::Whole(number.filter(|number| (least..=most).contains(&number)).ok_or("not-a-number")?)
        }
        Form::Money => Value::Money(amount(cell, &text).filter(|amount| *amount >= 0).ok_or("not-a-number")?),
        Form::Day => Value::Day(day(cell, &text, means).ok_or("not-a-day")?),
        Form::AcademicYear { bare } => academic_year(cell, &text, *bare)?,
        Form::Flag => match chosen(form.choices(), &text)? {
            "true" => Value::Flag(true),
            _ => Value::Flag(false),
        },
        Form::Choice(choices) => Value::Word(chosen(choices, &text)?),
        Form::Holiday => holiday(cell, &text, means).ok_or("not-a-day")?,
        // What a spreadsheet made a day of was a code once, and which one nobody can tell.
        _ if matches!(cell, Cell::Day(_) | Cell::Flag(_)) => return Err("not-a-code"),
        code => Value::Text(code_of(code, &text, means, &mut notes)?),
    };
    Ok((value, notes))
}

/// A code as it is meant.
fn code_of(form: &Form, text: &str, means: &Means<'_>, notes: &mut Vec<&'static str>) -> Result<String, &'static str> {
    match form {
        Form::OwnCode(most) => limited(&settled(written::own_code(text), notes), *most),
        Form::Number(most) => limited(&settled(written::register_number(text), notes), *most),
        Form::Specialty => specialty(text, means, notes),
        Form::SpecialtyOr(most) => {
            // A number alone is a code; other words are a module, or a name.
            let is_number = text.chars().all(|letter| letter.is_ascii_digit() || letter == ' ' || is_dash(letter));
            let named = written::specialty(text).map(|read| read.value);
            let is_named = matches!(named, Some(Specialty::Code(code)) if (means.is_specialty)(&code.to_string()));
            let is_short = text.chars().count() <= 9 && text.chars().filter(char::is_ascii_digit).count() >= 4;
            let is_code = is_number || is_named || is_short && written::specialty(text).is_some();
            if is_code { specialty(text, means, notes) } else { limited(text, *most) }
        }
        Form::Qualifications => qualifications(text, notes),
        Form::Qualification => {
            let codes = qualifications(text, notes)?;
            if codes.contains(',') { Err("not-a-code") } else { Ok(codes) }
        }
        Form::Region => {
            let region: String = text.chars().take_while(char::is_ascii_digit).collect();
            // The whole KATO has nine digits, of which two are the region's.
            let region = if region.len() == 9 { &region[..2] } else { region.as_str() };
            region.parse::<RegionCode>().map(|code| code.to_string()).map_err(|_| "not-a-code")
        }
        Form::Bin => {
            let (read, lost) = written::bin(text).ok_or("not-a-bin")?;
            settle(notes, lost, read.alike);
            Ok(read.value.to_string())
        }
        Form::Iin => {
            let (read, lost) = written::iin(text).ok_or("not-an-iin")?;
            settle(notes, lost, read.alike);
            Ok(read.value.to_string())
        }
        _ => Err("not-a-code"),
    }
}

fn settled(read: written::Read<String>, notes: &mut Vec<&'static str>) -> String {
    settle(notes, false, read.alike);
    read.value
}

fn settle(notes: &mut Vec<&'static str>, lost: bool, alike: bool) {
    if lost {
        notes.push("leading-zero");
    }
    if alike {
        notes.push("look-alike");
    }
}

/// A number as its digits stand: no power of ten, no needless decimals.
fn digits_of(number: f64) -> String {
    // What a spreadsheet holds has fifteen digits; behind them is noise.
    let rounded = (number * 1e6).round() / 1e6;
    if rounded.abs() < 1e15 { format!("{rounded}") } else { format!("{number:.0}") }
}

fn limited(text: &str, most: usize) -> Result<String, &'static str> {
    let text = ComposingNormalizerBorrowed::new_nfc().normalize(text);
    if text.chars().count() > most { Err("too-long") } else { Ok(text.into_owned()) }
}

/// An amount in hundredths.
fn amount(cell: &Cell, text: &str) -> Option<i64> {
    match cell {
        #[expect(clippy::cast_possible_truncation, reason = "below 10^15")]
        Cell::Number(number) => {
            let hundredths = number * 100.0;
            let is_whole = (hundredths - hundredths.round()).abs() < 1e-6 * hundredths.abs().clamp(1.0, 1e3);
            (hundredths.abs() < 1e15 && is_whole).then(|| hundredths.round() as i64)
        }
        Cell::Day(_) | Cell::Flag(_) => None,
        _ => written::hundredths(text),
    }
}

fn day(cell: &Cell, text: &str, means: &Means<'_>) -> Option<Day> {
    let known = |day: &chrono::NaiveDate| (1900..=2200).contains(&chrono::Datelike::year(day));
    let day = match cell {
        Cell::Day(day) => Some(*day),
        Cell::Number(number) => {
            written::serial_day(*number, means.from_1904).filter(|day| chrono::Datelike::year(day) >= 1930)
        }
        _ => written::day(text).or_else(|| {
            // A text file made from a spreadsheet has the number that stood for the day.
            let serial = if text.len() == 5 { text.parse::<f64>().ok() } else { None };
            serial.and_then(|serial| written::serial_day(serial, means.from_1904))
        }),
    };
    day.filter(known).map(Day)
}

fn academic_year(cell: &Cell, text: &str, bare: bool) -> Result<Value, &'static str> {
    // The first of September stands for the year that it begins.
    let day = match cell {
        Cell::Day(day) => Some(*day),
        _ => written::day(text),
    };
    let of_day = day.filter(|day| bare && chrono::Datelike::month(day) == 9 && chrono::Datelike::day(day) == 1);
    let year = of_day.map(sheber_kernel::AcademicYear::of).or_else(|| written::academic_year(text, bare));
    Ok(Value::Text(year.ok_or("not-a-year")?.to_string()))
}

fn chosen(choices: &'static [Choice], text: &str) -> Result<&'static str, &'static str> {
    let wanted = plain(text);
    let exact = choices.iter().find(|choice| choice.word == text);
    exact
        .or_else(|| choices.iter().find(|choice| choice.is_called(&wanted)))
        .map(|choice| choice.word)
        .ok_or("not-a-choice")
}

fn specialty(text: &str, means: &Means<'_>, notes: &mut Vec<&'static str>) -> Result<String, &'static str> {
    let read = written::specialty(text).ok_or("not-a-code")?;
    if read.alike {
        notes.push("look-alike");
    }
    match read.value {
        Specialty::Code(code) => Ok(code.to_string()),
        Specialty::Seven(code) if (means.is_specialty)(&code.to_string()) => {
            notes.push("leading-zero");
            Ok(code.to_string())
        }
        Specialty::Seven(_) => Err("old-code"),
    }
}

/// Codes of qualifications among names; each once.
fn qualifications(text: &str, notes: &mut Vec<&'static str>) -> Result<String, &'static str> {
    if let Some(code) = written::qualification(text) {
        settle(notes, false, code.alike);
        return Ok(code.value.to_string());
    }
    let mut codes: Vec<String> = Vec::new();
    let mut wrong = false;
    for word in text.split([',', ';', ' ', '/', '(', ')']).filter(|word| !word.is_empty()) {
        match written::qualification(word) {
            Some(code) => {
                settle(notes, false, code.alike);
                let code = code.value.to_string();
                if !codes.contains(&code) {
                    codes.push(code);
                }
            }
            // A name beside the codes is none.
            None => wrong |= word.starts_with(|letter: char| letter.is_ascii_digit()) && word.chars().count() > 2,
        }
    }
    let old = |word: &str| word.len() == 7 && word.bytes().all(|byte| byte.is_ascii_digit());
    match (codes.is_empty(), wrong) {
        (false, false) => Ok(codes.join(", ")),
        _ if text.split([',', ';', ' ']).any(old) => Err("old-code"),
        _ => Err("not-a-code"),
    }
}

/// `01-01`, `01.01`, or a day.
fn holiday(cell: &Cell, text: &str, means: &Means<'_>) -> Option<Value> {
    if let Some(day) = day(cell, text, means) {
        return Some(Value::Day(day));
    }
    let dashed: String = text.chars().map(|letter| if is_dash(letter) { '-' } else { letter }).collect();
    let (month, day) = match dashed.split_once('-') {
        Some((month, day)) => (month, day),
        None => dashed.trim_end_matches('.').split_once('.').map(|(day, month)| (month, day))?,
    };
    let (month, day): (u32, u32) = (month.parse().ok()?, day.parse().ok()?);
    chrono::NaiveDate::from_ymd_opt(2024, month, day).map(|_| Value::Text(format!("{month:02}-{day:02}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn means<'a>() -> Means<'a> {
        Means { is_specialty: &|code| code == "07161300", from_1904: false }
    }

    /// What a cell reads as, as text, with its notes.
    type Answer = Result<(String, Vec<&'static str>), &'static str>;

    fn text(form: &Form, written: &str) -> Answer {
        read(form, &Cell::Text(written.to_owned()), &means()).map(|(value, notes)| (value.text().into_owned(), notes))
    }

    #[test]
    fn cells_are_read_as_their_columns_ask() {
        use super::super::columns::LANGUAGES;
        let said = |text: &str, notes: &[&'static str]| Ok((text.to_owned(), notes.to_vec()));
        let cases: &[(Form, &str, Answer)] = &[
            (Form::Text(10), " а \n б ", said("а б", &[])),
            (Form::Text(3), "абвг", Err("too-long")),
            (Form::Text(3), "-", said("", &[])),
            (Form::Text(30), "Көрсетілмеген", said("", &[])),
            (Form::Text(9), "'=1+1", said("=1+1", &[])),
            (Form::OwnCode(20), "25ПO – 11", said("25ПО-11", &["look-alike"])),
            (Form::Whole(0, 100), "25 дана", said("25", &[])),
            (Form::Whole(0, 100), "101", Err("not-a-number")),
            (Form::Whole(0, 100), "-1", Err("not-a-number")),
            (Form::Whole(0, 100), "1,5", Err("not-a-number")),
            (Form::Money, "3\u{a0}200,50 тг", said("3200.50", &[])),
            (Form::Day, "5.9.2026", said("2026-09-05", &[])),
            (Form::Day, "46254", said("2026-08-20", &[])),
            (Form::Day, "20.08", Err("not-a-day")),
            (Form::AcademicYear { bare: true }, "2026", said("2026-2027", &[])),
            (Form::AcademicYear { bare: true }, "01.09.2026", said("2026-2027", &[])),
            (Form::AcademicYear { bare: false }, "2026", Err("not-a-year")),
            (Form::Flag, "ИӘ", said("true", &[])),
            (Form::Flag, "нет", said("false", &[])),
            (Form::Flag, "мүмкін", Err("not-a-choice")),
            (Form::Choice(LANGUAGES), "Казахский", said("kk", &[])),
            (Form::Choice(LANGUAGES), "орыс тілі", said("ru", &[])),
            (Form::Specialty, "7161300", said("07161300", &["leading-zero"])),
            (Form::Specialty, "1304000", Err("old-code")),
            (Form::Specialty, "О7161300", said("07161300", &["look-alike"])),
            (Form::Specialty, "слесарь", Err("not-a-code")),
            (Form::SpecialtyOr(50), "БМ 01 Дене қасиеттері", said("БМ 01 Дене қасиеттері", &[])),
            (Form::SpecialtyOr(50), "1304000", Err("old-code")),
            (Form::SpecialtyOr(50), "07161300", said("07161300", &[])),
            (Form::Qualifications, "4С06130103 Әзірлеуші; 3W06130102", said("4S06130103, 3W06130102", &["look-alike"])),
            (Form::Qualifications, "06130103", Err("not-a-code")),
            (Form::Qualifications, "1304012", Err("old-code")),
            (Form::Bin, "=\"990140000126\"", said("990140000126", &["formula-text"])),
            (Form::Bin, "990140000127", Err("not-a-bin")),
            (Form::Region, "350000000", said("35", &[])),
            (Form::Holiday, "01.05", said("05-01", &[])),
        ];
        for (form, written, expected) in cases {
            assert_eq!(&text(form, written), expected, "{form:?} {written}");
        }
        let of = |form: &Form, cell: Cell| read(form, &cell, &means()).map(|(value, _)| value.text().into_owned());
        assert_eq!(of(&Form::Whole(0, 100), Cell::Number(25.0)).as_deref(), Ok("25"));
        assert_eq!(of(&Form::Money, Cell::Number(3200.1)).as_deref(), Ok("3200.10"));
        assert_eq!(of(&Form::Money, Cell::Number(3200.123)), Err("not-a-number"));
        assert_eq!(of(&Form::Bin, Cell::Number(990_140_000_126.0)).as_deref(), Ok("990140000126"));
        assert_eq!(of(&Form::Specialty, Cell::Number(7_161_300.0)).as_deref(), Ok("07161300"));
        assert_eq!(of(&Form::Day, Cell::Number(46254.0)).as_deref(), Ok("2026-08-20"));
        assert_eq!(of(&Form::Whole(1900, 2100), Cell::Fault("#REF!".to_owned())), Err("formula-fault"));
        assert_eq!(of(&Form::Text(30), Cell::Number(25.0)).as_deref(), Ok("25"));
        assert_eq!(of(&Form::AcademicYear { bare: true }, Cell::Number(2026.0)).as_deref(), Ok("2026-2027"));
    }
}
