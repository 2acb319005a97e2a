//! The edition of the guidance that is in force in an academic year: items as data, parameters typed.
//!
//! `guidance/2023-2024/` states every item; the folder of a later year states only what differs from then on.

mod data;
mod parameters;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use chrono::NaiveDate;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sheber_kernel::{AcademicYear, Citation, Lang};
pub use toml::{Table, Value};

use self::data::{CitationData, DutyData, ItemData, SectionFile};
pub(crate) use self::data::{day, open_day, open_word, word};
pub use self::parameters::*;
use crate::college::COLLEGE_NORMS;
use crate::duties::{Duty, Rule, Stretch, YearDay};
use crate::finding::Severity;
use crate::indicators::{Indicator, IndicatorData};
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
    /// What it asks for, in a sentence or two.
    pub about: Words,
    pub citation: Citation,
    /// Further grounds.
    pub also: Vec<Citation>,
    /// Items that belong with it.
    pub links: Vec<String>,
    pub valid: Validity,
    /// The day on which the data were last compared with the text of the guidance.
    pub checked: NaiveDate,
    /// The items whose checks carry this one, where it has no check of its own, or why it cannot be expressed.
    pub carried_by: Vec<String>,
    /// Said openly where a rule cannot be checked over the facts of a programme.
    pub limits: Option<Words>,
    pub parameters: toml::Table,
    /// Days that the guidance names.
    pub dates: Vec<NamedDays>,
    /// The academic year of the edition that stated it last.
    pub stated: AcademicYear,
}

/// Days that the guidance names: a championship, a forum.
#[derive(Clone, Debug)]
pub struct NamedDays {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub title: Words,
}

/// One section of the guidance.
#[derive(Clone, Debug)]
pub struct Section {
    pub number: String,
    pub title: Words,
}

/// The guidance as it stands in one academic year.
pub struct Edition {
    pub year: AcademicYear,
    sections: Vec<Section>,
    items: BTreeMap<(u16, u16), Item>,
    duties: Vec<Duty>,
    indicators: Vec<Indicator>,
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

macro_rules! files {
    ($($year:literal $path:literal)+) => {
        &[$(($year, $path, include_str!(concat!("../../../guidance/", $path)))),+]
    };
}

/// Year, file name, text. Earlier years first.
const FILES: &[(u16, &str, &str)] = files! {
    2023 "2023-2024/01-knowledge-day.toml"
    2023 "2023-2024/02-programmes.toml"
    2023 "2023-2024/03-general-education.toml"
    2023 "2023-2024/04-credits.toml"
    2023 "2023-2024/05-register.toml"
    2023 "2023-2024/06-distance.toml"
    2023 "2023-2024/07-exams.toml"
    2023 "2023-2024/08-targeted.toml"
    2023 "2023-2024/09-dual.toml"
    2023 "2023-2024/10-patronage.toml"
    2023 "2023-2024/11-worldskills.toml"
    2023 "2023-2024/12-special-needs.toml"
    2023 "2023-2024/13-state-language.toml"
    2023 "2023-2024/14-educational-work.toml"
    2023 "2023-2024/15-textbooks.toml"
    2023 "2023-2024/16-contests.toml"
    2023 "2023-2024/17-development.toml"
    2023 "2023-2024/18-rotation.toml"
    2024 "2024-2025/02-programmes.toml"
    2024 "2024-2025/03-general-education.toml"
    2024 "2024-2025/04-credits.toml"
    2024 "2024-2025/05-register.toml"
    2024 "2024-2025/12-special-needs.toml"
};

/// The first academic year the guidance speaks of.
pub const FIRST_YEAR: AcademicYear = AcademicYear::starting(2023);

fn key(id: &str) -> Option<(u16, u16)> {
    let (section, number) = id.split_once('.')?;
    Some((section.parse().ok()?, number.parse().ok()?))
}

/// What the files of the years up to one say, later statements over earlier ones.
#[derive(Default)]
struct Stated {
    sections: Vec<Section>,
    items: BTreeMap<(u16, u16), Item>,
    /// With the last year each holds in.
    duties: Vec<(Duty, Option<AcademicYear>)>,
    indicators: Vec<Indicator>,
}

impl Stated {
    fn read(&mut self, start: u16, file: &'static str, text: &str) -> Result<(), EditionError> {
        let data: SectionFile = toml::from_str(text).map_err(|source| EditionError::Syntax { file, source })?;
        if let Some(title) = data.title {
            self.sections.push(Section { number: data.section.clone(), title });
        }
        for mut item in data.item {
            let id = item.id.clone();
            let wrong = |what: &str| EditionError::Item { id: id.clone(), what: what.to_owned() };
            let place = key(&item.id).ok_or_else(|| wrong("malformed id"))?;
            for duty in std::mem::take(&mut item.duty) {
                self.duty(&id, duty, &wrong)?;
            }
            for indicator in std::mem::take(&mut item.indicator) {
                self.indicator(&id, indicator, &wrong)?;
            }
            let stated = AcademicYear::starting(start);
            match self.items.entry(place) {
                std::collections::btree_map::Entry::Occupied(mut known) => {
                    known.get_mut().supersede(item, stated);
                }
                std::collections::btree_map::Entry::Vacant(free) => {
                    item.valid = item.valid.or(data.valid);
                    item.checked = item.checked.or(data.checked);
                    free.insert(Item::new(item, &data.section, stated, &wrong)?);
                }
            }
        }
        Ok(())
    }

