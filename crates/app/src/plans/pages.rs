//! The pages of plans.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use sheber_documents::table::{self, Column, Table};
use sheber_kernel::{AcademicYear, Lang};
use sheber_messages as messages;

use super::amend;
use super::store::{self, Kind, Line, Plan, State as PlanState};
use crate::duties::oversight;
use crate::inbox::{self, READER, Reader};
use crate::params;
use crate::platform::actor::{Ability, Scope};
use crate::platform::app::App;
use crate::platform::audit::{Change, Event};
use crate::platform::context::Context;
use crate::platform::database;
use crate::platform::error::AppError;
use crate::platform::fields::Fields;
use crate::platform::forms::{Form, Pairs};
use crate::platform::heavy::heavy;
use crate::platform::page::{Page, html};
use crate::platform::sheet;
use crate::programmes::exchange::inline_pdf;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    kind: String,
    id: i64,
    /// Whose plan a department or the ministry looks at.
    college: i64,
    edit: String,
    /// Whether the directors were told that a draft waits: `yes`, `nobody`.
    asked: String,
}

/// A line as a page shows it.
struct Shown {
    item: String,
    what: String,
    when: String,
    audience: String,
    responsible: String,
    event: Option<i64>,
    own: bool,
}

#[derive(Template)]
#[template(path = "plans/page.html")]
struct PlanPage {
    page: Page,
    kind: Kind,
    year: AcademicYear,
    /// Whose it is, where it is not the own college's.
    college: i64,
    plan: Option<Plan>,
    lines: Vec<Shown>,
    /// What the approval would do to events.
    amended: Vec<String>,
    rows: Vec<usize>,
    versions: Vec<Plan>,
    edits: bool,
    approves: bool,
    editing: bool,
    approved: String,
    asked: String,
    f: Fields,
}

impl PlanPage {
    fn name(&self, name: &str, row: &usize) -> String {
        format!("{name}-{row}")
    }

    fn link(&self, kind: &str) -> String {
        if self.college == 0 {
            format!("/plans?kind={kind}")
        } else {
            format!("/plans?kind={kind}&college={}", self.college)
        }
    }

    fn is_draft(&self) -> bool {
        self.plan.as_ref().is_some_and(|plan| plan.state() == PlanState::Draft)
    }

    fn is_this(&self, id: &i64) -> bool {
        self.plan.as_ref().is_some_and(|plan| plan.id == *id)
    }
}

fn shown(lang: Lang, year: AcademicYear, line: &Line) -> Shown {
    Shown {
        item: line.item().to_owned(),
        what: line.what(lang, year),
        when: line.when(lang, year),
        audience: line.audience.clone(),
        responsible: line.who(lang, year),
        event: line.event,
        own: line.duty.is_none(),
    }
}

/// The form of a plan's lines.
fn filled(plan: &Plan) -> Fields {
    let mut f = Fields::default();
    for (row, line) in plan.lines().iter().enumerate() {
        f.set(&format!("duty-{row}"), line.duty.clone().unwrap_or_default());
        f.set(&format!("what-{row}"), line.what.clone());
        f.set(&format!("on-{row}"), line.on.map(|day| day.to_string()).unwrap_or_default());
        f.set(&format!("audience-{row}"), line.audience.clone());
        f.set(&format!("responsible-{row}"), line.responsible.clone());
        f.set(&format!("event-{row}"), line.event.map(|id| id.to_string()).unwrap_or_default());
    }
    f.set("base", plan.version.to_string());
    f
}

/// Whose plan is looked at, of which year: a version says it itself.
struct Looked {
    college: i64,
    kind: Kind,
    year: AcademicYear,
    name: String,
}

impl Looked {
    /// `None` where a department has not said which college.
    async fn at(app: &App, context: &Context, asked: &Asked) -> Result<Option<Self>, AppError> {
        let actor = context.actor()?;
        if asked.id != 0 {
            let plan = store::find(&app.db, actor, asked.id).await?;
            let name = context.lang.pick(&plan.name_kk, &plan.name_ru).to_owned();
            return Ok(Some(Self { college: plan.college_id, kind: plan.kind(), year: plan.year(), name }));
        }
        let kind = asked.kind.parse().unwrap_or(Kind::Education);
        let college = match actor.scope() {
            Scope::College(own) => own,
            _ if asked.college == 0 => return Ok(None),
            _ => asked.college,
        };
        let name = oversight::find(app, actor, college).await?.name().get(context.lang).to_owned();
        Ok(Some(Self { college, kind, year: context.year, name }))
    }
}

