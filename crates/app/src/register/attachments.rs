//! What accompanies an application (қоса берілетін құжаттар): letters of employers, minutes; PDF, checked by content.

use axum::extract::{Path, State as Shared};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use serde::Deserialize;
use sheber_kernel::words;

use super::pages;
use super::store::{self, Case};
use super::workflow::Hand;
use crate::params;
use crate::platform::actor::Actor;
use crate::platform::app::App;
use crate::platform::audit::{Change, Event};
use crate::platform::context::Context;
use crate::platform::error::AppError;
use crate::platform::forms::{File, Form, Lookup, Upload};
use crate::platform::{database, files};

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
    pub kind: String,
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
    let sql = format!(
        "{COLUMNS} WHERE a.case_id = $1 AND EXISTS (SELECT 1 FROM register_sent s WHERE s.attachment_id = a.id)
         ORDER BY a.id"
    );
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
    database::run(
        change.db(),
        "INSERT INTO register_sent (attachment_id, at)
         SELECT id, $2 FROM register_attachment WHERE case_id = $1 AND removed = FALSE
         ON CONFLICT (attachment_id) DO NOTHING",
        params![case, change.at()],
    )
    .await
    .map(|_| ())
}

/// Whether somebody may add and take away now: the college, while the case waits for it.
pub async fn may_change(db: &impl ConnectionTrait, actor: &Actor, case: &Case) -> Result<bool, DbErr> {
    let part = store::part(db, actor, case).await?;
    Ok(case.state().waits_for_college() && Hand::College.is(actor.role, part))
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
    let hash = files::keep(app, file.bytes).await?;
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
        params![id, kind.word(), name.clone(), hash.clone(), size, actor.id, change.at()],
    )
    .await?;
    let after = serde_json::json!({ "name": name, "hash": hash });
    change.record(Event::new("event-register-attached", "case", id).after(after)).await?;
    change.commit().await?;
    Ok(Ok(()))
}

pub async fn add(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    upload: Upload,
) -> Result<Response, AppError> {
    let actor = context.actor()?;
    store::find(&app.db, actor, id).await?;
    let kind: Kind = upload.fields.get("kind").parse().unwrap_or(Kind::Other);
    if upload.files.is_empty() {
        return pages::again(&app, context, id, Vec::new(), "attachment-none").await;
    }
    for file in upload.files {
        if let Err(key) = attach(&app, actor, id, kind, file).await? {
            return pages::again(&app, context, id, Vec::new(), key).await;
        }
    }
    Ok(Redirect::to(&format!("/register/{id}#attachments")).into_response())
}

#[derive(Deserialize)]
pub struct Removed {
    attachment: i64,
}

/// Takes an attachment off the list; the trail and the content keep it.
pub async fn remove(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(form): Form<Removed>,
) -> Result<Response, AppError> {
    let actor = context.actor()?;
    store::find(&app.db, actor, id).await?;
    let change = Change::begin(&app, Some(actor)).await?;
    let case = store::locked(&change, id).await?;
    if !may_change(change.db(), actor, &case).await? {
        return pages::again(&app, context, id, Vec::new(), "register-not-now").await;
    }
    let sql = "UPDATE register_attachment SET removed = TRUE WHERE case_id = $1 AND id = $2 AND removed = FALSE";
    if database::run(change.db(), sql, params![id, form.attachment]).await? == 0 {
        return Err(AppError::NotFound);
    }
    let before = serde_json::json!({ "attachment": form.attachment });
    change.record(Event::new("event-register-detached", "case", id).before(before)).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("/register/{id}#attachments")).into_response())
}

/// The content, to be saved: never shown as a page of this server.
pub async fn download(
    Shared(app): Shared<App>,
    context: Context,
    Path((id, attachment)): Path<(i64, i64)>,
) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let case = store::find(&app.db, actor, id).await?;
    let found =
        shown(&app.db, &case, actor).await?.into_iter().find(|one| one.id == attachment).ok_or(AppError::NotFound)?;
    let bytes = files::read(&app, &found.hash).await?;
    let mut response =
        crate::platform::sheet::attachment(&format!("{}-{attachment}.pdf", found.kind), "application/pdf", bytes);
    response
        .headers_mut()
        .insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
    Ok(response)
}
