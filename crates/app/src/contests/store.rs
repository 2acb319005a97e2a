//! Contests in the database.

use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use sheber_kernel::{AcademicYear, LocalName, words};
use sheber_norms::contests::{Ranked, Scored, rank};

use crate::duties::evidence;
use crate::params;
use crate::platform::actor::{Ability, Actor, OrganisationKind, Scope};
use crate::platform::audit::{Change, Event};
use crate::platform::clock;
use crate::platform::database::{self, Conditions};
use crate::platform::error::AppError;
use crate::platform::search;

words! {
    /// What is contested.
    Kind {
        /// Professional mastery, by sector (16.1).
        Mastery = "mastery",
        /// The best author's method of teaching Kazakh (13.2).
        Language = "language",
        /// «Топтың үздік оқырманы» (14.2).
        GroupReader = "group_reader",
        /// «Жылдың үздік оқырманы» (14.2).
        YearReader = "year_reader",
    }
}

words! {
    /// At which level a stage is held.
    Level {
        College = "college",
        Region = "region",
        Country = "country",
    }
}

words! {
    /// How it stands with a contest.
    State {
        /// Applications are taken.
        Open = "open",
        Judging = "judging",
        /// The places stand.
        Closed = "closed",
        /// It is not held after all.
        Cancelled = "cancelled",
    }
}

impl Kind {
    /// The item of the guidance that asks for it.
    pub const fn item(self) -> &'static str {
        match self {
            Self::Mastery => "16.1",
            Self::Language => "13.2",
            Self::GroupReader | Self::YearReader => "14.2",
        }
    }

    /// The levels at which it is held.
    pub const fn levels(self) -> &'static [Level] {
        match self {
            Self::GroupReader => &[Level::College],
            _ => &[Level::College, Level::Region, Level::Country],
        }
    }
}

impl Level {
    /// The level at which somebody's organisation holds stages.
    pub const fn of(kind: OrganisationKind) -> Self {
        match kind {
            OrganisationKind::College => Self::College,
            OrganisationKind::Department => Self::Region,
            OrganisationKind::Ministry | OrganisationKind::Operator => Self::Country,
        }
    }

    pub const fn next(self) -> Option<Self> {
        match self {
            Self::College => Some(Self::Region),
            Self::Region => Some(Self::Country),
            Self::Country => None,
        }
    }
}

/// A criterion with the most points a juror gives for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Criterion {
    pub name: String,
    pub most: u32,
}

/// A stage of a contest.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Contest {
    pub id: i64,
    pub kind: String,
    pub sector: String,
    pub year: String,
    pub level: String,
    pub organisation_id: i64,
    pub region: String,
    pub title: String,
    pub place: String,
    pub opens_on: String,
    pub closes_on: String,
    criteria: String,
    state: String,
    pub closed_on: Option<String>,
    pub version: i64,
    pub name_kk: String,
    pub name_ru: String,
    pub entries: i64,
}

impl Contest {
    pub fn kind(&self) -> Kind {
        self.kind.parse().unwrap_or(Kind::Mastery)
    }

    pub fn level(&self) -> Level {
        self.level.parse().unwrap_or(Level::College)
    }

    pub fn state(&self) -> State {
        self.state.parse().unwrap_or(State::Open)
    }

    pub fn criteria(&self) -> Vec<Criterion> {
        serde_json::from_str(&self.criteria).unwrap_or_default()
    }

    pub fn organiser(&self) -> LocalName {
        LocalName::new(&self.name_kk, &self.name_ru)
    }

    /// Whether applications are taken on a day.
    pub fn takes(&self, today: NaiveDate) -> bool {
        let within = |day: &str, earlier: bool| {
            day.parse::<NaiveDate>().is_ok_and(|day| if earlier { day <= today } else { today <= day })
        };
        self.state() == State::Open && within(&self.opens_on, true) && within(&self.closes_on, false)
    }

    /// Whether the last day on which applications are taken has passed.
    pub fn is_over(&self, today: NaiveDate) -> bool {
        self.closes_on.parse::<NaiveDate>().is_ok_and(|day| day < today)
    }

    /// Whether somebody runs this stage.
    pub fn is_run_by(&self, actor: &Actor) -> bool {
        self.organisation_id == actor.organisation_id && actor.may(Ability::RunContests)
    }

