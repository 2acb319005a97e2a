//! The pages of bodies and clubs.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use serde::Deserialize;
use sheber_norms::Edition;

use super::store::{self, Body, Kind, Member, New};
use crate::duties::oversight;
use crate::platform::actor::{Ability, Actor, Scope};
use crate::platform::app::App;
use crate::platform::audit::Change;
use crate::platform::clock;
use crate::platform::context::Context;
use crate::platform::error::AppError;
use crate::platform::fields::Fields;
use crate::platform::forms::{Form, Pairs};
use crate::platform::once::Once;
use crate::platform::page::{Page, html};
use crate::platform::sheet;

#[derive(Template)]
#[template(path = "bodies/list.html")]
struct ListPage {
    page: Page,
    /// By kind; the kinds that the guidance demands stand first and are shown when they are missing, too.
    kinds: Vec<(&'static str, bool, Vec<Body>)>,
    words: Vec<&'static str>,
    edits: bool,
    /// Whether the reader may open one with its members.
    opens: bool,
    college: i64,
    closed: bool,
    f: Fields,
}

fn words() -> Vec<&'static str> {
    Kind::ALL.iter().map(|kind| kind.word()).collect()
}

/// Whose bodies a department or the ministry looks at.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    college: i64,
    /// Those that are no more.
    closed: String,
}

impl Asked {
    fn college(&self, actor: &Actor) -> i64 {
        if let Scope::College(own) = actor.scope() { own } else { self.college }
    }
}

async fn show(app: &App, context: Context, asked: &Asked, f: Fields) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let college = asked.college(&actor);
    if college == 0 {
        return Ok(Redirect::to("/oversight").into_response());
    }
    let name = oversight::find(app, &actor, college).await?.name().get(context.lang).to_owned();
    let bodies = store::list(&app.db, &actor, college, !asked.closed.is_empty()).await?;
    let demanded = Edition::of(context.year).words("14.5", "bodies");
    let kinds = Kind::ALL
        .iter()
        .map(|kind| {
            let of_kind = bodies.iter().filter(|body| body.kind() == *kind).cloned().collect();
            (kind.word(), demanded.contains(&kind.word()), of_kind)
        })
        .collect();
    let status = f.status();
    let edits = actor.may(Ability::EditPlans);
    let own = college == actor.organisation_id;
    let mut page =
        Page::new(context.clone(), if own { "college" } else { "oversight" }, context.t("body-title")).wide();
    if !own {
        page = page.crumb(name, format!("/oversight/{college}"));
    }
    let opens = actor.may(Ability::SeeGroups);
    Ok((
        status,
        html(&ListPage { page, kinds, words: words(), edits, opens, college, closed: !asked.closed.is_empty(), f })?,
    )
        .into_response())
}

pub async fn list(State(app): State<App>, context: Context, Query(asked): Query<Asked>) -> Result<Response, AppError> {
    let today = clock::day(app.clock.millis());
    show(&app, context, &asked, Fields::filled([("founded_on", today.to_string())])).await
}

/// The booklet of sections and circles for students and parents (14.3), as a sheet.
pub async fn export(
    State(app): State<App>,
    context: Context,
    Query(asked): Query<Asked>,
) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let bodies = store::list(&app.db, actor, asked.college(actor), !asked.closed.is_empty()).await?;
    let headings =
        ["body-kind", "name", "body-leader", "body-contact", "body-timetable", "event-place", "body-members"];
    let headings = headings.map(|key| context.t(key)).to_vec();
    let rows = bodies
        .into_iter()
        .map(|body| {
            let kind = context.t(&format!("body-{}", body.kind));
            vec![kind, body.name, body.leader, body.contact, body.timetable, body.place, body.members.to_string()]
        })
        .collect();
    sheet::workbook("clubs.xlsx", context.t("body-title"), headings, &[6], rows).await
}

fn read(fields: &mut Fields, today: NaiveDate) -> Option<New> {
    let kind = fields.choice::<Kind>("kind");
    let founded_on = fields.day("founded_on");
    if founded_on.is_some_and(|day| day > today) {
        fields.wrong("founded_on", "event-in-future");
    }
    let new = New {
        kind: kind?,
        name: fields.text("name", 200),
        leader: fields.text("leader", 200),
        contact: fields.open_text("contact", 200),
        timetable: fields.open_text("timetable", 500),
        place: fields.open_text("place", 200),
        inspector: fields.open_text("inspector", 200),
        order_number: fields.open_text("order_number", 100),
        founded_on: founded_on?,
        closed: fields.has("closed", "yes"),
    };
    fields.is_sound().then_some(new)
}

