//! How a contest stands: what its guards look at, and which steps are open.

use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, DbErr};
use sheber_platform::actor::Actor;

use super::entries::{self, Entry};
use super::jury::{self, Juror, Score};
use super::procedure::{Action, Guard, State};
use super::store::Contest;

/// A contest with everything that its guards look at.
pub struct Standing {
    pub entries: Vec<Entry>,
    pub jurors: Vec<Juror>,
    pub scores: Vec<Score>,
}

impl Standing {
    pub async fn of(db: &impl ConnectionTrait, contest: i64) -> Result<Self, DbErr> {
        Ok(Self {
            entries: entries::of(db, contest).await?,
            jurors: jury::of(db, contest).await?,
            scores: jury::scores(db, contest).await?,
        })
    }

    /// How many judgements are still to be given.
    pub fn open(&self, contest: &Contest) -> usize {
        jury::open_judgements(contest.level, &self.entries, &self.jurors, &self.scores)
    }

    /// Whether the jury is one.
    pub fn has_jury(&self, contest: &Contest) -> bool {
        jury::is_whole(contest.rules(), contest.level, &self.jurors, &self.entries)
    }

    /// Where the organiser's action leads, if it is possible now.
    pub fn after(&self, contest: &Contest, actor: &Actor, action: Action, today: NaiveDate) -> Option<State> {
        let holds = |guard: &Guard| match guard {
            Guard::Jury => self.has_jury(contest),
            // Whoever counts on the last day has it.
            Guard::Over => contest.is_over(today),
            Guard::Judged => self.open(contest) == 0,
            // These are asked of an application, not of the contest.
            Guard::Days | Guard::NoStageBefore | Guard::Own | Guard::Unbiased | Guard::NextOpen => false,
        };
        let rule = contest.rule(actor, action)?;
        rule.guards.iter().all(holds).then_some(rule.to)?
    }
}
