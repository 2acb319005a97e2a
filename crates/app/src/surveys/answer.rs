//! Answering: without an account, with the short code that a student has from the curator.

use askama::Template;
use axum::extract::{Path, State as Shared};
use axum::response::{IntoResponse, Response};
use sheber_kernel::AcademicYear;
use tower_sessions::Session;

use super::store::{self, Answer, Answering, Question, State, Survey};
use crate::accounts;
use crate::duties::evidence;
use crate::groups;
use crate::params;
use crate::platform::app::App;
use crate::platform::audit::{Change, Event};
use crate::platform::clock;
use crate::platform::context::Context;
use crate::platform::database;
use crate::platform::error::AppError;
use crate::platform::fields::Fields;
use crate::platform::forms::{Form, Pairs, csrf_token};
use crate::platform::page::{Page, html};

#[derive(Template)]
#[template(path = "surveys/answer.html")]
struct AnswerPage {
    page: Page,
    survey: Survey,
    college: String,
    questions: Vec<Question>,
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
    if survey.state() == State::Draft {
        return Err(AppError::NotFound);
    }
    let status = f.status();
    let college = context.lang.pick(&survey.name_kk, &survey.name_ru).to_owned();
    let questions = survey.questions();
    let page = Page::new(context.clone(), "", survey.title.clone());
    Ok((status, html(&AnswerPage { page, survey, college, questions, done, f })?).into_response())
}

pub async fn page(
    Shared(app): Shared<App>,
    mut context: Context,
    session: Session,
    Path(token): Path<String>,
) -> Result<Response, AppError> {
    // Nobody is signed in here, and the form needs its token all the same.
    context.csrf = csrf_token(&session).await?;
    show(&app, context, &token, Fields::default(), None).await
}

/// Reads the answers; every question has to be answered.
fn read(fields: &mut Fields, questions: &[Question]) -> Vec<Answer> {
    let mut answers = Vec::new();
    for (row, question) in questions.iter().enumerate() {
        let name = format!("q-{row}");
        let mut answer = Answer::default();
        match question.answering() {
            Answering::Text => answer.text = fields.text(&name, 2000),
            one_or_many => {
                let mut chosen: Vec<usize> =
                    fields.all(&name).iter().filter_map(|option| option.parse().ok()).collect();
                chosen.retain(|option| *option < question.options.len());
                chosen.sort_unstable();
                chosen.dedup();
                if chosen.is_empty() || one_or_many == Answering::One && chosen.len() != 1 {
                    fields.wrong(&name, "field-required");
                }
                answer.chosen = chosen;
            }
        }
        answers.push(answer);
    }
    answers
}

pub async fn take(
    Shared(app): Shared<App>,
    context: Context,
    Path(token): Path<String>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let survey = store::by_token(&app.db, &token).await?;
    if survey.state() != State::Open {
        return show(&app, context, &token, Fields::default(), None).await;
    }
    let subject = format!("code:{}", context.address);
    if accounts::store::guesses(&app, &subject).await? > accounts::store::MOST_GUESSES {
        return Err(AppError::TooMany);
    }
    let mut fields = Fields::of(pairs);
    let questions = survey.questions();
    let answers = read(&mut fields, &questions);
    let code = fields.text("code", 20);
    let student = groups::store::by_code(&app.db, survey.college_id, &code).await?;
    if student.is_none() && !code.is_empty() {
        accounts::store::guessed(&app, &subject).await?;
        fields.wrong("code", "survey-code-unknown");
    }
    let (Some(student), true) = (student, fields.is_sound()) else {
        return show(&app, context, &token, fields, None).await;
    };
    let score = store::score(&questions, &answers);
    let mark = survey.mark(&app, &code)?;
    if store::answered_before(&app.db, &survey, &code).await? {
        fields.wrong("code", "survey-answered");
        return show(&app, context, &token, fields, None).await;
    }
    let change = Change::by(&app, None).await?;
    let today = clock::day(change.at());
    let written = database::run(
        change.db(),
        "INSERT INTO survey_answer (survey_id, mark, student_id, answers, score, on_day) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (survey_id, mark) DO NOTHING",
        params![
            survey.id,
            mark,
            (!survey.anonymous).then_some(student.id),
            serde_json::to_string(&answers).unwrap_or_default(),
            score,
            today.to_string()
        ],
    )
    .await?;
    if written == 0 {
        drop(change);
        fields.wrong("code", "survey-answered");
        return show(&app, context, &token, fields, None).await;
    }
    // The trail says that somebody answered, not who or what.
    change.record(Event::new("event-survey-answer", "survey", survey.id)).await?;
    let year = AcademicYear::of(today);
    evidence::settle(&change, survey.college_id, year, Some(today), &["reading_survey"]).await?;
    change.commit().await?;
    let done = if survey.is_test() {
        format!(
            "{}: {score} / {}",
            context.t("survey-score"),
            questions.iter().filter(|question| question.is_scored()).count()
        )
    } else {
        context.t("survey-thanks")
    };
    show(&app, context, &token, Fields::default(), Some(done)).await
}
