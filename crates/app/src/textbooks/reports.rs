//! A department's reports on Kazakh textbooks (15.3, 15.4, 15.6): annex 1, frozen when sent; a correction is a new version.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use sheber_documents::table::{self, Column, Table};
use sheber_kernel::{AcademicYear, Lang};
use sheber_messages as messages;
use sheber_norms::Edition;
use sheber_norms::calendar::Calendar;
use sheber_norms::duties::Duty;
use sheber_norms::indicators::Level;

use super::Report;
use super::store;
use crate::college::tenge;
use crate::duties::evidence;
use crate::params;
use crate::platform::actor::{Ability, Actor, Scope};
use crate::platform::app::App;
use crate::platform::audit::{Change, Event};
use crate::platform::clock;
use crate::platform::context::Context;
use crate::platform::database::{self, Conditions};
use crate::platform::error::AppError;
use crate::platform::fields::Fields;
use crate::platform::forms::{Form, Pairs};
use crate::platform::heavy::heavy;
use crate::platform::once::Once;
use crate::platform::page::{Page, html};
use crate::platform::{secret, sheet};
use crate::programmes::exchange::inline_pdf;

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

/// A title that colleges of a region need (15.4), whoever of them does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromQueryResult)]
pub struct Wanted {
    pub title: String,
    pub specialty: String,
    pub colleges: i64,
    pub copies: i64,
    pub bought: i64,
}

/// What a report says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    pub lines: Vec<Line>,
    /// The region's list of titles needed, in its report.
    #[serde(default)]
    pub wanted: Vec<Wanted>,
    /// Titles of the region, each counted once.
    pub titles: i64,
    /// Of the year, for Kazakh titles; 0 for a quarter.
    pub target: i64,
    pub as_of: NaiveDate,
}

impl Content {
    /// Titles of the region against the target, where there is one.
    pub fn of_target(&self) -> String {
        if self.target > 0 { format!("{} / {}", self.titles, self.target) } else { self.titles.to_string() }
    }

    /// The colleges that a report names: annex 1 those that bought Kazakh textbooks, the monitoring each of them.
    fn named(&self, report: &str) -> Vec<&Line> {
        let annex = report == Report::Interim.word() || report == Report::Final.word();
        self.lines.iter().filter(|line| !annex || line.titles > 0).collect()
    }
}

/// What a report would say now.
async fn content(
    db: &impl ConnectionTrait,
    region: &str,
    year: AcademicYear,
    report: &str,
    today: NaiveDate,
) -> Result<Content, DbErr> {
    // The reports of 15.4 and 15.6 speak of Kazakh textbooks in the calendar year, the monitoring of all that was bought in its
    // quarter.
    let quarter = quarter_of(report);
    let first = NaiveDate::from_ymd_opt(i32::from(year.start()), 1, 1).unwrap_or_default();
    let (from, to) = quarter.unwrap_or((first, first + chrono::Months::new(12) - chrono::Days::new(1)));
    let lang = if quarter.is_some() { "" } else { "kk" };
    let sql = "SELECT o.id, o.name_kk, o.name_ru,
        CAST(COUNT(DISTINCT p.title_key) AS BIGINT) AS titles, CAST(COALESCE(SUM(p.copies), 0) AS BIGINT) AS copies,
        CAST(COALESCE(SUM(p.copies * p.price), 0) AS BIGINT) AS tiyn,
        CAST((SELECT COUNT(*) FROM textbook_needed n WHERE n.college_id = o.id AND n.year = $2) AS BIGINT) AS needed,
        EXISTS (SELECT 1 FROM textbook_confirmed c WHERE c.college_id = o.id AND c.year = $2 AND c.report = $3) AS confirmed
        FROM organisation o LEFT JOIN textbook_purchase p ON p.college_id = o.id AND p.removed = FALSE
        AND p.bought_on >= $4 AND p.bought_on <= $5 AND ($6 = '' OR p.lang = $6) WHERE o.region = $1 AND o.kind = 'college' AND o.active
        GROUP BY o.id, o.name_kk, o.name_ru, o.search_name ORDER BY o.search_name";
    let values = params![region, year.to_string(), report, from.to_string(), to.to_string(), lang];
    let lines: Vec<Line> = database::all(db, sql, values).await?;
    let titles = store::region_titles_within(db, region, (from, to), lang).await?;
    let edition = Edition::of(year);
    let target =
        edition.indicator("kazakh_titles").and_then(|indicator| indicator.target(Level::Region, year)).unwrap_or(0);
    let target = if quarter.is_some() { 0 } else { target };
    let wanted = if report == Report::Needed.word() { store::wanted(db, region, year).await? } else { Vec::new() };
    Ok(Content { lines, wanted, titles, target: i64::from(target), as_of: today })
}

