//! Reports in the database: what one would say now, and what was sent, frozen with its hash.

use chrono::{Days, Months, NaiveDate};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use sheber_kernel::{AcademicYear, Day, Lang, Level};
use sheber_norms::Edition;

use sheber_platform::actor::{Actor, Scope};
use sheber_platform::change::Change;
use sheber_platform::columns::Json;
use sheber_platform::database::{self, Conditions};
use sheber_platform::entry::{Entity, Entry};
use sheber_platform::error::AppError;
use sheber_platform::{clock, params, secret};

use super::needs::{self, RegionNeed};
use super::purchases;
use super::report::Report;

/// As the trail names it.
pub const TEXTBOOK_REPORT: Entity = Entity("textbook_report");

/// A college's line of annex 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromQueryResult)]
pub struct Line {
    pub id: i64,
    pub name_kk: String,
    pub name_ru: String,
    /// Kazakh titles, copies, money in tiyn.
    pub titles: i64,
    pub copies: i64,
    pub tiyn: i64,
    pub needed: i64,
    /// Whether the college said that its purchases are whole.
    pub confirmed: bool,
}

impl Line {
    pub fn college(&self, lang: Lang) -> &str {
        lang.pick(&self.name_kk, &self.name_ru)
    }
}

/// What a report says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    pub lines: Vec<Line>,
    /// The region's list of titles needed, in its report.
    pub needs: Vec<RegionNeed>,
    /// Titles of the region, each counted once.
    pub titles: i64,
    /// Of the year, for Kazakh titles; 0 for a quarter.
    pub target: i64,
    pub as_of: NaiveDate,
}

impl Content {
    /// What a report would say now.
    pub async fn now(
        db: &impl ConnectionTrait,
        region: &str,
        year: AcademicYear,
        report: Report,
        today: NaiveDate,
    ) -> Result<Self, DbErr> {
        // The reports of 15.4 and 15.6 speak of Kazakh textbooks in the calendar year, the monitoring of all that was bought in
        // its quarter.
        let quarter = match report {
            Report::Monitoring(quarter) => quarter.days(),
            _ => None,
        };
        let first = NaiveDate::from_ymd_opt(i32::from(year.start()), 1, 1).unwrap_or_default();
        let days = quarter.unwrap_or((first, first + Months::new(12) - Days::new(1)));
        let lang = if quarter.is_some() { None } else { Some(Lang::Kk) };
        let target = || Edition::of(year).indicator("kazakh_titles")?.target(Level::Region, year);
        let target = if quarter.is_some() { None } else { target() };
        let needs = if report == Report::NeededTitles { needs::of_region(db, region, year).await? } else { Vec::new() };
        Ok(Self {
            lines: lines(db, region, (year, report), days, lang).await?,
            needs,
            titles: purchases::region_titles_within(db, region, days, lang).await?,
            target: target.map_or(0, i64::from),
            as_of: today,
        })
    }

    /// Titles of the region against the target, where there is one.
    pub fn of_target(&self) -> String {
        if self.target > 0 { format!("{} / {}", self.titles, self.target) } else { self.titles.to_string() }
    }

    /// The colleges that a report names: annex 1 those that bought Kazakh textbooks, the monitoring each of them.
    pub fn named(&self, report: Report) -> Vec<&Line> {
        self.lines.iter().filter(|line| !report.is_annex() || line.titles > 0).collect()
    }
}

async fn lines(
    db: &impl ConnectionTrait,
    region: &str,
    (year, report): (AcademicYear, Report),
    (from, to): (NaiveDate, NaiveDate),
    lang: Option<Lang>,
) -> Result<Vec<Line>, DbErr> {
    let of_lang = if lang.is_some() { " AND p.lang = $6" } else { "" };
    let sql = format!(
        "SELECT o.id, o.name_kk, o.name_ru,
        CAST(COUNT(DISTINCT p.title_key) AS BIGINT) AS titles, CAST(COALESCE(SUM(p.copies), 0) AS BIGINT) AS copies,
        CAST(COALESCE(SUM(p.copies * p.price), 0) AS BIGINT) AS tiyn,
        CAST((SELECT COUNT(*) FROM textbook_needed n WHERE n.college_id = o.id AND n.year = $2) AS BIGINT) AS needed,
        EXISTS (SELECT 1 FROM textbook_confirmed c WHERE c.college_id = o.id AND c.year = $2 AND c.report = $3) AS confirmed
        FROM organisation o LEFT JOIN textbook_purchase p ON p.college_id = o.id AND p.removed = FALSE
        AND p.bought_on >= $4 AND p.bought_on <= $5{of_lang} WHERE o.region = $1 AND o.kind = 'college' AND o.active
        GROUP BY o.id, o.name_kk, o.name_ru, o.sort_kk ORDER BY o.sort_kk, o.id"
    );
    let mut values = params![region, year, report, Day(from), Day(to)];
    values.extend(lang.map(Into::into));
    database::all(db, &sql, values).await
}

