//! A department's or the ministry's view of its colleges: a map of duties by college, who is late, reminding, reports.

use std::borrow::Cow;
use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use sea_orm::{DatabaseConnection, DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use sheber_kernel::{AcademicYear, LocalName};
use sheber_messages as messages;
use sheber_norms::Edition;
use sheber_norms::duties::{Duty, DutyState, Holder};

use super::pages;
use super::store::{self, Task};
use super::time;
use crate::inbox;
use crate::params;
use crate::platform::actor::{Actor, OrganisationKind, Scope};
use crate::platform::app::App;
use crate::platform::audit::{Change, Event};
use crate::platform::clock;
use crate::platform::context::Context;
use crate::platform::database::{self, Conditions};
use crate::platform::error::AppError;
use crate::platform::fields::Fields;
use crate::platform::forms::{Form, Pairs};
use crate::platform::page::{Page, Pager, html};
use crate::reference::store::{self as reference, Entry};

/// What the map and the reports ask for.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// The ministry chooses one; a department has its own.
    pub region: String,
    pub section: String,
    pub page: usize,
    /// How many were told, after a reminder.
    pub told: String,
    /// `duty`, `college` or, for the ministry, `region`.
    pub by: String,
    /// `department`, where the ministry looks at the departments instead of the colleges.
    pub holder: String,
    /// One duty of one college.
    pub duty: String,
    pub from: String,
    pub to: String,
}

const PAGE: usize = 50;

/// A college of the map.
#[derive(Clone, Debug, FromQueryResult)]
pub struct College {
    pub id: i64,
    pub kind: String,
    pub name_kk: String,
    pub name_ru: String,
    pub region: String,
}

impl College {
    pub fn name(&self) -> LocalName {
        LocalName::new(&self.name_kk, &self.name_ru)
    }
}

/// The region that somebody looks at.
pub fn region(actor: &Actor, asked: &str) -> Option<String> {
    match actor.scope() {
        Scope::Region(own) => Some(own),
        Scope::All => Some(asked.to_owned()).filter(|region| !region.is_empty()),
        _ => None,
    }
}

/// An organisation with the number of its late tasks.
#[derive(FromQueryResult)]
struct Standing {
    #[sea_orm(nested)]
    of: College,
    late: i64,
    /// How many organisations and how many late tasks there are in all.
    among: i64,
    all_late: i64,
}

/// Those of one page with the number of their late tasks, the worst first; how many there are and how much is late in all.
struct Standings {
    rows: Vec<(College, i64)>,
    total: usize,
    late: i64,
}

/// Whose standing is asked for: a region's colleges, or the departments of the country.
#[derive(Clone, Copy)]
enum Whose<'a> {
    Colleges(&'a str),
    Departments,
}

async fn standings(
    db: &DatabaseConnection,
    whose: Whose<'_>,
    year: AcademicYear,
    today: NaiveDate,
    page: Option<usize>,
) -> Result<Standings, DbErr> {
    let mut values = params![year.to_string(), today.to_string()];
    let (organisations, tasks) = match whose {
        Whose::Colleges(region) => {
            values.push(region.into());
            ("kind = 'college' AND region = $3", "region = $3")
        }
        Whose::Departments => ("kind = 'department'", "holder = 'department'"),
    };
    let limit = page.map(|page| format!(" LIMIT {PAGE} OFFSET {}", page.saturating_mul(PAGE))).unwrap_or_default();
    let sql = format!(
        "SELECT id, kind, name_kk, name_ru, COALESCE(region, '') AS region, COALESCE(n, 0) AS late,
         COUNT(*) OVER () AS among, CAST(COALESCE(SUM(n) OVER (), 0) AS BIGINT) AS all_late
         FROM organisation LEFT JOIN (SELECT organisation_id, COUNT(*) AS n FROM duty_task
         WHERE year = $1 AND due < $2 AND closed_on IS NULL AND excused IS NULL AND {tasks} GROUP BY organisation_id) lates
         ON organisation_id = id WHERE active AND {organisations} ORDER BY COALESCE(n, 0) DESC, search_name{limit}"
    );
    let rows: Vec<Standing> = database::all(db, &sql, values).await?;
    let (total, late) = rows.first().map_or((0, 0), |row| (row.among, row.all_late));
    let rows = rows.into_iter().map(|row| (row.of, row.late)).collect();
    Ok(Standings { rows, total: usize::try_from(total).unwrap_or(0), late })
}

