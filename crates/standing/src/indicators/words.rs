//! Figures as people read them.

use sheber_kernel::{AcademicYear, Lang, Level};
use sheber_messages as messages;
use sheber_norms::indicators::{Figure, Indicator, IndicatorUnit};

/// A figure as people read it: `66,7 %`, `180`.
pub fn worded(lang: Lang, indicator: &Indicator, figure: Option<Figure>) -> String {
    let Some(figure) = figure else { return "–".to_owned() };
    match indicator.unit {
        IndicatorUnit::Percent => messages::percent(lang, Some(figure.hundredths)),
        IndicatorUnit::Count => {
            let tenths = (figure.hundredths + 5) / 10;
            let whole = tenths % 10 == 0;
            let number = if whole { (tenths / 10).to_string() } else { format!("{}.{}", tenths / 10, tenths % 10) };
            messages::number(lang, &number)
        }
    }
}

/// The target of a level, with its unit; empty where there is none.
pub fn target(indicator: &Indicator, level: Level, year: AcademicYear) -> String {
    let unit = if indicator.unit == IndicatorUnit::Percent { " %" } else { "" };
    indicator.target(level, year).map(|target| format!("{target}{unit}")).unwrap_or_default()
}
