//! What duties ask of plans.

use sea_orm::DbErr;
use sea_orm::prelude::async_trait::async_trait;
use sheber_kernel::Day;
use sheber_norms::duties::PlanKind;
use sheber_platform::ability::Ability;
use sheber_platform::entry::Rests;
use sheber_platform::evidence::{Ask, Db, Evidence, PROOFS, Progress, Proof};
use sheber_platform::{database, params};

use super::rights;
use super::store::PLAN;

/// The college's plan of the year is approved.
pub struct PlanApprovalEvidence {
    pub record: &'static str,
    pub kind: PlanKind,
}

#[async_trait]
impl Evidence for PlanApprovalEvidence {
    fn record(&self) -> &'static str {
        self.record
    }

    fn rests_on(&self) -> &'static [Rests] {
        match self.kind {
            PlanKind::Education => const { &[Rests(PLAN, &[PlanKind::Education.word()])] },
            PlanKind::Sport => const { &[Rests(PLAN, &[PlanKind::Sport.word()])] },
        }
    }

    fn records(&self) -> &'static str {
        "plan WHERE college_id = $1 AND year = $2"
    }

    async fn progress(&self, db: &Db<'_>, ask: &Ask<'_>) -> Result<Progress, DbErr> {
        let sql = "SELECT MIN(approved_on) FROM plan WHERE college_id = $1 AND year = $2 AND kind = $3";
        let first = database::value::<Day>(db, sql, params![ask.organisation, ask.year, self.kind]).await?;
        Ok(Progress::once(first.map(|day| day.0)))
    }

    async fn proofs(&self, db: &Db<'_>, ask: &Ask<'_>) -> Result<Vec<Proof>, DbErr> {
        let sql = format!(
            "SELECT p.id, CAST(p.number AS TEXT) AS title, a.name AS person, p.approved_on AS day FROM plan p
             LEFT JOIN account a ON a.id = p.approved_by
             WHERE p.college_id = $1 AND p.year = $2 AND p.kind = $3 AND p.approved_on IS NOT NULL
             ORDER BY p.number LIMIT {PROOFS}"
        );
        database::all(db, &sql, params![ask.organisation, ask.year, self.kind]).await
    }

    fn opens(&self, proof: &Proof) -> (Ability, String) {
        (rights::SEE, format!("/plans?id={}", proof.id))
    }

    fn made(&self, _: &Ask<'_>) -> (Ability, String) {
        (rights::EDIT, format!("/plans?kind={}", self.kind))
    }
}
