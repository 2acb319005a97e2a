//! Item 4.1: a qualification is awarded when all its credits and outcomes are confirmed, whatever the place, form and
//! length of study.

use std::collections::HashSet;

use sheber_kernel::{Credits, QualificationCode};

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

/// Whether a row has to be mastered for a qualification. Rows that name another qualification are not, rows that name none
/// are; only the programme's highest qualification rests on all of them.
fn needed(module: &Module, named: Option<QualificationCode>, qualification: QualificationCode, highest: bool) -> bool {
    if !module.kind.is_mandatory() {
        return false;
    }
    let attestation = matches!(module.kind, ModuleKind::IntermediateAttestation | ModuleKind::FinalAttestation);
    match named.or(module.qualification) {
        _ if highest => true,
        Some(named) => named == qualification,
        // An attestation that names nobody is the highest qualification's.
        None => !attestation,
    }
}

/// Where a student with these confirmed rows stands on the way to a qualification.
#[expect(clippy::implicit_hasher, reason = "callers gather the rows in a plain set")]
pub fn standing(programme: &Programme, qualification: QualificationCode, confirmed: &HashSet<UnitKey>) -> Standing {
    if !programme.qualifications.iter().any(|offered| offered.code == qualification) {
        return Standing::NotOffered;
    }
    let highest = programme.qualifications.iter().all(|other| other.code.level() <= qualification.level());
    let mut done = Credits::ZERO;
    let mut required = Credits::ZERO;
    let mut missing = Vec::new();
    for module in &programme.modules {
        for unit in &module.units {
            if !needed(module, unit.qualification, qualification, highest) {
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
