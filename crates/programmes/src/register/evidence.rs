//! What duties and indicators ask of the register.

use chrono::NaiveDate;
use sea_orm::DbErr;
use sea_orm::prelude::async_trait::async_trait;
use sheber_kernel::{AcademicYear, Day};
use sheber_norms::Edition;
use sheber_platform::ability::Ability;
use sheber_platform::entry::Rests;
use sheber_platform::evidence::{Ask, Count, Db, Evidence, Progress, Proof, Whose};
use sheber_platform::{clock, database, params};

use super::entries::{ENTRY, Origin};
use super::rights;
use super::store::CASE;
use super::workflow::Action;

/// The first intake under the new edition of the standard (2.2), as the guidance of a year says it.
fn new_intake(year: AcademicYear) -> Option<AcademicYear> {
    Edition::of(year).parameters.new_standard.map(|law| law.from_intake)
}

/// 2.8: an application for a programme under the new edition was sent.
pub struct ApplicationSent;

#[async_trait]
impl Evidence for ApplicationSent {
    fn record(&self) -> &'static str {
        "application_sent"
    }

    fn rests_on(&self) -> &'static [Rests] {
        const { &[Rests(CASE, &[Action::Submit.word()])] }
    }

    fn records(&self) -> &'static str {
        "register_case WHERE college_id = $1 AND $2 = $2"
    }

    async fn progress(&self, db: &Db<'_>, ask: &Ask<'_>) -> Result<Progress, DbErr> {
        let Some(intake) = new_intake(ask.year) else { return Ok(Progress::once(None)) };
        let sql = "SELECT s.at FROM register_step s JOIN register_case c ON c.id = s.case_id
                   JOIN programme p ON p.id = c.programme_id
                   WHERE c.college_id = $1 AND s.action = $2 AND p.intake >= $3 ORDER BY s.at";
        let sent = database::values::<i64>(db, sql, params![ask.organisation, Action::Submit, intake]).await?;
        let (from, to) = ask.within;
        Ok(Progress::once(sent.into_iter().map(clock::day).find(|day| (from..=to).contains(day))))
    }

    async fn proofs(&self, db: &Db<'_>, ask: &Ask<'_>) -> Result<Vec<Proof>, DbErr> {
        let Some(intake) = new_intake(ask.year) else { return Ok(Vec::new()) };
        let sql = "SELECT c.id, p.name_kk AS title, a.name AS person, CAST(NULL AS TEXT) AS day FROM register_step s
                   JOIN register_case c ON c.id = s.case_id JOIN programme p ON p.id = c.programme_id
                   LEFT JOIN account a ON a.id = s.actor_id
                   WHERE c.college_id = $1 AND s.action = $2 AND p.intake >= $3 ORDER BY s.at LIMIT 20";
        database::all(db, sql, params![ask.organisation, Action::Submit, intake]).await
    }

    fn opens(&self, proof: &Proof) -> (Ability, String) {
        (rights::SEE, format!("/register/{}", proof.id))
    }

    fn made(&self, _: &Ask<'_>) -> (Ability, String) {
        (rights::APPLY, "/programmes".to_owned())
    }
}

/// 5.2: a programme under the new edition was included.
pub struct NewEdition;

#[async_trait]
impl Evidence for NewEdition {
    fn record(&self) -> &'static str {
        "register_by_new_edition"
    }

    fn rests_on(&self) -> &'static [Rests] {
        const { &[Rests::on(ENTRY)] }
    }

    fn whose(&self) -> Whose {
        Whose::Everybody
    }

    fn records(&self) -> &'static str {
        "organisation WHERE id = $1 AND kind = 'operator' AND $2 = $2"
    }

    async fn progress(&self, db: &Db<'_>, ask: &Ask<'_>) -> Result<Progress, DbErr> {
        let Some(intake) = new_intake(ask.year) else { return Ok(Progress::once(None)) };
        let sql = "SELECT MIN(included_on) FROM register_entry
                   WHERE intake >= $1 AND included_on >= $2 AND included_on <= $3";
        let (from, to) = ask.within;
        let day = database::value::<Day>(db, sql, params![intake, Day(from), Day(to)]).await?;
        Ok(Progress::once(day.map(|day| day.0)))
    }

    async fn proofs(&self, _: &Db<'_>, _: &Ask<'_>) -> Result<Vec<Proof>, DbErr> {
        Ok(Vec::new())
    }

    fn opens(&self, _: &Proof) -> (Ability, String) {
        (rights::SEE, "/register".to_owned())
    }

    fn made(&self, _: &Ask<'_>) -> (Ability, String) {
        (rights::SEE, "/register".to_owned())
    }
}

/// How many pilot programmes of a college stand in the register (2.11).
pub struct Pilots;

#[async_trait]
impl Count for Pilots {
    fn code(&self) -> &'static str {
        "pilot_programmes"
    }

    fn rests_on(&self) -> &'static [Rests] {
        const { &[Rests::on(ENTRY)] }
    }

    async fn of_college(&self, db: &Db<'_>, college: i64, _: AcademicYear, _: NaiveDate) -> Result<(i64, i64), DbErr> {
        let sql = "SELECT COUNT(*) FROM register_entry WHERE college_id = $1 AND origin = $2 AND state = 'included'";
        Ok((database::number(db, sql, params![college, Origin::Pilot]).await?, 0))
    }

    fn records(&self, college: Option<i64>) -> (Option<Ability>, String) {
        (None, college.map_or_else(|| "/r".to_owned(), |college| format!("/r?college={college}")))
    }
}
