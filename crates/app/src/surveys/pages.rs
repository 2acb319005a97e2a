//! The pages of surveys.

use askama::Template;
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::store::{self, Answering, Given, Kind, Question, State, Subject, Survey};
use crate::indicators::chart;
use crate::platform::actor::Ability;
use crate::platform::app::App;
use crate::platform::audit::Change;
use crate::platform::context::Context;
use crate::platform::error::AppError;
use crate::platform::fields::Fields;
use crate::platform::forms::{Form, Pairs};
use crate::platform::once::Once;
use crate::platform::page::{Page, html};
use crate::platform::sheet;

#[derive(Template)]
#[template(path = "surveys/list.html")]
struct ListPage {
    page: Page,
    surveys: Vec<Survey>,
    edits: bool,
    kinds: Vec<&'static str>,
    subjects: Vec<&'static str>,
    f: Fields,
}

async fn show_list(app: &App, context: Context, f: Fields) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let surveys = store::list(&app.db, &actor, context.year).await?;
    let status = f.status();
    let kinds = Kind::ALL.iter().map(|kind| kind.word()).collect();
    let subjects = Subject::ALL.iter().map(|subject| subject.word()).collect();
    let edits = actor.may(Ability::EditSurveys);
    let page = Page::new(context.clone(), "events", context.t("survey-title"));
    Ok((status, html(&ListPage { page, surveys, edits, kinds, subjects, f })?).into_response())
}

pub async fn list(Shared(app): Shared<App>, context: Context) -> Result<Response, AppError> {
    show_list(&app, context, Fields::default()).await
}

pub async fn create(
    Shared(app): Shared<App>,
    context: Context,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let mut fields = Fields::of(pairs);
    let (kind, title) = (fields.choice::<Kind>("kind"), fields.text("title", 300));
    let (Some(kind), true) = (kind, fields.is_sound()) else { return show_list(&app, context, fields).await };
    let anonymous = fields.has("anonymous", "yes");
    let subject = fields.value("subject").parse().unwrap_or(Subject::Other);
    let deed = async |change: &Change| {
        Ok(store::insert(change, &actor, context.year, (kind, subject, &title, anonymous)).await?)
    };
    let id = Once::of_form(actor.id, "/surveys", &fields).make(&app, &actor, deed).await?;
    Ok(Redirect::to(&format!("/surveys/{id}")).into_response())
}

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

/// An anonymous survey shows nothing before so many have answered: one answer is easily somebody's.
const FEW: i64 = 5;

/// So many texts stand on the page.
const TEXTS: usize = 100;

/// Whether a survey's results can be shown without saying who answered what.
fn is_enough(survey: &Survey) -> bool {
    !survey.anonymous || survey.answers >= FEW
}

