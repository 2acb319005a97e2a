//! The form of an event: planned or held, filled with what is known, read and written.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use serde::Deserialize;
use sheber_kernel::{AcademicYear, Day, OrganisationKind};
use sheber_norms::Edition;

use sheber_people::groups;
use sheber_people::groups::store::Group;
use sheber_people::groups::students::{self, Student};
use sheber_platform::actor::Actor;
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::clock;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::fields::Fields;
use sheber_platform::forms::{Address, Form, Pairs, open};
use sheber_platform::once::Once;
use sheber_platform::page::{Page, html};
use sheber_platform::record::Record;

use super::kinds::Kind;
use super::pages::kinds;
use super::store::{self, Draft, Event, EventForm};

#[derive(Template)]
#[template(path = "events/edit.html")]
struct EditPage {
    page: Page,
    /// The event that is changed.
    id: Option<i64>,
    kinds: Vec<Kind>,
    forms: Vec<&'static str>,
    aims: Vec<&'static str>,
    /// What prevention speaks of (14.8).
    topics: Vec<&'static str>,
    groups: Vec<Group>,
    courses: Vec<u16>,
    students: Vec<Student>,
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
    let mut by_name = Vec::new();
    if college && actor.may(groups::rights::SEE) {
        groups = groups::store::of_year(&app.db, &actor, context.year).await?;
        let chosen = f.keys("groups");
        // A group that an event has stays with it, closed or of another year.
        for group in chosen.iter().take(GROUPS) {
            if !groups.iter().any(|known| known.id == *group)
                && let Ok(one) = groups::store::find(&app.db, &actor, *group).await
            {
                groups.push(one);
            }
        }
        // Attendance by name is for a few groups at a time: a list of a whole college helps nobody. Whoever is named already
        // stands there, too, though they have left.
        let named = f.keys("present");
        if chosen.len() <= BY_NAME || !named.is_empty() {
            for group in groups.iter().filter(|group| chosen.contains(&group.id)) {
                let list = students::of_group(&app.db, group.id, &named).await?;
                by_name.extend(list);
            }
        }
    }
    let status = f.status();
    let title = context.t(if id.is_some() { "event-edit" } else { "event-new" });
    let page = Page::new(context.clone(), "events", title).crumb(context.t("nav-events"), "/events");
    let template = EditPage {
        page,
        id,
        kinds: kinds(&actor),
        forms: edition.words("14.9", "forms"),
        aims: edition.words("1.1", "aims"),
        topics: edition.words("14.8", "topics"),
        courses: courses(&groups, context.year),
        many: f.has("show", "students") && by_name.is_empty(),
        groups,
        students: by_name,
        f,
        college,
    };
    Ok((status, html(&template)?).into_response())
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Suggestion {
    #[serde(deserialize_with = "open")]
    kind: Option<Kind>,
    #[serde(deserialize_with = "open")]
    group: Option<i64>,
    #[serde(deserialize_with = "open")]
    on: Option<Day>,
    topic: String,
    form: String,
}

/// A value as a field of a form has it; empty where there is none.
pub fn word(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

pub async fn new(
    State(app): State<App>,
    context: Context,
    Address(start): Address<Suggestion>,
) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let fields = Fields::filled([
        ("kind", start.kind.unwrap_or(Kind::Other).to_string()),
        ("groups", word(start.group)),
        ("planned_on", word(start.on)),
        ("topic", start.topic),
        ("form", start.form),
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
    let chosen: Vec<u16> = fields.chosen("courses", 10);
    if chosen.is_empty() || !actor.may(groups::rights::SEE) {
        return Ok(());
    }
    for group in groups::store::of_year(&app.db, actor, year).await? {
        if chosen.contains(&group.course(year)) {
            fields.add("groups", group.id.to_string());
        }
    }
    Ok(())
}

/// Reads an event's form.
pub fn read(fields: &mut Fields, actor: &Actor, today: NaiveDate) -> Option<Draft> {
    let groups: Vec<i64> = fields.chosen("groups", GROUPS);
    let present: Vec<i64> = fields.chosen("present", PRESENT);
    let (has_groups, named) = (!groups.is_empty(), present.len());
    let details = EventForm::read_with(fields, |details, fields| {
        if !kinds(actor).contains(&details.kind) {
            fields.wrong("kind", "field-choice");
        }
        let edition = Edition::of(AcademicYear::of(details.day().unwrap_or(today)));
        fields.open_word("form", |word| edition.words("14.9", "forms").contains(&word));
        let aims = [edition.words("1.1", "aims"), edition.words("14.8", "topics")].concat();
        fields.open_word("aims", |word| aims.contains(&word));
        if details.day().is_none() {
            fields.wrong("planned_on", "event-no-day");
        }
        if details.held_on.is_some_and(|day| day.0 > today) {
            fields.wrong("held_on", "event-in-future");
        }
        if named == 0 && details.first_involved > details.students {
            fields.wrong("first_involved", "event-first-more");
        }
        if details.kind == Kind::CuratorHour && !has_groups {
            fields.wrong("groups", "event-no-group");
        }
    })?;
    Some(Draft { details, groups, present, repeats: None })
}

pub async fn create(State(app): State<App>, context: Context, Form(pairs): Form<Pairs>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let mut fields = Fields::of(pairs);
    whole_courses(&app, &actor, context.year, &mut fields).await?;
    if fields.has("show", "students") {
        return form(&app, context, None, fields).await;
    }
    let Some(draft) = read(&mut fields, &actor, clock::day(app.clock.millis())) else {
        return form(&app, context, None, fields).await;
    };
    let deed = async |change: &Change| {
        store::save(change, &actor, None, &draft, context.year).await?.ok_or(AppError::NotFound)
    };
    let id = Once::of_form(actor.id, "/events", &fields).make(&app, &actor, deed).await?;
    Ok(Redirect::to(&format!("/events/{id}")).into_response())
}

/// An event as a form is filled with it.
fn known(event: &Event, groups: &[i64], present: &[i64]) -> Fields {
    let mut fields = event.details.filled();
    fields.set("links", event.details.links.join("\n"));
    fields.set("version", event.version.to_string());
    if !present.is_empty() {
        // By name it is counted, and shown to those alone who may see who is supported.
        fields.set("first_involved", "");
    }
    for group in groups {
        fields.add("groups", group.to_string());
    }
    for student in present {
        fields.add("present", student.to_string());
    }
    fields
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
    let Some(draft) = read(&mut fields, &actor, clock::day(app.clock.millis())) else {
        return form(&app, context, Some(id), fields).await;
    };
    // What the person saw is what they change.
    event.version = fields.version();
    let change = Change::begin(&app, Some(&actor)).await?;
    if store::save(&change, &actor, Some(&event), &draft, context.year).await?.is_none() {
        drop(change);
        let now = store::find(&app.db, &actor, id).await?;
        let (groups, present) = (store::groups_of(&app.db, id).await?, store::students_of(&app.db, id).await?);
        fields.overtaken("topic", now.version, known(&now, &groups, &present));
        return form(&app, context, Some(id), fields).await;
    }
    change.commit().await?;
    Ok(Redirect::to(&format!("/events/{id}")).into_response())
}
