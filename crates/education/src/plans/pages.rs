//! The pages of plans.

use askama::Template;
use axum::extract::{Path, State as Shared};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use sheber_kernel::{AcademicYear, Day, Lang};
use sheber_messages as messages;
use sheber_norms::duties::PlanKind;
use sheber_people::inbox::tell::{Reader, tell};
use sheber_people::organisations::colleges;
use sheber_platform::ability::Role;
use sheber_platform::actor::Scope;
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::fields::Fields;
use sheber_platform::forms::{Address, Form, Pairs, open};
use sheber_platform::page::{Page, html};

use super::approve;
use super::procedure::{Action, State};
use super::store::{self, Line, Plan};
use super::{amend, form, rights};

/// Which plan an address names.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Query {
    #[serde(deserialize_with = "open")]
    kind: Option<PlanKind>,
    /// A version.
    #[serde(deserialize_with = "open")]
    id: Option<i64>,
    /// Whose plan a department or the ministry looks at.
    #[serde(deserialize_with = "open")]
    college: Option<i64>,
    /// Its draft is to be changed.
    edit: String,
    /// Whether the directors were told that a draft waits: `yes`, `nobody`.
    asked: String,
}

/// A line as a page shows it.
pub struct Row {
    pub item: String,
    pub what: String,
    pub when: String,
    pub audience: String,
    pub responsible: String,
    pub event: Option<i64>,
    pub own: bool,
}

#[derive(Template)]
#[template(path = "plans/page.html")]
struct PlanPage {
    page: Page,
    kind: PlanKind,
    year: AcademicYear,
    /// Whose it is, where it is not the own college's.
    college: Option<i64>,
    plan: Option<Plan>,
    lines: Vec<Row>,
    /// What the approval would do to events.
    amended: Vec<String>,
    rows: Vec<usize>,
    versions: Vec<Plan>,
    /// What the reader may do with the version.
    actions: Vec<Action>,
    /// Whether the reader may begin a plan.
    proposes: bool,
    editing: bool,
    approved: String,
    asked: String,
    f: Fields,
}

impl PlanPage {
    fn name(&self, name: &str, row: &usize) -> String {
        format!("{name}-{row}")
    }

    /// What the guidance or the plan before says in a row; nothing where the row is new.
    fn what(&self, row: &usize) -> &str {
        self.lines.get(*row).map_or("", |line| line.what.as_str())
    }

    fn responsible(&self, row: &usize) -> &str {
        self.lines.get(*row).map_or("", |line| line.responsible.as_str())
    }

    fn link(&self, kind: &str) -> String {
        match self.college {
            None => format!("/plans?kind={kind}"),
            Some(college) => format!("/plans?kind={kind}&college={college}"),
        }
    }

    fn can(&self, action: &str) -> bool {
        self.actions.iter().any(|possible| possible.word() == action)
    }

    fn is_this(&self, id: &i64) -> bool {
        self.plan.as_ref().is_some_and(|plan| plan.id == *id)
    }
}

pub fn row(lang: Lang, year: AcademicYear, line: &Line) -> Row {
    Row {
        item: line.item().to_owned(),
        what: line.what(lang, year),
        when: line.when(lang, year),
        audience: line.audience.clone(),
        responsible: line.who(lang, year),
        event: line.event,
        own: line.duty.is_none(),
    }
}

/// Whose plan is looked at, of which year: a version says it itself.
struct Subject {
    college: i64,
    kind: PlanKind,
    year: AcademicYear,
    name: String,
}

impl Subject {
    /// `None` where a department has not said which college.
    async fn of(app: &App, context: &Context, query: &Query) -> Result<Option<Self>, AppError> {
        let actor = context.actor()?;
        if let Some(id) = query.id {
            let plan = store::find(&app.db, actor, id).await?;
            let name = context.lang.pick(&plan.name_kk, &plan.name_ru).to_owned();
            return Ok(Some(Self { college: plan.college_id, kind: plan.kind, year: plan.year, name }));
        }
        let kind = query.kind.unwrap_or(PlanKind::Education);
        let college = match actor.scope() {
            Scope::College(own) => Some(own),
            _ => query.college,
        };
        let Some(college) = college else { return Ok(None) };
        let name = colleges::find(&app.db, actor, college).await?.name(context.lang).to_owned();
        Ok(Some(Self { college, kind, year: context.year, name }))
    }
}

