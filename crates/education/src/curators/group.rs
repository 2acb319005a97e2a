//! A group's page: its hours and their plan, what it agreed on, its students.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use sea_orm::SqlErr;
use sheber_kernel::{AcademicYear, Lang};
use sheber_messages as messages;
use sheber_norms::Edition;
use sheber_people::accounts::store::{Colleague, colleagues};
use sheber_people::groups::store::{self, GROUP, Group};
use sheber_people::groups::students::{self, Student, Support};
use sheber_people::groups::{form, rights};
use sheber_people::organisations::rights::LEAD;
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::fields::Fields;
use sheber_platform::forms::{Form, Pairs};
use sheber_platform::page::{Page, html};
use sheber_platform::reading::{self, Reading};
use sheber_platform::search;

use super::plan::{self, Hour};
use crate::bodies::store as bodies;
use crate::events::hours;
use crate::events::store::Line;

#[derive(Template)]
#[template(path = "curators/group.html")]
struct GroupPage {
    page: Page,
    group: Group,
    course: u16,
    students: Vec<Student>,
    people: Vec<Colleague>,
    years: Vec<AcademicYear>,
    langs: [Lang; 2],
    rows: Vec<usize>,
    forms: Vec<&'static str>,
    planned: bool,
    /// With whom it was planned, and the parliament's members to choose from.
    with: String,
    members: Vec<String>,
    hours: Vec<(Hour, Option<i64>)>,
    held: Vec<Line>,
    edits: bool,
    keeps: bool,
    sees_codes: bool,
    sees_support: bool,
    /// Who read the reasons for support, for whoever answers for the college.
    readings: Vec<Reading>,
    f: Fields,
    year: AcademicYear,
}

impl GroupPage {
    fn supports(&self) -> &'static [Support] {
        Support::ALL
    }

    fn day(&self, day: &NaiveDate) -> String {
        messages::date(self.page.lang(), *day)
    }

    fn field(&self, name: &str, row: &usize) -> String {
        format!("{name}-{row}")
    }
}

/// The forms of the page: what was typed into one of them leaves the others as they are known.
fn filled(typed: Option<Fields>, group: &Group, plan: &plan::Plan, members: &[String]) -> Fields {
    let mut known = form::filled(group);
    known.set("agreed", group.agreed.clone());
    let planned = filled_plan(plan, members);
    let Some(typed) = typed else { return known.over(planned, &[]) };
    let plans = typed.has_any("on-");
    let boxes: &[&str] = if typed.has_any("code") { &["active"] } else { &[] };
    let fields = typed.over(known, boxes);
    if plans { fields } else { fields.over(planned, &[]) }
}

/// A plan as its form shows it: its hours, and with whom of the student parliament it was made.
fn filled_plan(plan: &plan::Plan, members: &[String]) -> Fields {
    let mut fields = Fields::default();
    for (row, hour) in plan.hours.iter().enumerate() {
        fields.set(&format!("on-{row}"), hour.on.to_string());
        fields.set(&format!("topic-{row}"), hour.topic.clone());
        fields.set(&format!("form-{row}"), hour.form.clone());
    }
    let (own, others): (Vec<&str>, Vec<&str>) =
        plan.members().into_iter().partition(|name| members.iter().any(|member| member == name));
    for name in own {
        fields.add("member", name);
    }
    fields.set("parliament", others.join("; "));
    fields.set("plan_version", plan.version.to_string());
    fields
}

/// Each planned hour with the event that it was held as: beside the one of its day, else beside the one of its topic; each beside
/// one alone.
fn with_events(hours: Vec<Hour>, held: &[Line]) -> Vec<(Hour, Option<i64>)> {
    let mut free: Vec<&Line> = held.iter().filter(|line| line.held_on.is_some()).collect();
    let mut take =
        |fits: &dyn Fn(&Line) -> bool| free.iter().position(|line| fits(line)).map(|place| free.remove(place).id);
    let same_day: Vec<_> = hours.iter().map(|hour| take(&|line| line.day() == Some(hour.on))).collect();
    let beside = |(hour, event): (Hour, Option<i64>)| {
        let topic = search::folded(&hour.topic);
        let event = event.or_else(|| take(&|line| search::folded(&line.topic) == topic));
        (hour, event)
    };
    hours.into_iter().zip(same_day).map(beside).collect()
}