    /// Whether a college may apply: the own one at its level, one of the region, any.
    pub fn is_for(&self, actor: &Actor) -> bool {
        match self.level() {
            Level::College => self.organisation_id == actor.organisation_id,
            Level::Region => actor.region.as_deref() == Some(self.region.as_str()),
            Level::Country => true,
        }
    }
}

const CONTEST: &str =
    "SELECT c.id, c.kind, c.sector, c.year, c.level, c.organisation_id, c.region, c.title, c.place, c.opens_on,
    c.closes_on, c.criteria, c.state, c.closed_on, c.version, o.name_kk, o.name_ru,
    (SELECT COUNT(*) FROM contest_entry e WHERE e.contest_id = c.id AND e.withdrawn = FALSE) AS entries
    FROM contest c JOIN organisation o ON o.id = c.organisation_id";

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

/// What a list asks for.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    pub q: String,
    pub kind: String,
    pub level: String,
    pub state: String,
    /// The sector of 16.2 whose national stage is to be opened.
    #[serde(skip_serializing)]
    pub sector: String,
    pub page: usize,
}

pub const PAGE: usize = 50;

/// The contests of a year, and how many there are in all.
pub async fn list(
    db: &DatabaseConnection,
    actor: &Actor,
    year: AcademicYear,
    filter: &Filter,
) -> Result<(Vec<Contest>, i64), DbErr> {
    let mut conditions = scope(actor);
    conditions.and("c.year = ?", params![year.to_string()]);
    for (column, word) in [("c.kind", &filter.kind), ("c.level", &filter.level), ("c.state", &filter.state)] {
        if !word.is_empty() {
            conditions.and(&format!("{column} = ?"), params![word.clone()]);
        }
    }
    for word in search::folded(&filter.q).split(' ').filter(|word| !word.is_empty()).take(6) {
        conditions.and("c.search_name LIKE ? ESCAPE '\\'", params![format!("%{}%", search::escaped(word))]);
    }
    let count = format!("SELECT COUNT(*) FROM contest c{}", conditions.sql());
    let total = database::number(db, &count, conditions.values.clone()).await?;
    let sql = format!(
        "{CONTEST}{} ORDER BY c.closes_on DESC, c.id DESC LIMIT {PAGE} OFFSET {}",
        conditions.sql(),
        filter.page.min(100_000) * PAGE
    );
    Ok((database::all(db, &sql, conditions.values).await?, total))
}

/// The stages that the winners of one can be passed on to.
pub async fn next(db: &DatabaseConnection, actor: &Actor, contest: &Contest) -> Result<Vec<Contest>, DbErr> {
    let Some(level) = contest.level().next() else { return Ok(Vec::new()) };
    let mut conditions = scope(actor);
    conditions.and(
        "c.year = ? AND c.level = ? AND c.kind = ? AND c.sector = ? AND c.state = 'open'",
        params![contest.year.clone(), level.word(), contest.kind.clone(), contest.sector.clone()],
    );
    let sql = format!("{CONTEST}{} ORDER BY c.closes_on, c.id LIMIT 50", conditions.sql());
    database::all(db, &sql, conditions.values).await
}

/// The stage before, of one's own region or college, where one is held: then its winners take part here, nobody by themselves
/// (13.2, 16.1).
pub async fn earlier(db: &impl ConnectionTrait, actor: &Actor, contest: &Contest) -> Result<Option<Contest>, DbErr> {
    let (level, whose) = match contest.level() {
        Level::College => return Ok(None),
        Level::Region => (Level::College, "c.organisation_id = ?"),
        Level::Country => (Level::Region, "c.region = ?"),
    };
    let mut conditions = scope(actor);
    conditions.and(
        "c.year = ? AND c.level = ? AND c.kind = ? AND c.sector = ? AND c.state <> 'cancelled'",
        params![contest.year.clone(), level.word(), contest.kind.clone(), contest.sector.clone()],
    );
    let whose_value = match level {
        Level::College => params![actor.organisation_id],
        _ => params![actor.region.clone().unwrap_or_default()],
    };
    conditions.and(whose, whose_value);
    let sql = format!("{CONTEST}{} ORDER BY c.id LIMIT 1", conditions.sql());
    database::one(db, &sql, conditions.values).await
}

