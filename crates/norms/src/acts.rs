//! The catalogue of acts that the guidance names: who issued them, when, what amended what.

use std::sync::OnceLock;

use chrono::NaiveDate;
use serde::Deserialize;
use sheber_kernel::{Citation, words};

use crate::text::{Words, day, open_day, word};

words! {
    /// What an act is.
    ActKind {
        Constitution = "constitution",
        Code = "code",
        Law = "law",
        Decree = "decree",
        Order = "order",
        Rules = "rules",
        Recommendations = "recommendations",
        Concept = "concept",
        /// The guidance that the sections belong to.
        Guidance = "guidance",
    }
}

words! {
    /// Who issued an act.
    Issuer {
        People = "people",
        Parliament = "parliament",
        Government = "government",
        /// Оқу-ағарту министрлігі, since 2022.
        Enlightenment = "enlightenment",
        /// Білім және ғылым министрлігі, until 2022.
        Science = "science",
        Worldskills = "worldskills",
        /// Республикалық оқу-әдістемелік кеңес.
        Council = "council",
        /// The guidance does not say who.
        Unnamed = "unnamed",
    }
}

/// An act of the catalogue.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Act {
    pub number: String,
    #[serde(deserialize_with = "day")]
    pub date: NaiveDate,
    #[serde(deserialize_with = "word")]
    pub kind: ActKind,
    #[serde(deserialize_with = "word")]
    pub issuer: Issuer,
    pub title: Words,
    /// Its number is Sheber's own; it is cited by its name.
    #[serde(default)]
    pub named: bool,
    /// The guidance names it without a day; the date is the guidance's own.
    #[serde(default)]
    pub undated: bool,
    /// Code in the state database of acts, adilet.zan.kz.
    pub adilet: Option<String>,
    #[serde(default)]
    pub editions: Vec<ActEdition>,
    /// The number of the act that it changes.
    pub amends: Option<String>,
    /// In force from, where that is not its own date.
    #[serde(default, deserialize_with = "open_day")]
    pub from: Option<NaiveDate>,
    #[serde(default, deserialize_with = "open_day")]
    pub to: Option<NaiveDate>,
}

/// An edition of an act.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActEdition {
    #[serde(default, deserialize_with = "open_day")]
    pub date: Option<NaiveDate>,
    /// Where only the year of the amendment is known.
    pub year: Option<u16>,
    /// The number of the act that made it.
    pub by: Option<String>,
}

impl Act {
    /// The act's address: acts are known by number and date together.
    pub fn key(&self) -> String {
        format!("{}_{}", self.number, self.date)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalogue {
    act: Vec<Act>,
}

/// Every act, in the order of the file: by rank, then as the guidance names them.
///
/// # Panics
/// Never for the data in this repository: a test loads them.
pub fn all() -> &'static [Act] {
    static ACTS: OnceLock<Vec<Act>> = OnceLock::new();
    ACTS.get_or_init(|| match toml::from_str::<Catalogue>(include_str!("../../../guidance/acts.toml")) {
        Ok(catalogue) => catalogue.act,
        Err(error) => unreachable!("guidance/acts.toml: {error}"),
    })
}

/// The act that a citation names.
pub fn of(citation: &Citation) -> Option<&'static Act> {
    all().iter().find(|act| act.number == citation.act && act.date == citation.date)
}

pub fn by_key(key: &str) -> Option<&'static Act> {
    all().iter().find(|act| act.key() == key)
}
