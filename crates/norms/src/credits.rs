//! Section 4: credit-modular technology (кредиттік-модульдік оқыту технологиясы).

use sheber_kernel::Credits;

use crate::edition::VolumeParameters;
use crate::finding::{Severity, Unit, Value};
use crate::norm::Norm;
use crate::programme::{EntryBase, Level, Programme};

/// The range of mandatory credits for an entry base and level; `None` where the guidance sets none.
pub fn range(law: &VolumeParameters, entry: EntryBase, level: Level) -> Option<[Credits; 2]> {
    match (entry, level) {
        (EntryBase::BasicSecondary, Level::Worker) => Some(law.basic_secondary_worker),
        (EntryBase::GeneralSecondary, Level::Worker) => Some(law.general_secondary_worker),
        (EntryBase::BasicSecondary, Level::MidLevel) => Some(law.basic_secondary_mid_level),
        (EntryBase::GeneralSecondary, Level::MidLevel) => Some(law.general_secondary_mid_level),
        (EntryBase::Tvpe, Level::MidLevel) => Some(law.tvpe_mid_level),
        (_, Level::AppliedBachelor) => Some(law.applied_bachelor),
        (EntryBase::Tvpe, Level::Worker) => None,
    }
}

fn within(measured: Credits, least: Credits, most: Credits) -> bool {
    (measured >= least || measured.is_about(least)) && (measured <= most || measured.is_about(most))
}

/// 4.6: the mandatory credits by entry base and level; a related qualification; at most two worker qualifications on the way.
pub const VOLUME: Norm<Programme> = Norm {
    item: "4.6",
    check: |programme, edition, report| {
        let Some(law) = &edition.parameters.volume else { return };
        let measured = programme.mandatory_credits();
        match range(law, programme.entry_base, programme.level) {
            None => {
                report
                    .milder(Severity::Warning, "/level", "no-range", measured, Value::Unknown, Unit::Credits)
                    .about(Value::EntryBase(programme.entry_base));
            }
            Some([least, most]) if !within(measured, least, most) => {
                let required = if least == most { Value::Credits(least) } else { Value::CreditRange(least, most) };
                report.found("/modules", "", measured, required, Unit::Credits).about(Value::Level(programme.level));
            }
            Some(_) => {}
        }
        if programme.level != Level::MidLevel {
            return;
        }
        if programme.entry_base == EntryBase::Tvpe {
            if !programme.related_qualification {
                report.found("/related_qualification", "related", false, true, Unit::None);
            }
            return;
        }
        let workers = programme.worker_qualifications().count();
        if workers > law.worker_qualifications {
            report.found("/qualifications", "workers", workers, law.worker_qualifications, Unit::Qualifications);
        }
    },
};

/// 4.7: a study year is 60 credits; from 36 to under 60 is allowed, and is worth a word where the year is not the last.
pub const STUDY_YEAR: Norm<Programme> = Norm {
    item: "4.7",
    check: |programme, edition, report| {
        let Some(law) = &edition.parameters.study_year else { return };
        let semesters = programme.mandatory_semesters();
        let last = programme.last_year();
        for year in 1..=last {
            let measured = Credits::from_hours(semesters.of_year(year));
            if measured == law.credits {
                continue;
            }
            let about = Value::Count(usize::from(year));
            if measured > law.credits {
                report.found("/modules", "", measured, law.credits, Unit::Credits).about(about);
            } else if measured < law.least {
                report
                    .found("/modules", "least", measured, Value::CreditRange(law.least, law.credits), Unit::Credits)
                    .about(about);
            } else if year != last {
                report
                    .milder(Severity::Advice, "/modules", "partial", measured, law.credits, Unit::Credits)
                    .about(about);
            }
        }
    },
};

/// 4.8: 1 credit = 24 academic hours, unit by unit; parts and semesters each sum to the hours.
pub const CREDIT: Norm<Programme> = Norm {
    item: "4.8",
    check: |programme, _, report| {
        for (place, module) in programme.modules.iter().enumerate() {
            for (row, unit) in module.units.iter().enumerate() {
                let at = |field: &str| format!("/modules/{place}/units/{row}/{field}");
                let about = || Value::Text(unit.code.clone());
                if unit.credits != Credits::from_hours(unit.hours) {
                    let required =
                        unit.credits.hours().map_or_else(|| Value::Text(hours_of(unit.credits)), Value::Hours);
                    report.found(at("hours"), "", unit.hours, required, Unit::Hours).about(about());
                }
                for (field, variant, sum) in
                    [("parts", "parts", unit.parts.sum()), ("semesters", "semesters", unit.semesters.sum())]
                {
                    if sum != unit.hours {
                        report.found(at(field), variant, sum, unit.hours, Unit::Hours).about(about());
                    }
                }
            }
        }
    },
};

/// Hours of credits that do not make whole hours, as a decimal.
fn hours_of(credits: Credits) -> String {
    let credits: f64 = credits.to_string().parse().unwrap_or_default();
    format!("{:.2}", credits * f64::from(sheber_kernel::HOURS_PER_CREDIT))
}
