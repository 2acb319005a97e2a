//! Applications in the database.

use sea_orm::prelude::async_trait::async_trait;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use sheber_kernel::Lang;
use sheber_people::inbox::tell::{READER, Reader};
use sheber_people::organisations;
use sheber_platform::actor::Actor;
use sheber_platform::change::Change;
use sheber_platform::columns::Json;
use sheber_platform::entry::{Entity, Entry as Record};
use sheber_platform::evidence::Db;
use sheber_platform::house::Files;
use sheber_platform::{database, params};

use super::store::{CONTEST, Contest};

/// As the trail names it.
pub const CONTEST_ENTRY: Entity = Entity("contest_entry");

/// A file of an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    pub files: Json<Vec<EntryFile>>,
    pub applied_by: i64,
    pub applied_at: i64,
    pub place: Option<i64>,
    /// The mean of the jurors' totals, in hundredths of a point.
    pub total: Option<i64>,
    pub code: Option<String>,
    pub passed_on: bool,
    pub name_kk: String,
    pub name_ru: String,
}

impl Entry {
    pub fn college(&self, lang: Lang) -> &str {
        lang.pick(&self.name_kk, &self.name_ru)
    }

    /// Whether somebody may take it back: who handed it in, and who answers for the college.
    pub fn is_withdrawn_by(&self, actor: &Actor) -> bool {
        let leads = actor.may(organisations::rights::LEAD);
        self.college_id == actor.organisation_id && (self.applied_by == actor.id || leads)
    }
}

const ENTRIES: &str =
    "SELECT e.id, e.contest_id, e.college_id, e.name, e.work, e.about, e.files, e.applied_by, e.applied_at, e.place,
    e.total, e.code, e.passed_on, o.name_kk, o.name_ru FROM contest_entry e JOIN organisation o ON o.id = e.college_id";

/// The applications of a contest, by place once the places stand.
pub async fn of(db: &impl ConnectionTrait, contest: i64) -> Result<Vec<Entry>, DbErr> {
    let sql = format!(
        "{ENTRIES} WHERE e.contest_id = $1 AND e.withdrawn = FALSE
         ORDER BY CASE WHEN e.place IS NULL THEN 1 ELSE 0 END, e.place, e.id"
    );
    database::all(db, &sql, params![contest]).await
}

/// The application whose diploma has a code.
pub async fn by_code(db: &impl ConnectionTrait, code: &str) -> Result<Option<Entry>, DbErr> {
    let sql = format!("{ENTRIES} WHERE e.code = $1 AND e.withdrawn = FALSE");
    database::one(db, &sql, params![code]).await
}

/// An application to be taken.
#[derive(Clone, Debug)]
pub struct EntryForm {
    pub college: i64,
    /// Who hands it in, or did at the stage before.
    pub by: i64,
    pub name: String,
    pub work: String,
    pub about: String,
    pub files: Vec<EntryFile>,
    /// The application of the stage before.
    pub from: Option<i64>,
}

pub async fn apply(change: &Change, contest: &Contest, new: &EntryForm) -> Result<i64, DbErr> {
    let id = database::number(
        change.db(),
        "INSERT INTO contest_entry
         (contest_id, college_id, name, work, about, files, from_entry, applied_by, applied_at, withdrawn, passed_on)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, FALSE, FALSE) RETURNING id",
        params![
            contest.id,
            new.college,
            new.name.clone(),
            new.work.clone(),
            new.about.clone(),
            Json(new.files.clone()),
            new.from,
            new.by,
            change.at()
        ],
    )
    .await?;
    let after = serde_json::json!({ "contest": contest.id, "work": new.work });
    change.record(Record::new("trail-contest-entry", CONTEST_ENTRY, id).after(after)).await?;
    Ok(id)
}

/// Takes an application back; the stage before can pass it on once more.
pub async fn withdraw(change: &Change, entry: &Entry) -> Result<(), DbErr> {
    let sql = "UPDATE contest_entry SET withdrawn = TRUE WHERE id = $1";
    database::run(change.db(), sql, params![entry.id]).await?;
    let sql =
        "UPDATE contest_entry SET passed_on = FALSE WHERE id = (SELECT from_entry FROM contest_entry WHERE id = $1)";
    database::run(change.db(), sql, params![entry.id]).await?;
    change.record(Record::new("trail-contest-withdrawn", CONTEST_ENTRY, entry.id)).await
}

/// Whom an earlier stage passed on to a stage that is called off goes on to the one that is held in its place.
pub async fn free(change: &Change, cancelled: &Contest) -> Result<(), DbErr> {
    let sql = "UPDATE contest_entry SET passed_on = FALSE WHERE id IN
               (SELECT from_entry FROM contest_entry WHERE contest_id = $1 AND from_entry IS NOT NULL)";
    database::run(change.db(), sql, params![cancelled.id]).await?;
    Ok(())
}

/// Passes a winner on to the next stage.
pub async fn pass_on(change: &Change, entry: &Entry, next: &Contest) -> Result<(), DbErr> {
    let new = EntryForm {
        college: entry.college_id,
        by: entry.applied_by,
        name: entry.name.clone(),
        work: entry.work.clone(),
        about: entry.about.clone(),
        files: entry.files.0.clone(),
        from: Some(entry.id),
    };
    apply(change, next, &new).await?;
    database::run(change.db(), "UPDATE contest_entry SET passed_on = TRUE WHERE id = $1", params![entry.id]).await?;
    Ok(())
}

/// Says in the trail that a contest's winners were passed on.
pub async fn passed(change: &Change, contest: &Contest, next: i64) -> Result<(), DbErr> {
    let after = serde_json::json!({ "to": next });
    change.record(Record::new("trail-contest-passed", CONTEST, contest.id).after(after)).await
}

/// Everybody who handed in an application that stands; with a place, those of that application alone.
pub async fn applicants(db: &impl ConnectionTrait, contest: i64, entry: Option<i64>) -> Result<Vec<Reader>, DbErr> {
    let mut conditions = database::Conditions::default();
    conditions.and("e.contest_id = ? AND e.withdrawn = FALSE AND a.active", params![contest]);
    if let Some(entry) = entry {
        conditions.and("e.id = ?", params![entry]);
    }
    let sql = format!(
        "SELECT DISTINCT {READER} FROM account a JOIN contest_entry e ON e.applied_by = a.id{} ORDER BY a.id",
        conditions.sql()
    );
    database::all(db, &sql, conditions.values).await
}

/// The files that applications came with.
pub struct Works;

#[async_trait]
impl Files for Works {
    async fn hashes(&self, db: &Db<'_>) -> Result<Vec<String>, DbErr> {
        let sql = "SELECT files FROM contest_entry WHERE files <> '[]'";
        let all = database::values::<Json<Vec<EntryFile>>>(db, sql, params![]).await?;
        Ok(all.into_iter().flat_map(|files| files.0).map(|file| file.hash).collect())
    }
}
