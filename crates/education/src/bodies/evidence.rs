//! What duties and the norms ask of bodies.

use std::collections::HashMap;

use sea_orm::DbErr;
use sea_orm::prelude::async_trait::async_trait;
use sheber_kernel::Day;
use sheber_norms::Finding;
use sheber_norms::educational_work::BODIES;
use sheber_platform::ability::Ability;
use sheber_platform::entry::Rests;
use sheber_platform::evidence::{Ask, Db, Evidence, PROOFS, Progress, Proof};
use sheber_platform::house::{Basis, Check};
use sheber_platform::{database, params};

use super::rights;
use super::store::{self, BODY};

/// 14.5: an interest circle is open.
pub struct Circles;

#[async_trait]
impl Evidence for Circles {
    fn record(&self) -> &'static str {
        "circles"
    }

    fn rests_on(&self) -> &'static [Rests] {
        const { &[Rests::on(BODY)] }
    }

    fn records(&self) -> &'static str {
        "body WHERE college_id = $1 AND $2 = $2"
    }

    async fn progress(&self, db: &Db<'_>, ask: &Ask<'_>) -> Result<Progress, DbErr> {
        let sql = "SELECT MIN(founded_on) FROM body WHERE college_id = $1 AND kind = 'circle' AND closed_on IS NULL";
        let first = database::value::<Day>(db, sql, params![ask.organisation]).await?;
        // One that was founded before the year goes on in it.
        Ok(Progress::once(first.map(|day| day.0.max(ask.year.first_day()))))
    }

    async fn proofs(&self, db: &Db<'_>, ask: &Ask<'_>) -> Result<Vec<Proof>, DbErr> {
        let sql = format!(
            "SELECT b.id, b.name AS title, a.name AS person, b.founded_on AS day FROM body b
             LEFT JOIN account a ON a.id = b.made_by
             WHERE b.college_id = $1 AND b.kind = 'circle' AND b.closed_on IS NULL
             ORDER BY b.founded_on, b.id LIMIT {PROOFS}"
        );
        database::all(db, &sql, params![ask.organisation]).await
    }

    fn opens(&self, proof: &Proof) -> (Ability, String) {
        (rights::OPEN, format!("/bodies/{}", proof.id))
    }

    fn made(&self, _: &Ask<'_>) -> (Ability, String) {
        (rights::EDIT, "/bodies".to_owned())
    }
}

/// 14.5: each body is there, with inspector and seats.
pub struct Bodies;

#[async_trait]
impl Check for Bodies {
    fn item(&self) -> &'static str {
        BODIES.item
    }

    fn page(&self) -> &'static str {
        "/bodies"
    }

    async fn findings(&self, db: &Db<'_>, colleges: &[i64], basis: Basis) -> Result<HashMap<i64, Vec<Finding>>, DbErr> {
        let mut facts = store::facts(db, colleges).await?;
        let of = |college: &i64| (*college, BODIES.findings(&facts.remove(college).unwrap_or_default(), basis.edition));
        Ok(colleges.iter().map(of).collect())
    }
}
