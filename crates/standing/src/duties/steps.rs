//! What is done with a task: closing it by hand, opening it again, handing it to somebody, excusing it.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use sheber_kernel::Day;
use sheber_norms::duties::{self, DutyState};
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::fields::Fields;
use sheber_platform::forms::{File, Form, Pairs, Upload};
use sheber_platform::{clock, files, sheet};

use super::closing::{self, Closing};
use super::task::{self, Submission, SubmittedFile, Worker};
use super::{one, settle};

/// So many files are handed in at once.
const FILES: usize = 10;

fn back(id: i64) -> Response {
    Redirect::to(&format!("/tasks/{id}")).into_response()
}

fn refused(key: &str) -> AppError {
    AppError::Refused { status: StatusCode::CONFLICT, key: key.to_owned() }
}

/// Reads what a duty asks for.
fn read(fields: &mut Fields, demand: &duties::Evidence, files: &[File]) -> Submission {
    let mut submission = Submission { note: fields.open_text("note", 2000), ..Submission::default() };
    for name in &demand.numbers {
        let number = fields.number(&format!("number-{name}"), 1_000_000_000_000);
        submission.numbers.insert(name.clone(), number);
    }
    // "None" may be the truth, and then a sentence says why.
    let nothing = !submission.numbers.is_empty() && submission.numbers.values().all(|number| *number == 0);
    if nothing && submission.note.is_empty() {
        fields.wrong("note", "duty-zero-note");
    }
    if demand.link {
        let links = fields.links("link", 5);
        if links.is_empty() {
            fields.wrong("link", "field-required");
        }
        submission.link = links.join(" ");
    }
    if demand.note && submission.note.is_empty() {
        fields.wrong("note", "field-required");
    }
    if files.len() > FILES {
        fields.wrong("files", "duty-files-many");
    }
    if demand.file && files.is_empty() {
        fields.wrong("files", "field-required");
    }
    if files.iter().any(|file| file.bytes.len() > files::MOST) {
        fields.wrong("files", "attachment-large");
    } else if files.iter().any(|file| !files::is_document(&file.bytes)) {
        fields.wrong("files", "attachment-refused");
    }
    submission
}

/// Closes a task that no data can tell of, with the evidence it asks for.
pub async fn close(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    upload: Upload,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let task = task::find(&app.db, &actor, id).await?;
    let Some(duty) = task.template() else { return Err(AppError::NotFound) };
    if !task.may_close(&Worker::of(&app.db, &actor).await?) {
        return Err(AppError::Forbidden);
    }
    if duty.evidence.record.is_some() {
        return Err(refused("error-duty-by-data"));
    }
    if task.state(clock::day(app.clock.millis())) == DutyState::Planned {
        return Err(refused("error-duty-early"));
    }
    let mut fields = Fields::of(upload.fields);
    let mut submission = read(&mut fields, &duty.evidence, &upload.files);
    if !fields.is_sound() {
        return one::show(&app, context, id, fields).await;
    }
    for file in upload.files {
        let name: String = file.name.chars().filter(|letter| !letter.is_control()).take(200).collect();
        submission
            .files
            .push(SubmittedFile { name, hash: files::keep(&app, actor.organisation_id, file.bytes).await? });
    }
    let change = Change::begin(&app, Some(&actor)).await?;
    let task = task::locked(&change, id).await?;
    // What is sent twice is done already.
    if task.evidence.as_ref().is_some_and(|given| given.0 == submission) {
        return Ok(back(id));
    }
    if task.version != fields.version() || task.closed_on.is_some() || task.excused.is_some() {
        drop(change);
        fields.overtaken("note", task.version, one::filled(&task));
        return one::show(&app, context, id, fields).await;
    }
    let on = Some(Day(clock::day(change.at())));
    let closing = Closing { on, by: Some(&actor), submission: Some(submission), excused: None };
    closing::close(&change, &task, closing).await?;
    change.commit().await?;
    Ok(back(id))
}

/// Takes back what was said to be done, or the excuse.
pub async fn reopen(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let seen = Fields::of(pairs).version();
    task::find(&app.db, actor, id).await?;
    let worker = Worker::of(&app.db, actor).await?;
    let change = Change::begin(&app, Some(actor)).await?;
    let task = task::locked(&change, id).await?;
    let may = if task.excused.is_some() { task.may_manage(&worker) } else { task.may_close(&worker) && !task.by_data };
    if !may {
        return Err(AppError::Forbidden);
    }
    if task.closed_on.is_some() || task.excused.is_some() {
        if task.version != seen {
            return Err(AppError::conflict());
        }
        closing::close(&change, &task, Closing { by: Some(actor), ..Closing::default() }).await?;
        // What was recorded while it was excused closes it as it would have.
        settle::again(&change, &task::locked(&change, id).await?).await?;
        change.commit().await?;
    }
    Ok(back(id))
}

pub async fn hand(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?;
    task::find(&app.db, actor, id).await?;
    let mut fields = Fields::of(pairs);
    let to = fields.open_choice("to");
    fields.sound()?;
    if let Err(now) = closing::hand(&app, actor, id, to, fields.version()).await? {
        fields.overtaken("to", now.version, one::filled(&now));
        return one::show(&app, context, id, fields).await;
    }
    Ok(back(id))
}

/// Excuses a task, with a reason: it need not be done, and is not counted as late.
pub async fn excuse(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    task::find(&app.db, &actor, id).await?;
    let mut fields = Fields::of(pairs);
    let reason = fields.text("reason", 1000);
    if reason.chars().count() < 10 {
        fields.wrong("reason", "duty-reason-short");
    }
    if !fields.is_sound() {
        return one::show(&app, context, id, fields).await;
    }
    let change = Change::begin(&app, Some(&actor)).await?;
    let task = task::locked(&change, id).await?;
    if !task.may_manage(&Worker::of(change.db(), &actor).await?) {
        return Err(AppError::Forbidden);
    }
    if task.excused.as_ref() == Some(&reason) {
        return Ok(back(id));
    }
    if task.version != fields.version() || task.closed_on.is_some() {
        drop(change);
        fields.overtaken("reason", task.version, one::filled(&task));
        return one::show(&app, context, id, fields).await;
    }
    let closing = Closing { by: Some(&actor), excused: Some(reason), ..Closing::default() };
    closing::close(&change, &task, closing).await?;
    change.commit().await?;
    Ok(back(id))
}

/// A file that was handed in for a task.
pub async fn file(
    State(app): State<App>,
    context: Context,
    Path((id, hash)): Path<(i64, String)>,
) -> Result<Response, AppError> {
    let task = task::find(&app.db, context.actor()?, id).await?;
    let files = task.evidence.map(|evidence| evidence.0.files).unwrap_or_default();
    let file = files.iter().find(|file| file.hash == hash).ok_or(AppError::NotFound)?;
    let extension: String =
        file.name.rsplit('.').next().unwrap_or("bin").chars().filter(char::is_ascii_alphanumeric).take(5).collect();
    sheet::handed_in(&app, &file.hash, &format!("task-{id}.{extension}"), sheet::ANY).await
}
