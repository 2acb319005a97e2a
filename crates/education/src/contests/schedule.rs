//! The schedule of the national stage (16.2): which sector in which region, from which month to which.

use chrono::{Months, NaiveDate};
use sheber_kernel::{AcademicYear, Level, OrganisationKind};
use sheber_norms::Edition;
use sheber_norms::item::Value;
use sheber_platform::actor::Actor;

/// A sector (сала) with the region that hosts it and the days between which it is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    pub sector: &'static str,
    /// By KATO.
    pub host: &'static str,
    pub from: NaiveDate,
    pub to: NaiveDate,
}

impl Slot {
    /// Whether somebody's organisation holds this stage: the host's department, and the ministry any.
    pub fn is_held_by(&self, actor: &Actor) -> bool {
        match actor.role.organisation() {
            OrganisationKind::Ministry => true,
            OrganisationKind::Department => actor.region.as_deref() == Some(self.host),
            _ => false,
        }
    }
}

/// The first day of a month within an academic year.
fn first(year: AcademicYear, month: i64) -> Option<NaiveDate> {
    let calendar_year = if month >= 9 { year.start() } else { year.start() + 1 };
    NaiveDate::from_ymd_opt(i32::from(calendar_year), u32::try_from(month).ok()?, 1)
}

/// The sectors of a year, in the guidance's order.
pub fn of(year: AcademicYear) -> Vec<Slot> {
    let list = Edition::of(year).item("16.2").and_then(|item| item.value("sectors")?.as_array());
    let slot = |row: &'static Value| {
        let row = row.as_array()?;
        Some(Slot {
            sector: row.first()?.as_str()?,
            host: row.get(1)?.as_str()?,
            from: first(year, row.get(2)?.as_integer()?)?,
            to: (first(year, row.get(3)?.as_integer()?)? + Months::new(1)).pred_opt()?,
        })
    };
    list.into_iter().flatten().filter_map(slot).collect()
}

/// The level at which somebody opens a stage: their own; a host's department the national one, where it says so.
pub fn level(actor: &Actor, sector: &str, for_country: bool, year: AcademicYear) -> Option<Level> {
    let own = Level::of(actor.role.organisation());
    if !for_country || own == Level::Country {
        return Some(own);
    }
    of(year).iter().any(|slot| slot.sector == sector && slot.is_held_by(actor)).then_some(Level::Country)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schedule_of_the_guidance_in_days() {
        let year = AcademicYear::starting(2023);
        let slots = of(year);
        assert_eq!(slots.len(), 13);
        let term = |sector: &str| {
            let slot = slots.iter().find(|slot| slot.sector == sector).unwrap();
            (slot.host, slot.from.to_string(), slot.to.to_string())
        };
        assert_eq!(term("oil_gas"), ("23", "2023-10-01".to_owned(), "2023-11-30".to_owned()));
        assert_eq!(term("energy"), ("59", "2023-11-01".to_owned(), "2023-12-31".to_owned()));
        assert_eq!(term("pedagogy"), ("11", "2024-02-01".to_owned(), "2024-02-29".to_owned()), "a leap year");
        assert_eq!(term("sport"), ("75", "2024-05-01".to_owned(), "2024-05-31".to_owned()));
    }
}
