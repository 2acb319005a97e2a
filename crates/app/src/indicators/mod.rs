//! Indicators: counted bottom-up from the colleges' records, against the year's target; each figure leads down to its records.

pub mod chart;
pub mod count;
mod open;
pub mod pages;
pub mod store;

use sheber_messages as messages;
use sheber_norms::Edition;
use sheber_norms::indicators::{Figure, Indicator, IndicatorUnit, Level};

use crate::guidance::state::Said;
use crate::platform::actor::{Ability, Actor, Scope};
use crate::platform::app::App;
use crate::platform::context::Context;
use crate::platform::error::AppError;
use crate::platform::route::Access::{Can, Public};
use crate::platform::route::{Route, get};

pub fn routes() -> Vec<Route> {
    let see = Can(Ability::SeeIndicators);
    vec![
        get("/indicators", see, pages::list),
        get("/indicators/{code}", see, pages::one),
        get("/indicators/{code}/list.xlsx", see, pages::export),
        get("/open/indicators.csv", Public, open::csv),
        get("/open/indicators.json", Public, open::json),
    ]
}

/// A figure as people read it: `66,7 %`, `180`.
pub fn said_figure(lang: sheber_kernel::Lang, indicator: &Indicator, figure: Option<Figure>) -> String {
    let Some(figure) = figure else { return "–".to_owned() };
    match indicator.unit {
        IndicatorUnit::Percent => crate::duties::report::percent(lang, Some(figure.hundredths)),
        IndicatorUnit::Count => {
            let tenths = (figure.hundredths + 5) / 10;
            let number =
                if tenths % 10 == 0 { (tenths / 10).to_string() } else { format!("{}.{}", tenths / 10, tenths % 10) };
            messages::number(lang, &number)
        }
    }
}

/// The level of the figures of somebody's own scope.
pub fn level(actor: &Actor) -> Level {
    match actor.scope() {
        Scope::College(_) => Level::College,
        Scope::Region(_) => Level::Region,
        _ => Level::Country,
    }
}

/// What can be said of each item that an indicator belongs to, within the reader's scope.
pub async fn said(app: &App, context: &Context, actor: &Actor) -> Result<Vec<(String, Said)>, AppError> {
    let mut list = Vec::new();
    for indicator in Edition::of(context.year).indicators() {
        let level = level(actor);
        let sum = match actor.scope() {
            Scope::College(college) => store::of_college(&app.db, &indicator.code, context.year, college).await?,
            Scope::Region(region) => store::of_region(&app.db, &indicator.code, context.year, &region).await?,
            _ => store::of_country(&app.db, &indicator.code, context.year).await?,
        };
        let figure = sum.and_then(|sum| indicator.figure(sum.numerator, sum.denominator));
        let (class, sign) = match figure.and_then(|figure| indicator.meets(level, figure, context.year)) {
            Some(true) => ("clean", "✓"),
            Some(false) => ("warning", "↗"),
            None => ("", "·"),
        };
        let text = said_figure(context.lang, indicator, figure);
        let link = Some(format!("/indicators/{}", indicator.code));
        list.push((indicator.item.clone(), Said { class, sign, text, link }));
    }
    Ok(list)
}