/// What an approval would do to events, in words.
async fn amended(app: &App, context: &Context, plan: &Plan, lines: &[Line]) -> Result<Vec<String>, AppError> {
    let before = store::approved(&app.db, plan).await?.map(|plan| plan.lines()).unwrap_or_default();
    let date = |day: Option<chrono::NaiveDate>| day.map(|day| messages::date(context.lang, day)).unwrap_or_default();
    let settled = amend::Settled::of(&app.db, &before).await?;
    Ok(amend::amendments(&before, lines, &settled)
        .iter()
        .map(|amendment| {
            let (key, what, from, to) = amend::told(amendment, lines);
            let days = [("what", what.as_str()), ("from", &date(from)), ("to", &date(to))];
            messages::text_with(context.lang, key, &days)
        })
        .collect())
}

async fn show(app: &App, context: Context, asked: &Asked, fields: Option<Fields>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let Some(Looked { college, kind, year, name }) = Looked::at(app, &context, asked).await? else {
        return Ok(Redirect::to("/oversight").into_response());
    };
    let own = college == actor.organisation_id;
    let versions = store::versions(&app.db, &actor, college, year, kind).await?;
    let edits = own && actor.may(Ability::EditPlans);
    // Whoever works on the plan sees its newest version, everybody else the one that stands.
    let standing = || versions.iter().find(|plan| plan.state() == PlanState::Approved);
    let newest = if edits { versions.first() } else { standing().or(versions.first()) };
    let plan = versions.iter().find(|plan| plan.id == asked.id).or(newest).cloned();
    let lines: Vec<Line> = plan.as_ref().map(Plan::lines).unwrap_or_default();
    let is_draft = plan.as_ref().is_some_and(|plan| plan.state() == PlanState::Draft);
    let editing = edits && is_draft && (!asked.edit.is_empty() || fields.is_some());
    // Rows that were typed stay, though the stored plan has fewer.
    let typed = fields
        .as_ref()
        .map_or(0, |f| (0..ROWS).rev().find(|row| !f.value(format!("what-{row}")).is_empty()).map_or(0, |row| row + 1));
    let f = fields.or_else(|| plan.as_ref().map(filled)).unwrap_or_default();
    let status = f.status();
    let approved = plan.as_ref().and_then(|plan| plan.approved_on.as_deref()?.parse().ok());
    let amended = match &plan {
        Some(plan) if is_draft => amended(app, &context, plan, &lines).await?,
        _ => Vec::new(),
    };
    let title = context.t(&format!("plan-{}", kind.word()));
    let mut page = Page::new(context.clone(), if own { "plans" } else { "oversight" }, title).wide();
    if !own {
        page = page.crumb(name, format!("/oversight/{college}"));
    }
    let shown = PlanPage {
        lines: lines.iter().map(|line| shown(context.lang, year, line)).collect(),
        rows: (0..(lines.len() + 5).max(typed + 5).min(ROWS + 1)).collect(),
        approves: actor.may(Ability::ApprovePlans) && is_draft,
        asked: asked.asked.clone(),
        approved: approved.map(|day| messages::date(context.lang, day)).unwrap_or_default(),
        page,
        kind,
        year,
        amended,
        college: if own { 0 } else { college },
        plan,
        versions,
        edits,
        editing,
        f,
    };
    Ok((status, html(&shown)?).into_response())
}

pub async fn page(State(app): State<App>, context: Context, Query(asked): Query<Asked>) -> Result<Response, AppError> {
    show(&app, context, &asked, None).await
}

fn to(kind: Kind, rest: &str) -> Response {
    Redirect::to(&format!("/plans?kind={}{rest}", kind.word())).into_response()
}

