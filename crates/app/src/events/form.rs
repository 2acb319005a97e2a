//! The form of an event: planned or held, filled with what is known, read and written.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use sheber_kernel::AcademicYear;
use sheber_norms::Edition;

use super::kinds::Kind;
use super::pages::kinds;
use super::store::{self, Event, New};
use crate::groups::store::{self as groups, Group, Student};
use crate::platform::actor::{Ability, Actor, OrganisationKind};
use crate::platform::app::App;
use crate::platform::audit::Change;
use crate::platform::clock;
use crate::platform::context::Context;
use crate::platform::error::AppError;
use crate::platform::fields::Fields;
use crate::platform::forms::{Form, Pairs};
use crate::platform::once::Once;
use crate::platform::page::{Page, html};

#[derive(Template)]
#[template(path = "events/edit.html")]
struct EditPage {
    page: Page,
    /// The event that is changed.
    id: Option<i64>,
    kinds: Vec<&'static str>,
    forms: Vec<&'static str>,
    aims: Vec<&'static str>,
    /// What prevention speaks of (14.8).
    topics: Vec<&'static str>,
    groups: Vec<Group>,
    courses: Vec<u16>,
    /// With the code of the group.
    students: Vec<(String, Student)>,
    /// Names were asked for, and there are none to show: no group is chosen, or too many are.
    many: bool,
    f: Fields,
    college: bool,
}

/// So many groups an event has at most, and so many whose students are listed by name.
const GROUPS: usize = 300;
const BY_NAME: usize = 4;
/// So many can be named, which is more than a college has.
const PRESENT: usize = 10_000;

/// The form of an event, with what was typed or is known.
pub async fn form(app: &App, context: Context, id: Option<i64>, f: Fields) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let college = actor.role.organisation() == OrganisationKind::College;
    let edition = Edition::of(context.year);
    let mut groups = Vec::new();
    let mut students = Vec::new();
    if college && actor.may(Ability::SeeGroups) {
        groups = groups::of_year(&app.db, &actor, context.year, "").await?;
        let chosen = f.keys("groups");
        // A group that an event has stays with it, closed or of another year.
        for group in chosen.iter().take(GROUPS) {
            if !groups.iter().any(|known| known.id == *group)
                && let Ok(one) = groups::find(&app.db, &actor, *group).await
            {
                groups.push(one);
            }
        }
        // Attendance by name is for a few groups at a time: a list of a whole college helps nobody. Whoever is named already
        // stands there, too, though they have left.
        let named = f.keys("present");
        if chosen.len() <= BY_NAME || !named.is_empty() {
            for group in groups.iter().filter(|group| chosen.contains(&group.id)) {
                let list = groups::students_of(&app.db, group.id, &named).await?;
                students.extend(list.into_iter().map(|student| (group.code.clone(), student)));
            }
        }
    }
    let status = f.status();
    let title = context.t(if id.is_some() { "event-edit" } else { "event-new" });
    let page = Page::new(context.clone(), "events", title).crumb(context.t("nav-events"), "/events");
    let shown = EditPage {
        page,
        id,
        kinds: kinds(&actor),
        forms: edition.words("14.9", "forms"),
        aims: edition.words("1.1", "aims"),
        topics: edition.words("14.8", "topics"),
        courses: courses(&groups, context.year),
        many: f.has("show", "students") && students.is_empty(),
        groups,
        students,
        f,
        college,
    };
    Ok((status, html(&shown)?).into_response())
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Wished {
    kind: String,
    group: String,
    on: String,
    topic: String,
    form: String,
}

pub async fn new(State(app): State<App>, context: Context, Query(wished): Query<Wished>) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let fields = Fields::filled([
        ("kind", if wished.kind.is_empty() { "other".to_owned() } else { wished.kind }),
        ("groups", wished.group),
        ("planned_on", wished.on),
        ("topic", wished.topic),
        ("form", wished.form),
        ("responsible", actor.name.clone()),
    ]);
    form(&app, context, None, fields).await
}

/// The courses that an organisation's groups are in.
pub fn courses(groups: &[Group], year: AcademicYear) -> Vec<u16> {
    let mut courses: Vec<u16> = groups.iter().map(|group| group.course(year)).collect();
    courses.sort_unstable();
    courses.dedup();
    courses
}

/// A whole course that was chosen stands for each of its groups.
pub async fn whole_courses(app: &App, actor: &Actor, year: AcademicYear, fields: &mut Fields) -> Result<(), AppError> {
    let chosen: Vec<u16> = fields.all("courses").iter().filter_map(|course| course.parse().ok()).collect();
    if chosen.is_empty() || !actor.may(Ability::SeeGroups) {
        return Ok(());
    }
    for group in groups::of_year(&app.db, actor, year, "").await? {
        if chosen.contains(&group.course(year)) {
            fields.add("groups", group.id.to_string());
        }
    }
    Ok(())
}

