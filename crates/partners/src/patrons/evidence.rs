//! What duties ask of patrons.

use sea_orm::DbErr;
use sea_orm::prelude::async_trait::async_trait;
use sheber_kernel::Day;
use sheber_platform::ability::Ability;
use sheber_platform::entry::Rests;
use sheber_platform::evidence::{Ask, Db, Evidence, PROOFS, Progress, Proof};
use sheber_platform::{database, params};

use super::rights;
use super::store::PATRON;

/// 10.1: each of a region's patrons is matched to a college.
pub struct MatchEvidence;

/// The patrons of an organisation's region.
const OF_REGION: &str = "p.region = (SELECT region FROM organisation WHERE id = $1) AND p.removed = FALSE";

#[async_trait]
impl Evidence for MatchEvidence {
    fn record(&self) -> &'static str {
        "patrons_matched"
    }

    fn rests_on(&self) -> &'static [Rests] {
        const { &[Rests::on(PATRON)] }
    }

    fn records(&self) -> &'static str {
        "patron p JOIN organisation o ON o.region = p.region WHERE o.id = $1 AND $2 = $2"
    }

    async fn progress(&self, db: &Db<'_>, ask: &Ask<'_>) -> Result<Progress, DbErr> {
        let count = |matched: &str| format!("SELECT COUNT(*) FROM patron p WHERE {OF_REGION}{matched}");
        let need = database::number(db, &count(""), params![ask.organisation]).await?;
        let matched = " AND EXISTS (SELECT 1 FROM patron_match m WHERE m.patron_id = p.id)";
        let have = database::number(db, &count(matched), params![ask.organisation]).await?;
        let sql = format!(
            "SELECT MAX(first) FROM (SELECT MIN(m.on_day) AS first FROM patron_match m JOIN patron p ON p.id = m.patron_id
             WHERE {OF_REGION} GROUP BY p.id) AS each"
        );
        let on = database::value::<Day>(db, &sql, params![ask.organisation]).await?;
        Ok(Progress { have, need, on: on.map(|day| day.0) })
    }

    async fn proofs(&self, db: &Db<'_>, ask: &Ask<'_>) -> Result<Vec<Proof>, DbErr> {
        let sql = format!(
            "SELECT p.id, p.name AS title, (SELECT name FROM account WHERE account.id = p.added_by) AS person,
                    (SELECT MIN(on_day) FROM patron_match m WHERE m.patron_id = p.id) AS day
             FROM patron p WHERE {OF_REGION} AND EXISTS (SELECT 1 FROM patron_match m WHERE m.patron_id = p.id)
             ORDER BY p.sort_name, p.id LIMIT {PROOFS}"
        );
        database::all(db, &sql, params![ask.organisation]).await
    }

    fn opens(&self, proof: &Proof) -> (Ability, String) {
        (rights::SEE, format!("/patrons#p{}", proof.id))
    }

    fn made(&self, _: &Ask<'_>) -> (Ability, String) {
        (rights::EDIT, "/patrons".to_owned())
    }
}