/// Begins the year's plan with what the guidance proposes.
pub async fn propose(State(app): State<App>, context: Context, Form(pairs): Form<Pairs>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let kind = Fields::of(pairs).value("kind").parse().map_err(|_| AppError::Bad("error-form"))?;
    let change = Change::begin(&app, Some(&actor)).await?;
    change.in_order().await?;
    // Whoever comes second finds the plan that the first began.
    if store::versions(change.db(), &actor, actor.organisation_id, context.year, kind).await?.is_empty() {
        let lines = store::proposed(context.year, kind);
        store::begin(&change, &actor, context.year, kind, 1, &lines).await?;
        change.commit().await?;
    }
    Ok(to(kind, "&edit=1"))
}

/// So many lines a plan has at most.
const ROWS: usize = 300;

/// Reads the lines; empty rows and rows marked to go are left out.
fn read(fields: &mut Fields, year: AcademicYear) -> Vec<Line> {
    let mut lines = Vec::new();
    if !fields.value(format!("what-{ROWS}")).trim().is_empty() {
        fields.wrong("what-0", "plan-long");
    }
    for row in 0..ROWS {
        let name = |field: &str| format!("{field}-{row}");
        let duty = Some(fields.value(name("duty")).to_owned()).filter(|duty| !duty.is_empty());
        let what = fields.open_text(&name("what"), 500);
        let is_empty =
            ["on", "audience", "responsible"].iter().all(|field| fields.value(name(field)).trim().is_empty());
        if duty.is_none() && what.is_empty() && is_empty || fields.has(name("gone"), "yes") {
            continue;
        }
        if duty.is_none() && what.is_empty() {
            fields.wrong(&name("what"), "plan-what-missing");
        }
        let on = fields.open_day(&name("on"));
        if on.is_some_and(|day| AcademicYear::of(day) != year) {
            fields.wrong(&name("on"), "plan-day-outside");
        }
        lines.push(Line {
            duty,
            what,
            on,
            audience: fields.open_text(&name("audience"), 300),
            responsible: fields.open_text(&name("responsible"), 200),
            event: fields.value(name("event")).parse().ok(),
        });
    }
    lines
}

pub async fn save(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let plan = store::find(&app.db, &actor, id).await?;
    let mut fields = Fields::of(pairs);
    let lines = read(&mut fields, plan.year());
    let asked = Asked { id, ..Asked::default() };
    if !fields.is_sound() {
        return show(&app, context, &asked, Some(fields)).await;
    }
    let base = fields.value("base").parse().unwrap_or(0);
    let change = Change::begin(&app, Some(&actor)).await?;
    change.in_order().await?;
    if !store::write(&change, &plan, base, &lines).await? {
        drop(change);
        let now = store::find(&app.db, &actor, id).await?;
        fields.overtaken("what-0", now.version);
        fields.set("base", now.version.to_string());
        return show(&app, context, &asked, Some(fields)).await;
    }
    change.commit().await?;
    Ok(to(plan.kind(), &format!("&id={id}{}", if fields.has("more", "yes") { "&edit=1" } else { "" })))
}

pub async fn approve(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let hash = Fields::of(pairs).value("hash").to_owned();
    let change = Change::begin(&app, Some(&actor)).await?;
    change.in_order().await?;
    let plan = store::find(change.db(), &actor, id).await?;
    if !store::approve(&change, &actor, &plan, &hash).await? {
        return Err(AppError::conflict());
    }
    change.commit().await?;
    Ok(to(plan.kind(), &format!("&id={id}")))
}

/// Begins the next version of an approved plan.
pub async fn change(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(_): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let change = Change::begin(&app, Some(&actor)).await?;
    change.in_order().await?;
    let plan = store::find(change.db(), &actor, id).await?;
    let newest = store::versions(change.db(), &actor, plan.college_id, plan.year(), plan.kind()).await?;
    let last = newest.first().map_or(0, |plan| plan.number);
    if newest.first().is_some_and(|newest| newest.state() != PlanState::Draft) {
        let next = store::begin(&change, &actor, plan.year(), plan.kind(), last + 1, &plan.lines()).await?;
        change.commit().await?;
        return Ok(to(plan.kind(), &format!("&id={next}&edit=1")));
    }
    Ok(to(plan.kind(), "&edit=1"))
}

