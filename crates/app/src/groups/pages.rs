//! The pages of groups.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use sea_orm::SqlErr;
use serde::Deserialize;
use sheber_kernel::{AcademicYear, Lang};

use super::curator::{self, Hour};
use super::store::{self, Group, New, Person, Student, Support};
use crate::duties::evidence;
use crate::events::store::Line;
use crate::indicators;
use crate::platform::actor::Ability;
use crate::platform::app::App;
use crate::platform::audit::Change;
use crate::platform::clock;
use crate::platform::context::Context;
use crate::platform::error::AppError;
use crate::platform::fields::Fields;
use crate::platform::forms::{Form, Pairs};
use crate::platform::once::Once;
use crate::platform::page::{Page, html};
use crate::platform::search;
use crate::{bodies, events};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    pub q: String,
}

#[derive(Template)]
#[template(path = "groups/list.html")]
struct ListPage {
    page: Page,
    query: String,
    year: AcademicYear,
    groups: Vec<Group>,
    students: i64,
    people: Vec<Person>,
    years: Vec<String>,
    langs: Vec<&'static str>,
    edits: bool,
    f: Fields,
    told: Option<String>,
}

impl ListPage {
    fn course(&self, group: &Group) -> u16 {
        group.course(self.year)
    }
}

fn years(around: AcademicYear) -> Vec<String> {
    let first = around.start().saturating_sub(4);
    (first..=around.start() + 5).map(|start| AcademicYear::starting(start).to_string()).collect()
}

fn langs() -> Vec<&'static str> {
    vec![Lang::Kk.code(), Lang::Ru.code()]
}

pub async fn shown(
    app: &App,
    context: Context,
    query: String,
    f: Fields,
    told: Option<String>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let year = context.year;
    let groups = store::of_year(&app.db, &actor, year, &query).await?;
    let people = store::people(&app.db, actor.organisation_id).await?;
    let students = groups.iter().map(|group| group.students).sum();
    let edits = actor.may(Ability::EditGroups);
    let page = Page::new(context.clone(), "groups", context.t("nav-groups")).wide();
    html(&ListPage { page, query, year, groups, students, people, years: years(year), langs: langs(), edits, f, told })
}

pub async fn list(State(app): State<App>, context: Context, Query(asked): Query<Asked>) -> Result<Response, AppError> {
    let fields = Fields::filled([
        ("entered", context.year.to_string()),
        ("leaves", AcademicYear::starting(context.year.start() + 3).to_string()),
        ("lang", "kk".to_owned()),
    ]);
    shown(&app, context, asked.q, fields, None).await
}

/// Reads a group's form.
async fn read(app: &App, context: &Context, fields: &mut Fields) -> Result<Option<New>, AppError> {
    let code = fields.text("code", 40);
    let entered = fields.choice::<AcademicYear>("entered");
    let leaves = fields.choice::<AcademicYear>("leaves");
    let lang = fields.choice::<Lang>("lang");
    let students = fields.number("students", 500);
    let curator_id = fields.value("curator").parse::<i64>().ok();
    let since = fields.open_day("since");
    if let (Some(entered), Some(leaves)) = (entered, leaves)
        && (leaves < entered || leaves.start() > entered.start() + 5)
    {
        fields.wrong("leaves", "group-years");
    }
    if let Some(curator) = curator_id {
        let people = store::people(&app.db, context.actor()?.organisation_id).await?;
        if !people.iter().any(|person| person.id == curator) {
            fields.wrong("curator", "field-choice");
        }
    }
    let (Some(entered), Some(leaves), Some(lang), true) = (entered, leaves, lang, fields.is_sound()) else {
        return Ok(None);
    };
    Ok(Some(New { code, entered, leaves, lang: lang.code().to_owned(), students, curator_id, since }))
}

/// After groups came, went or changed: what rests on their number is looked at again.
pub async fn counted(change: &Change, college: i64, year: AcademicYear) -> Result<(), AppError> {
    let records = ["curator_hour_in_each_group", "curator_plan_in_each_group"];
    // A group studies in several years: whichever is looked at, this one follows.
    let years = BTreeSet::from([year, AcademicYear::of(clock::day(change.at()))]);
    for year in years {
        evidence::settle(change, college, year, None, &records).await?;
        indicators::count::touch(change, college, year, &["curator_hours"]).await?;
    }
    Ok(())
}

