//! Section 2: developing educational programmes (білім беру бағдарламаларын әзірлеу).

use crate::finding::{Severity, Unit, Value};
use crate::norm::Norm;
use crate::programme::{BasicModule, Level, Module, ModuleKind, Programme, StandardState, Trait};

/// 2.1: in 2023–24 a programme stands in the register and is built on the edition of 23.09.2022; pilots are the exception.
pub const REGISTERED: Norm<Programme> = Norm {
    item: "2.1",
    check: |programme, edition, report| {
        let Some(law) = &edition.parameters.register else { return };
        if programme.pilot && programme.standard_edition == law.pilot_edition {
            return;
        }
        let earlier = programme.intake < law.from_intake && programme.standard_edition < law.pilot_edition;
        if programme.standard_edition != law.edition && !earlier {
            report.found("/standard_edition", "", programme.standard_edition, law.edition, Unit::Date);
        }
        let Some(registry) = programme.registry.as_ref().filter(|registry| registry.listed) else {
            let at = if programme.registry.is_some() { "/registry/listed" } else { "" };
            report.found(at, "unlisted", false, true, Unit::None);
            return;
        };
        match registry.since {
            Some(since) if since > law.listed_by => {
                report.found("/registry/since", "late", since, law.listed_by, Unit::Date);
            }
            Some(_) => {}
            None => {
                let nothing = Value::Unknown;
                report.milder(Severity::Warning, "/registry", "undated", nothing, law.listed_by, Unit::Date);
            }
        }
    },
};

/// 2.2: intakes from 2024–25 on are taught by the edition of 06.06.2023 or a later one.
pub const NEW_STANDARD: Norm<Programme> = Norm {
    item: "2.2",
    check: |programme, edition, report| {
        let Some(law) = &edition.parameters.new_standard else { return };
        if programme.intake >= law.from_intake && programme.standard_edition < law.edition {
            report.found("/standard_edition", "", programme.standard_edition, law.edition, Unit::Date);
        }
    },
};

fn carries(programme: &Programme, wanted: BasicModule) -> bool {
    programme.modules.iter().any(|module| match module.kind {
        ModuleKind::Basic => module.basic == Some(wanted),
        ModuleKind::Professional => module.merges_basic.contains(&wanted),
        _ => false,
    })
}

/// The first three basic modules are for everybody; the fourth is item 2.5.
const SOCIAL: u8 = 4;

/// 2.4: the basic modules 1, 2 and 3, as modules of their own or inside a professional one.
pub const BASIC_MODULES: Norm<Programme> = Norm {
    item: "2.4",
    check: |programme, _, report| {
        for wanted in BasicModule::all().filter(|module| module.get() != SOCIAL) {
            if !carries(programme, wanted) {
                report.found("/modules", "", 0, 1, Unit::Modules).about(Value::Count(usize::from(wanted.get())));
            }
        }
    },
};

/// 2.5: basic module 4 where mid-level specialists or applied bachelors are trained.
pub const SOCIAL_MODULE: Norm<Programme> = Norm {
    item: "2.5",
    check: |programme, _, report| {
        let social = BasicModule::all().find(|module| module.get() == SOCIAL);
        let demanded = matches!(programme.level, Level::MidLevel | Level::AppliedBachelor);
        if demanded && social.is_some_and(|social| !carries(programme, social)) {
            report.found("/modules", "", 0, 1, Unit::Modules);
        }
    },
};

fn about(module: &Module) -> Value {
    Value::Text(module.code.clone())
}

/// 2.6: an additional basic module has a recorded reason.
pub const ADDITIONAL_BASIC: Norm<Programme> = Norm {
    item: "2.6",
    check: |programme, _, report| {
        for (place, module) in programme.modules_of(ModuleKind::Basic) {
            let reasoned = module.reason.as_ref().is_some_and(|reason| !reason.trim().is_empty());
            if module.basic.is_none() && !reasoned {
                report.found(format!("/modules/{place}"), "", false, true, Unit::None).about(about(module));
            }
        }
    },
};

/// 2.7: military specialties do not merge basic modules into professional ones.
pub const MERGED_BASIC: Norm<Programme> = Norm {
    item: "2.7",
    check: |programme, _, report| {
        if !programme.has(Trait::Military) {
            return;
        }
        for (place, module) in programme.modules.iter().enumerate().filter(|(_, m)| !m.merges_basic.is_empty()) {
            report
                .found(format!("/modules/{place}/merges_basic"), "", module.merges_basic.len(), 0, Unit::Modules)
                .about(about(module));
        }
    },
};

/// 2.9: a programme under the new edition rests on a new or updated professional standard; its outcomes name labour functions.
pub const PROFESSIONAL_STANDARDS: Norm<Programme> = Norm {
    item: "2.9",
    check: |programme, edition, report| {
        let Some(law) = &edition.parameters.standards else { return };
        if programme.standard_edition < law.from_edition {
            return;
        }
        let fresh = |state| matches!(state, StandardState::New | StandardState::Updated);
        let measured = programme.professional_standards.iter().filter(|standard| fresh(standard.state)).count();
        if measured < law.minimum {
            report.found("/professional_standards", "", measured, law.minimum, Unit::None);
        }
        for (place, module) in programme.modules_of(ModuleKind::Professional) {
            for (row, unit) in module.units.iter().enumerate() {
                let named = unit.labour_functions.iter().any(|function| !function.trim().is_empty());
                if !named && !unit.is_practice_alone() {
                    report
                        .milder(
                            Severity::Warning,
                            format!("/modules/{place}/units/{row}"),
                            "functions",
                            0,
                            1,
                            Unit::None,
                        )
                        .about(Value::Text(unit.code.clone()));
                }
            }
        }
    },
};
