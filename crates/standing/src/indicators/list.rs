//! All indicators of a year within somebody's scope.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use chrono::NaiveDate;
use sheber_kernel::{AcademicYear, Level};
use sheber_norms::Edition;
use sheber_norms::indicators::{Indicator, IndicatorUnit};
use sheber_platform::app::App;
use sheber_platform::cache::Cache;
use sheber_platform::chart;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::page::{Page, html};

use super::store::{self, OfDay, Whose};
use super::words::{target, worded};

/// An indicator as the list shows it.
pub struct Card {
    pub code: String,
    pub title: String,
    pub figure: String,
    pub target: String,
    pub meets: Option<bool>,
    pub trend: String,
}

/// The most that a chart of an indicator shows: the whole, or the target, or the largest figure.
pub fn most(indicator: &Indicator, level: Level, year: AcademicYear, figures: impl Iterator<Item = i64>) -> i64 {
    match indicator.unit {
        IndicatorUnit::Percent => 10_000,
        IndicatorUnit::Count => {
            let target = i64::from(indicator.target(level, year).unwrap_or(0)) * 100;
            figures.max().unwrap_or(0).max(target).max(100)
        }
    }
}

/// The line of a figure over the days on which it moved.
pub fn trend(indicator: &Indicator, level: Level, year: AcademicYear, days: &[OfDay]) -> String {
    let point = |day: &OfDay| {
        let figure = indicator.figure(day.numerator, day.denominator)?;
        Some((day.day.0, figure.hundredths))
    };
    let points: Vec<(NaiveDate, i64)> = days.iter().filter_map(point).collect();
    let most = most(indicator, level, year, points.iter().map(|(_, value)| *value));
    if points.len() < 2 { String::new() } else { chart::line(&points, most) }
}

/// The indicators of the year within somebody's scope.
pub async fn cards(app: &App, context: &Context) -> Result<Arc<Vec<Card>>, AppError> {
    let question = format!("{:?} {} {}", context.actor()?.scope(), context.year, context.lang);
    Cache::of(app, &question, || read(app, context)).await
}

async fn read(app: &App, context: &Context) -> Result<Vec<Card>, AppError> {
    let (year, lang) = (context.year, context.lang);
    let whose = Whose::of(context.actor()?.scope());
    let level = whose.level();
    let edition = Edition::of(year);
    let sums = store::of(&app.db, &whose, year).await?;
    let days = match whose.region() {
        Some(region) => store::days(&app.db, year, region).await?,
        None => std::collections::HashMap::new(),
    };
    let card = |indicator: &Indicator| {
        let sum = sums.get(&indicator.code);
        let figure = sum.and_then(|sum| indicator.figure(sum.numerator, sum.denominator));
        let item = edition.item(&indicator.item);
        Card {
            code: indicator.code.clone(),
            title: item.map(|item| item.title.get(lang).to_owned()).unwrap_or_default(),
            figure: worded(lang, indicator, figure),
            target: target(indicator, level, year),
            meets: figure.and_then(|figure| indicator.meets(level, figure, year)),
            trend: days.get(&indicator.code).map(|days| trend(indicator, level, year, days)).unwrap_or_default(),
        }
    };
    Ok(edition.indicators().iter().map(card).collect())
}

#[derive(Template)]
#[template(path = "indicators/list.html")]
struct ListPage {
    page: Page,
    cards: Arc<Vec<Card>>,
}

pub async fn page(State(app): State<App>, context: Context) -> Result<Response, AppError> {
    let cards = cards(&app, &context).await?;
    let title = context.t("nav-indicators");
    html(&ListPage { page: Page::new(context, "indicators", title), cards })
}
