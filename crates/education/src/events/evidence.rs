//! What duties and indicators ask of events.

use chrono::NaiveDate;
use sea_orm::DbErr;
use sea_orm::prelude::async_trait::async_trait;
use sheber_kernel::{AcademicYear, Day};
use sheber_people::groups::store::GROUP;
use sheber_people::reference::store as reference;
use sheber_platform::ability::Ability;
use sheber_platform::database::{self, Conditions};
use sheber_platform::entry::Rests;
use sheber_platform::evidence::{Ask, Count, Db, Evidence, Occasion, PROOFS, Progress, Proof};
use sheber_platform::{clock, params};

use super::kinds::Kind;
use super::store::EVENT;
use super::{hours, rights};

/// An event of certain kinds that counts for a record.
struct Held {
    record: &'static str,
    kinds: &'static [Kind],
    rests: &'static [Rests],
    /// Invited specialists are named.
    specialists: bool,
    /// Its material was published.
    published: bool,
    /// Planned is enough.
    planned: bool,
}

impl Held {
    const ANY: Self = Self { record: "", kinds: &[], rests: &[], specialists: false, published: false, planned: false };

    /// The events that count, of the table `event`.
    fn counting(&self, ask: &Ask<'_>) -> Conditions {
        let mut conditions = Conditions::default();
        let marks = vec!["?"; self.kinds.len()].join(", ");
        conditions
            .and("organisation_id = ?", params![ask.organisation])
            .and(&format!("kind IN ({marks})"), self.kinds.iter().map(|kind| (*kind).into()).collect())
            .and("cancelled = FALSE", params![]);
        if self.specialists {
            conditions.and("specialists <> ''", params![]);
        }
        if self.published {
            conditions.and("links <> ''", params![]);
        }
        let (from, to) = ask.within;
        if self.planned {
            conditions.and("year = ?", params![AcademicYear::of(from)]);
        } else {
            conditions.and("held_on >= ? AND held_on <= ?", params![Day(from), Day(to)]);
        }
        conditions
    }
}

macro_rules! held {
    ($record:literal of $($kind:ident)+ $(, $field:ident)*) => {
        &Held {
            record: $record,
            kinds: &[$(Kind::$kind),+],
            rests: &[Rests(EVENT, &[$(Kind::$kind.word()),+])],
            $($field: true,)*
            ..Held::ANY
        }
    };
}

/// Everything that events show.
pub const ALL: &[&dyn Evidence] = &[
    held!("it_seminar" of ItSeminar),
    held!("information_work" of InformationWork),
    held!("worldskills_experts" of ExpertTraining),
    held!("college_championship" of Championship),
    held!("regional_championship" of Championship),
    held!("career_guidance" of CareerGuidance),
    held!("forum" of Forum),
    held!("forum_planned" of Forum, planned),
    held!("book_crossing" of BookCrossing),
    held!("reading_event" of Quiz Quest FlashMob),
    held!("league_stage" of LeagueStage),
    held!("healthy_life_event" of HealthyLife, specialists, published),
    held!("out_of_class_event" of Startup Podcast Newspaper Talk Meeting Charity Excursion PartnerProject),
    held!("debate" of Debate),
    held!("development_day" of DevelopmentDay),
    held!("contest_participation" of Contest),
    held!("prevention_event" of Prevention, specialists, published),
    &GroupHours,
    &PublicationEvidence,
];

/// A proof's columns, of the table `event`.
const PROOF: &str = "SELECT id, topic AS title, (SELECT name FROM account WHERE account.id = made_by) AS person,
    COALESCE(held_on, planned_on) AS day FROM event";

/// Where an organisation's events lie.
const RECORDS: &str = "event WHERE organisation_id = $1 AND year = $2";

#[async_trait]
impl Evidence for Held {
    fn record(&self) -> &'static str {
        self.record
    }

    fn rests_on(&self) -> &'static [Rests] {
        self.rests
    }

    fn records(&self) -> &'static str {
        RECORDS
    }

    async fn progress(&self, db: &Db<'_>, ask: &Ask<'_>) -> Result<Progress, DbErr> {
        let conditions = self.counting(ask);
        if self.planned {
            let sql = format!("SELECT MIN(made_at) FROM event{}", conditions.sql());
            let made = database::value::<i64>(db, &sql, conditions.values).await?;
            return Ok(Progress::once(made.map(clock::day)));
        }
        let sql = format!("SELECT MIN(held_on) FROM event{}", conditions.sql());
        let day = database::value::<Day>(db, &sql, conditions.values).await?;
        Ok(Progress::once(day.map(|day| day.0)))
    }

    async fn proofs(&self, db: &Db<'_>, ask: &Ask<'_>) -> Result<Vec<Proof>, DbErr> {
        let conditions = self.counting(ask);
        let sql = format!("{PROOF}{} ORDER BY held_on, planned_on, id LIMIT {PROOFS}", conditions.sql());
        database::all(db, &sql, conditions.values).await
    }

    fn opens(&self, proof: &Proof) -> (Ability, String) {
        (rights::SEE, format!("/events/{}", proof.id))
    }

    fn made(&self, _: &Ask<'_>) -> (Ability, String) {
        let way = if self.planned { "new" } else { "quick" };
        let kind = self.kinds.first().map_or("", |kind| kind.word());
        (rights::RECORD, format!("/events/{way}?kind={kind}"))
    }
}

/// Curator hours rest on the hours themselves, and on which groups there are.
const HOURS: &[Rests] = &[Rests(EVENT, &[Kind::CuratorHour.word()]), Rests::on(GROUP)];

/// 1.1: each group of a college had its curator hour.
struct GroupHours;

