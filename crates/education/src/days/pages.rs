//! The pages of a Development Day for the college.

use askama::Template;
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{Days, NaiveDate};
use sheber_kernel::Day;
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::fields::Fields;
use sheber_platform::forms::{Form, Pairs};
use sheber_platform::once::Once;
use sheber_platform::page::{Page, html};
use sheber_platform::record::Record;
use sheber_platform::{clock, sheet};

use super::rights;
use super::store::{self, Activity, SignUp};
use crate::events::store::{self as events, Draft, Event, EventForm};

#[derive(Template)]
#[template(path = "days/page.html")]
struct DayPage {
    page: Page,
    day: Event,
    activities: Vec<Activity>,
    sign_ups: Vec<SignUp>,
    link: Option<String>,
    /// The link as a code for phones.
    code: String,
    edits: bool,
    /// The day has come, and nobody has said who was there.
    to_attend: bool,
    /// The day is not over: activities and sign-ups can still change.
    running: bool,
    /// The activity whose form came back with something wrong.
    correcting: i64,
    /// That form.
    corrected: Fields,
    f: Fields,
}

impl DayPage {
    /// An activity's own form: the one that came back with something wrong, or the activity as it is.
    fn form(&self, one: &Activity) -> Fields {
        if self.correcting == one.id {
            return self.corrected.clone();
        }
        let mut form = one.details.filled();
        form.set("version", one.version.to_string());
        form
    }

    fn of(&self, activity: &i64) -> Vec<&SignUp> {
        self.sign_ups.iter().filter(|one| one.activity == *activity).collect()
    }
}

/// Whether the day has come by today, was not called off, and nobody has said by name who was there.
async fn has_come(app: &App, day: &Event, today: NaiveDate) -> Result<bool, AppError> {
    let came = !day.details.cancelled && day.day().is_some_and(|on| on <= today);
    let open = day.details.held_on.is_none() || events::students_of(&app.db, day.id).await?.is_empty();
    Ok(came && open)
}

async fn show(app: &App, context: Context, id: i64, correcting: i64, f: Fields) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let day = events::find(&app.db, &actor, id).await?;
    let token = store::token(&app.db, id).await?;
    let link = token.map(|token| format!("{}/day/{token}", app.config.base_url));
    let status = f.status();
    let (f, corrected) = if correcting == 0 { (f, Fields::default()) } else { (Fields::default(), f) };
    let page = Page::new(context.clone(), "events", day.details.topic.clone())
        .crumb(context.t("nav-events"), "/events")
        .crumb(day.details.topic.clone(), format!("/events/{id}"));
    let edits = actor.may(rights::EDIT) && day.organisation_id == actor.organisation_id;
    let came = has_come(app, &day, clock::day(app.clock.millis())).await?;
    let sign_ups = store::sign_ups(&app.db, &day).await?;
    let template = DayPage {
        to_attend: edits && came && !sign_ups.is_empty(),
        page,
        activities: store::activities(&app.db, id).await?,
        running: day.details.held_on.is_none() && !day.details.cancelled,
        correcting,
        corrected,
        sign_ups,
        code: link.as_deref().map(sheber_documents::code::svg).transpose()?.unwrap_or_default(),
        link,
        edits,
        day,
        f,
    };
    Ok((status, html(&template)?).into_response())
}

pub async fn one(Shared(app): Shared<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    show(&app, context, id, 0, Fields::default()).await
}

/// The day, if it is of the own college.
async fn own(app: &App, context: &Context, id: i64) -> Result<Event, AppError> {
    let actor = context.actor()?;
    let day = events::find(&app.db, actor, id).await?;
    if day.organisation_id == actor.organisation_id { Ok(day) } else { Err(AppError::NotFound) }
}

fn back(id: i64) -> Response {
    Redirect::to(&format!("/days/{id}")).into_response()
}

pub async fn add(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let day = own(&app, &context, id).await?;
    let mut fields = Fields::of(pairs);
    let Some(details) = store::read(&mut fields) else { return show(&app, context, id, 0, fields).await };
    let actor = context.actor()?;
    let deed = async |change: &Change| Ok(store::add(change, &day, &details).await?);
    Once::of_form(actor.id, &format!("/days/{id}"), &fields).make(&app, actor, deed).await?;
    Ok(back(id))
}

/// Corrects an activity: its title, room, leader, and how many places it has; never fewer than are taken.
pub async fn correct(
    Shared(app): Shared<App>,
    context: Context,
    Path((id, activity)): Path<(i64, i64)>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let day = own(&app, &context, id).await?;
    let mut fields = Fields::of(pairs);
    let details = store::read(&mut fields);
    let change = Change::begin(&app, Some(context.actor()?)).await?;
    let all = store::activities(change.db(), id).await?;
    let old = all.into_iter().find(|one| one.id == activity).ok_or(AppError::NotFound)?;
    if details.as_ref().is_some_and(|details| details.places < old.taken) {
        fields.wrong("places", "day-places-taken");
    }
    if let Some(details) = details.filter(|_| fields.is_sound()) {
        if store::update(&change, &day, (&old, fields.version()), &details).await? {
            change.commit().await?;
            return Ok(back(id));
        }
        fields.overtaken("title", old.version, old.details.filled());
    }
    drop(change);
    show(&app, context, id, activity, fields).await
}