/// The colleges of a region with the number of their late tasks, worst first.
pub async fn worst_first(
    db: &DatabaseConnection,
    region: &str,
    year: AcademicYear,
    today: NaiveDate,
) -> Result<Vec<(College, i64)>, DbErr> {
    Ok(standings(db, Whose::Colleges(region), year, today, None).await?.rows)
}

/// An organisation's figures by duty: rows are dear, so each organisation is one, and its duties are words in it.
#[derive(FromQueryResult)]
struct Packed {
    organisation_id: i64,
    cells: String,
}

/// The figures of each `duty n n …` that the database packed.
fn unpacked<const N: usize>(packed: &[Packed]) -> HashMap<(i64, &str), [i64; N]> {
    let mut figures = HashMap::new();
    for one in packed {
        for line in one.cells.split(';') {
            let mut words = line.split(' ');
            let duty = words.next().unwrap_or_default();
            let mut read = [0; N];
            for (figure, word) in read.iter_mut().zip(words) {
                *figure = word.parse().unwrap_or_default();
            }
            figures.insert((one.organisation_id, duty), read);
        }
    }
    figures
}

/// A cell's tasks: all, done in time, done late, excused.
#[derive(Clone, Copy)]
struct Cell {
    total: i64,
    done: i64,
    late: i64,
    excused: i64,
}

/// Whether the ministry asks for the departments.
fn of_departments(actor: &Actor, asked: &str) -> bool {
    actor.scope() == Scope::All && asked == Holder::Department.word()
}

/// A cell as it is drawn: a class, a sign, what it says in words.
pub struct Drawn {
    pub duty: &'static str,
    pub class: &'static str,
    pub sign: Cow<'static, str>,
    pub said: String,
}

impl Drawn {
    /// Whether something is to be done: the cell leads to it.
    fn is_open(&self) -> bool {
        matches!(self.class, "overdue" | "due")
    }
}

/// The words of the states, looked up once for the whole map.
struct Words {
    none: String,
    states: Vec<String>,
}

impl Words {
    fn of(context: &Context) -> Self {
        let states = DutyState::ALL.iter().map(|state| context.t(&format!("duty-{}", state.word()))).collect();
        Self { none: context.t("duty-none"), states }
    }

    fn of_state(&self, state: DutyState) -> &str {
        DutyState::ALL.iter().position(|known| *known == state).map_or("", |place| &self.states[place])
    }
}

/// `overdue` and `begun` count tasks that have begun and are neither done nor excused.
fn drawn(words: &Words, duty: &'static str, cell: Option<Cell>, [overdue, begun]: [i64; 2]) -> Drawn {
    let Some(cell) = cell else {
        return Drawn { duty, class: "none", sign: Cow::Borrowed(""), said: words.none.clone() };
    };
    let closed = cell.done + cell.late;
    let (class, sign, state) = if overdue > 0 {
        let sign = if overdue > 1 { Cow::Owned(format!("✕{overdue}")) } else { Cow::Borrowed("✕") };
        ("overdue", sign, DutyState::Overdue)
    } else if begun > 0 {
        ("due", Cow::Borrowed("!"), DutyState::Due)
    } else if cell.late > 0 {
        ("late", Cow::Borrowed("↷"), DutyState::DoneLate)
    } else if closed > 0 {
        ("done", Cow::Borrowed("✓"), DutyState::Done)
    } else if cell.excused == cell.total {
        ("none", Cow::Borrowed("–"), DutyState::Excused)
    } else {
        ("planned", Cow::Borrowed("·"), DutyState::Planned)
    };
    Drawn { duty, class, sign, said: format!("{}, {closed}/{}", words.of_state(state), cell.total) }
}

