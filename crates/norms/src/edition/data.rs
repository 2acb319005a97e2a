//! The shape of the guidance's files.

use chrono::NaiveDate;
use serde::Deserialize;
use sheber_kernel::{AcademicYear, OrganisationKind};

use crate::duties::{Evidence, PlanKind, Post, RuleData};
use crate::finding::Severity;
use crate::indicators::IndicatorData;
use crate::item::{ItemKind, Validity};
use crate::text::{Words, day, open_day, open_word};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SectionFile {
    pub section: String,
    #[serde(default)]
    pub title: Option<Words>,
    /// For items that say nothing else.
    pub valid: Option<Validity>,
    #[serde(default, deserialize_with = "open_day")]
    pub checked: Option<NaiveDate>,
    #[serde(default)]
    pub item: Vec<ItemData>,
}

/// An item as a file states it. In a later edition everything but the id may be left out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ItemData {
    pub id: String,
    pub kind: Option<Vec<ItemKind>>,
    pub actors: Option<Vec<String>>,
    pub severity: Option<Severity>,
    pub title: Option<Words>,
    pub about: Option<Words>,
    pub citation: Option<CitationData>,
    pub also: Option<Vec<CitationData>>,
    pub links: Option<Vec<String>>,
    pub valid: Option<Validity>,
    #[serde(default, deserialize_with = "open_day")]
    pub checked: Option<NaiveDate>,
    pub carried_by: Option<Vec<String>>,
    pub limits: Option<Words>,
    #[serde(default)]
    pub parameters: toml::Table,
    #[serde(default)]
    pub duty: Vec<DutyData>,
    #[serde(default)]
    pub indicator: Vec<IndicatorData>,
    #[serde(default)]
    pub date: Vec<DateData>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CitationData {
    pub act: String,
    #[serde(deserialize_with = "day")]
    pub date: NaiveDate,
    #[serde(default, deserialize_with = "open_day")]
    pub edition: Option<NaiveDate>,
    pub article: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DutyData {
    pub code: String,
    #[serde(default, deserialize_with = "open_word")]
    pub who: Option<OrganisationKind>,
    #[serde(default, deserialize_with = "open_word")]
    pub role: Option<Post>,
    pub title: Option<Words>,
    pub rule: Option<RuleData>,
    pub evidence: Option<Evidence>,
    #[serde(default, deserialize_with = "open_word")]
    pub plan: Option<PlanKind>,
    pub remind: Option<Vec<i64>>,
    /// The last year it holds in.
    pub until: Option<AcademicYear>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DateData {
    #[serde(deserialize_with = "day")]
    pub from: NaiveDate,
    #[serde(deserialize_with = "day")]
    pub to: NaiveDate,
    pub title: Words,
}
