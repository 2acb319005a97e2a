//! Programmes for programs: the file of the exchange format, with its version as `ETag`.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use sheber_exchange::{Report, json};
use sheber_norms::programme::{EntryBase, Language, Level};
use sheber_norms::{Edition, Programme};
use utoipa::{IntoParams, ToSchema};

use super::parameters::Query;
use super::reference::Year;
use super::reply::{Limit, Listing, RecordKey, Usual, created, if_match, instant, most, problem, refused};
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::{AppError, Fault, Problem};
use sheber_platform::heavy::heavy;
use sheber_platform::names::Names;
use sheber_platform::once::Once;
use sheber_programmes::programmes::catalogue::{self, Entry, Filter};
use sheber_programmes::programmes::store::{self, NewVersion, SaveOutcome};
use sheber_programmes::programmes::{create as new, edit};

/// A programme as lists show it.
#[derive(Serialize, ToSchema)]
pub struct ProgrammeLine {
    id: i64,
    college_id: i64,
    college: Names,
    region: String,
    specialty: String,
    name: Names,
    /// Codes, with a space between.
    qualifications: String,
    #[schema(inline)]
    entry_base: EntryBase,
    #[schema(inline)]
    level: Level,
    #[schema(value_type = String)]
    language: Language,
    intake: String,
    standard_edition: String,
    credits: String,
    violations: i32,
    warnings: i32,
    archived: bool,
    updated_at: String,
}

impl ProgrammeLine {
    fn of(entry: &Entry) -> Self {
        Self {
            id: entry.id,
            college_id: entry.college_id,
            college: Names::new(&entry.college_kk, &entry.college_ru),
            region: entry.region.to_string(),
            specialty: entry.specialty.to_string(),
            name: Names::new(&entry.name_kk, &entry.name_ru),
            qualifications: entry.qualifications.to_string(),
            entry_base: entry.entry_base,
            level: entry.level,
            language: entry.language,
            intake: entry.intake.to_string(),
            standard_edition: entry.edition.to_string(),
            credits: entry.credits.to_string(),
            violations: entry.violations,
            warnings: entry.warnings,
            archived: entry.archived,
            updated_at: instant(entry.updated_at),
        }
    }
}

/// The programmes in scope, in the order of the language or, with `sort=updated`, the newest first.
#[utoipa::path(get, path = "/api/v1/programmes", operation_id = "programmes", tag = "programmes", params(Filter, Limit),
    responses((status = 200, body = Listing<ProgrammeLine>), Usual))]
pub async fn list(
    State(app): State<App>,
    context: Context,
    Query(filter): Query<Filter>,
    Query(limit): Query<Limit>,
) -> Result<Json<Listing<ProgrammeLine>>, AppError> {
    let most = most(limit.limit)?;
    let actor = context.actor()?;
    let found = catalogue::find(&app, &actor.scope(), &filter, context.lang, most).await?;
    let items = found.rows.iter().map(|entry| ProgrammeLine::of(entry)).collect();
    Ok(Json(Listing { items, next: found.next.clone(), total: Some(found.total) }))
}

/// A programme's file, with the number of its version.
fn whole(status: StatusCode, id: i64, version: i64, programme: &Programme) -> Response {
    let mut response = (status, [(header::CONTENT_TYPE, "application/json")], json::write(programme)).into_response();
    for (name, value) in [(header::ETAG, etag(version)), (header::LOCATION, format!("/api/v1/programmes/{id}"))] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

fn etag(version: i64) -> String {
    format!("\"{version}\"")
}

/// A programme's file in its newest version.
#[utoipa::path(get, path = "/api/v1/programmes/{id}", operation_id = "programme", tag = "programmes",
    params(("id" = i64, Path)),
    responses((status = 200, body = Object, headers(("ETag" = String, description = "The version's number"))), Usual))]
pub async fn one(State(app): State<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    let stored = store::find(&app.db, context.actor()?, id).await?;
    Ok(whole(StatusCode::OK, id, stored.version, &stored.programme))
}