/// A row of the map.
struct Row {
    college: College,
    late: i64,
    cells: Vec<Drawn>,
}

#[derive(Template)]
#[template(path = "duties/oversight.html")]
struct MapPage {
    page: Page,
    asked: Asked,
    regions: Vec<Entry>,
    chosen: String,
    duties: Vec<&'static Duty>,
    sections: Vec<(String, String)>,
    rows: Vec<Row>,
    total: usize,
    late: i64,
    pager: Pager,
    ministry: bool,
    above: bool,
}

impl MapPage {
    fn name(&self, college: &College) -> String {
        college.name().get(self.page.lang()).to_owned()
    }

    fn query(&self) -> String {
        let asked = Asked { page: 0, told: String::new(), ..self.asked.clone() };
        serde_urlencoded::to_string(asked).unwrap_or_default()
    }
}

/// The regions of the country, for those who see all.
pub async fn regions(app: &App, context: &Context) -> Result<Vec<Entry>, AppError> {
    Ok(reference::of_kind(&app.db, "region", context.lang).await?)
}

pub async fn page(State(app): State<App>, context: Context, Query(asked): Query<Asked>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let today = clock::day(app.clock.millis());
    let ministry = actor.scope() == Scope::All;
    let regions = if ministry { regions(&app, &context).await? } else { Vec::new() };
    let first = regions.first().map(|region| region.code.clone()).unwrap_or_default();
    let chosen = region(&actor, &asked.region).unwrap_or(first);
    let edition = Edition::of(context.year);
    let above = of_departments(&actor, &asked.holder);
    let holder = if above { Holder::Department } else { Holder::College };
    let of_colleges = || edition.duties().iter().filter(move |duty| duty.holder == holder);
    let section = |duty: &Duty| duty.item.split('.').next().unwrap_or_default().to_owned();
    let mut sections: Vec<(String, String)> = Vec::new();
    for number in of_colleges().map(section) {
        let title = edition.sections().iter().find(|section| section.number == number);
        if sections.last().is_none_or(|(known, _)| *known != number) {
            sections
                .push((number, title.map(|section| section.title.get(context.lang).to_owned()).unwrap_or_default()));
        }
    }
    let duties: Vec<&'static Duty> =
        of_colleges().filter(|duty| asked.section.is_empty() || section(duty) == asked.section).collect();
    let whose = if above { Whose::Departments } else { Whose::Colleges(&chosen) };
    let Standings { rows: colleges, total, late } =
        standings(&app.db, whose, context.year, today, Some(asked.page)).await?;
    let rows = rows(&app.db, &context, colleges, &duties, today).await?;
    let pager =
        Pager::of("/oversight", asked.page, PAGE, total, |page| Asked { page, told: String::new(), ..asked.clone() });
    let page = Page::new(context.clone(), "oversight", context.t("nav-oversight")).wide();
    html(&MapPage { page, asked, regions, chosen, duties, sections, rows, total, late, pager, ministry, above })
}

