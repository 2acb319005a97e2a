//! Purchases and titles in the database.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use sheber_kernel::{AcademicYear, words};
use sheber_norms::college::Spending;

use super::Report;
use super::reports::Wanted;
use crate::duties::evidence;
use crate::groups;
use crate::indicators;
use crate::params;
use crate::platform::actor::Actor;
use crate::platform::audit::{Change, Event};
use crate::platform::clock;
use crate::platform::database::{self, Conditions};
use crate::platform::error::AppError;
use crate::platform::search;

words! {
    /// What a textbook is.
    Medium {
        Paper = "paper",
        Electronic = "electronic",
    }
}

words! {
    /// Where the money came from.
    Funds {
        /// Per-capita funding (жан басына шаққандағы қаржыландыру).
        PerCapita = "per_capita",
        LocalBudget = "local_budget",
        Own = "own",
        Sponsor = "sponsor",
    }
}

/// The languages of textbooks.
pub const LANGS: [&str; 3] = ["kk", "ru", "en"];

/// A purchase.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Purchase {
    pub id: i64,
    pub college_id: i64,
    pub title: String,
    pub lang: String,
    pub medium: String,
    pub specialty: String,
    pub publisher: String,
    pub published: i64,
    pub copies: i64,
    /// Of one copy, in tiyn.
    pub price: i64,
    pub funds: String,
    pub bought_on: String,
    pub name_kk: String,
    pub name_ru: String,
}

impl Purchase {
    pub fn sum(&self) -> i64 {
        self.price.saturating_mul(self.copies)
    }
}

/// What a list asks for.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    pub q: String,
    pub lang: String,
    pub medium: String,
    /// The calendar year, where it is not the one that the working year begins in.
    pub year: String,
    /// One college, by its key.
    pub college: String,
    /// The purchase that was just taken off the list.
    #[serde(skip_serializing)]
    pub removed: Option<i64>,
    pub page: usize,
}

impl Filter {
    /// The year that a list shows.
    pub fn year_or(&self, year: AcademicYear) -> AcademicYear {
        self.year.parse::<u16>().ok().filter(|year| (2000..2100).contains(year)).map_or(year, AcademicYear::starting)
    }
}

pub const PAGE: usize = 50;

