//! Groups in the database.

use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, FromQueryResult};
use sheber_kernel::{AcademicYear, words};

use crate::params;
use crate::platform::actor::{Ability, Actor, Role};
use crate::platform::audit::{Change, Event};
use crate::platform::database::{self, Conditions};
use crate::platform::error::AppError;
use crate::platform::search;

words! {
    /// Why a student is involved first (14.7).
    Support {
        /// Low-income family (аз қамтылған отбасы).
        LowIncome = "low_income",
        /// Large family (көп балалы отбасы).
        LargeFamily = "large_family",
        /// Single-parent family (толық емес отбасы).
        SingleParent = "single_parent",
        /// On a preventive record (профилактикалық есепте).
        OnRecord = "on_record",
    }
}

/// A study group (топ).
#[derive(Clone, Debug, FromQueryResult)]
pub struct Group {
    pub id: i64,
    pub college_id: i64,
    pub code: String,
    /// The academic years of its first and last course.
    pub entered: String,
    pub leaves: String,
    /// Language of instruction.
    pub lang: String,
    pub students: i64,
    pub curator_id: Option<i64>,
    pub curator: Option<String>,
    /// The norms that the group agreed on.
    pub agreed: String,
    pub active: bool,
    pub version: i64,
    /// The day it was opened on, where that was during an academic year; empty else.
    pub since: String,
}

impl Group {
    /// Which course it is in that year.
    pub fn course(&self, year: AcademicYear) -> u16 {
        let entered: AcademicYear = self.entered.parse().unwrap_or(year);
        year.start().saturating_sub(entered.start()) + 1
    }

    /// Whether somebody keeps this group's own records: its curator, and who edits groups.
    pub fn may_keep(&self, actor: &Actor) -> bool {
        self.college_id == actor.organisation_id
            && (self.curator_id == Some(actor.id) || actor.may(Ability::EditGroups))
    }

    /// Whether somebody sees why a student is involved first: who has to involve them.
    pub fn sees_support(&self, actor: &Actor) -> bool {
        self.may_keep(actor) || matches!(actor.role, Role::YouthInspector | Role::Psychologist)
    }
}

const GROUP: &str =
    "SELECT g.id, g.college_id, g.code, g.entered, g.leaves, g.lang, g.students, g.curator_id, a.name AS curator,
    g.agreed, g.active, g.version, COALESCE((SELECT on_day FROM group_since s WHERE s.group_id = g.id), '') AS since
    FROM study_group g LEFT JOIN account a ON a.id = g.curator_id";

/// The condition that a group studies in a year, with the year as the next values.
pub fn studies(conditions: &mut Conditions, year: AcademicYear) {
    let year = year.to_string();
    conditions.and("g.active AND g.entered <= ? AND g.leaves >= ?", params![year.clone(), year]);
}

/// The condition that a group was there on a day: one that was opened during the year is asked for nothing before it.
pub fn existed(conditions: &mut Conditions, day: NaiveDate) {
    let sql = "NOT EXISTS (SELECT 1 FROM group_since s WHERE s.group_id = g.id AND s.on_day > ?)";
    conditions.and(sql, params![day.to_string()]);
}

/// The groups of the own college in a year.
pub async fn of_year(
    db: &DatabaseConnection,
    actor: &Actor,
    year: AcademicYear,
    query: &str,
) -> Result<Vec<Group>, DbErr> {
    let mut conditions = actor.scope().colleges("g.college_id");
    studies(&mut conditions, year);
    for word in search::folded(query).split(' ').filter(|word| !word.is_empty()).take(6) {
        conditions.and("g.search_name LIKE ? ESCAPE '\\'", params![format!("%{}%", search::escaped(word))]);
    }
    let sql = format!("{GROUP}{} ORDER BY g.entered DESC, g.code LIMIT 1000", conditions.sql());
    database::all(db, &sql, conditions.values).await
}