async fn rows(
    db: &DatabaseConnection,
    context: &Context,
    colleges: Vec<(College, i64)>,
    duties: &[&'static Duty],
    today: NaiveDate,
) -> Result<Vec<Row>, AppError> {
    if colleges.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Vec<i64> = colleges.iter().map(|(college, _)| college.id).collect();
    let mut conditions = Conditions::default();
    conditions.among("organisation_id", &keys).and("year = ?", params![context.year.to_string()]);
    let of = conditions.sql();
    let sql = format!(
        "SELECT organisation_id,
         STRING_AGG(duty || ' ' || total || ' ' || done || ' ' || late || ' ' || excused, ';') AS cells
         FROM duty_count{of} GROUP BY organisation_id"
    );
    let counted: Vec<Packed> = database::all(db, &sql, conditions.values.clone()).await?;
    // Of the tasks themselves only those are read that have begun and wait.
    conditions.and("closed_on IS NULL AND excused IS NULL AND opens <= ?", params![today.to_string()]);
    let day = format!("${}", conditions.values.len());
    let sql = format!(
        "SELECT organisation_id, STRING_AGG(duty || ' ' || overdue || ' ' || begun, ';') AS cells FROM (
         SELECT organisation_id, duty, SUM(CASE WHEN due < {day} THEN 1 ELSE 0 END) AS overdue, COUNT(*) AS begun
         FROM duty_task{} GROUP BY organisation_id, duty) waits GROUP BY organisation_id",
        conditions.sql()
    );
    let waiting: Vec<Packed> = database::all(db, &sql, conditions.values).await?;
    let words = Words::of(context);
    let counted = unpacked::<4>(&counted);
    let waiting = unpacked::<2>(&waiting);
    Ok(colleges
        .into_iter()
        .map(|(college, late)| {
            let of = |duty: &&'static Duty| {
                let key = (college.id, duty.key.as_str());
                let cell = counted.get(&key).map(|[total, done, late, excused]| Cell {
                    total: *total,
                    done: *done,
                    late: *late,
                    excused: *excused,
                });
                drawn(&words, duty.key.as_str(), cell, waiting.get(&key).copied().unwrap_or_default())
            };
            Row { late, cells: duties.iter().map(of).collect(), college }
        })
        .collect())
}

#[derive(Template)]
#[template(path = "duties/college.html")]
struct CollegePage {
    page: Page,
    college: College,
    lines: Vec<(Task, DutyState, String, String)>,
    late: usize,
    told: bool,
    is_college: bool,
    /// The way to all of its duties, where one is looked at.
    narrowed: Option<String>,
}

impl CollegePage {
    fn day(&self, day: &str) -> String {
        day.parse().map(|day| messages::date(self.page.lang(), day)).unwrap_or_default()
    }
}

/// A college in scope; the ministry finds departments, too.
pub async fn find(app: &App, actor: &Actor, college: i64) -> Result<College, AppError> {
    let mut conditions = actor.scope().colleges("id");
    // The departments are the ministry's to look after.
    let above = if actor.scope() == Scope::All { " OR kind = 'department'" } else { "" };
    conditions.and(&format!("id = ? AND (kind = 'college'{above})"), params![college]);
    let sql = format!(
        "SELECT id, kind, name_kk, name_ru, COALESCE(region, '') AS region FROM organisation{}",
        conditions.sql()
    );
    database::one(&app.db, &sql, conditions.values).await?.ok_or(AppError::NotFound)
}

/// One college's open tasks, late first.
pub async fn college(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Query(asked): Query<Asked>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let college = find(&app, &actor, id).await?;
    let today = clock::day(app.clock.millis());
    let mut lines: Vec<(Task, DutyState, String, String)> = store::of_organisation(&app.db, id, context.year)
        .await?
        .into_iter()
        .map(|task| {
            let title = task.title(context.lang).to_owned();
            (task.state(today), pages::period(&context, &task.period), title, task)
        })
        .filter(|(state, _, _, task)| {
            *state != DutyState::Planned && (asked.duty.is_empty() || asked.duty == task.duty)
        })
        .map(|(state, period, title, task)| (task, state, title, period))
        .collect();
    let rank = |state: DutyState| match state {
        DutyState::Overdue => 0,
        DutyState::Due => 1,
        DutyState::DoneLate => 2,
        _ => 3,
    };
    lines.sort_by_key(|(_, state, ..)| rank(*state));
    let late = lines.iter().filter(|(_, state, ..)| *state == DutyState::Overdue).count();
    let name = college.name().get(context.lang).to_owned();
    let page = Page::new(context.clone(), "oversight", name).crumb(context.t("nav-oversight"), "/oversight").wide();
    let narrowed = (!asked.duty.is_empty()).then(|| format!("/oversight/{id}"));
    let is_college = college.kind == OrganisationKind::College.word();
    html(&CollegePage { page, is_college, college, lines, late, told: !asked.told.is_empty(), narrowed })
}

