//! The pages of events.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use sheber_kernel::LocalName;
use sheber_messages as messages;
use sheber_norms::Edition;

use super::kinds::Kind;
use super::photos;
use super::store::{self, Event, Filter, Line};
use crate::duties::oversight;
use crate::groups::store::{self as groups, Group};
use crate::params;
use crate::platform::actor::{Ability, Actor, OrganisationKind, Scope};
use crate::platform::app::App;
use crate::platform::audit::{self, Change, Event as Told};
use crate::platform::context::Context;
use crate::platform::database;
use crate::platform::error::AppError;
use crate::platform::files;
use crate::platform::forms::{Form, Pairs, Upload};
use crate::platform::page::{Page, Pager, html};
use crate::platform::sheet;

/// The kinds that somebody's organisation holds.
pub fn kinds(actor: &Actor) -> Vec<&'static str> {
    let college = actor.role.organisation() == OrganisationKind::College;
    Kind::ALL.iter().filter(|kind| college || kind.is_for_offices()).map(|kind| kind.word()).collect()
}

#[derive(Template)]
#[template(path = "events/list.html")]
struct ListPage {
    page: Page,
    /// The college whose events they are, where somebody above came from it.
    of: Option<String>,
    filter: Filter,
    kinds: Vec<&'static str>,
    lines: Vec<Line>,
    total: i64,
    pager: Pager,
    above: bool,
    sees_groups: bool,
    records: bool,
    /// Of a college's prevention: each topic of 14.8 with how many events there were.
    topics: Vec<(&'static str, usize)>,
}

impl ListPage {
    fn day(&self, line: &Line) -> String {
        line.day().map(|day| messages::date(self.page.lang(), day)).unwrap_or_default()
    }

    fn organisation(&self, line: &Line) -> String {
        LocalName::new(&line.name_kk, &line.name_ru).get(self.page.lang()).to_owned()
    }

    fn query(&self) -> String {
        serde_urlencoded::to_string(Filter { page: 0, ..self.filter.clone() }).unwrap_or_default()
    }

