//! Quick entry on a phone: what was held, for whom, how many, a photo; and last week's once more in two taps.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use serde::Deserialize;
use sheber_messages as messages;
use sheber_norms::Edition;

use super::pages::{keep_photos, kinds, not_kept};
use super::photos;
use super::store::{self, Line, New};
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
    /// The event that is held once more.
    again: String,
}

async fn show(app: &App, context: Context, f: Fields, done: bool) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let college = actor.role.organisation() == OrganisationKind::College;
    let sees = college && actor.may(Ability::SeeGroups);
    let mut groups = if sees { groups::of_year(&app.db, &actor, context.this_year, "").await? } else { Vec::new() };
    // A curator's own groups first.
    groups.sort_by_key(|group| (group.curator_id != Some(actor.id), group.code.clone()));
    let mut recent: Vec<Line> = Vec::new();
    for line in store::recent(&app.db, &actor, context.this_year).await? {
        if recent.len() < 5 && !recent.iter().any(|known| known.topic == line.topic && known.kind == line.kind) {
            recent.push(line);
        }
    }
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
    if let Ok(event) = asked.again.parse::<i64>() {
        let fields = filled_again(&app, &context, event, today).await?;
        return show(&app, context, fields, false).await;
    }
    let fields = Fields::filled([
        ("kind", if asked.kind.is_empty() { "curator_hour".to_owned() } else { asked.kind }),
        ("groups", asked.group),
        ("held_on", today.to_string()),
    ]);
    let done = !asked.done.is_empty();
    show(&app, context, fields, done).await
}

/// The form with an event of the own organisation, to be recorded once more.
async fn filled_again(app: &App, context: &Context, id: i64, today: NaiveDate) -> Result<Fields, AppError> {
    let actor = context.actor()?;
    let event = store::find(&app.db, actor, id).await?;
    if event.organisation_id != actor.organisation_id {
        return Err(AppError::NotFound);
    }
    let mut fields = Fields::filled([
        ("kind", event.kind.clone()),
        ("topic", event.topic.clone()),
        ("form", event.form.clone()),
        ("responsible", event.responsible.clone()),
        ("specialists", event.specialists.clone()),
        ("held_on", today.to_string()),
        ("students", event.students.to_string()),
    ]);
    event.aims.split_whitespace().for_each(|aim| fields.add("aims", aim));
    store::groups_of(&app.db, id).await?.iter().for_each(|group| fields.add("groups", group.to_string()));
    Ok(fields)
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
    let wrong = keep_photos(&app, &actor, id, files).await?;
    if wrong.is_empty() {
        return Ok(Redirect::to("/events/quick?done=1").into_response());
    }
    // The event stands; its page says which photo does not, and takes it again.
    let error = format!("{} {}", context.t("event-quick-photos"), not_kept(&context, &wrong));
    super::pages::show(&app, context, id, Some(error)).await
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
    let mut fields = Fields::of(pairs);
    let students = fields.number("students", 20_000);
    if !fields.is_sound() {
        // Nobody can be counted from what was typed: the whole form, filled with the event.
        let mut form = filled_again(&app, &context, id, today).await?;
        form.set("students", fields.value("students"));
        form.wrong("students", "field-number");
        return show(&app, context, form, false).await;
    }
    let new = New { held_on: Some(today), students, ..store::as_new(&app.db, &event).await?.again(id) };
    let deed = async |change: &Change| {
        store::save(change, &actor, None, &new, context.this_year).await?.ok_or(AppError::NotFound)
    };
    let made = Once::of_form(actor.id, &format!("/events/{id}/again"), &fields).make(&app, &actor, deed).await?;
    Ok(Redirect::to(&format!("/events/{made}")).into_response())
}
