//! The parameters of an item as people read them: a name in their language, and values in words, days and numbers.

use chrono::NaiveDate;
use sheber_kernel::Lang;
use sheber_messages as messages;
use sheber_norms::item::Value;
use sheber_platform::house::House;

/// Who says what parameters say: in which language, with the rooms' words and the regions' names by code.
pub struct Teller<'a> {
    pub lang: Lang,
    pub house: &'a House,
    pub regions: &'a dyn Fn(&str) -> String,
}

impl Teller<'_> {
    /// What a parameter is called.
    pub fn name(&self, parameter: &str) -> String {
        messages::text(self.lang, &format!("parameter-{parameter}"))
    }

    /// What a parameter says.
    pub fn value(&self, parameter: &str, value: &Value) -> String {
        if parameter == "sectors" {
            return self.sectors(value);
        }
        plain(self.lang, value, self.house.words_of(parameter))
    }

    /// The schedule of 16.2: the sector, its host, from which month to which.
    fn sectors(&self, value: &Value) -> String {
        let month = |value: Option<&Value>| {
            let number = value.and_then(Value::as_integer).unwrap_or_default();
            messages::text(self.lang, &format!("month-{number}"))
        };
        let line = |row: &Value| {
            let row = row.as_array()?;
            let sector = messages::text(self.lang, &format!("sector-{}", row.first()?.as_str()?));
            let (from, to) = (month(row.get(2)), month(row.get(3)));
            let when = if from == to { from } else { format!("{from} – {to}") };
            Some(format!("{sector}: {}, {when}", (self.regions)(row.get(1)?.as_str()?)))
        };
        value.as_array().into_iter().flatten().filter_map(line).collect::<Vec<_>>().join("; ")
    }
}

/// A value that holds within days: the value, then the days.
fn dated(lang: Lang, one: &Value) -> Option<String> {
    let (from, value) = (one.get("from")?, one.get("value")?);
    let to = one.get("to").map(|to| plain(lang, to, None));
    let days = format!(
        "{} – {}",
        plain(lang, from, None),
        to.unwrap_or_else(|| messages::text(lang, "guidance-until-changed"))
    );
    Some(format!("{} ({days})", plain(lang, value, None)))
}

fn plain(lang: Lang, value: &Value, prefix: Option<&str>) -> String {
    match (value, prefix) {
        (Value::String(word), Some(prefix)) => messages::text(lang, &format!("{prefix}{word}")),
        (Value::String(text), None) => day(lang, text),
        // Two numbers or two days are the ends of something.
        (Value::Array(ends), None) if ends.len() == 2 && !ends.iter().any(|end| end.is_array() || end.is_table()) => {
            ends.iter().map(|end| plain(lang, end, None)).collect::<Vec<_>>().join(" – ")
        }
        (Value::Array(list), prefix) => list.iter().map(|one| plain(lang, one, prefix)).collect::<Vec<_>>().join("; "),
        (Value::Table(table), _) => dated(lang, value).unwrap_or_else(|| {
            let line = |(key, value): (&String, &Value)| format!("{key} – {}", plain(lang, value, None));
            table.iter().map(line).collect::<Vec<_>>().join("; ")
        }),
        (Value::Datetime(day), _) => self::day(lang, &day.to_string()),
        (Value::Integer(number), _) => messages::number(lang, &number.to_string()),
        (other, _) => other.to_string(),
    }
}

/// A day, a day of every year, or what is neither as it stands.
fn day(lang: Lang, text: &str) -> String {
    if let Ok(day) = text.parse::<NaiveDate>() {
        return messages::date(lang, day);
    }
    let parts =
        text.split_once('-').and_then(|(month, day)| Some((month.parse::<u32>().ok()?, day.parse::<u32>().ok()?)));
    match parts.filter(|(month, day)| NaiveDate::from_ymd_opt(2024, *month, *day).is_some()) {
        Some((month, day)) if text.len() == 5 => {
            format!("{day} {}", messages::text(lang, &format!("month-of-{month}")))
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use sheber_kernel::AcademicYear;
    use sheber_norms::Edition;

    use super::*;
    use crate::rooms::house;

    #[test]
    fn every_parameter_is_said_in_words() {
        let house = house();
        for start in [2023, 2024, 2026] {
            for item in Edition::of(AcademicYear::starting(start)).items() {
                for (parameter, stated) in &item.parameters {
                    for lang in Lang::ALL {
                        let teller = Teller { lang, house: &house, regions: &|code| code.to_owned() };
                        let name = teller.name(parameter);
                        assert!(!name.starts_with("parameter-"), "{lang} {}: {parameter}", item.id);
                        let said = teller.value(parameter, stated);
                        let raw = |word: &str| word.contains('_') || word.contains("event-") || word.contains("role-");
                        assert!(!said.split([' ', ';']).any(raw), "{lang} {}: {said}", item.id);
                    }
                }
            }
        }
    }

    #[test]
    fn days_numbers_and_ends_read_as_people_write_them() {
        let read = |text: &str| toml_value(text);
        for (stated, said) in [
            ("v = \"2024-01-01\"", "01.01.2024"),
            ("v = 2022-09-23", "23.09.2022"),
            ("v = \"09-01\"", "1 сентября"),
            ("v = \"2024-2025\"", "2024-2025"),
            ("v = [6, 18]", "6 – 18"),
            ("v = 20000", "20\u{a0}000"),
            ("v = [{ from = 2023-01-01, to = 2023-12-31, value = 3450 }]", "3\u{a0}450 (01.01.2023 – 31.12.2023)"),
        ] {
            assert_eq!(plain(Lang::Ru, &read(stated), None), said, "{stated}");
        }
    }

    fn toml_value(text: &str) -> Value {
        let table: toml::Table = text.parse().unwrap();
        table["v"].clone()
    }
}