/// A report that was sent.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Sent {
    pub id: i64,
    pub organisation_id: i64,
    pub region: String,
    pub year: String,
    pub report: String,
    pub number: i64,
    content: String,
    pub hash: String,
    pub sent_on: String,
    pub sent_at: i64,
    pub reason: String,
    pub sender: String,
    pub name_kk: String,
    pub name_ru: String,
}

impl Sent {
    pub fn content(&self) -> Result<Content, AppError> {
        serde_json::from_str(&self.content).map_err(|error| AppError::Internal(format!("report: {error}")))
    }
}

const SENT: &str =
    "SELECT r.id, r.organisation_id, r.region, r.year, r.report, r.number, r.content, r.hash, r.sent_on, r.sent_at,
    r.reason, a.name AS sender, o.name_kk, o.name_ru FROM textbook_report r JOIN account a ON a.id = r.sent_by
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

async fn sent(db: &impl ConnectionTrait, actor: &Actor, year: AcademicYear) -> Result<Vec<Sent>, DbErr> {
    let mut conditions = scope(actor);
    conditions.and("r.year = ?", params![year.to_string()]);
    let sql = format!("{SENT}{} ORDER BY r.id DESC LIMIT 500", conditions.sql());
    database::all(db, &sql, conditions.values).await
}

async fn find(db: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<(Sent, Content), AppError> {
    let mut conditions = scope(actor);
    conditions.and("r.id = ?", params![id]);
    let sql = format!("{SENT}{}", conditions.sql());
    let sent: Sent = database::one(db, &sql, conditions.values).await?.ok_or(AppError::NotFound)?;
    let mut content = sent.content()?;
    if let Scope::College(own) = actor.scope() {
        content.lines.retain(|line| line.id == own);
    }
    Ok((sent, content))
}

/// A report as a document: for those who answer for all that stands in it.
async fn whole(db: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<(Sent, Content), AppError> {
    match actor.scope() {
        Scope::College(_) => Err(AppError::NotFound),
        _ => find(db, actor, id).await,
    }
}

/// The day on which a department first sent a report.
pub async fn first_sent(
    db: &impl ConnectionTrait,
    organisation: i64,
    year: AcademicYear,
    report: &str,
) -> Result<Option<NaiveDate>, DbErr> {
    let sql = "SELECT MIN(sent_on) FROM textbook_report WHERE organisation_id = $1 AND year = $2 AND report = $3";
    let day = database::text(db, sql, params![organisation, year.to_string(), report]).await?;
    Ok(day.and_then(|day| day.parse().ok()))
}

/// The day by which the interim report of a year is due (15.6).
fn interim_due(year: AcademicYear) -> NaiveDate {
    year.first_day() + chrono::Days::new(9)
}

/// The days of the quarter that a report watches; `None` for other reports.
fn quarter_of(report: &str) -> Option<(NaiveDate, NaiveDate)> {
    let (year, quarter) = report.strip_prefix("monitoring-")?.split_once("-Q")?;
    let quarter: u32 = quarter.parse().ok().filter(|quarter| (1..=4).contains(quarter))?;
    let first = NaiveDate::from_ymd_opt(year.parse().ok()?, quarter * 3 - 2, 1)?;
    Some((first, first + chrono::Months::new(3) - chrono::Days::new(1)))
}

/// A quarter is watched once it is nearly over: from so many days before its last one.
const NEARLY_OVER: u64 = 14;

/// The reports that can be sent of a year by now, by their names: none before the year begins, and the monitoring of a quarter not
/// before the quarter is nearly over.
fn open(year: AcademicYear, today: NaiveDate) -> Vec<String> {
    let edition = Edition::of(year);
    let watches = |duty: &&Duty| duty.evidence.record.as_deref() == Some("textbook_monitoring");
    let quarters = edition.duties().iter().filter(watches);
    let quarters = quarters.flat_map(|duty| duty.terms(year, &edition.periods(), &Calendar::default()));
    let over =
        |period: &str| quarter_of(period).is_some_and(|(_, last)| last - chrono::Days::new(NEARLY_OVER) <= today);
    let watched = quarters.map(|term| format!("monitoring-{}", term.period)).filter(|report| over(report));
    let begun = [Report::Interim, Report::Final, Report::Needed].into_iter().filter(|_| year.first_day() <= today);
    begun.map(|report| report.word().to_owned()).chain(watched).collect()
}

/// What people call a report.
pub fn title(lang: Lang, report: &str) -> String {
    match report.strip_prefix("monitoring-").and_then(|rest| rest.split_once("-Q")) {
        Some((year, quarter)) => {
            let period = messages::text_with(lang, "duty-quarter", &[("n", quarter), ("year", year)]);
            format!("{}: {period}", messages::text(lang, "textbook-report-monitoring"))
        }
        None => messages::text(lang, &format!("textbook-report-{report}")),
    }
}

#[derive(Template)]
#[template(path = "textbooks/reports.html")]
struct ReportsPage {
    page: Page,
    sends: bool,
    /// What the report that is looked at would say now.
    now: Option<Content>,
    report: String,
    /// The reports that can be sent: the word, the title, how often it was.
    open: Vec<(String, String, usize)>,
    sent: Vec<Sent>,
    late: usize,
    f: Fields,
}

impl ReportsPage {
    /// A list of titles needed that no college has said anything for: there is nothing to send.
    fn is_bare(&self) -> bool {
        self.report == Report::Needed.word() && self.now.as_ref().is_some_and(|now| now.wanted.is_empty())
    }

    /// Whether the report that is looked at went already: sent again it is a correction.
    fn is_sent(&self) -> bool {
        self.sent.iter().any(|sent| sent.report == self.report)
    }

    /// The duty that colleges are reminded of, where they confirm their data for this report.
    fn reminded(&self) -> Option<&'static str> {
        match self.report.parse() {
            Ok(Report::Interim) => Some("15.6/confirm_interim"),
            Ok(Report::Final) => Some("15.6/confirm_final"),
            _ => None,
        }
    }

    fn title(&self, report: &str) -> String {
        title(self.page.lang(), report)
    }

    fn day(&self, day: &str) -> String {
        day.parse().map(|day| messages::date(self.page.lang(), day)).unwrap_or_default()
    }

    fn pick(&self, kk: &str, ru: &str) -> String {
        self.page.lang().pick(kk, ru).to_owned()
    }

    fn money(&self, tiyn: &i64) -> String {
        tenge(self.page.lang(), *tiyn)
    }
}

/// What the page shows.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Shown {
    report: String,
}