/// What makes two titles the same: letters and digits, folded.
pub fn title_key(title: &str) -> String {
    let letters = search::folded(title);
    letters
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn conditions(actor: &Actor, year: AcademicYear, filter: &Filter) -> Conditions {
    let mut conditions = actor.scope().colleges("p.college_id");
    conditions.and("p.year = ? AND p.removed = FALSE", params![filter.year_or(year).to_string()]);
    if let Ok(college) = filter.college.parse::<i64>() {
        conditions.and("p.college_id = ?", params![college]);
    }
    if LANGS.contains(&filter.lang.as_str()) {
        conditions.and("p.lang = ?", params![filter.lang.clone()]);
    }
    if let Ok(medium) = filter.medium.parse::<Medium>() {
        conditions.and("p.medium = ?", params![medium.word()]);
    }
    for word in title_key(&filter.q).split(' ').filter(|word| !word.is_empty()).take(6) {
        conditions.and("p.title_key LIKE ? ESCAPE '\\'", params![format!("%{}%", search::escaped(word))]);
    }
    conditions
}

/// Sums of a list: titles, copies, money.
#[derive(Clone, Debug, Default, FromQueryResult)]
pub struct Sums {
    pub lines: i64,
    pub titles: i64,
    pub copies: i64,
    pub tiyn: i64,
}

pub async fn list(
    db: &DatabaseConnection,
    actor: &Actor,
    year: AcademicYear,
    filter: &Filter,
    most: usize,
) -> Result<(Vec<Purchase>, Sums), DbErr> {
    let conditions = conditions(actor, year, filter);
    let sums = format!(
        "SELECT CAST(COUNT(*) AS BIGINT) AS lines, CAST(COUNT(DISTINCT p.title_key) AS BIGINT) AS titles,
         CAST(COALESCE(SUM(p.copies), 0) AS BIGINT) AS copies, CAST(COALESCE(SUM(p.copies * p.price), 0) AS BIGINT) AS tiyn
         FROM textbook_purchase p{}",
        conditions.sql()
    );
    let sums: Sums = database::one(db, &sums, conditions.values.clone()).await?.unwrap_or_default();
    let sql = format!(
        "SELECT p.id, p.college_id, p.title, p.lang, p.medium, p.specialty, p.publisher, p.published, p.copies, p.price,
         p.funds, p.bought_on, o.name_kk, o.name_ru FROM textbook_purchase p JOIN organisation o ON o.id = p.college_id{}
         ORDER BY p.bought_on DESC, p.id DESC LIMIT {most} OFFSET {}",
        conditions.sql(),
        filter.page.min(100_000) * PAGE
    );
    Ok((database::all(db, &sql, conditions.values).await?, sums))
}

/// A purchase to be recorded.
#[derive(Clone, Debug)]
pub struct New {
    pub title: String,
    pub lang: String,
    pub medium: Medium,
    pub specialty: String,
    pub publisher: String,
    pub published: i64,
    pub copies: i64,
    pub price: i64,
    pub funds: Funds,
    pub bought_on: NaiveDate,
}

impl New {
    /// The columns that a purchase fills, in the order of its statements.
    fn columns(&self) -> Vec<sea_orm::Value> {
        params![
            self.title.clone(),
            title_key(&self.title),
            self.lang.clone(),
            self.medium.word(),
            self.specialty.clone(),
            self.publisher.clone(),
            self.published,
            self.copies,
            self.price,
            self.funds.word(),
            self.bought_on.to_string(),
            year_of(self.bought_on).to_string()
        ]
    }

    fn told(&self) -> serde_json::Value {
        serde_json::json!({
            "title": self.title, "lang": self.lang, "copies": self.copies, "price": self.price,
            "bought_on": self.bought_on.to_string(),
        })
    }
}

/// The academic year whose reports a purchase counts for: the one of the autumn that follows spring and summer. The final report
/// of 10 November speaks of the calendar year.
pub fn year_of(bought_on: NaiveDate) -> AcademicYear {
    AcademicYear::starting(u16::try_from(bought_on.year()).unwrap_or(2023))
}

pub async fn insert(change: &Change, actor: &Actor, region: &str, new: &New) -> Result<i64, DbErr> {
    let mut values = new.columns();
    values.extend(params![actor.organisation_id, region, actor.id]);
    let id = database::number(
        change.db(),
        "INSERT INTO textbook_purchase (title, title_key, lang, medium, specialty, publisher, published, copies, price, funds,
         bought_on, year, college_id, region, added_by, removed)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, FALSE) RETURNING id",
        values,
    )
    .await?;
    change.record(Event::new("event-textbook", "textbook", id).after(new.told())).await?;
    Ok(id)
}

/// After purchases came or went: the college's figure, and the region's, which counts a title once.
pub async fn counted(change: &Change, college: i64, years: &[AcademicYear]) -> Result<(), DbErr> {
    for year in years {
        indicators::count::touch(change, college, *year, &["kazakh_titles"]).await?;
    }
    Ok(())
}

