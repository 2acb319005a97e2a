//! The page of a survey: its questions while it is drawn up, its results once it is answered.

use askama::Template;
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use sheber_messages as messages;
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::fields::Fields;
use sheber_platform::forms::{Form, Pairs};
use sheber_platform::page::{Page, html};
use sheber_platform::{chart, reading, secret, sheet};

use super::procedure::{Action, State};
use super::question::{Answer, Answering, Question};
use super::rights;
use super::store::{self, Response as Given, Survey, SurveyForm};

/// An option with how many chose it.
struct Bar {
    label: String,
    n: usize,
    width: usize,
    right: bool,
}

/// A question with its results.
struct Outcome {
    text: String,
    bars: Vec<Bar>,
    texts: Vec<String>,
    /// How many more texts the sheet has.
    more: usize,
}

/// So many texts stand on the page.
const TEXTS: usize = 100;

/// Rows for further questions on the form of a draft.
const FREE: usize = 3;

/// A survey has at most so many questions.
const MOST: usize = 100;

/// The answers that can be shown: of an anonymous survey those that were given first, so that the same ones stay the same.
async fn given(app: &App, survey: &Survey) -> Result<Vec<Given>, AppError> {
    Ok(store::responses(&app.db, survey, survey.countable()).await?)
}

fn outcomes(questions: &[Question], given: &[Given], most: usize) -> Vec<Outcome> {
    let of = |(row, question): (usize, &Question)| {
        let answers = || given.iter().filter_map(move |given| given.answers.get(row));
        let bar = |(option, label): (usize, &String)| {
            let n = answers().filter(|answer| answer.chosen.contains(&option)).count();
            let width = if given.is_empty() { 0 } else { n * 400 / given.len() };
            Bar { label: label.clone(), n, width, right: question.right.contains(&option) }
        };
        let mut texts: Vec<String> =
            answers().map(|answer| answer.text.clone()).filter(|text| !text.is_empty()).collect();
        // In no order of those who wrote them, nor of their other answers.
        texts.sort_by_cached_key(|text| secret::sha256(text));
        let more = texts.len().saturating_sub(most);
        texts.truncate(most);
        Outcome {
            text: question.text.clone(),
            bars: question.options.iter().enumerate().map(bar).collect(),
            texts,
            more,
        }
    };
    questions.iter().enumerate().map(of).collect()
}

#[derive(Template)]
#[template(path = "surveys/one.html")]
struct OnePage {
    page: Page,
    survey: Survey,
    results: Vec<Outcome>,
    /// So many answers are counted in them.
    shown: usize,
    /// Of a test: the mean, and of how many questions.
    mean: Option<(String, usize)>,
    enough: bool,
    reads: bool,
    link: String,
    /// The link as a code for phones.
    code: String,
    /// What the reader may do with it now.
    actions: Vec<Action>,
    editing: bool,
    rows: Vec<usize>,
    ways: &'static [Answering],
    f: Fields,
}

impl OnePage {
    /// Whether answers came that the results do not count yet.
    fn is_behind(&self) -> bool {
        usize::try_from(self.survey.answers).is_ok_and(|answers| answers > self.shown)
    }

    fn name(&self, name: &str, row: &usize) -> String {
        format!("{name}-{row}")
    }

    /// A label as long as its place; the table below has it whole.
    fn label(&self, bar: &Bar) -> String {
        chart::short(&bar.label)
    }

    fn height(&self, outcome: &Outcome) -> usize {
        outcome.bars.len() * 30 + 8
    }

    fn y(&self, row: &usize) -> usize {
        row * 30 + 4
    }
}

/// The form of a draft as it is kept.
fn filled(survey: &Survey) -> Fields {
    let mut f = Fields::filled([
        ("version", survey.version.to_string()),
        ("title", survey.details.title.clone()),
        ("anonymous", if survey.details.anonymous { "yes".to_owned() } else { String::new() }),
    ]);
    for (row, question) in survey.questions.iter().enumerate() {
        f.set(&format!("text-{row}"), question.text.clone());
        f.set(&format!("way-{row}"), question.answering.word());
        f.set(&format!("options-{row}"), question.lines());
    }
    f
}

async fn show(app: &App, context: Context, id: i64, fields: Option<Fields>) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let survey = store::find(&app.db, actor, id).await?;
    let (edits, reads) = (actor.may(rights::EDIT), survey.is_read_by(actor));
    let given = given(app, &survey).await?;
    let enough = !survey.details.anonymous || !given.is_empty();
    let mut results = if enough { outcomes(&survey.questions, &given, TEXTS) } else { Vec::new() };
    if !reads {
        for outcome in &mut results {
            (outcome.texts, outcome.more) = (Vec::new(), 0);
        }
    }
    if reads && !survey.details.anonymous && !given.is_empty() {
        reading::note(app, actor, store::SURVEY, survey.id).await?;
    }
    let mean = (survey.is_test() && !given.is_empty()).then(|| {
        let sum: i64 = given.iter().map(|given| given.score).sum();
        let tenths = sum * 10 / i64::try_from(given.len()).unwrap_or(1).max(1);
        (messages::number(context.lang, &format!("{}.{}", tenths / 10, tenths % 10)), survey.scored())
    });
    let f = fields.unwrap_or_else(|| filled(&survey));
    let link = format!("{}/s/{}", app.config.base_url, survey.token);
    let status = f.status();
    let page =
        Page::new(context.clone(), "events", survey.details.title.clone()).crumb(context.t("survey-title"), "/surveys");
    let possible = |action: &Action| edits && survey.after(*action).is_some();
    let template = OnePage {
        page,
        shown: given.len(),
        results,
        mean,
        enough,
        reads,
        code: sheber_documents::code::svg(&link)?,
        link,
        actions: Action::ALL.iter().copied().filter(possible).collect(),
        editing: edits && survey.state == State::Draft,
        rows: (0..survey.questions.len() + FREE).collect(),
        ways: Answering::ALL,
        survey,
        f,
    };
    Ok((status, html(&template)?).into_response())
}

