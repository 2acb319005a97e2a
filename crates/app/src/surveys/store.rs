//! Surveys in the database.

use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use sheber_kernel::{AcademicYear, words};

use crate::params;
use crate::platform::actor::{Ability, Actor};
use crate::platform::app::App;
use crate::platform::audit::{Change, Event};
use crate::platform::database;
use crate::platform::error::AppError;
use crate::platform::secret;
use crate::register::keys;

words! {
    /// Whether answers are right and wrong.
    Kind {
        Survey = "survey",
        Test = "test",
    }
}

words! {
    /// What it is about.
    Subject {
        /// How much and how well students read (14.2).
        Reading = "reading",
        Other = "other",
    }
}

words! {
    /// How it stands with a survey.
    State {
        Draft = "draft",
        Open = "open",
        Closed = "closed",
    }
}

words! {
    /// How a question is answered.
    Answering {
        One = "one",
        Many = "many",
        Text = "text",
    }
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub text: String,
    answering: String,
    pub options: Vec<String>,
    /// Of a test: which options are right, from 0.
    pub right: Vec<usize>,
}

impl Question {
    pub fn new(text: String, answering: Answering, options: Vec<String>, right: Vec<usize>) -> Self {
        Self { text, answering: answering.word().to_owned(), options, right }
    }

    /// Whether it can be answered right: a text cannot.
    pub fn is_scored(&self) -> bool {
        !self.right.is_empty()
    }

    pub fn answering(&self) -> Answering {
        self.answering.parse().unwrap_or(Answering::Text)
    }
}

/// An answer to a question: the options that were chosen, or a text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Answer {
    pub chosen: Vec<usize>,
    pub text: String,
}

/// How many questions of a test are answered right: exactly the right options, no more.
pub fn score(questions: &[Question], answers: &[Answer]) -> i64 {
    let right = |(question, answer): &(&Question, &Answer)| {
        let (mut one, mut other) = (question.right.clone(), answer.chosen.clone());
        one.sort_unstable();
        other.sort_unstable();
        !one.is_empty() && one == other
    };
    i64::try_from(questions.iter().zip(answers).filter(right).count()).unwrap_or(0)
}

#[derive(Clone, Debug, FromQueryResult)]
pub struct Survey {
    pub id: i64,
    pub college_id: i64,
    pub year: String,
    pub kind: String,
    pub subject: String,
    pub title: String,
    pub anonymous: bool,
    questions: String,
    pub token: String,
    state: String,
    pub version: i64,
    pub made_by: i64,
    pub answers: i64,
    pub name_kk: String,
    pub name_ru: String,
}

impl Survey {
    pub fn state(&self) -> State {
        self.state.parse().unwrap_or(State::Draft)
    }

    pub fn is_test(&self) -> bool {
        self.kind == Kind::Test.word()
    }

    /// Whether somebody reads single answers: of an anonymous survey whoever runs surveys, of one with names its maker and who answers
    /// for the college.
    pub fn is_read_by(&self, actor: &Actor) -> bool {
        actor.may(Ability::EditSurveys)
            && (self.anonymous || self.made_by == actor.id || actor.may(Ability::ManageDuties))
    }

    pub fn questions(&self) -> Vec<Question> {
        serde_json::from_str(&self.questions).unwrap_or_default()
    }

    /// What stands for a student, so that each answers once. It is sealed with the server's key: whoever has the database and the
    /// students' codes does not find out who gave which answer.
    pub fn mark(&self, app: &App, code: &str) -> Result<String, AppError> {
        let text = format!("{}:{}", self.token, code.trim().to_uppercase());
        keys::with(app, |keys| keys.mark(&text)).map_err(|error| AppError::Internal(error.to_string()))?
    }
}

const SURVEY: &str =
    "SELECT s.id, s.college_id, s.year, s.kind, s.title, s.anonymous, s.questions, s.token, s.state, s.version, s.made_by,
    COALESCE((SELECT subject FROM survey_subject x WHERE x.survey_id = s.id), 'other') AS subject,
    (SELECT COUNT(*) FROM survey_answer a WHERE a.survey_id = s.id) AS answers, o.name_kk, o.name_ru
    FROM survey s JOIN organisation o ON o.id = s.college_id";

pub async fn list(db: &impl ConnectionTrait, actor: &Actor, year: AcademicYear) -> Result<Vec<Survey>, DbErr> {
    let mut conditions = actor.scope().colleges("s.college_id");
    conditions.and("s.year = ?", params![year.to_string()]);
    let sql = format!("{SURVEY}{} ORDER BY s.id DESC LIMIT 500", conditions.sql());
    database::all(db, &sql, conditions.values).await
}

