//! The jury: who judges what, and what they gave.

use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use sheber_kernel::{Lang, Level};
use sheber_norms::contests::{EntryScores, rank};
use sheber_people::inbox::tell::{READER, Reader};
use sheber_platform::actor::Actor;
use sheber_platform::change::Change;
use sheber_platform::columns::Json;
use sheber_platform::database::{self, Conditions};
use sheber_platform::entry::Entry as Record;
use sheber_platform::{params, secret};

use super::entries::{CONTEST_ENTRY, Entry};
use super::kinds::Rules;
use super::rights;
use super::store::{CONTEST, Contest};

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
    /// Whether a juror judges an entry: nobody one that they handed in; at the level of a college everybody is of the college,
    /// above it nobody judges the own one.
    pub fn judges(&self, level: Level, entry: &Entry) -> bool {
        self.id != entry.applied_by && (level == Level::College || self.organisation_id != entry.college_id)
    }

    pub fn organisation(&self, lang: Lang) -> &str {
        lang.pick(&self.name_kk, &self.name_ru)
    }
}

/// What a juror gave an entry.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Score {
    pub entry_id: i64,
    pub account_id: i64,
    /// By criterion.
    pub points: Json<Vec<u32>>,
}

pub async fn of(db: &impl ConnectionTrait, contest: i64) -> Result<Vec<Juror>, DbErr> {
    let sql = "SELECT a.id, a.name, a.organisation_id, o.name_kk, o.name_ru FROM contest_juror j
               JOIN account a ON a.id = j.account_id JOIN organisation o ON o.id = a.organisation_id
               WHERE j.contest_id = $1 ORDER BY a.id";
    database::all(db, sql, params![contest]).await
}

pub async fn scores(db: &impl ConnectionTrait, contest: i64) -> Result<Vec<Score>, DbErr> {
    let sql = "SELECT s.entry_id, s.account_id, s.points FROM contest_score s
               JOIN contest_entry e ON e.id = s.entry_id WHERE e.contest_id = $1 AND e.withdrawn = FALSE";
    database::all(db, sql, params![contest]).await
}

/// Whether a jury is one: it has its number, and each application enough who may judge it.
pub fn is_whole(rules: Rules, level: Level, jurors: &[Juror], entries: &[Entry]) -> bool {
    let judged = |entry: &Entry| jurors.iter().filter(|juror| juror.judges(level, entry)).count() >= rules.judges;
    jurors.len() >= rules.jurors && !entries.is_empty() && entries.iter().all(judged)
}

/// How many judgements are still to be given.
pub fn open_judgements(level: Level, entries: &[Entry], jurors: &[Juror], scores: &[Score]) -> usize {
    let given = |juror: &Juror, entry: &Entry| {
        scores.iter().any(|score| score.account_id == juror.id && score.entry_id == entry.id)
    };
    let all = jurors.iter().flat_map(|juror| entries.iter().map(move |entry| (juror, entry)));
    all.filter(|(juror, entry)| juror.judges(level, entry) && !given(juror, entry)).count()
}

/// Who may be a juror: at a college its own people, in a region those of its organisations, in the country everybody; of them
/// those who see contests.
pub async fn candidate(
    db: &impl ConnectionTrait,
    actor: &Actor,
    level: Level,
    email: &str,
) -> Result<Option<Reader>, DbErr> {
    let mut conditions = Conditions::default();
    let marks = vec!["?"; rights::SEE.roles.len()].join(", ");
    let roles = rights::SEE.roles.iter().map(|role| (*role).into()).collect();
    conditions.and("a.email = ? AND a.active", params![email]).and(&format!("a.role IN ({marks})"), roles);
    match level {
        Level::College => conditions.and("a.organisation_id = ?", params![actor.organisation_id]),
        Level::Region => conditions.and("o.region = ?", params![actor.region.clone().unwrap_or_default()]),
        Level::Country => &mut conditions,
    };
    let sql =
        format!("SELECT {READER} FROM account a JOIN organisation o ON o.id = a.organisation_id{}", conditions.sql());
    database::one(db, &sql, conditions.values).await
}

/// Seats a juror; `false` where they sit there already.
pub async fn seat(change: &Change, contest: &Contest, juror: i64) -> Result<bool, DbErr> {
    let sql = "INSERT INTO contest_juror (contest_id, account_id) VALUES ($1, $2)
               ON CONFLICT (contest_id, account_id) DO NOTHING";
    if database::run(change.db(), sql, params![contest.id, juror]).await? == 0 {
        return Ok(false);
    }
    let after = serde_json::json!({ "juror": juror });
    change.record(Record::new("trail-contest-juror", CONTEST, contest.id).after(after)).await?;
    Ok(true)
}

const GIVEN: &str =
    "FROM contest_score WHERE account_id = $2 AND entry_id IN (SELECT id FROM contest_entry WHERE contest_id = $1)";

/// Whether a juror gave points already.
pub async fn has_judged(db: &impl ConnectionTrait, contest: i64, juror: i64) -> Result<bool, DbErr> {
    Ok(database::number(db, &format!("SELECT COUNT(*) {GIVEN}"), params![contest, juror]).await? > 0)
}

/// Takes a juror off with the points they gave; `false` where they are none.
pub async fn unseat(change: &Change, contest: &Contest, juror: i64) -> Result<bool, DbErr> {
    database::run(change.db(), &format!("DELETE {GIVEN}"), params![contest.id, juror]).await?;
    let sql = "DELETE FROM contest_juror WHERE contest_id = $1 AND account_id = $2";
    if database::run(change.db(), sql, params![contest.id, juror]).await? == 0 {
        return Ok(false);
    }
    let before = serde_json::json!({ "juror": juror });
    change.record(Record::new("trail-contest-juror-removed", CONTEST, contest.id).before(before)).await?;
    Ok(true)
}

/// A juror's points for an entry, once; they can be changed until the contest is closed.
pub async fn judge(
    change: &Change,
    entry: &Entry,
    juror: &Juror,
    (points, note): (Vec<u32>, String),
) -> Result<(), DbErr> {
    let after = serde_json::json!({ "points": points });
    database::run(
        change.db(),
        "INSERT INTO contest_score (entry_id, account_id, points, note, at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (entry_id, account_id)
         DO UPDATE SET points = excluded.points, note = excluded.note, at = excluded.at",
        params![entry.id, juror.id, Json(points), note, change.at()],
    )
    .await?;
    change.record(Record::new("trail-contest-score", CONTEST_ENTRY, entry.id).after(after)).await
}

/// Ranks the places by the points that were given; winners' diplomas get their codes.
pub async fn place(change: &Change, contest: &Contest, entries: &[Entry], scores: &[Score]) -> Result<(), DbErr> {
    let scored = |entry: &Entry| EntryScores {
        entry: entry.id,
        points: scores.iter().filter(|score| score.entry_id == entry.id).map(|score| score.points.0.clone()).collect(),
        order: u64::try_from(entry.applied_at).unwrap_or(0),
    };
    let scored: Vec<EntryScores> = entries.iter().map(scored).collect();
    for ranked in rank(&scored, contest.criteria.len()) {
        let place = i64::try_from(ranked.place).unwrap_or(i64::MAX);
        let total = i64::try_from(ranked.total).unwrap_or(i64::MAX);
        let code = contest.rules().wins(Some(place)).then(|| format!("{}{}", secret::code(), secret::code()));
        let sql = "UPDATE contest_entry SET place = $2, total = $3, code = $4 WHERE id = $1";
        database::run(change.db(), sql, params![ranked.entry, place, total, code]).await?;
    }
    Ok(())
}
