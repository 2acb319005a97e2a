//! Development Day (14.6): parallel activities that students sign up for by a link, with places and without double booking.

use askama::Template;
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{Days, NaiveDate};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use tower_sessions::Session;

use crate::accounts;
use crate::events::store::{self as events, Event as Day};
use crate::groups;
use crate::params;
use crate::platform::actor::Ability;
use crate::platform::app::App;
use crate::platform::audit::{Change, Event};
use crate::platform::context::Context;
use crate::platform::database;
use crate::platform::error::AppError;
use crate::platform::fields::Fields;
use crate::platform::forms::{Form, Pairs, csrf_token};
use crate::platform::once::Once;
use crate::platform::page::{Page, html};
use crate::platform::route::Access::{Can, Public};
use crate::platform::route::{Route, get, post};
use crate::platform::{clock, secret, sheet};

pub fn routes() -> Vec<Route> {
    let (see, edit) = (Can(Ability::SeeGroups), Can(Ability::EditPlans));
    vec![
        get("/days/{id}", see, page),
        post("/days/{id}/activities", edit, add),
        post("/days/{id}/activities/{activity}", edit, correct),
        post("/days/{id}/activities/{activity}/remove", edit, remove),
        post("/days/{id}/signups/{student}/remove", edit, take_off),
        post("/days/{id}/link", edit, link),
        post("/days/{id}/attended", edit, attended),
        post("/days/{id}/again", edit, again),
        get("/days/{id}/list.xlsx", see, export),
        get("/day/{token}", Public, open),
        post("/day/{token}", Public, sign_up),
    ]
}

/// An activity of the day, with how many signed up.
#[derive(Clone, Debug, FromQueryResult)]
struct Activity {
    id: i64,
    title: String,
    place: String,
    leader: String,
    places: i64,
    taken: i64,
}

impl Activity {
    fn left(&self) -> i64 {
        (self.places - self.taken).max(0)
    }
}

async fn activities(db: &impl ConnectionTrait, event: i64) -> Result<Vec<Activity>, DbErr> {
    let sql = "SELECT a.id, a.title, a.place, a.leader, a.places,
               (SELECT COUNT(*) FROM day_signup s WHERE s.activity_id = a.id) AS taken
               FROM day_activity a WHERE a.event_id = $1 AND a.removed = FALSE ORDER BY a.id";
    database::all(db, sql, params![event]).await
}

/// Who signed up for what.
#[derive(Clone, Debug, FromQueryResult)]
struct Signed {
    activity_id: i64,
    student_id: i64,
    name: String,
    group_code: String,
}

async fn signed(db: &impl ConnectionTrait, event: i64) -> Result<Vec<Signed>, DbErr> {
    let sql = "SELECT s.activity_id, s.student_id, t.name, g.code AS group_code FROM day_signup s
               JOIN group_student t ON t.id = s.student_id JOIN study_group g ON g.id = t.group_id
               WHERE s.event_id = $1 ORDER BY g.code, t.search_name";
    database::all(db, sql, params![event]).await
}

#[derive(Template)]
#[template(path = "days/page.html")]
struct DayPage {
    page: Page,
    day: Day,
    activities: Vec<Activity>,
    signed: Vec<Signed>,
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
    /// What a field of an activity's own form shows: what was typed, or what is known.
    fn typed(&self, one: &Activity, name: &str) -> String {
        if self.correcting == one.id {
            return self.corrected.value(name).to_owned();
        }
        match name {
            "title" => one.title.clone(),
            "place" => one.place.clone(),
            "leader" => one.leader.clone(),
            _ => one.places.to_string(),
        }
    }

    fn of(&self, activity: &i64) -> Vec<&Signed> {
        self.signed.iter().filter(|one| one.activity_id == *activity).collect()
    }
}

async fn show(app: &App, context: Context, id: i64, f: Fields) -> Result<Response, AppError> {
    show_with(app, context, id, 0, f).await
}

async fn show_with(app: &App, context: Context, id: i64, correcting: i64, f: Fields) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let day = events::find(&app.db, &actor, id).await?;
    let token = database::text(&app.db, "SELECT token FROM day_link WHERE event_id = $1", params![id]).await?;
    let link = token.map(|token| format!("{}/day/{token}", app.config.base_url));
    let status = f.status();
    let (f, corrected) = if correcting == 0 { (f, Fields::default()) } else { (Fields::default(), f) };
    let page = Page::new(context.clone(), "events", day.topic.clone())
        .crumb(context.t("nav-events"), "/events")
        .crumb(day.topic.clone(), format!("/events/{id}"));
    let today = clock::day(app.clock.millis());
    let edits = actor.may(Ability::EditPlans) && day.organisation_id == actor.organisation_id;
    let came = !day.cancelled && day.day().is_some_and(|day| day <= today);
    let came = came && (day.held_on.is_none() || events::students_of(&app.db, id).await?.is_empty());
    let signed = signed(&app.db, id).await?;
    let shown = DayPage {
        to_attend: edits && came && !signed.is_empty(),
        page,
        activities: activities(&app.db, id).await?,
        running: day.held_on.is_none() && !day.cancelled,
        correcting,
        corrected,
        signed,
        code: link.as_deref().map(sheber_documents::code::svg).transpose()?.unwrap_or_default(),
        link,
        edits,
        day,
        f,
    };
    Ok((status, html(&shown)?).into_response())
}

