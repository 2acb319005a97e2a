//! The students of groups in the database.

use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use sheber_kernel::letters::latin;
use sheber_kernel::{Lang, words};
use sheber_platform::change::Change;
use sheber_platform::columns::Words;
use sheber_platform::database;
use sheber_platform::entry::{Entity, Entry};
use sheber_platform::{params, search, secret};

use super::store::Group;

/// As the trail names it.
pub const STUDENT: Entity = Entity("group_student");

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

/// A student of a group. Why one is involved first is shown to few.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Student {
    pub id: i64,
    pub group_id: i64,
    pub group_code: String,
    pub name: String,
    /// A short word that lets the student sign up and answer without an account.
    pub code: String,
    pub support: Words<Support>,
    pub active: bool,
}

impl Student {
    pub fn has(&self, support: impl AsRef<str>) -> bool {
        self.support.has(support)
    }
}

const STUDENTS: &str = "SELECT s.id, s.group_id, g.code AS group_code, s.name, s.code, s.support, s.active
    FROM group_student s JOIN study_group g ON g.id = s.group_id";

/// The students of a group, and of those who left the ones that are named.
pub async fn of_group(db: &impl ConnectionTrait, group: i64, named: &[i64]) -> Result<Vec<Student>, DbErr> {
    let sql = format!("{STUDENTS} WHERE s.group_id = $1 ORDER BY s.sort_name, s.id");
    let mut students: Vec<Student> = database::all(db, &sql, params![group]).await?;
    students.retain(|student| student.active || named.contains(&student.id));
    Ok(students)
}

/// The student of a college with a code.
pub async fn by_code(db: &impl ConnectionTrait, college: i64, code: &str) -> Result<Option<Student>, DbErr> {
    let sql = format!("{STUDENTS} WHERE s.college_id = $1 AND s.code = $2 AND s.active");
    // Whatever keyboard it was typed with.
    let code: String = code.trim().to_uppercase().chars().map(|letter| latin(letter).unwrap_or(letter)).collect();
    database::one(db, &sql, params![college, code]).await
}

/// The students of a college with these keys.
pub async fn with_keys(db: &impl ConnectionTrait, college: i64, keys: &[i64]) -> Result<Vec<Student>, DbErr> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let mut conditions = database::Conditions::default();
    conditions.among("s.id", keys).and("s.college_id = ?", params![college]);
    let sql = format!("{STUDENTS}{} ORDER BY g.sort_code, s.sort_name, s.id", conditions.sql());
    database::all(db, &sql, conditions.values).await
}

/// How many students of a group are listed by name.
pub async fn listed(db: &impl ConnectionTrait, group: i64) -> Result<i64, DbErr> {
    let sql = "SELECT COUNT(*) FROM group_student WHERE group_id = $1 AND active";
    database::number(db, sql, params![group]).await
}

pub async fn add(change: &Change, group: &Group, name: &str, support: &[Support]) -> Result<(), DbErr> {
    let id = database::number(
        change.db(),
        "INSERT INTO group_student (group_id, college_id, name, sort_name, code, support, active)
         VALUES ($1, $2, $3, $4, $5, $6, TRUE) RETURNING id",
        params![
            group.id,
            group.college_id,
            name,
            search::sort_key(Lang::Kk, name),
            secret::code(),
            Words(support.to_vec())
        ],
    )
    .await?;
    change.record(Entry::new("trail-student", STUDENT, id).during(group.college_id, group.years())).await
}

/// Changes why a student is involved first, or takes the student off the group's list.
pub async fn update(
    change: &Change,
    group: &Group,
    student: i64,
    support: &[Support],
    active: bool,
) -> Result<bool, DbErr> {
    let sql = "UPDATE group_student SET support = $3, active = $4 WHERE id = $1 AND group_id = $2 AND active";
    let values = params![student, group.id, Words(support.to_vec()), active];
    let written = database::run(change.db(), sql, values).await? == 1;
    if written {
        // The trail says that it changed, not what it says of the student.
        let after = serde_json::json!({ "active": active });
        let entry = Entry::new("trail-student-changed", STUDENT, student).after(after);
        change.record(entry.during(group.college_id, group.years())).await?;
    }
    Ok(written)
}

/// The number of a group's students follows the list once there is one.
pub async fn count_anew(change: &Change, group: i64) -> Result<(), DbErr> {
    let sql =
        "UPDATE study_group SET students = (SELECT COUNT(*) FROM group_student s WHERE s.group_id = $1 AND s.active),
               version = version + 1
               WHERE id = $1 AND EXISTS (SELECT 1 FROM group_student s WHERE s.group_id = $1)";
    database::run(change.db(), sql, params![group]).await?;
    Ok(())
}