pub async fn find(db: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<Contest, AppError> {
    let mut conditions = scope(actor);
    conditions.and("c.id = ?", params![id]);
    let sql = format!("{CONTEST}{}", conditions.sql());
    database::one(db, &sql, conditions.values).await?.ok_or(AppError::NotFound)
}

/// A contest's row held until the change ends, where the database locks rows.
pub async fn lock(change: &Change, id: i64) -> Result<(), DbErr> {
    if !database::is_sqlite(change.db()) {
        database::number(change.db(), "SELECT id FROM contest WHERE id = $1 FOR UPDATE", params![id]).await?;
    }
    Ok(())
}

/// What a contest's form says.
#[derive(Clone, Debug)]
pub struct New {
    pub kind: Kind,
    pub sector: String,
    pub title: String,
    pub place: String,
    pub opens_on: NaiveDate,
    pub closes_on: NaiveDate,
    pub criteria: Vec<Criterion>,
}

pub async fn insert(change: &Change, actor: &Actor, year: AcademicYear, level: Level, new: &New) -> Result<i64, DbErr> {
    let id = database::number(
        change.db(),
        "INSERT INTO contest (kind, sector, year, level, organisation_id, region, title, search_name, place, opens_on,
         closes_on, criteria, state, made_on, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'open', $13, 1) RETURNING id",
        params![
            new.kind.word(),
            new.sector.clone(),
            year.to_string(),
            level.word(),
            actor.organisation_id,
            actor.region.clone().unwrap_or_default(),
            new.title.clone(),
            search::folded(&new.title),
            new.place.clone(),
            new.opens_on.to_string(),
            new.closes_on.to_string(),
            serde_json::to_string(&new.criteria).unwrap_or_default(),
            clock::day(change.at()).to_string()
        ],
    )
    .await?;
    let after = serde_json::json!({ "kind": new.kind.word(), "level": level.word(), "title": new.title });
    change.record(Event::new("event-contest", "contest", id).after(after)).await?;
    settled(change, actor.organisation_id, year).await?;
    Ok(id)
}

/// What an organiser corrects while applications are taken.
pub struct Corrected<'a> {
    pub title: &'a str,
    pub place: &'a str,
    pub opens_on: NaiveDate,
    pub closes_on: NaiveDate,
}

/// Corrects a contest that takes applications; `false` where somebody else changed it meanwhile.
pub async fn correct(change: &Change, contest: &Contest, base: i64, new: &Corrected<'_>) -> Result<bool, DbErr> {
    let written = database::run(
        change.db(),
        "UPDATE contest SET title = $3, search_name = $4, place = $5, opens_on = $6, closes_on = $7, version = version + 1
         WHERE id = $1 AND version = $2 AND state = 'open'",
        params![
            contest.id,
            base,
            new.title,
            search::folded(new.title),
            new.place,
            new.opens_on.to_string(),
            new.closes_on.to_string()
        ],
    )
    .await?;
    let told = |title: &str, place: &str, opens: &str, closes: &str| serde_json::json!({ "title": title, "place": place, "opens_on": opens, "closes_on": closes });
    let before = told(&contest.title, &contest.place, &contest.opens_on, &contest.closes_on);
    let after = told(new.title, new.place, &new.opens_on.to_string(), &new.closes_on.to_string());
    change.record(Event::new("event-contest-changed", "contest", contest.id).before(before).after(after)).await?;
    Ok(written == 1)
}

