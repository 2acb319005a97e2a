//! What duties ask of surveys.

use sea_orm::DbErr;
use sea_orm::prelude::async_trait::async_trait;
use sheber_kernel::Day;
use sheber_platform::ability::Ability;
use sheber_platform::entry::Rests;
use sheber_platform::evidence::{Ask, Db, Evidence, PROOFS, Progress, Proof};
use sheber_platform::{database, params};

use super::rights;
use super::store::SURVEY;

/// 14.2: students answered a survey or a test on reading.
pub struct Reading;

#[async_trait]
impl Evidence for Reading {
    fn record(&self) -> &'static str {
        "reading_survey"
    }

    fn rests_on(&self) -> &'static [Rests] {
        const { &[Rests::on(SURVEY)] }
    }

    fn records(&self) -> &'static str {
        // One that is answered counts on the day of the answer, whatever the year it was drawn up for.
        "survey WHERE college_id = $1 AND $2 = $2"
    }

    async fn progress(&self, db: &Db<'_>, ask: &Ask<'_>) -> Result<Progress, DbErr> {
        let sql = "SELECT MIN(a.on_day) FROM survey_answer a JOIN survey s ON s.id = a.survey_id
                   WHERE s.college_id = $1 AND s.subject = 'reading' AND a.on_day >= $2 AND a.on_day <= $3";
        let (from, to) = ask.within;
        let first = database::value::<Day>(db, sql, params![ask.organisation, Day(from), Day(to)]).await?;
        Ok(Progress::once(first.map(|day| day.0)))
    }

    async fn proofs(&self, db: &Db<'_>, ask: &Ask<'_>) -> Result<Vec<Proof>, DbErr> {
        let sql = format!(
            "SELECT s.id, s.title, (SELECT name FROM account WHERE account.id = s.made_by) AS person,
                    (SELECT MIN(on_day) FROM survey_answer a
                     WHERE a.survey_id = s.id AND a.on_day >= $2 AND a.on_day <= $3) AS day
             FROM survey s WHERE s.college_id = $1 AND s.subject = 'reading' AND EXISTS
                (SELECT 1 FROM survey_answer a WHERE a.survey_id = s.id AND a.on_day >= $2 AND a.on_day <= $3)
             ORDER BY s.id LIMIT {PROOFS}"
        );
        let (from, to) = ask.within;
        database::all(db, &sql, params![ask.organisation, Day(from), Day(to)]).await
    }

    fn opens(&self, proof: &Proof) -> (Ability, String) {
        (rights::SEE, format!("/surveys/{}", proof.id))
    }

    fn made(&self, _: &Ask<'_>) -> (Ability, String) {
        (rights::EDIT, "/surveys".to_owned())
    }
}
