//! A norm, and the evaluator that applies validity and attaches id, severity and citation.

use sheber_kernel::AcademicYear;

use crate::edition::Edition;
use crate::finding::{Finding, Report, Severity};
use crate::programme::Programme;
use crate::{credits, distance, dual, exams, general_education, programmes};

/// A norm of the guidance: the item it stands for and the check over the facts.
/// The check says only the law; whether it is in force, its weight and its citation are the edition's.
pub struct Norm {
    pub item: &'static str,
    pub check: fn(&Programme, &Edition, &mut Report<'_>),
}

/// Every norm over a programme, in the order of the guidance.
pub const NORMS: &[&Norm] = &[
    &programmes::REGISTERED,
    &programmes::NEW_STANDARD,
    &programmes::BASIC_MODULES,
    &programmes::SOCIAL_MODULE,
    &programmes::ADDITIONAL_BASIC,
    &programmes::MERGED_BASIC,
    &programmes::PROFESSIONAL_STANDARDS,
    &general_education::VOLUME,
    &general_education::YEARS,
    &general_education::MANDATORY_SUBJECTS,
    &general_education::SUBJECTS_BY_CHOICE,
    &general_education::EXAMS,
    &credits::VOLUME,
    &credits::STUDY_YEAR,
    &credits::CREDIT,
    &distance::SHARE,
    &exams::QUALIFICATION_EXAM,
    &dual::HOURS,
];

/// What the norms of a year say of a programme.
#[derive(Debug)]
pub struct Verdict {
    pub year: AcademicYear,
    pub findings: Vec<Finding>,
    pub norms_checked: usize,
}

impl Verdict {
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }
}

/// Checks a programme against every norm in force in the edition's year.
pub fn check(programme: &Programme, edition: &Edition) -> Verdict {
    let mut findings = Vec::new();
    for norm in edition.norms() {
        check_one(norm, programme, edition, &mut findings);
    }
    Verdict { year: edition.year, findings, norms_checked: edition.norms().len() }
}

/// Checks one norm, whether or not it is in force.
pub fn check_one(norm: &Norm, programme: &Programme, edition: &Edition, findings: &mut Vec<Finding>) {
    let Some(item) = edition.item(norm.item) else { return };
    let mut report = Report {
        list: findings,
        item: norm.item,
        severity: item.severity.unwrap_or(Severity::Violation),
        citation: &item.citation,
    };
    (norm.check)(programme, edition, &mut report);
}
