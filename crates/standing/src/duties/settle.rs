//! Duties react to records: a task whose record is there closes by itself, and opens again when the record goes. What records there
//! are, the rooms say; here nobody knows one.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use chrono::NaiveDate;
use sea_orm::prelude::async_trait::async_trait;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use sheber_kernel::{AcademicYear, Day};
use sheber_norms::Edition;
use sheber_people::accounts::store::{ACCOUNT, SWITCHED_OFF};
use sheber_platform::app::App;
use sheber_platform::change::{Change, Deed, Reaction};
use sheber_platform::entry::Touch;
use sheber_platform::evidence::{Db, Evidence, Progress, Whose};
use sheber_platform::house::House;
use sheber_platform::{database, params};

use super::closing::{self, Closing};
use super::task::{self, Submission, Task};
use super::{occasions, sums};

/// How far the record of a task has come; `None` where a person says it.
pub async fn progress(house: &House, db: &Db<'_>, task: &Task) -> Result<Option<Progress>, DbErr> {
    match task.record().and_then(|record| house.evidence_of(record)) {
        Some(evidence) => evidence.progress(db, &task.ask()).await.map(Some),
        None => Ok(None),
    }
}

async fn settle_one(change: &Change, house: &House, task: &Task) -> Result<(), DbErr> {
    let Some(progress) = progress(house, &change.look(), task).await? else { return Ok(()) };
    let whole = progress.whole().map(Day);
    if whole == task.closed_on {
        return Ok(());
    }
    let submission = Submission { have: Some(progress.have), need: Some(progress.need), ..Submission::default() };
    let submission = whole.map(|_| submission);
    closing::close(change, task, Closing { on: whole, by: None, submission, excused: task.excused.clone() }).await
}

/// The duties of a year that rest on one of these records.
fn resting(year: AcademicYear, is_of: impl Fn(&str) -> bool) -> Vec<&'static str> {
    let duties = Edition::of(year).duties().iter();
    let rests = |duty: &&sheber_norms::duties::Duty| duty.evidence.record.as_deref().is_some_and(&is_of);
    duties.filter(rests).map(|duty| duty.key.as_str()).collect()
}

/// Looks again at a task: after it was opened again by hand, say.
pub async fn again(change: &Change, task: &Task) -> Result<(), DbErr> {
    settle_one(change, &House::of_change(change), task).await
}

/// Looks at every task of an organisation that data can tell of: when its tasks are made, records may be there already.
pub async fn all(change: &Change, organisation: i64, year: AcademicYear) -> Result<(), DbErr> {
    let house = House::of_change(change);
    // Nothing is recorded of most organisations of a new year, and a look at each of their tasks is a query.
    if !has_records(change.db(), &house, organisation, year).await? {
        return Ok(());
    }
    let duties = resting(year, |record| house.evidence_of(record).is_some());
    for task in task::told_by_data(change.db(), Some(organisation), year, &duties).await? {
        settle_one(change, &house, &task).await?;
    }
    Ok(())
}

/// Whether anything is recorded that a task may rest on.
async fn has_records(
    db: &impl ConnectionTrait,
    house: &House,
    organisation: i64,
    year: AcademicYear,
) -> Result<bool, DbErr> {
    let places: BTreeSet<&str> = house.evidence().map(Evidence::records).collect();
    if places.is_empty() {
        return Ok(false);
    }
    let any: Vec<String> = places.into_iter().map(|place| format!("EXISTS (SELECT 1 FROM {place})")).collect();
    let sql = format!("SELECT CAST(CASE WHEN {} THEN 1 ELSE 0 END AS BIGINT)", any.join(" OR "));
    Ok(database::number(db, &sql, params![organisation, year]).await? > 0)
}