/// Reads an event's form.
pub fn read(fields: &mut Fields, actor: &Actor, today: chrono::NaiveDate) -> New {
    let kind = fields.choice::<Kind>("kind").filter(|kind| kinds(actor).contains(&kind.word()));
    if kind.is_none() {
        fields.wrong("kind", "field-choice");
    }
    let new = New {
        kind,
        topic: fields.text("topic", 300),
        form: fields.open_text("form", 40),
        aims: fields.all("aims").into_iter().take(10).map(|aim| aim.chars().take(40).collect()).collect(),
        place: fields.open_text("place", 200),
        responsible: fields.open_text("responsible", 200),
        audience: fields.open_text("audience", 300),
        partners: fields.open_text("partners", 1000),
        specialists: fields.open_text("specialists", 1000),
        planned_on: fields.open_day("planned_on"),
        planned_time: fields.open_time("planned_time"),
        held_on: fields.open_day("held_on"),
        held_time: fields.open_time("held_time"),
        students: fields.open_number("students", 20_000),
        parents: fields.open_number("parents", 20_000),
        first_involved: fields.open_number("first_involved", 20_000),
        links: fields.links("links", 20),
        outcome: fields.open_text("outcome", 3000),
        groups: fields.keys("groups").into_iter().take(GROUPS).collect(),
        present: fields.keys("present").into_iter().take(PRESENT).collect(),
        repeats: None,
        cancelled: fields.has("cancelled", "yes"),
    };
    if new.day().is_none() {
        fields.wrong("planned_on", "event-no-day");
    }
    if new.held_on.is_some_and(|day| day > today) {
        fields.wrong("held_on", "event-in-future");
    }
    if new.present.is_empty() && new.first_involved > new.students {
        fields.wrong("first_involved", "event-first-more");
    }
    if new.present.len() == PRESENT {
        fields.wrong("students", "field-number");
    }
    if new.kind == Some(Kind::CuratorHour) && new.groups.is_empty() {
        fields.wrong("groups", "event-no-group");
    }
    new
}

pub async fn create(State(app): State<App>, context: Context, Form(pairs): Form<Pairs>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let mut fields = Fields::of(pairs);
    whole_courses(&app, &actor, context.year, &mut fields).await?;
    if fields.has("show", "students") {
        return form(&app, context, None, fields).await;
    }
    let new = read(&mut fields, &actor, clock::day(app.clock.millis()));
    if !fields.is_sound() {
        return form(&app, context, None, fields).await;
    }
    let deed =
        async |change: &Change| store::save(change, &actor, None, &new, context.year).await?.ok_or(AppError::NotFound);
    let id = Once::of_form(actor.id, "/events", &fields).make(&app, &actor, deed).await?;
    Ok(Redirect::to(&format!("/events/{id}")).into_response())
}

/// An event as a form is filled with it.
fn known(event: &Event, groups: &[i64], present: &[i64]) -> Fields {
    let mut pairs: Vec<(String, String)> = [
        ("kind", event.kind.clone()),
        ("topic", event.topic.clone()),
        ("form", event.form.clone()),
        ("place", event.place.clone()),
        ("responsible", event.responsible.clone()),
        ("audience", event.audience.clone()),
        ("partners", event.partners.clone()),
        ("specialists", event.specialists.clone()),
        ("planned_on", event.planned_on.clone().unwrap_or_default()),
        ("planned_time", event.planned_time.clone()),
        ("held_on", event.held_on.clone().unwrap_or_default()),
        ("held_time", event.held_time.clone()),
        ("students", event.students.to_string()),
        ("parents", event.parents.to_string()),
        // By name it is counted, and shown to those alone who may see who is supported.
        ("first_involved", if present.is_empty() { event.first_involved.to_string() } else { String::new() }),
        ("links", event.links().join("\n")),
        ("outcome", event.outcome.clone()),
        ("cancelled", if event.cancelled { "yes" } else { "" }.to_owned()),
        ("version", event.version.to_string()),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect();
    pairs.extend(event.aims.split_whitespace().map(|aim| ("aims".to_owned(), aim.to_owned())));
    pairs.extend(groups.iter().map(|group| ("groups".to_owned(), group.to_string())));
    pairs.extend(present.iter().map(|student| ("present".to_owned(), student.to_string())));
    Fields::of(pairs)
}

pub async fn edit(State(app): State<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let event = store::find(&app.db, &actor, id).await?;
    if !event.may_change(&actor) {
        return Err(AppError::Forbidden);
    }
    let groups = store::groups_of(&app.db, id).await?;
    let present = store::students_of(&app.db, id).await?;
    form(&app, context, Some(id), known(&event, &groups, &present)).await
}

pub async fn change(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let mut event = store::find(&app.db, &actor, id).await?;
    if !event.may_change(&actor) {
        return Err(AppError::Forbidden);
    }
    let mut fields = Fields::of(pairs);
    whole_courses(&app, &actor, context.year, &mut fields).await?;
    if fields.has("show", "students") {
        return form(&app, context, Some(id), fields).await;
    }
    let new = read(&mut fields, &actor, clock::day(app.clock.millis()));
    // What the person saw is what they change.
    event.version = fields.version();
    if !fields.is_sound() {
        return form(&app, context, Some(id), fields).await;
    }
    let change = Change::begin(&app, Some(&actor)).await?;
    if store::save(&change, &actor, Some(&event), &new, context.year).await?.is_none() {
        drop(change);
        let now = store::find(&app.db, &actor, id).await?;
        fields.overtaken("topic", now.version);
        return form(&app, context, Some(id), fields).await;
    }
    change.commit().await?;
    Ok(Redirect::to(&format!("/events/{id}")).into_response())
}