async fn page(Shared(app): Shared<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    show(&app, context, id, Fields::default()).await
}

/// The day, if it is of the own college.
async fn own(app: &App, context: &Context, id: i64) -> Result<Day, AppError> {
    let actor = context.actor()?;
    let day = events::find(&app.db, actor, id).await?;
    if day.organisation_id == actor.organisation_id { Ok(day) } else { Err(AppError::NotFound) }
}

async fn add(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    own(&app, &context, id).await?;
    let mut fields = Fields::of(pairs);
    let (title, place) = (fields.text("title", 200), fields.open_text("place", 200));
    let (leader, places) = (fields.open_text("leader", 200), fields.number("places", 5000));
    if places == 0 {
        fields.wrong("places", "field-number");
    }
    if !fields.is_sound() {
        return show(&app, context, id, fields).await;
    }
    let actor = context.actor()?;
    let deed = async |change: &Change| {
        let sql = "INSERT INTO day_activity (event_id, title, place, leader, places, removed)
                   VALUES ($1, $2, $3, $4, $5, FALSE)";
        let values = params![id, title.clone(), place.clone(), leader.clone(), places];
        database::run(change.db(), sql, values).await?;
        let after = serde_json::json!({ "activity": title, "places": places });
        change.record(Event::new("event-day-activity", "event", id).after(after)).await?;
        Ok(id)
    };
    Once::of_form(actor.id, &format!("/days/{id}"), &fields).make(&app, actor, deed).await?;
    Ok(Redirect::to(&format!("/days/{id}")).into_response())
}

/// Corrects an activity: its title, room, leader, and how many places it has; never fewer than are taken.
async fn correct(
    Shared(app): Shared<App>,
    context: Context,
    Path((id, activity)): Path<(i64, i64)>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    own(&app, &context, id).await?;
    let mut fields = Fields::of(pairs);
    let (title, place) = (fields.text("title", 200), fields.open_text("place", 200));
    let (leader, places) = (fields.open_text("leader", 200), fields.number("places", 5000));
    let change = Change::begin(&app, Some(context.actor()?)).await?;
    change.in_order().await?;
    let all = activities(change.db(), id).await?;
    let known = all.into_iter().find(|one| one.id == activity).ok_or(AppError::NotFound)?;
    if places < known.taken.max(1) {
        fields.wrong("places", "day-places-taken");
    }
    if !fields.is_sound() {
        drop(change);
        return show_with(&app, context, id, activity, fields).await;
    }
    let sql = "UPDATE day_activity SET title = $2, place = $3, leader = $4, places = $5 WHERE id = $1";
    database::run(change.db(), sql, params![activity, title.clone(), place.clone(), leader.clone(), places]).await?;
    let before = serde_json::json!({ "activity": known.title, "place": known.place, "leader": known.leader, "places": known.places });
    let after = serde_json::json!({ "activity": title, "place": place, "leader": leader, "places": places });
    change.record(Event::new("event-day-activity-changed", "event", id).before(before).after(after)).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("/days/{id}")).into_response())
}

/// Takes a student off, who gives the place back.
async fn take_off(
    Shared(app): Shared<App>,
    context: Context,
    Path((id, student)): Path<(i64, i64)>,
    Form(_): Form<Pairs>,
) -> Result<Response, AppError> {
    let day = own(&app, &context, id).await?;
    if day.held_on.is_some() || day.cancelled {
        return Err(AppError::conflict());
    }
    let change = Change::begin(&app, Some(context.actor()?)).await?;
    let sql = "DELETE FROM day_signup WHERE event_id = $1 AND student_id = $2";
    if database::run(change.db(), sql, params![id, student]).await? == 0 {
        return Err(AppError::NotFound);
    }
    let before = serde_json::json!({ "student": student });
    change.record(Event::new("event-day-signup-removed", "event", id).before(before)).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("/days/{id}")).into_response())
}

