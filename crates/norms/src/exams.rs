//! Section 7: the qualification exam (біліктілік емтиханы).

use crate::finding::{Unit, Value};
use crate::norm::Norm;
use crate::programme::{Level, ModuleKind, Programme};

/// 7.3: a qualification exam follows the mastering of each worker qualification.
pub const QUALIFICATION_EXAM: Norm<Programme> = Norm {
    item: "7.3",
    check: |programme, _, report| {
        let attestation = |kind| matches!(kind, ModuleKind::IntermediateAttestation | ModuleKind::FinalAttestation);
        if programme.level == Level::Worker && programme.modules_of(ModuleKind::FinalAttestation).next().is_some() {
            return;
        }
        for (place, qualification) in programme.worker_qualifications() {
            let examined = programme
                .modules
                .iter()
                .filter(|module| attestation(module.kind))
                .flat_map(|module| &module.units)
                .any(|unit| unit.qualification == Some(qualification.code));
            if !examined {
                report
                    .found(format!("/qualifications/{place}"), "", false, true, Unit::None)
                    .about(Value::Qualification(qualification.code));
            }
        }
    },
};
