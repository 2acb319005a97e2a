//! Applications to the register and their steps, for programs.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State as Shared};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sheber_norms::Edition;
use utoipa::{IntoParams, ToSchema};

use super::created;
use super::programmes::Created;
use super::{Listing, Names, Usual, if_match, instant, most, refused};
use crate::platform::app::App;
use crate::platform::context::Context;
use crate::platform::error::{AppError, Problem};
use crate::platform::forms::File;
use crate::platform::once::Once;
use crate::register::attachments::{self, Kind};
use crate::register::remarks::{self, Word};
use crate::register::step::{self, Request};
use crate::register::store::{self, Case, Listing as Wanted, Step};
use crate::register::workflow::{Action, State};

/// An application as lists show it.
#[derive(Serialize, ToSchema)]
pub struct Application {
    id: i64,
    programme: i64,
    college_id: i64,
    college: Names,
    specialty: String,
    name: Names,
    state: &'static str,
    /// The version it speaks of, and its SHA-256.
    version: i64,
    sha256: String,
    /// Rounds of expertise begin at 1.
    round: i64,
    number: Option<String>,
    included_on: Option<NaiveDate>,
    valid_to: Option<NaiveDate>,
    grounds: Option<String>,
    appeal_of: Option<i64>,
    /// The last day of the stage that runs.
    due: Option<NaiveDate>,
    updated_at: String,
}

impl Application {
    fn of(case: &Case, due: Option<NaiveDate>) -> Self {
        Self {
            id: case.id,
            programme: case.programme_id,
            college_id: case.college_id,
            college: Names::new(&case.college_kk, &case.college_ru),
            specialty: case.specialty.clone(),
            name: Names::new(&case.name_kk, &case.name_ru),
            state: case.state().word(),
            version: case.version,
            sha256: case.hash.clone(),
            round: case.round,
            number: case.number.clone(),
            included_on: case.included_day(),
            valid_to: case.valid_day(),
            grounds: case.grounds.clone(),
            appeal_of: case.appeal_of,
            due,
            updated_at: instant(case.updated_at),
        }
    }
}

#[derive(Deserialize, IntoParams, Default)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct Asked {
    /// A state of the procedure.
    state: String,
    /// `next` of the page before.
    after: i64,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<usize>,
}

/// The applications in scope, the oldest first.
#[utoipa::path(get, path = "/api/v1/applications", operation_id = "applications", tag = "applications", params(Asked),
    responses((status = 200, body = Listing<Application>), Usual))]
pub async fn list(
    Shared(app): Shared<App>,
    context: Context,
    Query(asked): Query<Asked>,
) -> Result<Json<Listing<Application>>, AppError> {
    let most = most(asked.limit)?;
    let state = match asked.state.as_str() {
        "" => None,
        word => Some(word.parse::<State>().map_err(|_| AppError::Bad("error-state"))?),
    };
    let listing = Wanted { state, after: Some((0, asked.after)), ..Wanted::default() };
    let mut cases = store::list(&app.db, context.actor()?, &listing, most + 1).await?;
    let more = cases.len() > most;
    cases.truncate(most);
    let keys: Vec<i64> = cases.iter().map(|case| case.id).collect();
    let due = store::deadlines(&app.db, &keys, Edition::of(context.this_year)).await?;
    let next = cases.last().filter(|_| more).map(|last| last.id.to_string());
    let items = cases.iter().map(|case| Application::of(case, due.get(&case.id).copied())).collect();
    Ok(Json(Listing { items, next, total: None }))
}

