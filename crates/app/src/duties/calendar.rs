//! The calendar of a month and of a year: tasks, events, holidays, days the guidance names.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use chrono::{Datelike, Days, Months, NaiveDate};
use serde::Deserialize;
use sheber_kernel::AcademicYear;
use sheber_messages as messages;
use sheber_norms::Edition;
use sheber_norms::duties::DutyState;

use super::pages;
use crate::contests;
use crate::contests::schedule::{self, Slot};
use crate::events::store as events;
use crate::groups::curator;
use crate::platform::actor::Actor;
use crate::platform::app::App;
use crate::platform::clock;
use crate::platform::context::Context;
use crate::platform::error::AppError;
use crate::platform::page::{Page, html};
use crate::reference;

/// Something that stands on a day.
pub struct Mark {
    pub link: String,
    pub title: String,
    pub class: &'static str,
    pub sign: &'static str,
}

/// A day of the month's grid.
pub struct Day {
    pub date: NaiveDate,
    pub in_month: bool,
    pub is_today: bool,
    pub works: bool,
    pub marks: Vec<Mark>,
}

/// A month of the year's view: its name and how its tasks stand.
struct MonthSum {
    link: String,
    name: String,
    sums: Vec<(DutyState, usize)>,
}

#[derive(Template)]
#[template(path = "duties/calendar.html")]
struct CalendarPage {
    page: Page,
    title: String,
    weeks: Vec<Vec<Day>>,
    weekdays: Vec<String>,
    before: String,
    after: String,
    months: Vec<MonthSum>,
    by_year: bool,
    feed: Option<String>,
    has_feed: bool,
}

