//! Section 15: textbooks; what a college spends on them.

use chrono::NaiveDate;

use crate::edition::Edition;
use crate::finding::{Unit, Value};
use crate::norm::Norm;

/// What a college spent on textbooks in a financial year, in tiyn, and for how many students.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spending {
    pub year: i32,
    pub tiyn: i64,
    /// Students whose number is known; without it the norm cannot tell.
    pub students: Option<u32>,
}

/// 15.2: so many MCI per student and financial year; `None` where neither purchases nor students are known.
pub const SPENDING: Norm<Option<Spending>> = Norm {
    item: "15.2",
    check: |spending, edition, report| {
        let Some(spending) = *spending else { return report.unknown("nothing", None) };
        match (spending.students, required(edition, spending)) {
            (None, _) => report.unknown("students", None),
            (_, None) => report.unknown("mci", None),
            (_, Some(required)) if spending.tiyn < required => {
                report.found("", "less", Value::Money(spending.tiyn), Value::Money(required), Unit::None);
            }
            _ => {}
        }
    },
};

/// What 15.2 asks of a college in a financial year, in tiyn, by the MCI of its first day; `None` where students or the year's MCI
/// are not known.
pub fn required(edition: &Edition, spending: Spending) -> Option<i64> {
    let day = NaiveDate::from_ymd_opt(spending.year, 1, 1)?;
    let mci = edition.number_on("15.2", "mci", day)?;
    let each = edition.number_on("15.2", "mci_per_student", day)?;
    Some(i64::from(spending.students?) * each * mci * 100)
}
