use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Refusal;

/// Language in which people are addressed. Kazakh is the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    #[default]
    Kk,
    Ru,
    En,
}

impl Lang {
    pub const ALL: [Self; 3] = [Self::Kk, Self::Ru, Self::En];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Kk => "kk",
            Self::Ru => "ru",
            Self::En => "en",
        }
    }

    /// What a reader of the language is shown of a text in Kazakh and Russian: Russian for Russian, else Kazakh; the other
    /// one where it is missing.
    pub fn pick<'a>(self, kk: &'a str, ru: &'a str) -> &'a str {
        let (first, second) = if self == Self::Ru { (ru, kk) } else { (kk, ru) };
        if first.is_empty() { second } else { first }
    }
}

impl FromStr for Lang {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        Self::ALL.into_iter().find(|lang| lang.code() == text).ok_or_else(|| Refusal::new("lang", text))
    }
}

impl AsRef<str> for Lang {
    fn as_ref(&self) -> &str {
        self.code()
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A name in Kazakh and Russian, the two languages in which the field's documents are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct LocalName {
    #[serde(default)]
    pub kk: String,
    #[serde(default)]
    pub ru: String,
}

crate::object!(LocalName);

impl LocalName {
    pub fn new(kk: impl Into<String>, ru: impl Into<String>) -> Self {
        Self { kk: kk.into(), ru: ru.into() }
    }

    /// The name for a reader: Russian for Russian, else Kazakh; the other one where it is missing.
    pub fn get(&self, lang: Lang) -> &str {
        lang.pick(&self.kk, &self.ru)
    }

    pub fn is_empty(&self) -> bool {
        self.kk.is_empty() && self.ru.is_empty()
    }
}
