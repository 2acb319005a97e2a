//! What accompanies an application (қоса берілетін құжаттар): letters of employers, minutes; PDF, checked by content.

use sea_orm::prelude::async_trait::async_trait;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use sheber_kernel::{AcademicYear, words};
use sheber_platform::actor::Actor;
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::entry::Entry;
use sheber_platform::error::AppError;
use sheber_platform::evidence::Db;
use sheber_platform::forms::File;
use sheber_platform::house::Files;
use sheber_platform::{clock, database, files, params};

use super::store::{self, CASE, Case};
use super::workflow::Hand;

words! {
    /// What an attachment is.
    Kind {
        /// жұмыс берушінің хаты
        Letter = "letter",
        /// хаттама
        Minutes = "minutes",
        Other = "other",
    }
}

#[derive(Debug, FromQueryResult)]
pub struct Attachment {
    pub id: i64,
    pub kind: Kind,
    pub name: String,
    pub hash: String,
    pub size: i64,
    pub added_at: i64,
    /// Taken off the list; still there for whoever it was sent to.
    pub removed: bool,
}

impl Attachment {
    /// The size in whole KiB, at least one.
    pub fn kib(&self) -> i64 {
        (self.size / 1024).max(1)
    }
}

/// The most attachments of a case.
const MANY: usize = 30;

const COLUMNS: &str = "SELECT a.id, a.kind, a.name, a.hash, a.size, a.added_at, a.removed FROM register_attachment a";

/// What would accompany the application if it were sent now.
pub async fn kept(db: &impl ConnectionTrait, case: i64) -> Result<Vec<Attachment>, DbErr> {
    let sql = format!("{COLUMNS} WHERE a.case_id = $1 AND a.removed = FALSE ORDER BY a.id");
    database::all(db, &sql, params![case]).await
}

/// What ever accompanied the application, taken off since or not.
pub async fn sent(db: &impl ConnectionTrait, case: i64) -> Result<Vec<Attachment>, DbErr> {
    let sql = format!("{COLUMNS} WHERE a.case_id = $1 AND a.sent_at IS NOT NULL ORDER BY a.id");
    database::all(db, &sql, params![case]).await
}

/// What somebody may see: the college what it would send and what it sent; others what was sent.
pub async fn shown(db: &impl ConnectionTrait, case: &Case, actor: &Actor) -> Result<Vec<Attachment>, DbErr> {
    let mut list = sent(db, case.id).await?;
    if store::part(db, actor, case).await?.is_college {
        let kept = kept(db, case.id).await?;
        list.retain(|one| one.removed);
        list.extend(kept);
        list.sort_by_key(|one| one.id);
    }
    Ok(list)
}

/// The application goes out with what lies there now.
pub async fn send(change: &Change, case: i64) -> Result<(), DbErr> {
    let sql = "UPDATE register_attachment SET sent_at = $2 WHERE case_id = $1 AND removed = FALSE AND sent_at IS NULL";
    database::run(change.db(), sql, params![case, change.at()]).await.map(|_| ())
}

/// Whether somebody may add and take away now: the college, while the case waits for it.
pub async fn may_change(db: &impl ConnectionTrait, actor: &Actor, case: &Case) -> Result<bool, DbErr> {
    let part = store::part(db, actor, case).await?;
    Ok(case.state.waits_for_college() && Hand::College.is(actor.role, part))
}

/// Keeps a document beside the application, or says why not.
pub async fn attach(
    app: &App,
    actor: &Actor,
    id: i64,
    kind: Kind,
    file: File,
) -> Result<Result<(), &'static str>, AppError> {
    let case = store::find(&app.db, actor, id).await?;
    if !may_change(&app.db, actor, &case).await? {
        return Ok(Err("register-not-now"));
    }
    if file.bytes.len() > files::MOST {
        return Ok(Err("attachment-large"));
    }
    if !files::is_pdf(&file.bytes) {
        return Ok(Err("attachment-not-pdf"));
    }
    let size = i64::try_from(file.bytes.len()).unwrap_or(i64::MAX);
    let hash = files::keep(app, actor.organisation_id, file.bytes).await?;
    let name: String = file.name.chars().filter(|letter| !letter.is_control()).take(200).collect();
    let change = Change::begin(app, Some(actor)).await?;
    // The state may have moved on while the file was on its way.
    let case = store::locked(&change, id).await?;
    if !may_change(change.db(), actor, &case).await? {
        return Ok(Err("register-not-now"));
    }
    let known = kept(change.db(), id).await?;
    if known.iter().any(|one| one.hash == hash) {
        return Ok(Ok(()));
    }
    if known.len() >= MANY {
        return Ok(Err("attachment-many"));
    }
    database::run(
        change.db(),
        "INSERT INTO register_attachment (case_id, kind, name, hash, size, added_by, added_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        params![id, kind, name.clone(), hash.clone(), size, actor.id, change.at()],
    )
    .await?;
    let after = serde_json::json!({ "name": name, "hash": hash });
    change.record(entry("trail-register-attached", &change, &case).after(after)).await?;
    change.commit().await?;
    Ok(Ok(()))
}

fn entry(what: &'static str, change: &Change, case: &Case) -> Entry {
    Entry::new(what, CASE, case.id).of(case.college_id, AcademicYear::of(clock::day(change.at())))
}

/// Takes an attachment off the list, or says why not; the trail and the content keep it.
pub async fn detach(app: &App, actor: &Actor, id: i64, attachment: i64) -> Result<Result<(), &'static str>, AppError> {
    store::find(&app.db, actor, id).await?;
    let change = Change::begin(app, Some(actor)).await?;
    let case = store::locked(&change, id).await?;
    if !may_change(change.db(), actor, &case).await? {
        return Ok(Err("register-not-now"));
    }
    let sql = "UPDATE register_attachment SET removed = TRUE WHERE case_id = $1 AND id = $2 AND removed = FALSE";
    if database::run(change.db(), sql, params![id, attachment]).await? == 0 {
        return Err(AppError::NotFound);
    }
    let before = serde_json::json!({ "attachment": attachment });
    change.record(entry("trail-register-detached", &change, &case).before(before)).await?;
    change.commit().await?;
    Ok(Ok(()))
}

/// The documents of all cases.
pub struct Documents;

#[async_trait]
impl Files for Documents {
    async fn hashes(&self, db: &Db<'_>) -> Result<Vec<String>, DbErr> {
        database::values(db, "SELECT hash FROM register_attachment", params![]).await
    }
}
