//! What the ministry finds first: the regions on the map and side by side. Everything is read from sums.

use chrono::NaiveDate;
use sheber_messages as messages;
use sheber_people::reference::entry::Kind;
use sheber_people::reference::store as reference;
use sheber_platform::app::App;
use sheber_platform::chart::{self, Tile};
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_standing::duties::sums::{self, Standing};
use sheber_standing::indicators;

use super::comparison::{Comparison, Row, figures, heads};

/// The regions: as tiles of the map, and as rows, the least timely first.
pub async fn regions(app: &App, context: &Context, today: NaiveDate) -> Result<(Vec<Tile>, Comparison), AppError> {
    let names = reference::entries(app, Kind::Region, context.lang).await?;
    let duties = sums::by_region(&app.db, context.year, today.into()).await?;
    let values = indicators::by_region(&app.db, context.year).await?;
    let (mut tiles, mut rows) = (Vec::new(), Vec::new());
    for name in names.iter() {
        let of_region = duties.iter().find(|sum| sum.key == name.code);
        let standing = of_region.map_or_else(Standing::default, |sum| sum.standing.clone());
        let timely = standing.timely();
        let said = messages::percent(context.lang, timely);
        // There is no target of timeliness: what is drawn is whether nothing is late.
        let is_clean = (standing.expected > 0).then_some(standing.overdue == 0);
        let link = format!("/oversight?region={}", name.code);
        tiles.extend(chart::tile(&name.code, name.name(context.lang), said.clone(), is_clean, link.clone()));
        let row = Row {
            link,
            name: name.name(context.lang).to_owned(),
            late: standing.overdue,
            timely: said,
            figures: figures(context, values.get(&name.code)),
        };
        rows.push((timely.unwrap_or(i64::MAX), row));
    }
    rows.sort_by_key(|(timely, _)| *timely);
    let rows = rows.into_iter().map(|(_, row)| row).collect();
    Ok((tiles, Comparison { rows, heads: heads(context), more: 0 }))
}
