//! A task that is made, with its sum.

use sea_orm::{ConnectionTrait, DbErr};
use sheber_kernel::{AcademicYear, Day, OrganisationKind};
use sheber_norms::duties::{Duty, Term};
use sheber_platform::{database, params};

use super::sums::{self, Place, Tally};

/// A task to be made.
pub struct NewTask<'a> {
    pub organisation: i64,
    pub holder: OrganisationKind,
    pub region: &'a str,
    pub year: AcademicYear,
    pub duty: &'a Duty,
    /// The record that it follows.
    pub event: Option<i64>,
}

/// Makes a task, with its sum, where it is not there yet.
pub async fn insert(db: &impl ConnectionTrait, task: &NewTask<'_>, term: &Term) -> Result<(), DbErr> {
    let sql = "INSERT INTO duty_task
               (organisation_id, holder, region, year, duty, period, post, opens, due, by_data, event_id, version)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, FALSE, $10, 1)
               ON CONFLICT (organisation_id, year, duty, period) DO NOTHING";
    let values = params![
        task.organisation,
        task.holder,
        task.region,
        task.year,
        task.duty.key.clone(),
        term.period.clone(),
        task.duty.post,
        Day(term.opens),
        Day(term.due),
        task.event
    ];
    if database::run(db, sql, values).await? == 0 {
        return Ok(());
    }
    let place = Place { holder: task.holder, region: task.region, year: task.year, duty: &task.duty.key };
    sums::add(db, place, Day(term.due), Tally::open(1)).await
}
