//! The pages of bodies and clubs.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use serde::Deserialize;
use sheber_norms::Edition;

use sheber_people::organisations::colleges;
use sheber_platform::actor::{Actor, Scope};
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::clock;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::fields::Fields;
use sheber_platform::forms::{Address, Form, Pairs};
use sheber_platform::once::Once;
use sheber_platform::page::{Page, html};
use sheber_platform::record::Record;
use sheber_platform::sheet;

use super::rights;
use super::store::{self, Body, BodyForm, Kind, Member};

#[derive(Template)]
#[template(path = "bodies/list.html")]
struct ListPage {
    page: Page,
    /// By kind; the kinds that the guidance demands stand first and are shown when they are missing, too.
    kinds: Vec<(Kind, bool, Vec<Body>)>,
    words: &'static [Kind],
    edits: bool,
    /// Whether the reader may open one with its members.
    opens: bool,
    college: i64,
    closed: bool,
    f: Fields,
}

/// Whose bodies a department or the ministry looks at.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Whose {
    college: i64,
    /// Those that are no more.
    closed: String,
}

impl Whose {
    fn college(&self, actor: &Actor) -> i64 {
        if let Scope::College(own) = actor.scope() { own } else { self.college }
    }
}

async fn show(app: &App, context: Context, whose: &Whose, f: Fields) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let college = whose.college(&actor);
    if college == 0 {
        return Ok(Redirect::to("/oversight").into_response());
    }
    let name = colleges::find(&app.db, &actor, college).await?.name(context.lang).to_owned();
    let bodies = store::list(&app.db, &actor, college, !whose.closed.is_empty(), "").await?;
    let demanded = Edition::of(context.year).words("14.5", "bodies");
    let kinds = Kind::ALL
        .iter()
        .map(|kind| {
            let of_kind = bodies.iter().filter(|body| body.details.kind == *kind).cloned().collect();
            (*kind, demanded.contains(&kind.word()), of_kind)
        })
        .collect();
    let status = f.status();
    let edits = actor.may(rights::EDIT);
    let own = college == actor.organisation_id;
    let mut page =
        Page::new(context.clone(), if own { "college" } else { "oversight" }, context.t("body-title")).wide();
    if !own {
        page = page.crumb(name, format!("/oversight/{college}"));
    }
    let opens = actor.may(rights::OPEN);
    Ok((
        status,
        html(&ListPage { page, kinds, words: Kind::ALL, edits, opens, college, closed: !whose.closed.is_empty(), f })?,
    )
        .into_response())
}

pub async fn list(
    State(app): State<App>,
    context: Context,
    Address(whose): Address<Whose>,
) -> Result<Response, AppError> {
    let today = clock::day(app.clock.millis());
    show(&app, context, &whose, Fields::filled([("founded_on", today.to_string())])).await
}

/// The booklet of sections and circles for students and parents (14.3), as a sheet.
pub async fn export(
    State(app): State<App>,
    context: Context,
    Address(whose): Address<Whose>,
) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let bodies = store::list(&app.db, actor, whose.college(actor), !whose.closed.is_empty(), "").await?;
    let headings =
        ["body-kind", "name", "body-leader", "body-contact", "body-timetable", "event-place", "body-members"];
    let headings = headings.map(|key| context.t(key)).to_vec();
    let rows = bodies
        .into_iter()
        .map(|Body { details, members, .. }| {
            let kind = context.t(&format!("body-{}", details.kind));
            vec![
                kind,
                details.name,
                details.leader,
                details.contact,
                details.timetable,
                details.place,
                members.to_string(),
            ]
        })
        .collect();
    sheet::workbook("clubs.xlsx", context.t("body-title"), headings, &[6], rows).await
}

fn read(fields: &mut Fields, today: NaiveDate) -> Option<BodyForm> {
    BodyForm::read_with(fields, |details, fields| {
        if details.founded_on.0 > today {
            fields.wrong("founded_on", "event-in-future");
        }
    })
}

pub async fn create(State(app): State<App>, context: Context, Form(pairs): Form<Pairs>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let mut fields = Fields::of(pairs);
    let Some(new) = read(&mut fields, clock::day(app.clock.millis())) else {
        return show(&app, context, &Whose::default(), fields).await;
    };
    let deed = async |change: &Change| Ok(store::insert(change, &actor, &new).await?);
    let id = Once::of_form(actor.id, "/bodies", &fields).make(&app, &actor, deed).await?;
    Ok(Redirect::to(&format!("/bodies/{id}")).into_response())
}

#[derive(Template)]
#[template(path = "bodies/one.html")]
struct OnePage {
    page: Page,
    body: Body,
    members: Vec<Member>,
    words: &'static [Kind],
    edits: bool,
    f: Fields,
}

/// A body as its form shows it.
fn filled(body: &Body) -> Fields {
    let mut fields = body.details.filled();
    fields.set("closed", if body.closed_on.is_some() { "yes" } else { "" });
    fields.set("version", body.version.to_string());
    fields
}

async fn show_one(app: &App, context: Context, id: i64, f: Option<Fields>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let body = store::find(&app.db, &actor, id).await?;
    let known = filled(&body);
    // A form of something else leaves this one as it is known.
    let f = match f {
        Some(typed) if typed.has_any("name") => typed,
        Some(typed) => typed.over(known, &[]),
        None => known,
    };
    let status = f.status();
    let members = store::members(&app.db, id).await?;
    let edits = actor.may(rights::EDIT);
    let page =
        Page::new(context.clone(), "college", body.details.name.clone()).crumb(context.t("body-title"), "/bodies");
    Ok((status, html(&OnePage { page, body, members, words: Kind::ALL, edits, f })?).into_response())
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
    body.version = fields.version();
    let change = Change::begin(&app, Some(&actor)).await?;
    let closed = fields.has("closed", "yes");
    if !store::update(&change, &body, &new, closed).await? {
        drop(change);
        let now = store::find(&app.db, &actor, id).await?;
        fields.overtaken("name", now.version, filled(&now));
        return show_one(&app, context, id, Some(fields)).await;
    }
    change.commit().await?;
    Ok(Redirect::to(if closed { "/bodies".to_owned() } else { format!("/bodies/{id}") }.as_str()).into_response())
}

pub async fn add_member(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let body = store::find(&app.db, &actor, id).await?;
    let mut fields = Fields::of(pairs);
    let (name, seat) = (fields.text("member", 150), fields.open_text("seat", 200));
    if !fields.is_sound() {
        return show_one(&app, context, id, Some(fields)).await;
    }
    let change = Change::begin(&app, Some(&actor)).await?;
    if !store::add_member(&change, &body, &name, &seat).await? {
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
    let body = store::find(&app.db, &actor, id).await?;
    let change = Change::begin(&app, Some(&actor)).await?;
    if !store::remove_member(&change, &body, member).await? {
        return Err(AppError::NotFound);
    }
    change.commit().await?;
    Ok(Redirect::to(&format!("/bodies/{id}#members")).into_response())
}
