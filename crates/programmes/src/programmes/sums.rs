//! How many programmes each college has, and how many of them break a norm: kept in the change that moves it, so that no page
//! counts the country.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::prelude::async_trait::async_trait;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use sheber_platform::actor::Scope;
use sheber_platform::app::App;
use sheber_platform::change::{Change, Deed, Reaction};
use sheber_platform::{database, params};

use super::store::PROGRAMME;

/// Programmes that are not archived.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromQueryResult)]
pub struct Sum {
    pub programmes: i64,
    pub with_violations: i64,
}

/// The sum over a scope.
pub async fn within(db: &impl ConnectionTrait, scope: &Scope) -> Result<Sum, DbErr> {
    let conditions = scope.colleges("college_id");
    let sql = format!(
        "SELECT CAST(COALESCE(SUM(programmes), 0) AS BIGINT) AS programmes,
             CAST(COALESCE(SUM(with_violations), 0) AS BIGINT) AS with_violations FROM programme_sum{}",
        conditions.sql()
    );
    Ok(database::one(db, &sql, conditions.values).await?.unwrap_or_default())
}

const COUNT: &str = "COUNT(*) AS programmes,
    CAST(COALESCE(SUM(CASE WHEN violations > 0 THEN 1 ELSE 0 END), 0) AS BIGINT) AS with_violations FROM programme";

pub struct Sums;

#[async_trait]
impl Reaction for Sums {
    async fn react(&self, change: &Change, happened: &Deed) -> Result<(), DbErr> {
        let touched = happened.touched.iter().filter(|touched| touched.entity == PROGRAMME);
        let colleges: BTreeSet<i64> = touched.map(|touched| touched.organisation).collect();
        for college in colleges {
            let sql = format!(
                "INSERT INTO programme_sum (college_id, programmes, with_violations)
                 SELECT CAST($1 AS BIGINT), {COUNT} WHERE college_id = $1 AND archived = FALSE
                 ON CONFLICT (college_id) DO UPDATE SET programmes = excluded.programmes,
                     with_violations = excluded.with_violations"
            );
            database::run(change.db(), &sql, params![college]).await?;
        }
        Ok(())
    }

    async fn recount(&self, app: &App) -> Result<Vec<String>, DbErr> {
        #[derive(FromQueryResult)]
        struct OfCollege {
            college_id: i64,
            #[sea_orm(nested)]
            sum: Sum,
        }
        let read = async |sql: &str| -> Result<BTreeMap<i64, Sum>, DbErr> {
            let rows: Vec<OfCollege> = database::all(&app.db, sql, params![]).await?;
            Ok(rows.into_iter().map(|row| (row.college_id, row.sum)).collect())
        };
        let kept = read("SELECT college_id, programmes, with_violations FROM programme_sum").await?;
        let counted = read(&format!("SELECT college_id, {COUNT} WHERE archived = FALSE GROUP BY college_id")).await?;
        let colleges: BTreeSet<i64> = kept.keys().chain(counted.keys()).copied().collect();
        let of = |sums: &BTreeMap<i64, Sum>, college: i64| sums.get(&college).copied().unwrap_or_default();
        let wrong = colleges.into_iter().filter(|college| of(&kept, *college) != of(&counted, *college));
        Ok(wrong.map(|college| format!("the sum of programmes of college {college} is out of date")).collect())
    }
}