pub async fn create(State(app): State<App>, context: Context, Form(pairs): Form<Pairs>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let mut fields = Fields::of(pairs);
    if let Some(new) = read(&app, &context, &mut fields).await? {
        let deed = async |change: &Change| {
            let id = store::insert(change, actor.organisation_id, &new).await?;
            counted(change, actor.organisation_id, context.year).await?;
            Ok(id)
        };
        match Once::of_form(actor.id, "/groups", &fields).make(&app, &actor, deed).await {
            Ok(id) => return Ok(Redirect::to(&format!("/groups/{id}")).into_response()),
            Err(AppError::Database(error)) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
                fields.wrong("code", "group-known");
            }
            Err(error) => return Err(error),
        }
    }
    let page = shown(&app, context, String::new(), fields, None).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

#[derive(Template)]
#[template(path = "groups/one.html")]
struct OnePage {
    page: Page,
    group: Group,
    course: u16,
    students: Vec<Student>,
    people: Vec<Person>,
    years: Vec<String>,
    langs: Vec<&'static str>,
    rows: Vec<usize>,
    forms: Vec<&'static str>,
    planned: bool,
    /// With whom it was planned, and the parliament's members to choose from.
    with: String,
    members: Vec<String>,
    hours: Vec<(Hour, Option<i64>)>,
    held: Vec<events::store::Line>,
    edits: bool,
    keeps: bool,
    sees_support: bool,
    f: Fields,
    year: AcademicYear,
}

impl OnePage {
    fn supports(&self) -> Vec<&'static str> {
        Support::ALL.iter().map(|support| support.word()).collect()
    }

    fn day(&self, day: &chrono::NaiveDate) -> String {
        sheber_messages::date(self.page.lang(), *day)
    }

    fn field(&self, name: &str, row: &usize) -> String {
        format!("{name}-{row}")
    }
}

async fn page(app: &App, context: Context, id: i64, fields: Option<Fields>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let group = store::find(&app.db, &actor, id).await?;
    let year = context.year;
    let plan = curator::plan(&app.db, id, year).await?;
    let hours = plan.hours();
    let held = events::store::of_group(&app.db, id, year).await?;
    let members = bodies::store::parliament(&app.db, group.college_id).await?;
    let (known_members, others): (Vec<&str>, Vec<&str>) =
        plan.members().into_iter().partition(|name| members.iter().any(|member| member == name));
    let chosen = known_members.iter().map(|name| ("member", (*name).to_owned()));
    let known = [
        ("code", group.code.clone()),
        ("entered", group.entered.clone()),
        ("leaves", group.leaves.clone()),
        ("since", group.since.clone()),
        ("lang", group.lang.clone()),
        ("students", group.students.to_string()),
        ("curator", group.curator_id.map(|id| id.to_string()).unwrap_or_default()),
        ("active", if group.active { "yes" } else { "" }.to_owned()),
        ("agreed", group.agreed.clone()),
        ("parliament", others.join("; ")),
        ("version", group.version.to_string()),
        ("plan_version", plan.version.to_string()),
    ];
    let known = Fields::filled(known.into_iter().chain(chosen));
    // What was typed into one of the page's forms leaves the others as they are known.
    let typed = |start: &str| fields.as_ref().is_some_and(|fields| fields.has_any(start));
    let planning = typed("on-");
    let boxes: &[&str] = match (typed("code"), planning) {
        (true, _) => &["active"],
        (_, true) => &["member"],
        _ => &[],
    };
    let mut f = match fields {
        Some(fields) => fields.over(known, boxes),
        None => known,
    };
    if !planning {
        for (row, hour) in hours.iter().enumerate() {
            f.set(&format!("on-{row}"), hour.on.to_string());
            f.set(&format!("topic-{row}"), hour.topic.clone());
            f.set(&format!("form-{row}"), hour.form.clone());
        }
    }
    let rows = (0..(hours.len() + 4).max(10)).collect();
    // An hour that was held stands beside the planned one of its day, else beside the one of its topic; each beside one alone.
    let mut free: Vec<&Line> = held.iter().filter(|line| line.held_on.is_some()).collect();
    let mut take =
        |fits: &dyn Fn(&Line) -> bool| free.iter().position(|line| fits(line)).map(|place| free.remove(place).id);
    let same_day: Vec<_> = hours.iter().map(|hour| take(&|line| line.day() == Some(hour.on))).collect();
    let with_events = hours
        .into_iter()
        .zip(same_day)
        .map(|(hour, event)| {
            let topic = search::folded(&hour.topic);
            let event = event.or_else(|| take(&|line| search::folded(&line.topic) == topic));
            (hour, event)
        })
        .collect();
    let status = f.status();
    let shown = OnePage {
        course: group.course(year),
        students: store::students_of(&app.db, id, &[]).await?,
        people: store::people(&app.db, actor.organisation_id).await?,
        years: years(year),
        langs: langs(),
        rows,
        forms: sheber_norms::Edition::of(year).words("14.9", "forms"),
        planned: plan.version > 0,
        with: plan.members().join(", "),
        members,
        hours: with_events,
        held,
        edits: actor.may(Ability::EditGroups),
        keeps: group.may_keep(&actor),
        sees_support: group.sees_support(&actor),
        f,
        year,
        page: Page::new(context.clone(), "groups", group.code.clone()).crumb(context.t("nav-groups"), "/groups").wide(),
        group,
    };
    Ok((status, html(&shown)?).into_response())
}

