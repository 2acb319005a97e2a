//! The edition of the guidance that is in force in an academic year: items as data, parameters typed.
//!
//! `guidance/2023-2024/` states every item; the folder of a later year states only what differs from then on.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use chrono::NaiveDate;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sheber_kernel::{AcademicYear, Citation, Credits, Lang, Semester};
pub use toml::{Table, Value};

use crate::finding::Severity;
use crate::norm::{NORMS, Norm};

/// Kind of an item (requirements: norm, duty, procedure, indicator, record, document).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ItemKind {
    Norm,
    Duty,
    Procedure,
    Indicator,
    Record,
    Document,
}

impl ItemKind {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Norm => "norm",
            Self::Duty => "duty",
            Self::Procedure => "procedure",
            Self::Indicator => "indicator",
            Self::Record => "record",
            Self::Document => "document",
        }
    }
}

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

/// The academic years in which an item is in force; `to` is empty where it holds until changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Validity {
    pub from: AcademicYear,
    pub to: Option<AcademicYear>,
}

impl Validity {
    pub fn covers(&self, year: AcademicYear) -> bool {
        self.from <= year && self.to.is_none_or(|to| year <= to)
    }
}

/// An item of the guidance.
#[derive(Clone, Debug)]
pub struct Item {
    pub id: String,
    pub section: String,
    pub kinds: Vec<ItemKind>,
    pub actors: Vec<String>,
    pub severity: Option<Severity>,
    pub title: Words,
    pub citation: Citation,
    pub valid: Validity,
    /// The day on which the data were last compared with the text of the guidance.
    pub checked: NaiveDate,
    /// The items whose checks carry this one, where it has no check of its own, or why it cannot be expressed.
    pub carried_by: Vec<String>,
    /// Said openly where a rule cannot be checked over the facts of a programme.
    pub limits: Option<Words>,
    pub parameters: toml::Table,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SectionFile {
    section: String,
    #[serde(default)]
    title: Option<Words>,
    #[serde(default)]
    item: Vec<ItemData>,
}

/// An item as a file states it. In a later edition everything but the id may be left out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ItemData {
    id: String,
    kind: Option<Vec<ItemKind>>,
    actors: Option<Vec<String>>,
    severity: Option<Severity>,
    title: Option<Words>,
    citation: Option<CitationData>,
    valid: Option<Validity>,
    checked: Option<toml::value::Datetime>,
    carried_by: Option<Vec<String>>,
    limits: Option<Words>,
    #[serde(default)]
    parameters: toml::Table,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct CitationData {
    act: String,
    date: toml::value::Datetime,
    edition: Option<toml::value::Datetime>,
    article: Option<String>,
}

/// One section of the guidance.
#[derive(Clone, Debug)]
pub struct Section {
    pub number: String,
    pub title: Words,
}

/// Typed parameters of the norms, one struct an item.
#[derive(Clone, Debug)]
pub struct Parameters {
    /// 2.1
    pub register: RegisterParameters,
    /// 2.2
    pub new_standard: NewStandardParameters,
    /// 2.9
    pub standards: StandardsParameters,
    /// 3.2
    pub general_education: GeneralEducationParameters,
    /// 3.3
    pub last_semester: LastSemesterParameters,
    /// 3.5
    pub subjects_by_choice: CountParameters,
    /// 4.6
    pub volume: VolumeParameters,
    /// 4.7
    pub study_year: StudyYearParameters,
    /// 4.8
    pub credit: CreditParameters,
    /// 6.2
    pub distance: DistanceParameters,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterParameters {
    #[serde(deserialize_with = "day")]
    pub edition: NaiveDate,
    #[serde(deserialize_with = "day")]
    pub pilot_edition: NaiveDate,
    #[serde(deserialize_with = "day")]
    pub listed_by: NaiveDate,
    /// Intakes before it go on under their own edition.
    pub from_intake: AcademicYear,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewStandardParameters {
    #[serde(deserialize_with = "day")]
    pub edition: NaiveDate,
    pub from_intake: AcademicYear,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountParameters {
    pub minimum: usize,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StandardsParameters {
    pub minimum: usize,
    #[serde(deserialize_with = "day")]
    pub from_edition: NaiveDate,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GeneralEducationParameters {
    pub credits: Credits,
    pub credits_choreography: Credits,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LastSemesterParameters {
    #[serde(deserialize_with = "semester")]
    pub last_semester: Semester,
}

/// Mandatory credits from – to, by entry base and level.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VolumeParameters {
    pub basic_secondary_worker: [Credits; 2],
    pub general_secondary_worker: [Credits; 2],
    pub basic_secondary_mid_level: [Credits; 2],
    pub general_secondary_mid_level: [Credits; 2],
    pub tvpe_mid_level: [Credits; 2],
    pub applied_bachelor: [Credits; 2],
    pub worker_qualifications: usize,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StudyYearParameters {
    pub credits: Credits,
    pub least: Credits,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreditParameters {
    pub academic_hours: u32,
    pub minutes: u32,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DistanceParameters {
    pub percent: u32,
}

fn naive(date: &toml::value::Datetime) -> Option<NaiveDate> {
    let date = date.date?;
    NaiveDate::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day))
}

fn day<'de, D: serde::Deserializer<'de>>(from: D) -> Result<NaiveDate, D::Error> {
    let date = toml::value::Datetime::deserialize(from)?;
    naive(&date).ok_or_else(|| serde::de::Error::custom("a date without a day"))
}

fn semester<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Semester, D::Error> {
    Semester::new(u8::deserialize(from)?).map_err(serde::de::Error::custom)
}

/// The guidance as it stands in one academic year.
pub struct Edition {
    pub year: AcademicYear,
    sections: Vec<Section>,
    items: BTreeMap<(u16, u16), Item>,
    pub parameters: Parameters,
    active: Vec<&'static Norm>,
}

/// What is wrong with the edition's own data; the data are part of the program, so a test sees it first.
#[derive(Debug, thiserror::Error)]
pub enum EditionError {
    #[error("{file}: {source}")]
    Syntax { file: &'static str, source: toml::de::Error },
    #[error("item {id}: {what}")]
    Item { id: String, what: String },
}

/// Year, file name, text. Earlier years first.
const FILES: &[(u16, &str, &str)] = &[
    (2023, "2023-2024/02-programmes.toml", include_str!("../../../guidance/2023-2024/02-programmes.toml")),
    (
        2023,
        "2023-2024/03-general-education.toml",
        include_str!("../../../guidance/2023-2024/03-general-education.toml"),
    ),
    (2023, "2023-2024/04-credits.toml", include_str!("../../../guidance/2023-2024/04-credits.toml")),
    (2023, "2023-2024/05-register.toml", include_str!("../../../guidance/2023-2024/05-register.toml")),
    (2023, "2023-2024/06-distance.toml", include_str!("../../../guidance/2023-2024/06-distance.toml")),
    (2023, "2023-2024/07-exams.toml", include_str!("../../../guidance/2023-2024/07-exams.toml")),
    (2023, "2023-2024/09-dual.toml", include_str!("../../../guidance/2023-2024/09-dual.toml")),
    (2024, "2024-2025/04-credits.toml", include_str!("../../../guidance/2024-2025/04-credits.toml")),
];

/// The first academic year the guidance speaks of.
pub const FIRST_YEAR: AcademicYear = AcademicYear::starting(2023);

fn key(id: &str) -> Option<(u16, u16)> {
    let (section, number) = id.split_once('.')?;
    Some((section.parse().ok()?, number.parse().ok()?))
}

impl Edition {
    /// The edition in force in `year`: the statements of all editions up to it, later ones over earlier ones.
    pub fn load(year: AcademicYear) -> Result<Self, EditionError> {
        let mut items: BTreeMap<(u16, u16), Item> = BTreeMap::new();
        let mut sections = Vec::new();
        for (start, file, text) in FILES {
            if *start > year.start().max(FIRST_YEAR.start()) {
                continue;
            }
            let data: SectionFile = toml::from_str(text).map_err(|source| EditionError::Syntax { file, source })?;
            if let Some(title) = data.title {
                sections.push(Section { number: data.section.clone(), title });
            }
            for item in data.item {
                let id = item.id.clone();
                let wrong = |what: &str| EditionError::Item { id: id.clone(), what: what.to_owned() };
                let place = key(&item.id).ok_or_else(|| wrong("malformed id"))?;
                match items.entry(place) {
                    std::collections::btree_map::Entry::Occupied(mut known) => {
                        known.get_mut().supersede(item, &wrong)?;
                    }
                    std::collections::btree_map::Entry::Vacant(free) => {
                        free.insert(Item::new(item, &data.section, &wrong)?);
                    }
                }
            }
        }
        let parameters = Parameters {
            register: typed(&items, "2.1")?,
            new_standard: typed(&items, "2.2")?,
            standards: typed(&items, "2.9")?,
            general_education: typed(&items, "3.2")?,
            last_semester: typed(&items, "3.3")?,
            subjects_by_choice: typed(&items, "3.5")?,
            volume: typed(&items, "4.6")?,
            study_year: typed(&items, "4.7")?,
            credit: typed(&items, "4.8")?,
            distance: typed(&items, "6.2")?,
        };
        let active = NORMS
            .iter()
            .copied()
            .filter(|norm| key(norm.item).and_then(|key| items.get(&key)).is_some_and(|item| item.valid.covers(year)))
            .collect();
        Ok(Self { year, sections, items, parameters, active })
    }

    /// The edition of a year, kept ready once it was asked for.
    ///
    /// # Panics
    /// Never for the data in this repository: a test loads every year.
    pub fn of(year: AcademicYear) -> &'static Self {
        const FIRST: u16 = 1990;
        static READY: [OnceLock<Edition>; 111] = [const { OnceLock::new() }; 111];
        let place = usize::from(year.start().saturating_sub(FIRST)).min(READY.len() - 1);
        READY[place].get_or_init(|| match Self::load(year) {
            Ok(edition) => edition,
            Err(error) => unreachable!("the guidance's data: {error}"),
        })
    }

    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.items.values()
    }

    pub fn item(&self, id: &str) -> Option<&Item> {
        self.items.get(&key(id)?)
    }

    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// The norms in force in this year.
    pub fn norms(&self) -> &[&'static Norm] {
        &self.active
    }
}

fn typed<T: DeserializeOwned>(items: &BTreeMap<(u16, u16), Item>, id: &str) -> Result<T, EditionError> {
    let wrong = |what: String| EditionError::Item { id: id.to_owned(), what };
    let item = key(id).and_then(|key| items.get(&key)).ok_or_else(|| wrong("is missing".to_owned()))?;
    item.parameters.clone().try_into().map_err(|error: toml::de::Error| wrong(error.to_string()))
}

type Wrong<'a> = &'a dyn Fn(&str) -> EditionError;

fn citation(data: &CitationData, section: &str, wrong: Wrong<'_>) -> Result<Citation, EditionError> {
    Ok(Citation {
        act: data.act.clone(),
        date: naive(&data.date).ok_or_else(|| wrong("citation without a day"))?,
        edition: data
            .edition
            .as_ref()
            .map(|date| naive(date).ok_or_else(|| wrong("edition without a day")))
            .transpose()?,
        article: data.article.clone(),
        section: section.to_owned(),
    })
}

impl Item {
    fn new(data: ItemData, section: &str, wrong: Wrong<'_>) -> Result<Self, EditionError> {
        Ok(Self {
            section: section.to_owned(),
            kinds: data.kind.ok_or_else(|| wrong("no kind"))?,
            actors: data.actors.ok_or_else(|| wrong("no actors"))?,
            severity: data.severity,
            title: data.title.ok_or_else(|| wrong("no title"))?,
            citation: citation(&data.citation.ok_or_else(|| wrong("no citation"))?, section, wrong)?,
            valid: data.valid.ok_or_else(|| wrong("no validity"))?,
            checked: data.checked.as_ref().and_then(naive).ok_or_else(|| wrong("no day of the last check"))?,
            carried_by: data.carried_by.unwrap_or_default(),
            limits: data.limits,
            parameters: data.parameters,
            id: data.id,
        })
    }

    /// Takes over what a later edition states.
    fn supersede(&mut self, data: ItemData, wrong: Wrong<'_>) -> Result<(), EditionError> {
        if let Some(kinds) = data.kind {
            self.kinds = kinds;
        }
        if let Some(actors) = data.actors {
            self.actors = actors;
        }
        if let Some(carried_by) = data.carried_by {
            self.carried_by = carried_by;
        }
        if data.limits.is_some() {
            self.limits = data.limits;
        }
        if let Some(severity) = data.severity {
            self.severity = Some(severity);
        }
        if let Some(title) = data.title {
            self.title = title;
        }
        if let Some(ground) = data.citation {
            self.citation = citation(&ground, &self.section, wrong)?;
        }
        if let Some(valid) = data.valid {
            self.valid = valid;
        }
        if let Some(checked) = data.checked.as_ref().and_then(naive) {
            self.checked = checked;
        }
        self.parameters.extend(data.parameters);
        Ok(())
    }

    /// Whether norms are among its kinds.
    pub fn is_norm(&self) -> bool {
        self.kinds.contains(&ItemKind::Norm)
    }
}
