//! The last day of a stage, as pages show it.

use chrono::NaiveDate;
use sheber_kernel::Lang;

/// The last day of a stage, and whether it has passed.
pub struct Due {
    pub day: String,
    pub late: bool,
}

impl Due {
    pub fn of(lang: Lang, day: NaiveDate, today: NaiveDate) -> Self {
        Self { day: sheber_messages::date(lang, day), late: day < today }
    }
}