async fn show(app: &App, context: Context, id: i64, typed: Option<Fields>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let group = store::find(&app.db, &actor, id).await?;
    let sees_support = group.sees_support(&actor);
    if sees_support {
        reading::note(app, &actor, GROUP, id).await?;
    }
    let leads = sees_support && actor.may(LEAD);
    let year = context.year;
    let plan = plan::of_group(&app.db, id, year).await?;
    let held = hours::of_group(&app.db, id, year).await?;
    let members = bodies::parliament(&app.db, group.college_id).await?;
    let f = filled(typed, &group, &plan, &members);
    let status = f.status();
    let template = GroupPage {
        course: group.course(year),
        students: students::of_group(&app.db, id, &[]).await?,
        people: colleagues(&app.db, actor.organisation_id).await?,
        years: form::years(year),
        langs: form::LANGS,
        rows: (0..(plan.hours.len() + 4).max(10)).collect(),
        forms: Edition::of(year).words("14.9", "forms"),
        planned: plan.version > 0,
        with: plan.members().join(", "),
        members,
        hours: with_events(plan.hours.0, &held),
        held,
        edits: actor.may(rights::EDIT),
        keeps: group.may_keep(&actor),
        sees_codes: group.sees_codes(&actor),
        sees_support,
        readings: if leads { reading::of(&app.db, GROUP, id, 50).await? } else { Vec::new() },
        f,
        year,
        page: Page::new(context.clone(), "groups", group.details.code.clone())
            .crumb(context.t("nav-groups"), "/groups")
            .wide(),
        group,
    };
    Ok((status, html(&template)?).into_response())
}

pub async fn one(State(app): State<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    show(&app, context, id, None).await
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
    let Some(new) = form::read(&app, &context, &mut fields).await? else {
        return show(&app, context, id, Some(fields)).await;
    };
    let listed = students::listed(&app.db, id).await?;
    if fields.version() == group.version && listed > 0 && listed != new.students {
        fields.wrong("students", "group-students-listed");
        return show(&app, context, id, Some(fields)).await;
    }
    // What the person saw is what they change.
    group.version = fields.version();
    let change = Change::begin(&app, Some(&actor)).await?;
    match store::update(&change, &group, &new, fields.has("active", "yes")).await {
        Ok(true) => {
            change.commit().await?;
            return Ok(Redirect::to(&format!("/groups/{id}")).into_response());
        }
        Ok(false) => {
            drop(change);
            let now = store::find(&app.db, &actor, id).await?;
            fields.overtaken("code", now.version, form::filled(&now));
            return show(&app, context, id, Some(fields)).await;
        }
        Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
            fields.wrong("code", "group-known");
        }
        Err(error) => return Err(error.into()),
    }
    drop(change);
    show(&app, context, id, Some(fields)).await
}

/// Adds students: one name a line.
pub async fn add_students(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let group = store::kept(&app.db, &actor, id).await?;
    let mut fields = Fields::of(pairs);
    let mut names: Vec<String> = fields
        .text("names", 20_000)
        .lines()
        .map(|name| name.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|name| !name.is_empty())
        .collect();
    // A name that stands there twice is one student.
    let mut listed = BTreeSet::new();
    names.retain(|name| listed.insert(name.clone()));
    if names.len() > 60 || names.iter().any(|name| name.chars().count() > 150) {
        fields.wrong("names", "field-long");
    }
    if !fields.is_sound() {
        return show(&app, context, id, Some(fields)).await;
    }
    let change = Change::begin(&app, Some(&actor)).await?;
    let known = students::of_group(change.db(), id, &[]).await?;
    for name in names.iter().filter(|name| !known.iter().any(|student| student.name == **name)) {
        students::add(&change, &group, name, &[]).await?;
    }
    students::count_anew(&change, id).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("/groups/{id}#list")).into_response())
}

