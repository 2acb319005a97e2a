//! What a department finds first: the next deadlines of its colleges, and the colleges side by side. Everything is read from sums.

use chrono::{Days, NaiveDate};
use sheber_messages as messages;
use sheber_norms::Edition;
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_standing::duties::colleges::{self, Late, Whose};
use sheber_standing::duties::sums;
use sheber_standing::indicators;

use super::comparison::{Comparison, Row, figures, heads};

/// A day on which colleges have something due.
pub struct Deadline {
    pub due: String,
    pub title: String,
    pub item: String,
    pub section: String,
    /// How many colleges have it open.
    pub open: i64,
}

/// So many colleges stand side by side, which is a whole region nearly everywhere.
const COLLEGES: usize = 60;
/// So many days ahead, and so many of them.
const AHEAD: u64 = 30;
const DEADLINES: usize = 8;

/// The next days on which the region's colleges have something due.
pub async fn deadlines(
    app: &App,
    context: &Context,
    region: &str,
    today: NaiveDate,
) -> Result<Vec<Deadline>, AppError> {
    let days = (today.into(), (today + Days::new(AHEAD)).into());
    let ahead = sums::ahead(&app.db, context.year, region, days, DEADLINES).await?;
    let edition = Edition::of(context.year);
    let deadline = |one: sums::Deadline| {
        let duty = edition.duty(&one.duty);
        let item = one.duty.split('/').next().unwrap_or_default().to_owned();
        Deadline {
            title: duty.map_or_else(|| one.duty.clone(), |duty| duty.title.get(context.lang).to_owned()),
            due: messages::date(context.lang, one.due.0),
            section: item.split('.').next().unwrap_or_default().to_owned(),
            item,
            open: one.open,
        }
    };
    Ok(ahead.into_iter().map(deadline).collect())
}

/// The region's colleges, the worst first.
pub async fn side_by_side(
    app: &App,
    context: &Context,
    region: &str,
    today: NaiveDate,
) -> Result<Comparison, AppError> {
    let whose = Whose::Colleges(region);
    let colleges = colleges::worst_first(&app.db, whose, context.year, today.into()).await?;
    let sums = indicators::by_college(&app.db, context.year, region).await?;
    let row = |late: &Late| Row {
        link: format!("/oversight/{}", late.college.id),
        name: late.college.name(context.lang).to_owned(),
        late: late.late,
        timely: String::new(),
        figures: figures(context, sums.get(&late.college.id)),
    };
    Ok(Comparison {
        more: colleges.len().saturating_sub(COLLEGES),
        rows: colleges.iter().take(COLLEGES).map(row).collect(),
        heads: heads(context),
    })
}