    fn states(&self) -> [&'static str; 3] {
        ["planned", "held", "cancelled"]
    }
}

pub async fn list(
    State(app): State<App>,
    context: Context,
    Query(filter): Query<Filter>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let (lines, total) = store::list(&app.db, &actor, context.year, &filter, store::PAGE).await?;
    let count = usize::try_from(total).unwrap_or(0);
    let pager = Pager::of("/events", filter.page, store::PAGE, count, |page| Filter { page, ..filter.clone() });
    let above = actor.role.organisation() != OrganisationKind::College;
    let kinds = if above { Kind::ALL.iter().map(|kind| kind.word()).collect() } else { kinds(&actor) };
    let records = actor.may(Ability::RecordEvents);
    let of = match filter.college.parse::<i64>() {
        Ok(college) if above && college != actor.organisation_id => {
            Some(oversight::find(&app, &actor, college).await?.name().get(context.lang).to_owned())
        }
        _ => None,
    };
    let page = Page::new(context.clone(), "events", context.t("nav-events")).wide();
    let sees_groups = actor.may(Ability::SeeGroups);
    let topics = match actor.scope() {
        Scope::College(own) if filter.kind == Kind::Prevention.word() => {
            let held = store::topics(&app.db, own, context.year).await?;
            let count = |topic: &'static str| (topic, held.iter().filter(|held| *held == topic).count());
            Edition::of(context.year).words("14.8", "topics").into_iter().map(count).collect()
        }
        _ => Vec::new(),
    };
    html(&ListPage { page, of, filter, kinds, lines, total, pager, above, sees_groups, records, topics })
}

pub async fn export(
    State(app): State<App>,
    context: Context,
    Query(filter): Query<Filter>,
) -> Result<Response, AppError> {
    let filter = Filter { page: 0, ..filter };
    let (lines, _) = store::list(&app.db, context.actor()?, context.year, &filter, 100_000).await?;
    let headings = [
        "event-day",
        "event-kind",
        "event-topic",
        "event-students",
        "event-holder",
        "event-state",
        "event-place",
        "event-responsible",
        "event-audience",
        "event-partners",
        "event-specialists",
        "event-parents",
        "event-links",
        "event-outcome",
    ];
    let headings = headings.map(|key| context.t(key)).to_vec();
    let rows = lines
        .iter()
        .map(|line| {
            let state = match (line.cancelled, &line.held_on) {
                (true, _) => "event-cancelled",
                (false, Some(_)) => "event-held",
                (false, None) => "event-planned",
            };
            vec![
                line.day().map(|day| messages::date(context.lang, day)).unwrap_or_default(),
                context.t(&format!("event-kind-{}", line.kind)),
                line.topic.clone(),
                line.students.to_string(),
                LocalName::new(&line.name_kk, &line.name_ru).get(context.lang).to_owned(),
                context.t(state),
                line.place.clone(),
                line.responsible.clone(),
                line.audience.clone(),
                line.partners.clone(),
                line.specialists.clone(),
                line.parents.to_string(),
                line.links.clone(),
                line.outcome.clone(),
            ]
        })
        .collect();
    sheet::workbook("events.xlsx", context.t("nav-events"), headings, &[3, 11], rows).await
}

/// Of fewer named people than this a count would say who is meant.
const FEW: usize = 5;

#[derive(Template)]
#[template(path = "events/one.html")]
struct OnePage {
    page: Page,
    event: Event,
    organisation: String,
    day: String,
    planned: String,
    groups: Vec<Group>,
    present: usize,
    photos: Vec<photos::Kept>,
    changes: bool,
    sees_support: bool,
    error: Option<String>,
    activities: bool,
    lines: Vec<audit::Line>,
}

impl OnePage {
    fn aims(&self) -> Vec<&str> {
        self.event.aims.split_whitespace().collect()
    }
}

pub async fn show(app: &App, context: Context, id: i64, error: Option<String>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let event = store::find(&app.db, &actor, id).await?;
    let own = event.organisation_id == actor.organisation_id;
    let chosen = store::groups_of(&app.db, id).await?;
    let year = event.year.parse().unwrap_or(context.year);
    let mut all = groups::of_year(&app.db, &actor, year, "").await?;
    all.retain(|group| chosen.contains(&group.id));
    let date = |day: &Option<String>, time: &str| {
        let day = day.as_deref().and_then(|day| day.parse().ok()).map(|day| messages::date(context.lang, day));
        format!("{} {time}", day.unwrap_or_default()).trim().to_owned()
    };
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let present = store::students_of(&app.db, id).await?.len();
    // How many of those who need support took part says who they are, where names stand beside it: by naming one more and looking
    // again. Then it is for those who know it of the groups anyway, and for those above, who see no names.
    let sees_support = match (present, actor.role.organisation()) {
        (0, OrganisationKind::College) => own,
        (0, _) => true,
        (_, OrganisationKind::College) => !all.is_empty() && all.iter().all(|group| group.sees_support(&actor)),
        (named, _) => named >= FEW,
    };
    let shown = OnePage {
        organisation: LocalName::new(&event.name_kk, &event.name_ru).get(context.lang).to_owned(),
        day: date(&event.held_on, &event.held_time),
        planned: date(&event.planned_on, &event.planned_time),
        groups: all,
        present,
        photos: photos::of_event(&app.db, id).await?,
        changes: event.may_change(&actor),
        sees_support,
        error,
        activities: event.kind() == Kind::DevelopmentDay && own,
        lines: if own { audit::history(&app.db, "event", id, 20).await? } else { Vec::new() },
        page: Page::new(context.clone(), "events", event.topic.clone()).crumb(context.t("nav-events"), "/events"),
        event,
    };
    Ok((status, html(&shown)?).into_response())
}

pub async fn one(State(app): State<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    show(&app, context, id, None).await
}

/// Adds photos; each stands or falls by itself, and the page says which did not.
pub async fn add_photos(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    upload: Upload,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let event = store::find(&app.db, &actor, id).await?;
    if !event.may_change(&actor) {
        return Err(AppError::Forbidden);
    }
    if upload.files.is_empty() {
        let error = context.t("photo-none");
        return show(&app, context, id, Some(error)).await;
    }
    let wrong = keep_photos(&app, &actor, id, upload.files).await?;
    if !wrong.is_empty() {
        let error = not_kept(&context, &wrong);
        return show(&app, context, id, Some(error)).await;
    }
    Ok(Redirect::to(&format!("/events/{id}#photos")).into_response())
}

/// What people read of photos that could not be kept: which, and why.
pub fn not_kept(context: &Context, wrong: &[(String, &'static str)]) -> String {
    let line = |(name, key): &(String, &'static str)| format!("{name}: {}", context.t(key));
    wrong.iter().map(line).collect::<Vec<_>>().join(" ")
}

/// Keeps photos of an event; the names of those that could not be kept, with what is wrong with them.
pub async fn keep_photos(
    app: &App,
    actor: &Actor,
    id: i64,
    files: Vec<crate::platform::forms::File>,
) -> Result<Vec<(String, &'static str)>, AppError> {
    let mut wrong = Vec::new();
    for file in files {
        let name: String = file.name.chars().filter(|letter| !letter.is_control()).take(80).collect();
        let (picture, small) = match photos::keep(app, file.bytes).await? {
            Ok(kept) => kept,
            Err(key) => {
                wrong.push((name, key));
                continue;
            }
        };
        let change = Change::begin(app, Some(actor)).await?;
        let known = photos::of_event(change.db(), id).await?;
        if known.iter().any(|photo| photo.hash == picture) {
            continue;
        }
        if known.len() >= photos::MANY {
            wrong.push((name, "photo-many"));
            break;
        }
        let sql = "INSERT INTO event_photo (event_id, hash, small, added_by, removed) VALUES ($1, $2, $3, $4, FALSE)";
        database::run(change.db(), sql, params![id, picture.clone(), small, actor.id]).await?;
        let after = serde_json::json!({ "photo": picture });
        change.record(Told::new("event-event-photo", "event", id).after(after)).await?;
        change.commit().await?;
    }
    Ok(wrong)
}

pub async fn remove_photo(
    State(app): State<App>,
    context: Context,
    Path((id, photo)): Path<(i64, i64)>,
    Form(_): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let event = store::find(&app.db, &actor, id).await?;
    if !event.may_change(&actor) {
        return Err(AppError::Forbidden);
    }
    let change = Change::begin(&app, Some(&actor)).await?;
    let sql = "UPDATE event_photo SET removed = TRUE WHERE id = $1 AND event_id = $2 AND removed = FALSE";
    if database::run(change.db(), sql, params![photo, id]).await? == 0 {
        return Err(AppError::NotFound);
    }
    let before = serde_json::json!({ "photo": photo });
    change.record(Told::new("event-event-photo-removed", "event", id).before(before)).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("/events/{id}#photos")).into_response())
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Sized {
    small: String,
}

pub async fn photo(
    State(app): State<App>,
    context: Context,
    Path((id, photo)): Path<(i64, i64)>,
    Query(sized): Query<Sized>,
) -> Result<Response, AppError> {
    store::find(&app.db, context.actor()?, id).await?;
    let kept =
        photos::of_event(&app.db, id).await?.into_iter().find(|kept| kept.id == photo).ok_or(AppError::NotFound)?;
    let bytes = files::read(&app, if sized.small.is_empty() { &kept.hash } else { &kept.small }).await?;
    let mut response = ([(header::CONTENT_TYPE, "image/jpeg")], bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
    // The content under a photo's key never changes.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=86400"));
    Ok(response)
}
