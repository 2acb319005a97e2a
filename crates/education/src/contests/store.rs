//! Contests in the database.

use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};
use serde::{Deserialize, Serialize};
use sheber_kernel::{AcademicYear, Day, Lang, Level};
use sheber_platform::actor::{Actor, Scope};
use sheber_platform::change::Change;
use sheber_platform::columns::Json;
use sheber_platform::database::{self, Conditions};
use sheber_platform::entry::{Entity, Entry};
use sheber_platform::error::AppError;
use sheber_platform::fields::Fields;
use sheber_platform::forms::open;
use sheber_platform::list::{Column, Order, Query};
use sheber_platform::record::{self, Record};
use sheber_platform::{clock, params, procedure, search};

use super::kinds::{Criterion, Kind, Rules};
use super::procedure::{Action, Contests, Hand, State};
use super::rights;

/// As the trail names it.
pub const CONTEST: Entity = Entity("contest");

/// A stage of a contest.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Contest {
    pub id: i64,
    pub kind: Kind,
    /// A word of 16.2; empty where the contest is of no sector.
    pub sector: String,
    pub year: AcademicYear,
    pub level: Level,
    pub organisation_id: i64,
    /// By KATO; empty for the country's.
    pub region: String,
    #[sea_orm(nested)]
    pub basics: Basics,
    pub criteria: Json<Vec<Criterion>>,
    pub state: State,
    pub closed_on: Option<Day>,
    pub version: i64,
    pub name_kk: String,
    pub name_ru: String,
    pub entries: i64,
}

impl Contest {
    pub fn organiser(&self, lang: Lang) -> &str {
        lang.pick(&self.name_kk, &self.name_ru)
    }

    pub fn rules(&self) -> Rules {
        Rules::of(self.year)
    }

    /// Whether applications are taken on a day.
    pub fn takes(&self, today: NaiveDate) -> bool {
        self.state == State::Open && (self.basics.opens_on.0..=self.basics.closes_on.0).contains(&today)
    }

    /// Whether the last day on which applications are taken has passed.
    pub fn is_over(&self, today: NaiveDate) -> bool {
        self.basics.closes_on.0 < today
    }

    /// Whether somebody runs this stage.
    pub fn is_run_by(&self, actor: &Actor) -> bool {
        self.organisation_id == actor.organisation_id && actor.may(rights::RUN)
    }

    /// Whether a college may apply: the own one at its level, one of the region, any.
    pub fn is_for(&self, actor: &Actor) -> bool {
        match self.level {
            Level::College => self.organisation_id == actor.organisation_id,
            Level::Region => actor.region.as_deref() == Some(self.region.as_str()),
            Level::Country => true,
        }
    }

    /// The rule by which somebody may do something here, what has to hold besides not looked at yet.
    pub fn rule(&self, actor: &Actor, action: Action) -> Option<&'static procedure::RuleOf<Contests>> {
        let is = |hand| match hand {
            Hand::Organiser => self.is_run_by(actor),
            Hand::Applicant => self.is_for(actor),
            // Whether somebody is of the jury is asked of the jury.
            Hand::Juror => true,
        };
        procedure::find::<Contests>(self.state, action, is)
    }

    /// What happened to it, where it stands.
    pub fn entry(&self, what: &'static str) -> Entry {
        Entry::new(what, CONTEST, self.id).at(self.organisation_id, self.year, self.kind.word(), None)
    }
}

fn select() -> String {
    format!(
        "SELECT c.id, c.kind, c.sector, c.year, c.level, c.organisation_id, c.region, {}, c.criteria, c.state, c.closed_on,
         c.version, o.name_kk, o.name_ru,
         (SELECT COUNT(*) FROM contest_entry e WHERE e.contest_id = c.id AND e.withdrawn = FALSE) AS entries",
        Basics::columns("c")
    )
}

const FROM: &str = "FROM contest c JOIN organisation o ON o.id = c.organisation_id";

/// What somebody sees: the country's stages, those of their region, those of the colleges in their scope.
fn scope(actor: &Actor) -> Conditions {
    let mut conditions = Conditions::default();
    match actor.scope() {
        Scope::All => {}
        Scope::Region(region) => {
            conditions.and("(c.level = 'country' OR c.region = ?)", params![region]);
        }
        Scope::College(own) => {
            let region = actor.region.clone().unwrap_or_default();
            conditions.and(
                "(c.level = 'country' OR c.level = 'region' AND c.region = ? OR c.organisation_id = ?)",
                params![region, own],
            );
        }
        Scope::Nothing => {
            conditions.and("1 = 0", params![]);
        }
    }
    conditions
}

