//! Applications opened and brought on by programs.

use axum::body::Bytes;
use axum::extract::{Path, State as Shared};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;

use super::application::etag;
use super::reply::{RecordKey, Usual, created, if_match, parsed, refused};
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::{AppError, Problem};
use sheber_platform::once::Once;
use sheber_programmes::register::expertise::{CRITERIA, CriterionGrade, Grade};
use sheber_programmes::register::request::{self, Request};
use sheber_programmes::register::step as procedure;
use sheber_programmes::register::store::{self, Advice};
use sheber_programmes::register::workflow::Action;

/// Whose programme is applied with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewApplication {
    programme: i64,
}

/// Opens the application of a programme of one's own college, or gives the open one.
#[utoipa::path(post, path = "/api/v1/applications", operation_id = "open_application", tag = "applications",
    params(("Idempotency-Key" = Option<String>, Header, max_length = 200)), request_body = NewApplication,
    responses((status = 201, body = RecordKey), (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"), Usual))]
pub async fn open(
    Shared(app): Shared<App>,
    context: Context,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let once = Once::of(actor.id, &headers, "/api/v1/applications", &bytes)?;
    let new: NewApplication = parsed(&headers, &bytes)?;
    let id = once.make(&app, actor, async |change| store::open_in(change, actor, new.programme).await).await?;
    Ok(created(&format!("/api/v1/applications/{id}"), RecordKey { id }))
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

fn criteria() -> utoipa::openapi::Schema {
    let words = utoipa::openapi::ObjectBuilder::new().schema_type(utoipa::openapi::schema::Type::String);
    words.enum_values(Some(CRITERIA.iter().copied())).into()
}

/// A grade with its reason.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Judgement {
    /// One of the criteria of the expertise.
    #[schema(schema_with = criteria)]
    criterion: String,
    #[schema(inline)]
    grade: Grade,
    #[schema(max_length = 10000)]
    reason: String,
}

/// A step of the procedure: `action` is one of the application's `actions`. What a step needs besides is said by the problem that it
/// is refused with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewStep {
    #[schema(inline)]
    action: Action,
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
    #[schema(inline)]
    #[serde(default)]
    recommendation: Option<Advice>,
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
        let answer = |one: WarningAnswer| request::WarningAnswer { item: one.item, place: one.at, answer: one.answer };
        let graded = |one: Judgement| CriterionGrade { criterion: one.criterion, grade: one.grade, reason: one.reason };
        Request {
            why: self.why,
            signed: self.signed,
            // A program says what it means once.
            sure: true,
            seen: self.seen,
            answers: self.answers.into_iter().map(answer).collect(),
            remarks: self.remarks.into_iter().map(|one| (one.id, one.answer)).collect(),
            members: self.members,
            chair: self.chair,
            judgements: self.judgements.into_iter().map(graded).collect(),
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
    responses((status = 201, body = RecordKey),
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
    let new: NewStep = parsed(&headers, &bytes)?;
    store::find(&app.db, actor, id).await?;
    if new.is_long() {
        return Err(refused(StatusCode::UNPROCESSABLE_ENTITY, "error-long"));
    }
    let seen = if_match(&headers)?;
    let (action, request) = (new.action, new.request());
    let next = once.make(&app, actor, async |change| {
        if let Some(seen) = seen {
            let case = store::locked(change, id).await?;
            let steps = store::steps(change.db(), &case, actor).await?;
            if etag(&case, &steps).trim_matches('"') != seen {
                return Err(refused(StatusCode::PRECONDITION_FAILED, "register-not-now"));
            }
        }
        let taken = procedure::act_in(change, actor, id, action, &request).await?;
        taken.map_err(|why| refused(StatusCode::CONFLICT, why.key()))
    });
    let next = next.await?;
    Ok(created(&format!("/api/v1/applications/{next}"), RecordKey { id: next }))
}