pub async fn find(db: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<Group, AppError> {
    let mut conditions = actor.scope().colleges("g.college_id");
    conditions.and("g.id = ?", params![id]);
    let sql = format!("{GROUP}{}", conditions.sql());
    database::one(db, &sql, conditions.values).await?.ok_or(AppError::NotFound)
}

/// How many groups a college had in a year by a day.
pub async fn count(db: &impl ConnectionTrait, college: i64, year: AcademicYear, day: NaiveDate) -> Result<i64, DbErr> {
    let mut conditions = Conditions::default();
    conditions.and("g.college_id = ?", params![college]);
    studies(&mut conditions, year);
    existed(&mut conditions, day);
    let sql = format!("SELECT COUNT(*) FROM study_group g{}", conditions.sql());
    database::number(db, &sql, conditions.values).await
}

/// How many students a college's groups have in a year; `None` where it has no groups.
pub async fn students(db: &impl ConnectionTrait, college: i64, year: AcademicYear) -> Result<Option<i64>, DbErr> {
    let mut conditions = Conditions::default();
    conditions.and("g.college_id = ?", params![college]);
    studies(&mut conditions, year);
    let sql = format!("SELECT CAST(COALESCE(SUM(g.students), 0) AS BIGINT) FROM study_group g{}", conditions.sql());
    let sum = database::number(db, &sql, conditions.values).await?;
    Ok(Some(sum).filter(|sum| *sum > 0))
}

/// What a group's form says.
#[derive(Clone, Debug)]
pub struct New {
    pub code: String,
    pub entered: AcademicYear,
    pub leaves: AcademicYear,
    pub lang: String,
    pub students: i64,
    pub curator_id: Option<i64>,
    /// The day it was opened on, where that was during an academic year.
    pub since: Option<NaiveDate>,
}

/// Writes from which day on a group is there.
async fn keep_since(change: &Change, group: i64, since: Option<NaiveDate>) -> Result<(), DbErr> {
    database::run(change.db(), "DELETE FROM group_since WHERE group_id = $1", params![group]).await?;
    if let Some(day) = since {
        let sql = "INSERT INTO group_since (group_id, on_day) VALUES ($1, $2)";
        database::run(change.db(), sql, params![group, day.to_string()]).await?;
    }
    Ok(())
}

impl New {
    fn search_name(&self) -> String {
        search::folded(&self.code)
    }
}

/// A group that somebody keeps: its curator, and whoever edits groups.
pub async fn kept(db: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<Group, AppError> {
    let group = find(db, actor, id).await?;
    if group.may_keep(actor) { Ok(group) } else { Err(AppError::Forbidden) }
}

/// The group of somebody's own college with a code, closed ones too.
pub async fn by_own_code(db: &impl ConnectionTrait, actor: &Actor, code: &str) -> Result<Option<Group>, DbErr> {
    let sql = format!("{GROUP} WHERE g.college_id = $1 AND g.code = $2");
    database::one(db, &sql, params![actor.organisation_id, code]).await
}

/// How many students of a group are listed by name.
pub async fn listed(db: &impl ConnectionTrait, group: i64) -> Result<i64, DbErr> {
    let sql = "SELECT COUNT(*) FROM group_student WHERE group_id = $1 AND active";
    database::number(db, sql, params![group]).await
}

pub async fn insert(change: &Change, college: i64, new: &New) -> Result<i64, DbErr> {
    let id = database::number(
        change.db(),
        "INSERT INTO study_group
         (college_id, code, search_name, entered, leaves, lang, students, curator_id, agreed, active, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', TRUE, 1) RETURNING id",
        params![
            college,
            new.code.clone(),
            new.search_name(),
            new.entered.to_string(),
            new.leaves.to_string(),
            new.lang.clone(),
            new.students,
            new.curator_id
        ],
    )
    .await?;
    keep_since(change, id, new.since).await?;
    let after = serde_json::json!({ "code": new.code, "entered": new.entered.to_string(), "students": new.students });
    change.record(Event::new("event-group", "group", id).after(after)).await?;
    Ok(id)
}

pub async fn update(change: &Change, group: &Group, new: &New, active: bool) -> Result<bool, DbErr> {
    let written = database::run(
        change.db(),
        "UPDATE study_group SET code = $3, search_name = $4, entered = $5, leaves = $6, lang = $7, students = $8,
         curator_id = $9, active = $10, version = version + 1 WHERE id = $1 AND version = $2",
        params![
            group.id,
            group.version,
            new.code.clone(),
            new.search_name(),
            new.entered.to_string(),
            new.leaves.to_string(),
            new.lang.clone(),
            new.students,
            new.curator_id,
            active
        ],
    )
    .await?;
    keep_since(change, group.id, new.since).await?;
    let before = serde_json::json!({ "code": group.code, "students": group.students, "curator": group.curator_id, "active": group.active, "since": group.since });
    let since = new.since.map(|day| day.to_string()).unwrap_or_default();
    let after = serde_json::json!({ "code": new.code, "students": new.students, "curator": new.curator_id, "active": active, "since": since });
    change.record(Event::new("event-group-changed", "group", group.id).before(before).after(after)).await?;
    Ok(written == 1)
}

/// A student of a group. Why one is involved first is shown to few.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Student {
    pub id: i64,
    pub group_id: i64,
    pub name: String,
    /// A short word that lets the student sign up and answer without an account.
    pub code: String,
    support: String,
    pub active: bool,
}

impl Student {
    pub fn support(&self) -> Vec<Support> {
        self.support.split_whitespace().filter_map(|word| word.parse().ok()).collect()
    }

    pub fn has(&self, word: impl AsRef<str>) -> bool {
        self.support.split_whitespace().any(|known| known == word.as_ref())
    }
}

const STUDENT: &str = "SELECT s.id, s.group_id, s.name, s.code, s.support, s.active FROM group_student s";

/// The students of a group, and of those who left the ones that are named.
pub async fn students_of(db: &impl ConnectionTrait, group: i64, named: &[i64]) -> Result<Vec<Student>, DbErr> {
    let sql = format!("{STUDENT} WHERE s.group_id = $1 ORDER BY s.search_name, s.id");
    let mut students: Vec<Student> = database::all(db, &sql, params![group]).await?;
    students.retain(|student| student.active || named.contains(&student.id));
    Ok(students)
}

/// The student of a college with a code.
pub async fn by_code(db: &impl ConnectionTrait, college: i64, code: &str) -> Result<Option<Student>, DbErr> {
    let sql = format!("{STUDENT} WHERE s.college_id = $1 AND s.code = $2 AND s.active");
    database::one(db, &sql, params![college, code.trim().to_uppercase()]).await
}

/// Letters and digits that are not taken for one another.
const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// A new code of six.
pub fn new_code() -> String {
    let bytes = crate::platform::secret::bytes::<6>();
    bytes.iter().map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()])).collect()
}

