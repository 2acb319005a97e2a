//! An entry of the reference data, and how one is read from a form or a table.

use serde::{Deserialize, Serialize};
use sheber_kernel::{Day, Lang, QualificationCode, RegionCode, SpecialtyCode, words};
use sheber_platform::fields::Fields;
use sheber_platform::record::Record;

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

sheber_platform::record! {
    /// An entry. `day` is the date of an act, of a standard's approval, of a holiday; validity is in days, open where empty.
    #[derive(Default, Eq, Serialize, Deserialize)]
    #[serde(default)]
    ReferenceEntry of "reference_entry" {
        code: String = open_text(200),
        parent: Option<String> = optional(200),
        name_kk: String = open_text(2000),
        name_ru: String = open_text(2000),
        note: Option<String> = optional(2000),
        day: Option<Day> = open_day(),
        valid_from: Option<Day> = open_day(),
        valid_to: Option<Day> = open_day(),
    }
}

/// Whether a code is a day of every year: `05-01`.
fn is_yearly(code: &str) -> bool {
    format!("2024-{code}").parse::<Day>().is_ok()
}

impl ReferenceEntry {
    pub fn name(&self, lang: Lang) -> &str {
        lang.pick(&self.name_kk, &self.name_ru)
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
            Kind::Holiday => self.code.parse::<Day>().is_ok() || is_yearly(&self.code),
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

impl ReferenceEntry {
    /// The entry as texts, in the order of its columns.
    pub fn cells(&self) -> Vec<String> {
        let fields = self.filled();
        Self::COLUMNS.iter().map(|column| fields.value(column).to_owned()).collect()
    }

    /// The entry of a kind that somebody typed, tidied; nothing where it is none that may be stored, and the form says why.
    pub fn of(kind: Kind, fields: &mut Fields) -> Option<Self> {
        Self::read_with(fields, |entry, fields| {
            if let Some((field, key)) = entry.fault(kind).filter(|_| fields.is_sound()) {
                fields.wrong(field, key);
            }
        })
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
        let entry = ReferenceEntry::of(Kind::Act, &mut with("code", " 1 ")).unwrap();
        assert_eq!((entry.code.as_str(), entry.day), ("1", "2007-07-27".parse().ok()));
        assert!(ReferenceEntry::of(Kind::Holiday, &mut with("code", "05-01")).is_some(), "of every year");
        let mut turned = with("valid_from", "2024-01-02");
        turned.set("valid_to", "2024-01-01");
        for (mut fields, kind, wrong) in [
            (with("day", "27.7"), Kind::Act, ("day", "field-day")),
            (with("name_kk", ""), Kind::Act, ("name_kk", "reference-name")),
            (with("note", ""), Kind::Function, ("parent", "reference-parent")),
            (with("note", ""), Kind::Region, ("code", "reference-code")),
            (with("note", ""), Kind::Holiday, ("code", "reference-code")),
            (with("code", "13-01"), Kind::Holiday, ("code", "reference-code")),
            (turned, Kind::Act, ("valid_to", "reference-validity")),
        ] {
            assert_eq!(ReferenceEntry::of(kind, &mut fields), None);
            assert_eq!(fields.errors().collect::<Vec<_>>(), [wrong]);
        }
    }
}