/// A report that was sent.
#[derive(Clone, Debug, FromQueryResult)]
pub struct SentReport {
    pub id: i64,
    pub organisation_id: i64,
    pub year: AcademicYear,
    pub report: Report,
    pub number: i64,
    pub hash: String,
    pub sent_on: Day,
    pub sent_at: i64,
    pub reason: String,
    pub sender: String,
    pub name_kk: String,
    pub name_ru: String,
}

impl SentReport {
    pub fn department(&self, lang: Lang) -> &str {
        lang.pick(&self.name_kk, &self.name_ru)
    }
}

const SENT: &str = "SELECT r.id, r.organisation_id, r.year, r.report, r.number, r.hash, r.sent_on, r.sent_at, r.reason,
    a.name AS sender, o.name_kk, o.name_ru FROM textbook_report r JOIN account a ON a.id = r.sent_by
    JOIN organisation o ON o.id = r.organisation_id";

/// The reports that somebody sees: the department's own, for the ministry all; a college learns that those of its region were sent,
/// and what they say of itself.
fn scope(actor: &Actor) -> Conditions {
    let mut conditions = Conditions::default();
    if actor.scope() != Scope::All {
        conditions.and("r.region = ?", params![actor.region.clone().unwrap_or_default()]);
    }
    conditions
}

/// The reports of a year, the latest first.
pub async fn of_year(db: &impl ConnectionTrait, actor: &Actor, year: AcademicYear) -> Result<Vec<SentReport>, DbErr> {
    let mut conditions = scope(actor);
    conditions.and("r.year = ?", params![year]);
    let sql = format!("{SENT}{} ORDER BY r.id DESC LIMIT 500", conditions.sql());
    database::all(db, &sql, conditions.values).await
}

pub async fn find(db: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<(SentReport, Content), AppError> {
    let mut conditions = scope(actor);
    conditions.and("r.id = ?", params![id]);
    let sql = format!("{SENT}{}", conditions.sql());
    let sent: SentReport = database::one(db, &sql, conditions.values).await?.ok_or(AppError::NotFound)?;
    let sql = "SELECT content FROM textbook_report WHERE id = $1";
    let content = database::value::<Json<Content>>(db, sql, params![id]).await?;
    let mut content = content.ok_or(AppError::NotFound)?.0;
    if let Scope::College(own) = actor.scope() {
        content.lines.retain(|line| line.id == own);
    }
    Ok((sent, content))
}

/// A report as a document: for those who answer for all that stands in it.
pub async fn whole(db: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<(SentReport, Content), AppError> {
    match actor.scope() {
        Scope::College(_) => Err(AppError::NotFound),
        _ => find(db, actor, id).await,
    }
}

/// The number of the last version of a report; 0 where none was sent.
pub async fn last(db: &impl ConnectionTrait, actor: &Actor, year: AcademicYear, report: Report) -> Result<i64, DbErr> {
    let sql = "SELECT CAST(COALESCE(MAX(number), 0) AS BIGINT) FROM textbook_report
               WHERE organisation_id = $1 AND year = $2 AND report = $3";
    database::number(db, sql, params![actor.organisation_id, year, report]).await
}

/// Sends a report: what it says is frozen with its hash, as the next version.
pub async fn send(
    change: &Change,
    actor: &Actor,
    (year, report, number): (AcademicYear, Report, i64),
    reason: &str,
) -> Result<i64, AppError> {
    let region = actor.region.clone().ok_or(AppError::NotFound)?;
    let today = clock::day(change.at());
    let content = Content::now(change.db(), &region, year, report, today).await?;
    let text = serde_json::to_string(&content).map_err(|error| AppError::Internal(error.to_string()))?;
    let hash = secret::sha256(&text);
    let id = database::number(
        change.db(),
        "INSERT INTO textbook_report
         (organisation_id, region, year, report, number, content, hash, sent_on, sent_at, sent_by, reason)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id",
        params![
            actor.organisation_id,
            region,
            year,
            report,
            number,
            text,
            hash.clone(),
            Day(today),
            change.at(),
            actor.id,
            reason
        ],
    )
    .await?;
    let after = serde_json::json!({ "report": report, "number": number, "hash": hash, "reason": reason });
    let entry = Entry::new("trail-textbook-report", TEXTBOOK_REPORT, id).after(after);
    change.record(entry.at(actor.organisation_id, year, report.word(), None)).await?;
    Ok(id)
}
