//! The last day of a stage, as pages show it.

use chrono::NaiveDate;
use sheber_kernel::Lang;

/// The last day of a stage, and whether it has passed.
pub struct Due {
    pub day: NaiveDate,
    pub late: bool,
}

impl Due {
    pub fn of(day: NaiveDate, today: NaiveDate) -> Self {
        Self { day, late: day < today }
    }

    pub fn words(&self, lang: Lang) -> String {
        sheber_messages::date(lang, self.day)
    }
}
