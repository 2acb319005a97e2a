//! Time is passed in, so that tests move it by hand.

use std::sync::atomic::{AtomicI64, Ordering};

use std::sync::OnceLock;

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeZone, Timelike, Utc};
use chrono_tz::{Asia, Tz};

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

/// Whose clocks the server shows, a name of the time zone database: since 1 March 2024 they say the same in the whole country
/// (UTC+5); before, the east was an hour ahead of the west.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone(Tz);

impl Zone {
    /// The zones of Kazakhstan.
    pub const ALL: [Self; 7] = [
        Self(Asia::Almaty),
        Self(Asia::Aqtau),
        Self(Asia::Aqtobe),
        Self(Asia::Atyrau),
        Self(Asia::Oral),
        Self(Asia::Qostanay),
        Self(Asia::Qyzylorda),
    ];

    /// A stored instant as the clocks of that day showed it.
    fn at(self, millis: i64) -> DateTime<Tz> {
        self.0.from_utc_datetime(&DateTime::from_timestamp_millis(millis).unwrap_or_default().naive_utc())
    }

    /// The instant at which the clocks showed a time; the earlier of two where they were put back, none where they skipped it.
    fn instant(self, day: NaiveDate, time: NaiveTime) -> Option<DateTime<Utc>> {
        self.0.from_local_datetime(&day.and_time(time)).earliest().map(|at| at.to_utc())
    }
}

impl std::fmt::Display for Zone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.name())
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self(Asia::Almaty)
    }
}

impl std::str::FromStr for Zone {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let zone = Self::ALL.into_iter().find(|zone| zone.0.name() == name);
        zone.ok_or_else(|| Self::ALL.map(|zone| zone.0.name()).join(", "))
    }
}

/// The zone of this server, chosen once when it starts.
static HERE: OnceLock<Zone> = OnceLock::new();

/// Chooses the zone of this server; what was chosen stays.
pub fn choose(zone: Zone) {
    let _ = HERE.set(zone);
}

/// A stored instant as the clocks here showed it.
fn here(millis: i64) -> DateTime<Tz> {
    HERE.get().copied().unwrap_or_default().at(millis)
}

/// The instant at which the clocks here showed a time.
pub fn instant(day: NaiveDate, time: NaiveTime) -> Option<DateTime<Utc>> {
    HERE.get().copied().unwrap_or_default().instant(day, time)
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

#[cfg(test)]
mod tests {
    use chrono::{DateTime, NaiveDate, NaiveTime};

    use super::Zone;

    #[test]
    fn each_instant_is_shown_with_the_offset_of_its_day() {
        // The clocks of the east were put back at midnight of 1 March 2024; the west had the same time before.
        for (zone, at, shown) in [
            ("Asia/Almaty", "2024-02-29T17:59:59Z", "2024-02-29 23:59"),
            ("Asia/Almaty", "2024-02-29T18:00:00Z", "2024-02-29 23:00"),
            ("Asia/Almaty", "2024-02-29T19:00:00Z", "2024-03-01 00:00"),
            ("Asia/Almaty", "2022-09-01T02:30:00Z", "2022-09-01 08:30"),
            ("Asia/Almaty", "2026-09-01T03:30:00Z", "2026-09-01 08:30"),
            ("Asia/Qostanay", "2024-02-29T17:59:59Z", "2024-02-29 23:59"),
            ("Asia/Qostanay", "2024-02-29T18:00:00Z", "2024-02-29 23:00"),
            ("Asia/Aqtau", "2024-02-29T17:59:59Z", "2024-02-29 22:59"),
            ("Asia/Aqtau", "2024-02-29T18:00:00Z", "2024-02-29 23:00"),
            ("Asia/Aqtobe", "2022-09-01T02:30:00Z", "2022-09-01 07:30"),
            ("Asia/Atyrau", "2022-09-01T02:30:00Z", "2022-09-01 07:30"),
            ("Asia/Oral", "2022-09-01T02:30:00Z", "2022-09-01 07:30"),
            ("Asia/Qyzylorda", "2018-12-20T17:59:59Z", "2018-12-20 23:59"),
            ("Asia/Qyzylorda", "2018-12-20T18:00:00Z", "2018-12-20 23:00"),
        ] {
            let millis = DateTime::parse_from_rfc3339(at).unwrap().timestamp_millis();
            let at_zone = zone.parse::<Zone>().unwrap().at(millis);
            assert_eq!(at_zone.format("%Y-%m-%d %H:%M").to_string(), shown, "{zone} {at}");
        }
        assert!("Europe/Moscow".parse::<Zone>().is_err());
    }

    #[test]
    fn a_time_on_the_clock_is_one_instant() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let time = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").unwrap();
        for (on, clock, instant) in [
            ("2024-02-28", "10:00", "2024-02-28T04:00:00+00:00"),
            ("2024-02-29", "23:30", "2024-02-29T17:30:00+00:00"),
            ("2024-03-01", "10:00", "2024-03-01T05:00:00+00:00"),
            ("2026-12-01", "10:00", "2026-12-01T05:00:00+00:00"),
        ] {
            assert_eq!(Zone::default().instant(day(on), time(clock)).unwrap().to_rfc3339(), instant);
        }
    }
}
