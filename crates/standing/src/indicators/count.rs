//! Counting: the figure of one college, kept with the sums of its region and of each day, in the change that moved it.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use chrono::NaiveDate;
use sea_orm::prelude::async_trait::async_trait;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use sheber_kernel::{AcademicYear, Day};
use sheber_norms::Edition;
use sheber_people::organisations::store::ORGANISATION;
use sheber_platform::app::App;
use sheber_platform::change::{Change, Deed, Reaction};
use sheber_platform::entry::Entry;
use sheber_platform::error::AppError;
use sheber_platform::evidence::{Count, Db};
use sheber_platform::house::{House, Job};
use sheber_platform::{clock, database, params};

/// A college as far as counting goes.
#[derive(Clone, Debug, FromQueryResult)]
struct College {
    id: i64,
    region: String,
}

const COLLEGES: &str = "SELECT id, COALESCE(region, '') AS region FROM organisation WHERE kind = 'college' AND active";

/// Whether an indicator is counted of a year: the guidance has it, and the year has begun.
fn is_counted(count: &dyn Count, year: AcademicYear, today: NaiveDate) -> bool {
    year <= AcademicYear::of(today) && Edition::of(year).indicator(count.code()).is_some()
}

/// Indicators follow what is recorded.
pub struct Figures;

#[async_trait]
impl Reaction for Figures {
    async fn react(&self, change: &Change, happened: &Deed) -> Result<(), DbErr> {
        let today = clock::day(change.at());
        for count in House::of_change(change).counts() {
            let touched = happened.touched.iter();
            let met = touched.filter(|touched| count.rests_on().iter().any(|rests| rests.is_met(touched)));
            let places: BTreeSet<(i64, AcademicYear)> =
                met.map(|touched| (touched.organisation, touched.year)).collect();
            for (organisation, year) in places.into_iter().filter(|(_, year)| is_counted(count, *year, today)) {
                let sql = format!("{COLLEGES} AND id = $1");
                if let Some(college) = database::one::<College>(change.db(), &sql, params![organisation]).await? {
                    one(change, count, &college, year).await?;
                }
            }
        }
        Ok(())
    }

    async fn recount(&self, app: &App) -> Result<Vec<String>, DbErr> {
        let today = clock::day(app.clock.millis());
        let year = AcademicYear::of(today);
        let colleges: Vec<College> = database::all(&app.db, COLLEGES, params![]).await?;
        let mut wrong = Vec::new();
        for count in House::of(app).counts().filter(|count| is_counted(*count, year, today)) {
            wrong.extend(differing(app, count, &colleges, (year, today)).await?);
        }
        Ok(wrong)
    }
}

/// Each hour everything is counted anew: what time alone moves, and colleges that came or went.
pub struct Hour;

#[async_trait]
impl Job for Hour {
    fn name(&self) -> &'static str {
        "indicators"
    }

    fn every(&self) -> Duration {
        Duration::from_hours(1)
    }

    fn first(&self) -> Duration {
        Duration::from_mins(2)
    }

    async fn run(&self, app: &App) -> Result<(), AppError> {
        all(app).await
    }
}

/// A college's figure as it is kept.
#[derive(FromQueryResult)]
struct CollegeFigure {
    organisation_id: i64,
    region: String,
    numerator: i64,
    denominator: i64,
    counted_at: i64,
}

const KEPT: &str = "SELECT organisation_id, region, numerator, denominator, counted_at FROM indicator_value
    WHERE code = $1 AND year = $2";

