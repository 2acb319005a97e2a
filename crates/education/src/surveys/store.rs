//! Surveys in the database.

use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};
use sheber_kernel::{AcademicYear, Day, words};
use sheber_people::groups::students::{self, Student};
use sheber_people::organisations;
use sheber_platform::actor::Actor;
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::columns::Json;
use sheber_platform::entry::{Entity, Entry};
use sheber_platform::error::AppError;
use sheber_platform::fields::Fields;
use sheber_platform::list::{Column, Order, Query};
use sheber_platform::record::{self, Record};
use sheber_platform::{clock, database, keys, params, search, secret};

use super::procedure::{Action, Guard, State, Surveys};
use super::question::{Answer, Question, score};
use super::rights;

/// As the trail names it.
pub const SURVEY: Entity = Entity("survey");

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

/// Fewer answers of an anonymous survey are not counted by themselves: one is easily somebody's.
const STEP: i64 = 5;

#[derive(Clone, Debug, FromQueryResult)]
pub struct Survey {
    pub id: i64,
    pub college_id: i64,
    #[sea_orm(nested)]
    pub details: SurveyForm,
    pub questions: Json<Vec<Question>>,
    pub token: String,
    pub state: State,
    pub version: i64,
    pub made_by: i64,
    pub answers: i64,
    /// So many answers its results counted when it was closed last.
    pub shown: i64,
    pub name_kk: String,
    pub name_ru: String,
}

impl Survey {
    pub fn is_test(&self) -> bool {
        self.details.kind == Kind::Test
    }

    /// How many questions of a test have a right answer.
    pub fn scored(&self) -> usize {
        self.questions.iter().filter(|question| question.is_scored()).count()
    }

    /// How many of its answers results may count without saying who gave which: of an anonymous survey what there is when it is
    /// closed, so that who looks before and after one answer sees no difference. Opened and closed again it counts what came since,
    /// if that is a step or more.
    pub fn countable(&self) -> i64 {
        let more = self.answers - self.shown;
        match (self.details.anonymous, self.state) {
            (false, _) => self.answers,
            (true, State::Closed) if more >= STEP => self.answers,
            (true, _) => self.shown,
        }
    }

    /// Whether somebody reads single answers and texts: who made the survey, and who answers for the college.
    pub fn is_read_by(&self, actor: &Actor) -> bool {
        actor.may(rights::EDIT) && (self.made_by == actor.id || actor.may(organisations::rights::LEAD))
    }

    /// Where an action leads from here, if it is possible.
    pub fn after(&self, action: Action) -> Option<State> {
        let rule = sheber_platform::procedure::find::<Surveys>(self.state, action, |_| true)?;
        let holds = |guard: &Guard| match guard {
            Guard::Questions => !self.questions.is_empty(),
        };
        rule.guards.iter().all(holds).then_some(rule.to)?
    }

    /// What stands for a student, so that each answers once. It is sealed with the server's key: whoever has the database and the
    /// students' codes does not find out who gave which answer.
    fn mark(&self, app: &App, code: &str) -> Result<String, AppError> {
        let text = format!("{}:{}", self.token, code.trim().to_uppercase());
        keys::with(app, |keys| keys.mark(&text)).map_err(|error| AppError::Internal(error.to_string()))?
    }
}

fn select() -> String {
    format!(
        "SELECT s.id, s.college_id, {}, s.questions, s.token, s.state, s.version, s.made_by, s.shown,
         (SELECT COUNT(*) FROM survey_answer a WHERE a.survey_id = s.id) AS answers, o.name_kk, o.name_ru",
        SurveyForm::columns("s")
    )
}

const FROM: &str = "FROM survey s JOIN organisation o ON o.id = s.college_id";

/// The surveys of a year, the newest first.
pub fn list(actor: &Actor, year: AcademicYear, query: &str) -> Query<'static> {
    let mut conditions = actor.scope().colleges("s.college_id");
    conditions.and("s.year = ?", params![year]).search("s.search_name", query);
    Query { select: select().into(), from: FROM, conditions, order: Order::down(&[Column::Number("s.id")]) }
}

