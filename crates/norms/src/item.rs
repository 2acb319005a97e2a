//! Items of the guidance: what each asks for, of whom, on what ground, since when, with which parameters.

use chrono::NaiveDate;
use serde::Deserialize;
use sheber_kernel::{AcademicYear, Citation, words};
pub use toml::{Table, Value};

use crate::finding::Severity;
use crate::text::Words;

words! {
    /// Kind of an item (requirements: norm, duty, procedure, indicator, record, document).
    ItemKind {
        Norm = "norm",
        Duty = "duty",
        Procedure = "procedure",
        Indicator = "indicator",
        Record = "record",
        Document = "document",
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

/// A value with the days within which it holds.
struct ValueInTime<'v> {
    from: NaiveDate,
    /// Until changed, where there is none.
    to: Option<NaiveDate>,
    value: &'v Value,
}

/// Values that hold from days on: the guidance's data list them as `[{ from = …, to = …, value = … }, …]`.
fn dated(value: &Value) -> Option<Vec<ValueInTime<'_>>> {
    let day = |one: &Value, name: &str| {
        let day = one.get(name)?.as_datetime()?.date?;
        NaiveDate::from_ymd_opt(i32::from(day.year), u32::from(day.month), u32::from(day.day))
    };
    let list = value.as_array().filter(|list| !list.is_empty())?;
    let read = |one| Some(ValueInTime { from: day(one, "from")?, to: day(one, "to"), value: one.get("value")? });
    list.iter().map(read).collect()
}

impl Item {
    /// Whether norms are among its kinds.
    pub fn is_norm(&self) -> bool {
        self.kinds.contains(&ItemKind::Norm)
    }

    /// A parameter as it stands in the data.
    pub fn value(&self, parameter: &str) -> Option<&Value> {
        self.parameters.get(parameter)
    }

    /// A parameter as it holds on a day: of values that hold from days on, the last that has begun and has not ended. `None` where
    /// there is none.
    pub fn value_on(&self, parameter: &str, day: NaiveDate) -> Option<&Value> {
        let value = self.value(parameter)?;
        match dated(value) {
            Some(values) => {
                let holds = |one: &ValueInTime<'_>| one.from <= day && one.to.is_none_or(|to| day <= to);
                values.into_iter().filter(holds).max_by_key(|one| one.from).map(|one| one.value)
            }
            None => Some(value),
        }
    }

    /// Takes over parameters of a later statement: values that hold from days on are added to those that are known.
    pub(crate) fn restate(&mut self, parameters: Table) {
        for (name, value) in parameters {
            match self.parameters.get_mut(&name) {
                Some(Value::Array(known))
                    if dated(&value).is_some() && dated(&Value::Array(known.clone())).is_some() =>
                {
                    let of = |one: &Value| one.get("from").map(ToString::to_string);
                    let new = value.as_array().cloned().unwrap_or_default();
                    known.retain(|old| !new.iter().any(|one| of(one) == of(old)));
                    known.extend(new);
                }
                _ => {
                    self.parameters.insert(name, value);
                }
            }
        }
    }
}
