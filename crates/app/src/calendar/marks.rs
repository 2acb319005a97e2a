//! What all rooms mark between two days.

use chrono::NaiveDate;
use sheber_kernel::Lang;
use sheber_platform::actor::Actor;
use sheber_platform::app::App;
use sheber_platform::error::AppError;
use sheber_platform::house::{House, Mark};

/// Everything that stands in somebody's calendar between two days, room by room.
pub async fn between(
    app: &App,
    actor: &Actor,
    lang: Lang,
    days: (NaiveDate, NaiveDate),
) -> Result<Vec<Mark>, AppError> {
    let mut marks = Vec::new();
    for room in House::of(app).rooms().filter_map(|room| room.marks) {
        marks.extend(room.between(app, actor, lang, days).await?);
    }
    Ok(marks)
}
