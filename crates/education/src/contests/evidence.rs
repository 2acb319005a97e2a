//! What duties ask of contests.

use sea_orm::DbErr;
use sea_orm::prelude::async_trait::async_trait;
use sheber_kernel::Day;
use sheber_platform::ability::Ability;
use sheber_platform::entry::Rests;
use sheber_platform::evidence::{Ask, Db, Evidence, PROOFS, Progress, Proof};
use sheber_platform::{database, params};

use super::kinds::Kind;
use super::rights;
use super::store::CONTEST;

/// A contest of a kind that an organisation held, or only planned, at its own level.
struct Held {
    record: &'static str,
    kind: Kind,
    rests: &'static [Rests],
    /// Planned is enough.
    planned: bool,
}

/// Everything that contests show.
pub const ALL: &[&dyn Evidence] = &[
    &Held {
        record: "group_reader_contest",
        kind: Kind::GroupReader,
        rests: &[Rests(CONTEST, &[Kind::GroupReader.word()])],
        planned: false,
    },
    &Held {
        record: "year_reader_contest",
        kind: Kind::YearReader,
        rests: &[Rests(CONTEST, &[Kind::YearReader.word()])],
        planned: false,
    },
    &Held {
        record: "mastery_contest",
        kind: Kind::Mastery,
        rests: &[Rests(CONTEST, &[Kind::Mastery.word()])],
        planned: false,
    },
    &Held {
        record: "language_contest_planned",
        kind: Kind::Language,
        rests: &[Rests(CONTEST, &[Kind::Language.word()])],
        planned: true,
    },
];

/// A contest `c` at its organiser's own level: what a host holds for the country is no stage of its region.
const OWN: &str = "contest c WHERE c.organisation_id = $1 AND c.year = $2 AND c.kind = $3 AND c.state <> 'cancelled'
    AND c.level = (SELECT CASE o.kind WHEN 'college' THEN 'college' WHEN 'department' THEN 'region' ELSE 'country' END
                   FROM organisation o WHERE o.id = c.organisation_id)";

#[async_trait]
impl Evidence for Held {
    fn record(&self) -> &'static str {
        self.record
    }

    fn rests_on(&self) -> &'static [Rests] {
        self.rests
    }

    fn records(&self) -> &'static str {
        "contest WHERE organisation_id = $1 AND year = $2"
    }

    async fn progress(&self, db: &Db<'_>, ask: &Ask<'_>) -> Result<Progress, DbErr> {
        let column = if self.planned { "made_on" } else { "closed_on" };
        let sql = format!("SELECT MIN(c.{column}) FROM {OWN}");
        let first = database::value::<Day>(db, &sql, params![ask.organisation, ask.year, self.kind]).await?;
        Ok(Progress::once(first.map(|day| day.0)))
    }

    async fn proofs(&self, db: &Db<'_>, ask: &Ask<'_>) -> Result<Vec<Proof>, DbErr> {
        let sql = format!(
            "SELECT c.id, c.title, (SELECT name FROM account WHERE account.id = c.made_by) AS person,
                    COALESCE(c.closed_on, c.made_on) AS day
             FROM {OWN} ORDER BY c.id LIMIT {PROOFS}"
        );
        database::all(db, &sql, params![ask.organisation, ask.year, self.kind]).await
    }

    fn opens(&self, proof: &Proof) -> (Ability, String) {
        (rights::SEE, format!("/contests/{}", proof.id))
    }

    fn made(&self, _: &Ask<'_>) -> (Ability, String) {
        (rights::RUN, "/contests".to_owned())
    }
}
