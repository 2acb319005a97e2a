//! Counting: the figure of one college, kept with the sums of its region and of each day, in the change that moved it.

use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use sheber_kernel::AcademicYear;

use crate::params;
use crate::platform::app::App;
use crate::platform::audit::Change;
use crate::platform::clock;
use crate::platform::database;
use crate::platform::error::AppError;
use crate::{accessibility, events, reference, register, textbooks};

/// The indicators that are counted, by code.
pub const COUNTED: &[&str] = &["curator_hours", "pilot_programmes", "accessible_colleges", TITLES];

const TITLES: &str = "kazakh_titles";

/// A college as far as counting goes.
#[derive(Clone, Debug, FromQueryResult)]
pub struct College {
    pub id: i64,
    pub region: String,
}

const COLLEGES: &str = "SELECT id, COALESCE(region, '') AS region FROM organisation WHERE kind = 'college' AND active";

/// What one college has: numerator and denominator.
async fn counted(
    db: &impl ConnectionTrait,
    code: &str,
    college: i64,
    year: AcademicYear,
    today: NaiveDate,
) -> Result<(i64, i64), DbErr> {
    match code {
        "curator_hours" => {
            let day = year.first_day();
            let until = reference::store::calendar(db).await?.on_or_after(day);
            events::store::groups_with_curator_hour(db, college, year, (day, until)).await
        }
        "pilot_programmes" => Ok((register::pilots(db, college).await?, 0)),
        "accessible_colleges" => {
            Ok((i64::from(accessibility::store::is_accessible(db, college, year, today).await?), 1))
        }
        TITLES => Ok((textbooks::store::titles(db, college, year).await?, 1)),
        _ => Ok((0, 0)),
    }
}

#[derive(FromQueryResult)]
struct Known {
    region: String,
    numerator: i64,
    denominator: i64,
}

/// Counts some indicators of a college anew, within the change that moved them.
pub async fn touch(change: &Change, college: i64, year: AcademicYear, codes: &[&str]) -> Result<(), DbErr> {
    let sql = format!("{COLLEGES} AND id = $1");
    let Some(college) = database::one::<College>(change.db(), &sql, params![college]).await? else { return Ok(()) };
    for code in codes {
        one(change, &college, year, code).await?;
    }
    Ok(())
}

async fn one(change: &Change, college: &College, year: AcademicYear, code: &str) -> Result<bool, DbErr> {
    change.in_order().await?;
    let db = change.db();
    let today = clock::day(change.at());
    let (numerator, denominator) = counted(db, code, college.id, year, today).await?;
    let sql = "SELECT region, numerator, denominator FROM indicator_value
               WHERE code = $1 AND year = $2 AND organisation_id = $3";
    let known: Option<Known> = database::one(db, sql, params![code, year.to_string(), college.id]).await?;
    let same = |known: &Known| {
        known.numerator == numerator && known.denominator == denominator && known.region == college.region
    };
    if known.as_ref().is_some_and(same) {
        // A title that gives way to another moves nothing of the college's own and may move the region's.
        return Ok(code == TITLES && region_titles(change, year, &college.region).await?);
    }
    database::run(
        db,
        "INSERT INTO indicator_value (code, year, organisation_id, region, numerator, denominator, counted_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (code, year, organisation_id) DO UPDATE SET
         region = excluded.region, numerator = excluded.numerator, denominator = excluded.denominator,
         counted_at = excluded.counted_at",
        params![code, year.to_string(), college.id, college.region.clone(), numerator, denominator, change.at()],
    )
    .await?;
    if code == TITLES {
        region_titles(change, year, &college.region).await?;
        if let Some(known) = known.filter(|known| known.region != college.region) {
            region_titles(change, year, &known.region).await?;
        }
        return Ok(true);
    }
    if let Some(known) = &known {
        add(change, code, year, &known.region, (-known.numerator, -known.denominator)).await?;
    }
    add(change, code, year, &college.region, (numerator, denominator)).await?;
    Ok(true)
}

