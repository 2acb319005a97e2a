//! An entry of the reference data, and how one is read from a form or a table.

use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use sheber_kernel::{Day, Lang, QualificationCode, RegionCode, SpecialtyCode, words};
use sheber_platform::secret;

words! {
    /// What an entry is.
    Kind {
        /// Specialty of the classifier (мамандық).
        Specialty = "specialty",
        /// Qualification of the classifier (біліктілік).
        Qualification = "qualification",
        Region = "region",
        /// Professional standard (кәсіптік стандарт).
        Standard = "standard",
        /// Labour function of a standard (еңбек функциясы).
        Function = "function",
        /// Learning outcome of a standard (оқу нәтижесі).
        Outcome = "outcome",
        /// Legal act.
        Act = "act",
        /// Public holiday; its code is its day.
        Holiday = "holiday",
    }
}

impl Kind {
    /// The kind that its entries belong under.
    pub const fn parent(self) -> Option<Self> {
        match self {
            Self::Qualification => Some(Self::Specialty),
            Self::Function | Self::Outcome => Some(Self::Standard),
            Self::Specialty | Self::Region | Self::Standard | Self::Act | Self::Holiday => None,
        }
    }
}

/// An entry. `day` is the date of an act, of a standard's approval, of a holiday; validity is in days, open where empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, FromQueryResult, Serialize, Deserialize)]
#[serde(default)]
pub struct ReferenceEntry {
    pub code: String,
    pub parent: Option<String>,
    pub name_kk: String,
    pub name_ru: String,
    pub note: Option<String>,
    pub day: Option<Day>,
    pub valid_from: Option<Day>,
    pub valid_to: Option<Day>,
}

impl ReferenceEntry {
    pub fn name(&self, lang: Lang) -> &str {
        lang.pick(&self.name_kk, &self.name_ru)
    }

    /// What tells whether an entry has changed since somebody opened it.
    pub fn mark(&self) -> String {
        secret::sha256(&serde_json::to_string(self).unwrap_or_default())
    }

    /// Whether these are the names of this entry.
    pub fn is(&self, kk: &str, ru: &str) -> bool {
        (!self.name_kk.is_empty() && self.name_kk == kk) || (!self.name_ru.is_empty() && self.name_ru == ru)
    }

    /// What is wrong with an entry of a kind, as the key of a message; `None` where it may be stored.
    pub fn fault(&self, kind: Kind) -> Option<&'static str> {
        let code_reads = match kind {
            Kind::Specialty => self.code.parse::<SpecialtyCode>().is_ok(),
            Kind::Qualification => self.code.parse::<QualificationCode>().is_ok(),
            Kind::Region => self.code.parse::<RegionCode>().is_ok(),
            Kind::Holiday => self.code.parse::<Day>().is_ok(),
            Kind::Standard | Kind::Function | Kind::Outcome | Kind::Act => !self.code.trim().is_empty(),
        };
        if !code_reads {
            Some("reference-code")
        } else if self.name_kk.is_empty() && self.name_ru.is_empty() {
            Some("reference-name")
        } else if kind.parent().is_some() && self.parent.as_deref().unwrap_or_default().is_empty() {
            Some("reference-parent")
        } else if matches!((self.valid_from, self.valid_to), (Some(from), Some(to)) if from > to) {
            Some("reference-validity")
        } else {
            None
        }
    }
}

/// An entry as somebody typed it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Draft {
    pub code: String,
    pub parent: String,
    pub name_kk: String,
    pub name_ru: String,
    pub note: String,
    pub day: String,
    pub valid_from: String,
    pub valid_to: String,
}

impl From<&ReferenceEntry> for Draft {
    fn from(entry: &ReferenceEntry) -> Self {
        let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
        Self {
            code: entry.code.clone(),
            parent: entry.parent.clone().unwrap_or_default(),
            name_kk: entry.name_kk.clone(),
            name_ru: entry.name_ru.clone(),
            note: entry.note.clone().unwrap_or_default(),
            day: day(entry.day),
            valid_from: day(entry.valid_from),
            valid_to: day(entry.valid_to),
        }
    }
}

impl Draft {
    /// The entry, tidied; the key of a message where it is none that may be stored.
    ///
    /// # Errors
    /// Where a day does not read, or the entry lacks what its kind needs.
    pub fn read(&self, kind: Kind) -> Result<ReferenceEntry, &'static str> {
        let text = |text: &str| text.trim().to_owned();
        let open = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let day = |text: &str| open(text).map(|day| Day::typed(&day)).transpose().map_err(|_| "reference-day");
        let entry = ReferenceEntry {
            code: text(&self.code),
            parent: open(&self.parent),
            name_kk: text(&self.name_kk),
            name_ru: text(&self.name_ru),
            note: open(&self.note),
            day: day(&self.day)?,
            valid_from: day(&self.valid_from)?,
            valid_to: day(&self.valid_to)?,
        };
        entry.fault(kind).map_or(Ok(entry), Err)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_tidied_or_refused_with_the_reason() {
        let draft = Draft {
            code: " 1 ".to_owned(),
            name_kk: "Заң".to_owned(),
            day: "27.07.2007".to_owned(),
            ..Draft::default()
        };
        let entry = draft.read(Kind::Act).unwrap();
        assert_eq!((entry.code.as_str(), entry.day), ("1", "2007-07-27".parse().ok()));
        for (draft, kind, key) in [
            (Draft { day: "27.7".to_owned(), ..draft.clone() }, Kind::Act, "reference-day"),
            (Draft { name_kk: String::new(), ..draft.clone() }, Kind::Act, "reference-name"),
            (draft.clone(), Kind::Function, "reference-parent"),
            (draft.clone(), Kind::Region, "reference-code"),
            (draft.clone(), Kind::Holiday, "reference-code"),
            (
                Draft { valid_from: "2024-01-02".to_owned(), valid_to: "2024-01-01".to_owned(), ..draft.clone() },
                Kind::Act,
                "reference-validity",
            ),
        ] {
            assert_eq!(draft.read(kind), Err(key), "{draft:?}");
        }
    }
}
