//! Open data: the indicators by region, for anybody.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use sheber_kernel::{AcademicYear, Day, Lang, Level};
use sheber_norms::Edition;
use sheber_norms::edition::FIRST_YEAR;
use sheber_norms::indicators::IndicatorUnit;
use sheber_people::reference::entry::Kind;
use sheber_people::reference::store as reference;
use sheber_platform::app::App;
use sheber_platform::clock;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::forms::{Address, open};

use super::store;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Query {
    #[serde(deserialize_with = "open")]
    year: Option<AcademicYear>,
}

/// A figure of a region.
#[derive(Serialize)]
struct Row {
    indicator: String,
    item: String,
    year: AcademicYear,
    region: String,
    region_kk: String,
    region_ru: String,
    numerator: i64,
    denominator: i64,
    value: Option<f64>,
    unit: IndicatorUnit,
    target: Option<u32>,
    /// The day on which the figure last moved.
    counted_on: Day,
    as_of: Day,
}

async fn rows(app: &App, context: &Context, query: &Query) -> Result<Vec<Row>, AppError> {
    let year = query.year.unwrap_or(context.this_year).max(FIRST_YEAR);
    let today = Day(clock::day(app.clock.millis()));
    let names = reference::entries(app, Kind::Region, Lang::Kk).await?;
    let mut rows = Vec::new();
    for indicator in Edition::of(year).indicators() {
        for sum in store::regions(&app.db, &indicator.code, year).await? {
            let Some(name) = names.iter().find(|name| name.code == sum.region) else { continue };
            let figure = indicator.figure(sum.numerator, sum.denominator);
            rows.push(Row {
                indicator: indicator.code.clone(),
                item: indicator.item.clone(),
                year,
                region: sum.region,
                region_kk: name.name_kk.clone(),
                region_ru: name.name_ru.clone(),
                numerator: sum.numerator,
                denominator: sum.denominator,
                value: figure.map(|figure| figure.hundredths as f64 / 100.0),
                unit: indicator.unit,
                target: indicator.target(Level::Region, year),
                counted_on: Day(clock::day(sum.counted_at)),
                as_of: today,
            });
        }
    }
    Ok(rows)
}

pub async fn json(
    State(app): State<App>,
    context: Context,
    Address(query): Address<Query>,
) -> Result<Response, AppError> {
    Ok(axum::Json(rows(&app, &context, &query).await?).into_response())
}

/// A field of CSV, quoted where it has to be.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

pub async fn csv(
    State(app): State<App>,
    context: Context,
    Address(query): Address<Query>,
) -> Result<Response, AppError> {
    let mut text =
        "indicator,item,year,region,region_kk,region_ru,numerator,denominator,value,unit,target,counted_on,as_of\n"
            .to_owned();
    for row in rows(&app, &context, &query).await? {
        let fields = [
            row.indicator,
            row.item,
            row.year.to_string(),
            row.region,
            quoted(&row.region_kk),
            quoted(&row.region_ru),
            row.numerator.to_string(),
            row.denominator.to_string(),
            row.value.map(|value| format!("{value:.2}")).unwrap_or_default(),
            row.unit.to_string(),
            row.target.map(|target| target.to_string()).unwrap_or_default(),
            row.counted_on.to_string(),
            row.as_of.to_string(),
        ];
        text.push_str(&fields.join(","));
        text.push('\n');
    }
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], text).into_response())
}