fn results_of(questions: &[Question], given: &[Given]) -> Vec<Outcome> {
    let answers: Vec<_> = given.iter().map(Given::answers).collect();
    let of = |(row, question): (usize, &Question)| {
        let chose = |option: usize| {
            answers
                .iter()
                .filter(|answers| answers.get(row).is_some_and(|answer| answer.chosen.contains(&option)))
                .count()
        };
        let bar = |(option, label): (usize, &String)| {
            let n = chose(option);
            let width = if answers.is_empty() { 0 } else { n * 400 / answers.len() };
            Bar { label: label.clone(), n, width, right: question.right.contains(&option) }
        };
        let text = |answers: &Vec<store::Answer>| {
            answers.get(row).map(|answer| answer.text.clone()).filter(|text| !text.is_empty())
        };
        let mut texts: Vec<String> = answers.iter().filter_map(text).collect();
        let more = texts.len().saturating_sub(TEXTS);
        texts.truncate(TEXTS);
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
    questions: usize,
    results: Vec<Outcome>,
    /// Of a test: the mean, and of how many questions.
    mean: Option<(String, usize)>,
    enough: bool,
    reads: bool,
    link: String,
    /// The link as a code for phones.
    code: String,
    edits: bool,
    editing: bool,
    rows: Vec<usize>,
    ways: Vec<&'static str>,
    f: Fields,
}

impl OnePage {
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

async fn show(app: &App, context: Context, id: i64, fields: Option<Fields>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let survey = store::find(&app.db, &actor, id).await?;
    let questions = survey.questions();
    let edits = actor.may(Ability::EditSurveys);
    let enough = is_enough(&survey);
    let given = if enough { store::given(&app.db, id).await? } else { Vec::new() };
    let mut results = if enough { results_of(&questions, &given) } else { Vec::new() };
    let reads = survey.is_read_by(&actor);
    if !reads {
        for outcome in &mut results {
            (outcome.texts, outcome.more) = (Vec::new(), 0);
        }
    }
    let asked = questions.iter().filter(|question| question.is_scored()).count();
    let mean = (survey.is_test() && !given.is_empty()).then(|| {
        let sum: i64 = given.iter().map(|given| given.score).sum();
        let tenths = sum * 10 / i64::try_from(given.len()).unwrap_or(1).max(1);
        (sheber_messages::number(context.lang, &format!("{}.{}", tenths / 10, tenths % 10)), asked)
    });
    let f = fields.unwrap_or_else(|| {
        let mut f = Fields::filled([
            ("version", survey.version.to_string()),
            ("title", survey.title.clone()),
            ("anonymous", if survey.anonymous { "yes".to_owned() } else { String::new() }),
        ]);
        for (row, question) in questions.iter().enumerate() {
            f.set(&format!("text-{row}"), question.text.clone());
            f.set(&format!("way-{row}"), question.answering().word());
            // A right option of a test begins with a star.
            let option = |(place, option): (usize, &String)| {
                if question.right.contains(&place) { format!("*{option}") } else { option.clone() }
            };
            f.set(
                &format!("options-{row}"),
                question.options.iter().enumerate().map(option).collect::<Vec<_>>().join("\n"),
            );
        }
        f
    });
    let link = format!("{}/s/{}", app.config.base_url, survey.token);
    let status = f.status();
    let page = Page::new(context.clone(), "events", survey.title.clone()).crumb(context.t("survey-title"), "/surveys");
    let shown = OnePage {
        page,
        questions: questions.len(),
        results,
        mean,
        enough,
        reads,
        code: sheber_documents::code::svg(&link)?,
        link,
        edits,
        editing: edits && survey.state() == State::Draft,
        rows: (0..questions.len() + 3).collect(),
        ways: Answering::ALL.iter().map(|way| way.word()).collect(),
        survey,
        f,
    };
    Ok((status, html(&shown)?).into_response())
}

pub async fn one(Shared(app): Shared<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    show(&app, context, id, None).await
}

/// Reads the questions; rows that are empty are left out.
fn read(fields: &mut Fields, is_test: bool) -> Vec<Question> {
    let mut questions = Vec::new();
    for row in 0..100 {
        let text = fields.open_text(&format!("text-{row}"), 500);
        if text.is_empty() {
            if !fields.value(format!("options-{row}")).trim().is_empty() {
                fields.wrong(&format!("text-{row}"), "field-required");
            }
            continue;
        }
        let Some(way) = fields.choice::<Answering>(&format!("way-{row}")) else { continue };
        let name = format!("options-{row}");
        let (mut options, mut right) = (Vec::new(), Vec::new());
        for line in fields.open_text(&name, 5000).lines().map(str::trim).filter(|line| !line.is_empty()) {
            if let Some(option) = line.strip_prefix('*') {
                right.push(options.len());
                options.push(option.trim().to_owned());
            } else {
                options.push(line.to_owned());
            }
        }
        if way == Answering::Text {
            (options, right) = (Vec::new(), Vec::new());
        } else if options.len() < 2 {
            fields.wrong(&name, "survey-options");
        } else if is_test && right.is_empty() {
            fields.wrong(&name, "survey-right");
        } else if way == Answering::One && right.len() > 1 {
            fields.wrong(&name, "survey-right-one");
        }
        questions.push(Question::new(text, way, options, right));
    }
    questions
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
    let questions = read(&mut fields, survey.is_test());
    let (title, anonymous) = (fields.text("title", 300), fields.has("anonymous", "yes"));
    if !fields.is_sound() {
        return show(&app, context, id, Some(fields)).await;
    }
    let change = Change::begin(&app, Some(&actor)).await?;
    if !store::write(&change, &survey, fields.version(), (&title, anonymous, &questions)).await? {
        drop(change);
        let now = store::find(&app.db, &actor, id).await?;
        fields.overtaken("text-0", now.version);
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
    let actor = context.actor()?.clone();
    let to: State = Fields::of(pairs).value("to").parse().map_err(|_| AppError::Bad("error-form"))?;
    let change = Change::begin(&app, Some(&actor)).await?;
    let survey = store::find(change.db(), &actor, id).await?;
    let may = match (survey.state(), to) {
        (State::Draft, State::Open) => !survey.questions().is_empty(),
        (State::Open, State::Closed) | (State::Closed, State::Open) => true,
        _ => false,
    };
    if !may || !store::set_state(&change, &survey, to).await? {
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
    if !is_enough(&survey) {
        return Err(AppError::Refused { status: StatusCode::CONFLICT, key: "error-survey-few".to_owned() });
    }
    let questions = survey.questions();
    let mut headings = vec![context.t("name"), context.t("group"), context.t("survey-score")];
    headings.extend(questions.iter().map(|question| question.text.clone()));
    let rows = store::given(&app.db, id)
        .await?
        .into_iter()
        .map(|given| {
            let answers = given.answers();
            let score = if survey.is_test() { given.score.to_string() } else { String::new() };
            let mut row =
                vec![given.name.clone().unwrap_or_default(), given.group_code.clone().unwrap_or_default(), score];
            row.extend(questions.iter().zip(&answers).map(|(question, answer)| {
                let chosen = answer.chosen.iter().filter_map(|option| question.options.get(*option)).cloned();
                if question.options.is_empty() { answer.text.clone() } else { chosen.collect::<Vec<_>>().join("; ") }
            }));
            row
        })
        .collect();
    sheet::workbook("survey.xlsx", survey.title, headings, &[2], rows).await
}