/// The contests in sight whose applications end between two days, for calendars.
pub async fn ending(
    db: &DatabaseConnection,
    actor: &Actor,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<Contest>, DbErr> {
    let mut conditions = scope(actor);
    conditions.and(
        "c.state IN ('open', 'judging', 'closed') AND c.closes_on >= ? AND c.closes_on <= ?",
        params![from.to_string(), to.to_string()],
    );
    // Other colleges' own contests are nobody's deadline.
    conditions.and("(c.level <> 'college' OR c.organisation_id = ?)", params![actor.organisation_id]);
    let sql = format!("{CONTEST}{} ORDER BY c.closes_on, c.id LIMIT 200", conditions.sql());
    database::all(db, &sql, conditions.values).await
}

/// What rests on an organisation's contests is looked at again.
async fn settled(change: &Change, organisation: i64, year: AcademicYear) -> Result<(), DbErr> {
    let records = ["group_reader_contest", "year_reader_contest", "language_contest_planned", "mastery_contest"];
    evidence::settle(change, organisation, year, None, &records).await
}

/// Moves a contest to a state; `false` where it was not in the one before.
pub async fn set_state(change: &Change, contest: &Contest, to: State) -> Result<bool, DbErr> {
    let today = clock::day(change.at()).to_string();
    let closed = (to == State::Closed).then_some(today);
    let sql = "UPDATE contest SET state = $3, closed_on = $4, version = version + 1 WHERE id = $1 AND state = $2";
    let written =
        database::run(change.db(), sql, params![contest.id, contest.state.clone(), to.word(), closed]).await?;
    let (before, after) = (serde_json::json!({ "state": contest.state }), serde_json::json!({ "state": to.word() }));
    change.record(Event::new("event-contest-step", "contest", contest.id).before(before).after(after)).await?;
    settled(change, contest.organisation_id, contest.year.parse().unwrap_or(sheber_norms::edition::FIRST_YEAR)).await?;
    Ok(written == 1)
}

/// A contest `c` at its organiser's own level: what a host holds for the country is no stage of its region.
pub const OWN_LEVEL: &str =
    "c.level = (SELECT CASE o.kind WHEN 'college' THEN 'college' WHEN 'department' THEN 'region'
    ELSE 'country' END FROM organisation o WHERE o.id = c.organisation_id)";

/// The day on which an organisation first had a contest of a kind at its level: closed, or only planned.
pub async fn first(
    db: &impl ConnectionTrait,
    organisation: i64,
    year: AcademicYear,
    kind: Kind,
    planned: bool,
) -> Result<Option<NaiveDate>, DbErr> {
    let column = if planned { "made_on" } else { "closed_on" };
    let sql = format!(
        "SELECT MIN({column}) FROM contest c WHERE organisation_id = $1 AND year = $2 AND kind = $3
         AND state <> 'cancelled' AND {OWN_LEVEL}"
    );
    let day = database::text(db, &sql, params![organisation, year.to_string(), kind.word()]).await?;
    Ok(day.and_then(|day| day.parse().ok()))
}

/// A file of an application.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EntryFile {
    pub name: String,
    pub hash: String,
}

/// An application.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Entry {
    pub id: i64,
    pub contest_id: i64,
    pub college_id: i64,
    pub name: String,
    pub work: String,
    pub about: String,
    files: String,
    pub applied_by: i64,
    pub applied_at: i64,
    pub place: Option<i64>,
    pub total: Option<i64>,
    pub code: Option<String>,
    pub passed_on: bool,
    pub name_kk: String,
    pub name_ru: String,
}

impl Entry {
    pub fn files(&self) -> Vec<EntryFile> {
        serde_json::from_str(&self.files).unwrap_or_default()
    }

    pub fn college(&self) -> LocalName {
        LocalName::new(&self.name_kk, &self.name_ru)
    }

    /// Whether somebody may take it back: who handed it in, and who answers for the college.
    pub fn is_withdrawn_by(&self, actor: &Actor) -> bool {
        self.college_id == actor.organisation_id && (self.applied_by == actor.id || actor.may(Ability::ManageDuties))
    }
}

const ENTRY: &str =
    "SELECT e.id, e.contest_id, e.college_id, e.name, e.work, e.about, e.files, e.applied_by, e.applied_at, e.place,
    e.total, e.code, e.passed_on, o.name_kk, o.name_ru FROM contest_entry e JOIN organisation o ON o.id = e.college_id";

pub async fn entries(db: &impl ConnectionTrait, contest: i64) -> Result<Vec<Entry>, DbErr> {
    let sql =
        format!("{ENTRY} WHERE e.contest_id = $1 AND e.withdrawn = FALSE ORDER BY COALESCE(e.place, 100000), e.id");
    database::all(db, &sql, params![contest]).await
}

pub async fn by_code(db: &impl ConnectionTrait, code: &str) -> Result<Option<Entry>, DbErr> {
    let sql = format!("{ENTRY} WHERE e.code = $1 AND e.withdrawn = FALSE");
    database::one(db, &sql, params![code]).await
}