/// What the norms say, with the college's answer where it gave one.
#[derive(Serialize, ToSchema)]
pub struct Finding {
    item: &'static str,
    severity: &'static str,
    at: String,
    message: String,
    answer: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct RemarkLine {
    id: i64,
    author: Option<String>,
    /// Empty for the whole programme, `passport`, or codes of module and unit.
    place: String,
    text: String,
    sent: bool,
    answer: Option<String>,
    /// Whether it waits for the college.
    open: bool,
    accepted: Option<bool>,
}

#[derive(Serialize, ToSchema)]
pub struct AttachmentLine {
    id: i64,
    kind: String,
    name: String,
    sha256: String,
    /// In bytes.
    size: i64,
    removed: bool,
}

#[derive(Serialize, ToSchema)]
pub struct StepLine {
    action: String,
    who: Option<String>,
    at: String,
    why: String,
    version: i64,
    sha256: String,
}

/// A grade with its reason.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Judgement {
    /// `standards`, `structure`, `outcomes`, `practice`, `resources` or `language`
    #[schema(max_length = 30)]
    criterion: String,
    /// `meets`, `partly` or `fails`
    #[schema(max_length = 30)]
    grade: String,
    #[schema(max_length = 10000)]
    reason: String,
    /// Who judged; not given when judging.
    #[serde(default, skip_deserializing)]
    #[schema(read_only)]
    expert: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct MemberLine {
    id: i64,
    name: String,
    chair: bool,
    declared: bool,
}

/// An application with everything that the asker may see of it.
#[derive(Serialize, ToSchema)]
pub struct WholeApplication {
    #[serde(flatten)]
    application: Application,
    /// What may be done now.
    actions: Vec<&'static str>,
    /// What has to be given as `seen` when sending: it marks the version and the documents that would be sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    sending: Option<String>,
    findings: Vec<Finding>,
    remarks: Vec<RemarkLine>,
    attachments: Vec<AttachmentLine>,
    members: Vec<MemberLine>,
    judgements: Vec<Judgement>,
    recommendation: Option<String>,
    summary: Option<String>,
    steps: Vec<StepLine>,
}

/// Changes with every step that the asker may know of.
fn etag(case: &Case, steps: &[Step]) -> String {
    format!("\"{}-{}-{}\"", case.version, steps.len(), steps.last().map_or(0, |step| step.at))
}

/// An application with its steps, findings, remarks and documents.
#[utoipa::path(get, path = "/api/v1/applications/{id}", operation_id = "application", tag = "applications",
    params(("id" = i64, Path)),
    responses((status = 200, body = WholeApplication, headers(("ETag" = String, description = "Changes with every step"))), Usual))]
pub async fn one(Shared(app): Shared<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let case = store::find(&app.db, actor, id).await?;
    let actions = step::offered(&app.db, actor, &case).await?;
    let part = store::part(&app.db, actor, &case).await?;
    let answers = store::answers(&app.db, &case).await?;
    let (_, findings) = store::findings(&app.db, &case, part.is_college).await?;
    let is_judged = store::is_judged(&app.db, &case).await?;
    let members = if store::is_applicants_side(actor) { Vec::new() } else { store::members(&app.db, id).await? };
    let due = store::deadlines(&app.db, &[id], Edition::of(context.this_year)).await?;
    let sends = actions.iter().any(|action| action.sends());
    let steps = store::steps(&app.db, &case, actor).await?;
    let etag = etag(&case, &steps);
    let whole = WholeApplication {
        application: Application::of(&case, due.get(&id).copied()),
        sending: if sends { Some(step::sending(&app.db, &case).await?) } else { None },
        actions: actions.into_iter().map(Action::word).collect(),
        findings: findings
            .iter()
            .map(|finding| Finding {
                item: finding.item,
                severity: finding.severity.word(),
                at: finding.at.clone(),
                message: sheber_messages::message(context.lang, finding),
                answer: answers
                    .iter()
                    .find(|answer| answer.item == finding.item && answer.place == finding.at)
                    .map(|answer| answer.answer.clone()),
            })
            .collect(),
        remarks: remarks::shown(&app.db, &case, actor, is_judged)
            .await?
            .into_iter()
            .map(|remark| RemarkLine {
                id: remark.id,
                open: remark.is_open(),
                author: remark.author,
                place: remark.place,
                text: remark.text,
                sent: remark.sent,
                answer: remark.answer,
                accepted: remark.accepted,
            })
            .collect(),
        attachments: attachments::shown(&app.db, &case, actor)
            .await?
            .into_iter()
            .map(|one| AttachmentLine {
                id: one.id,
                kind: one.kind,
                name: one.name,
                sha256: one.hash,
                size: one.size,
                removed: one.removed,
            })
            .collect(),
        judgements: store::judgements_shown(&app.db, &case, actor)
            .await?
            .into_iter()
            .map(|one| Judgement {
                criterion: one.criterion,
                grade: one.grade,
                reason: one.reason,
                expert: Some(one.name),
            })
            .collect(),
        recommendation: case.recommendation.clone().filter(|_| !members.is_empty()),
        summary: case.summary.clone().filter(|_| !members.is_empty()),
        members: members
            .into_iter()
            .map(|one| MemberLine {
                id: one.account_id,
                name: one.name,
                chair: one.is_chair,
                declared: one.declared_at.is_some(),
            })
            .collect(),
        steps: steps
            .into_iter()
            .map(|step| StepLine {
                action: step.action().to_owned(),
                who: step.who,
                at: instant(step.at),
                why: step.why,
                version: step.version,
                sha256: step.hash,
            })
            .collect(),
    };
    let mut response = Json(whole).into_response();
    if let Ok(value) = HeaderValue::from_str(&etag) {
        response.headers_mut().insert(header::ETAG, value);
    }
    Ok(response)
}

/// Whose programme is applied with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewApplication {
    programme: i64,
}

