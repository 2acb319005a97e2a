//! What duties and indicators may ask a room about its records. A room implements these beside its SQL; duties and indicators
//! call them through the house, and neither knows the other.

use chrono::NaiveDate;
use sea_orm::DbErr;
use sea_orm::prelude::async_trait::async_trait;
use sheber_kernel::{AcademicYear, Day};

use super::ability::Ability;
use super::entry::Rests;

/// A pool or a transaction: a look at the database that does not care which.
pub type Db<'c> = sea_orm::DatabaseExecutor<'c>;

/// A duty's task as a room has to know it.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    pub organisation: i64,
    pub year: AcademicYear,
    /// The days within which a record counts.
    pub within: (NaiveDate, NaiveDate),
    pub due: NaiveDate,
    /// The duty's key, `15.6/confirm_interim`, and its period, `2023-Q4`.
    pub duty: &'a str,
    pub period: &'a str,
    /// The record that the duty followed, where it followed one.
    pub after: Option<i64>,
}

/// How far the record of a duty has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    pub have: i64,
    pub need: i64,
    /// The day on which the last of it was there.
    pub on: Option<NaiveDate>,
}

impl Progress {
    pub fn once(on: Option<NaiveDate>) -> Self {
        Self { have: i64::from(on.is_some()), need: 1, on }
    }

    /// The day on which it was whole.
    pub fn whole(&self) -> Option<NaiveDate> {
        self.on.filter(|_| self.need > 0 && self.have >= self.need)
    }
}

/// A record that counts for a task, to be opened.
#[derive(Clone, Debug, sea_orm::FromQueryResult)]
pub struct Proof {
    pub id: i64,
    /// In the words of whoever wrote it; empty where the record has no name of its own.
    pub title: String,
    /// Who wrote it.
    pub person: Option<String>,
    pub day: Option<Day>,
}

/// So many records are shown of a task.
pub const PROOFS: usize = 20;

/// Whose tasks a record tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Those of the organisation whose record it is.
    Own,
    /// Those of every organisation that has the duty.
    Everybody,
}

/// What shows that a duty is done: `evidence = { record = "circles" }` in the guidance's data.
#[async_trait]
pub trait Evidence: Send + Sync {
    fn record(&self) -> &'static str;
    fn rests_on(&self) -> &'static [Rests];
    fn whose(&self) -> Whose {
        Whose::Own
    }
    /// Where an organisation's records lie, as SQL behind `FROM`, with the organisation as `$1` and the academic year as `$2`.
    /// Where all evidence has none of an organisation, its tasks need not be looked at one by one.
    fn records(&self) -> &'static str;
    async fn progress(&self, db: &Db<'_>, ask: &Ask<'_>) -> Result<Progress, DbErr>;
    async fn proofs(&self, db: &Db<'_>, ask: &Ask<'_>) -> Result<Vec<Proof>, DbErr>;
    /// What still lacks, by name; empty where that says nothing.
    async fn missing(&self, _db: &Db<'_>, _ask: &Ask<'_>) -> Result<Vec<String>, DbErr> {
        Ok(Vec::new())
    }
    /// Where a proof opens, and who may open it.
    fn opens(&self, proof: &Proof) -> (Ability, String);
    /// Where the record is made, and who may make it.
    fn made(&self, ask: &Ask<'_>) -> (Ability, String);
}

/// What follows a record: `rule = { after = "league_stage" }` in the guidance's data.
#[async_trait]
pub trait Occasion: Send + Sync {
    fn event(&self) -> &'static str;
    fn rests_on(&self) -> &'static [Rests];
    /// The records of an organisation and year that duties follow, each with the day on which it happened and still stands.
    async fn happened(
        &self,
        db: &Db<'_>,
        organisation: i64,
        year: AcademicYear,
    ) -> Result<Vec<(i64, NaiveDate)>, DbErr>;
}

/// What an indicator counts of one college: `[[item.indicator]] code = …` in the guidance's data.
#[async_trait]
pub trait Count: Send + Sync {
    fn code(&self) -> &'static str;
    fn rests_on(&self) -> &'static [Rests];
    /// Numerator and denominator of a college on a day.
    async fn of_college(
        &self,
        db: &Db<'_>,
        college: i64,
        year: AcademicYear,
        today: NaiveDate,
    ) -> Result<(i64, i64), DbErr>;
    /// A region's figure where it is no sum of its colleges'.
    async fn of_region(&self, _: &Db<'_>, _region: &str, _year: AcademicYear) -> Result<Option<(i64, i64)>, DbErr> {
        Ok(None)
    }
    /// What of a college lacks to the whole, by name; empty where that says nothing.
    async fn missing(&self, _: &Db<'_>, _college: i64, _year: AcademicYear) -> Result<Vec<String>, DbErr> {
        Ok(Vec::new())
    }
    /// Where the records of a college stand, and who may see them there; `None` for everybody. A college that looks at its own
    /// names none.
    fn records(&self, college: Option<i64>) -> (Option<Ability>, String);
}