/// Takes a student off, who gives the place back.
pub async fn take_off(
    Shared(app): Shared<App>,
    context: Context,
    Path((id, student)): Path<(i64, i64)>,
    Form(_): Form<Pairs>,
) -> Result<Response, AppError> {
    own(&app, &context, id).await?;
    let change = Change::begin(&app, Some(context.actor()?)).await?;
    let day = events::find(change.db(), context.actor()?, id).await?;
    if day.details.held_on.is_some() || day.details.cancelled {
        return Err(AppError::conflict());
    }
    if !store::take_off(&change, &day, student).await? {
        return Err(AppError::NotFound);
    }
    change.commit().await?;
    Ok(back(id))
}

/// Takes an activity away; only one that nobody signed up for.
pub async fn remove(
    Shared(app): Shared<App>,
    context: Context,
    Path((id, activity)): Path<(i64, i64)>,
    Form(_): Form<Pairs>,
) -> Result<Response, AppError> {
    let day = own(&app, &context, id).await?;
    let change = Change::begin(&app, Some(context.actor()?)).await?;
    if !store::remove(&change, &day, activity).await? {
        return Err(AppError::Refused { status: StatusCode::CONFLICT, key: "error-day-taken".to_owned() });
    }
    change.commit().await?;
    Ok(back(id))
}

/// Makes the link that students sign up by.
pub async fn link(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(_): Form<Pairs>,
) -> Result<Response, AppError> {
    let day = own(&app, &context, id).await?;
    let change = Change::begin(&app, Some(context.actor()?)).await?;
    store::link(&change, &day).await?;
    change.commit().await?;
    Ok(back(id))
}

/// Records the day as held, with those who signed up as those who were there; who did not come is taken out on the event's form.
pub async fn attended(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(_): Form<Pairs>,
) -> Result<Response, AppError> {
    own(&app, &context, id).await?;
    let actor = context.actor()?;
    let change = Change::begin(&app, Some(actor)).await?;
    let day = events::find(change.db(), actor, id).await?;
    let today = clock::day(change.at());
    // Who recorded the day by its form and named nobody can still take the list.
    let open = day.details.held_on.is_none() || events::students_of(change.db(), id).await?.is_empty();
    let on = day.day().filter(|on| *on <= today && open && !day.details.cancelled);
    let Some(on) = on else {
        return Err(AppError::Refused { status: StatusCode::CONFLICT, key: "error-day-not-yet".to_owned() });
    };
    let sign_ups = store::sign_ups(change.db(), &day).await?;
    let mut draft = Draft::of(change.db(), &day).await?;
    draft.details.held_on = Some(Day(on));
    draft.present = sign_ups.iter().map(|one| one.student.id).collect();
    draft.groups.extend(sign_ups.iter().map(|one| one.student.group_id));
    draft.groups.sort_unstable();
    draft.groups.dedup();
    events::save(&change, actor, Some(&day), &draft, context.year).await?.ok_or_else(AppError::conflict)?;
    change.commit().await?;
    Ok(Redirect::to(&format!("/events/{id}/edit")).into_response())
}

/// Plans the same day a week later, with the same activities; nobody is signed up yet.
pub async fn again(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let day = own(&app, &context, id).await?;
    let actor = context.actor()?;
    let today = clock::day(app.clock.millis());
    let week = Days::new(7);
    let mut on = day.day().unwrap_or(today) + week;
    while on < today {
        on = on + week;
    }
    let draft = Draft::of(&app.db, &day).await?.again(id, on, 0);
    let details = EventForm {
        planned_on: Some(Day(on)),
        planned_time: day.details.planned_time.clone(),
        held_on: None,
        held_time: String::new(),
        ..draft.details
    };
    let draft = Draft { details, ..draft };
    let deed = async |change: &Change| {
        let next = events::save(change, actor, None, &draft, context.year).await?.ok_or(AppError::NotFound)?;
        let planned = events::find(change.db(), actor, next).await?;
        store::copy(change, id, &planned).await?;
        Ok(next)
    };
    let fields = Fields::of(pairs);
    let next = Once::of_form(actor.id, &format!("/days/{id}/again"), &fields).make(&app, actor, deed).await?;
    Ok(back(next))
}

pub async fn export(Shared(app): Shared<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    let day = events::find(&app.db, context.actor()?, id).await?;
    let activities = store::activities(&app.db, id).await?;
    let title = |of: i64| {
        let activity = activities.iter().find(|one| one.id == of);
        activity.map(|one| one.details.title.clone()).unwrap_or_default()
    };
    let sign_ups = store::sign_ups(&app.db, &day).await?.into_iter();
    let rows = sign_ups.map(|one| vec![title(one.activity), one.student.group_code, one.student.name]);
    let headings = ["day-activity", "group", "name"].map(|key| context.t(key)).to_vec();
    sheet::workbook("development-day.xlsx", day.details.topic, headings, &[], rows.collect()).await
}