/// Reads a body of JSON that is also needed as it came.
pub(super) fn parsed<T: serde::de::DeserializeOwned>(headers: &HeaderMap, bytes: &Bytes) -> Result<T, AppError> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("application/json") {
        return Err(refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, "error-media"));
    }
    // The letter NUL is no text of people, and not every database keeps it.
    if String::from_utf8_lossy(bytes).contains("\\u0000") {
        return Err(AppError::Bad("error-json"));
    }
    serde_json::from_slice(bytes).map_err(|_| AppError::Bad("error-json"))
}

/// Opens the application of a programme of one's own college, or gives the open one.
#[utoipa::path(post, path = "/api/v1/applications", operation_id = "open_application", tag = "applications",
    params(("Idempotency-Key" = Option<String>, Header, max_length = 200)), request_body = NewApplication,
    responses((status = 201, body = Created), (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"), Usual))]
pub async fn open(
    Shared(app): Shared<App>,
    context: Context,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let once = Once::of(actor.id, &headers, "/api/v1/applications", &bytes)?;
    let asked: NewApplication = parsed(&headers, &bytes)?;
    let id = once.make(&app, actor, async |change| store::open_in(change, actor, asked.programme).await).await?;
    Ok(created(&format!("/api/v1/applications/{id}"), Created { id }))
}

/// The written answer to a warning.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WarningAnswer {
    #[schema(max_length = 20)]
    item: String,
    #[schema(max_length = 400)]
    at: String,
    #[schema(max_length = 10000)]
    answer: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RemarkAnswer {
    id: i64,
    #[schema(max_length = 10000)]
    answer: String,
}

/// A step of the procedure. What a step needs besides its action is said by the problem that it is refused with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewStep {
    /// One of the application's `actions`.
    #[schema(max_length = 30)]
    action: String,
    /// Remarks, grounds or a summary.
    #[schema(max_length = 10000)]
    #[serde(default)]
    why: String,
    /// The head's declaration.
    #[serde(default)]
    signed: bool,
    /// `sending` of the application that was looked over.
    #[schema(max_length = 64)]
    #[serde(default)]
    seen: String,
    #[serde(default)]
    answers: Vec<WarningAnswer>,
    #[serde(default)]
    remarks: Vec<RemarkAnswer>,
    #[serde(default)]
    members: Vec<i64>,
    #[serde(default)]
    chair: i64,
    #[serde(default)]
    judgements: Vec<Judgement>,
    /// `include` or `refuse`
    #[schema(max_length = 10)]
    #[serde(default)]
    recommendation: String,
    #[serde(default)]
    valid_to: Option<NaiveDate>,
}

/// No list of a step is longer.
const MANY: usize = 2_000;

/// No text of a step is longer.
const LONG: usize = 10_000;

impl NewStep {
    fn is_long(&self) -> bool {
        let texts = [&self.why].into_iter();
        let texts = texts.chain(self.answers.iter().map(|one| &one.answer));
        let texts = texts.chain(self.remarks.iter().map(|one| &one.answer));
        let mut texts = texts.chain(self.judgements.iter().map(|one| &one.reason));
        let lists = [self.answers.len(), self.remarks.len(), self.members.len(), self.judgements.len()];
        texts.any(|text| text.chars().count() > LONG) || lists.into_iter().any(|many| many > MANY)
    }

    fn request(self) -> Request {
        Request {
            why: self.why,
            signed: self.signed,
            // A program says what it means once.
            sure: true,
            seen: self.seen,
            answers: self.answers.into_iter().map(|one| (one.item, one.at, one.answer)).collect(),
            remarks: self.remarks.into_iter().map(|one| (one.id, one.answer)).collect(),
            members: self.members,
            chair: self.chair,
            judgements: self.judgements.into_iter().map(|one| (one.criterion, one.grade, one.reason)).collect(),
            recommendation: self.recommendation,
            valid_to: self.valid_to,
        }
    }
}

/// Takes a step. An appeal makes a new application, whose key is given.
#[utoipa::path(post, path = "/api/v1/applications/{id}/steps", operation_id = "step", tag = "applications",
    params(("id" = i64, Path), ("Idempotency-Key" = Option<String>, Header, max_length = 200),
        ("If-Match" = Option<String>, Header, description = "Refused if a step was taken since the application was read")),
    request_body = NewStep,
    responses((status = 201, body = Created),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The step cannot be taken as things are."),
        (status = 412, body = Problem, content_type = "application/problem+json", description = "A step was taken meanwhile."),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"), Usual))]
pub async fn step(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let path = format!("/api/v1/applications/{id}");
    let once = Once::of(actor.id, &headers, &path, &bytes)?;
    let asked: NewStep = parsed(&headers, &bytes)?;
    store::find(&app.db, actor, id).await?;
    let action: Action = asked.action.parse().map_err(|_| refused(StatusCode::UNPROCESSABLE_ENTITY, "error-action"))?;
    if asked.is_long() {
        return Err(refused(StatusCode::UNPROCESSABLE_ENTITY, "error-long"));
    }
    let seen = if_match(&headers)?;
    let request = asked.request();
    let shown = once.make(&app, actor, async |change| {
        if let Some(seen) = seen {
            let case = store::locked(change, id).await?;
            let steps = store::steps(change.db(), &case, actor).await?;
            if etag(&case, &steps).trim_matches('"') != seen {
                return Err(refused(StatusCode::PRECONDITION_FAILED, "register-not-now"));
            }
        }
        let taken = step::act_in(change, actor, id, action, &request).await?;
        taken.map_err(|why| refused(StatusCode::CONFLICT, why.key()))
    });
    let shown = shown.await?;
    Ok(created(&format!("/api/v1/applications/{shown}"), Created { id: shown }))
}

/// A remark on a place of the programme.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRemark {
    /// Empty for the whole programme, `passport`, or codes of module and unit as `БМ 01 · НБ 1.1`.
    #[serde(default)]
    #[schema(max_length = 200)]
    place: String,
    #[schema(min_length = 1, max_length = 5000)]
    text: String,
}

/// Writes a remark; it goes to the college with the next return. The same one twice is written once.
#[utoipa::path(post, path = "/api/v1/applications/{id}/remarks", operation_id = "remark", tag = "applications",
    params(("id" = i64, Path)), request_body = NewRemark,
    responses((status = 204, description = "Written"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"), Usual))]
pub async fn remark(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    Json(asked): Json<NewRemark>,
) -> Result<StatusCode, AppError> {
    match remarks::add(&app, context.actor()?, id, &asked.place, &asked.text).await? {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(key) => Err(refused(StatusCode::CONFLICT, key)),
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RemarkWord {
    /// `accept` or `reject` an answer, or `remove` the remark before it is sent.
    #[schema(max_length = 10)]
    what: String,
}

/// The author's word on a remark.
#[utoipa::path(post, path = "/api/v1/applications/{id}/remarks/{remark}", operation_id = "settle", tag = "applications",
    params(("id" = i64, Path), ("remark" = i64, Path)), request_body = RemarkWord,
    responses((status = 204, description = "Done"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"), Usual))]
pub async fn settle(
    Shared(app): Shared<App>,
    context: Context,
    Path((id, remark)): Path<(i64, i64)>,
    Json(asked): Json<RemarkWord>,
) -> Result<StatusCode, AppError> {
    let word: Word = asked.what.parse().map_err(|_| refused(StatusCode::UNPROCESSABLE_ENTITY, "error-action"))?;
    match remarks::decide(&app, context.actor()?, id, remark, word).await? {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(key) => Err(refused(StatusCode::CONFLICT, key)),
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Document {
    #[param(min_length = 1, max_length = 200)]
    name: String,
    /// `letter`, `minutes` or `other`
    #[serde(default)]
    kind: String,
}

/// Attaches a PDF of at most 20 MiB, while the application waits for the college. The same file twice is kept once.
#[utoipa::path(post, path = "/api/v1/applications/{id}/attachments", operation_id = "attach", tag = "applications",
    params(("id" = i64, Path), Document), request_body(content = [u8], content_type = "application/octet-stream"),
    responses((status = 204, description = "Attached"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Not now, too many, too large, or no PDF."), Usual))]
pub async fn attach(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    Query(document): Query<Document>,
    bytes: Bytes,
) -> Result<StatusCode, AppError> {
    if document.name.trim().is_empty() {
        return Err(AppError::Bad("error-name"));
    }
    let kind = if document.kind.is_empty() { Ok(Kind::Other) } else { document.kind.parse() };
    let kind = kind.map_err(|_| AppError::Bad("error-kind"))?;
    let file = File { name: document.name, bytes };
    match attachments::attach(&app, context.actor()?, id, kind, file).await? {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(key) => Err(refused(StatusCode::CONFLICT, key)),
    }
}

/// A document of an application.
#[utoipa::path(get, path = "/api/v1/applications/{id}/attachments/{attachment}", operation_id = "attachment",
    tag = "applications", params(("id" = i64, Path), ("attachment" = i64, Path)),
    responses((status = 200, body = [u8], content_type = "application/pdf"), Usual))]
pub async fn attachment(app: Shared<App>, context: Context, path: Path<(i64, i64)>) -> Result<Response, AppError> {
    attachments::download(app, context, path).await
}