async fn show(app: &App, context: Context, shown: Shown, f: Fields) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let today = clock::day(app.clock.millis());
    let sends = actor.may(Ability::ReportTextbooks);
    let sent = sent(&app.db, &actor, context.year).await?;
    // Until the interim report has gone, or its day has, it is what colleges confirm their purchases for.
    let interim = !sent.iter().any(|sent| sent.report == Report::Interim.word()) && today <= interim_due(context.year);
    let asked = if interim { Report::Interim } else { Report::Final };
    let open = open(context.year, today);
    let report = open.iter().find(|report| **report == shown.report).cloned();
    let report = report.unwrap_or_else(|| asked.word().to_owned());
    let now = match actor.scope() {
        Scope::Region(region) => Some(content(&app.db, &region, context.year, &report, today).await?),
        _ => None,
    };
    let times = |report: &str| sent.iter().filter(|sent| sent.report == report).count();
    let open = open.into_iter().map(|report| (title(context.lang, &report), times(&report), report));
    let open = open.map(|(title, times, report)| (report, title, times)).collect();
    let late = now.as_ref().map_or(0, |now| now.lines.iter().filter(|line| !line.confirmed).count());
    let status = f.status();
    let title = context.t("textbook-reports");
    let page = Page::new(context.clone(), "textbooks", title).crumb(context.t("nav-textbooks"), "/textbooks").wide();
    Ok((status, html(&ReportsPage { page, sends, now, report, open, sent, late, f })?).into_response())
}

pub async fn page(State(app): State<App>, context: Context, Query(shown): Query<Shown>) -> Result<Response, AppError> {
    show(&app, context, shown, Fields::default()).await
}