    fn duty(&mut self, item: &str, data: DutyData, wrong: Wrong<'_>) -> Result<(), EditionError> {
        let key = format!("{item}/{}", data.code);
        let rule = match data.rule {
            Some(rule) => {
                let assumed = rule.assumed;
                Some((Rule::try_from(rule).map_err(wrong)?, assumed))
            }
            None => None,
        };
        if let Some((known, until)) = self.duties.iter_mut().find(|(duty, _)| duty.key == key) {
            if let Some((rule, assumed)) = rule {
                (known.rule, known.assumed) = (rule, assumed);
            }
            known.title = data.title.unwrap_or_else(|| known.title.clone());
            known.evidence = data.evidence.unwrap_or_else(|| known.evidence.clone());
            known.remind = data.remind.unwrap_or_else(|| known.remind.clone());
            known.post = data.role.unwrap_or(known.post);
            *until = data.until.or(*until);
            return Ok(());
        }
        let (rule, assumed) = rule.ok_or_else(|| wrong("a duty without a rule"))?;
        let duty = Duty {
            key,
            item: item.to_owned(),
            holder: data.who.ok_or_else(|| wrong("a duty of nobody"))?,
            post: data.role.ok_or_else(|| wrong("a duty without a post"))?,
            title: data.title.ok_or_else(|| wrong("a duty without a title"))?,
            rule,
            assumed,
            evidence: data.evidence.ok_or_else(|| wrong("a duty without evidence"))?,
            remind: data.remind.unwrap_or_default(),
        };
        self.duties.push((duty, data.until));
        Ok(())
    }

