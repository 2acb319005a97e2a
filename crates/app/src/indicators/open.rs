//! Open data: the indicators by region, for anybody.

use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use sheber_kernel::{AcademicYear, Lang};
use sheber_norms::Edition;
use sheber_norms::edition::FIRST_YEAR;

use super::store;
use crate::platform::app::App;
use crate::platform::clock;
use crate::platform::context::Context;
use crate::platform::error::AppError;
use crate::reference::store as reference;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    year: String,
}

/// A figure of a region.
#[derive(Serialize)]
struct Row {
    indicator: String,
    item: String,
    year: String,
    region: String,
    region_kk: String,
    region_ru: String,
    numerator: i64,
    denominator: i64,
    value: Option<f64>,
    unit: &'static str,
    target: Option<u32>,
    /// The day on which the figure last moved.
    counted_on: String,
    as_of: String,
}

async fn rows(app: &App, context: &Context, asked: &Asked) -> Result<Vec<Row>, AppError> {
    let year: AcademicYear = asked.year.parse().unwrap_or(context.this_year).max(FIRST_YEAR);
    let today = clock::day(app.clock.millis()).to_string();
    let names = reference::of_kind(&app.db, "region", Lang::Kk).await?;
    let mut rows = Vec::new();
    for indicator in Edition::of(year).indicators() {
        for sum in store::regions(&app.db, &indicator.code, year).await? {
            let Some(name) = names.iter().find(|name| name.code == sum.region) else { continue };
            let figure = indicator.figure(sum.numerator, sum.denominator);
            rows.push(Row {
                indicator: indicator.code.clone(),
                item: indicator.item.clone(),
                year: year.to_string(),
                region: sum.region.clone(),
                region_kk: name.name_kk.clone(),
                region_ru: name.name_ru.clone(),
                numerator: sum.numerator,
                denominator: sum.denominator,
                value: figure.map(|figure| figure.hundredths as f64 / 100.0),
                unit: indicator.unit.word(),
                target: indicator.target(sheber_norms::indicators::Level::Region, year),
                counted_on: clock::day(sum.counted_at).to_string(),
                as_of: today.clone(),
            });
        }
    }
    Ok(rows)
}

pub async fn json(State(app): State<App>, context: Context, Query(asked): Query<Asked>) -> Result<Response, AppError> {
    Ok(axum::Json(rows(&app, &context, &asked).await?).into_response())
}

/// A field of CSV, quoted where it has to be.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

pub async fn csv(State(app): State<App>, context: Context, Query(asked): Query<Asked>) -> Result<Response, AppError> {
    let mut text =
        "indicator,item,year,region,region_kk,region_ru,numerator,denominator,value,unit,target,counted_on,as_of\n"
            .to_owned();
    for row in rows(&app, &context, &asked).await? {
        let value = row.value.map(|value| format!("{value:.2}")).unwrap_or_default();
        let target = row.target.map(|target| target.to_string()).unwrap_or_default();
        let fields = [
            row.indicator,
            row.item,
            row.year,
            row.region,
            quoted(&row.region_kk),
            quoted(&row.region_ru),
            row.numerator.to_string(),
            row.denominator.to_string(),
            value,
            row.unit.to_owned(),
            target,
            row.counted_on,
            row.as_of,
        ];
        text.push_str(&fields.join(","));
        text.push('\n');
    }
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], text).into_response())
}