/// A purchase of the own college with its version: the place of the last word on it in the trail.
pub async fn own(db: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<(Purchase, i64), AppError> {
    let sql = "SELECT p.id, p.college_id, p.title, p.lang, p.medium, p.specialty, p.publisher, p.published, p.copies, p.price,
               p.funds, p.bought_on, o.name_kk, o.name_ru FROM textbook_purchase p JOIN organisation o ON o.id = p.college_id
               WHERE p.id = $1 AND p.college_id = $2 AND p.removed = FALSE";
    let purchase = database::one(db, sql, params![id, actor.organisation_id]).await?.ok_or(AppError::NotFound)?;
    let sql = "SELECT CAST(COALESCE(MAX(id), 0) AS BIGINT) FROM audit WHERE entity = 'textbook' AND entity_id = $1";
    Ok((purchase, database::number(db, sql, params![id]).await?))
}

/// Corrects a purchase, with the figures of the years that it leaves and comes to.
pub async fn correct(change: &Change, actor: &Actor, known: &Purchase, new: &New) -> Result<(), DbErr> {
    let mut values = new.columns();
    values.extend(params![known.id]);
    database::run(
        change.db(),
        "UPDATE textbook_purchase SET title = $1, title_key = $2, lang = $3, medium = $4, specialty = $5, publisher = $6,
         published = $7, copies = $8, price = $9, funds = $10, bought_on = $11, year = $12 WHERE id = $13",
        values,
    )
    .await?;
    let before = serde_json::json!({
        "title": known.title, "lang": known.lang, "copies": known.copies, "price": known.price, "bought_on": known.bought_on,
    });
    change.record(Event::new("event-textbook-changed", "textbook", known.id).before(before).after(new.told())).await?;
    let mut years: Vec<AcademicYear> = known.bought_on.parse().map(year_of).into_iter().collect();
    years.push(year_of(new.bought_on));
    years.dedup();
    counted(change, actor.organisation_id, &years).await
}

/// Takes a purchase off the list, or puts it back. Gives the calendar year it counts for.
pub async fn remove(change: &Change, actor: &Actor, id: i64, removed: bool) -> Result<AcademicYear, AppError> {
    let sql = "UPDATE textbook_purchase SET removed = $3 WHERE id = $1 AND college_id = $2 AND removed <> $3 RETURNING bought_on";
    let day = database::text(change.db(), sql, params![id, actor.organisation_id, removed]).await?;
    let day: NaiveDate = day.and_then(|day| day.parse().ok()).ok_or(AppError::NotFound)?;
    let key = if removed { "event-textbook-removed" } else { "event-textbook-back" };
    change.record(Event::new(key, "textbook", id)).await?;
    counted(change, actor.organisation_id, &[year_of(day)]).await?;
    Ok(year_of(day))
}

/// How many of these purchases a college has recorded already, word for word.
pub async fn known(db: &impl ConnectionTrait, actor: &Actor, purchases: &[New]) -> Result<Vec<String>, DbErr> {
    #[derive(FromQueryResult)]
    struct Known {
        title_key: String,
        lang: String,
        copies: i64,
        price: i64,
        bought_on: String,
    }
    let sql = "SELECT title_key, lang, copies, price, bought_on FROM textbook_purchase WHERE college_id = $1 AND removed = FALSE";
    let known: Vec<Known> = database::all(db, sql, params![actor.organisation_id]).await?;
    let known: BTreeSet<_> =
        known.into_iter().map(|line| (line.title_key, line.lang, line.copies, line.price, line.bought_on)).collect();
    let is_known = |new: &&New| {
        let key = (title_key(&new.title), new.lang.clone(), new.copies, new.price, new.bought_on.to_string());
        known.contains(&key)
    };
    Ok(purchases.iter().filter(is_known).map(|new| new.title.clone()).collect())
}

/// How many Kazakh titles a college bought for a year.
pub async fn titles(db: &impl ConnectionTrait, college: i64, year: AcademicYear) -> Result<i64, DbErr> {
    let sql = "SELECT COUNT(DISTINCT title_key) FROM textbook_purchase
               WHERE college_id = $1 AND year = $2 AND lang = 'kk' AND removed = FALSE";
    database::number(db, sql, params![college, year.to_string()]).await
}

/// How many Kazakh titles a region bought for a year, each counted once.
pub async fn region_titles(db: &impl ConnectionTrait, region: &str, year: AcademicYear) -> Result<i64, DbErr> {
    let sql = "SELECT COUNT(DISTINCT title_key) FROM textbook_purchase
               WHERE region = $1 AND year = $2 AND lang = 'kk' AND removed = FALSE";
    database::number(db, sql, params![region, year.to_string()]).await
}

/// How many titles of a language, or of all, a region bought between two days, each counted once.
pub async fn region_titles_within(
    db: &impl ConnectionTrait,
    region: &str,
    (from, to): (NaiveDate, NaiveDate),
    lang: &str,
) -> Result<i64, DbErr> {
    let sql = "SELECT COUNT(DISTINCT title_key) FROM textbook_purchase WHERE region = $1 AND removed = FALSE
               AND bought_on >= $2 AND bought_on <= $3 AND ($4 = '' OR lang = $4)";
    database::number(db, sql, params![region, from.to_string(), to.to_string(), lang]).await
}

/// What a college spent of its per-capita funding (15.2) in the calendar year that an academic year begins in; `None` where neither
/// purchases nor students are known.
pub async fn spending(db: &impl ConnectionTrait, college: i64, year: AcademicYear) -> Result<Option<Spending>, DbErr> {
    let sql = "SELECT CAST(COUNT(*) AS BIGINT) AS lines, CAST(0 AS BIGINT) AS titles, CAST(0 AS BIGINT) AS copies,
               CAST(COALESCE(SUM(copies * price), 0) AS BIGINT) AS tiyn
               FROM textbook_purchase WHERE college_id = $1 AND year = $2 AND removed = FALSE AND funds = $3";
    let values = params![college, year.to_string(), Funds::PerCapita.word()];
    let sums: Sums = database::one(db, sql, values).await?.unwrap_or_default();
    let students = groups::store::students(db, college, year).await?;
    let students = students.and_then(|students| u32::try_from(students).ok());
    if sums.lines == 0 && students.is_none() {
        return Ok(None);
    }
    Ok(Some(Spending { year: i32::from(year.start()), tiyn: sums.tiyn, students }))
}

/// A title that is needed, as a form or a sheet says it.
#[derive(Clone, Debug)]
pub struct Line {
    pub title: String,
    pub specialty: String,
    pub copies: i64,
}

/// A title that a college needs, with how many copies were bought.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Needed {
    pub id: i64,
    pub college_id: i64,
    pub title: String,
    pub specialty: String,
    pub copies: i64,
    pub bought: i64,
    pub name_kk: String,
    pub name_ru: String,
}

