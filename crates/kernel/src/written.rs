//! Values as people write them, in any of the three languages: days, numbers, years, codes. What has more than one reading is no
//! value; what was settled by itself is said.

use crate::letters::{cyrillic, is_cyrillic, is_dash, latin, of_one_alphabet, spaced, unspaced};
use crate::{AcademicYear, Bin, Iin, QualificationCode, SpecialtyCode};

mod days;

pub use days::{day, serial_day};

/// A value, and whether letters of the other alphabet were read as those they look like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read<T> {
    pub value: T,
    pub alike: bool,
}

impl<T> Read<T> {
    const fn plain(value: T) -> Self {
        Self { value, alike: false }
    }

    const fn new(value: T, alike: bool) -> Self {
        Self { value, alike }
    }
}

/// What stands behind an amount or a count.
const UNITS: [&str; 15] = [
    "теңге",
    "тенге",
    "тнг",
    "тг",
    "₸",
    "kzt",
    "дана",
    "шт",
    "экз",
    "штук",
    "адам",
    "чел",
    "экземпляров",
    "copies",
    "pcs",
];

/// A number of at most two decimals, in hundredths: `1 250`, `3200,50`, `3 200 тг`, `1,250,000`. `None` where it is none, or where a
/// mark could part thousands or decimals.
pub fn hundredths(text: &str) -> Option<i64> {
    let text = unspaced(text).to_lowercase();
    let mut text = text.trim_end_matches('.');
    for unit in UNITS {
        if let Some(rest) = text.strip_suffix(unit) {
            text = rest;
            break;
        }
    }
    let text = text.trim_end_matches('.');
    let (negative, text) = match text.chars().next() {
        Some(letter) if is_dash(letter) => (true, &text[letter.len_utf8()..]),
        _ => (false, text),
    };
    let is_number = text.starts_with(|letter: char| letter.is_ascii_digit())
        && text.chars().all(|letter| letter.is_ascii_digit() || ".,'’".contains(letter));
    if !is_number {
        return None;
    }
    let text = text.replace(['\'', '’'], "");
    let (whole, part) = match (text.matches(',').count(), text.matches('.').count()) {
        (0, 0) => (text, String::new()),
        (1, 0) | (0, 1) => {
            let (whole, part) = text.split_once([',', '.'])?;
            // Three decimals of nothing but zeros are none; others could be thousands.
            let zeros = part.len() != 3 && part.bytes().all(|digit| digit == b'0');
            (whole.to_owned(), if zeros { String::new() } else { part.to_owned() })
        }
        (commas, points) => {
            // The mark that stands last and once parts decimals, the other one thousands.
            let last = text.rfind([',', '.'])?;
            let decimal = text[last..].chars().next()?;
            let many = |mark| if mark == ',' { commas } else { points };
            let thousands = if decimal == ',' { '.' } else { ',' };
            let (whole, part) = if many(decimal) == 1 && many(thousands) > 0 {
                (text[..last].to_owned(), text[last + 1..].to_owned())
            } else if many(thousands) == 0 {
                (text.clone(), String::new())
            } else {
                return None;
            };
            let groups: Vec<&str> = whole.split([',', '.']).collect();
            if groups.iter().skip(1).any(|group| group.len() != 3) || groups.first().is_none_or(|first| first.len() > 3)
            {
                return None;
            }
            (groups.concat(), part)
        }
    };
    if whole.is_empty() || whole.len() > 15 || part.len() > 2 {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    let part: i64 = format!("{part:0<2}").parse().ok()?;
    let number = whole * 100 + part;
    Some(if negative { -number } else { number })
}

/// A whole number.
pub fn whole(text: &str) -> Option<i64> {
    hundredths(text).filter(|number| number % 100 == 0).map(|number| number / 100)
}

/// An academic year: `2026-2027`, `2026–2027`, `2026/2027`, `2026-27`, with a word for it behind; where `bare` is allowed `2026`
/// alone, the year in which it begins.
pub fn academic_year(text: &str, bare: bool) -> Option<AcademicYear> {
    let text = spaced(text).to_lowercase();
    let digits = |letter: char| letter.is_ascii_digit();
    let end = text.rfind(digits)?;
    let behind = text[end + 1..].trim_matches([' ', '.']);
    let is_word = behind
        .split([' ', '.'])
        .filter(|word| !word.is_empty())
        .all(|word| ["оқу", "жылы", "ж", "жыл", "г", "гг", "год", "учебный", "уч", "academic", "year"].contains(&word));
    if !is_word {
        return None;
    }
    let written = &text[..=end];
    let mark = written.find(|letter: char| !letter.is_ascii_digit());
    let Some(mark) = mark else {
        let year: u16 = written.parse().ok().filter(|_| written.len() == 4)?;
        return format!("{year}-{}", year + 1).parse().ok().filter(|_| bare);
    };
    let (first, rest) = written.split_at(mark);
    let second = rest.trim_start_matches(|letter: char| letter == '/' || letter == ' ' || is_dash(letter));
    if first.len() != 4 || !second.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let second = match second.len() {
        4 => second.to_owned(),
        2 => format!("{}{second}", &first[..2]),
        _ => return None,
    };
    format!("{first}-{second}").parse().ok()
}

/// Digits, where letters stand that look like some; whether there were any.
fn digits(text: &str) -> (String, bool) {
    let digit = |letter| match letter {
        'O' | 'О' | 'o' | 'о' => '0',
        'З' | 'з' => '3',
        'I' | 'l' | 'І' | 'і' => '1',
        other => other,
    };
    let read: String = text.chars().map(digit).collect();
    let alike = read != text;
    (read, alike)
}

/// A specialty code as it was meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Specialty {
    Code(SpecialtyCode),
    /// Seven digits: the former classifier's, or a code whose leading zero was lost; which, the classifier says.
    Seven(SpecialtyCode),
}

