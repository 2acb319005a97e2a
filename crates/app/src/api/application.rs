//! Applications to the register, for programs.

use axum::Json;
use axum::extract::{Path, State as Shared};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sheber_kernel::Lang;
use sheber_norms::{Edition, Severity};
use utoipa::{IntoParams, ToSchema};

use super::parameters::Query;
use super::reply::{Listing, Usual, instant, most};
use sheber_platform::actor::Actor;
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::forms::open;
use sheber_platform::names::Names;
use sheber_programmes::register::attachments::{self, Attachment, Kind};
use sheber_programmes::register::expertise::{self, Grade};
use sheber_programmes::register::remarks::{self, Remark};
use sheber_programmes::register::step;
use sheber_programmes::register::store::{self, Advice, Answer, Case, Filter, Member, Step};
use sheber_programmes::register::workflow::{Action, State};

/// An application as lists show it.
#[derive(Serialize, ToSchema)]
pub struct Application {
    id: i64,
    programme: i64,
    college_id: i64,
    college: Names,
    specialty: String,
    name: Names,
    #[schema(inline)]
    state: State,
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
            state: case.state,
            version: case.version,
            sha256: case.hash.clone(),
            round: case.round,
            number: case.number.clone(),
            included_on: case.included_on.map(|day| day.0),
            valid_to: case.valid_to.map(|day| day.0),
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
pub struct ListQuery {
    /// A state of the procedure.
    #[serde(deserialize_with = "open")]
    #[param(inline)]
    state: Option<State>,
    /// `next` of the page before.
    after: String,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<usize>,
}

/// The applications in scope, the oldest first.
#[utoipa::path(get, path = "/api/v1/applications", operation_id = "applications", tag = "applications",
    params(ListQuery), responses((status = 200, body = Listing<Application>), Usual))]
pub async fn list(
    Shared(app): Shared<App>,
    context: Context,
    Query(query): Query<ListQuery>,
) -> Result<Json<Listing<Application>>, AppError> {
    let most = most(query.limit)?;
    let filter = Filter { state: query.state, ..Filter::default() };
    let cases = store::list(context.actor()?, &filter);
    let cases = cases.page_of::<Case>(&app.db, &query.after, most).await?;
    let keys: Vec<i64> = cases.rows.iter().map(|case| case.id).collect();
    let due = store::deadlines(&app.db, &keys, Edition::of(context.this_year)).await?;
    let items = cases.rows.iter().map(|case| Application::of(case, due.get(&case.id).copied())).collect();
    Ok(Json(Listing { items, next: cases.next, total: Some(cases.total) }))
}

/// What the norms say, with the college's answer where it gave one.
#[derive(Serialize, ToSchema)]
pub struct Finding {
    item: &'static str,
    #[schema(inline)]
    severity: Severity,
    at: String,
    message: String,
    answer: Option<String>,
}

