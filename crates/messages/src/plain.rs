//! Numbers and dates in the form of a language.

use chrono::{Datelike, NaiveDate};
use sheber_kernel::{AcademicYear, Lang};
use sheber_norms::duties::Rule;

use crate::{text, text_with};

/// A decimal written with a point, in the language's form: comma and narrow groups in Kazakh and Russian.
pub fn number(lang: Lang, decimal: &str) -> String {
    let (whole, rest) = decimal.split_once('.').map_or((decimal, None), |(whole, rest)| (whole, Some(rest)));
    let (group, point) = match lang {
        Lang::Kk | Lang::Ru => ('\u{a0}', ','),
        Lang::En => (',', '.'),
    };
    let mut shown = String::with_capacity(decimal.len() + 4);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            shown.push(group);
        }
        shown.push(digit);
    }
    if let Some(rest) = rest {
        shown.push(point);
        shown.push_str(rest);
    }
    shown
}

/// A day: `01.09.2023` in Kazakh and Russian, `1 September 2023` in English.
pub fn date(lang: Lang, day: NaiveDate) -> String {
    match lang {
        Lang::Kk | Lang::Ru => format!("{:02}.{:02}.{}", day.day(), day.month(), day.year()),
        Lang::En => day.format("%-d %B %Y").to_string(),
    }
}

/// Whole tenge, from tiyn: `1 250,50 ₸`.
pub fn tenge(lang: Lang, tiyn: i64) -> String {
    let (whole, part) = (tiyn / 100, tiyn % 100);
    let text = if part == 0 { whole.to_string() } else { format!("{whole}.{part:02}") };
    format!("{} ₸", number(lang, &text))
}

/// Hundredths of a percent as people read them, to the tenth below: what is not whole does not read as if it were; a dash where
/// there is nothing to count of.
pub fn percent(lang: Lang, hundredths: Option<i64>) -> String {
    let Some(hundredths) = hundredths else { return "–".to_owned() };
    let tenths = hundredths.div_euclid(10);
    let text = if tenths % 10 == 0 { (tenths / 10).to_string() } else { format!("{}.{}", tenths / 10, tenths % 10) };
    format!("{} %", number(lang, &text))
}

/// When a duty comes, in words.
pub fn rhythm(lang: Lang, rule: &Rule, year: AcademicYear) -> String {
    let by = |day| text_with(lang, "plan-by", &[("date", &date(lang, day))]);
    match rule {
        Rule::On(day) => date(lang, day.in_year(year)),
        Rule::By(day) => by(day.in_year(year)),
        Rule::Within(from, to) => format!("{} – {}", date(lang, from.in_year(year)), date(lang, to.in_year(year))),
        Rule::Each { rhythm, .. } => text(lang, &format!("plan-each-{}", rhythm.word())),
        Rule::After { working_days, .. } => text_with(lang, "plan-after", &[("n", &working_days.to_string())]),
    }
}