pub async fn add_student(change: &Change, group: &Group, name: &str, support: &[Support]) -> Result<(), DbErr> {
    let words: Vec<&str> = support.iter().map(|support| support.word()).collect();
    let id = database::number(
        change.db(),
        "INSERT INTO group_student (group_id, college_id, name, search_name, code, support, active)
         VALUES ($1, $2, $3, $4, $5, $6, TRUE) RETURNING id",
        params![group.id, group.college_id, name, search::folded(name), new_code(), words.join(" ")],
    )
    .await?;
    change.record(Event::new("event-student", "group_student", id)).await
}

/// Changes why a student is involved first, or takes the student off the group's list.
pub async fn set_student(
    change: &Change,
    group: &Group,
    student: i64,
    support: &[Support],
    active: bool,
) -> Result<bool, DbErr> {
    let words: Vec<&str> = support.iter().map(|support| support.word()).collect();
    let sql = "UPDATE group_student SET support = $3, active = $4 WHERE id = $1 AND group_id = $2 AND active";
    let written = database::run(change.db(), sql, params![student, group.id, words.join(" "), active]).await?;
    if written == 1 {
        // The trail says that it changed, not what it says of the student.
        let after = serde_json::json!({ "active": active });
        change.record(Event::new("event-student-changed", "group_student", student).after(after)).await?;
    }
    Ok(written == 1)
}

/// The number of students follows the list once there is one.
pub async fn recount(change: &Change, group: i64) -> Result<(), DbErr> {
    let sql =
        "UPDATE study_group SET students = (SELECT COUNT(*) FROM group_student s WHERE s.group_id = $1 AND s.active),
               version = version + 1
               WHERE id = $1 AND EXISTS (SELECT 1 FROM group_student s WHERE s.group_id = $1)";
    database::run(change.db(), sql, params![group]).await?;
    Ok(())
}

/// The people of a college who can be a group's curator.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Person {
    pub id: i64,
    pub name: String,
    pub role: String,
}

pub async fn people(db: &impl ConnectionTrait, organisation: i64) -> Result<Vec<Person>, DbErr> {
    let sql =
        "SELECT id, name, role FROM account WHERE organisation_id = $1 AND active ORDER BY search_name LIMIT 1000";
    database::all(db, sql, params![organisation]).await
}
