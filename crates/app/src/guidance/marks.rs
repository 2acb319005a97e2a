//! The days that the guidance names, in everybody's calendar.

use chrono::NaiveDate;
use sea_orm::prelude::async_trait::async_trait;
use sheber_kernel::{AcademicYear, Lang};
use sheber_norms::Edition;
use sheber_norms::item::{Item, NamedDays};
use sheber_platform::actor::Actor;
use sheber_platform::app::App;
use sheber_platform::error::AppError;
use sheber_platform::house::{Mark, Marks};

pub struct Days;

#[async_trait]
impl Marks for Days {
    async fn between(
        &self,
        _: &App,
        _: &Actor,
        lang: Lang,
        (from, to): (NaiveDate, NaiveDate),
    ) -> Result<Vec<Mark>, AppError> {
        let mut years = vec![AcademicYear::of(from), AcademicYear::of(to)];
        years.dedup();
        let named = years.into_iter().flat_map(|year| Edition::of(year).items());
        let named = named.flat_map(|item| item.dates.iter().map(move |days| (item, days)));
        let mark = |(item, days): (&Item, &NamedDays)| Mark {
            uid: format!("guidance-{}-{}", item.id, days.from),
            from: days.from,
            to: days.to,
            title: days.title.get(lang).to_owned(),
            link: format!("/guidance/{}", item.id),
            class: "advice",
            sign: "★",
            ..Mark::default()
        };
        Ok(named.filter(|(_, days)| days.from <= to && days.to >= from).map(mark).collect())
    }
}