/// How many copies were bought of a title on the list `n`: in Kazakh, from the January before the list until its academic year ends.
/// The placeholders are those of the two days.
fn bought((from, to): (&str, &str)) -> String {
    format!(
        "CAST(COALESCE((SELECT SUM(p.copies) FROM textbook_purchase p WHERE p.college_id = n.college_id AND p.lang = 'kk'
         AND p.title_key = n.title_key AND p.removed = FALSE AND p.bought_on >= {from} AND p.bought_on < {to}), 0) AS BIGINT)"
    )
}

/// The days between which a purchase counts for the list of a year: the first, and the one after the last.
fn counting(year: AcademicYear) -> (String, String) {
    (format!("{}-01-01", year.start()), format!("{}-09-01", year.start() + 1))
}

/// The titles that colleges of a region need in a year, each once, whoever needs it.
pub async fn wanted(db: &impl ConnectionTrait, region: &str, year: AcademicYear) -> Result<Vec<Wanted>, DbErr> {
    let bought = bought(("$3", "$4"));
    let (from, to) = counting(year);
    let sql = format!(
        "SELECT MIN(title) AS title, MAX(specialty) AS specialty, CAST(COUNT(*) AS BIGINT) AS colleges,
         CAST(SUM(copies) AS BIGINT) AS copies, CAST(SUM(bought) AS BIGINT) AS bought FROM
         (SELECT n.title, n.title_key, n.specialty, n.copies, {bought} AS bought FROM textbook_needed n
         WHERE n.region = $1 AND n.year = $2) AS line GROUP BY title_key ORDER BY title_key"
    );
    database::all(db, &sql, params![region, year.to_string(), from, to]).await
}

/// What a list of titles needed asks for.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Wish {
    pub q: String,
    /// Only those that were not bought.
    pub short: String,
    pub page: usize,
}

/// How many titles a list has, and how many of them are short.
#[derive(Clone, Debug, Default, FromQueryResult)]
pub struct Counts {
    pub lines: i64,
    pub short: i64,
}

/// The titles needed in a year, in scope.
pub async fn needed(
    db: &impl ConnectionTrait,
    actor: &Actor,
    year: AcademicYear,
    wish: &Wish,
    most: usize,
) -> Result<(Vec<Needed>, Counts), DbErr> {
    let mut conditions = actor.scope().colleges("n.college_id");
    conditions.and("n.year = ?", params![year.to_string()]);
    for word in title_key(&wish.q).split(' ').filter(|word| !word.is_empty()).take(6) {
        conditions.and("n.title_key LIKE ? ESCAPE '\\'", params![format!("%{}%", search::escaped(word))]);
    }
    let days = counting(year);
    let bought = bought((&conditions.value(days.0), &conditions.value(days.1)));
    let lines = format!(
        "SELECT n.id, n.college_id, n.title, n.specialty, n.copies, o.name_kk, o.name_ru, o.search_name, {bought} AS bought
         FROM textbook_needed n JOIN organisation o ON o.id = n.college_id{}",
        conditions.sql()
    );
    let counts = format!(
        "SELECT CAST(COUNT(*) AS BIGINT) AS lines,
         CAST(COALESCE(SUM(CASE WHEN bought < copies THEN 1 ELSE 0 END), 0) AS BIGINT) AS short FROM ({lines}) AS line"
    );
    let counts: Counts = database::one(db, &counts, conditions.values.clone()).await?.unwrap_or_default();
    let short = if wish.short.is_empty() { "" } else { " WHERE bought < copies" };
    let sql = format!(
        "SELECT * FROM ({lines}) AS line{short} ORDER BY search_name, title, id LIMIT {most} OFFSET {}",
        wish.page.min(100_000) * PAGE
    );
    Ok((database::all(db, &sql, conditions.values).await?, counts))
}