/// Sends a report: what it says is frozen with its hash. Sent once more it is a correction, with a reason.
pub async fn send(State(app): State<App>, context: Context, Form(pairs): Form<Pairs>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let mut fields = Fields::of(pairs);
    let report = fields.value("report").to_owned();
    let today = clock::day(app.clock.millis());
    if !open(context.year, today).contains(&report) {
        fields.wrong("report", "field-choice");
    }
    let reason = fields.open_text("reason", 1000);
    let region = store::region(&actor)?;
    let year = context.year;
    if report == Report::Needed.word() && store::wanted(&app.db, &region, year).await?.is_empty() {
        fields.wrong("report", "textbook-needed-none");
    }
    if !fields.is_sound() {
        return show(&app, context, Shown { report }, fields).await;
    }
    let deed = async |change: &Change| {
        change.in_order().await?;
        let number = last(change.db(), &actor, year, &report).await? + 1;
        if number > 1 && reason.is_empty() {
            return Err(AppError::Bad("textbook-report-reason"));
        }
        let content = content(change.db(), &region, year, &report, today).await?;
        let text = serde_json::to_string(&content).unwrap_or_default();
        let hash = secret::sha256(&text);
        let id = database::number(
            change.db(),
            "INSERT INTO textbook_report
             (organisation_id, region, year, report, number, content, hash, sent_on, sent_at, sent_by, reason)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id",
            params![
                actor.organisation_id,
                region.clone(),
                year.to_string(),
                report.clone(),
                number,
                text,
                hash.clone(),
                today.to_string(),
                change.at(),
                actor.id,
                reason.clone()
            ],
        )
        .await?;
        let after = serde_json::json!({ "report": report, "number": number, "hash": hash, "reason": reason });
        change.record(Event::new("event-textbook-report", "textbook_report", id).after(after)).await?;
        let records = ["interim_report", "final_report", "region_textbooks_needed", "textbook_monitoring"];
        evidence::settle(change, actor.organisation_id, year, None, &records).await?;
        Ok(id)
    };
    match Once::of_form(actor.id, "/textbooks/reports", &fields).make(&app, &actor, deed).await {
        Ok(id) => Ok(Redirect::to(&format!("/textbooks/reports/{id}")).into_response()),
        // It went already, and this is a correction.
        Err(AppError::Bad("textbook-report-reason")) => {
            fields.wrong("reason", "textbook-report-reason");
            show(&app, context, Shown { report }, fields).await
        }
        Err(error) => Err(error),
    }
}

/// The number of the last version of a report.
async fn last(db: &impl ConnectionTrait, actor: &Actor, year: AcademicYear, report: &str) -> Result<i64, DbErr> {
    let sql = "SELECT CAST(COALESCE(MAX(number), 0) AS BIGINT) FROM textbook_report
               WHERE organisation_id = $1 AND year = $2 AND report = $3";
    database::number(db, sql, params![actor.organisation_id, year.to_string(), report]).await
}

#[derive(Template)]
#[template(path = "textbooks/report.html")]
struct ReportPage {
    page: Page,
    sent: Sent,
    content: Content,
    as_of: String,
    sent_at: String,
    newest: bool,
    whole: bool,
}

impl ReportPage {
    fn pick(&self, kk: &str, ru: &str) -> String {
        self.page.lang().pick(kk, ru).to_owned()
    }

    fn money(&self, tiyn: &i64) -> String {
        tenge(self.page.lang(), *tiyn)
    }
}

pub async fn one(State(app): State<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let (report, content) = find(&app.db, &actor, id).await?;
    let same = |other: &Sent| {
        (other.organisation_id, &other.report) == (report.organisation_id, &report.report)
            && other.number > report.number
    };
    let year = report.year.parse().unwrap_or(context.year);
    let newest = !sent(&app.db, &actor, year).await?.iter().any(same);
    let page = Page::new(context.clone(), "textbooks", title(context.lang, &report.report))
        .crumb(context.t("nav-textbooks"), "/textbooks")
        .crumb(context.t("textbook-reports"), "/textbooks/reports");
    let as_of = messages::date(context.lang, content.as_of);
    let whole = !matches!(actor.scope(), Scope::College(_));
    html(&ReportPage { page, as_of, sent_at: clock::local(report.sent_at), newest, whole, content, sent: report })
}

