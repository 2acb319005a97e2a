//! Every norm of the guidance that has a check, in the guidance's order.

use sheber_kernel::AcademicYear;

use crate::edition::Edition;
use crate::finding::{Finding, Severity};
use crate::norm::Norm;
use crate::programme::Programme;
use crate::{
    credits, distance, dual, educational_work, exams, general_education, programmes, special_needs, textbooks,
};

/// The norms over a programme.
pub const NORMS: &[&Norm<Programme>] = &[
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

/// The items of norms over a college; the rooms that keep the facts ask them.
pub const OF_COLLEGES: &[&str] =
    &[distance::READINESS.item, special_needs::BUILDINGS.item, educational_work::BODIES.item, textbooks::SPENDING.item];

/// The items of all norms that have a check.
pub fn items() -> impl Iterator<Item = &'static str> {
    NORMS.iter().map(|norm| norm.item).chain(OF_COLLEGES.iter().copied())
}

/// Whether a norm of the guidance has a check.
pub fn is_checked(item: &str) -> bool {
    items().any(|known| known == item)
}

/// The norms over a programme that are in force in an edition's year.
pub fn in_force(edition: &Edition) -> impl Iterator<Item = &'static Norm<Programme>> {
    NORMS.iter().copied().filter(|norm| edition.is_in_force(norm.item))
}

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
    let (mut findings, mut norms_checked) = (Vec::new(), 0);
    for norm in in_force(edition) {
        norm.add_to(&mut findings, programme, edition);
        norms_checked += 1;
    }
    Verdict { year: edition.year, findings, norms_checked }
}
