//! The calendar as a feed that phones subscribe to: iCalendar (RFC 5545) under an address with a secret.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use icalendar::{Alarm, Calendar, Component, Event, EventLike, EventStatus};
use sheber_kernel::AcademicYear;
use sheber_platform::actor::Actor;
use sheber_platform::app::{App, Config};
use sheber_platform::change::Change;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::forms::{Form, Pairs};
use sheber_platform::house::Mark;
use sheber_platform::{clock, secret};
use sheber_standing::duties::make;

use super::{marks, page, store};

/// Makes the address of one's feed, a new one in the place of an old; it is shown this once.
pub async fn renew(State(app): State<App>, context: Context, Form(_): Form<Pairs>) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let token = secret::token();
    let change = Change::begin(&app, Some(actor)).await?;
    store::keep(&change, actor.id, &token).await?;
    change.commit().await?;
    let address = format!("{}/calendar/{token}.ics", app.config.base_url);
    page::with_feed(context, address)
}

/// The days that a feed has: of this academic year, and of the next in the second half of August.
fn days(today: NaiveDate) -> (NaiveDate, NaiveDate) {
    let years = make::years(today);
    let this = AcademicYear::of(today);
    let first = years.first().copied().unwrap_or(this).min(this);
    let last = years.last().copied().unwrap_or(this).max(this);
    (first.first_day(), last.next().first_day() - Days::new(1))
}

/// So many minutes an event is shown for where nobody said how long it lasts: as calendars do.
const USUAL: i64 = 60;

/// An instant as a calendar writes it.
fn stamped(at: DateTime<Utc>) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

/// A mark as an entry of a calendar.
fn entry(mark: &Mark, config: &Config, stamp: DateTime<Utc>) -> Event {
    let (base, uid) = (&config.base_url, format!("{}@{}", mark.uid, config.host()));
    let mut entry = Event::new();
    match mark.time.and_then(|time| clock::instant(mark.from, time)) {
        Some(start) => {
            let minutes = if mark.minutes > 0 { mark.minutes } else { USUAL };
            entry.starts(start).ends(start + Duration::minutes(minutes));
        }
        // A whole day ends where the next begins (RFC 5545, 3.6.1), and what is due on it takes up none of it.
        None => {
            entry.starts(mark.from).ends(mark.to + Days::new(1)).add_property("TRANSP", "TRANSPARENT");
        }
    }
    if !mark.place.is_empty() {
        entry.location(&mark.place);
    }
    entry
        .uid(&uid)
        .timestamp(stamp)
        .summary(&format!("{} {}", mark.sign, mark.title))
        .url(&format!("{base}{}", mark.link))
        .status(if mark.is_tentative { EventStatus::Tentative } else { EventStatus::Confirmed });
    if mark.reminds {
        let mut alarm = Alarm::display(&mark.title, -Duration::hours(15));
        entry.alarm(alarm.uid(&format!("reminder-{uid}")).add_property("DTSTAMP", stamped(stamp)).done());
    }
    entry.done()
}

pub async fn feed(State(app): State<App>, Path(token): Path<String>) -> Result<Response, AppError> {
    let token = token.strip_suffix(".ics").ok_or(AppError::NotFound)?;
    let account = store::reader(&app.db, token).await?;
    let actor = Actor::load(&app.db, account).await?.filter(|actor| !actor.owes_factor());
    let actor = actor.ok_or(AppError::NotFound)?;
    let days = days(clock::day(app.clock.millis()));
    let mut list = Calendar::empty();
    list.append_property(("VERSION", "2.0"));
    list.append_property((
        "PRODID",
        &*format!("-//Sheber//Sheber {}//{}", env!("CARGO_PKG_VERSION"), actor.lang.code()),
    ));
    list.append_property(("CALSCALE", "GREGORIAN"));
    list.name("Sheber");
    let stamp = app.clock.now();
    for mark in marks::between(&app, &actor, actor.lang, days).await? {
        if mark.is_own {
            list.push(entry(&mark, &app.config, stamp));
        }
    }
    let headers = [(header::CONTENT_TYPE, "text/calendar; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, list.done().to_string()).into_response())
}