/// What an approval would do to events, in words.
async fn amended(app: &App, lang: Lang, plan: &Plan) -> Result<Vec<String>, AppError> {
    let before = store::approved(&app.db, plan).await?.map(|plan| plan.lines.0).unwrap_or_default();
    let date = |day: Option<Day>| day.map(|day| messages::date(lang, day.0)).unwrap_or_default();
    let settled = amend::EventStates::of(&app.db, &before).await?;
    let words = |amendment: &amend::Amendment| {
        let (key, what, from, to) = amend::described(amendment, &plan.lines);
        messages::text_with(lang, key, &[("what", what.as_str()), ("from", &date(from)), ("to", &date(to))])
    };
    Ok(amend::amendments(&before, &plan.lines, &settled).iter().map(words).collect())
}

async fn show(app: &App, context: Context, query: &Query, fields: Option<Fields>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let Some(Subject { college, kind, year, name }) = Subject::of(app, &context, query).await? else {
        return Ok(Redirect::to("/oversight").into_response());
    };
    let own = college == actor.organisation_id;
    let versions = store::versions(&app.db, &actor, college, year, kind).await?;
    let proposes = own && actor.may(rights::EDIT);
    // Whoever works on the plan sees its newest version, everybody else the one that stands.
    let standing = || versions.iter().find(|plan| plan.state == State::Approved);
    let newest = if proposes { versions.first() } else { standing().or(versions.first()) };
    let plan = versions.iter().find(|plan| Some(plan.id) == query.id).or(newest).cloned();
    let lets = |action: &Action| plan.as_ref().is_some_and(|plan| plan.lets(&actor, *action));
    let actions: Vec<Action> = Action::ALL.iter().copied().filter(lets).collect();
    let editing = actions.contains(&Action::Save) && (!query.edit.is_empty() || fields.is_some());
    // Rows that were typed stay, though the stored plan has fewer.
    let kept = plan.as_ref().map_or(0, |plan| plan.lines.len());
    let rows = kept.max(fields.as_ref().map_or(0, form::typed)) + 5;
    let f = fields.or_else(|| plan.as_ref().map(form::filled)).unwrap_or_default();
    let amended = match &plan {
        Some(plan) if plan.state == State::Draft => amended(app, context.lang, plan).await?,
        _ => Vec::new(),
    };
    let approved = plan.as_ref().and_then(|plan| plan.approved_on);
    let lines = plan.iter().flat_map(|plan| plan.lines.iter()).map(|line| row(context.lang, year, line)).collect();
    let title = context.t(&format!("plan-{kind}"));
    let mut page = Page::new(context.clone(), if own { "plans" } else { "oversight" }, title).wide();
    if !own {
        page = page.crumb(name, format!("/oversight/{college}"));
    }
    let status = f.status();
    let template = PlanPage {
        page,
        kind,
        year,
        college: (!own).then_some(college),
        lines,
        amended,
        rows: (0..rows.min(form::ROWS + 1)).collect(),
        versions,
        actions,
        proposes,
        editing,
        approved: approved.map(|day| messages::date(context.lang, day.0)).unwrap_or_default(),
        asked: query.asked.clone(),
        plan,
        f,
    };
    Ok((status, html(&template)?).into_response())
}

pub async fn page(
    Shared(app): Shared<App>,
    context: Context,
    Address(query): Address<Query>,
) -> Result<Response, AppError> {
    show(&app, context, &query, None).await
}

fn to(kind: PlanKind, rest: &str) -> Response {
    Redirect::to(&format!("/plans?kind={kind}{rest}")).into_response()
}