/// The code of a specialty, alone or with its name behind it.
pub fn specialty(text: &str) -> Option<Read<Specialty>> {
    let text = joined(spaced(text).trim_end_matches('.'));
    // The name begins with the first word that holds no digit.
    let is_code =
        |word: &&str| word.chars().all(|letter| digits(&letter.to_string()).0.bytes().all(|b| b.is_ascii_digit()));
    let code: String = text.split([' ', ',', ';', '«', '(', '|']).take_while(|word| is_code(word)).collect();
    let code = if code.is_empty() {
        text.split(|letter: char| is_dash(letter) || letter == ' ').next().unwrap_or_default().to_owned()
    } else {
        code
    };
    let (code, alike) = digits(&code);
    if !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    match code.len() {
        8 => Some(Read::new(Specialty::Code(code.parse().ok()?), alike)),
        7 => Some(Read::new(Specialty::Seven(format!("0{code}").parse().ok()?), alike)),
        _ => None,
    }
}

/// Digits without the dashes between them.
fn joined(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let is_digit = |place: Option<usize>| place.and_then(|place| letters.get(place)).is_some_and(char::is_ascii_digit);
    let between = |place: usize| is_digit(place.checked_sub(1)) && is_digit(Some(place + 1));
    let kept = letters.iter().enumerate().filter(|(place, letter)| !is_dash(**letter) || !between(*place));
    kept.map(|(_, letter)| *letter).collect()
}

/// The code of a qualification: `3W`, `4S`, `5AB` and eight digits, with spaces or dashes between, in letters of either alphabet.
pub fn qualification(text: &str) -> Option<Read<QualificationCode>> {
    let plain: String = text.chars().filter(|letter| !letter.is_whitespace() && !is_dash(*letter)).collect();
    let plain = spaced(&plain).into_owned();
    let end = plain.char_indices().rev().nth(7).map(|(place, _)| place)?;
    let (level, number) = plain.split_at(end);
    let (number, digits_alike) = digits(number);
    let mut alike = digits_alike;
    let level: String = level
        .to_uppercase()
        .chars()
        .map(|letter| {
            let read = match letter {
                // What sounds like S is written so, too.
                'С' | 'Ѕ' => 'S',
                letter if is_cyrillic(letter) => latin(letter).unwrap_or(letter),
                letter => letter,
            };
            alike |= read != letter;
            read
        })
        .collect();
    format!("{level}{number}").parse().ok().map(|code| Read::new(code, alike))
}

/// Twelve digits whose leading zeros may be lost; whether they were.
fn twelve(text: &str) -> Option<(String, bool, bool)> {
    let plain: String = unspaced(text).chars().filter(|letter| !is_dash(*letter)).collect();
    let (plain, alike) = digits(&plain);
    if !plain.bytes().all(|byte| byte.is_ascii_digit()) || !(9..=12).contains(&plain.len()) {
        return None;
    }
    Some((format!("{plain:0>12}"), plain.len() < 12, alike))
}