pub async fn page(Shared(app): Shared<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    show(&app, context, id, None).await
}

/// Reads a question of a draft's form; an empty row is none.
fn read(fields: &mut Fields, row: usize, is_test: bool) -> Option<Question> {
    let (name, lines) = (format!("text-{row}"), format!("options-{row}"));
    let text = fields.open_text(&name, 500);
    if text.is_empty() {
        if !fields.value(&lines).trim().is_empty() {
            fields.wrong(&name, "field-required");
        }
        return None;
    }
    let answering: Answering = fields.choice(&format!("way-{row}"))?;
    let (mut options, mut right) = Question::of_lines(&fields.open_text(&lines, 5000));
    if answering == Answering::Text {
        (options, right) = (Vec::new(), Vec::new());
    } else if options.len() < 2 {
        fields.wrong(&lines, "survey-options");
    } else if is_test && right.is_empty() {
        fields.wrong(&lines, "survey-right");
    } else if answering == Answering::One && right.len() > 1 {
        fields.wrong(&lines, "survey-right-one");
    }
    Some(Question { text, answering, options, right })
}

pub async fn save(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let survey = store::find(&app.db, &actor, id).await?;
    let mut fields = Fields::of(pairs);
    // What kind of survey it is and what it is about stays as it was made.
    fields.set("kind", survey.details.kind.word());
    fields.set("subject", survey.details.subject.word());
    let questions: Vec<Question> = (0..MOST).filter_map(|row| read(&mut fields, row, survey.is_test())).collect();
    let Some(new) = SurveyForm::of(&mut fields) else {
        return show(&app, context, id, Some(fields)).await;
    };
    let change = Change::begin(&app, Some(&actor)).await?;
    if !store::write(&change, &survey, fields.version(), (&new, &questions)).await? {
        drop(change);
        let now = store::find(&app.db, &actor, id).await?;
        fields.overtaken("text-0", now.version, filled(&now));
        return show(&app, context, id, Some(fields)).await;
    }
    change.commit().await?;
    Ok(Redirect::to(&format!("/surveys/{id}")).into_response())
}

pub async fn step(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let action: Action = Fields::of(pairs).value("action").parse().map_err(|_| AppError::Bad("error-form"))?;
    let change = Change::begin(&app, Some(actor)).await?;
    let survey = store::find(change.db(), actor, id).await?;
    let to = survey.after(action).ok_or_else(AppError::conflict)?;
    if !store::set_state(&change, &survey, to).await? {
        return Err(AppError::conflict());
    }
    change.commit().await?;
    Ok(Redirect::to(&format!("/surveys/{id}")).into_response())
}

pub async fn results(Shared(app): Shared<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    let survey = store::find(&app.db, context.actor()?, id).await?;
    if !survey.is_read_by(context.actor()?) {
        return Err(AppError::Forbidden);
    }
    let given = given(&app, &survey).await?;
    if survey.details.anonymous && given.is_empty() {
        return Err(AppError::Refused { status: StatusCode::CONFLICT, key: "error-survey-few".to_owned() });
    }
    let mut headings = vec![context.t("name"), context.t("group"), context.t("survey-score")];
    headings.extend(survey.questions.iter().map(|question| question.text.clone()));
    let answer_of = |(question, answer): (&Question, &Answer)| {
        let chosen = answer.chosen.iter().filter_map(|option| question.options.get(*option)).cloned();
        if question.options.is_empty() { answer.text.clone() } else { chosen.collect::<Vec<_>>().join("; ") }
    };
    let row = |given: Given| {
        let score = if survey.is_test() { given.score.to_string() } else { String::new() };
        let (name, group) = given.student.map(|student| (student.name, student.group_code)).unwrap_or_default();
        let mut row = vec![name, group, score];
        row.extend(survey.questions.iter().zip(&given.answers).map(answer_of));
        row
    };
    if survey.details.anonymous {
        return anonymous(&context, &survey, &given).await;
    }
    reading::note(&app, context.actor()?, store::SURVEY, survey.id).await?;
    let rows = given.into_iter().map(row).collect();
    sheet::workbook("survey.xlsx", survey.details.title.clone(), headings, &[2], rows).await
}

/// The results of an anonymous survey: each question by itself, so that no line says what one person answered.
async fn anonymous(context: &Context, survey: &Survey, given: &[Given]) -> Result<Response, AppError> {
    let headings = ["survey-question", "survey-answer", "survey-count"].map(|key| context.t(key)).to_vec();
    let mut rows = Vec::new();
    for outcome in outcomes(&survey.questions, given, usize::MAX) {
        rows.extend(outcome.bars.into_iter().map(|bar| vec![outcome.text.clone(), bar.label, bar.n.to_string()]));
        rows.extend(outcome.texts.into_iter().map(|text| vec![outcome.text.clone(), text, "1".to_owned()]));
    }
    sheet::workbook("survey.xlsx", survey.details.title.clone(), headings, &[2], rows).await
}
