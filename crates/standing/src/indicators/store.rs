//! Figures in the database.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use sheber_kernel::{AcademicYear, Day, Lang, Level};
use sheber_people::organisations::colleges::by_name;
use sheber_platform::actor::Scope;
use sheber_platform::database;
use sheber_platform::params;

/// Whose figure it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    College(i64),
    Region(String),
    Country,
}

impl Whose {
    /// Of whom somebody with a scope sees the figures first.
    pub fn of(scope: Scope) -> Self {
        match scope {
            Scope::College(own) => Self::College(own),
            Scope::Region(region) => Self::Region(region),
            Scope::All | Scope::Nothing => Self::Country,
        }
    }

    pub const fn level(&self) -> Level {
        match self {
            Self::College(_) => Level::College,
            Self::Region(_) => Level::Region,
            Self::Country => Level::Country,
        }
    }

    /// The region that the days are kept of, the country's under an empty one; a college has none.
    pub fn region(&self) -> Option<&str> {
        match self {
            Self::College(_) => None,
            Self::Region(region) => Some(region),
            Self::Country => Some(""),
        }
    }
}

/// A sum: numerator, denominator, when it was counted last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Sum {
    pub numerator: i64,
    pub denominator: i64,
    pub counted_at: i64,
}

#[derive(FromQueryResult)]
struct CodeRow {
    code: String,
    #[sea_orm(nested)]
    sum: Sum,
}

/// The figures of a year by the indicators' codes; one that was never counted is absent.
pub async fn of(db: &impl ConnectionTrait, whose: &Whose, year: AcademicYear) -> Result<HashMap<String, Sum>, DbErr> {
    const COLUMNS: &str = "SELECT code, numerator, denominator, counted_at FROM";
    let coded: Vec<CodeRow> = match whose {
        Whose::College(college) => {
            let sql = format!("{COLUMNS} indicator_value WHERE year = $1 AND organisation_id = $2");
            database::all(db, &sql, params![year, *college]).await?
        }
        Whose::Region(region) => {
            let sql = format!("{COLUMNS} indicator_sum WHERE year = $1 AND region = $2");
            database::all(db, &sql, params![year, region.clone()]).await?
        }
        Whose::Country => {
            let sql = "SELECT code, CAST(SUM(numerator) AS BIGINT) AS numerator,
                              CAST(SUM(denominator) AS BIGINT) AS denominator, MAX(counted_at) AS counted_at
                       FROM indicator_sum WHERE year = $1 GROUP BY code";
            database::all(db, sql, params![year]).await?
        }
    };
    Ok(coded.into_iter().map(|coded| (coded.code, coded.sum)).collect())
}

#[derive(FromQueryResult)]
struct FigureRow<K: sea_orm::TryGetable> {
    key: K,
    code: String,
    #[sea_orm(nested)]
    sum: Sum,
}

/// Figures by whose they are, and by the indicators' codes.
pub type Figures<K> = HashMap<K, HashMap<String, Sum>>;

fn keyed<K: sea_orm::TryGetable + std::hash::Hash + Eq>(rows: Vec<FigureRow<K>>) -> Figures<K> {
    let mut figures: Figures<K> = HashMap::new();
    for row in rows {
        figures.entry(row.key).or_default().insert(row.code, row.sum);
    }
    figures
}

/// The figures of a year of every region.
pub async fn by_region(db: &impl ConnectionTrait, year: AcademicYear) -> Result<Figures<String>, DbErr> {
    let sql = "SELECT region AS key, code, numerator, denominator, counted_at FROM indicator_sum WHERE year = $1";
    Ok(keyed(database::all(db, sql, params![year]).await?))
}

/// The figures of a year of each college of a region.
pub async fn by_college(db: &impl ConnectionTrait, year: AcademicYear, region: &str) -> Result<Figures<i64>, DbErr> {
    let sql = "SELECT organisation_id AS key, code, numerator, denominator, counted_at FROM indicator_value
               WHERE year = $1 AND region = $2";
    Ok(keyed(database::all(db, sql, params![year, region]).await?))
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
    database::all(db, sql, params![code, year]).await
}

/// The figure of a college.
#[derive(Clone, Debug, FromQueryResult)]
pub struct OfCollege {
    pub id: i64,
    pub name_kk: String,
    pub name_ru: String,
    pub numerator: i64,
    pub denominator: i64,
}

impl OfCollege {
    pub fn name(&self, lang: Lang) -> &str {
        lang.pick(&self.name_kk, &self.name_ru)
    }
}

pub async fn colleges(
    db: &impl ConnectionTrait,
    code: &str,
    year: AcademicYear,
    region: &str,
    lang: Lang,
) -> Result<Vec<OfCollege>, DbErr> {
    let sql = format!(
        "SELECT o.id, o.name_kk, o.name_ru, v.numerator, v.denominator FROM indicator_value v
         JOIN organisation o ON o.id = v.organisation_id WHERE v.code = $1 AND v.year = $2 AND v.region = $3
         ORDER BY {}, o.id LIMIT 5000",
        by_name(lang)
    );
    database::all(db, &sql, params![code, year, region]).await
}

/// How a figure was on a day.
#[derive(Clone, Debug, FromQueryResult)]
pub struct OfDay {
    pub code: String,
    pub day: Day,
    pub numerator: i64,
    pub denominator: i64,
}

/// The days on which the figures of a region moved, by the indicators' codes; of the country for an empty region.
pub async fn days(
    db: &impl ConnectionTrait,
    year: AcademicYear,
    region: &str,
) -> Result<HashMap<String, Vec<OfDay>>, DbErr> {
    let sql = "SELECT code, day, numerator, denominator FROM indicator_day WHERE year = $1 AND region = $2
               ORDER BY code, day";
    let mut days: HashMap<String, Vec<OfDay>> = HashMap::new();
    for day in database::all::<OfDay>(db, sql, params![year, region]).await? {
        days.entry(day.code.clone()).or_default().push(day);
    }
    Ok(days)
}
