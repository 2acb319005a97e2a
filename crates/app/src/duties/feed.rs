//! The calendar as a feed that phones subscribe to: iCalendar (RFC 5545) under an address with a secret.

use std::collections::BTreeSet;

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::{Days, NaiveDate};
use icalendar::{Alarm, Calendar, Component, Event, EventLike, EventStatus};
use sea_orm::DbErr;
use sheber_kernel::AcademicYear;
use sheber_messages as messages;
use sheber_norms::duties::DutyState;

use super::{calendar, make, store};
use crate::contests;
use crate::events::store as events;
use crate::groups::curator;
use crate::params;
use crate::platform::actor::Actor;
use crate::platform::app::App;
use crate::platform::audit::{self, Change};
use crate::platform::clock;
use crate::platform::context::Context;
use crate::platform::database;
use crate::platform::error::AppError;
use crate::platform::forms::{Form, Pairs};
use crate::platform::secret;

/// Whether somebody has a feed.
pub async fn has(app: &App, account: i64) -> Result<bool, DbErr> {
    let sql = "SELECT COUNT(*) FROM calendar_feed WHERE account_id = $1";
    Ok(database::number(&app.db, sql, params![account]).await? > 0)
}

/// Makes the address of one's feed, a new one in the place of an old; it is shown this once.
pub async fn renew(State(app): State<App>, context: Context, Form(_): Form<Pairs>) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let token = secret::token();
    let change = Change::begin(&app, Some(actor)).await?;
    database::run(
        change.db(),
        "INSERT INTO calendar_feed (account_id, hash) VALUES ($1, $2)
         ON CONFLICT (account_id) DO UPDATE SET hash = excluded.hash",
        params![actor.id, secret::sha256(&token)],
    )
    .await?;
    change.record(audit::Event::new("event-calendar-feed", "account", actor.id)).await?;
    change.commit().await?;
    let address = format!("{}/calendar/{token}.ics", app.config.base_url);
    calendar::with_feed(&app, context, address).await
}

pub async fn feed(State(app): State<App>, Path(token): Path<String>) -> Result<Response, AppError> {
    let token = token.strip_suffix(".ics").ok_or(AppError::NotFound)?;
    let sql = "SELECT account_id FROM calendar_feed WHERE hash = $1";
    let account = database::number(&app.db, sql, params![secret::sha256(token)]).await?;
    let actor = Actor::load(&app.db, account).await?.ok_or(AppError::NotFound)?;
    let today = clock::day(app.clock.millis());
    let mut list = Calendar::new();
    list.name("Sheber");
    let stamp = app.clock.now();
    let year = AcademicYear::of(today);
    // In the second half of August next year's tasks are there, too.
    let years: BTreeSet<AcademicYear> = make::years(today).into_iter().chain([year]).collect();
    // A whole day ends where the next begins (RFC 5545, 3.6.1).
    let mut tasks = Vec::new();
    for year in &years {
        tasks.extend(store::of_organisation(&app.db, actor.organisation_id, *year).await?);
    }
    for task in tasks {
        let state = task.state(today);
        if !task.is_of(&actor) || matches!(state, DutyState::Excused) {
            continue;
        }
        let title = task.title(actor.lang);
        let mark = super::pages::mark(state).1;
        let mut entry = Event::new();
        entry
            .uid(&format!("task-{}@sheber", task.id))
            .timestamp(stamp)
            .starts(task.due())
            .ends(task.due() + Days::new(1))
            .summary(&format!("{mark} {} {title}", task.item()))
            .url(&format!("{}/tasks/{}", app.config.base_url, task.id));
        if matches!(state, DutyState::Planned | DutyState::Due) {
            entry.alarm(Alarm::display(title, -chrono::Duration::hours(15)));
        }
        list.push(entry.done());
    }
    let from = years.first().unwrap_or(&year).first_day();
    let to = years.last().unwrap_or(&year).next().first_day() - Days::new(1);
    for line in events::between(&app.db, actor.organisation_id, from, to).await? {
        let day: Option<NaiveDate> = line.day();
        let Some(day) = day else { continue };
        let mut entry = Event::new();
        entry
            .uid(&format!("event-{}@sheber", line.id))
            .timestamp(stamp)
            .starts(day)
            .ends(day + Days::new(1))
            .summary(&line.topic)
            .url(&format!("{}/events/{}", app.config.base_url, line.id))
            .status(if line.held_on.is_some() { EventStatus::Confirmed } else { EventStatus::Tentative });
        list.push(entry.done());
    }
    for ahead in curator::ahead(&app.db, actor.id, (from, to)).await? {
        let mut entry = Event::new();
        entry
            .uid(&format!("hour-{}-{}@sheber", ahead.group, ahead.hour.on))
            .timestamp(stamp)
            .starts(ahead.hour.on)
            .ends(ahead.hour.on + Days::new(1))
            .summary(&format!("{}: {}", ahead.code, ahead.hour.topic))
            .url(&format!("{}/groups/{}#plan", app.config.base_url, ahead.group));
        list.push(entry.done());
    }
    for contest in contests::store::ending(&app.db, &actor, (from, to)).await? {
        let Ok(day) = contest.closes_on.parse::<NaiveDate>() else { continue };
        let mut entry = Event::new();
        entry
            .uid(&format!("contest-{}@sheber", contest.id))
            .timestamp(stamp)
            .starts(day)
            .ends(day + Days::new(1))
            .summary(&format!("⚑ {}: {}", messages::text(actor.lang, "contest-closes"), contest.title))
            .url(&format!("{}/contests/{}", app.config.base_url, contest.id));
        list.push(entry.done());
    }
    for slot in calendar::slots(&actor, (from, to)) {
        let sector = messages::text(actor.lang, &format!("sector-{}", slot.sector));
        let mut entry = Event::new();
        entry
            .uid(&format!("stage-{}-{}@sheber", slot.sector, slot.from))
            .timestamp(stamp)
            .starts(slot.from)
            .ends(slot.to + Days::new(1))
            .summary(&format!("16.2 {sector}"))
            .url(&format!("{}/contests?sector={}", app.config.base_url, slot.sector));
        list.push(entry.done());
    }
    let headers =
        [(header::CONTENT_TYPE, "text/calendar; charset=utf-8"), (header::CACHE_CONTROL, "private, max-age=900")];
    Ok((headers, list.done().to_string()).into_response())
}
