//! Section 3: the general-education module (жалпы білім беретін пәндер, ЖБП модулі).

use sheber_kernel::Credits;

use crate::finding::{Severity, Unit, Value};
use crate::norm::Norm;
use crate::programme::{EntryBase, Language, Module, ModuleKind, Programme, Subject, Trait};

const FOR_ALL: [Subject; 6] = [
    Subject::ForeignLanguage,
    Subject::Mathematics,
    Subject::Informatics,
    Subject::HistoryOfKazakhstan,
    Subject::PhysicalEducation,
    Subject::InitialMilitaryAndTechnologicalTraining,
];
const KAZAKH_MEDIUM: [Subject; 3] =
    [Subject::KazakhLanguage, Subject::KazakhLiterature, Subject::RussianLanguageAndLiterature];
const RUSSIAN_MEDIUM: [Subject; 3] =
    [Subject::RussianLanguage, Subject::RussianLiterature, Subject::KazakhLanguageAndLiterature];
const BY_CHOICE: [Subject; 7] = [
    Subject::Physics,
    Subject::Chemistry,
    Subject::Biology,
    Subject::Geography,
    Subject::GraphicsAndDesign,
    Subject::WorldHistory,
    Subject::SecondForeignLanguage,
];

/// The place of the general-education module of a programme that has to have one; the list of modules where it is missing.
fn demanded(programme: &Programme) -> Option<String> {
    if programme.entry_base != EntryBase::BasicSecondary {
        return None;
    }
    let first = programme.modules_of(ModuleKind::GeneralEducation).next();
    Some(first.map_or_else(|| "/modules".to_owned(), |(first, _)| format!("/modules/{first}")))
}

/// The set of disciplines taught in the module.
fn subjects(programme: &Programme) -> u32 {
    programme
        .modules_of(ModuleKind::GeneralEducation)
        .flat_map(|(_, module)| &module.units)
        .filter_map(|unit| unit.subject)
        .fold(0, |set, subject| set | subject.bit())
}

fn count(set: u32, of: &[Subject]) -> usize {
    of.iter().filter(|subject| set & subject.bit() != 0).count()
}

/// 3.2: the module is exactly 60 credits, 38 for choreography; other entry bases have none.
pub const VOLUME: Norm<Programme> = Norm {
    item: "3.2",
    check: |programme, edition, report| {
        let Some(law) = &edition.parameters.general_education else { return };
        let mut modules = programme.modules_of(ModuleKind::GeneralEducation);
        if programme.entry_base != EntryBase::BasicSecondary {
            for (place, module) in modules {
                report
                    .found(format!("/modules/{place}"), "other-base", module.credits(), Credits::ZERO, Unit::Credits)
                    .about(Value::EntryBase(programme.entry_base));
            }
            return;
        }
        let required = if programme.has(Trait::Choreography) { law.credits_choreography } else { law.credits };
        let Some((first, _)) = modules.next() else {
            report.found("/modules", "absent", Credits::ZERO, required, Unit::Credits);
            return;
        };
        let measured = programme.modules_of(ModuleKind::GeneralEducation).map(|(_, m)| m.credits()).sum::<Credits>();
        if !measured.is_about(required) {
            report.found(format!("/modules/{first}"), "", measured, required, Unit::Credits);
        }
    },
};

/// 3.3: taught in years 1–2.
pub const YEARS: Norm<Programme> = Norm {
    item: "3.3",
    check: |programme, edition, report| {
        let Some(law) = &edition.parameters.last_semester else { return };
        let last = law.last_semester;
        for (place, module) in programme.modules_of(ModuleKind::GeneralEducation) {
            for (row, unit) in module.units.iter().enumerate() {
                let after = unit.semesters.after(last);
                if !after.is_zero() {
                    report
                        .found(
                            format!("/modules/{place}/units/{row}/semesters"),
                            "",
                            after,
                            sheber_kernel::AcademicHours::ZERO,
                            Unit::Hours,
                        )
                        .about(Value::Text(unit.code.clone()));
                }
            }
        }
    },
};

/// 3.4: the mandatory disciplines by the language of instruction. Every other row needs to name its discipline.
pub const MANDATORY_SUBJECTS: Norm<Programme> = Norm {
    item: "3.4",
    check: |programme, _, report| {
        for (place, module) in programme.modules_of(ModuleKind::GeneralEducation) {
            unnamed(place, module, report);
        }
        if programme.entry_base != EntryBase::BasicSecondary {
            return;
        }
        let set = subjects(programme);
        let of_language: &[Subject] = match programme.language {
            Language::KAZAKH => &KAZAKH_MEDIUM,
            Language::RUSSIAN => &RUSSIAN_MEDIUM,
            other => {
                let language = Value::Text(other.to_string());
                report.milder(Severity::Warning, "/language", "language", language, Value::Unknown, Unit::None);
                &[]
            }
        };
        for subject in of_language.iter().chain(&FOR_ALL).filter(|subject| set & subject.bit() == 0) {
            let at = demanded(programme).unwrap_or_default();
            report.found(at, "", 0, 1, Unit::Subjects).about(Value::Subject(*subject));
        }
    },
};

fn unnamed(place: usize, module: &Module, report: &mut crate::finding::Report<'_>) {
    for (row, unit) in module.units.iter().enumerate() {
        if unit.subject.is_none() && !unit.is_exam_alone() {
            report
                .milder(
                    Severity::Warning,
                    format!("/modules/{place}/units/{row}"),
                    "unnamed",
                    Value::Unknown,
                    true,
                    Unit::None,
                )
                .about(Value::Text(unit.code.clone()));
        }
    }
}

/// 3.5: at least four disciplines by profile; the second foreign language only in the Art direction.
pub const SUBJECTS_BY_CHOICE: Norm<Programme> = Norm {
    item: "3.5",
    check: |programme, edition, report| {
        let Some(law) = &edition.parameters.subjects_by_choice else { return };
        let required = law.minimum;
        let measured = count(subjects(programme), &BY_CHOICE);
        if measured < required
            && let Some(at) = demanded(programme)
        {
            report.found(at, "", measured, required, Unit::Subjects);
        }
        if programme.has(Trait::Art) {
            return;
        }
        for (place, module) in programme.modules_of(ModuleKind::GeneralEducation) {
            for (row, unit) in module.units.iter().enumerate() {
                if unit.subject == Some(Subject::SecondForeignLanguage) {
                    report
                        .found(format!("/modules/{place}/units/{row}"), "second-language", 1, 0, Unit::Subjects)
                        .about(Value::Text(unit.code.clone()));
                }
            }
        }
    },
};

/// 3.6: the exams are held within the module: no general-education discipline stands in another module.
pub const EXAMS: Norm<Programme> = Norm {
    item: "3.6",
    check: |programme, _, report| {
        let others = programme.modules.iter().enumerate().filter(|(_, m)| m.kind != ModuleKind::GeneralEducation);
        for (place, module) in others {
            for (row, unit) in module.units.iter().enumerate() {
                if let Some(subject) = unit.subject {
                    report
                        .found(format!("/modules/{place}/units/{row}"), "", unit.credits, Credits::ZERO, Unit::Credits)
                        .about(Value::Subject(subject));
                }
            }
        }
    },
};
