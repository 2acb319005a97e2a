//! Duties that follow something that happened (`rule = { after = … }`): their tasks come with the record and go with it.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use sea_orm::DbErr;
use sheber_kernel::{AcademicYear, Day};
use sheber_norms::Edition;
use sheber_norms::calendar::Calendar;
use sheber_norms::duties::{Duty, Rule, Term};
use sheber_people::organisations::store as organisations;
use sheber_people::reference::store as reference;
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::database;
use sheber_platform::entry::Touch;
use sheber_platform::evidence::{Db, Occasion};
use sheber_platform::house::House;
use sheber_platform::params;

use super::new_task::{self, NewTask};
use super::sums::{self, Tally};
use super::task::{self, Task};

/// A task that a record brings about.
#[derive(Clone, Debug)]
struct Following {
    duty: &'static Duty,
    record: i64,
    opens: NaiveDate,
    due: NaiveDate,
}

impl Following {
    fn period(&self) -> String {
        format!("after-{}", self.record)
    }

    fn is(&self, task: &Task) -> bool {
        task.duty == self.duty.key && task.event_id == Some(self.record)
    }

    fn term(&self) -> Term {
        Term { period: self.period(), opens: self.opens, due: self.due }
    }
}

/// Whether a duty follows an occasion.
fn follows(duty: &Duty, occasion: &dyn Occasion) -> bool {
    matches!(&duty.rule, Rule::After { event, .. } if event == occasion.event())
}

/// The tasks that records of an organisation and year bring about.
async fn following(
    db: &Db<'_>,
    occasion: &dyn Occasion,
    (organisation, year): (i64, AcademicYear),
    holder: sheber_kernel::OrganisationKind,
    calendar: &Calendar,
) -> Result<Vec<Following>, DbErr> {
    let mut following = Vec::new();
    for (record, day) in occasion.happened(db, organisation, year).await? {
        for duty in Edition::of(year).duties().iter().filter(|duty| duty.holder == holder) {
            if let Some((opens, due)) = duty.after(occasion.event(), day, calendar) {
                following.push(Following { duty, record, opens, due });
            }
        }
    }
    Ok(following)
}

/// Whether somebody did, or excused, a task: then it stays whatever becomes of its record.
const fn is_settled(task: &Task) -> bool {
    task.closed_on.is_some() || task.excused.is_some()
}

/// After records were touched: makes the tasks of duties that follow them, and takes away those whose record moved or is no more.
/// Gives the organisations and years for which tasks were made.
pub async fn follow(change: &Change, house: &House, touched: &[Touch]) -> Result<Vec<(i64, AcademicYear)>, DbErr> {
    let mut made = Vec::new();
    for occasion in house.occasions() {
        let met = |touched: &&Touch| occasion.rests_on().iter().any(|rests| rests.is_met(touched));
        let places: BTreeSet<(i64, AcademicYear)> =
            touched.iter().filter(met).map(|touched| (touched.organisation, touched.year)).collect();
        for place in places {
            if one(change, occasion, place).await? {
                made.push(place);
            }
        }
    }
    Ok(made)
}

/// Whether tasks were made.
async fn one(
    change: &Change,
    occasion: &dyn Occasion,
    (organisation, year): (i64, AcademicYear),
) -> Result<bool, DbErr> {
    if !Edition::of(year).duties().iter().any(|duty| follows(duty, occasion)) {
        return Ok(false);
    }
    let Some(found) = organisations::find(change.db(), organisation).await?.filter(|found| found.active) else {
        return Ok(false);
    };
    let calendar = reference::calendar(change.db()).await?;
    let asked = following(&change.look(), occasion, (organisation, year), found.kind, &calendar).await?;
    let tasks = task::followed(change.db(), organisation, year).await?;
    let of_occasion = |task: &&Task| task.template().is_some_and(|duty| follows(duty, occasion));
    let tasks: Vec<&Task> = tasks.iter().filter(of_occasion).collect();
    let stands = |task: &Task| {
        let same = |one: &Following| one.is(task) && (Day(one.opens), Day(one.due)) == (task.opens, task.due);
        asked.iter().any(same)
    };
    for task in tasks.iter().filter(|task| !is_settled(task) && !stands(task)) {
        sums::add(change.db(), task.place(), task.due, Tally::open(-1)).await?;
        database::run(change.db(), "DELETE FROM duty_task WHERE id = $1", params![task.id]).await?;
        sums::count(change.db(), organisation, year, Some(&task.duty)).await?;
    }
    let mut made = false;
    let has = |one: &Following| tasks.iter().any(|task| one.is(task) && (is_settled(task) || stands(task)));
    let region = found.region.unwrap_or_default();
    for one in asked.iter().filter(|one| !has(one)) {
        let new = NewTask {
            organisation,
            holder: found.kind,
            region: &region,
            year,
            duty: one.duty,
            event: Some(one.record),
        };
        new_task::insert(change.db(), &new, &one.term()).await?;
        sums::count(change.db(), organisation, year, Some(&one.duty.key)).await?;
        made = true;
    }
    Ok(made)
}

/// Tasks of an organisation that follow no record that is there, and records that no task follows, in sentences.
pub async fn differing(app: &App, house: &House, organisation: i64, year: AcademicYear) -> Result<Vec<String>, DbErr> {
    let Some(found) = organisations::find(&app.db, organisation).await? else { return Ok(Vec::new()) };
    let mut wrong = Vec::new();
    let tasks = task::followed(&app.db, organisation, year).await?;
    let calendar = reference::calendar(&app.db).await?;
    let mut asked = Vec::new();
    for occasion in house.occasions() {
        asked.extend(following(&Db::from(&app.db), occasion, (organisation, year), found.kind, &calendar).await?);
    }
    for task in tasks.iter().filter(|task| !is_settled(task) && !asked.iter().any(|one| one.is(task))) {
        wrong.push(format!("{} of organisation {organisation} follows a record that is no more", task.duty));
    }
    for one in asked.iter().filter(|one| !tasks.iter().any(|task| one.is(task))) {
        let (duty, record) = (&one.duty.key, one.record);
        wrong.push(format!("nothing of organisation {organisation} follows record {record}, as {duty} should"));
    }
    Ok(wrong)
}
