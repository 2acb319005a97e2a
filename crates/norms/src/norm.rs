//! A norm, and the evaluator that applies validity and attaches id, severity and citation.

use crate::edition::Edition;
use crate::finding::{Finding, Report, Severity};

/// A norm of the guidance over facts of a kind: a programme, a college's buildings. The item it stands for and the check; the check
/// says only the law, and whether it is in force, its weight and its citation are the edition's.
pub struct Norm<F> {
    pub item: &'static str,
    pub check: fn(&F, &Edition, &mut Report<'_>),
}

impl<F> Norm<F> {
    /// What the norm says of the facts, whether or not it is in force.
    pub fn add_to(&self, findings: &mut Vec<Finding>, facts: &F, edition: &Edition) {
        let Some(item) = edition.item(self.item) else { return };
        let mut report = Report {
            list: findings,
            item: self.item,
            severity: item.severity.unwrap_or(Severity::Violation),
            citation: &item.citation,
        };
        (self.check)(facts, edition, &mut report);
    }

    /// What the norm says of the facts in the edition's year; nothing where it is not in force.
    pub fn findings(&self, facts: &F, edition: &Edition) -> Vec<Finding> {
        let mut findings = Vec::new();
        if edition.is_in_force(self.item) {
            self.add_to(&mut findings, facts, edition);
        }
        findings
    }
}
