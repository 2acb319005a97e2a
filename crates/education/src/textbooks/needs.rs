//! Titles that colleges need (15.4), in the database.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use sheber_kernel::{AcademicYear, Day, Lang};
use sheber_platform::actor::Actor;
use sheber_platform::change::Change;
use sheber_platform::database::{self, Conditions};
use sheber_platform::entry::{Entity, Entry};
use sheber_platform::error::AppError;
use sheber_platform::fields::Fields;
use sheber_platform::list::{self, Column, Order, Query};
use sheber_platform::record::Record;
use sheber_platform::{clock, params, search};

use super::purchases::title_key;

/// As the trail names it.
pub const TEXTBOOK_NEEDED: Entity = Entity("textbook_needed");

sheber_platform::record! {
    /// A title that is needed, as a form or a sheet says it.
    NeedForm of "textbook_needed" {
        title: String = text(400),
        specialty: String = open_text(200),
        copies: i64 = number(1_000_000),
    }
}

impl NeedForm {
    /// Reads a title that is needed.
    pub fn of(fields: &mut Fields) -> Option<Self> {
        Self::read_with(fields, |details, fields| {
            if details.copies == 0 {
                fields.wrong("copies", "field-number");
            }
            if title_key(&details.title).is_empty() {
                fields.wrong("title", "field-required");
            }
        })
    }
}

/// A title that a college needs, with how many copies were bought.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Need {
    pub id: i64,
    #[sea_orm(nested)]
    pub details: NeedForm,
    pub bought: i64,
    pub name_kk: String,
    pub name_ru: String,
}

impl Need {
    pub fn college(&self, lang: Lang) -> &str {
        lang.pick(&self.name_kk, &self.name_ru)
    }
}

/// How many copies were bought of a title on the list `n`: in Kazakh, from the January before the list until its academic year
/// ends. The placeholders are those of the two days.
fn bought((from, to): (&str, &str)) -> String {
    format!(
        "CAST(COALESCE((SELECT SUM(p.copies) FROM textbook_purchase p WHERE p.college_id = n.college_id AND p.lang = 'kk'
         AND p.title_key = n.title_key AND p.removed = FALSE AND p.bought_on >= {from} AND p.bought_on < {to}), 0) AS BIGINT)"
    )
}

/// The days between which a purchase counts for the list of a year: the first, and the one after the last.
fn counting(year: AcademicYear) -> (String, String) {
    (format!("{}-01-01", year.start()), year.next().first_day().to_string())
}

/// A title that colleges of a region need, whoever of them does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromQueryResult)]
pub struct RegionNeed {
    pub title: String,
    pub specialty: String,
    pub colleges: i64,
    pub copies: i64,
    pub bought: i64,
}

/// The titles that colleges of a region need in a year, each once.
pub async fn of_region(db: &impl ConnectionTrait, region: &str, year: AcademicYear) -> Result<Vec<RegionNeed>, DbErr> {
    let bought = bought(("$3", "$4"));
    let (from, to) = counting(year);
    let sql = format!(
        "SELECT MIN(title) AS title, MAX(specialty) AS specialty, CAST(COUNT(*) AS BIGINT) AS colleges,
         CAST(SUM(copies) AS BIGINT) AS copies, CAST(SUM(bought) AS BIGINT) AS bought FROM
         (SELECT n.title, n.title_key, n.specialty, n.copies, {bought} AS bought FROM textbook_needed n
         WHERE n.region = $1 AND n.year = $2) AS line GROUP BY title_key ORDER BY title_key"
    );
    let mut needs: Vec<RegionNeed> = database::all(db, &sql, params![region, year, from, to]).await?;
    needs.sort_by_cached_key(|need| search::sort_key(Lang::Kk, &need.title));
    Ok(needs)
}

/// What a list of titles needed is filtered by.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    pub q: String,
    /// Only those that were not bought.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub short: String,
    #[serde(skip_serializing)]
    pub at: String,
}

/// How many titles a list has, and how many of them are short.
#[derive(Clone, Debug, Default, FromQueryResult)]
pub struct Counts {
    pub lines: i64,
    pub short: i64,
}

/// The titles needed in a year in scope, as a table to select from, with the values of its placeholders.
fn lines(actor: &Actor, year: AcademicYear, filter: &Filter) -> (String, Conditions) {
    let mut conditions = actor.scope().colleges("n.college_id");
    conditions.and("n.year = ?", params![year]);
    let days = counting(year);
    let bought = bought((&conditions.value(days.0), &conditions.value(days.1)));
    let table = format!(
        "(SELECT n.id, n.title, n.search_name, n.sort_title, n.specialty, n.copies, o.name_kk, o.name_ru, o.sort_kk, o.sort_ru,
          {bought} AS bought FROM textbook_needed n JOIN organisation o ON o.id = n.college_id{}) AS line",
        conditions.sql()
    );
    let mut outer = Conditions::default();
    outer.values = conditions.values;
    outer.search("line.search_name", &filter.q);
    (table, outer)
}