pub async fn find(db: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<Survey, AppError> {
    let mut conditions = actor.scope().colleges("s.college_id");
    conditions.and("s.id = ?", params![id]);
    let sql = format!("{SURVEY}{}", conditions.sql());
    database::one(db, &sql, conditions.values).await?.ok_or(AppError::NotFound)
}

pub async fn by_token(db: &impl ConnectionTrait, token: &str) -> Result<Survey, AppError> {
    let sql = format!("{SURVEY} WHERE s.token = $1");
    database::one(db, &sql, params![token]).await?.ok_or(AppError::NotFound)
}

/// Whether somebody answered while marks were not sealed yet.
pub async fn answered_before(db: &impl ConnectionTrait, survey: &Survey, code: &str) -> Result<bool, DbErr> {
    let mark = secret::sha256(&format!("{}:{}", survey.token, code.trim().to_uppercase()));
    let sql = "SELECT COUNT(*) FROM survey_answer WHERE survey_id = $1 AND mark = $2";
    Ok(database::number(db, sql, params![survey.id, mark]).await? > 0)
}

pub async fn insert(
    change: &Change,
    actor: &Actor,
    year: AcademicYear,
    (kind, subject, title, anonymous): (Kind, Subject, &str, bool),
) -> Result<i64, DbErr> {
    let id = database::number(
        change.db(),
        "INSERT INTO survey (college_id, year, kind, title, anonymous, questions, token, state, made_by, version)
         VALUES ($1, $2, $3, $4, $5, '[]', $6, 'draft', $7, 1) RETURNING id",
        params![
            actor.organisation_id,
            year.to_string(),
            kind.word(),
            title,
            anonymous,
            secret::token()[..24].to_owned(),
            actor.id
        ],
    )
    .await?;
    let sql = "INSERT INTO survey_subject (survey_id, subject) VALUES ($1, $2)";
    database::run(change.db(), sql, params![id, subject.word()]).await?;
    let after = serde_json::json!({
        "kind": kind.word(), "subject": subject.word(), "title": title, "anonymous": anonymous
    });
    change.record(Event::new("event-survey", "survey", id).after(after)).await?;
    Ok(id)
}

/// Writes a draft's title, questions, and whether it asks for no name; a survey that was opened keeps its own.
pub async fn write(
    change: &Change,
    survey: &Survey,
    base: i64,
    (title, anonymous, questions): (&str, bool, &[Question]),
) -> Result<bool, DbErr> {
    let text = serde_json::to_string(questions).unwrap_or_default();
    let sql = "UPDATE survey SET title = $4, anonymous = $5, questions = $2, version = version + 1
               WHERE id = $1 AND version = $3 AND state = 'draft'";
    let written = database::run(change.db(), sql, params![survey.id, text, base, title, anonymous]).await?;
    let told = |title: &str, anonymous: bool, questions: usize| serde_json::json!({ "title": title, "anonymous": anonymous, "questions": questions });
    let before = told(&survey.title, survey.anonymous, survey.questions().len());
    let after = told(title, anonymous, questions.len());
    change.record(Event::new("event-survey-changed", "survey", survey.id).before(before).after(after)).await?;
    Ok(written == 1)
}

pub async fn set_state(change: &Change, survey: &Survey, to: State) -> Result<bool, DbErr> {
    let sql = "UPDATE survey SET state = $3, version = version + 1 WHERE id = $1 AND state = $2";
    let written = database::run(change.db(), sql, params![survey.id, survey.state.clone(), to.word()]).await?;
    let after = serde_json::json!({ "state": to.word() });
    change.record(Event::new("event-survey-step", "survey", survey.id).after(after)).await?;
    Ok(written == 1)
}

/// What somebody answered.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Given {
    answers: String,
    pub score: i64,
    /// The student, where the survey is not anonymous.
    pub name: Option<String>,
    pub group_code: Option<String>,
}

impl Given {
    pub fn answers(&self) -> Vec<Answer> {
        serde_json::from_str(&self.answers).unwrap_or_default()
    }
}

pub async fn given(db: &impl ConnectionTrait, survey: i64) -> Result<Vec<Given>, DbErr> {
    let sql = "SELECT a.answers, a.score, t.name, g.code AS group_code FROM survey_answer a
               LEFT JOIN group_student t ON t.id = a.student_id LEFT JOIN study_group g ON g.id = t.group_id
               WHERE a.survey_id = $1 ORDER BY t.search_name, a.answers, a.mark";
    database::all(db, sql, params![survey]).await
}

/// The first day within a stretch on which somebody answered a college's survey on reading.
pub async fn first_answer(
    db: &impl ConnectionTrait,
    college: i64,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Option<NaiveDate>, DbErr> {
    let sql = "SELECT MIN(a.on_day) FROM survey_answer a JOIN survey s ON s.id = a.survey_id
               JOIN survey_subject x ON x.survey_id = s.id
               WHERE s.college_id = $1 AND x.subject = 'reading' AND a.on_day >= $2 AND a.on_day <= $3";
    let day = database::text(db, sql, params![college, from.to_string(), to.to_string()]).await?;
    Ok(day.and_then(|day| day.parse().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_right_with_exactly_the_right_options() {
        let question =
            |right: &[usize]| Question::new("?".to_owned(), Answering::Many, vec!["a".to_owned(); 3], right.to_vec());
        let answer = |chosen: &[usize]| Answer { chosen: chosen.to_vec(), text: String::new() };
        let questions = [question(&[0, 2]), question(&[1]), question(&[])];
        for (answers, right) in [
            ([answer(&[2, 0]), answer(&[1]), answer(&[])], 2),
            ([answer(&[0]), answer(&[1, 2]), answer(&[0])], 0),
            ([answer(&[0, 1, 2]), answer(&[1]), answer(&[])], 1),
        ] {
            assert_eq!(score(&questions, &answers), right, "{answers:?}");
        }
        assert_eq!(score(&questions, &[]), 0);
    }
}
