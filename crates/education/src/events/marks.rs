//! The events of an organisation in its calendar.

use chrono::NaiveDate;
use sea_orm::prelude::async_trait::async_trait;
use sheber_kernel::Lang;
use sheber_platform::actor::Actor;
use sheber_platform::app::App;
use sheber_platform::error::AppError;
use sheber_platform::house::{Mark, Marks};

use super::store;

pub struct Events;

#[async_trait]
impl Marks for Events {
    async fn between(
        &self,
        app: &App,
        actor: &Actor,
        _: Lang,
        (from, to): (NaiveDate, NaiveDate),
    ) -> Result<Vec<Mark>, AppError> {
        let lines = store::between(&app.db, actor.organisation_id, from, to).await?;
        let mark = |line: store::Line| {
            let day = line.day()?;
            let (class, sign) = if line.held_on.is_some() { ("clean", "●") } else { ("", "○") };
            Some(Mark {
                uid: format!("event-{}", line.id),
                time: line.time(),
                minutes: line.minutes,
                from: day,
                to: day,
                place: line.place,
                title: line.topic,
                link: format!("/events/{}", line.id),
                class,
                sign,
                is_tentative: line.held_on.is_none(),
                is_own: true,
                ..Mark::default()
            })
        };
        Ok(lines.into_iter().filter_map(mark).collect())
    }
}
