//! An entry of the reference data, and how one is read from a form or a table.

use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use sheber_kernel::{Day, Lang, QualificationCode, RegionCode, SpecialtyCode, words};
use sheber_platform::fields::Fields;
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

    /// What is wrong with an entry of a kind: the field, and the key of a message; `None` where it may be stored.
    pub fn fault(&self, kind: Kind) -> Option<(&'static str, &'static str)> {
        let code_reads = match kind {
            Kind::Specialty => self.code.parse::<SpecialtyCode>().is_ok(),
            Kind::Qualification => self.code.parse::<QualificationCode>().is_ok(),
            Kind::Region => self.code.parse::<RegionCode>().is_ok(),
            Kind::Holiday => self.code.parse::<Day>().is_ok(),
            Kind::Standard | Kind::Function | Kind::Outcome | Kind::Act => !self.code.trim().is_empty(),
        };
        if !code_reads {
            Some(("code", "reference-code"))
        } else if self.name_kk.is_empty() && self.name_ru.is_empty() {
            Some(("name_kk", "reference-name"))
        } else if kind.parent().is_some() && self.parent.as_deref().unwrap_or_default().is_empty() {
            Some(("parent", "reference-parent"))
        } else if matches!((self.valid_from, self.valid_to), (Some(from), Some(to)) if from > to) {
            Some(("valid_to", "reference-validity"))
        } else {
            None
        }
    }
}

/// The fields of an entry's form, in the order of the table's columns.
pub const FIELDS: [&str; 8] = ["code", "parent", "name_kk", "name_ru", "note", "day", "valid_from", "valid_to"];

impl ReferenceEntry {
    /// The form that shows the entry.
    pub fn filled(&self) -> Fields {
        Fields::filled(FIELDS.into_iter().zip(self.cells()))
    }

    /// The entry as texts, in the order of [`FIELDS`].
    pub fn cells(&self) -> [String; FIELDS.len()] {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
        [
            self.code.clone(),
            text(&self.parent),
            self.name_kk.clone(),
            self.name_ru.clone(),
            text(&self.note),
            day(self.day),
            day(self.valid_from),
            day(self.valid_to),
        ]
    }

    /// The entry that somebody typed, tidied; nothing where it is none that may be stored, and the form says why.
    pub fn read(kind: Kind, fields: &mut Fields) -> Option<Self> {
        let text = |name: &str| fields.value(name).trim().to_owned();
        let open = |name: &str| Some(text(name)).filter(|text| !text.is_empty());
        let (code, parent, name_kk, name_ru, note) =
            (text("code"), open("parent"), text("name_kk"), text("name_ru"), open("note"));
        let mut day = |name: &str| fields.open_day(name).map(Day);
        let (day, valid_from, valid_to) = (day("day"), day("valid_from"), day("valid_to"));
        let entry = Self { code, parent, name_kk, name_ru, note, day, valid_from, valid_to };
        if !fields.is_sound() {
            return None;
        }
        match entry.fault(kind) {
            None => Some(entry),
            Some((field, key)) => {
                fields.wrong(field, key);
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_tidied_or_refused_with_the_reason() {
        let typed = [("code", " 1 "), ("name_kk", "Заң"), ("day", "27.07.2007")];
        let with = |name: &str, value: &str| {
            let mut fields = Fields::filled(typed.map(|(name, value)| (name, value.to_owned())));
            fields.set(name, value);
            fields
        };
        let entry = ReferenceEntry::read(Kind::Act, &mut with("code", " 1 ")).unwrap();
        assert_eq!((entry.code.as_str(), entry.day), ("1", "2007-07-27".parse().ok()));
        let mut turned = with("valid_from", "2024-01-02");
        turned.set("valid_to", "2024-01-01");
        for (mut fields, kind, wrong) in [
            (with("day", "27.7"), Kind::Act, ("day", "field-day")),
            (with("name_kk", ""), Kind::Act, ("name_kk", "reference-name")),
            (with("note", ""), Kind::Function, ("parent", "reference-parent")),
            (with("note", ""), Kind::Region, ("code", "reference-code")),
            (with("note", ""), Kind::Holiday, ("code", "reference-code")),
            (turned, Kind::Act, ("valid_to", "reference-validity")),
        ] {
            assert_eq!(ReferenceEntry::read(kind, &mut fields), None);
            assert_eq!(fields.errors().collect::<Vec<_>>(), [wrong]);
        }
    }
}
