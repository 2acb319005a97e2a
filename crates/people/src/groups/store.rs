//! Groups in the database.

use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use sheber_kernel::{AcademicYear, Day, Lang};
use sheber_platform::ability::Role;
use sheber_platform::actor::Actor;
use sheber_platform::change::Change;
use sheber_platform::database::{self, Conditions};
use sheber_platform::entry::{Entity, Entry};
use sheber_platform::error::AppError;
use sheber_platform::list::{Column, Order, Query};
use sheber_platform::{params, search};

use super::rights;

/// As the trail names it.
pub const GROUP: Entity = Entity("group");

/// A study group (топ).
#[derive(Clone, Debug, FromQueryResult)]
pub struct Group {
    pub id: i64,
    pub college_id: i64,
    pub code: String,
    /// The academic year of its first course.
    pub entered: AcademicYear,
    /// The academic year of its last course.
    pub leaves: AcademicYear,
    /// Language of instruction.
    pub lang: Lang,
    pub students: i64,
    pub curator_id: Option<i64>,
    pub curator: Option<String>,
    /// The norms that the group agreed on.
    pub agreed: String,
    pub active: bool,
    /// The day it was opened on, where that was during an academic year.
    pub opened_on: Option<Day>,
    pub version: i64,
}

impl Group {
    /// Which course it is in that year.
    pub fn course(&self, year: AcademicYear) -> u16 {
        year.start().saturating_sub(self.entered.start()) + 1
    }

    /// Whether somebody keeps this group's own records: its curator, and who edits groups.
    pub fn may_keep(&self, actor: &Actor) -> bool {
        self.college_id == actor.organisation_id && (self.curator_id == Some(actor.id) || actor.may(rights::EDIT))
    }

    /// Whether somebody sees why a student is involved first: who has to involve them.
    pub fn sees_support(&self, actor: &Actor) -> bool {
        self.may_keep(actor) || matches!(actor.role, Role::YouthInspector | Role::Psychologist)
    }

    /// The years in which it studies.
    pub fn years(&self) -> impl Iterator<Item = AcademicYear> + use<> {
        years(self.entered, self.leaves)
    }
}

fn years(entered: AcademicYear, leaves: AcademicYear) -> impl Iterator<Item = AcademicYear> {
    (entered.start()..=leaves.start()).map(AcademicYear::starting)
}

const GROUPS: &str = "SELECT g.id, g.college_id, g.code, g.entered, g.leaves, g.lang, g.students, g.curator_id,
    a.name AS curator, g.agreed, g.active, g.opened_on, g.version";
const FROM: &str = "FROM study_group g LEFT JOIN account a ON a.id = g.curator_id";

/// The youngest course first, then by code.
const BY_COURSE: Order = Order::up(&[
    Column::Number("(9999 - CAST(SUBSTR(g.entered, 1, 4) AS BIGINT))"),
    Column::Bytes("g.sort_code"),
    Column::Number("g.id"),
]);

/// The condition that a group studies in a year.
pub fn studies(conditions: &mut Conditions, year: AcademicYear) {
    conditions.and("g.active AND g.entered <= ? AND g.leaves >= ?", params![year, year]);
}

/// The condition that a group was there on a day: one that was opened during the year is asked for nothing before it.
pub fn existed(conditions: &mut Conditions, day: NaiveDate) {
    conditions.and("(g.opened_on IS NULL OR g.opened_on <= ?)", params![Day(day)]);
}

/// What a list of groups is filtered by.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    pub q: String,
    #[serde(skip_serializing)]
    pub at: String,
}

/// The groups of the own college in a year.
pub fn list(actor: &Actor, year: AcademicYear, query: &str) -> Query<'static> {
    let mut conditions = actor.scope().colleges("g.college_id");
    studies(&mut conditions, year);
    conditions.search("g.search_name", query);
    Query { select: GROUPS, from: FROM, conditions, order: BY_COURSE }
}

/// All of them, for choosing among.
pub async fn of_year(db: &impl ConnectionTrait, actor: &Actor, year: AcademicYear) -> Result<Vec<Group>, DbErr> {
    list(actor, year, "").all(db).await
}

/// How many students the groups of a list have in all.
pub async fn students_in(db: &impl ConnectionTrait, list: &Query<'_>) -> Result<i64, DbErr> {
    let sql = format!("SELECT CAST(COALESCE(SUM(g.students), 0) AS BIGINT) {}{}", list.from, list.conditions.sql());
    database::number(db, &sql, list.conditions.values.clone()).await
}