/// A contest as the public sees it behind a diploma's code.
pub async fn of_entry(db: &impl ConnectionTrait, entry: &Entry) -> Result<Contest, AppError> {
    let sql = format!("{CONTEST} WHERE c.id = $1");
    database::one(db, &sql, params![entry.contest_id]).await?.ok_or(AppError::NotFound)
}

/// An application to be taken.
pub struct NewEntry<'a> {
    pub college: i64,
    /// Who hands it in, or did at the stage before.
    pub by: i64,
    pub name: &'a str,
    pub work: &'a str,
    pub about: &'a str,
    pub files: &'a [EntryFile],
    pub from: Option<i64>,
}

pub async fn apply(change: &Change, contest: &Contest, new: &NewEntry<'_>) -> Result<i64, DbErr> {
    let id = database::number(
        change.db(),
        "INSERT INTO contest_entry
         (contest_id, college_id, name, work, about, files, from_entry, applied_by, applied_at, withdrawn, passed_on)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, FALSE, FALSE) RETURNING id",
        params![
            contest.id,
            new.college,
            new.name,
            new.work,
            new.about,
            serde_json::to_string(new.files).unwrap_or_default(),
            new.from,
            new.by,
            change.at()
        ],
    )
    .await?;
    let after = serde_json::json!({ "contest": contest.id, "work": new.work });
    change.record(Event::new("event-contest-entry", "contest_entry", id).after(after)).await?;
    Ok(id)
}

/// A juror.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Juror {
    pub id: i64,
    pub name: String,
    pub organisation_id: i64,
    pub name_kk: String,
    pub name_ru: String,
}

impl Juror {
    /// Whether a juror judges an entry: nobody one that they handed in; at the level of a college everybody is of the college, above
    /// it nobody judges the own one.
    pub fn judges(&self, level: Level, entry: &Entry) -> bool {
        self.id != entry.applied_by && (level == Level::College || self.organisation_id != entry.college_id)
    }

    pub fn organisation(&self) -> LocalName {
        LocalName::new(&self.name_kk, &self.name_ru)
    }
}

pub async fn jurors(db: &impl ConnectionTrait, contest: i64) -> Result<Vec<Juror>, DbErr> {
    let sql = "SELECT a.id, a.name, a.organisation_id, o.name_kk, o.name_ru FROM contest_juror j
               JOIN account a ON a.id = j.account_id JOIN organisation o ON o.id = a.organisation_id
               WHERE j.contest_id = $1 ORDER BY a.id";
    database::all(db, sql, params![contest]).await
}

/// What a juror gave an entry.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Score {
    pub entry_id: i64,
    pub account_id: i64,
    points: String,
    pub note: String,
}

impl Score {
    pub fn points(&self) -> Vec<u32> {
        serde_json::from_str(&self.points).unwrap_or_default()
    }
}

pub async fn scores(db: &impl ConnectionTrait, contest: i64) -> Result<Vec<Score>, DbErr> {
    let sql = "SELECT s.entry_id, s.account_id, s.points, s.note FROM contest_score s
               JOIN contest_entry e ON e.id = s.entry_id WHERE e.contest_id = $1 AND e.withdrawn = FALSE";
    database::all(db, sql, params![contest]).await
}

/// What is still to be judged: juror and entry.
pub fn open_judgements<'a>(
    level: Level,
    entries: &'a [Entry],
    jurors: &'a [Juror],
    scores: &[Score],
) -> Vec<(&'a Juror, &'a Entry)> {
    let given = |juror: &Juror, entry: &Entry| {
        scores.iter().any(|score| score.account_id == juror.id && score.entry_id == entry.id)
    };
    let all = jurors.iter().flat_map(|juror| entries.iter().map(move |entry| (juror, entry)));
    all.filter(|(juror, entry)| juror.judges(level, entry) && !given(juror, entry)).collect()
}

/// The places, by the points that were given.
pub fn ranked(contest: &Contest, entries: &[Entry], scores: &[Score]) -> Vec<Ranked> {
    let scored: Vec<Scored> = entries
        .iter()
        .map(|entry| Scored {
            entry: entry.id,
            points: scores.iter().filter(|score| score.entry_id == entry.id).map(Score::points).collect(),
            order: u64::try_from(entry.applied_at).unwrap_or(0),
        })
        .collect();
    rank(&scored, contest.criteria().len())
}