/// What a list of contests is filtered by.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    pub q: String,
    #[serde(deserialize_with = "open", skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    #[serde(deserialize_with = "open", skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    #[serde(deserialize_with = "open", skip_serializing_if = "Option::is_none")]
    pub state: Option<State>,
    /// The sector of 16.2 whose national stage is to be opened.
    #[serde(skip_serializing)]
    pub sector: String,
    #[serde(skip_serializing)]
    pub at: String,
}

impl Filter {
    /// Whether it lets everything through.
    pub fn is_plain(&self) -> bool {
        self.q.trim().is_empty() && self.kind.is_none() && self.level.is_none() && self.state.is_none()
    }
}

/// The contests of a year that somebody sees, those that end last first.
pub fn list(actor: &Actor, year: AcademicYear, filter: &Filter) -> Query<'static> {
    const LATEST: Order = Order::down(&[Column::Text("c.closes_on"), Column::Number("c.id")]);
    let mut conditions = scope(actor);
    conditions.and("c.year = ?", params![year]);
    if let Some(kind) = filter.kind {
        conditions.and("c.kind = ?", params![kind]);
    }
    if let Some(level) = filter.level {
        conditions.and("c.level = ?", params![level]);
    }
    if let Some(state) = filter.state {
        conditions.and("c.state = ?", params![state]);
    }
    conditions.search("c.search_name", &filter.q);
    Query { select: select().into(), from: FROM, conditions, order: LATEST }
}

/// Stages of the same contest at another level.
fn stages(actor: &Actor, contest: &Contest, level: Level) -> Conditions {
    let mut conditions = scope(actor);
    conditions.and(
        "c.year = ? AND c.level = ? AND c.kind = ? AND c.sector = ?",
        params![contest.year, level, contest.kind, contest.sector.clone()],
    );
    conditions
}

/// The stages that the winners of one can be passed on to.
pub async fn next(db: &impl ConnectionTrait, actor: &Actor, contest: &Contest) -> Result<Vec<Contest>, DbErr> {
    let Some(level) = contest.level.next() else { return Ok(Vec::new()) };
    let mut conditions = stages(actor, contest, level);
    conditions.and("c.state = 'open'", params![]);
    let sql = format!("{} {FROM}{} ORDER BY c.closes_on, c.id LIMIT 50", select(), conditions.sql());
    database::all(db, &sql, conditions.values).await
}

/// The stage before, of one's own region or college, where one is held: then its winners take part here, nobody by themselves
/// (13.2, 16.1).
pub async fn earlier(db: &impl ConnectionTrait, actor: &Actor, contest: &Contest) -> Result<Option<Contest>, DbErr> {
    let (level, whose, value) = match contest.level {
        Level::College => return Ok(None),
        Level::Region => (Level::College, "c.organisation_id = ?", params![actor.organisation_id]),
        Level::Country => (Level::Region, "c.region = ?", params![actor.region.clone().unwrap_or_default()]),
    };
    let mut conditions = stages(actor, contest, level);
    conditions.and("c.state <> 'cancelled'", params![]).and(whose, value);
    let sql = format!("{} {FROM}{} ORDER BY c.id LIMIT 1", select(), conditions.sql());
    database::one(db, &sql, conditions.values).await
}