pub async fn find(db: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<Group, AppError> {
    let mut conditions = actor.scope().colleges("g.college_id");
    conditions.and("g.id = ?", params![id]);
    let sql = format!("{GROUPS} {FROM}{}", conditions.sql());
    database::one(db, &sql, conditions.values).await?.ok_or(AppError::NotFound)
}

/// A group that somebody keeps: its curator, and whoever edits groups.
pub async fn kept(db: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<Group, AppError> {
    let group = find(db, actor, id).await?;
    if group.may_keep(actor) { Ok(group) } else { Err(AppError::Forbidden) }
}

/// The group of somebody's own college with a code, closed ones too.
pub async fn by_own_code(db: &impl ConnectionTrait, actor: &Actor, code: &str) -> Result<Option<Group>, DbErr> {
    let sql = format!("{GROUPS} {FROM} WHERE g.college_id = $1 AND g.code = $2");
    database::one(db, &sql, params![actor.organisation_id, code]).await
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

/// How many students the groups of each of these colleges have in a year; one without groups is absent.
pub async fn students(
    db: &impl ConnectionTrait,
    colleges: &[i64],
    year: AcademicYear,
) -> Result<std::collections::HashMap<i64, i64>, DbErr> {
    #[derive(FromQueryResult)]
    struct Sum {
        college_id: i64,
        n: i64,
    }
    let mut conditions = Conditions::default();
    conditions.among("g.college_id", colleges);
    studies(&mut conditions, year);
    let sql = format!(
        "SELECT g.college_id, CAST(SUM(g.students) AS BIGINT) AS n FROM study_group g{} GROUP BY g.college_id",
        conditions.sql()
    );
    let sums: Vec<Sum> = database::all(db, &sql, conditions.values).await?;
    Ok(sums.into_iter().filter(|sum| sum.n > 0).map(|sum| (sum.college_id, sum.n)).collect())
}

/// Whether somebody curates a group; where a college has named no curator yet, each of its teachers may.
pub async fn curates(db: &impl ConnectionTrait, actor: &Actor) -> Result<bool, DbErr> {
    let own = "SELECT COUNT(*) FROM study_group WHERE curator_id = $1 AND active";
    if database::number(db, own, params![actor.id]).await? > 0 {
        return Ok(true);
    }
    let named = "SELECT COUNT(*) FROM study_group WHERE college_id = $1 AND active AND curator_id IS NOT NULL";
    Ok(actor.role == Role::Teacher && database::number(db, named, params![actor.organisation_id]).await? == 0)
}

/// What a group's form says.
#[derive(Clone, Debug)]
pub struct GroupForm {
    pub code: String,
    pub entered: AcademicYear,
    pub leaves: AcademicYear,
    pub lang: Lang,
    pub students: i64,
    pub curator_id: Option<i64>,
    /// The day it was opened on, where that was during an academic year.
    pub opened_on: Option<Day>,
}

pub async fn insert(change: &Change, college: i64, new: &GroupForm) -> Result<i64, DbErr> {
    let id = database::number(
        change.db(),
        "INSERT INTO study_group (college_id, code, search_name, sort_code, entered, leaves, lang, students, curator_id,
             agreed, active, opened_on, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', TRUE, $10, 1) RETURNING id",
        params![
            college,
            new.code.clone(),
            search::folded(&new.code),
            search::sort_key(Lang::Kk, &new.code),
            new.entered,
            new.leaves,
            new.lang,
            new.students,
            new.curator_id,
            new.opened_on
        ],
    )
    .await?;
    let after = serde_json::json!({ "code": new.code, "entered": new.entered, "students": new.students });
    let entry = Entry::new("trail-group", GROUP, id).after(after);
    change.record(entry.during(college, years(new.entered, new.leaves))).await?;
    Ok(id)
}

/// Writes over the version of a group that somebody has seen; `false` where it is another one by now.
pub async fn update(change: &Change, group: &Group, new: &GroupForm, active: bool) -> Result<bool, DbErr> {
    let written = database::run(
        change.db(),
        "UPDATE study_group SET code = $3, search_name = $4, sort_code = $5, entered = $6, leaves = $7, lang = $8,
             students = $9, curator_id = $10, active = $11, opened_on = $12, version = version + 1
         WHERE id = $1 AND version = $2",
        params![
            group.id,
            group.version,
            new.code.clone(),
            search::folded(&new.code),
            search::sort_key(Lang::Kk, &new.code),
            new.entered,
            new.leaves,
            new.lang,
            new.students,
            new.curator_id,
            active,
            new.opened_on
        ],
    )
    .await?;
    let before = serde_json::json!({ "code": group.code, "students": group.students, "curator": group.curator_id,
        "active": group.active, "opened_on": group.opened_on });
    let after = serde_json::json!({ "code": new.code, "students": new.students, "curator": new.curator_id,
        "active": active, "opened_on": new.opened_on });
    let entry = Entry::new("trail-group-changed", GROUP, group.id).before(before).after(after);
    let entry = entry.during(group.college_id, group.years()).during(group.college_id, years(new.entered, new.leaves));
    change.record(entry).await?;
    Ok(written == 1)
}

/// Writes what the group agreed on over the version that somebody has seen; `false` where it is another one by now.
pub async fn agree(change: &Change, group: &Group, version: i64, agreed: &str) -> Result<bool, DbErr> {
    let sql = "UPDATE study_group SET agreed = $2, version = version + 1 WHERE id = $1 AND version = $3";
    let written = database::run(change.db(), sql, params![group.id, agreed, version]).await?;
    let (before, after) = (serde_json::json!({ "agreed": group.agreed }), serde_json::json!({ "agreed": agreed }));
    let entry = Entry::new("trail-group-agreed", GROUP, group.id).before(before).after(after);
    change.record(entry.during(group.college_id, group.years())).await?;
    Ok(written == 1)
}
