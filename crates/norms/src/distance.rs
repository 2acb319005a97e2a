//! Section 6: distance learning (қашықтықтан оқыту).

use crate::finding::{Unit, Value};
use crate::norm::Norm;

/// 6.2: at most 20 % of the whole period of study is distance learning.
pub const SHARE: Norm = Norm {
    item: "6.2",
    check: |programme, edition, report| {
        let most = edition.parameters.distance.percent;
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