/// Counts an indicator of a college anew; whether anything moved.
async fn one(change: &Change, count: &dyn Count, college: &College, year: AcademicYear) -> Result<bool, DbErr> {
    // Figures are read and then added to: all changes do it one after another.
    let db = change.db();
    let (look, code) = (change.look(), count.code());
    let (numerator, denominator) = count.of_college(&look, college.id, year, clock::day(change.at())).await?;
    let sql = format!("{KEPT} AND organisation_id = $3");
    let kept: Option<CollegeFigure> = database::one(db, &sql, params![code, year, college.id]).await?;
    let same = |kept: &CollegeFigure| {
        (kept.numerator, kept.denominator, &kept.region) == (numerator, denominator, &college.region)
    };
    let moved = !kept.as_ref().is_some_and(same);
    if moved {
        database::run(
            db,
            "INSERT INTO indicator_value (code, year, organisation_id, region, numerator, denominator, counted_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (code, year, organisation_id) DO UPDATE SET
             region = excluded.region, numerator = excluded.numerator, denominator = excluded.denominator,
             counted_at = excluded.counted_at",
            params![code, year, college.id, college.region.clone(), numerator, denominator, change.at()],
        )
        .await?;
    }
    // A region's figure that is no sum may move though none of its colleges' does: a title that gives way to another, say.
    if let Some(figure) = count.of_region(&look, &college.region, year).await? {
        let mut region_moved = set(change, code, year, &college.region, figure).await?;
        let left = kept.map(|kept| kept.region).filter(|region| *region != college.region);
        if let Some(left) = left
            && let Some(figure) = count.of_region(&look, &left, year).await?
        {
            region_moved |= set(change, code, year, &left, figure).await?;
        }
        return Ok(moved || region_moved);
    }
    if moved {
        if let Some(kept) = &kept {
            add(change, code, year, &kept.region, (-kept.numerator, -kept.denominator)).await?;
        }
        add(change, code, year, &college.region, (numerator, denominator)).await?;
    }
    Ok(moved)
}

/// Adds to a region's sum, and writes how it stands today.
async fn add(change: &Change, code: &str, year: AcademicYear, region: &str, by: (i64, i64)) -> Result<(), DbErr> {
    database::run(
        change.db(),
        "INSERT INTO indicator_sum (code, year, region, numerator, denominator, counted_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (code, year, region) DO UPDATE SET numerator = indicator_sum.numerator + excluded.numerator,
         denominator = indicator_sum.denominator + excluded.denominator, counted_at = excluded.counted_at",
        params![code, year, region, by.0, by.1, change.at()],
    )
    .await?;
    today(change, code, year, region).await
}

/// Sets a region's figure that is no sum, and writes how it stands today; whether it moved.
async fn set(
    change: &Change,
    code: &str,
    year: AcademicYear,
    region: &str,
    (numerator, denominator): (i64, i64),
) -> Result<bool, DbErr> {
    let moved = database::run(
        change.db(),
        "INSERT INTO indicator_sum (code, year, region, numerator, denominator, counted_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (code, year, region) DO UPDATE SET numerator = excluded.numerator,
         denominator = excluded.denominator, counted_at = excluded.counted_at
         WHERE indicator_sum.numerator <> excluded.numerator OR indicator_sum.denominator <> excluded.denominator",
        params![code, year, region, numerator, denominator, change.at()],
    )
    .await?;
    if moved > 0 {
        today(change, code, year, region).await?;
    }
    Ok(moved > 0)
}

/// The region's figure of today, and the country's; of the days in between it was what it was before.
async fn today(change: &Change, code: &str, year: AcademicYear, region: &str) -> Result<(), DbErr> {
    let day = Day(clock::day(change.at()));
    database::run(
        change.db(),
        "INSERT INTO indicator_day (code, year, region, day, numerator, denominator)
         SELECT code, year, region, $4, numerator, denominator FROM indicator_sum
         WHERE code = $1 AND year = $2 AND region = $3
         ON CONFLICT (code, year, region, day) DO UPDATE SET numerator = excluded.numerator,
         denominator = excluded.denominator",
        params![code, year, region, day],
    )
    .await?;
    // The country's stands under no region.
    database::run(
        change.db(),
        "INSERT INTO indicator_day (code, year, region, day, numerator, denominator)
         SELECT $1, $2, '', $3, CAST(SUM(numerator) AS BIGINT), CAST(SUM(denominator) AS BIGINT) FROM indicator_sum
         WHERE code = $1 AND year = $2 HAVING COUNT(*) > 0
         ON CONFLICT (code, year, region, day) DO UPDATE SET numerator = excluded.numerator,
         denominator = excluded.denominator",
        params![code, year, day],
    )
    .await?;
    Ok(())
}

