//! Figures in the database.

use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use sheber_kernel::{AcademicYear, LocalName};

use crate::params;
use crate::platform::database;

/// A sum: numerator, denominator, when it was counted last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Sum {
    pub numerator: i64,
    pub denominator: i64,
    pub counted_at: i64,
}

pub async fn of_college(
    db: &impl ConnectionTrait,
    code: &str,
    year: AcademicYear,
    college: i64,
) -> Result<Option<Sum>, DbErr> {
    let sql = "SELECT numerator, denominator, counted_at FROM indicator_value
               WHERE code = $1 AND year = $2 AND organisation_id = $3";
    database::one(db, sql, params![code, year.to_string(), college]).await
}

pub async fn of_region(
    db: &impl ConnectionTrait,
    code: &str,
    year: AcademicYear,
    region: &str,
) -> Result<Option<Sum>, DbErr> {
    let sql =
        "SELECT numerator, denominator, counted_at FROM indicator_sum WHERE code = $1 AND year = $2 AND region = $3";
    database::one(db, sql, params![code, year.to_string(), region]).await
}

#[derive(FromQueryResult)]
struct Whole {
    numerator: i64,
    denominator: i64,
    counted_at: i64,
    regions: i64,
}

pub async fn of_country(db: &impl ConnectionTrait, code: &str, year: AcademicYear) -> Result<Option<Sum>, DbErr> {
    let sql = "SELECT CAST(COALESCE(SUM(numerator), 0) AS BIGINT) AS numerator,
               CAST(COALESCE(SUM(denominator), 0) AS BIGINT) AS denominator,
               CAST(COALESCE(MAX(counted_at), 0) AS BIGINT) AS counted_at, CAST(COUNT(*) AS BIGINT) AS regions
               FROM indicator_sum WHERE code = $1 AND year = $2";
    let whole: Option<Whole> = database::one(db, sql, params![code, year.to_string()]).await?;
    let sum =
        |whole: Whole| Sum { numerator: whole.numerator, denominator: whole.denominator, counted_at: whole.counted_at };
    Ok(whole.filter(|whole| whole.regions > 0).map(sum))
}

/// The sum of a region, by its code.
#[derive(Clone, Debug, FromQueryResult)]
pub struct OfRegion {
    pub region: String,
    pub numerator: i64,
    pub denominator: i64,
    pub counted_at: i64,
}

pub async fn regions(db: &impl ConnectionTrait, code: &str, year: AcademicYear) -> Result<Vec<OfRegion>, DbErr> {
    let sql = "SELECT region, numerator, denominator, counted_at FROM indicator_sum WHERE code = $1 AND year = $2
               ORDER BY region";
    database::all(db, sql, params![code, year.to_string()]).await
}

/// The figure of a college.
#[derive(Clone, Debug, FromQueryResult)]
pub struct OfCollege {
    pub id: i64,
    pub name_kk: String,
    pub name_ru: String,
    pub numerator: i64,
    pub denominator: i64,
    pub counted_at: i64,
}

impl OfCollege {
    pub fn name(&self) -> LocalName {
        LocalName::new(&self.name_kk, &self.name_ru)
    }
}

pub async fn colleges(
    db: &impl ConnectionTrait,
    code: &str,
    year: AcademicYear,
    region: &str,
) -> Result<Vec<OfCollege>, DbErr> {
    let sql = "SELECT o.id, o.name_kk, o.name_ru, v.numerator, v.denominator, v.counted_at FROM indicator_value v
               JOIN organisation o ON o.id = v.organisation_id WHERE v.code = $1 AND v.year = $2 AND v.region = $3
               ORDER BY o.search_name LIMIT 5000";
    database::all(db, sql, params![code, year.to_string(), region]).await
}

/// How a figure was on a day.
#[derive(Clone, Debug, FromQueryResult)]
pub struct OfDay {
    pub day: String,
    pub numerator: i64,
    pub denominator: i64,
}

/// The days on which the figure of a region moved; of the country for an empty region.
pub async fn days(
    db: &impl ConnectionTrait,
    code: &str,
    year: AcademicYear,
    region: &str,
) -> Result<Vec<OfDay>, DbErr> {
    let sql = "SELECT day, numerator, denominator FROM indicator_day WHERE code = $1 AND year = $2 AND region = $3 ORDER BY day";
    database::all(db, sql, params![code, year.to_string(), region]).await
}