/// Reminds colleges of what is late or due: one college, or all of the region; one duty, or all that is late. Each person hears
/// once, and of the same duty of the same college once a day.
pub async fn remind(State(app): State<App>, context: Context, Form(pairs): Form<Pairs>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let fields = Fields::of(pairs);
    let today = clock::day(app.clock.millis());
    let duty = fields.value("duty").to_owned();
    let one: Option<i64> = fields.value("college").parse().ok();
    let above = of_departments(&actor, fields.value("holder"));
    let colleges: Vec<i64> = if let Some(college) = one {
        vec![find(&app, &actor, college).await?.id]
    } else {
        let all = if above {
            standings(&app.db, Whose::Departments, context.year, today, None).await?.rows
        } else {
            let chosen = region(&actor, fields.value("region")).ok_or(AppError::NotFound)?;
            worst_first(&app.db, &chosen, context.year, today).await?
        };
        all.into_iter().filter(|(_, late)| *late > 0 || !duty.is_empty()).map(|(college, _)| college.id).collect()
    };
    let mut told = 0;
    for college in colleges {
        told += remind_one(&app, &actor, college, context.year, &duty, today).await?;
    }
    let back = if let Some(college) = one {
        format!("/oversight/{college}?told={told}")
    } else {
        let asked = Asked {
            region: fields.value("region").to_owned(),
            told: told.to_string(),
            holder: fields.value("holder").to_owned(),
            ..Asked::default()
        };
        format!("/oversight?{}", serde_urlencoded::to_string(asked).unwrap_or_default())
    };
    Ok(Redirect::to(&back).into_response())
}

async fn remind_one(
    app: &App,
    actor: &Actor,
    college: i64,
    year: AcademicYear,
    duty: &str,
    today: NaiveDate,
) -> Result<usize, AppError> {
    let change = Change::begin(app, Some(actor)).await?;
    change.in_order().await?;
    let wanted = |task: &Task| {
        let state = task.state(today);
        if duty.is_empty() {
            state == DutyState::Overdue
        } else {
            task.duty == duty && matches!(state, DutyState::Overdue | DutyState::Due)
        }
    };
    let tasks: Vec<Task> =
        store::of_organisation(change.db(), college, year).await?.into_iter().filter(wanted).collect();
    let mut told: Vec<(inbox::Reader, Vec<&Task>)> = Vec::new();
    let mut named: Vec<&str> = Vec::new();
    for task in &tasks {
        if !named.contains(&task.duty.as_str()) {
            let sql = "INSERT INTO duty_nudge (organisation_id, duty, day, by_id) VALUES ($1, $2, $3, $4)
                       ON CONFLICT (organisation_id, duty, day) DO NOTHING";
            let values = params![college, task.duty.clone(), today.to_string(), actor.id];
            if database::run(change.db(), sql, values).await? == 0 {
                continue;
            }
            named.push(&task.duty);
        }
        for reader in time::people(&change, task).await? {
            match told.iter_mut().find(|(known, _)| known.id == reader.id) {
                Some((_, list)) => list.push(task),
                None => told.push((reader, vec![task])),
            }
        }
    }
    if told.is_empty() {
        return Ok(0);
    }
    for (reader, tasks) in &told {
        let lang = reader.lang();
        let subject = messages::text_with(lang, "duty-nudge", &[("who", actor.organisation(lang))]);
        let lines: Vec<String> = tasks.iter().map(|task| time::line(lang, task)).collect();
        inbox::hurry(&change, reader, &subject, &lines.join("\n"), "/tasks?state=overdue").await?;
    }
    let after = serde_json::json!({ "duties": named, "people": told.len() });
    change.record(Event::new("event-duty-nudge", "organisation", college).after(after)).await?;
    change.commit().await?;
    Ok(told.len())
}
