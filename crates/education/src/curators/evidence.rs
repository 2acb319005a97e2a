//! What duties ask of curators' plans.

use sea_orm::prelude::async_trait::async_trait;
use sea_orm::{DbErr, FromQueryResult};
use sheber_kernel::Day;
use sheber_people::groups::rights;
use sheber_people::groups::store::{self as groups, GROUP};
use sheber_platform::ability::Ability;
use sheber_platform::database::{self, Conditions};
use sheber_platform::entry::Rests;
use sheber_platform::evidence::{Ask, Db, Evidence, PROOFS, Progress, Proof};
use sheber_platform::params;

use super::plan::CURATOR_PLAN;

/// 14.9: each group that studies has a plan of curator hours.
pub struct Plans;

#[async_trait]
impl Evidence for Plans {
    fn record(&self) -> &'static str {
        "curator_plan_in_each_group"
    }

    fn rests_on(&self) -> &'static [Rests] {
        const { &[Rests::on(CURATOR_PLAN), Rests::on(GROUP)] }
    }

    fn records(&self) -> &'static str {
        "curator_plan WHERE college_id = $1 AND year = $2"
    }

    async fn progress(&self, db: &Db<'_>, ask: &Ask<'_>) -> Result<Progress, DbErr> {
        #[derive(FromQueryResult)]
        struct Plans {
            have: i64,
            last: Option<Day>,
        }
        let mut conditions = Conditions::default();
        conditions.and("p.college_id = ? AND p.year = ?", params![ask.organisation, ask.year]);
        groups::studies(&mut conditions, ask.year);
        groups::existed(&mut conditions, ask.due);
        // A plan was there when it was first saved: what is corrected later makes nothing late.
        let sql = format!(
            "SELECT COUNT(*) AS have, MAX(p.made_on) AS last FROM curator_plan p JOIN study_group g ON g.id = p.group_id{}",
            conditions.sql()
        );
        let plans: Option<Plans> = database::one(db, &sql, conditions.values).await?;
        let need = groups::count(db, ask.organisation, ask.year, ask.due).await?;
        let (have, last) = plans.map_or((0, None), |plans| (plans.have, plans.last));
        Ok(Progress { have, need, on: last.map(|day| day.0) })
    }

    async fn proofs(&self, db: &Db<'_>, ask: &Ask<'_>) -> Result<Vec<Proof>, DbErr> {
        let sql = format!(
            "SELECT p.group_id AS id, g.code AS title, a.name AS person, CAST(NULL AS TEXT) AS day FROM curator_plan p
             JOIN study_group g ON g.id = p.group_id LEFT JOIN account a ON a.id = p.made_by
             WHERE p.college_id = $1 AND p.year = $2 ORDER BY g.sort_code LIMIT {PROOFS}"
        );
        database::all(db, &sql, params![ask.organisation, ask.year]).await
    }

    fn opens(&self, proof: &Proof) -> (Ability, String) {
        (rights::SEE, format!("/groups/{}", proof.id))
    }

    fn made(&self, _: &Ask<'_>) -> (Ability, String) {
        (rights::SEE, "/groups".to_owned())
    }
}
