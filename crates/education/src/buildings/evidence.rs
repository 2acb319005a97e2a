//! What the norms and indicators ask of buildings.

use std::collections::HashMap;

use chrono::NaiveDate;
use sea_orm::DbErr;
use sea_orm::prelude::async_trait::async_trait;
use sheber_kernel::AcademicYear;
use sheber_norms::Finding;
use sheber_norms::special_needs::{BUILDINGS, Buildings};
use sheber_platform::ability::Ability;
use sheber_platform::entry::Rests;
use sheber_platform::evidence::{Count, Db};
use sheber_platform::house::{Basis, Check};

use super::rights;
use super::store::{self, BUILDING};

/// 12.3: every building of a college has the features, by a check that is recent enough.
pub struct Passports;

#[async_trait]
impl Check for Passports {
    fn item(&self) -> &'static str {
        BUILDINGS.item
    }

    fn page(&self) -> &'static str {
        "/buildings"
    }

    async fn findings(&self, db: &Db<'_>, colleges: &[i64], basis: Basis) -> Result<HashMap<i64, Vec<Finding>>, DbErr> {
        let mut facts = store::facts(db, colleges).await?;
        let of = |college: &i64| {
            let facts = Buildings { list: facts.remove(college).unwrap_or_default(), today: basis.today };
            (*college, BUILDINGS.findings(&facts, basis.edition))
        };
        Ok(colleges.iter().map(of).collect())
    }
}

/// Colleges with inclusive conditions (12.4): they have buildings, and the norm holds of all of them.
pub struct Accessible;

#[async_trait]
impl Count for Accessible {
    fn code(&self) -> &'static str {
        "accessible_colleges"
    }

    fn rests_on(&self) -> &'static [Rests] {
        const { &[Rests::on(BUILDING)] }
    }

    async fn of_college(
        &self,
        db: &Db<'_>,
        college: i64,
        year: AcademicYear,
        today: NaiveDate,
    ) -> Result<(i64, i64), DbErr> {
        let findings = Passports.findings(db, &[college], Basis::of(year, today)).await?;
        let is_sound = findings.get(&college).is_some_and(Vec::is_empty);
        Ok((i64::from(is_sound), 1))
    }

    fn records(&self, college: Option<i64>) -> (Option<Ability>, String) {
        let of = college.map(|college| format!("?college={college}")).unwrap_or_default();
        (Some(rights::SEE), format!("/buildings{of}"))
    }
}
