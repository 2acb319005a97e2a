//! Item 4.1: a qualification is awarded when all its credits and outcomes are confirmed, whatever the place, form and
//! length of study.

use std::collections::HashSet;

use sheber_kernel::{Credits, QualificationCode, QualificationLevel};

use crate::programme::{Module, ModuleKind, Programme};

/// A row of the curriculum, by its module's and its own code.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UnitKey {
    pub module: String,
    pub unit: String,
}

/// How far a student is with a qualification.
#[derive(Clone, Debug, PartialEq)]
pub enum Standing {
    /// Every outcome and credit is confirmed: the qualification is awarded.
    Awarded { credits: Credits },
    /// What is still to be confirmed.
    Open { confirmed: Credits, required: Credits, missing: Vec<UnitKey> },
    /// The programme does not award this qualification.
    NotOffered,
}

/// Whether a module has to be mastered for a qualification. A worker qualification rests on general education, basic
/// modules and the modules that name it; the highest one on every mandatory module.
fn needed(module: &Module, qualification: QualificationCode) -> bool {
    if !module.kind.is_mandatory() {
        return false;
    }
    if qualification.level() != QualificationLevel::Worker {
        return true;
    }
    match module.kind {
        ModuleKind::Professional | ModuleKind::Practice => module.qualification == Some(qualification),
        ModuleKind::IntermediateAttestation | ModuleKind::FinalAttestation => false,
        _ => true,
    }
}

/// Where a student with these confirmed rows stands on the way to a qualification.
pub fn standing(programme: &Programme, qualification: QualificationCode, confirmed: &HashSet<UnitKey>) -> Standing {
    if !programme.qualifications.iter().any(|offered| offered.code == qualification) {
        return Standing::NotOffered;
    }
    let mut done = Credits::ZERO;
    let mut required = Credits::ZERO;
    let mut missing = Vec::new();
    for module in &programme.modules {
        for unit in &module.units {
            if !needed(module, qualification) && unit.qualification != Some(qualification) {
                continue;
            }
            required += unit.credits;
            let key = UnitKey { module: module.code.clone(), unit: unit.code.clone() };
            if confirmed.contains(&key) {
                done += unit.credits;
            } else {
                missing.push(key);
            }
        }
    }
    if missing.is_empty() {
        Standing::Awarded { credits: done }
    } else {
        Standing::Open { confirmed: done, required, missing }
    }
}
