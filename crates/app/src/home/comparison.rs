//! Colleges or regions side by side.

use std::collections::HashMap;

use sheber_norms::Edition;
use sheber_norms::indicators::Indicator;
use sheber_platform::context::Context;
use sheber_standing::indicators::{self, Sum};

/// A line of a department's or the country's list.
pub struct Row {
    pub link: String,
    pub name: String,
    pub late: i64,
    pub timely: String,
    pub figures: Vec<String>,
}

/// Colleges or regions side by side.
#[derive(Default)]
pub struct Comparison {
    pub rows: Vec<Row>,
    /// The indicators that the rows' figures are of.
    pub heads: Vec<String>,
    /// How many more there are than are shown.
    pub more: usize,
}

impl Comparison {
    /// A row's figures, each with what it is.
    pub fn figures<'b>(&'b self, row: &'b Row) -> impl Iterator<Item = (&'b String, &'b String)> {
        self.heads.iter().zip(&row.figures)
    }
}

/// The indicators of a year as figures of a row, in the order of the headings.
pub fn figures(context: &Context, sums: Option<&HashMap<String, Sum>>) -> Vec<String> {
    let figure = |indicator: &Indicator| {
        let sum = sums.and_then(|sums| sums.get(&indicator.code));
        let figure = sum.and_then(|sum| indicator.figure(sum.numerator, sum.denominator));
        indicators::worded(context.lang, indicator, figure)
    };
    Edition::of(context.year).indicators().iter().map(figure).collect()
}

/// What the figures of the rows are.
pub fn heads(context: &Context) -> Vec<String> {
    let indicators = Edition::of(context.year).indicators().iter();
    indicators.map(|indicator| indicator.numerator.get(context.lang).to_owned()).collect()
}