    fn indicator(&mut self, item: &str, data: IndicatorData, wrong: Wrong<'_>) -> Result<(), EditionError> {
        if let Some(known) = self.indicators.iter_mut().find(|known| known.code == data.code) {
            known.targets.extend(data.targets);
            return Ok(());
        }
        self.indicators.push(Indicator {
            per: data.per,
            code: data.code,
            item: item.to_owned(),
            unit: data.unit.ok_or_else(|| wrong("an indicator without a unit"))?,
            direction: data.direction.ok_or_else(|| wrong("an indicator without a direction"))?,
            numerator: data.numerator.ok_or_else(|| wrong("an indicator that counts nothing"))?,
            denominator: data.denominator,
            targets: data.targets,
        });
        Ok(())
    }
}

impl Edition {
    /// The edition in force in `year`: the statements of all editions up to it, later ones over earlier ones.
    pub fn load(year: AcademicYear) -> Result<Self, EditionError> {
        let mut stated = Stated::default();
        for (start, file, text) in FILES {
            if *start <= year.start().max(FIRST_YEAR.start()) {
                stated.read(*start, file, text)?;
            }
        }
        let Stated { mut sections, items, duties, indicators } = stated;
        sections.sort_by_key(|section| section.number.parse::<u16>().unwrap_or(u16::MAX));
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
        let in_force = |id: &str| key(id).and_then(|key| items.get(&key)).is_some_and(|item| item.valid.covers(year));
        let active = NORMS.iter().copied().filter(|norm| in_force(norm.item)).collect();
        let duties = duties
            .into_iter()
            .filter(|(duty, until)| in_force(&duty.item) && until.is_none_or(|until| year <= until))
            .map(|(duty, _)| duty)
            .collect();
        Ok(Self { year, sections, items, duties, indicators, parameters, active })
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

    /// The norms over programmes in force in this year.
    pub fn norms(&self) -> &[&'static Norm] {
        &self.active
    }

    /// The duties in force in this year, in the order of the guidance.
    pub fn duties(&self) -> &[Duty] {
        &self.duties
    }

    pub fn duty(&self, key: &str) -> Option<&Duty> {
        self.duties.iter().find(|duty| duty.key == key)
    }

    pub fn indicators(&self) -> &[Indicator] {
        &self.indicators
    }

    pub fn indicator(&self, code: &str) -> Option<&Indicator> {
        self.indicators.iter().find(|indicator| indicator.code == code)
    }

    /// The academic periods of the year (item 4.3): defaults until a college's own schedule is known.
    pub fn periods(&self) -> Vec<Stretch> {
        let read = |value: &Value| YearDay::try_from(value.as_str()?.to_owned()).ok();
        let periods = self.item("4.3").and_then(|item| item.parameters.get("periods")?.as_array());
        let stretch = |pair: &Value| {
            let pair = pair.as_array()?;
            Some((read(pair.first()?)?.in_year(self.year), read(pair.get(1)?)?.in_year(self.year)))
        };
        periods.into_iter().flatten().filter_map(stretch).collect()
    }

    /// The words of an item's list parameter.
    pub fn words(&self, item: &str, parameter: &str) -> Vec<&str> {
        let list = self.item(item).and_then(|item| item.parameters.get(parameter)?.as_array());
        list.into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// A whole number among an item's parameters.
    pub fn number(&self, item: &str, parameter: &str) -> Option<i64> {
        self.item(item)?.parameters.get(parameter)?.as_integer()
    }
}

/// What the guidance asks for and this version does not do yet, by item.
///
/// # Panics
/// Never for the data in this repository: a test loads them.
pub fn not_yet() -> &'static BTreeMap<String, Vec<ItemKind>> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct NotYet {
        later: BTreeMap<String, Vec<ItemKind>>,
    }
    static LATER: OnceLock<BTreeMap<String, Vec<ItemKind>>> = OnceLock::new();
    LATER.get_or_init(|| match toml::from_str::<NotYet>(include_str!("../../../guidance/not-yet.toml")) {
        Ok(read) => read.later,
        Err(error) => unreachable!("guidance/not-yet.toml: {error}"),
    })
}

/// Whether a norm of the guidance has a check: over programmes or over colleges.
pub fn is_checked(item: &str) -> bool {
    NORMS.iter().any(|norm| norm.item == item) || COLLEGE_NORMS.iter().any(|norm| norm.item == item)
}

fn typed<T: DeserializeOwned>(items: &BTreeMap<(u16, u16), Item>, id: &str) -> Result<T, EditionError> {
    let wrong = |what: String| EditionError::Item { id: id.to_owned(), what };
    let item = key(id).and_then(|key| items.get(&key)).ok_or_else(|| wrong("is missing".to_owned()))?;
    item.parameters.clone().try_into().map_err(|error: toml::de::Error| wrong(error.to_string()))
}

type Wrong<'a> = &'a dyn Fn(&str) -> EditionError;

fn citation(data: CitationData, section: &str) -> Citation {
    let CitationData { act, date, edition, article } = data;
    Citation { act, date, edition, article, section: section.to_owned() }
}

fn named(dates: Vec<data::DateData>) -> Vec<NamedDays> {
    dates.into_iter().map(|days| NamedDays { from: days.from, to: days.to, title: days.title }).collect()
}

impl Item {
    fn new(data: ItemData, section: &str, stated: AcademicYear, wrong: Wrong<'_>) -> Result<Self, EditionError> {
        Ok(Self {
            section: section.to_owned(),
            kinds: data.kind.ok_or_else(|| wrong("no kind"))?,
            actors: data.actors.ok_or_else(|| wrong("no actors"))?,
            severity: data.severity,
            title: data.title.ok_or_else(|| wrong("no title"))?,
            about: data.about.ok_or_else(|| wrong("no explanation"))?,
            citation: citation(data.citation.ok_or_else(|| wrong("no citation"))?, section),
            also: data.also.unwrap_or_default().into_iter().map(|ground| citation(ground, section)).collect(),
            links: data.links.unwrap_or_default(),
            valid: data.valid.ok_or_else(|| wrong("no validity"))?,
            checked: data.checked.ok_or_else(|| wrong("no day of the last check"))?,
            carried_by: data.carried_by.unwrap_or_default(),
            limits: data.limits,
            parameters: data.parameters,
            dates: named(data.date),
            stated,
            id: data.id,
        })
    }

    /// Takes over what a later edition states.
    fn supersede(&mut self, data: ItemData, stated: AcademicYear) {
        let section = self.section.clone();
        let replace = |own: &mut Words, new: Option<Words>| {
            if let Some(new) = new {
                *own = new;
            }
        };
        replace(&mut self.title, data.title);
        replace(&mut self.about, data.about);
        self.kinds = data.kind.unwrap_or_else(|| std::mem::take(&mut self.kinds));
        self.actors = data.actors.unwrap_or_else(|| std::mem::take(&mut self.actors));
        self.carried_by = data.carried_by.unwrap_or_else(|| std::mem::take(&mut self.carried_by));
        self.links = data.links.unwrap_or_else(|| std::mem::take(&mut self.links));
        self.limits = data.limits.or_else(|| self.limits.take());
        self.severity = data.severity.or(self.severity);
        self.valid = data.valid.unwrap_or(self.valid);
        self.checked = data.checked.unwrap_or(self.checked);
        if let Some(ground) = data.citation {
            self.citation = citation(ground, &section);
        }
        if let Some(grounds) = data.also {
            self.also = grounds.into_iter().map(|ground| citation(ground, &section)).collect();
        }
        self.dates.extend(named(data.date));
        self.parameters.extend(data.parameters);
        self.stated = stated;
    }

    /// Whether norms are among its kinds.
    pub fn is_norm(&self) -> bool {
        self.kinds.contains(&ItemKind::Norm)
    }
}
