use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The legal ground of a norm: an act is known by number and date together, never by its number alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Citation {
    /// Number of the act.
    pub act: String,
    /// Date of the act.
    pub date: NaiveDate,
    /// The edition (date of the amendment) that applies, where the act has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edition: Option<NaiveDate>,
    /// Article or point, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub article: Option<String>,
    /// Section of the guidance.
    pub section: String,
}