/// Tells the college's directors that a draft waits for them.
pub async fn ask(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(_): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let change = Change::begin(&app, Some(&actor)).await?;
    let plan = store::find(change.db(), &actor, id).await?;
    if plan.state() != PlanState::Draft || plan.college_id != actor.organisation_id {
        return Err(AppError::conflict());
    }
    let sql =
        format!("SELECT {READER} FROM account a WHERE a.organisation_id = $1 AND a.role = 'director' AND a.active");
    let directors: Vec<Reader> = database::all(change.db(), &sql, params![plan.college_id]).await?;
    let told = directors.len();
    for reader in directors {
        let subject = messages::text(reader.lang(), "plan-told");
        let text = format!("{}, {}", messages::text(reader.lang(), &format!("plan-{}", plan.kind)), plan.year);
        inbox::tell(&change, &reader, subject, &text, &format!("/plans?id={id}")).await?;
    }
    change.record(Event::new("event-plan-asked", "plan", id).after(serde_json::json!({ "directors": told }))).await?;
    change.commit().await?;
    Ok(to(plan.kind(), &format!("&id={id}&asked={}", if told > 0 { "yes" } else { "nobody" })))
}

/// Throws a draft away: the version that stood before goes on.
pub async fn discard(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let hash = Fields::of(pairs).value("hash").to_owned();
    let change = Change::begin(&app, Some(&actor)).await?;
    change.in_order().await?;
    let plan = store::find(change.db(), &actor, id).await?;
    if plan.college_id != actor.organisation_id {
        return Err(AppError::NotFound);
    }
    if !store::discard(&change, &plan, &hash).await? {
        return Err(AppError::conflict());
    }
    change.commit().await?;
    Ok(to(plan.kind(), ""))
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Language {
    lang: String,
}

fn headings(lang: Lang) -> Vec<String> {
    ["plan-number", "plan-what", "plan-when", "event-audience", "event-responsible", "duty-item"]
        .map(|key| messages::text(lang, key))
        .to_vec()
}

fn rows(lang: Lang, plan: &Plan) -> Vec<Vec<String>> {
    let year = plan.year();
    let row = |(number, line): (usize, &Line)| {
        let shown = shown(lang, year, line);
        vec![number.to_string(), shown.what, shown.when, shown.audience, shown.responsible, shown.item]
    };
    (1..).zip(&plan.lines()).map(row).collect()
}

pub async fn workbook(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Query(language): Query<Language>,
) -> Result<Response, AppError> {
    let plan = store::find(&app.db, context.actor()?, id).await?;
    let lang = language.lang.parse().unwrap_or(context.lang);
    let title = messages::text(lang, &format!("plan-{}", plan.kind));
    sheet::workbook("plan.xlsx", title, headings(lang), &[0], rows(lang, &plan)).await
}

pub async fn pdf(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Query(language): Query<Language>,
) -> Result<Response, AppError> {
    let plan = store::find(&app.db, context.actor()?, id).await?;
    let lang: Lang = language.lang.parse().unwrap_or(context.lang);
    let t = |key: &str| messages::text(lang, key);
    let widths = [1, 10, 5, 4, 5, 2];
    let approved: Option<chrono::NaiveDate> = plan.approved_on.as_deref().and_then(|day| day.parse().ok());
    let head = match (approved, &plan.approver) {
        (Some(day), Some(name)) => vec![t("plan-approved-head"), name.clone(), messages::date(lang, day)],
        _ => vec![t("plan-draft")],
    };
    let table = Table {
        head,
        title: format!("{}, {}", t(&format!("plan-{}", plan.kind)), plan.year),
        facts: vec![
            (t("event-holder"), lang.pick(&plan.name_kk, &plan.name_ru).to_owned()),
            (t("textbook-version"), plan.number.to_string()),
        ],
        columns: headings(lang).into_iter().zip(widths).map(|(title, width)| Column::text(title, width)).collect(),
        rows: rows(lang, &plan),
        sums: Vec::new(),
        signatures: vec![t("role-deputy_director")],
        link: format!("{}/plans?kind={}&id={id}", app.config.base_url, plan.kind),
        wide: true,
    };
    let demo = app.config.demo;
    let bytes = heavy(move || table::pdf(&table, lang, demo)).await??;
    Ok(inline_pdf("plan.pdf", bytes))
}