pub async fn find(db: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<Survey, AppError> {
    let mut conditions = actor.scope().colleges("s.college_id");
    conditions.and("s.id = ?", params![id]);
    let sql = format!("{} {FROM}{}", select(), conditions.sql());
    database::one(db, &sql, conditions.values).await?.ok_or(AppError::NotFound)
}

pub async fn by_token(db: &impl ConnectionTrait, token: &str) -> Result<Survey, AppError> {
    let sql = format!("{} {FROM} WHERE s.token = $1", select());
    database::one(db, &sql, params![token]).await?.ok_or(AppError::NotFound)
}

sheber_platform::record! {
    /// What a survey is.
    SurveyForm of "survey" {
        kind: Kind = choice(),
        subject: Subject = choice(),
        title: String = text(300),
        anonymous: bool = ticked(),
    }
}

impl SurveyForm {
    pub fn of(fields: &mut Fields) -> Option<Self> {
        Self::read_with(fields, |_, _| ())
    }

    /// What is searched by.
    fn derived(&self) -> (&'static str, Value) {
        ("search_name", search::indexed(&self.title).into())
    }
}

pub async fn insert(change: &Change, actor: &Actor, year: AcademicYear, new: &SurveyForm) -> Result<i64, DbErr> {
    let further = vec![
        new.derived(),
        ("college_id", actor.organisation_id.into()),
        ("year", year.into()),
        ("questions", Json(Vec::<Question>::new()).into()),
        ("token", secret::token()[..24].into()),
        ("state", State::Draft.into()),
        ("made_by", actor.id.into()),
    ];
    let id = record::insert(change.db(), new, further).await?;
    let after = new.json();
    change.record(Entry::new("trail-survey", SURVEY, id).after(after)).await?;
    Ok(id)
}

/// Writes a draft's title, questions, and whether it asks for no name; a survey that was opened keeps its own. `false` where
/// somebody else changed it since.
pub async fn write(
    change: &Change,
    survey: &Survey,
    base: i64,
    (new, questions): (&SurveyForm, &[Question]),
) -> Result<bool, DbErr> {
    let further = vec![new.derived(), ("questions", Json(questions.to_vec()).into())];
    let is_draft = survey.state == State::Draft;
    if !is_draft || !record::update(change.db(), new, (survey.id, base), further).await? {
        return Ok(false);
    }
    let before = survey.details.json_with("questions", survey.questions.len());
    let after = new.json_with("questions", questions.len());
    change.record(Entry::new("trail-survey-changed", SURVEY, survey.id).before(before).after(after)).await?;
    Ok(true)
}

/// Moves a survey on; `false` where it stands elsewhere by now.
pub async fn set_state(change: &Change, survey: &Survey, to: State) -> Result<bool, DbErr> {
    let sql = "UPDATE survey SET state = $3, version = version + 1 WHERE id = $1 AND state = $2";
    if database::run(change.db(), sql, params![survey.id, survey.state, to]).await? == 0 {
        return Ok(false);
    }
    if to == State::Closed {
        let shown = Survey { state: to, ..survey.clone() }.countable();
        database::run(change.db(), "UPDATE survey SET shown = $2 WHERE id = $1", params![survey.id, shown]).await?;
    }
    let told = |state: State| serde_json::json!({ "state": state });
    let entry = Entry::new("trail-survey-step", SURVEY, survey.id).before(told(survey.state)).after(told(to));
    change.record(entry).await?;
    Ok(true)
}

/// Whether answers were taken.
pub enum Receipt {
    /// So many of them are right.
    Now(i64),
    /// The student has answered before.
    Before,
    /// The survey was closed meanwhile.
    Late,
}

/// Takes a student's answers.
pub async fn answer(
    app: &App,
    survey: &Survey,
    (student, code): (&Student, &str),
    answers: Vec<Answer>,
) -> Result<Receipt, AppError> {
    let right = score(&survey.questions, &answers);
    let mark = survey.mark(app, code)?;
    let change = Change::by(app, None).await?;
    let today = clock::day(change.at());
    if by_token(change.db(), &survey.token).await?.state != State::Open {
        return Ok(Receipt::Late);
    }
    let written = database::run(
        change.db(),
        "INSERT INTO survey_answer (survey_id, mark, student_id, answers, score, on_day) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (survey_id, mark) DO NOTHING",
        params![
            survey.id,
            mark,
            (!survey.details.anonymous).then_some(student.id),
            Json(answers),
            right,
            Day(today)
        ],
    )
    .await?;
    if written == 0 {
        return Ok(Receipt::Before);
    }
    // The trail says that somebody answered, not who or what.
    let entry = Entry::new("trail-survey-answer", SURVEY, survey.id);
    change.record(entry.at(survey.college_id, AcademicYear::of(today), "", Some(today))).await?;
    change.commit().await?;
    Ok(Receipt::Now(right))
}

/// What somebody answered.
#[derive(Clone, Debug)]
pub struct Response {
    pub answers: Vec<Answer>,
    pub score: i64,
    /// The student, where the survey is not anonymous.
    pub student: Option<Student>,
}

/// What was answered first, so many: by group and name where there are names, else in no order that says anything.
pub async fn responses(db: &impl ConnectionTrait, survey: &Survey, most: i64) -> Result<Vec<Response>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        student_id: Option<i64>,
        answers: Json<Vec<Answer>>,
        score: i64,
    }
    let sql = "SELECT student_id, answers, score FROM (
                   SELECT student_id, answers, score, mark FROM survey_answer WHERE survey_id = $1 ORDER BY id LIMIT $2
               ) AS first ORDER BY mark";
    let rows: Vec<Row> = database::all(db, sql, params![survey.id, most]).await?;
    let keys: Vec<i64> = rows.iter().filter_map(|row| row.student_id).collect();
    let students = students::with_keys(db, survey.college_id, &keys).await?;
    let place = |row: &Row| students.iter().position(|student| Some(student.id) == row.student_id);
    let mut responses: Vec<(Option<usize>, Row)> = rows.into_iter().map(|row| (place(&row), row)).collect();
    responses.sort_by_key(|(place, _)| *place);
    let of = |(place, row): (Option<usize>, Row)| Response {
        answers: row.answers.0,
        score: row.score,
        student: place.and_then(|place| students.get(place).cloned()),
    };
    Ok(responses.into_iter().map(of).collect())
}
