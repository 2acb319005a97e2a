//! What `sheber check` and `sheber norms` print: one shape for the command line and the API.

use serde::Serialize;
use serde_json::{Value, json};
use sheber_kernel::{AcademicYear, Citation, Lang};
use sheber_messages as messages;
use sheber_norms::item::Item;
use sheber_norms::{Edition, Severity, Verdict};

#[derive(Debug, Serialize)]
pub struct Report<'a> {
    pub file: &'a str,
    pub year: AcademicYear,
    pub findings: Vec<FindingLine>,
    pub summary: Summary,
}

#[derive(Debug, Serialize)]
pub struct FindingLine {
    pub item: &'static str,
    pub severity: Severity,
    pub at: String,
    pub measured: String,
    pub required: String,
    pub unit: &'static str,
    pub message: String,
    pub mend: String,
    pub citation: Citation,
}

#[derive(Debug, Serialize)]
pub struct Summary {
    pub violations: usize,
    pub warnings: usize,
    pub advice: usize,
    pub norms_checked: usize,
}

impl<'a> Report<'a> {
    pub fn new(file: &'a str, verdict: &Verdict, lang: Lang) -> Self {
        let findings = verdict
            .findings
            .iter()
            .map(|finding| FindingLine {
                item: finding.item,
                severity: finding.severity,
                at: finding.at.clone(),
                measured: finding.measured.to_string(),
                required: finding.required.to_string(),
                unit: finding.unit.word(),
                message: messages::message(lang, finding),
                mend: messages::mend(lang, finding),
                citation: finding.citation.clone(),
            })
            .collect();
        Self {
            file,
            year: verdict.year,
            findings,
            summary: Summary {
                violations: verdict.count(Severity::Violation),
                warnings: verdict.count(Severity::Warning),
                advice: verdict.count(Severity::Advice),
                norms_checked: verdict.norms_checked,
            },
        }
    }
}

/// The norms in force in a year, with citation, validity and parameters; those that another item carries say so.
pub fn catalogue(edition: &Edition, lang: Lang) -> Vec<Value> {
    edition
        .items()
        .filter(|item| item.is_norm() && item.valid.covers(edition.year))
        .map(|item| entry(item, lang))
        .collect()
}

fn entry(item: &Item, lang: Lang) -> Value {
    json!({
        "item": item.id,
        "title": item.title.get(lang),
        "severity": item.severity.unwrap_or(Severity::Violation),
        "citation": item.citation,
        "valid": { "from": item.valid.from, "to": item.valid.to },
        "parameters": parameters(&item.parameters),
        "checked": item.checked,
        "carried_by": item.carried_by,
        "limits": item.limits.as_ref().map(|limits| limits.get(lang)),
    })
}

/// Parameters as JSON; dates become text.
fn parameters(table: &sheber_norms::item::Table) -> Value {
    table
        .iter()
        .map(|(name, value)| {
            let value = match value {
                sheber_norms::item::Value::Datetime(date) => Value::from(date.to_string()),
                other => serde_json::to_value(other).unwrap_or_default(),
            };
            (name.clone(), value)
        })
        .collect::<serde_json::Map<_, _>>()
        .into()
}