/// A business identification number; whether leading zeros were lost.
pub fn bin(text: &str) -> Option<(Read<Bin>, bool)> {
    let (number, lost, alike) = twelve(text)?;
    Some((Read::new(number.parse().ok()?, alike), lost))
}

/// An individual identification number; whether leading zeros were lost.
pub fn iin(text: &str) -> Option<(Read<Iin>, bool)> {
    let (number, lost, alike) = twelve(text)?;
    Some((Read::new(number.parse().ok()?, alike), lost))
}

/// A code that a college makes itself, of a group or a module: dashes of one kind without spaces about them, each word of one
/// alphabet where only one fits.
pub fn own_code(text: &str) -> Read<String> {
    let spaced = spaced(text);
    let dashed: String = spaced.chars().map(|letter| if is_dash(letter) { '-' } else { letter }).collect();
    let parts: Vec<&str> = dashed.split('-').map(str::trim).collect();
    let joined = parts.join("-");
    match of_one_alphabet(&joined) {
        Some(code) => Read::new(code, true),
        None => Read::plain(joined),
    }
}

/// A registration number: dashes of one kind, no spaces, Latin letters for those that look alike.
pub fn register_number(text: &str) -> Read<String> {
    let plain = unspaced(text);
    let dashed: String = plain.chars().map(|letter| if is_dash(letter) { '-' } else { letter }).collect();
    let read: String = dashed.chars().map(|letter| latin(letter).unwrap_or(letter)).collect();
    let alike = read != dashed;
    Read::new(read, alike)
}

/// The code of a module: letters in Cyrillic capitals, a space, a number, as in `БМ 01`; another one as [`own_code`] reads it.
pub fn module_code(text: &str) -> Read<String> {
    let own = own_code(text);
    let letters: String = own.value.chars().take_while(|letter| letter.is_alphabetic()).collect();
    let number = own.value[letters.len()..].trim_start_matches([' ', '-', '.']);
    let is_module = (2..=4).contains(&letters.chars().count())
        && (1..=2).contains(&number.len())
        && number.bytes().all(|byte| byte.is_ascii_digit());
    let read: Option<String> = letters
        .to_uppercase()
        .chars()
        .map(|letter| if is_cyrillic(letter) { Some(letter) } else { cyrillic(letter) })
        .collect();
    match read.filter(|_| is_module) {
        Some(read) => Read::new(format!("{read} {number}"), own.alike || read != letters.to_uppercase()),
        None => own,
    }
}

