//! What duties ask of textbooks.

use sea_orm::DbErr;
use sea_orm::prelude::async_trait::async_trait;
use sheber_kernel::Day;
use sheber_platform::ability::Ability;
use sheber_platform::entry::Rests;
use sheber_platform::evidence::{Ask, Db, Evidence, PROOFS, Progress, Proof};
use sheber_platform::{database, params};

use super::confirmations::{self, TEXTBOOK_CONFIRMED};
use super::needs::TEXTBOOK_NEEDED;
use super::report::Report;
use super::rights;
use super::sent::TEXTBOOK_REPORT;

/// Everything that textbooks show.
pub const ALL: &[&dyn Evidence] = &[
    &NeedEvidence,
    &ConfirmationEvidence,
    &ReportEvidence { record: "interim_report", rests: &[Rests(TEXTBOOK_REPORT, &[Report::Interim.word()])] },
    &ReportEvidence { record: "final_report", rests: &[Rests(TEXTBOOK_REPORT, &[Report::Final.word()])] },
    &ReportEvidence {
        record: "region_textbooks_needed",
        rests: &[Rests(TEXTBOOK_REPORT, &[Report::NeededTitles.word()])],
    },
    &ReportEvidence { record: "textbook_monitoring", rests: &[Rests(TEXTBOOK_REPORT, &["monitoring"])] },
];

/// 15.4: the college said which titles it needs.
struct NeedEvidence;

#[async_trait]
impl Evidence for NeedEvidence {
    fn record(&self) -> &'static str {
        "textbooks_needed"
    }

    fn rests_on(&self) -> &'static [Rests] {
        const { &[Rests::on(TEXTBOOK_NEEDED)] }
    }

    fn records(&self) -> &'static str {
        "textbook_needed WHERE college_id = $1 AND year = $2"
    }

    async fn progress(&self, db: &Db<'_>, ask: &Ask<'_>) -> Result<Progress, DbErr> {
        let sql = "SELECT MIN(added_on) FROM textbook_needed WHERE college_id = $1 AND year = $2";
        let first = database::value::<Day>(db, sql, params![ask.organisation, ask.year]).await?;
        Ok(Progress::once(first.map(|day| day.0)))
    }

    async fn proofs(&self, db: &Db<'_>, ask: &Ask<'_>) -> Result<Vec<Proof>, DbErr> {
        let sql = format!(
            "SELECT t.id, t.title, (SELECT name FROM account WHERE account.id = t.added_by) AS person, t.added_on AS day
             FROM textbook_needed t WHERE t.college_id = $1 AND t.year = $2 ORDER BY t.added_on, t.id LIMIT {PROOFS}"
        );
        database::all(db, &sql, params![ask.organisation, ask.year]).await
    }

    fn opens(&self, _: &Proof) -> (Ability, String) {
        (rights::SEE, "/textbooks/needed".to_owned())
    }

    fn made(&self, _: &Ask<'_>) -> (Ability, String) {
        (rights::EDIT, "/textbooks/needed".to_owned())
    }
}

/// 15.6: the college said that its purchases are whole, for the report that its duty prepares.
struct ConfirmationEvidence;

/// The report that a duty's confirmation is for: `15.6/confirm_interim`.
fn report(ask: &Ask<'_>) -> Report {
    if ask.duty.ends_with("interim") { Report::Interim } else { Report::Final }
}

#[async_trait]
impl Evidence for ConfirmationEvidence {
    fn record(&self) -> &'static str {
        "purchases_confirmed"
    }

    fn rests_on(&self) -> &'static [Rests] {
        const { &[Rests::on(TEXTBOOK_CONFIRMED)] }
    }

    fn records(&self) -> &'static str {
        "textbook_confirmed WHERE college_id = $1 AND year = $2"
    }

    async fn progress(&self, db: &Db<'_>, ask: &Ask<'_>) -> Result<Progress, DbErr> {
        let day = confirmations::day(db, ask.organisation, ask.year, report(ask)).await?;
        Ok(Progress::once(day.map(|day| day.0)))
    }

    async fn proofs(&self, db: &Db<'_>, ask: &Ask<'_>) -> Result<Vec<Proof>, DbErr> {
        let sql = "SELECT CAST(0 AS BIGINT) AS id, '' AS title,
                          (SELECT name FROM account WHERE account.id = c.by_id) AS person, c.on_day AS day
                   FROM textbook_confirmed c WHERE c.college_id = $1 AND c.year = $2 AND c.report = $3";
        database::all(db, sql, params![ask.organisation, ask.year, report(ask)]).await
    }

    fn opens(&self, _: &Proof) -> (Ability, String) {
        (rights::SEE, "/textbooks".to_owned())
    }

    fn made(&self, _: &Ask<'_>) -> (Ability, String) {
        (rights::EDIT, "/textbooks".to_owned())
    }
}

/// A report that the department sent.
struct ReportEvidence {
    record: &'static str,
    rests: &'static [Rests],
}

impl ReportEvidence {
    /// The report that a task waits for; none where its period is no quarter.
    fn report(&self, ask: &Ask<'_>) -> Option<Report> {
        match self.record {
            "interim_report" => Some(Report::Interim),
            "final_report" => Some(Report::Final),
            "region_textbooks_needed" => Some(Report::NeededTitles),
            _ => ask.period.parse().ok().map(Report::Monitoring),
        }
    }
}

#[async_trait]
impl Evidence for ReportEvidence {
    fn record(&self) -> &'static str {
        self.record
    }

    fn rests_on(&self) -> &'static [Rests] {
        self.rests
    }

    fn records(&self) -> &'static str {
        "textbook_report WHERE organisation_id = $1 AND year = $2"
    }

    async fn progress(&self, db: &Db<'_>, ask: &Ask<'_>) -> Result<Progress, DbErr> {
        let sql = "SELECT MIN(sent_on) FROM textbook_report WHERE organisation_id = $1 AND year = $2 AND report = $3";
        let first = database::value::<Day>(db, sql, params![ask.organisation, ask.year, self.report(ask)]).await?;
        Ok(Progress::once(first.map(|day| day.0)))
    }

    async fn proofs(&self, db: &Db<'_>, ask: &Ask<'_>) -> Result<Vec<Proof>, DbErr> {
        let sql = format!(
            "SELECT r.id, CAST(r.number AS TEXT) AS title, (SELECT name FROM account WHERE account.id = r.sent_by) AS person,
                    r.sent_on AS day
             FROM textbook_report r WHERE r.organisation_id = $1 AND r.year = $2 AND r.report = $3
             ORDER BY r.number LIMIT {PROOFS}"
        );
        database::all(db, &sql, params![ask.organisation, ask.year, self.report(ask)]).await
    }

    fn opens(&self, proof: &Proof) -> (Ability, String) {
        (rights::SEE, format!("/textbooks/reports/{}", proof.id))
    }

    fn made(&self, ask: &Ask<'_>) -> (Ability, String) {
        let report = self.report(ask).map(|report| format!("?report={report}")).unwrap_or_default();
        (rights::REPORT, format!("/textbooks/reports{report}"))
    }
}