pub async fn counts(
    db: &impl ConnectionTrait,
    actor: &Actor,
    year: AcademicYear,
    filter: &Filter,
) -> Result<Counts, DbErr> {
    let (table, conditions) = lines(actor, year, filter);
    let sql = format!(
        "SELECT CAST(COUNT(*) AS BIGINT) AS lines,
         CAST(COALESCE(SUM(CASE WHEN bought < copies THEN 1 ELSE 0 END), 0) AS BIGINT) AS short FROM {table}{}",
        conditions.sql()
    );
    Ok(database::one(db, &sql, conditions.values).await?.unwrap_or_default())
}

fn query<'q>(from: &'q str, mut conditions: Conditions, filter: &Filter, lang: Lang) -> Query<'q> {
    const KAZAKH: Order =
        Order::up(&[Column::Bytes("line.sort_kk"), Column::Bytes("line.sort_title"), Column::Number("line.id")]);
    const RUSSIAN: Order =
        Order::up(&[Column::Bytes("line.sort_ru"), Column::Bytes("line.sort_title"), Column::Number("line.id")]);
    if !filter.short.is_empty() {
        conditions.and("line.bought < line.copies", params![]);
    }
    let select = "SELECT line.id, line.title, line.specialty, line.copies, line.bought, line.name_kk,
                  line.name_ru";
    Query { select: select.into(), from, conditions, order: if lang == Lang::Ru { RUSSIAN } else { KAZAKH } }
}

/// A page of the titles needed in a year, by college and title.
pub async fn list(
    db: &impl ConnectionTrait,
    actor: &Actor,
    (year, lang): (AcademicYear, Lang),
    filter: &Filter,
) -> Result<list::Page<Need>, AppError> {
    let (table, conditions) = lines(actor, year, filter);
    query(&format!("FROM {table}"), conditions, filter, lang).page(db, &filter.at).await
}

/// All of them, for an export.
pub async fn all(
    db: &impl ConnectionTrait,
    actor: &Actor,
    (year, lang): (AcademicYear, Lang),
    filter: &Filter,
) -> Result<Vec<Need>, DbErr> {
    let (table, conditions) = lines(actor, year, filter);
    query(&format!("FROM {table}"), conditions, filter, lang).all(db).await
}

/// Puts a title on the college's list; one that is there already has its copies set anew.
pub async fn put(change: &Change, actor: &Actor, year: AcademicYear, new: &NeedForm) -> Result<i64, AppError> {
    let region = actor.region.clone().ok_or(AppError::NotFound)?;
    let id = database::number(
        change.db(),
        "INSERT INTO textbook_needed (college_id, region, year, title, title_key, specialty, copies, added_on, added_by,
         search_name, sort_title) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (college_id, year, title_key)
         DO UPDATE SET copies = excluded.copies, specialty = CASE WHEN excluded.specialty = ''
         THEN textbook_needed.specialty ELSE excluded.specialty END RETURNING id",
        params![
            actor.organisation_id,
            region,
            year,
            new.title.clone(),
            title_key(&new.title),
            new.specialty.clone(),
            new.copies,
            Day(clock::day(change.at())),
            actor.id,
            search::indexed(&new.title),
            search::sort_key(Lang::Kk, &new.title)
        ],
    )
    .await?;
    let entry = Entry::new("trail-textbook-needed", TEXTBOOK_NEEDED, id).after(new.json());
    change.record(entry.of(actor.organisation_id, year)).await?;
    Ok(id)
}

/// A title on the own list.
#[derive(FromQueryResult)]
pub struct OwnNeed {
    pub id: i64,
    title_key: String,
    #[sea_orm(nested)]
    pub details: NeedForm,
}

/// The titles that the own college needs in a year, by what makes titles the same.
pub async fn own(
    db: &impl ConnectionTrait,
    actor: &Actor,
    year: AcademicYear,
) -> Result<HashMap<String, OwnNeed>, DbErr> {
    let mut conditions = actor.scope().colleges("n.college_id");
    conditions.and("n.college_id = ? AND n.year = ?", params![actor.organisation_id, year]);
    let columns = NeedForm::columns("n");
    let sql = format!("SELECT n.id, n.title_key, {columns} FROM textbook_needed n{}", conditions.sql());
    let needs: Vec<OwnNeed> = database::all(db, &sql, conditions.values).await?;
    Ok(needs.into_iter().map(|need| (need.title_key.clone(), need)).collect())
}

/// Takes a title off the own list; `false` where it is not there.
pub async fn remove(change: &Change, actor: &Actor, id: i64, year: AcademicYear) -> Result<bool, DbErr> {
    let sql = format!(
        "DELETE FROM textbook_needed WHERE id = $1 AND college_id = $2 RETURNING {}",
        NeedForm::COLUMNS.join(", ")
    );
    let old: Option<NeedForm> = database::one(change.db(), &sql, params![id, actor.organisation_id]).await?;
    let Some(old) = old else { return Ok(false) };
    let entry = Entry::new("trail-textbook-needed-removed", TEXTBOOK_NEEDED, id).before(old.json());
    change.record(entry.of(actor.organisation_id, year)).await?;
    Ok(true)
}
