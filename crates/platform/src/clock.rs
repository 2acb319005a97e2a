//! Time is passed in, so that tests move it by hand.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};

/// A stretch of time.
pub type Span = chrono::Duration;

/// Where the time comes from.
#[derive(Debug, Default)]
pub struct Clock {
    /// Milliseconds added to the machine's time; only tests move it.
    shift: AtomicI64,
}

impl Clock {
    pub fn now(&self) -> DateTime<Utc> {
        #[expect(clippy::disallowed_methods, reason = "the one place where the machine's clock is read")]
        let now = Utc::now();
        now + chrono::Duration::milliseconds(self.shift.load(Ordering::Relaxed))
    }

    /// The instant as it is stored: milliseconds since 1970, UTC.
    pub fn millis(&self) -> i64 {
        self.now().timestamp_millis()
    }

    pub fn advance(&self, by: chrono::Duration) {
        self.shift.fetch_add(by.num_milliseconds(), Ordering::Relaxed);
    }
}

/// A stored instant as the clocks of Kazakhstan show it (UTC+5 in the whole country since 1 March 2024).
fn here(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(millis + 5 * 3_600_000).unwrap_or_default()
}

/// A stored instant in Kazakhstan's time, to the minute.
pub fn local(millis: i64) -> String {
    // A list says it for each of its lines: put together by hand it takes a tenth of what a pattern does.
    let at = here(millis);
    format!("{:02}.{:02}.{} {:02}:{:02}", at.day(), at.month(), at.year(), at.hour(), at.minute())
}

/// The hour of a stored instant in Kazakhstan.
pub fn hour(millis: i64) -> u32 {
    here(millis).hour()
}

/// The day of a stored instant in Kazakhstan.
pub fn day(millis: i64) -> NaiveDate {
    here(millis).date_naive()
}