/// Takes an activity away; only one that nobody signed up for.
async fn remove(
    Shared(app): Shared<App>,
    context: Context,
    Path((id, activity)): Path<(i64, i64)>,
    Form(_): Form<Pairs>,
) -> Result<Response, AppError> {
    own(&app, &context, id).await?;
    let change = Change::begin(&app, Some(context.actor()?)).await?;
    let sql = "UPDATE day_activity SET removed = TRUE WHERE id = $1 AND event_id = $2 AND removed = FALSE
               AND NOT EXISTS (SELECT 1 FROM day_signup s WHERE s.activity_id = $1)";
    if database::run(change.db(), sql, params![activity, id]).await? == 0 {
        return Err(AppError::Refused { status: StatusCode::CONFLICT, key: "error-day-taken".to_owned() });
    }
    let before = serde_json::json!({ "activity": activity });
    change.record(Event::new("event-day-activity-removed", "event", id).before(before)).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("/days/{id}")).into_response())
}

/// Makes the link that students sign up by.
async fn link(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(_): Form<Pairs>,
) -> Result<Response, AppError> {
    own(&app, &context, id).await?;
    let change = Change::begin(&app, Some(context.actor()?)).await?;
    let sql = "INSERT INTO day_link (event_id, token) VALUES ($1, $2) ON CONFLICT (event_id) DO NOTHING";
    if database::run(change.db(), sql, params![id, secret::token()[..24].to_owned()]).await? == 1 {
        change.record(Event::new("event-day-link", "event", id)).await?;
        change.commit().await?;
    }
    Ok(Redirect::to(&format!("/days/{id}")).into_response())
}

#[derive(FromQueryResult)]
struct Came {
    student_id: i64,
    group_id: i64,
}

/// Records the day as held, with those who signed up as those who were there; who did not come is taken out on the event's form.
async fn attended(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(_): Form<Pairs>,
) -> Result<Response, AppError> {
    own(&app, &context, id).await?;
    let actor = context.actor()?;
    let change = Change::begin(&app, Some(actor)).await?;
    change.in_order().await?;
    let day = events::find(change.db(), actor, id).await?;
    let today = clock::day(change.at());
    // Who recorded the day by its form and named nobody can still take the list.
    let open = day.held_on.is_none() || events::students_of(change.db(), id).await?.is_empty();
    let on = day.day().filter(|on| *on <= today && open && !day.cancelled);
    let Some(on) = on else {
        return Err(AppError::Refused { status: StatusCode::CONFLICT, key: "error-day-not-yet".to_owned() });
    };
    let sql = "SELECT s.student_id, t.group_id FROM day_signup s JOIN group_student t ON t.id = s.student_id
               WHERE s.event_id = $1 ORDER BY s.student_id";
    let came: Vec<Came> = database::all(change.db(), sql, params![id]).await?;
    let mut new = events::as_new(change.db(), &day).await?;
    new.held_on = Some(on);
    new.present = came.iter().map(|one| one.student_id).collect();
    new.groups.extend(came.iter().map(|one| one.group_id));
    new.groups.sort_unstable();
    new.groups.dedup();
    events::save(&change, actor, Some(&day), &new, context.year).await?.ok_or_else(AppError::conflict)?;
    change.commit().await?;
    Ok(Redirect::to(&format!("/events/{id}/edit")).into_response())
}

/// Plans the same day a week later, with the same activities; nobody is signed up yet.
async fn again(
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
    let again = events::as_new(&app.db, &day).await?;
    let planned_time = again.planned_time.clone();
    let held_time = String::new();
    let new = events::New { planned_on: Some(on), planned_time, held_time, ..again.again(id) };
    let deed = async |change: &Change| {
        let next = events::save(change, actor, None, &new, context.year).await?.ok_or(AppError::NotFound)?;
        let sql = "INSERT INTO day_activity (event_id, title, place, leader, places, removed)
                   SELECT $1, title, place, leader, places, FALSE FROM day_activity WHERE event_id = $2 AND removed = FALSE";
        let copied = database::run(change.db(), sql, params![next, id]).await?;
        let after = serde_json::json!({ "activities": copied, "of": id });
        change.record(Event::new("event-day-activity", "event", next).after(after)).await?;
        Ok(next)
    };
    let fields = Fields::of(pairs);
    let next = Once::of_form(actor.id, &format!("/days/{id}/again"), &fields).make(&app, actor, deed).await?;
    Ok(Redirect::to(&format!("/days/{next}")).into_response())
}

async fn export(Shared(app): Shared<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    let day = events::find(&app.db, context.actor()?, id).await?;
    let activities = activities(&app.db, id).await?;
    let title = |of: i64| activities.iter().find(|one| one.id == of).map(|one| one.title.clone()).unwrap_or_default();
    let rows = signed(&app.db, id)
        .await?
        .into_iter()
        .map(|one| vec![title(one.activity_id), one.group_code, one.name])
        .collect();
    let headings = ["day-activity", "group", "name"].map(|key| context.t(key)).to_vec();
    sheet::workbook("development-day.xlsx", day.topic, headings, &[], rows).await
}

