//! What a figure is made of: the country's by regions, a region's by its colleges; the worst first.

use sheber_kernel::Level;
use sheber_norms::indicators::{Direction, Figure, Indicator};
use sheber_people::reference::entry::{Kind, ReferenceEntry};
use sheber_people::reference::store as reference;
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;

use super::store::{self, OfCollege, Whose};
use super::words::worded;

/// A part of a figure: whose it is, and what was counted of it, if anything was.
pub struct Part {
    pub key: String,
    pub label: String,
    pub link: String,
    pub counted: Option<(i64, i64)>,
    pub figure: Option<Figure>,
    /// The figure as people read it.
    pub text: String,
    pub meets: Option<bool>,
}

/// At which level the parts of a figure stand.
pub const fn level(whose: &Whose) -> Level {
    match whose {
        Whose::Region(_) | Whose::College(_) => Level::College,
        Whose::Country => Level::Region,
    }
}

/// The parts of a figure, the worst first; what nothing was counted of stands last. A college's has none.
pub async fn of(app: &App, context: &Context, indicator: &Indicator, whose: &Whose) -> Result<Vec<Part>, AppError> {
    let (code, year, lang) = (&indicator.code, context.year, context.lang);
    let part = |key: String, label: String, link: String, counted: Option<(i64, i64)>| {
        let figure = counted.and_then(|(numerator, denominator)| indicator.figure(numerator, denominator));
        let meets = figure.and_then(|figure| indicator.meets(level(whose), figure, year));
        Part { key, label, link, counted, figure, text: worded(lang, indicator, figure), meets }
    };
    let mut parts: Vec<Part> = match whose {
        Whose::College(_) => Vec::new(),
        Whose::Region(region) => {
            let of = |one: OfCollege| {
                let link = format!("/indicators/{code}?college={}", one.id);
                part(one.id.to_string(), one.name(lang).to_owned(), link, Some((one.numerator, one.denominator)))
            };
            store::colleges(&app.db, code, year, region, lang).await?.into_iter().map(of).collect()
        }
        Whose::Country => {
            let sums = store::regions(&app.db, code, year).await?;
            let of = |region: &ReferenceEntry| {
                let sum = sums.iter().find(|sum| sum.region == region.code);
                let link = format!("/indicators/{code}?region={}", region.code);
                let counted = sum.map(|sum| (sum.numerator, sum.denominator));
                let label = region.name(lang).to_owned();
                part(region.code.clone(), label, link, counted)
            };
            reference::entries(app, Kind::Region, lang).await?.iter().map(of).collect()
        }
    };
    parts.sort_by_key(|part| {
        let hundredths = part.figure.map(|figure| figure.hundredths);
        let badness = hundredths.map(|one| if indicator.direction == Direction::Up { one } else { -one });
        (badness.is_none(), badness)
    });
    Ok(parts)
}
