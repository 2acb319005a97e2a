//! Taking a step from the page: what is sent is looked over once more before it goes out.

use askama::Template;
use axum::extract::{Path, State as Shared};
use axum::response::{IntoResponse, Redirect, Response};
use sheber_messages as messages;
use sheber_norms::Severity;
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::forms::{Form, Lookup, Pairs};
use sheber_platform::page::{Page, html};

use super::attachments::{self, Attachment};
use super::case::{again, show};
use super::form::read;
use super::remarks;
use super::request::Request;
use super::step::{self, StepRefusal};
use super::store::{self, Case};
use super::workflow::Action;
use crate::programmes::store as programmes;

/// What will be sent, to be looked over once more before it goes out.
#[derive(Template)]
#[template(path = "register/check.html")]
struct CheckPage {
    page: Page,
    case: Case,
    action: String,
    version: i64,
    hash: String,
    /// Marks what is shown here, so that nothing else is signed.
    seen: String,
    changed: bool,
    attachments: Vec<Attachment>,
    remarks: Vec<(String, String)>,
    answers: Vec<(String, String)>,
    fields: Pairs,
}

async fn look_over(
    app: &App,
    context: Context,
    case: Case,
    mut form: Pairs,
    request: &Request,
    changed: bool,
) -> Result<Response, AppError> {
    let lang = context.lang;
    let seen = step::sending(&app.db, &case).await?;
    form.retain(|(name, _)| !matches!(name.as_str(), "seen" | "sure"));
    let (version, hash, _) = programmes::frozen(&app.db, case.programme_id, None).await?;
    let (_, findings) = store::findings(&app.db, &case, true).await?;
    let mut answers = Vec::new();
    for finding in findings.iter().filter(|finding| finding.severity == Severity::Warning) {
        let about = format!("{}: {}", finding.item, messages::message(lang, finding));
        answers.extend(request.answer(finding.item, &finding.at).map(|answer| (about, answer.to_owned())));
    }
    let mut answered = Vec::new();
    for remark in remarks::all(&app.db, case.id).await?.iter().filter(|remark| remark.is_open()) {
        let about = format!("{}: {}", remarks::label(&remark.place, lang), remark.text);
        answered.extend(request.remark(remark.id).map(|answer| (about, answer.to_owned())));
    }
    let page = Page::new(context.clone(), "register", context.t("check-title"))
        .crumb(context.t("nav-register"), "/register")
        .crumb(case.name(lang), format!("/register/{}", case.id));
    html(&CheckPage {
        action: form.get("action").to_owned(),
        version,
        hash,
        seen,
        changed,
        attachments: attachments::kept(&app.db, case.id).await?,
        remarks: answered,
        answers,
        // The session's token comes along with the rest.
        fields: form,
        page,
        case,
    })
}

pub async fn act(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(form): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    // Not there, or not in scope, comes before what the form says.
    store::find(&app.db, &actor, id).await?;
    let action: Action = form.get("action").parse().map_err(|_| AppError::Bad("error-form"))?;
    let request = match read(&form) {
        Ok(request) => request,
        Err(key) => return again(&app, context, id, form, key).await,
    };
    if form.get("back") == "true" {
        return show(&app, context, id, form, None).await;
    }
    let done = if action.sends() && !request.sure {
        Err(StepRefusal::NotSure)
    } else {
        step::act(&app, &actor, id, action, &request).await?
    };
    if let (true, Err(StepRefusal::NotSure | StepRefusal::Changed)) = (action.sends(), &done) {
        let changed = done == Err(StepRefusal::Changed);
        return match step::would(&app, &actor, id, action, &request).await? {
            Ok(case) => look_over(&app, context, case, form, &request, changed).await,
            Err(refused) => again(&app, context, id, form, &refused.key()).await,
        };
    }
    match done {
        Ok(shown) => Ok(Redirect::to(&format!("/register/{shown}")).into_response()),
        Err(refused) => again(&app, context, id, form, &refused.key()).await,
    }
}