impl CalendarPage {
    fn said(&self, day: &NaiveDate) -> String {
        messages::date(self.page.lang(), *day)
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    /// `2023-09`; the year's view where it is `year`.
    pub month: String,
}

fn month_name(context: &Context, day: NaiveDate) -> String {
    let name = context.t(&format!("month-{}", day.month()));
    messages::text_with(context.lang, "duty-month", &[("name", &name), ("year", &day.year().to_string())])
}

/// The first day of the asked month, or of today's month, or of the first month of the year in hand.
fn first(asked: &str, context: &Context, today: NaiveDate) -> NaiveDate {
    let read = format!("{asked}-01").parse::<NaiveDate>().ok().filter(|day| (2015..2060).contains(&day.year()));
    let now = if context.year == context.this_year { today } else { context.year.first_day() };
    read.unwrap_or_else(|| now.with_day(1).unwrap_or(now))
}

/// Everything of an organisation between two days, by day.
async fn marks(
    app: &App,
    context: &Context,
    from: NaiveDate,
    to: NaiveDate,
    today: NaiveDate,
) -> Result<BTreeMap<NaiveDate, Vec<Mark>>, AppError> {
    let actor = context.actor()?;
    let mut marks: BTreeMap<NaiveDate, Vec<Mark>> = BTreeMap::new();
    let years = [from, to].map(AcademicYear::of);
    let mut seen = None;
    for year in years {
        if seen == Some(year) {
            continue;
        }
        seen = Some(year);
        let context = Context { year, ..context.clone() };
        for task in pages::tasks(app, actor, &context).await? {
            let day = task.due();
            if day < from || day > to {
                continue;
            }
            let (class, sign) = pages::mark(task.state(today));
            let title = task.title(context.lang);
            let title = format!("{} {title}", task.item());
            marks.entry(day).or_default().push(Mark { link: format!("/tasks/{}", task.id), title, class, sign });
        }
        for days in Edition::of(year).items().flat_map(|item| item.dates.iter().map(move |days| (item, days))) {
            let (item, days) = days;
            for day in days.from.iter_days().take_while(|day| *day <= days.to).filter(|day| *day >= from && *day <= to)
            {
                let title = days.title.get(context.lang).to_owned();
                let link = format!("/guidance/{}", item.id);
                marks.entry(day).or_default().push(Mark { link, title, class: "advice", sign: "★" });
            }
        }
    }
    for line in events::between(&app.db, actor.organisation_id, from, to).await? {
        let Some(day) = line.day() else { continue };
        let (class, sign) = if line.held_on.is_some() { ("clean", "●") } else { ("", "○") };
        let link = format!("/events/{}", line.id);
        marks.entry(day).or_default().push(Mark { link, title: line.topic, class, sign });
    }
    for ahead in curator::ahead(&app.db, actor.id, (from, to)).await? {
        let link = format!("/groups/{}#plan", ahead.group);
        let title = format!("{}: {}", ahead.code, ahead.hour.topic);
        marks.entry(ahead.hour.on).or_default().push(Mark { link, title, class: "", sign: "○" });
    }
    for contest in contests::store::ending(&app.db, actor, (from, to)).await? {
        let Ok(day) = contest.closes_on.parse() else { continue };
        let title = format!("{}: {}", context.t("contest-closes"), contest.title);
        let link = format!("/contests/{}", contest.id);
        marks.entry(day).or_default().push(Mark { link, title, class: "advice", sign: "⚑" });
    }
    for slot in slots(actor, (from, to)) {
        let title = format!("16.2 {}", context.t(&format!("sector-{}", slot.sector)));
        let link = format!("/contests?sector={}", slot.sector);
        marks.entry(slot.from).or_default().push(Mark { link, title, class: "advice", sign: "★" });
    }
    Ok(marks)
}

/// The national stages that somebody's organisation holds and that begin between two days.
pub fn slots(actor: &Actor, (from, to): (NaiveDate, NaiveDate)) -> Vec<Slot> {
    let years = [from, to].map(AcademicYear::of);
    let mut slots = schedule::of(years[0]);
    if years[1] != years[0] {
        slots.extend(schedule::of(years[1]));
    }
    slots.retain(|slot| slot.is_held_by(actor) && (from..=to).contains(&slot.from));
    slots
}

pub async fn page(State(app): State<App>, context: Context, Query(asked): Query<Asked>) -> Result<Response, AppError> {
    let today = clock::day(app.clock.millis());
    let by_year = asked.month == "year";
    let start = first(&asked.month, &context, today);
    let calendar = reference::store::calendar(&app.db).await?;
    let mut weeks = Vec::new();
    let mut months = Vec::new();
    if by_year {
        let actor = context.actor()?.clone();
        let tasks = pages::tasks(&app, &actor, &context).await?;
        for first in (0..12).map(|n| context.year.first_day() + Months::new(n)) {
            let of_month = |due: NaiveDate| due.year() == first.year() && due.month() == first.month();
            let states: Vec<DutyState> =
                tasks.iter().filter(|task| of_month(task.due())).map(|task| task.state(today)).collect();
            let sums = DutyState::ALL
                .iter()
                .map(|state| (*state, states.iter().filter(|known| *known == state).count()))
                .filter(|(_, n)| *n > 0)
                .collect();
            let link = format!("/calendar?month={}", first.format("%Y-%m"));
            months.push(MonthSum { link, name: month_name(&context, first), sums });
        }
    } else {
        let monday = start - Days::new(u64::from(start.weekday().num_days_from_monday()));
        let last = start + Months::new(1) - Days::new(1);
        let end = last + Days::new(u64::from(6 - last.weekday().num_days_from_monday()));
        let mut marks = marks(&app, &context, monday, end, today).await?;
        let days: Vec<Day> = monday
            .iter_days()
            .take_while(|day| *day <= end)
            .map(|date| Day {
                date,
                in_month: date.month() == start.month(),
                is_today: date == today,
                works: calendar.is_working(date),
                marks: marks.remove(&date).unwrap_or_default(),
            })
            .collect();
        let mut days = days.into_iter();
        loop {
            let week: Vec<Day> = days.by_ref().take(7).collect();
            if week.is_empty() {
                break;
            }
            weeks.push(week);
        }
    }
    let title = if by_year { context.year.to_string() } else { month_name(&context, start) };
    let weekdays = (1..=7).map(|n| context.t(&format!("weekday-{n}"))).collect();
    let (feed, has_feed) = (None, super::feed::has(&app, context.actor()?.id).await?);
    let month = |day: NaiveDate| day.format("%Y-%m").to_string();
    let shown = CalendarPage {
        page: Page::new(context.clone(), "tasks", context.t("nav-calendar"))
            .crumb(context.t("nav-tasks"), "/tasks")
            .wide(),
        title,
        weeks,
        weekdays,
        before: month(start - Months::new(1)),
        after: month(start + Months::new(1)),
        months,
        by_year,
        feed,
        has_feed,
    };
    html(&shown)
}

/// The calendar's page with the address of the feed, shown once.
pub async fn with_feed(app: &App, context: Context, address: String) -> Result<Response, AppError> {
    let shown = CalendarPage {
        page: Page::new(context.clone(), "tasks", context.t("nav-calendar")).crumb(context.t("nav-tasks"), "/tasks"),
        title: context.t("calendar-feed"),
        weeks: Vec::new(),
        weekdays: Vec::new(),
        before: String::new(),
        after: String::new(),
        months: Vec::new(),
        by_year: true,
        feed: Some(address),
        has_feed: true,
    };
    let _ = app;
    html(&shown)
}