pub async fn need(change: &Change, actor: &Actor, region: &str, year: AcademicYear, line: &Line) -> Result<(), DbErr> {
    let Line { title, specialty, copies } = line;
    let today = clock::day(change.at()).to_string();
    let id = database::number(
        change.db(),
        "INSERT INTO textbook_needed (college_id, region, year, title, title_key, specialty, copies, added_on)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (college_id, year, title_key)
         DO UPDATE SET copies = excluded.copies, specialty = CASE WHEN excluded.specialty = ''
         THEN textbook_needed.specialty ELSE excluded.specialty END RETURNING id",
        params![
            actor.organisation_id,
            region,
            year.to_string(),
            title.clone(),
            title_key(title),
            specialty.clone(),
            *copies,
            today
        ],
    )
    .await?;
    let after = serde_json::json!({ "title": title, "copies": copies });
    change.record(Event::new("event-textbook-needed", "textbook_needed", id).after(after)).await?;
    evidence::settle(change, actor.organisation_id, year, None, &["textbooks_needed"]).await
}

pub async fn need_no_more(change: &Change, actor: &Actor, id: i64, year: AcademicYear) -> Result<bool, DbErr> {
    #[derive(FromQueryResult)]
    struct Known {
        title: String,
        specialty: String,
        copies: i64,
    }
    let sql = "DELETE FROM textbook_needed WHERE id = $1 AND college_id = $2 RETURNING title, specialty, copies";
    let known: Option<Known> = database::one(change.db(), sql, params![id, actor.organisation_id]).await?;
    let Some(Known { title, specialty, copies }) = known else { return Ok(false) };
    let before = serde_json::json!({ "title": title, "specialty": specialty, "copies": copies });
    change.record(Event::new("event-textbook-needed-removed", "textbook_needed", id).before(before)).await?;
    evidence::settle(change, actor.organisation_id, year, None, &["textbooks_needed"]).await?;
    Ok(true)
}

/// The day on which a college's list of a year began.
pub async fn first_needed(
    db: &impl ConnectionTrait,
    college: i64,
    year: AcademicYear,
) -> Result<Option<NaiveDate>, DbErr> {
    let sql = "SELECT MIN(added_on) FROM textbook_needed WHERE college_id = $1 AND year = $2";
    let day = database::text(db, sql, params![college, year.to_string()]).await?;
    Ok(day.and_then(|day| day.parse().ok()))
}

/// A college says that its purchases are whole, for a report.
pub async fn confirm(change: &Change, actor: &Actor, year: AcademicYear, report: Report) -> Result<(), DbErr> {
    let today = clock::day(change.at()).to_string();
    database::run(
        change.db(),
        "INSERT INTO textbook_confirmed (college_id, year, report, on_day, by_id) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (college_id, year, report) DO NOTHING",
        params![actor.organisation_id, year.to_string(), report.word(), today, actor.id],
    )
    .await?;
    let after = serde_json::json!({ "report": report.word(), "year": year.to_string() });
    change.record(Event::new("event-textbook-confirmed", "organisation", actor.organisation_id).after(after)).await?;
    evidence::settle(change, actor.organisation_id, year, None, &["purchases_confirmed"]).await
}

/// The day on which a college confirmed its purchases for a report.
pub async fn confirmed_on(
    db: &impl ConnectionTrait,
    college: i64,
    year: AcademicYear,
    report: Report,
) -> Result<Option<NaiveDate>, DbErr> {
    let sql = "SELECT on_day FROM textbook_confirmed WHERE college_id = $1 AND year = $2 AND report = $3";
    let day = database::text(db, sql, params![college, year.to_string(), report.word()]).await?;
    Ok(day.and_then(|day| day.parse().ok()))
}

/// The region that an organisation lies in.
pub fn region(actor: &Actor) -> Result<String, AppError> {
    actor.region.clone().ok_or(AppError::NotFound)
}
