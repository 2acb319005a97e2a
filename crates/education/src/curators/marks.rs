//! The hours that a curator planned for their groups and did not hold yet, in their calendar.

use chrono::NaiveDate;
use sea_orm::prelude::async_trait::async_trait;
use sheber_kernel::Lang;
use sheber_platform::actor::Actor;
use sheber_platform::app::App;
use sheber_platform::error::AppError;
use sheber_platform::house::{Mark, Marks};

use super::plan;

pub struct Hours;

#[async_trait]
impl Marks for Hours {
    async fn between(
        &self,
        app: &App,
        actor: &Actor,
        _: Lang,
        days: (NaiveDate, NaiveDate),
    ) -> Result<Vec<Mark>, AppError> {
        let ahead = plan::ahead(&app.db, actor.id, days).await?;
        let mark = |planned: plan::OfGroup| Mark {
            uid: format!("hour-{}-{}", planned.group, planned.hour.on),
            from: planned.hour.on,
            to: planned.hour.on,
            title: format!("{}: {}", planned.code, planned.hour.topic),
            link: format!("/groups/{}#plan", planned.group),
            class: "",
            sign: "○",
            is_tentative: true,
            is_own: true,
            ..Mark::default()
        };
        Ok(ahead.into_iter().map(mark).collect())
    }
}