/// The region's figure of titles, which is no sum of its colleges': a title counts once in a region, however many bought it. Whether
/// it moved.
async fn region_titles(change: &Change, year: AcademicYear, region: &str) -> Result<bool, DbErr> {
    let titles = textbooks::store::region_titles(change.db(), region, year).await?;
    let sql = "SELECT numerator FROM indicator_sum WHERE code = $1 AND year = $2 AND region = $3";
    let known = database::all::<Numerator>(change.db(), sql, params![TITLES, year.to_string(), region]).await?;
    if known.first().is_some_and(|known| known.numerator == titles) {
        return Ok(false);
    }
    set(change, TITLES, year, region, (titles, 1)).await?;
    Ok(true)
}

#[derive(FromQueryResult)]
struct Numerator {
    numerator: i64,
}

/// Adds to a region's sum, and writes how it stands today.
async fn add(change: &Change, code: &str, year: AcademicYear, region: &str, by: (i64, i64)) -> Result<(), DbErr> {
    database::run(
        change.db(),
        "INSERT INTO indicator_sum (code, year, region, numerator, denominator, counted_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (code, year, region) DO UPDATE SET numerator = indicator_sum.numerator + excluded.numerator,
         denominator = indicator_sum.denominator + excluded.denominator, counted_at = excluded.counted_at",
        params![code, year.to_string(), region, by.0, by.1, change.at()],
    )
    .await?;
    today(change, code, year, region).await
}

/// Sets a region's figure that is no sum, and writes how it stands today.
async fn set(change: &Change, code: &str, year: AcademicYear, region: &str, to: (i64, i64)) -> Result<(), DbErr> {
    database::run(
        change.db(),
        "INSERT INTO indicator_sum (code, year, region, numerator, denominator, counted_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (code, year, region) DO UPDATE SET numerator = excluded.numerator,
         denominator = excluded.denominator, counted_at = excluded.counted_at",
        params![code, year.to_string(), region, to.0, to.1, change.at()],
    )
    .await?;
    today(change, code, year, region).await
}

/// The region's figure of today; of the days in between it was what it was before.
async fn today(change: &Change, code: &str, year: AcademicYear, region: &str) -> Result<(), DbErr> {
    database::run(
        change.db(),
        "INSERT INTO indicator_day (code, year, region, day, numerator, denominator)
         SELECT code, year, region, $4, numerator, denominator FROM indicator_sum
         WHERE code = $1 AND year = $2 AND region = $3
         ON CONFLICT (code, year, region, day) DO UPDATE SET numerator = excluded.numerator,
         denominator = excluded.denominator",
        params![code, year.to_string(), region, clock::day(change.at()).to_string()],
    )
    .await?;
    // The country's, under no region.
    database::run(
        change.db(),
        "INSERT INTO indicator_day (code, year, region, day, numerator, denominator)
         SELECT $1, $2, '', $3, CAST(SUM(numerator) AS BIGINT), CAST(SUM(denominator) AS BIGINT) FROM indicator_sum
         WHERE code = $1 AND year = $2 HAVING COUNT(*) > 0
         ON CONFLICT (code, year, region, day) DO UPDATE SET numerator = excluded.numerator,
         denominator = excluded.denominator",
        params![code, year.to_string(), clock::day(change.at()).to_string()],
    )
    .await?;
    Ok(())
}

/// Counts everything of every college anew, college by college: what time alone moves, and colleges that came or went.
pub async fn all(app: &App) -> Result<(), AppError> {
    let year = AcademicYear::of(clock::day(app.clock.millis()));
    let colleges: Vec<College> = database::all(&app.db, COLLEGES, params![]).await?;
    for college in colleges {
        let change = Change::by(app, None).await?;
        let mut moved = false;
        for code in COUNTED {
            moved |= one(&change, &college, year, code).await?;
        }
        if moved {
            change.commit().await?;
        }
    }
    Ok(())
}