pub async fn one(State(app): State<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    page(&app, context, id, None).await
}

/// The page once more, with what was typed.
pub async fn again(app: &App, context: Context, id: i64, fields: Fields) -> Result<Response, AppError> {
    page(app, context, id, Some(fields)).await
}

pub async fn change(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let mut group = store::find(&app.db, &actor, id).await?;
    let mut fields = Fields::of(pairs);
    let Some(new) = read(&app, &context, &mut fields).await? else { return again(&app, context, id, fields).await };
    // What the person saw is what they change.
    let now = std::mem::replace(&mut group.version, fields.version());
    let change = Change::begin(&app, Some(&actor)).await?;
    match store::update(&change, &group, &new, fields.has("active", "yes")).await {
        Ok(true) => {
            store::recount(&change, id).await?;
            counted(&change, group.college_id, context.year).await?;
            change.commit().await?;
            Ok(Redirect::to(&format!("/groups/{id}")).into_response())
        }
        Ok(false) => {
            drop(change);
            fields.overtaken("code", now);
            again(&app, context, id, fields).await
        }
        Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
            drop(change);
            fields.wrong("code", "group-known");
            again(&app, context, id, fields).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Adds students: one name a line.
pub async fn students(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let group = store::kept(&app.db, &actor, id).await?;
    let mut fields = Fields::of(pairs);
    let names: Vec<String> = fields
        .text("names", 20_000)
        .lines()
        .map(|name| name.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|name| !name.is_empty())
        .collect();
    if names.len() > 60 || names.iter().any(|name| name.chars().count() > 150) {
        fields.wrong("names", "field-long");
    }
    if !fields.is_sound() {
        return again(&app, context, id, fields).await;
    }
    let change = Change::begin(&app, Some(&actor)).await?;
    let known = store::students_of(change.db(), id, &[]).await?;
    for name in names.iter().filter(|name| !known.iter().any(|student| student.name == **name)) {
        store::add_student(&change, &group, name, &[]).await?;
    }
    store::recount(&change, id).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("/groups/{id}#students")).into_response())
}

pub async fn student(
    State(app): State<App>,
    context: Context,
    Path((id, student)): Path<(i64, i64)>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let group = store::kept(&app.db, &actor, id).await?;
    let fields = Fields::of(pairs);
    let support: Vec<Support> = fields.all("support").into_iter().filter_map(|word| word.parse().ok()).collect();
    let change = Change::begin(&app, Some(&actor)).await?;
    if !store::set_student(&change, &group, student, &support, !fields.has("remove", "yes")).await? {
        return Err(AppError::NotFound);
    }
    store::recount(&change, id).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("/groups/{id}#students")).into_response())
}
