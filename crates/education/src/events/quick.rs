//! Quick entry on a phone: what was held, for whom, how many, a photo; and last week's once more in two taps.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use serde::Deserialize;
use sheber_kernel::OrganisationKind;
use sheber_messages as messages;
use sheber_norms::Edition;

use sheber_people::groups;
use sheber_people::groups::store::Group;
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::clock;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::fields::Fields;
use sheber_platform::forms::{Address, Form, Pairs, Upload, open};
use sheber_platform::once::Once;
use sheber_platform::page::{Page, html};

use super::form::{courses, read, whole_courses, word};
use super::kinds::Kind;
use super::pages::kinds;
use super::store::{self, Draft, Line};
use super::{pages, photos};

#[derive(Template)]
#[template(path = "events/quick.html")]
struct QuickPage {
    page: Page,
    kinds: Vec<Kind>,
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
pub struct Suggestion {
    #[serde(deserialize_with = "open")]
    kind: Option<Kind>,
    #[serde(deserialize_with = "open")]
    group: Option<i64>,
    done: String,
    /// The event that is held once more.
    #[serde(deserialize_with = "open")]
    again: Option<i64>,
}

async fn show(app: &App, context: Context, f: Fields, done: bool) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let college = actor.role.organisation() == OrganisationKind::College;
    let sees = college && actor.may(groups::rights::SEE);
    let mut groups = if sees { groups::store::of_year(&app.db, &actor, context.this_year).await? } else { Vec::new() };
    // A curator's own groups first; among themselves they stand as everywhere.
    groups.sort_by_key(|group| group.details.curator_id != Some(actor.id));
    let mut recent: Vec<Line> = Vec::new();
    for line in store::recent(&app.db, &actor, context.this_year).await? {
        if recent.len() < 5 && !recent.iter().any(|known| known.topic == line.topic && known.kind == line.kind) {
            recent.push(line);
        }
    }
    let edition = Edition::of(context.this_year);
    let (forms, aims) = (edition.words("14.9", "forms"), edition.words("1.1", "aims"));
    let topics = edition.words("14.8", "topics");
    let courses = courses(&groups, context.this_year);
    let status = f.status();
    let page = Page::new(context.clone(), "events", context.t("event-quick")).crumb(context.t("nav-events"), "/events");
    Ok((
        status,
        html(&QuickPage { page, forms, aims, topics, kinds: kinds(&actor), groups, courses, recent, f, done })?,
    )
        .into_response())
}

pub async fn page(
    State(app): State<App>,
    context: Context,
    Address(start): Address<Suggestion>,
) -> Result<Response, AppError> {
    let today = clock::day(app.clock.millis());
    if let Some(event) = start.again {
        let fields = filled_again(&app, &context, event, today).await?;
        return show(&app, context, fields, false).await;
    }
    let fields = Fields::filled([
        ("kind", start.kind.unwrap_or(Kind::CuratorHour).to_string()),
        ("groups", word(start.group)),
        ("held_on", today.to_string()),
    ]);
    let done = !start.done.is_empty();
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
        ("kind", event.details.kind.to_string()),
        ("topic", event.details.topic.clone()),
        ("form", event.details.form.clone()),
        ("responsible", event.details.responsible.clone()),
        ("specialists", event.details.specialists.clone()),
        ("held_on", today.to_string()),
        ("students", event.details.students.to_string()),
    ]);
    event.details.aims.iter().for_each(|aim| fields.add("aims", aim));
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
    whole_courses(&app, &actor, context.this_year, &mut fields).await?;
    if fields.value("held_on").trim().is_empty() {
        fields.wrong("held_on", "field-required");
    }
    let Some(draft) = read(&mut fields, &actor, clock::day(app.clock.millis())) else {
        return show(&app, context, fields, false).await;
    };
    let deed = async |change: &Change| {
        store::save(change, &actor, None, &draft, context.this_year).await?.ok_or(AppError::NotFound)
    };
    let id = once.make(&app, &actor, deed).await?;
    // Of a form that came twice the photos are there already, unless the first was cut off before them.
    let has_photos = !photos::of_event(&app.db, id).await?.is_empty();
    let files = if has_photos { Vec::new() } else { upload.files };
    let event = store::find(&app.db, &actor, id).await?;
    let failures = photos::keep(&app, &actor, &event, files).await?;
    if failures.is_empty() {
        return Ok(Redirect::to("/events/quick?done=1").into_response());
    }
    // The event stands; its page says which photo does not, and takes it again.
    let error = format!("{} {}", context.t("event-quick-photos"), photos::described(&context, &failures));
    pages::show(&app, context, id, Some(error)).await
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
    let draft = Draft::of(&app.db, &event).await?.again(id, today, students);
    let deed = async |change: &Change| {
        store::save(change, &actor, None, &draft, context.this_year).await?.ok_or(AppError::NotFound)
    };
    let made = Once::of_form(actor.id, &format!("/events/{id}/again"), &fields).make(&app, &actor, deed).await?;
    Ok(Redirect::to(&format!("/events/{made}")).into_response())
}
