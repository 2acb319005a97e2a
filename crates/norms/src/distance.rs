//! Section 6: distance learning (қашықтықтан оқыту).

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::finding::{Unit, Value};
use crate::norm::Norm;
use crate::programme::Programme;

/// 6.2: at most 20 % of the whole period of study is distance learning.
pub const SHARE: Norm<Programme> = Norm {
    item: "6.2",
    check: |programme, edition, report| {
        let Some(law) = &edition.parameters.distance else { return };
        let most = law.percent;
        let all = u64::from(programme.mandatory_hours().get());
        let distance: u64 = programme
            .modules
            .iter()
            .flat_map(|module| &module.units)
            .map(|unit| u64::from(unit.distance_hours.get()))
            .sum();
        if distance * 100 > all * u64::from(most) {
            // Rounded up, so that a share just over the bound never reads as the bound.
            let share = (distance * 10_000).div_ceil(all.max(1));
            let share = Value::Percent(u32::try_from(share).unwrap_or(u32::MAX));
            report.found("/modules", "", share, Value::Percent(most * 100), Unit::Percent);
        }
    },
};

/// What is known of one of the six requirements of distance learning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readiness {
    pub is_met: bool,
    /// The last day its evidence counts for.
    pub until: Option<NaiveDate>,
}

/// A college's readiness on a day, by requirement.
#[derive(Clone, Debug, Default)]
pub struct Requirements {
    pub known: BTreeMap<String, Readiness>,
    pub today: NaiveDate,
}

/// 6.6: each of the six requirements is met, and its evidence still counts.
pub const READINESS: Norm<Requirements> = Norm {
    item: "6.6",
    check: |facts, edition, report| {
        for requirement in edition.words("6.6", "requirements") {
            let about = || Value::Word("readiness", requirement.to_owned());
            match facts.known.get(requirement) {
                None => report.unknown("unknown", about()),
                Some(readiness) if !readiness.is_met => report.broken("unmet", about()),
                Some(Readiness { until: Some(until), .. }) if *until < facts.today => report.broken("expired", about()),
                Some(_) => {}
            }
        }
    },
};
