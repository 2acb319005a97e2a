//! Quick entry on a phone: what was held, for whom, how many, a photo; and last week's once more in two taps.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use sheber_messages as messages;
use sheber_norms::Edition;

use super::pages::{keep_photos, kinds};
use super::photos;
use super::store::{self, Filter, Line, New};
use crate::groups::store::{self as groups, Group};
use crate::platform::actor::{Ability, OrganisationKind};
use crate::platform::app::App;
use crate::platform::audit::Change;
use crate::platform::clock;
use crate::platform::context::Context;
use crate::platform::error::AppError;
use crate::platform::fields::Fields;
use crate::platform::forms::{Form, Pairs, Upload};
use crate::platform::once::Once;
use crate::platform::page::{Page, html};

#[derive(Template)]
#[template(path = "events/quick.html")]
struct QuickPage {
    page: Page,
    kinds: Vec<&'static str>,
    groups: Vec<Group>,
    courses: Vec<u16>,
    recent: Vec<Line>,
    forms: Vec<&'static str>,
    aims: Vec<&'static str>,
    topics: Vec<&'static str>,
    f: Fields,
    done: bool,
}

impl QuickPage {
    fn day(&self, line: &Line) -> String {
        line.day().map(|day| messages::date(self.page.lang(), day)).unwrap_or_default()
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    kind: String,
    group: String,
    done: String,
}

async fn show(app: &App, context: Context, f: Fields, done: bool) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let college = actor.role.organisation() == OrganisationKind::College;
    let sees = college && actor.may(Ability::SeeGroups);
    let mut groups = if sees { groups::of_year(&app.db, &actor, context.this_year, "").await? } else { Vec::new() };
    // A curator's own groups first.
    groups.sort_by_key(|group| (group.curator_id != Some(actor.id), group.code.clone()));
    let own = actor.organisation_id.to_string();
    let held = Filter { state: "held".to_owned(), college: own, ..Filter::default() };
    let (mut recent, _) = store::list(&app.db, &actor, context.this_year, &held, 12).await?;
    recent.dedup_by(|one, other| one.topic == other.topic && one.kind == other.kind);
    recent.truncate(5);
    let edition = Edition::of(context.this_year);
    let (forms, aims) = (edition.words("14.9", "forms"), edition.words("1.1", "aims"));
    let topics = edition.words("14.8", "topics");
    let courses = super::form::courses(&groups, context.this_year);
    let status = f.status();
    let page = Page::new(context.clone(), "events", context.t("event-quick")).crumb(context.t("nav-events"), "/events");
    Ok((
        status,
        html(&QuickPage { page, forms, aims, topics, kinds: kinds(&actor), groups, courses, recent, f, done })?,
    )
        .into_response())
}

pub async fn page(State(app): State<App>, context: Context, Query(asked): Query<Asked>) -> Result<Response, AppError> {
    let today = clock::day(app.clock.millis());
    let fields = Fields::filled([
        ("kind", if asked.kind.is_empty() { "curator_hour".to_owned() } else { asked.kind }),
        ("groups", asked.group),
        ("held_on", today.to_string()),
    ]);
    let done = !asked.done.is_empty();
    show(&app, context, fields, done).await
}

pub async fn save(State(app): State<App>, context: Context, upload: Upload) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let mut fields = Fields::of(upload.fields);
    let once = Once::of_form(actor.id, "/events/quick", &fields);
    if fields.value("responsible").is_empty() {
        fields.set("responsible", actor.name.clone());
    }
    super::form::whole_courses(&app, &actor, context.this_year, &mut fields).await?;
    let new = super::form::read(&mut fields, &actor, clock::day(app.clock.millis()));
    if new.held_on.is_none() {
        fields.wrong("held_on", "field-required");
    }
    if !fields.is_sound() {
        return show(&app, context, fields, false).await;
    }
    let deed = async |change: &Change| {
        store::save(change, &actor, None, &new, context.this_year).await?.ok_or(AppError::NotFound)
    };
    let id = once.make(&app, &actor, deed).await?;
    // Of a form that came twice the photos are there already, unless the first was cut off before them.
    let has_photos = !photos::of_event(&app.db, id).await?.is_empty();
    let files = if has_photos { Vec::new() } else { upload.files };
    match keep_photos(&app, &actor, id, files).await? {
        // The event stands; the photo can be added again on its page.
        Some(_) => Ok(Redirect::to(&format!("/events/{id}#photos")).into_response()),
        None => Ok(Redirect::to("/events/quick?done=1").into_response()),
    }
}

/// Last week's once more: the same event, held today, with the same groups. How many took part is said
/// beside the button; parents and who was involved for the first time are counted anew.
pub async fn again(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let event = store::find(&app.db, &actor, id).await?;
    if event.organisation_id != actor.organisation_id {
        return Err(AppError::NotFound);
    }
    let today = clock::day(app.clock.millis());
    let students = Fields::of(pairs).value("students").trim().parse().unwrap_or(0);
    let new = New {
        held_on: Some(today),
        students: i64::clamp(students, 0, 100_000),
        ..store::as_new(&app.db, &event).await?.again(id)
    };
    let change = Change::begin(&app, Some(&actor)).await?;
    let made = store::save(&change, &actor, None, &new, context.this_year).await?.ok_or(AppError::NotFound)?;
    change.commit().await?;
    Ok(Redirect::to(&format!("/events/{made}")).into_response())
}
