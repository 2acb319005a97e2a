//! The checklist of a college's readiness.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use sheber_kernel::Day;
use sheber_messages as messages;
use sheber_norms::Edition;
use sheber_people::organisations::colleges::{self, College};
use sheber_platform::actor::{Actor, Scope};
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::fields::Fields;
use sheber_platform::forms::{Address, File, Upload, open};
use sheber_platform::page::{Choice, Page, html};
use sheber_platform::{clock, files, sheet};

use super::rights;
use super::store::{self, Answer, AnswerForm};

/// Which college's checklist is shown.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Query {
    /// The college that somebody above looks at.
    #[serde(deserialize_with = "open")]
    college: Option<i64>,
}

/// The college a page is about, one's own or one in scope, with those that somebody above chooses from.
async fn subject(app: &App, context: &Context, chosen: Option<i64>) -> Result<(i64, Vec<College>), AppError> {
    let actor = context.actor()?;
    if let Scope::College(own) = actor.scope() {
        return Ok((own, Vec::new()));
    }
    let all = colleges::within(&app.db, &actor.scope(), "", context.lang).await?;
    let college = match chosen {
        Some(college) => colleges::find(&app.db, actor, college).await?.id,
        None => all.first().ok_or(AppError::NotFound)?.id,
    };
    Ok((college, all))
}

/// A requirement as the checklist shows it.
struct Line {
    requirement: &'static str,
    /// The form: what is known, or what was typed.
    f: Fields,
    answer: Option<Answer>,
    until: String,
    expired: bool,
    said_on: String,
}

impl Line {
    fn is_met(&self) -> bool {
        self.answer.as_ref().is_some_and(|answer| answer.is_met)
    }

    fn has_file(&self) -> bool {
        self.answer.as_ref().is_some_and(|answer| answer.file_hash.is_some())
    }
}

#[derive(Template)]
#[template(path = "readiness/page.html")]
struct ReadinessPage {
    page: Page,
    lines: Vec<Line>,
    colleges: Vec<Choice>,
    chosen: i64,
    edits: bool,
    wrong: String,
}

impl ReadinessPage {
    fn id(&self, name: &str, line: &Line) -> String {
        format!("{name}-{}", line.requirement)
    }
}

/// The form of a requirement as it is known.
fn filled(answer: Option<&Answer>) -> Fields {
    let Some(answer) = answer else { return Fields::filled([("version", "0".to_owned())]) };
    Fields::filled([
        ("is_met", if answer.is_met { "yes".to_owned() } else { String::new() }),
        ("evidence", answer.evidence.clone()),
        ("until", answer.until.map(|day| day.to_string()).unwrap_or_default()),
        ("version", answer.version.to_string()),
    ])
}

/// The requirements of distance learning (6.6).
fn requirements(context: &Context) -> Vec<&'static str> {
    Edition::of(context.year).words("6.6", "requirements")
}

/// Shows the checklist; `typed` is a requirement's form that could not be taken.
async fn show(
    app: &App,
    context: Context,
    chosen: Option<i64>,
    typed: Option<(String, Fields)>,
) -> Result<Response, AppError> {
    let (chosen, colleges) = subject(app, &context, chosen).await?;
    let answers = store::answers(&app.db, &[chosen]).await?;
    let today = clock::day(app.clock.millis());
    let date = |day: Option<Day>| day.map(|day| messages::date(context.lang, day.0)).unwrap_or_default();
    let line = |requirement: &'static str| {
        let answer = answers.iter().find(|answer| answer.requirement == requirement).cloned();
        let typed = typed.as_ref().filter(|(of, _)| of == requirement).map(|(_, f)| f.clone());
        let until = answer.as_ref().and_then(|answer| answer.until);
        Line {
            requirement,
            f: typed.unwrap_or_else(|| filled(answer.as_ref())),
            until: date(until),
            expired: until.is_some_and(|until| until.0 < today),
            said_on: date(answer.as_ref().map(|answer| answer.said_on)),
            answer,
        }
    };
    let choice = |college: College| Choice {
        value: college.id.to_string(),
        label: college.name(context.lang).to_owned(),
        chosen: college.id == chosen,
    };
    let status = typed.as_ref().map(|(_, f)| f.status()).unwrap_or_default();
    let template = ReadinessPage {
        lines: requirements(&context).into_iter().map(line).collect(),
        colleges: colleges.into_iter().map(choice).collect(),
        chosen,
        edits: context.actor()?.may(rights::EDIT),
        wrong: typed.as_ref().map(|(of, _)| of.clone()).unwrap_or_default(),
        page: Page::new(context.clone(), "college", context.t("readiness-title")),
    };
    Ok((status, html(&template)?).into_response())
}

