//! Section 9: dual training (дуальды оқыту).

use crate::finding::{Unit, Value};
use crate::norm::Norm;
use crate::programme::{ModuleKind, Programme};

/// 9.3: dual hours are hours of production training and practice of professional modules and practice.
pub const HOURS: Norm<Programme> = Norm {
    item: "9.3",
    check: |programme, _, report| {
        for (place, module) in programme.modules.iter().enumerate().filter(|(_, m)| !m.dual_hours.is_zero()) {
            let at = format!("/modules/{place}/dual_hours");
            let about = Value::Text(module.code.clone());
            if !matches!(module.kind, ModuleKind::Professional | ModuleKind::Practice) {
                let none = sheber_kernel::AcademicHours::ZERO;
                report.found(at, "kind", module.dual_hours, none, Unit::Hours).about(about);
                continue;
            }
            let parts = module.parts();
            let most = parts.production_training + parts.professional_practice;
            if module.dual_hours > most {
                report.found(at, "", module.dual_hours, most, Unit::Hours).about(about);
            }
        }
    },
};