#[async_trait]
impl Evidence for GroupHours {
    fn record(&self) -> &'static str {
        "curator_hour_in_each_group"
    }

    fn rests_on(&self) -> &'static [Rests] {
        HOURS
    }

    fn records(&self) -> &'static str {
        RECORDS
    }

    async fn progress(&self, db: &Db<'_>, ask: &Ask<'_>) -> Result<Progress, DbErr> {
        let (have, need) = hours::groups_with_hour(db, ask.organisation, ask.year, ask.within).await?;
        Ok(Progress { have, need, on: Some(ask.due) })
    }

    async fn proofs(&self, db: &Db<'_>, ask: &Ask<'_>) -> Result<Vec<Proof>, DbErr> {
        let (from, to) = ask.within;
        let sql = format!(
            "{PROOF} WHERE organisation_id = $1 AND year = $2 AND kind = 'curator_hour' AND cancelled = FALSE
             AND held_on >= $3 AND held_on <= $4 ORDER BY id LIMIT {PROOFS}"
        );
        database::all(db, &sql, params![ask.organisation, ask.year, Day(from), Day(to)]).await
    }

    async fn missing(&self, db: &Db<'_>, ask: &Ask<'_>) -> Result<Vec<String>, DbErr> {
        hours::groups_without_hour(db, ask.organisation, ask.year, ask.within).await
    }

    fn opens(&self, proof: &Proof) -> (Ability, String) {
        (rights::SEE, format!("/events/{}", proof.id))
    }

    fn made(&self, _: &Ask<'_>) -> (Ability, String) {
        (rights::RECORD, "/events/quick?kind=curator_hour".to_owned())
    }
}

/// The material of the event that a duty followed was published.
struct PublicationEvidence;

#[async_trait]
impl Evidence for PublicationEvidence {
    fn record(&self) -> &'static str {
        "event_published"
    }

    fn rests_on(&self) -> &'static [Rests] {
        const { &[Rests::on(EVENT)] }
    }

    fn records(&self) -> &'static str {
        RECORDS
    }

    async fn progress(&self, db: &Db<'_>, ask: &Ask<'_>) -> Result<Progress, DbErr> {
        let sql = "SELECT published_on FROM event WHERE id = $1 AND links <> '' AND cancelled = FALSE";
        let day = database::value::<Day>(db, sql, params![ask.after.unwrap_or(0)]).await?;
        Ok(Progress::once(day.map(|day| day.0)))
    }

    async fn proofs(&self, db: &Db<'_>, ask: &Ask<'_>) -> Result<Vec<Proof>, DbErr> {
        let sql = format!("{PROOF} WHERE organisation_id = $1 AND id = $2 AND links <> ''");
        database::all(db, &sql, params![ask.organisation, ask.after.unwrap_or(0)]).await
    }

    fn opens(&self, proof: &Proof) -> (Ability, String) {
        (rights::SEE, format!("/events/{}", proof.id))
    }

    fn made(&self, ask: &Ask<'_>) -> (Ability, String) {
        (rights::RECORD, format!("/events/{}/edit", ask.after.unwrap_or(0)))
    }
}

/// A stage of the league that was held (14.3): its results are published afterwards.
pub struct LeagueStage;

#[async_trait]
impl Occasion for LeagueStage {
    fn event(&self) -> &'static str {
        "league_stage"
    }

    fn rests_on(&self) -> &'static [Rests] {
        // Any event may have been a stage before it was changed.
        const { &[Rests::on(EVENT)] }
    }

    async fn happened(
        &self,
        db: &Db<'_>,
        organisation: i64,
        year: AcademicYear,
    ) -> Result<Vec<(i64, NaiveDate)>, DbErr> {
        #[derive(sea_orm::FromQueryResult)]
        struct Stage {
            id: i64,
            held_on: Day,
        }
        let sql = "SELECT id, held_on FROM event WHERE organisation_id = $1 AND year = $2 AND kind = 'league_stage'
                   AND held_on IS NOT NULL AND cancelled = FALSE ORDER BY held_on, id";
        let stages: Vec<Stage> = database::all(db, sql, params![organisation, year]).await?;
        Ok(stages.into_iter().map(|stage| (stage.id, stage.held_on.0)).collect())
    }
}

/// How many of a college's groups began the year with a curator hour (1.1).
pub struct CuratorHours;

/// The first day of the academic year; where nobody works on it, up to the next working day.
async fn knowledge_day(db: &Db<'_>, year: AcademicYear) -> Result<(NaiveDate, NaiveDate), DbErr> {
    let day = year.first_day();
    Ok((day, reference::calendar(db).await?.on_or_after(day)))
}

#[async_trait]
impl Count for CuratorHours {
    fn code(&self) -> &'static str {
        "curator_hours"
    }

    fn rests_on(&self) -> &'static [Rests] {
        HOURS
    }

    async fn of_college(
        &self,
        db: &Db<'_>,
        college: i64,
        year: AcademicYear,
        _: NaiveDate,
    ) -> Result<(i64, i64), DbErr> {
        hours::groups_with_hour(db, college, year, knowledge_day(db, year).await?).await
    }

    async fn missing(&self, db: &Db<'_>, college: i64, year: AcademicYear) -> Result<Vec<String>, DbErr> {
        hours::groups_without_hour(db, college, year, knowledge_day(db, year).await?).await
    }

    fn records(&self, college: Option<i64>) -> (Option<Ability>, String) {
        let of = college.map(|college| format!("&college={college}")).unwrap_or_default();
        (Some(rights::SEE), format!("/events?kind=curator_hour{of}"))
    }
}
