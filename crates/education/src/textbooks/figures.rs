//! What textbooks amount to: what a college spends (15.2), how many Kazakh titles a region buys (15.5).

use std::collections::HashMap;

use chrono::NaiveDate;
use sea_orm::prelude::async_trait::async_trait;
use sea_orm::{ConnectionTrait, DbErr};
use sheber_kernel::{AcademicYear, Lang};
use sheber_messages as messages;
use sheber_norms::textbooks::{self, SPENDING, Spending};
use sheber_norms::{Edition, Finding};
use sheber_people::groups::store as groups;
use sheber_platform::ability::Ability;
use sheber_platform::entry::Rests;
use sheber_platform::evidence::{Count, Db};
use sheber_platform::house::{Basis, Check};

use super::purchases::{self, TEXTBOOK};
use super::rights;

/// How many Kazakh titles were bought (15.5).
pub struct KazakhTitles;

#[async_trait]
impl Count for KazakhTitles {
    fn code(&self) -> &'static str {
        "kazakh_titles"
    }

    fn rests_on(&self) -> &'static [Rests] {
        const { &[Rests(TEXTBOOK, &[Lang::Kk.code()])] }
    }

    async fn of_college(
        &self,
        db: &Db<'_>,
        college: i64,
        year: AcademicYear,
        _: NaiveDate,
    ) -> Result<(i64, i64), DbErr> {
        Ok((purchases::titles(db, college, year).await?, 1))
    }

    /// A title counts once in a region, however many of its colleges bought it.
    async fn of_region(&self, db: &Db<'_>, region: &str, year: AcademicYear) -> Result<Option<(i64, i64)>, DbErr> {
        Ok(Some((purchases::region_titles(db, region, year).await?, 1)))
    }

    fn records(&self, college: Option<i64>) -> (Option<Ability>, String) {
        let of = college.map(|college| format!("&college={college}")).unwrap_or_default();
        (Some(rights::SEE), format!("/textbooks?lang=kk{of}"))
    }
}

/// What these colleges spent, and for how many students; a college of which neither is known is absent.
pub async fn spending(
    db: &impl ConnectionTrait,
    colleges: &[i64],
    year: AcademicYear,
) -> Result<HashMap<i64, Spending>, DbErr> {
    let spent = purchases::spent(db, colleges, year).await?;
    let students = groups::students(db, colleges, year).await?;
    let of = |college: &i64| {
        let (tiyn, students) = (spent.get(college), students.get(college));
        let known = tiyn.is_some() || students.is_some();
        let spending = Spending {
            year: i32::from(year.start()),
            tiyn: tiyn.copied().unwrap_or(0),
            students: students.and_then(|students| u32::try_from(*students).ok()),
        };
        known.then_some((*college, spending))
    };
    Ok(colleges.iter().filter_map(of).collect())
}

/// What a college spent on textbooks against the norm (15.2).
pub struct Spent;

#[async_trait]
impl Check for Spent {
    fn item(&self) -> &'static str {
        SPENDING.item
    }

    fn page(&self) -> &'static str {
        "/textbooks"
    }

    async fn findings(&self, db: &Db<'_>, colleges: &[i64], basis: Basis) -> Result<HashMap<i64, Vec<Finding>>, DbErr> {
        let spending = spending(db, colleges, basis.year).await?;
        let of = |college: &i64| (*college, SPENDING.findings(&spending.get(college).copied(), basis.edition));
        Ok(colleges.iter().map(of).collect())
    }

    fn figures(&self) -> &'static [&'static str] {
        &["textbook-spent", "textbook-norm"]
    }

    async fn figured(
        &self,
        db: &Db<'_>,
        colleges: &[i64],
        year: AcademicYear,
        lang: Lang,
    ) -> Result<HashMap<i64, Vec<String>>, DbErr> {
        let edition = Edition::of(year);
        let money = |tiyn: i64| messages::tenge(lang, tiyn);
        let of = |(college, spending): (i64, Spending)| {
            let required = textbooks::required(edition, spending);
            (college, vec![money(spending.tiyn), required.map(money).unwrap_or_default()])
        };
        Ok(spending(db, colleges, year).await?.into_iter().map(of).collect())
    }
}
