//! The draft: a text for each field of the exchange format.

use serde::{Deserialize, Serialize};
use sheber_kernel::LocalName;
use sheber_norms::Programme;

/// A struct of texts with access by the pointer each stands for in the exchange format.
macro_rules! texts {
    ($(#[$doc:meta])* $name:ident { $($field:ident => $pointer:literal,)+ } $({ $($extra:ident: $type:ty,)+ })?) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default)]
        pub struct $name {
            $(#[serde(skip_serializing_if = "String::is_empty")] pub $field: String,)+
            $($(pub $extra: $type,)+)?
        }

        impl $name {
            pub const POINTERS: &'static [&'static str] = &[$($pointer,)+];

            pub fn get(&self, pointer: &str) -> Option<&str> {
                match pointer { $($pointer => Some(&self.$field),)+ _ => None }
            }

            /// Sets a field; `false` where there is none under this pointer.
            pub fn set(&mut self, pointer: &str, text: String) -> bool {
                match pointer { $($pointer => self.$field = text,)+ _ => return false }
                true
            }

            pub fn is_blank(&self) -> bool {
                [$(&self.$field,)+].iter().all(|text| text.trim().is_empty())
            }
        }
    };
}

texts! {
    /// The whole, its passport on top.
    Draft {
        bin => "college/bin",
        college_kk => "college/name/kk",
        college_ru => "college/name/ru",
        region => "college/region",
        specialty => "specialty/code",
        specialty_kk => "specialty/name/kk",
        specialty_ru => "specialty/name/ru",
        entry_base => "entry_base",
        level => "level",
        related_qualification => "related_qualification",
        language => "language",
        form => "form",
        direction => "direction",
        military => "traits/military",
        art => "traits/art",
        choreography => "traits/choreography",
        standard_edition => "standard_edition",
        intake => "intake",
        years => "years",
        listed => "registry/listed",
        number => "registry/number",
        since => "registry/since",
        pilot => "pilot",
    } {
        qualifications: Vec<DraftQualification>,
        standards: Vec<DraftStandard>,
        modules: Vec<DraftModule>,
    }
}

texts! {
    DraftQualification { code => "code", kk => "name/kk", ru => "name/ru", }
}

texts! {
    DraftStandard { code => "code", kk => "name/kk", ru => "name/ru", state => "state", approved => "approved", }
}

texts! {
    DraftModule {
        code => "code",
        kind => "kind",
        basic => "basic",
        kk => "name/kk",
        ru => "name/ru",
        qualification => "qualification",
        merges_basic => "merges_basic",
        dual_hours => "dual_hours",
        reason => "reason",
    } {
        units: Vec<DraftUnit>,
    }
}

texts! {
    /// A row of the curriculum.
    DraftUnit {
        code => "code",
        subject => "subject",
        kk => "name/kk",
        ru => "name/ru",
        qualification => "qualification",
        credits => "credits",
        hours => "hours",
        s1 => "semesters/1",
        s2 => "semesters/2",
        s3 => "semesters/3",
        s4 => "semesters/4",
        s5 => "semesters/5",
        s6 => "semesters/6",
        s7 => "semesters/7",
        s8 => "semesters/8",
        s9 => "semesters/9",
        s10 => "semesters/10",
        s11 => "semesters/11",
        s12 => "semesters/12",
        theory => "parts/theory",
        practical => "parts/practical",
        course_work => "parts/course_work",
        production_training => "parts/production_training",
        professional_practice => "parts/professional_practice",
        exam => "parts/exam",
        consultation => "parts/consultation",
        distance_hours => "distance_hours",
        labour_functions => "labour_functions",
        criteria => "criteria",
    }
}

impl Draft {
    /// The text under a pointer such as `/modules/0/units/3/semesters/2`.
    pub fn text(&self, pointer: &str) -> Option<&str> {
        let path = pointer.strip_prefix('/')?;
        match path.split_once('/') {
            Some(("qualifications", rest)) => {
                let (place, field) = element(rest)?;
                self.qualifications.get(place)?.get(field)
            }
            Some(("professional_standards", rest)) => {
                let (place, field) = element(rest)?;
                self.standards.get(place)?.get(field)
            }
            Some(("modules", rest)) => {
                let (place, field) = element(rest)?;
                let module = self.modules.get(place)?;
                match field.strip_prefix("units/") {
                    Some(rest) => {
                        let (place, field) = element(rest)?;
                        module.units.get(place)?.get(field)
                    }
                    None => module.get(field),
                }
            }
            _ => self.get(path),
        }
    }

    /// Sets the text under a pointer, making list elements as needed up to the bounds of the format.
    pub fn put(&mut self, pointer: &str, text: String) -> bool {
        let Some(path) = pointer.strip_prefix('/') else { return false };
        let put = |draft: &mut Self| -> Option<bool> {
            Some(match path.split_once('/') {
                Some(("qualifications", rest)) => {
                    let (place, field) = element(rest)?;
                    nth(&mut draft.qualifications, place, 10)?.set(field, text)
                }
                Some(("professional_standards", rest)) => {
                    let (place, field) = element(rest)?;
                    nth(&mut draft.standards, place, 50)?.set(field, text)
                }
                Some(("modules", rest)) => {
                    let (place, field) = element(rest)?;
                    let module = nth(&mut draft.modules, place, 200)?;
                    match field.strip_prefix("units/") {
                        Some(rest) => {
                            let (place, field) = element(rest)?;
                            nth(&mut module.units, place, 500)?.set(field, text)
                        }
                        None => module.set(field, text),
                    }
                }
                _ => draft.set(path, text),
            })
        };
        put(self).unwrap_or(false)
    }
}

fn element(path: &str) -> Option<(usize, &str)> {
    let (place, field) = path.split_once('/')?;
    Some((place.parse().ok()?, field))
}

fn nth<T: Default>(list: &mut Vec<T>, place: usize, most: usize) -> Option<&mut T> {
    if place >= most {
        return None;
    }
    while list.len() <= place {
        list.push(T::default());
    }
    list.get_mut(place)
}

fn flag(set: bool) -> String {
    if set { "true".to_owned() } else { String::new() }
}

/// A number as typed: nothing for zero, so that a sparse table stays readable.
fn sparse(hours: sheber_kernel::AcademicHours) -> String {
    if hours.is_zero() { String::new() } else { hours.to_string() }
}

impl From<&Programme> for Draft {
    fn from(programme: &Programme) -> Self {
        use sheber_norms::programme::Trait;
        let registry = programme.registry.as_ref();
        Self {
            bin: programme.college.bin.to_string(),
            college_kk: programme.college.name.kk.clone(),
            college_ru: programme.college.name.ru.clone(),
            region: programme.college.region.to_string(),
            specialty: programme.specialty.code.to_string(),
            specialty_kk: programme.specialty.name.kk.clone(),
            specialty_ru: programme.specialty.name.ru.clone(),
            entry_base: programme.entry_base.word().to_owned(),
            level: programme.level.word().to_owned(),
            related_qualification: flag(programme.related_qualification),
            language: programme.language.to_string(),
            form: programme.form.word().to_owned(),
            direction: programme.direction.word().to_owned(),
            military: flag(programme.has(Trait::Military)),
            art: flag(programme.has(Trait::Art)),
            choreography: flag(programme.has(Trait::Choreography)),
            standard_edition: programme.standard_edition.to_string(),
            intake: programme.intake.to_string(),
            years: programme.years.to_string(),
            listed: registry.map(|registry| registry.listed.to_string()).unwrap_or_default(),
            number: registry.and_then(|registry| registry.number.clone()).unwrap_or_default(),
            since: registry.and_then(|registry| registry.since).map(|day| day.to_string()).unwrap_or_default(),
            pilot: flag(programme.pilot),
            qualifications: programme
                .qualifications
                .iter()
                .map(|q| {
                    let LocalName { kk, ru } = q.name.clone();
                    DraftQualification { code: q.code.to_string(), kk, ru }
                })
                .collect(),
            standards: programme
                .professional_standards
                .iter()
                .map(|standard| {
                    let LocalName { kk, ru } = standard.name.clone();
                    let approved = standard.approved.map(|day| day.to_string()).unwrap_or_default();
                    DraftStandard {
                        code: standard.code.clone(),
                        kk,
                        ru,
                        state: standard.state.word().to_owned(),
                        approved,
                    }
                })
                .collect(),
            modules: programme.modules.iter().map(DraftModule::from).collect(),
        }
    }
}

impl From<&sheber_norms::programme::Module> for DraftModule {
    fn from(module: &sheber_norms::programme::Module) -> Self {
        let merged: Vec<String> = module.merges_basic.iter().map(|basic| basic.get().to_string()).collect();
        Self {
            code: module.code.clone(),
            kind: module.kind.word().to_owned(),
            basic: module.basic.map(|basic| basic.get().to_string()).unwrap_or_default(),
            kk: module.name.kk.clone(),
            ru: module.name.ru.clone(),
            qualification: module.qualification.map(|code| code.to_string()).unwrap_or_default(),
            merges_basic: merged.join(", "),
            dual_hours: sparse(module.dual_hours),
            reason: module.reason.clone().unwrap_or_default(),
            units: module.units.iter().map(DraftUnit::from).collect(),
        }
    }
}

impl From<&sheber_norms::programme::Unit> for DraftUnit {
    fn from(unit: &sheber_norms::programme::Unit) -> Self {
        let mut draft = Self {
            code: unit.code.clone(),
            subject: unit.subject.map(|subject| subject.word().to_owned()).unwrap_or_default(),
            kk: unit.name.kk.clone(),
            ru: unit.name.ru.clone(),
            qualification: unit.qualification.map(|code| code.to_string()).unwrap_or_default(),
            credits: unit.credits.to_string(),
            hours: unit.hours.to_string(),
            distance_hours: sparse(unit.distance_hours),
            labour_functions: unit.labour_functions.join("\n"),
            criteria: unit.criteria.join("\n"),
            ..Self::default()
        };
        for semester in sheber_kernel::Semester::all() {
            draft.set(&format!("semesters/{}", semester.get()), sparse(unit.semesters.of(semester)));
        }
        for (part, hours) in unit.parts.each() {
            draft.set(&format!("parts/{part}"), sparse(hours));
        }
        draft
    }
}