/// Reads a programme's file, or says what cannot be read.
async fn read(context: &Context, bytes: Bytes) -> Result<Result<Programme, Problem>, AppError> {
    if bytes.len() > sheber_exchange::MAX_BYTES {
        return Err(AppError::TooLarge);
    }
    let read = heavy(move || json::read(&bytes)).await?;
    Ok(read.map_err(|error| {
        let message = sheber_messages::refusal(context.lang, &error.reason);
        let fault = Fault { place: error.place.to_string(), message };
        problem(context, StatusCode::UNPROCESSABLE_ENTITY, "error-programme").with(vec![fault])
    }))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Note {
    /// What the version is about.
    #[serde(default)]
    #[param(max_length = 500)]
    note: String,
}

impl Note {
    fn read(self) -> Result<String, AppError> {
        if self.note.chars().count() > 500 || self.note.contains('\0') {
            Err(AppError::Bad("error-long"))
        } else {
            Ok(self.note)
        }
    }
}

/// Makes a programme of one's own college from a file.
#[utoipa::path(post, path = "/api/v1/programmes", operation_id = "create_programme", tag = "programmes",
    params(Note, ("Idempotency-Key" = Option<String>, Header, description = "Makes it once, however often it is sent", max_length = 200)),
    request_body = Object,
    responses((status = 201, body = RecordKey),
        (status = 422, body = Problem, content_type = "application/problem+json"), Usual))]
pub async fn create(
    State(app): State<App>,
    context: Context,
    Query(note): Query<Note>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let note = note.read()?;
    let once = Once::of(actor.id, &headers, &format!("/api/v1/programmes {note}"), &bytes)?;
    let mut programme = match read(&context, bytes).await? {
        Ok(programme) => programme,
        Err(problem) => return Ok(problem.into_response()),
    };
    let own = new::college(&app, actor).await?;
    if programme.college.bin != own.bin {
        return Err(refused(StatusCode::UNPROCESSABLE_ENTITY, "error-other-college"));
    }
    programme.college = own;
    let (author, college) = (Some(actor.id), actor.organisation_id);
    let id = once
        .make(&app, actor, async |change| store::insert(change, author, college, &programme, &note, None).await)
        .await?;
    Ok(created(&format!("/api/v1/programmes/{id}"), RecordKey { id }))
}

/// Saves a programme over the version that `If-Match` names.
#[utoipa::path(put, path = "/api/v1/programmes/{id}", operation_id = "change_programme", tag = "programmes",
    params(("id" = i64, Path), Note, ("If-Match" = String, Header, description = "The `ETag` that the programme was read with")),
    request_body = Object,
    responses((status = 200, body = Object, headers(("ETag" = String, description = "The version's number"))),
        (status = 412, body = Problem, content_type = "application/problem+json", description = "Somebody else has saved meanwhile."),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 428, body = Problem, content_type = "application/problem+json", description = "`If-Match` is missing."), Usual))]
pub async fn change(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Query(note): Query<Note>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let stored = store::find(&app.db, actor, id).await?;
    let Some(base) = if_match(&headers)? else {
        return Err(refused(StatusCode::PRECONDITION_REQUIRED, "error-if-match"));
    };
    let conflict = || refused(StatusCode::PRECONDITION_FAILED, "error-changed");
    let base: i64 = base.parse().map_err(|_| conflict())?;
    let note = note.read()?;
    let mut programme = match read(&context, bytes).await? {
        Ok(programme) => programme,
        Err(problem) => return Ok(problem.into_response()),
    };
    if programme.college.bin != stored.programme.college.bin {
        return Err(refused(StatusCode::UNPROCESSABLE_ENTITY, "error-other-college"));
    }
    programme.college = stored.programme.college.clone();
    if let Some(key) = edit::reworded(&app, &stored, &programme).await? {
        return Err(refused(StatusCode::UNPROCESSABLE_ENTITY, key));
    }
    let new = NewVersion { programme: &programme, note: &note, autosave: false };
    match store::save(&app, actor, id, base, &new).await? {
        SaveOutcome::Version(version) | SaveOutcome::Unchanged(version) => {
            Ok(whole(StatusCode::OK, id, version, &programme))
        }
        SaveOutcome::Conflict(_) => Err(conflict()),
    }
}

/// What the norms say of a file; nothing is stored. The same report as `sheber check --json`.
#[utoipa::path(post, path = "/api/v1/check", operation_id = "check", tag = "programmes", params(Year), request_body = Object,
    responses((status = 200, body = Object),
        (status = 422, body = Problem, content_type = "application/problem+json"), Usual))]
pub async fn check(context: Context, Query(Year { year }): Query<Year>, bytes: Bytes) -> Result<Response, AppError> {
    let programme = match read(&context, bytes).await? {
        Ok(programme) => programme,
        Err(problem) => return Ok(problem.into_response()),
    };
    let edition = Edition::of(year.unwrap_or(programme.intake));
    let lang = context.lang;
    let said = heavy(move || {
        let verdict = sheber_norms::check(&programme, edition);
        serde_json::to_string(&Report::new("", &verdict, lang))
    });
    let said = said.await?.map_err(|error| AppError::Internal(error.to_string()))?;
    Ok(([(header::CONTENT_TYPE, "application/json")], said).into_response())
}