/// A report as a table: what a column is called, how wide it is and whether it holds numbers; the lines; their sums.
struct Sheet {
    columns: Vec<(&'static str, u32, bool)>,
    rows: Vec<Vec<String>>,
    sums: Vec<String>,
}

fn laid_out(lang: Lang, report: &str, content: &Content, money: impl Fn(i64) -> String) -> Sheet {
    let all = messages::text(lang, "report-all");
    let numbered = |(number, mut cells): (usize, Vec<String>)| {
        cells.insert(0, number.to_string());
        cells
    };
    if report == Report::Needed.word() {
        let wanted = &content.wanted;
        let sum = |of: fn(&Wanted) -> i64| wanted.iter().map(of).sum::<i64>().to_string();
        let row = |line: &Wanted| {
            let figures = [line.colleges, line.copies, line.bought].map(|figure| figure.to_string());
            [line.title.clone(), line.specialty.clone()].into_iter().chain(figures).collect()
        };
        return Sheet {
            columns: vec![
                ("textbook-number", 1, false),
                ("textbook-title", 8, false),
                ("textbook-specialty", 4, false),
                ("textbook-colleges", 2, true),
                ("needed-copies", 2, true),
                ("needed-bought", 2, true),
            ],
            rows: (1..).zip(wanted.iter().map(row)).map(numbered).collect(),
            sums: vec![
                String::new(),
                all,
                String::new(),
                String::new(),
                sum(|line| line.copies),
                sum(|line| line.bought),
            ],
        };
    }
    let named = content.named(report);
    let sum = |of: fn(&Line) -> i64| named.iter().map(|line| of(line)).sum::<i64>();
    let row = |line: &&Line| {
        vec![
            lang.pick(&line.name_kk, &line.name_ru).to_owned(),
            line.titles.to_string(),
            line.copies.to_string(),
            money(line.tiyn),
            line.needed.to_string(),
        ]
    };
    Sheet {
        columns: vec![
            ("textbook-number", 1, false),
            ("oversight-college", 9, false),
            ("textbook-titles", 3, true),
            ("textbook-copies", 3, true),
            ("textbook-sum", 4, true),
            ("textbook-needed", 3, true),
        ],
        rows: (1..).zip(named.iter().map(row)).map(numbered).collect(),
        // A title that several colleges bought stands in each of their lines: the region's number is a fact above the table.
        sums: vec![
            String::new(),
            all,
            sum(|line| line.titles).to_string(),
            sum(|line| line.copies).to_string(),
            money(sum(|line| line.tiyn)),
            sum(|line| line.needed).to_string(),
        ],
    }
}

/// What a report says of itself: whose it is, of when, its version.
fn facts(lang: Lang, sent: &Sent, content: &Content) -> Vec<(String, String)> {
    let t = |key: &str| messages::text(lang, key);
    let mut facts = vec![
        (t("event-holder"), lang.pick(&sent.name_kk, &sent.name_ru).to_owned()),
        (t("year-label"), sent.year.clone()),
        (t("textbook-as-of"), messages::date(lang, content.as_of)),
        (t("textbook-version"), sent.number.to_string()),
    ];
    if sent.report != Report::Needed.word() {
        facts.insert(3, (t("textbook-region-titles"), content.of_target()));
    }
    facts
}

pub async fn workbook(State(app): State<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    let (sent, content) = whole(&app.db, context.actor()?, id).await?;
    let lang = context.lang;
    let money = |tiyn: i64| format!("{}.{:02}", tiyn / 100, tiyn % 100);
    let Sheet { columns, mut rows, sums } = laid_out(lang, &sent.report, &content, money);
    rows.push(sums);
    rows.push(Vec::new());
    rows.extend(facts(lang, &sent, &content).into_iter().map(|(name, value)| vec![String::new(), name, value]));
    let headings = columns.iter().map(|(key, ..)| context.t(key)).collect();
    let numbers: &[usize] = if sent.report == Report::Needed.word() { &[0, 3, 4, 5] } else { &[0, 2, 3, 4, 5] };
    sheet::workbook("textbook-report.xlsx", title(lang, &sent.report), headings, numbers, rows).await
}

pub async fn pdf(State(app): State<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    let (sent, content) = whole(&app.db, context.actor()?, id).await?;
    let lang = context.lang;
    let t = |key: &str| messages::text(lang, key);
    let Sheet { columns, rows, sums } = laid_out(lang, &sent.report, &content, |tiyn| tenge(lang, tiyn));
    let column = |(key, width, number): (&'static str, u32, bool)| {
        if number { Column::number(t(key), width) } else { Column::text(t(key), width) }
    };
    let annex = sent.report == Report::Interim.word() || sent.report == Report::Final.word();
    let table = Table {
        head: if annex { vec![t("textbook-annex")] } else { Vec::new() },
        title: title(lang, &sent.report),
        facts: facts(lang, &sent, &content),
        columns: columns.into_iter().map(column).collect(),
        rows,
        sums,
        signatures: vec![t("textbook-signature")],
        link: format!("{}/textbooks/reports/{id}", app.config.base_url),
        wide: false,
    };
    let demo = app.config.demo;
    let bytes = heavy(move || table::pdf(&table, lang, demo)).await??;
    Ok(inline_pdf("textbook-report.pdf", bytes))
}
