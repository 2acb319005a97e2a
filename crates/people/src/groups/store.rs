//! Groups in the database.

use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};
use serde::{Deserialize, Serialize};
use sheber_kernel::{AcademicYear, Day, Lang};
use sheber_platform::ability::Role;
use sheber_platform::actor::Actor;
use sheber_platform::change::Change;
use sheber_platform::database::{self, Conditions};
use sheber_platform::entry::{Entity, Entry};
use sheber_platform::error::AppError;
use sheber_platform::list::{Column, Order, Query};
use sheber_platform::record::{self, Record};
use sheber_platform::{params, search};

use super::rights;

/// As the trail names it.
pub const GROUP: Entity = Entity("group");

/// A study group (топ).
#[derive(Clone, Debug, FromQueryResult)]
pub struct Group {
    pub id: i64,
    pub college_id: i64,
    #[sea_orm(nested)]
    pub details: GroupForm,
    pub curator: Option<String>,
    /// The norms that the group agreed on.
    pub agreed: String,
    pub active: bool,
    pub version: i64,
}

impl Group {
    /// Which course it is in that year.
    pub fn course(&self, year: AcademicYear) -> u16 {
        year.start().saturating_sub(self.details.entered.start()) + 1
    }

    /// Whether somebody keeps this group's own records: its curator, and who edits groups.
    pub fn may_keep(&self, actor: &Actor) -> bool {
        self.college_id == actor.organisation_id
            && (self.details.curator_id == Some(actor.id) || actor.may(rights::EDIT))
    }

    /// Whether somebody sees the codes by which students answer and sign up: the curator, who hands them out.
    pub fn sees_codes(&self, actor: &Actor) -> bool {
        self.details.curator_id == Some(actor.id)
    }

    /// Whether somebody sees why a student is involved first: who has to involve them.
    pub fn sees_support(&self, actor: &Actor) -> bool {
        self.may_keep(actor) || matches!(actor.role, Role::YouthInspector | Role::Psychologist)
    }

    /// The years in which it studies.
    pub fn years(&self) -> impl Iterator<Item = AcademicYear> + use<> {
        self.details.years()
    }
}

fn select() -> String {
    let details = GroupForm::columns("g");
    format!("SELECT g.id, g.college_id, {details}, a.name AS curator, g.agreed, g.active, g.version")
}

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
    Query { select: select().into(), from: FROM, conditions, order: BY_COURSE }
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
    let sql = format!("{} {FROM}{}", select(), conditions.sql());
    database::one(db, &sql, conditions.values).await?.ok_or(AppError::NotFound)
}

/// A group that somebody keeps: its curator, and whoever edits groups.
pub async fn kept(db: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<Group, AppError> {
    let group = find(db, actor, id).await?;
    if group.may_keep(actor) { Ok(group) } else { Err(AppError::Forbidden) }
}

/// The groups of somebody's own college, closed ones too.
pub async fn own(db: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<Group>, DbErr> {
    let mut conditions = actor.scope().colleges("g.college_id");
    conditions.and("g.college_id = ?", params![actor.organisation_id]);
    let sql = format!("{} {FROM}{}", select(), conditions.sql());
    database::all(db, &sql, conditions.values).await
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

sheber_platform::record! {
    /// What a group's form says.
    GroupForm of "study_group" {
        code: String = text(40),
        /// The academic year of its first course.
        entered: AcademicYear = choice(),
        /// The academic year of its last course.
        leaves: AcademicYear = choice(),
        /// Language of instruction.
        lang: Lang = choice(),
        students: i64 = number(500),
        curator_id: Option<i64> = open_choice(),
        /// The day it was opened on, where that was during an academic year.
        opened_on: Option<Day> = open_day(),
    }
}

impl GroupForm {
    /// The years in which it studies.
    fn years(&self) -> impl Iterator<Item = AcademicYear> + use<> {
        (self.entered.start()..=self.leaves.start()).map(AcademicYear::starting)
    }

    /// What is searched and sorted by.
    fn derived(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("search_name", search::indexed(&self.code).into()),
            ("sort_code", search::sort_key(Lang::Kk, &self.code).into()),
        ]
    }
}

pub async fn insert(change: &Change, college: i64, new: &GroupForm) -> Result<i64, DbErr> {
    let mut further = new.derived();
    further.extend([("college_id", college.into()), ("agreed", "".into()), ("active", true.into())]);
    let id = record::insert(change.db(), new, further).await?;
    let entry = Entry::new("trail-group", GROUP, id).after(new.json());
    change.record(entry.during(college, new.years())).await?;
    Ok(id)
}

/// Takes away a group that was made by mistake; `false` where it is there no more.
///
/// # Errors
/// Where students or other records belong to it already.
pub async fn remove(change: &Change, group: &Group) -> Result<bool, DbErr> {
    let sql = "DELETE FROM study_group WHERE id = $1 AND version = $2";
    if database::run(change.db(), sql, params![group.id, group.version]).await? == 0 {
        return Ok(false);
    }
    let entry = Entry::new("trail-group-removed", GROUP, group.id).before(group.details.json());
    change.record(entry.during(group.college_id, group.years())).await?;
    Ok(true)
}

/// Writes over the version of a group that somebody has seen; `false` where it is another one by now.
pub async fn update(change: &Change, group: &Group, new: &GroupForm, active: bool) -> Result<bool, DbErr> {
    let mut further = new.derived();
    further.push(("active", active.into()));
    if !record::update(change.db(), new, (group.id, group.version), further).await? {
        return Ok(false);
    }
    let entry = Entry::new("trail-group-changed", GROUP, group.id)
        .before(group.details.json_with("active", group.active))
        .after(new.json_with("active", active));
    change.record(entry.during(group.college_id, group.years()).during(group.college_id, new.years())).await?;
    Ok(true)
}

/// Writes what the group agreed on over the version that somebody has seen; `false` where it is another one by now.
pub async fn agree(change: &Change, group: &Group, version: i64, agreed: &str) -> Result<bool, DbErr> {
    let sql = "UPDATE study_group SET agreed = $2, version = version + 1 WHERE id = $1 AND version = $3";
    if database::run(change.db(), sql, params![group.id, agreed, version]).await? == 0 {
        return Ok(false);
    }
    let (before, after) = (serde_json::json!({ "agreed": group.agreed }), serde_json::json!({ "agreed": agreed }));
    let entry = Entry::new("trail-group-agreed", GROUP, group.id).before(before).after(after);
    change.record(entry.during(group.college_id, group.years())).await?;
    Ok(true)
}
