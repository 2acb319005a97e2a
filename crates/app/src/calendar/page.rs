//! The calendar of a month and of a year: what rooms mark on days, holidays, how each month's tasks stand.

use std::collections::BTreeMap;
use std::str::FromStr;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use chrono::{Datelike, Days, Months, NaiveDate};
use serde::Deserialize;
use sheber_kernel::Refusal;
use sheber_messages as messages;
use sheber_norms::duties::DutyState;
use sheber_people::reference::store as reference;
use sheber_platform::app::App;
use sheber_platform::clock;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::forms::{Address, open};
use sheber_platform::house::Mark;
use sheber_platform::page::{Page, html};
use sheber_standing::duties::{self, Badge};

use super::{marks, store};

/// A day of the month's grid.
struct Day {
    date: NaiveDate,
    in_month: bool,
    is_today: bool,
    works: bool,
    marks: Vec<Mark>,
}

/// A month of the year's view: its name and how its tasks stand.
struct MonthSum {
    link: String,
    name: String,
    sums: Vec<(Badge, usize)>,
}

#[derive(Template)]
#[template(path = "calendar/page.html")]
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
pub struct Query {
    #[serde(deserialize_with = "open")]
    month: Option<Span>,
}

/// What the page shows: a month, `2023-09`, or all months of the year in hand, `year`.
enum Span {
    Month(NaiveDate),
    Year,
}

impl FromStr for Span {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        if text == "year" {
            return Ok(Self::Year);
        }
        let first = format!("{text}-01").parse::<NaiveDate>().ok();
        let first = first.filter(|day| (2015..2060).contains(&day.year()));
        first.map(Self::Month).ok_or_else(|| Refusal::new("date", text))
    }
}

fn month_name(context: &Context, day: NaiveDate) -> String {
    let name = context.t(&format!("month-{}", day.month()));
    messages::text_with(context.lang, "duty-month", &[("name", &name), ("year", &day.year().to_string())])
}

/// The first day of today's month, or of the first month of the year in hand.
fn first(context: &Context, today: NaiveDate) -> NaiveDate {
    let now = if context.year == context.this_year { today } else { context.year.first_day() };
    now.with_day(1).unwrap_or(now)
}

/// What stretches over more days than these is drawn where it begins alone.
const STRETCH: i64 = 7;

/// Marks by the days that they are drawn on, between two days.
fn by_day(marks: Vec<Mark>, (from, to): (NaiveDate, NaiveDate)) -> BTreeMap<NaiveDate, Vec<Mark>> {
    let mut by_day: BTreeMap<NaiveDate, Vec<Mark>> = BTreeMap::new();
    for mark in marks {
        let last = if (mark.to - mark.from).num_days() < STRETCH { mark.to } else { mark.from };
        let days = mark.from.iter_days().take_while(|day| *day <= last);
        for day in days.filter(|day| (from..=to).contains(day)) {
            by_day.entry(day).or_default().push(mark.clone());
        }
    }
    by_day
}

/// The weeks of a month, whole.
async fn weeks(app: &App, context: &Context, start: NaiveDate, today: NaiveDate) -> Result<Vec<Vec<Day>>, AppError> {
    let calendar = reference::calendar(&app.db).await?;
    let monday = start - Days::new(u64::from(start.weekday().num_days_from_monday()));
    let last = start + Months::new(1) - Days::new(1);
    let sunday = last + Days::new(u64::from(6 - last.weekday().num_days_from_monday()));
    let marks = marks::between(app, context.actor()?, context.lang, (monday, sunday)).await?;
    let mut marks = by_day(marks, (monday, sunday));
    let mut day = |date: NaiveDate| Day {
        date,
        in_month: date.month() == start.month(),
        is_today: date == today,
        works: calendar.is_working(date),
        marks: marks.remove(&date).unwrap_or_default(),
    };
    let mondays = monday.iter_days().step_by(7).take_while(|monday| *monday <= sunday);
    Ok(mondays.map(|monday| monday.iter_days().take(7).map(&mut day).collect()).collect())
}

/// The months of the year in hand, with how their tasks stand.
async fn months(app: &App, context: &Context, today: NaiveDate) -> Result<Vec<MonthSum>, AppError> {
    let tasks = duties::tasks(app, context.actor()?, context.year).await?;
    let month = |first: NaiveDate| {
        let of_month = |due: NaiveDate| (due.year(), due.month()) == (first.year(), first.month());
        let states: Vec<DutyState> =
            tasks.iter().filter(|task| of_month(task.due.0)).map(|task| task.state(today)).collect();
        let count = |state: &DutyState| states.iter().filter(|known| *known == state).count();
        let sums = DutyState::ALL.iter().map(|state| (Badge::of(*state), count(state))).filter(|(_, n)| *n > 0);
        let link = format!("/calendar?month={}", first.format("%Y-%m"));
        MonthSum { link, name: month_name(context, first), sums: sums.collect() }
    };
    Ok((0..12).map(|n| month(context.year.first_day() + Months::new(n))).collect())
}

pub async fn page(
    State(app): State<App>,
    context: Context,
    Address(query): Address<Query>,
) -> Result<Response, AppError> {
    let today = clock::day(app.clock.millis());
    let by_year = matches!(query.month, Some(Span::Year));
    let start = match query.month {
        Some(Span::Month(first)) => first,
        Some(Span::Year) | None => first(&context, today),
    };
    let (weeks, months) = if by_year {
        (Vec::new(), months(&app, &context, today).await?)
    } else {
        (weeks(&app, &context, start, today).await?, Vec::new())
    };
    let month = |day: NaiveDate| day.format("%Y-%m").to_string();
    let page = Page::new(context.clone(), "tasks", context.t("nav-calendar"));
    html(&CalendarPage {
        page: page.crumb(context.t("nav-tasks"), "/tasks").wide(),
        title: if by_year { context.year.to_string() } else { month_name(&context, start) },
        weeks,
        weekdays: (1..=7).map(|n| context.t(&format!("weekday-{n}"))).collect(),
        before: month(start - Months::new(1)),
        after: month(start + Months::new(1)),
        months,
        by_year,
        feed: None,
        has_feed: store::has(&app.db, context.actor()?.id).await?,
    })
}

/// The calendar's page with the address of the feed, shown once.
pub fn with_feed(context: Context, address: String) -> Result<Response, AppError> {
    let page = Page::new(context.clone(), "tasks", context.t("nav-calendar"));
    html(&CalendarPage {
        page: page.crumb(context.t("nav-tasks"), "/tasks"),
        title: context.t("calendar-feed"),
        weeks: Vec::new(),
        weekdays: Vec::new(),
        before: String::new(),
        after: String::new(),
        months: Vec::new(),
        by_year: true,
        feed: Some(address),
        has_feed: true,
    })
}
