//! Open data: the indicators by region, for anybody.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use sheber_exchange::table::written;
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
use sheber_platform::sheet::{attachment, workbook};

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

const HEADINGS: [&str; 13] = [
    "indicator",
    "item",
    "year",
    "region",
    "region_kk",
    "region_ru",
    "numerator",
    "denominator",
    "value",
    "unit",
    "target",
    "counted_on",
    "as_of",
];

/// The places of the headings whose cells hold numbers.
const NUMBERS: [usize; 4] = [6, 7, 8, 10];

impl Row {
    fn cells(self) -> Vec<String> {
        vec![
            self.indicator,
            self.item,
            self.year.to_string(),
            self.region,
            self.region_kk,
            self.region_ru,
            self.numerator.to_string(),
            self.denominator.to_string(),
            self.value.map(|value| format!("{value:.2}")).unwrap_or_default(),
            self.unit.to_string(),
            self.target.map(|target| target.to_string()).unwrap_or_default(),
            self.counted_on.to_string(),
            self.as_of.to_string(),
        ]
    }
}

/// What the file of a year is called.
fn file_name(context: &Context, query: &Query, ending: &str) -> String {
    format!("indicators-{}.{ending}", query.year.unwrap_or(context.this_year))
}

pub async fn csv(
    State(app): State<App>,
    context: Context,
    Address(query): Address<Query>,
) -> Result<Response, AppError> {
    let rows = rows(&app, &context, &query).await?.into_iter().map(Row::cells);
    let bytes = written(&HEADINGS, rows).map_err(|error| AppError::Internal(error.to_string()))?;
    Ok(attachment(&file_name(&context, &query, "csv"), "text/csv; charset=utf-8", bytes))
}

pub async fn xlsx(
    State(app): State<App>,
    context: Context,
    Address(query): Address<Query>,
) -> Result<Response, AppError> {
    let rows = rows(&app, &context, &query).await?.into_iter().map(Row::cells).collect();
    let headings = HEADINGS.map(ToOwned::to_owned).into();
    workbook(&file_name(&context, &query, "xlsx"), context.t("nav-indicators"), headings, NUMBERS, rows).await
}