pub async fn create(State(app): State<App>, context: Context, Form(pairs): Form<Pairs>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let mut fields = Fields::of(pairs);
    let Some(new) = read(&mut fields, clock::day(app.clock.millis())) else {
        return show(&app, context, &Asked::default(), fields).await;
    };
    let deed = async |change: &Change| Ok(store::insert(change, actor.organisation_id, &new).await?);
    let id = Once::of_form(actor.id, "/bodies", &fields).make(&app, &actor, deed).await?;
    Ok(Redirect::to(&format!("/bodies/{id}")).into_response())
}

#[derive(Template)]
#[template(path = "bodies/one.html")]
struct OnePage {
    page: Page,
    body: Body,
    members: Vec<Member>,
    words: Vec<&'static str>,
    edits: bool,
    f: Fields,
}

async fn show_one(app: &App, context: Context, id: i64, f: Option<Fields>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let body = store::find(&app.db, &actor, id).await?;
    let known = {
        Fields::filled([
            ("kind", body.kind.clone()),
            ("name", body.name.clone()),
            ("leader", body.leader.clone()),
            ("contact", body.contact.clone()),
            ("timetable", body.timetable.clone()),
            ("place", body.place.clone()),
            ("inspector", body.inspector.clone()),
            ("order_number", body.order_number.clone()),
            ("founded_on", body.founded_on.clone()),
            ("closed", if body.closed_on.is_some() { "yes".to_owned() } else { String::new() }),
            ("version", body.version.to_string()),
        ])
    };
    // A form of something else leaves this one as it is known.
    let f = match f {
        Some(typed) if typed.has_any("name") => typed,
        Some(typed) => typed.over(known, &[]),
        None => known,
    };
    let status = f.status();
    let members = store::members(&app.db, id).await?;
    let edits = actor.may(Ability::EditPlans);
    let page = Page::new(context.clone(), "college", body.name.clone()).crumb(context.t("body-title"), "/bodies");
    Ok((status, html(&OnePage { page, body, members, words: words(), edits, f })?).into_response())
}

pub async fn one(State(app): State<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    show_one(&app, context, id, None).await
}

pub async fn change(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let mut body = store::find(&app.db, &actor, id).await?;
    let mut fields = Fields::of(pairs);
    let Some(new) = read(&mut fields, clock::day(app.clock.millis())) else {
        return show_one(&app, context, id, Some(fields)).await;
    };
    // What the person saw is what they change.
    let now = std::mem::replace(&mut body.version, fields.version());
    let change = Change::begin(&app, Some(&actor)).await?;
    if !store::update(&change, &body, &new).await? {
        drop(change);
        fields.overtaken("name", now);
        return show_one(&app, context, id, Some(fields)).await;
    }
    change.commit().await?;
    Ok(Redirect::to(if new.closed { "/bodies".to_owned() } else { format!("/bodies/{id}") }.as_str()).into_response())
}

pub async fn add_member(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    store::find(&app.db, &actor, id).await?;
    let mut fields = Fields::of(pairs);
    let (name, seat) = (fields.text("member", 150), fields.open_text("seat", 200));
    if !fields.is_sound() {
        return show_one(&app, context, id, Some(fields)).await;
    }
    let change = Change::begin(&app, Some(&actor)).await?;
    if !store::add_member(&change, id, &name, &seat).await? {
        drop(change);
        fields.wrong("member", "body-member-known");
        return show_one(&app, context, id, Some(fields)).await;
    }
    change.commit().await?;
    Ok(Redirect::to(&format!("/bodies/{id}#members")).into_response())
}

pub async fn remove_member(
    State(app): State<App>,
    context: Context,
    Path((id, member)): Path<(i64, i64)>,
    Form(_): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    store::find(&app.db, &actor, id).await?;
    let change = Change::begin(&app, Some(&actor)).await?;
    if !store::remove_member(&change, id, member).await? {
        return Err(AppError::NotFound);
    }
    change.commit().await?;
    Ok(Redirect::to(&format!("/bodies/{id}#members")).into_response())
}