impl Finding {
    fn of(lang: Lang, finding: &sheber_norms::Finding, answers: &[Answer]) -> Self {
        let answer = answers.iter().find(|answer| answer.item == finding.item && answer.place == finding.at);
        Self {
            item: finding.item,
            severity: finding.severity,
            at: finding.at.clone(),
            message: sheber_messages::message(lang, finding),
            answer: answer.map(|answer| answer.answer.clone()),
        }
    }
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

impl From<Remark> for RemarkLine {
    fn from(remark: Remark) -> Self {
        Self {
            id: remark.id,
            open: remark.is_open(),
            author: remark.author,
            place: remark.place,
            text: remark.text,
            sent: remark.sent,
            answer: remark.answer,
            accepted: remark.accepted,
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct AttachmentLine {
    id: i64,
    #[schema(inline)]
    kind: Kind,
    name: String,
    sha256: String,
    /// In bytes.
    size: i64,
    removed: bool,
}

impl From<Attachment> for AttachmentLine {
    fn from(one: Attachment) -> Self {
        Self { id: one.id, kind: one.kind, name: one.name, sha256: one.hash, size: one.size, removed: one.removed }
    }
}

#[derive(Serialize, ToSchema)]
pub struct StepLine {
    #[schema(inline)]
    action: Action,
    who: Option<String>,
    at: String,
    why: String,
    version: i64,
    sha256: String,
}

impl From<Step> for StepLine {
    fn from(step: Step) -> Self {
        Self {
            action: step.action,
            who: step.who,
            at: instant(step.at),
            why: step.why,
            version: step.version,
            sha256: step.hash,
        }
    }
}

/// A grade with its reason, and who judged.
#[derive(Serialize, ToSchema)]
pub struct JudgementLine {
    criterion: String,
    #[schema(inline)]
    grade: Grade,
    reason: String,
    expert: String,
}

impl From<expertise::Judgement> for JudgementLine {
    fn from(one: expertise::Judgement) -> Self {
        Self { criterion: one.criterion, grade: one.grade, reason: one.reason, expert: one.name }
    }
}

#[derive(Serialize, ToSchema)]
pub struct MemberLine {
    id: i64,
    name: String,
    chair: bool,
    declared: bool,
}

impl From<Member> for MemberLine {
    fn from(one: Member) -> Self {
        Self { id: one.account_id, name: one.name, chair: one.is_chair, declared: one.declared_at.is_some() }
    }
}

/// An application with everything that the reader may see of it.
#[derive(Serialize, ToSchema)]
pub struct WholeApplication {
    #[serde(flatten)]
    application: Application,
    /// What may be done now.
    #[schema(inline)]
    actions: Vec<Action>,
    /// What has to be given as `seen` when sending: it marks the version and the documents that would be sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    sending: Option<String>,
    findings: Vec<Finding>,
    remarks: Vec<RemarkLine>,
    attachments: Vec<AttachmentLine>,
    members: Vec<MemberLine>,
    judgements: Vec<JudgementLine>,
    #[schema(inline)]
    recommendation: Option<Advice>,
    summary: Option<String>,
    steps: Vec<StepLine>,
}

fn lines<T, L: From<T>>(all: Vec<T>) -> Vec<L> {
    all.into_iter().map(Into::into).collect()
}

impl WholeApplication {
    async fn of(app: &App, context: &Context, actor: &Actor, case: &Case, steps: Vec<Step>) -> Result<Self, AppError> {
        let db = &app.db;
        let part = store::part(db, actor, case).await?;
        let actions = step::offered(db, actor, case).await?;
        let sends = actions.iter().any(|action| action.sends());
        let answers = store::answers(db, case).await?;
        let (_, findings) = store::findings(db, case, part.is_college).await?;
        let is_judged = store::is_judged(db, case).await?;
        let members = if store::is_applicants_side(actor) { Vec::new() } else { store::members(db, case.id).await? };
        let due = store::deadlines(db, &[case.id], Edition::of(context.this_year)).await?;
        let findings = findings.iter().map(|finding| Finding::of(context.lang, finding, &answers));
        Ok(Self {
            application: Application::of(case, due.get(&case.id).copied()),
            sending: if sends { Some(step::sending(db, case).await?) } else { None },
            actions,
            findings: findings.collect(),
            remarks: lines(remarks::shown(db, case, actor, is_judged).await?),
            attachments: lines(attachments::shown(db, case, actor).await?),
            judgements: lines(store::judgements_shown(db, case, actor).await?),
            recommendation: case.recommendation.filter(|_| !members.is_empty()),
            summary: case.summary.clone().filter(|_| !members.is_empty()),
            members: lines(members),
            steps: lines(steps),
        })
    }
}

/// Changes with every step that the reader may know of.
pub fn etag(case: &Case, steps: &[Step]) -> String {
    format!("\"{}-{}-{}\"", case.version, steps.len(), steps.last().map_or(0, |step| step.at))
}

/// An application with its steps, findings, remarks and documents.
#[utoipa::path(get, path = "/api/v1/applications/{id}", operation_id = "application", tag = "applications",
    params(("id" = i64, Path)),
    responses((status = 200, body = WholeApplication, headers(("ETag" = String, description = "Changes with every step"))), Usual))]
pub async fn one(Shared(app): Shared<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let case = store::find(&app.db, actor, id).await?;
    let steps = store::steps(&app.db, &case, actor).await?;
    let etag = etag(&case, &steps);
    let whole = WholeApplication::of(&app, &context, actor, &case, steps).await?;
    let mut response = Json(whole).into_response();
    if let Ok(value) = HeaderValue::from_str(&etag) {
        response.headers_mut().insert(header::ETAG, value);
    }
    Ok(response)
}