/// Records that were touched, each with the day that narrows it.
type Records = BTreeSet<(&'static str, Option<NaiveDate>)>;

/// Records that were touched, by whose tasks they tell of: by organisation (none stands for everybody) and year.
#[derive(Default)]
struct Looks {
    by: BTreeMap<(Option<i64>, AcademicYear), Records>,
}

impl Looks {
    fn of(house: &House, touched: &[Touch]) -> Self {
        let mut looks = Self::default();
        for evidence in house.evidence() {
            let rests = |touched: &&Touch| evidence.rests_on().iter().any(|rests| rests.is_met(touched));
            for touched in touched.iter().filter(rests) {
                let whose = match evidence.whose() {
                    Whose::Own => Some(touched.organisation),
                    Whose::Everybody => None,
                };
                let records = looks.by.entry((whose, touched.year)).or_default();
                records.insert((evidence.record(), touched.day));
            }
        }
        looks
    }
}

/// Duties follow what is recorded.
pub struct Settle;

#[async_trait]
impl Reaction for Settle {
    async fn react(&self, change: &Change, happened: &Deed) -> Result<(), DbErr> {
        let house = House::of_change(change);
        let gone = happened.touched.iter().filter(|touched| (touched.entity, touched.word) == (ACCOUNT, SWITCHED_OFF));
        for account in gone {
            closing::unowned(change, account.id).await?;
        }
        for ((organisation, year), records) in Looks::of(&house, &happened.touched).by {
            let duties = resting(year, |record| records.iter().any(|(known, _)| *known == record));
            if duties.is_empty() {
                continue;
            }
            // Tasks and their sums are read and then added to: all changes do it one after another.
            for task in task::told_by_data(change.db(), organisation, year, &duties).await? {
                let tells = |(record, day): &(&str, Option<NaiveDate>)| {
                    task.record() == Some(*record) && !day.is_some_and(|day| task.is_elsewhere(day))
                };
                if records.iter().any(tells) {
                    settle_one(change, &house, &task).await?;
                }
            }
        }
        // What came with a record may be done already: the record may have been written whole.
        for (organisation, year) in occasions::follow(change, &house, &happened.touched).await? {
            for task in task::followed(change.db(), organisation, year).await? {
                if task.closed_on.is_none() {
                    settle_one(change, &house, &task).await?;
                }
            }
        }
        Ok(())
    }

    async fn recount(&self, app: &App) -> Result<Vec<String>, DbErr> {
        #[derive(FromQueryResult)]
        struct Row {
            organisation_id: i64,
            year: AcademicYear,
        }
        let house = House::of(app);
        let db = Db::from(&app.db);
        let sql = "SELECT organisation_id, year FROM duty_made ORDER BY organisation_id, year";
        let made: Vec<Row> = database::all(&app.db, sql, params![]).await?;
        let years: HashSet<AcademicYear> = made.iter().map(|made| made.year).collect();
        let mut wrong = Vec::new();
        for year in years {
            let differing = sums::differing(&app.db, year).await?;
            if differing > 0 {
                wrong.push(format!("{differing} sums of duties of {year} are not what the tasks say"));
            }
        }
        for Row { organisation_id, year } in made {
            wrong.extend(occasions::differing(app, &house, organisation_id, year).await?);
            let duties = resting(year, |record| house.evidence_of(record).is_some());
            let has_records = has_records(&app.db, &house, organisation_id, year).await?;
            for task in task::told_by_data(&app.db, Some(organisation_id), year, &duties).await? {
                // Where nothing is recorded nothing can be closed, and only what is closed is asked.
                if !has_records && task.closed_on.is_none() {
                    continue;
                }
                let told = progress(&house, &db, &task).await?.and_then(|progress| progress.whole()).map(Day);
                if told != task.closed_on {
                    let kept = task.closed_on.map(|day| day.to_string()).unwrap_or_default();
                    let told = told.map(|day| day.to_string()).unwrap_or_default();
                    wrong.push(format!(
                        "{} {} of organisation {organisation_id} is closed on \"{kept}\", the records say \"{told}\"",
                        task.duty, task.period
                    ));
                }
            }
        }
        Ok(wrong)
    }
}
