//! A case on paper: its journal, and the receipt of what the head signed.

use axum::extract::{Path, State as Shared};
use axum::response::Response;
use sheber_documents::record::{self, Part, Record};
use sheber_kernel::{Day, Lang};

use super::attachments;
use super::remarks::{self, Remark};
use super::store::{self, Case, Step};
use sheber_platform::app::App;
use sheber_platform::clock;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::heavy::heavy;
use sheber_platform::sheet::inline_pdf;

/// What stands in the head of every paper of a case.
fn facts(case: &Case, lang: Lang) -> Vec<(String, String)> {
    let t = |key: &str| sheber_messages::text(lang, key);
    let mut facts = vec![
        (t("register-case"), format!("№ {}", case.id)),
        (t("col-college"), case.college(lang).to_owned()),
        (t("doc-specialty"), format!("{} {}", case.specialty, case.name(lang))),
        (t("facet-state"), t(&format!("register-state-{}", case.state))),
        (t("versions-number"), case.version.to_string()),
        ("SHA-256".to_owned(), case.hash.clone()),
    ];
    facts.extend(case.number.clone().map(|number| (t("register-number"), number)));
    let shown = |day: Day| sheber_messages::date(lang, day.0);
    facts.extend(case.included_on.map(|day| (t("register-included-on"), shown(day))));
    facts.extend(case.valid_to.map(|day| (t("register-valid-to"), shown(day))));
    facts
}

fn of_step(step: &Step, lang: Lang) -> (String, String, String) {
    let t = |key: &str| sheber_messages::text(lang, key);
    let who = step.who.as_ref().map(|who| format!(" · {who}")).unwrap_or_default();
    let head = format!("{} · {}{who}", t(&format!("register-done-{}", step.action)), clock::local(step.at));
    let version = format!("{} {} · {}", t("versions-number"), step.version, step.hash);
    (head, step.why.clone(), version)
}

fn of_remark(remark: Remark, lang: Lang) -> (String, String, String) {
    let t = |key: &str| sheber_messages::text(lang, key);
    let author = remark.author.map(|author| format!(" · {author}")).unwrap_or_default();
    let state = match remark.accepted {
        Some(true) => format!(" · {}", t("remark-accepted")),
        Some(false) => format!(" · {}", t("remark-rejected")),
        None => String::new(),
    };
    let head = format!("{}{author}{state}", remarks::label(&remark.place, lang));
    let answer = remark.answer.map(|answer| format!("{}: {answer}", t("register-answer"))).unwrap_or_default();
    (head, remark.text, answer)
}

async fn documents(app: &App, case: &Case, lang: Lang) -> Result<Option<Part>, AppError> {
    let t = |key: &str| sheber_messages::text(lang, key);
    let list = attachments::sent(&app.db, case.id).await?;
    let entries = list
        .into_iter()
        .map(|one| {
            let kind = t(&format!("attachment-{}", one.kind));
            (one.name, format!("{kind} · {} {}", one.size.max(1024) / 1024, t("unit-kib")), one.hash)
        })
        .collect::<Vec<_>>();
    Ok((!entries.is_empty()).then(|| Part { title: t("attachments"), entries }))
}

async fn printed(app: &App, name: &str, record: Record, lang: Lang) -> Result<Response, AppError> {
    let demo = app.config.demo;
    let bytes = heavy(move || record::pdf(&record, lang, demo)).await??;
    Ok(inline_pdf(name, bytes))
}

/// Every step with its remarks, and the documents: what the reader may see of it, as on the page.
pub async fn journal(Shared(app): Shared<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let lang = context.lang;
    let case = store::find(&app.db, actor, id).await?;
    let steps = store::steps(&app.db, &case, actor).await?;
    let entries = steps.iter().map(|step| of_step(step, lang)).collect();
    let mut parts = vec![Part { title: context.t("register-journal"), entries }];
    let is_judged = store::is_judged(&app.db, &case).await?;
    let remarks: Vec<_> = remarks::shown(&app.db, &case, actor, is_judged).await?;
    if !remarks.is_empty() {
        let entries = remarks.into_iter().map(|remark| of_remark(remark, lang)).collect();
        parts.push(Part { title: context.t("remarks"), entries });
    }
    parts.extend(documents(&app, &case, lang).await?);
    let link = format!("{}/register/{id}", app.config.base_url);
    let record = Record { title: context.t("register-journal-title"), facts: facts(&case, lang), parts, link };
    printed(&app, &format!("case-{id}-journal.pdf"), record, lang).await
}

/// That the application was received: who signed it and when, over which version, with which answers and documents.
pub async fn receipt(Shared(app): Shared<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let lang = context.lang;
    let case = store::find(&app.db, actor, id).await?;
    let steps = store::steps(&app.db, &case, actor).await?;
    let sent: Vec<&Step> = steps.iter().filter(|step| step.action.sends()).collect();
    if sent.is_empty() {
        return Err(AppError::NotFound);
    }
    let mut parts = vec![Part {
        title: context.t("register-received"),
        entries: sent.into_iter().map(|step| of_step(step, lang)).collect(),
    }];
    let answers = store::answers(&app.db, &case).await?;
    if !answers.is_empty() {
        let entries = answers.into_iter().map(|one| (one.item, one.answer, one.place)).collect();
        parts.push(Part { title: context.t("register-answers"), entries });
    }
    parts.extend(documents(&app, &case, lang).await?);
    let link = format!("{}/register/{id}", app.config.base_url);
    let record = Record { title: context.t("register-receipt-title"), facts: facts(&case, lang), parts, link };
    printed(&app, &format!("case-{id}-receipt.pdf"), record, lang).await
}