pub async fn find(db: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<Contest, AppError> {
    let mut conditions = scope(actor);
    conditions.and("c.id = ?", params![id]);
    let sql = format!("{} {FROM}{}", select(), conditions.sql());
    database::one(db, &sql, conditions.values).await?.ok_or(AppError::NotFound)
}

/// A contest for those who come to it by a diploma's code.
pub async fn opened(db: &impl ConnectionTrait, id: i64) -> Result<Contest, AppError> {
    let sql = format!("{} {FROM} WHERE c.id = $1", select());
    database::one(db, &sql, params![id]).await?.ok_or(AppError::NotFound)
}

/// A contest whose row is held until the change ends.
pub async fn locked(change: &Change, actor: &Actor, id: i64) -> Result<Contest, AppError> {
    database::lock_row(change.db(), "contest", id).await?;
    find(change.db(), actor, id).await
}

/// A contest that somebody runs, to be changed by nobody else until the change ends.
pub async fn run_by(change: &Change, actor: &Actor, id: i64) -> Result<Contest, AppError> {
    let contest = locked(change, actor, id).await?;
    if contest.is_run_by(actor) { Ok(contest) } else { Err(AppError::Forbidden) }
}

sheber_platform::record! {
    /// What can be corrected later.
    Basics of "contest" {
        title: String = text(300),
        place: String = open_text(200),
        opens_on: Day = day(),
        closes_on: Day = day(),
    }
}

impl Basics {
    /// Reads the title, the place and the days on which applications are taken.
    pub fn of(fields: &mut Fields) -> Option<Self> {
        Self::read_with(fields, |basics, fields| {
            if basics.closes_on < basics.opens_on {
                fields.wrong("closes_on", "contest-days");
            }
        })
    }

    /// What is searched by.
    fn derived(&self) -> (&'static str, Value) {
        ("search_name", search::indexed(&self.title).into())
    }
}

/// What a contest's form says.
#[derive(Clone, Debug)]
pub struct ContestForm {
    pub kind: Kind,
    pub sector: String,
    pub basics: Basics,
    pub criteria: Vec<Criterion>,
}

pub async fn insert(
    change: &Change,
    actor: &Actor,
    year: AcademicYear,
    level: Level,
    new: &ContestForm,
) -> Result<i64, DbErr> {
    let basics = &new.basics;
    let further = vec![
        basics.derived(),
        ("kind", new.kind.into()),
        ("sector", new.sector.clone().into()),
        ("year", year.into()),
        ("level", level.into()),
        ("organisation_id", actor.organisation_id.into()),
        ("region", actor.region.clone().unwrap_or_default().into()),
        ("criteria", Json(new.criteria.clone()).into()),
        ("state", State::Open.into()),
        ("made_by", actor.id.into()),
        ("made_on", Day(clock::day(change.at())).into()),
    ];
    let id = record::insert(change.db(), basics, further).await?;
    let mut after = basics.json_with("kind", new.kind.word());
    after["level"] = level.word().into();
    let entry = Entry::new("trail-contest", CONTEST, id).after(after);
    change.record(entry.at(actor.organisation_id, year, new.kind.word(), None)).await?;
    Ok(id)
}

/// Corrects a contest that takes applications; `false` where somebody else changed it meanwhile.
pub async fn correct(change: &Change, contest: &Contest, base: i64, new: &Basics) -> Result<bool, DbErr> {
    if !record::update(change.db(), new, (contest.id, base), vec![new.derived()]).await? {
        return Ok(false);
    }
    let entry = Entry::new("trail-contest-changed", CONTEST, contest.id);
    change.record(entry.before(contest.basics.json()).after(new.json())).await?;
    Ok(true)
}

/// The contests in sight whose applications end between two days, for calendars.
pub async fn ending(
    db: &impl ConnectionTrait,
    actor: &Actor,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<Contest>, DbErr> {
    let mut conditions = scope(actor);
    conditions
        .and("c.state <> 'cancelled' AND c.closes_on >= ? AND c.closes_on <= ?", params![Day(from), Day(to)])
        // Other colleges' own contests are nobody's deadline.
        .and("(c.level <> 'college' OR c.organisation_id = ?)", params![actor.organisation_id]);
    let sql = format!("{} {FROM}{} ORDER BY c.closes_on, c.id LIMIT 200", select(), conditions.sql());
    database::all(db, &sql, conditions.values).await
}

/// Moves a contest to a state; `false` where it was not in the one before.
pub async fn set_state(change: &Change, contest: &Contest, to: State) -> Result<bool, DbErr> {
    let closed = (to == State::Closed).then(|| Day(clock::day(change.at())));
    let sql = "UPDATE contest SET state = $3, closed_on = $4, version = version + 1 WHERE id = $1 AND state = $2";
    if database::run(change.db(), sql, params![contest.id, contest.state, to, closed]).await? == 0 {
        return Ok(false);
    }
    let told = |state: State| serde_json::json!({ "state": state });
    change.record(contest.entry("trail-contest-step").before(told(contest.state)).after(told(to))).await?;
    Ok(true)
}
