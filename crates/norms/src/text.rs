//! Texts in three languages, days and words, as the guidance's files have them.

use std::str::FromStr;

use chrono::NaiveDate;
use serde::Deserialize;
use sheber_kernel::Lang;

/// A text in the three languages.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    pub kk: String,
    pub ru: String,
    pub en: String,
}

impl Words {
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Kk => &self.kk,
            Lang::Ru => &self.ru,
            Lang::En => &self.en,
        }
    }
}

fn naive<E: serde::de::Error>(date: toml::value::Datetime) -> Result<NaiveDate, E> {
    date.date
        .and_then(|date| NaiveDate::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day)))
        .ok_or_else(|| E::custom("a date without a day"))
}

pub(crate) fn day<'de, D: serde::Deserializer<'de>>(from: D) -> Result<NaiveDate, D::Error> {
    naive(toml::value::Datetime::deserialize(from)?)
}

pub(crate) fn open_day<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<NaiveDate>, D::Error> {
    Option::<toml::value::Datetime>::deserialize(from)?.map(naive).transpose()
}

/// A value that stands as its word.
pub(crate) fn word<'de, T: FromStr, D: serde::Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    let text = String::deserialize(from)?;
    text.parse().map_err(|_| serde::de::Error::custom(format!("{text}: no such word")))
}

pub(crate) fn open_word<'de, T: FromStr, D: serde::Deserializer<'de>>(from: D) -> Result<Option<T>, D::Error> {
    word(from).map(Some)
}
