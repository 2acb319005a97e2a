//! Numbers and dates in the form of a language.

use chrono::NaiveDate;
use sheber_kernel::Lang;

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
    let form = match lang {
        Lang::Kk | Lang::Ru => "%d.%m.%Y",
        Lang::En => "%-d %B %Y",
    };
    day.format(form).to_string()
}