pub async fn change_student(
    State(app): State<App>,
    context: Context,
    Path((id, student)): Path<(i64, i64)>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let group = store::kept(&app.db, &actor, id).await?;
    let mut fields = Fields::of(pairs);
    let support: Vec<Support> = fields.chosen("support", Support::ALL.len());
    fields.sound()?;
    let change = Change::begin(&app, Some(&actor)).await?;
    if !students::update(&change, &group, student, &support, !fields.has("remove", "yes")).await? {
        return Err(AppError::NotFound);
    }
    students::count_anew(&change, id).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("/groups/{id}#list")).into_response())
}

/// The hours of a form: as many rows as were sent, empty ones passed over.
fn read_hours(fields: &mut Fields, year: AcademicYear) -> Vec<Hour> {
    let forms = Edition::of(year).words("14.9", "forms");
    let mut hours = Vec::new();
    for row in 0..100 {
        let (on, topic, form) = (format!("on-{row}"), format!("topic-{row}"), format!("form-{row}"));
        if fields.value(&on).trim().is_empty() && fields.value(&topic).trim().is_empty() {
            continue;
        }
        let (day, topic) = (fields.day(&on), fields.text(&topic, 300));
        let form = fields.open_word(&form, |word| forms.contains(&word));
        if let Some(on) = day {
            hours.push(Hour { on, topic, form });
        }
    }
    hours.sort_by_key(|hour| hour.on);
    hours
}

pub async fn save_plan(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let group = store::kept(&app.db, &actor, id).await?;
    let mut fields = Fields::of(pairs);
    let others = fields.open_text("parliament", 500);
    let mut members: Vec<&str> = fields.all("member");
    members.extend(others.split([';', ',']).map(str::trim).filter(|name| !name.is_empty()));
    let parliament = members.join("; ");
    if parliament.is_empty() {
        fields.wrong("parliament", "group-parliament-needed");
    }
    let hours = read_hours(&mut fields, context.year);
    if hours.is_empty() {
        fields.wrong("on-0", "field-required");
    }
    if !fields.is_sound() {
        return show(&app, context, id, Some(fields)).await;
    }
    let change = Change::begin(&app, Some(&actor)).await?;
    let seen = fields.version_of("plan_version");
    if let Err(now) = plan::save(&change, &actor, &group, context.year, (hours, parliament), seen).await? {
        drop(change);
        let members = bodies::parliament(&app.db, group.college_id).await?;
        fields.overtaken("on-0", group.version, filled_plan(&now, &members));
        fields.set("plan_version", now.version.to_string());
        return show(&app, context, id, Some(fields)).await;
    }
    change.commit().await?;
    Ok(Redirect::to(&format!("/groups/{id}#plan")).into_response())
}

pub async fn agree(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let group = store::kept(&app.db, &actor, id).await?;
    let mut fields = Fields::of(pairs);
    let agreed = fields.open_text("agreed", 5_000);
    if !fields.is_sound() {
        return show(&app, context, id, Some(fields)).await;
    }
    let change = Change::begin(&app, Some(&actor)).await?;
    if !store::agree(&change, &group, fields.version(), &agreed).await? {
        drop(change);
        let now = store::find(&app.db, &actor, id).await?;
        fields.overtaken("agreed", now.version, Fields::filled([("agreed", now.agreed)]));
        return show(&app, context, id, Some(fields)).await;
    }
    change.commit().await?;
    Ok(Redirect::to(&format!("/groups/{id}#agreements")).into_response())
}