/// Counts everything of every college anew, college by college.
pub async fn all(app: &App) -> Result<(), AppError> {
    let today = clock::day(app.clock.millis());
    let year = AcademicYear::of(today);
    let colleges: Vec<College> = database::all(&app.db, COLLEGES, params![]).await?;
    let house = House::of(app);
    for college in colleges {
        let change = Change::by(app, None).await?;
        let mut moved = 0;
        for count in house.counts().filter(|count| is_counted(*count, year, today)) {
            moved += u32::from(one(&change, count, &college, year).await?);
        }
        if moved > 0 {
            let after = serde_json::json!({ "year": year, "moved": moved });
            change.record(Entry::new("trail-indicators-counted", ORGANISATION, college.id).after(after)).await?;
            change.commit().await?;
        }
    }
    Ok(())
}

/// Figures of an indicator that are not what the records say, in sentences.
async fn differing(
    app: &App,
    count: &dyn Count,
    colleges: &[College],
    (year, today): (AcademicYear, NaiveDate),
) -> Result<Vec<String>, DbErr> {
    let (db, code) = (Db::from(&app.db), count.code());
    let kept: Vec<CollegeFigure> = database::all(&app.db, KEPT, params![code, year]).await?;
    let kept: HashMap<i64, CollegeFigure> = kept.into_iter().map(|kept| (kept.organisation_id, kept)).collect();
    let mut wrong = Vec::new();
    for college in colleges {
        let told = count.of_college(&db, college.id, year, today).await?;
        let stands = match kept.get(&college.id) {
            // One that came just now is counted within the hour.
            None => told.0 == 0,
            Some(kept) if (kept.numerator, kept.denominator) == told => true,
            // What time alone moved since is counted within the hour, too.
            Some(kept) => {
                let then = count.of_college(&db, college.id, year, clock::day(kept.counted_at)).await?;
                (kept.numerator, kept.denominator) == then
            }
        };
        if !stands {
            let of = kept.get(&college.id).map(|kept| (kept.numerator, kept.denominator));
            wrong.push(format!("{code} of college {} is kept as {of:?}, the records say {told:?}", college.id));
        }
    }
    wrong.extend(sums_differing(&app.db, count, (&db, year)).await?);
    Ok(wrong)
}

/// Sums of regions that are not their colleges', in sentences.
async fn sums_differing(
    connection: &impl ConnectionTrait,
    count: &dyn Count,
    (db, year): (&Db<'_>, AcademicYear),
) -> Result<Vec<String>, DbErr> {
    #[derive(FromQueryResult)]
    struct OfRegion {
        region: String,
        kept: i64,
        told: i64,
    }
    let sql = "SELECT s.region, s.numerator AS kept,
                      CAST(COALESCE((SELECT SUM(v.numerator) FROM indicator_value v
                            WHERE v.code = s.code AND v.year = s.year AND v.region = s.region), 0) AS BIGINT) AS told
               FROM indicator_sum s WHERE s.code = $1 AND s.year = $2";
    let mut wrong = Vec::new();
    for OfRegion { region, kept, told } in database::all(connection, sql, params![count.code(), year]).await? {
        let told = count.of_region(db, &region, year).await?.map_or(told, |(numerator, _)| numerator);
        if kept != told {
            wrong.push(format!("{} of region {region} is kept as {kept}, the records say {told}", count.code()));
        }
    }
    Ok(wrong)
}
