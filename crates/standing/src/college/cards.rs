//! Findings of a college as they are read.

use sheber_kernel::{AcademicYear, Lang};
use sheber_messages as messages;
use sheber_norms::{Edition, Finding, Severity, Value};
use sheber_platform::app::App;
use sheber_platform::clock;
use sheber_platform::error::AppError;
use sheber_platform::evidence::Db;
use sheber_platform::house::{Basis, House};

/// A finding as it is read.
pub struct Card {
    pub item: &'static str,
    pub severity: Severity,
    pub text: String,
    pub mend: String,
    pub values: String,
    pub citation: String,
    /// Where the facts are kept.
    pub link: &'static str,
}

impl Card {
    pub fn of(lang: Lang, finding: &Finding, link: &'static str) -> Self {
        let values = match (&finding.measured, &finding.required) {
            // What is there or is not says all by its words.
            (Value::Fact(_) | Value::Unknown, _) => String::new(),
            (measured, required) => {
                let said = |value| messages::value_with_unit(lang, value, finding.unit);
                let values = [("measured", said(measured)), ("required", said(required))];
                let values = [(values[0].0, values[0].1.as_str()), (values[1].0, values[1].1.as_str())];
                messages::text_with(lang, "finding-values", &values)
            }
        };
        Self {
            item: finding.item,
            severity: finding.severity,
            text: messages::message(lang, finding),
            mend: messages::mend(lang, finding),
            values,
            citation: messages::citation(lang, &finding.citation),
            link,
        }
    }
}

/// Everything that the norms of a year say of a college today.
pub async fn cards(app: &App, college: i64, year: AcademicYear, lang: Lang) -> Result<Vec<Card>, AppError> {
    only_by(app, college, (year, Edition::of(year), None), lang).await
}

/// What an edition says of a college's records of a year, and another one does not.
pub async fn only_by(
    app: &App,
    college: i64,
    (year, edition, before): (AcademicYear, &'static Edition, Option<&'static Edition>),
    lang: Lang,
) -> Result<Vec<Card>, AppError> {
    let (db, today) = (Db::from(&app.db), clock::day(app.clock.millis()));
    let mut cards = Vec::new();
    for check in House::of(app).checks() {
        let found = |edition| Basis { year, edition, today };
        let of = check.findings(&db, &[college], found(edition)).await?.remove(&college).unwrap_or_default();
        let known = match before {
            Some(before) => check.findings(&db, &[college], found(before)).await?.remove(&college).unwrap_or_default(),
            None => Vec::new(),
        };
        let same = |one: &Finding, other: &Finding| {
            (one.item, one.variant, &one.about) == (other.item, other.variant, &other.about)
        };
        let new = of.iter().filter(|finding| !known.iter().any(|known| same(known, finding)));
        cards.extend(new.map(|finding| Card::of(lang, finding, check.page())));
    }
    Ok(cards)
}