/// Whether a word stands for nothing: «көрсетілмеген», «не указано», a dash.
pub fn is_nothing(text: &str) -> bool {
    let text = spaced(text).to_lowercase();
    text.chars().all(is_dash)
        || [
            "көрсетілмеген",
            "таңдалмаған",
            "корсетилмеген",
            "не указано",
            "не указан",
            "не указана",
            "не выбрано",
            "не выбран",
            "жоқ мәлімет",
            "нет данных",
            "n/a",
        ]
        .contains(&text.as_str())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_as_people_write_them() {
        for (text, number) in [
            ("25", Some(2500)),
            ("3 200", Some(320_000)),
            ("3\u{a0}200,50", Some(320_050)),
            ("3200.5", Some(320_050)),
            ("3 200 тг.", Some(320_000)),
            ("3200₸", Some(320_000)),
            ("25 дана", Some(2500)),
            ("25,0", Some(2500)),
            ("25.00", Some(2500)),
            ("1,250,000", Some(125_000_000)),
            ("3,200.50", Some(320_050)),
            ("3.200,50", Some(320_050)),
            ("3'200", Some(320_000)),
            ("-5", Some(-500)),
            ("−5", Some(-500)),
            ("1,250", None),
            ("1.250", None),
            ("25,000", None),
            ("3200,505", None),
            ("1,25,000", None),
            ("12a", None),
            ("", None),
            ("тг", None),
            ("1e5", None),
            ("99999999999999999", None),
        ] {
            assert_eq!(hundredths(text), number, "{text}");
        }
        assert_eq!((whole("25,0"), whole("25,5")), (Some(25), None));
    }

    #[test]
    fn academic_years_as_people_write_them() {
        let year = Some(AcademicYear::starting(2026));
        for text in [
            "2026-2027",
            "2026–2027",
            "2026/2027",
            "2026 - 2027",
            "2026-27",
            "2026/27 оқу жылы",
            "2026-2027 уч. год",
            "2026-2027 г.г.",
        ] {
            assert_eq!(academic_year(text, false), year, "{text}");
        }
        assert_eq!(academic_year("2026", true), year);
        for text in ["2026", "2026-2028", "26-27", "", "жыл", "2026-2027 x"] {
            assert_eq!(academic_year(text, false), None, "{text}");
        }
    }

    #[test]
    fn codes_are_read_as_meant() {
        let code = |text: &str| specialty(text).map(|read| (read.value, read.alike));
        let own = |text: &str| Specialty::Code(text.parse().unwrap());
        for (text, alike) in [
            ("06130100", false),
            ("06130100 – Бағдарламалық қамтамасыз ету", false),
            ("0613 0100", false),
            ("0613\u{a0}0100 Программное", false),
            ("06130100-Программное", false),
            ("О613О1ОО", true),
        ] {
            assert_eq!(code(text), Some((own("06130100"), alike)), "{text}");
        }
        assert_eq!(code("7161300"), Some((Specialty::Seven("07161300".parse().unwrap()), false)));
        assert_eq!(code("1304000"), Some((Specialty::Seven("01304000".parse().unwrap()), false)));
        for text in ["", "Слесарь", "613010", "061301000", "БМ 01"] {
            assert_eq!(code(text), None, "{text}");
        }
        for (text, meant, alike) in [
            ("4S06130103", "4S06130103", false),
            ("4С06130103", "4S06130103", true),
            ("4Ѕ06130103", "4S06130103", true),
            ("4s 0613 0103", "4S06130103", false),
            ("5АВ06130106", "5AB06130106", true),
            ("3w-06130102", "3W06130102", false),
        ] {
            let read = qualification(text).unwrap();
            assert_eq!((read.value.to_string().as_str(), read.alike), (meant, alike), "{text}");
        }
        for text in ["06130103", "4X06130103", "4S0613010", "", "қ"] {
            assert_eq!(qualification(text), None, "{text}");
        }
        assert_eq!(
            bin("990140000126").map(|(read, lost)| (read.value.to_string(), lost)),
            Some(("990140000126".to_owned(), false))
        );
        assert!(bin("990 140 000 126").is_some());
        assert_eq!(bin("990140000127"), None);
        for (text, code) in
            [("25ПO-11", "25ПО-11"), ("25ПО\u{a0}– 11", "25ПО-11"), ("25 ПО-11р", "25 ПО-11р"), ("IT-21", "IT-21")]
        {
            assert_eq!(own_code(text).value, code, "{text}");
        }
        assert_eq!(register_number("35–06130100 – 2026–000001").value, "35-06130100-2026-000001");
        assert_eq!(register_number("Т-17"), Read::new("T-17".to_owned(), true));
        for (text, code) in [
            ("БМ\u{a0}01", "БМ 01"),
            ("БМ  01", "БМ 01"),
            ("KM 01", "КМ 01"),
            ("км-01", "КМ 01"),
            ("БМ01", "БМ 01"),
            ("ЖБП", "ЖБП"),
            ("РО 1.2", "РО 1.2"),
        ] {
            assert_eq!(module_code(text).value, code, "{text}");
        }
    }

    #[test]
    fn zeros_that_were_lost_are_found() {
        let whole = Bin::complete("00014000012").map(|bin| bin.to_string());
        let Some(whole) = whole else { return };
        let (read, lost) = bin(whole.trim_start_matches('0')).unwrap();
        assert_eq!((read.value.to_string(), lost), (whole, true));
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_answered(text in ".{0,40}") {
            let _ = (day(&text), hundredths(&text), academic_year(&text, true), specialty(&text), qualification(&text));
            let _ = (bin(&text), iin(&text), own_code(&text), module_code(&text), is_nothing(&text));
        }

        #[test]
        fn a_day_reads_back(days in 0u64..40_000) {
            let one = chrono::NaiveDate::from_ymd_opt(1920, 1, 1).unwrap() + chrono::Days::new(days);
            prop_assert_eq!(day(&one.format("%d.%m.%Y").to_string()), Some(one));
            prop_assert_eq!(day(&one.format("%-d.%-m.%Y г.").to_string()), Some(one));
            prop_assert_eq!(day(&one.to_string()), Some(one));
        }

        #[test]
        fn an_amount_reads_back(amount in 0i64..100_000_000_000) {
            let (whole, part) = (amount / 100, amount % 100);
            prop_assert_eq!(hundredths(&format!("{whole},{part:02}")), Some(amount));
            prop_assert_eq!(hundredths(&format!("{whole}.{part:02} тг")), Some(amount));
        }
    }
}