/// Begins the year's plan with what the guidance proposes.
pub async fn propose(
    Shared(app): Shared<App>,
    context: Context,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let kind = Fields::of(pairs).value("kind").parse().map_err(|_| AppError::Bad("error-form"))?;
    let change = Change::begin(&app, Some(&actor)).await?;
    // Whoever comes second finds the plan that the first began.
    if store::versions(change.db(), &actor, actor.organisation_id, context.year, kind).await?.is_empty() {
        let lines = store::proposed(context.year, kind);
        store::begin(&change, &actor, (context.year, kind, 1), &lines).await?;
        change.commit().await?;
    }
    Ok(to(kind, "&edit=1"))
}

pub async fn save(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let plan = store::find(&app.db, &actor, id).await?;
    let mut fields = Fields::of(pairs);
    let lines = form::read(&mut fields, &plan);
    let query = Query { id: Some(id), ..Query::default() };
    if !fields.is_sound() {
        return show(&app, context, &query, Some(fields)).await;
    }
    let change = Change::begin(&app, Some(&actor)).await?;
    if !store::write(&change, &plan, fields.version(), &lines).await? {
        drop(change);
        let now = store::find(&app.db, &actor, id).await?;
        fields.overtaken("what-0", now.version, form::filled(&now));
        return show(&app, context, &query, Some(fields)).await;
    }
    change.commit().await?;
    Ok(to(plan.kind, &format!("&id={id}{}", if fields.has("more", "yes") { "&edit=1" } else { "" })))
}

pub async fn approve(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let hash = Fields::of(pairs).value("hash").to_owned();
    let change = Change::begin(&app, Some(actor)).await?;
    let plan = store::find(change.db(), actor, id).await?;
    if !approve::approve(&change, actor, &plan, &hash).await? {
        return Err(AppError::conflict());
    }
    change.commit().await?;
    Ok(to(plan.kind, &format!("&id={id}")))
}

/// Begins the next version of an approved plan; where somebody began it already, that one is shown.
pub async fn change(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(_): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let change = Change::begin(&app, Some(actor)).await?;
    let plan = store::find(change.db(), actor, id).await?;
    let versions = store::versions(change.db(), actor, plan.college_id, plan.year, plan.kind).await?;
    let newest = versions.first().unwrap_or(&plan);
    if newest.state == State::Draft {
        return Ok(to(plan.kind, "&edit=1"));
    }
    if !newest.lets(actor, Action::Change) {
        return Err(AppError::conflict());
    }
    let next = store::begin(&change, actor, (plan.year, plan.kind, newest.number + 1), &newest.lines).await?;
    change.commit().await?;
    Ok(to(plan.kind, &format!("&id={next}&edit=1")))
}

/// Tells the college's directors that a draft waits for them.
pub async fn ask(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(_): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let change = Change::begin(&app, Some(actor)).await?;
    let plan = store::find(change.db(), actor, id).await?;
    if !plan.lets(actor, Action::Ask) {
        return Err(AppError::conflict());
    }
    let directors = Reader::in_role(change.db(), plan.college_id, Role::Director).await?;
    for director in &directors {
        let subject = messages::text(director.lang, "plan-told");
        let text = format!("{}, {}", messages::text(director.lang, &format!("plan-{}", plan.kind)), plan.year);
        tell(&change, director, subject, &text, &format!("/plans?id={id}")).await?;
    }
    store::asked(&change, &plan, directors.len()).await?;
    change.commit().await?;
    let told = if directors.is_empty() { "nobody" } else { "yes" };
    Ok(to(plan.kind, &format!("&id={id}&asked={told}")))
}

/// Throws a draft away: the version that stood before goes on.
pub async fn discard(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let hash = Fields::of(pairs).value("hash").to_owned();
    let change = Change::begin(&app, Some(actor)).await?;
    let plan = store::find(change.db(), actor, id).await?;
    if !plan.lets(actor, Action::Discard) || !store::discard(&change, &plan, &hash).await? {
        return Err(AppError::conflict());
    }
    change.commit().await?;
    Ok(to(plan.kind, ""))
}