pub async fn page(
    State(app): State<App>,
    context: Context,
    Address(query): Address<Query>,
) -> Result<Response, AppError> {
    show(&app, context, query.college, None).await
}

/// Reads what a college says of a requirement.
fn read(fields: &mut Fields, requirement: &str, file: Option<&File>) -> Option<AnswerForm> {
    let new = AnswerForm {
        requirement: requirement.to_owned(),
        is_met: fields.has("is_met", "yes"),
        evidence: fields.open_text("evidence", 2000),
        file_hash: None,
        file_name: None,
        until: fields.open_day("until").map(Day),
    };
    if new.is_met && new.evidence.is_empty() {
        fields.wrong("evidence", "readiness-no-evidence");
    }
    if file.is_some_and(|file| !files::is_pdf(&file.bytes) || file.bytes.len() > files::MOST) {
        fields.wrong("files", "attachment-not-pdf");
    }
    fields.is_sound().then_some(new)
}

pub async fn save(
    State(app): State<App>,
    context: Context,
    Path(requirement): Path<String>,
    upload: Upload,
) -> Result<Response, AppError> {
    let actor: Actor = context.actor()?.clone();
    if !requirements(&context).contains(&requirement.as_str()) {
        return Err(AppError::NotFound);
    }
    let mut fields = Fields::of(upload.fields);
    let file = upload.files.into_iter().next();
    let Some(mut new) = read(&mut fields, &requirement, file.as_ref()) else {
        return show(&app, context, None, Some((requirement, fields))).await;
    };
    if let Some(file) = file {
        new.file_name = Some(file.name.chars().filter(|letter| !letter.is_control()).take(200).collect());
        new.file_hash = Some(files::keep(&app, actor.organisation_id, file.bytes).await?);
    }
    let change = Change::begin(&app, Some(&actor)).await?;
    let answers = store::answers(change.db(), &[actor.organisation_id]).await?;
    let known = answers.iter().find(|answer| answer.requirement == requirement);
    let version = known.map_or(0, |answer| answer.version);
    if version != fields.version() {
        fields.overtaken("evidence", version, filled(known));
        drop(change);
        return show(&app, context, None, Some((requirement, fields))).await;
    }
    // The file that is there stays, unless another came or this one was taken away.
    if let (None, Some(known), false) = (&new.file_hash, known, fields.has("no_file", "yes")) {
        (new.file_hash, new.file_name) = (known.file_hash.clone(), known.file_name.clone());
    }
    store::write(&change, &actor, known, &new).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("/readiness#{requirement}")).into_response())
}

pub async fn file(
    State(app): State<App>,
    context: Context,
    Path(requirement): Path<String>,
    Address(query): Address<Query>,
) -> Result<Response, AppError> {
    let (college, _) = subject(&app, &context, query.college).await?;
    let answers = store::answers(&app.db, &[college]).await?;
    let answer = answers.into_iter().find(|answer| answer.requirement == requirement);
    let answer = answer.ok_or(AppError::NotFound)?;
    let hash = answer.file_hash.ok_or(AppError::NotFound)?;
    sheet::handed_in(&app, &hash, answer.file_name.as_deref().unwrap_or("evidence.pdf"), sheet::PDF).await
}