#[derive(FromQueryResult)]
struct Linked {
    id: i64,
    organisation_id: i64,
    topic: String,
    planned_on: Option<String>,
    held_on: Option<String>,
    cancelled: bool,
}

impl Linked {
    /// Whether nobody signs up any more: the day was held, called off, or has passed.
    fn is_over(&self, today: NaiveDate) -> bool {
        let passed =
            self.planned_on.as_deref().and_then(|day| day.parse::<NaiveDate>().ok()).is_some_and(|day| day < today);
        self.cancelled || self.held_on.is_some() || passed
    }
}

#[derive(Template)]
#[template(path = "days/open.html")]
struct OpenPage {
    page: Page,
    topic: String,
    on: String,
    token: String,
    activities: Vec<Activity>,
    over: bool,
    done: Option<String>,
    f: Fields,
}

async fn linked(app: &App, token: &str) -> Result<Linked, AppError> {
    let sql = "SELECT e.id, e.organisation_id, e.topic, e.planned_on, e.held_on, e.cancelled FROM event e
               JOIN day_link l ON l.event_id = e.id WHERE l.token = $1";
    database::one(&app.db, sql, params![token]).await?.ok_or(AppError::NotFound)
}

async fn show_open(
    app: &App,
    context: Context,
    token: &str,
    f: Fields,
    done: Option<String>,
) -> Result<Response, AppError> {
    let day = linked(app, token).await?;
    let status = f.status();
    let on = day.planned_on.as_deref().and_then(|day| day.parse().ok());
    let shown = OpenPage {
        activities: activities(&app.db, day.id).await?,
        on: on.map(|day| sheber_messages::date(context.lang, day)).unwrap_or_default(),
        token: token.to_owned(),
        over: day.is_over(clock::day(app.clock.millis())),
        done,
        f,
        page: Page::new(context, "", day.topic.clone()),
        topic: day.topic,
    };
    Ok((status, html(&shown)?).into_response())
}

async fn open(
    Shared(app): Shared<App>,
    mut context: Context,
    session: Session,
    Path(token): Path<String>,
) -> Result<Response, AppError> {
    // Nobody is signed in here, and the form needs its token all the same.
    context.csrf = csrf_token(&session).await?;
    show_open(&app, context, &token, Fields::default(), None).await
}

/// Signs a student up by the short code: one activity a day; choosing another gives the first place back.
async fn sign_up(
    Shared(app): Shared<App>,
    context: Context,
    Path(token): Path<String>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let day = linked(&app, &token).await?;
    let mut fields = Fields::of(pairs);
    if day.is_over(clock::day(app.clock.millis())) {
        return show_open(&app, context, &token, Fields::default(), None).await;
    }
    let subject = format!("code:{}", context.address);
    if accounts::store::guesses(&app, &subject).await? > accounts::store::MOST_GUESSES {
        return Err(AppError::TooMany);
    }
    let code = fields.text("code", 20);
    let chosen: Option<i64> = fields.choice("activity");
    let student = groups::store::by_code(&app.db, day.organisation_id, &code).await?;
    if student.is_none() && !code.is_empty() {
        accounts::store::guessed(&app, &subject).await?;
        fields.wrong("code", "survey-code-unknown");
    }
    let (Some(student), Some(chosen), true) = (student, chosen, fields.is_sound()) else {
        return show_open(&app, context, &token, fields, None).await;
    };
    let change = Change::by(&app, None).await?;
    change.in_order().await?;
    if !database::is_sqlite(change.db()) {
        let sql = "SELECT id FROM day_activity WHERE id = $1 FOR UPDATE";
        database::number(change.db(), sql, params![chosen]).await?;
    }
    let all = activities(change.db(), day.id).await?;
    let Some(activity) = all.iter().find(|one| one.id == chosen) else { return Err(AppError::NotFound) };
    let sql = "SELECT activity_id FROM day_signup WHERE event_id = $1 AND student_id = $2";
    let before = database::number(change.db(), sql, params![day.id, student.id]).await?;
    if before != chosen {
        if activity.left() == 0 {
            drop(change);
            fields.wrong("activity", "day-full");
            return show_open(&app, context, &token, fields, None).await;
        }
        database::run(
            change.db(),
            "INSERT INTO day_signup (event_id, student_id, activity_id, at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (event_id, student_id) DO UPDATE SET activity_id = excluded.activity_id, at = excluded.at",
            params![day.id, student.id, chosen, change.at()],
        )
        .await?;
        change.record(Event::new("event-day-signup", "event", day.id)).await?;
        let title = activity.title.clone();
        change.commit().await?;
        return show_open(&app, context, &token, Fields::default(), Some(title)).await;
    }
    let title = activity.title.clone();
    drop(change);
    show_open(&app, context, &token, Fields::default(), Some(title)).await
}
