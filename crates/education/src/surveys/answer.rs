//! Answering: without an account, with the short code that a student has from the curator.

use askama::Template;
use axum::extract::{Path, State as Shared};
use axum::response::{IntoResponse, Response};
use sheber_people::groups::students;
use sheber_platform::app::App;
use sheber_platform::attempts;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::fields::Fields;
use sheber_platform::forms::OpenForm;
use sheber_platform::page::{Page, html};

use super::procedure::State;
use super::question::{Answer, Answering, Question};
use super::store::{self, Receipt, Survey};

#[derive(Template)]
#[template(path = "surveys/answer.html")]
struct AnswerPage {
    page: Page,
    survey: Survey,
    college: String,
    done: Option<String>,
    f: Fields,
}

impl AnswerPage {
    fn name(&self, row: &usize) -> String {
        format!("q-{row}")
    }

    fn has(&self, row: &usize, option: &usize) -> bool {
        self.f.has(self.name(row), option.to_string())
    }
}

async fn show(app: &App, context: Context, token: &str, f: Fields, done: Option<String>) -> Result<Response, AppError> {
    let survey = store::by_token(&app.db, token).await?;
    if survey.state == State::Draft {
        return Err(AppError::NotFound);
    }
    let status = f.status();
    let college = context.lang.pick(&survey.name_kk, &survey.name_ru).to_owned();
    let page = Page::new(context, "", survey.details.title.clone());
    Ok((status, html(&AnswerPage { page, survey, college, done, f })?).into_response())
}

pub async fn page(Shared(app): Shared<App>, context: Context, Path(token): Path<String>) -> Result<Response, AppError> {
    show(&app, context.with_token(), &token, Fields::default(), None).await
}

/// Reads the answer to a question; each has to be answered.
fn read(fields: &mut Fields, (row, question): (usize, &Question)) -> Answer {
    let name = format!("q-{row}");
    if question.answering == Answering::Text {
        return Answer { chosen: Vec::new(), text: fields.text(&name, 2000) };
    }
    let chosen: Vec<usize> = fields.chosen(&name, question.options.len());
    if chosen.iter().any(|option| *option >= question.options.len()) {
        fields.wrong(&name, "field-choice");
    }
    if chosen.is_empty() || question.answering == Answering::One && chosen.len() != 1 {
        fields.wrong(&name, "field-required");
    }
    Answer { chosen, text: String::new() }
}

pub async fn take(
    Shared(app): Shared<App>,
    context: Context,
    Path(token): Path<String>,
    OpenForm(pairs): OpenForm,
) -> Result<Response, AppError> {
    let survey = store::by_token(&app.db, &token).await?;
    if survey.state != State::Open {
        return show(&app, context, &token, Fields::default(), None).await;
    }
    let guess = attempts::guess(&app, &context.network()).await?;
    let mut fields = Fields::of(pairs);
    let answers = survey.questions.iter().enumerate().map(|question| read(&mut fields, question)).collect();
    let code = fields.text("code", 20);
    let student = students::by_code(&app.db, survey.college_id, &code).await?;
    if student.is_none() && !code.is_empty() {
        fields.wrong("code", "survey-code-unknown");
    } else {
        attempts::right(&app, guess).await?;
    }
    let (Some(student), true) = (student, fields.is_sound()) else {
        return show(&app, context, &token, fields, None).await;
    };
    let score = match store::answer(&app, &survey, (&student, &code), answers).await? {
        Receipt::Now(score) => score,
        Receipt::Before => {
            fields.wrong("code", "survey-answered");
            return show(&app, context, &token, fields, None).await;
        }
        Receipt::Late => return show(&app, context, &token, Fields::default(), None).await,
    };
    let done = if survey.is_test() {
        format!("{}: {score} / {}", context.t("survey-score"), survey.scored())
    } else {
        context.t("survey-thanks")
    };
    show(&app, context, &token, Fields::default(), Some(done)).await
}
