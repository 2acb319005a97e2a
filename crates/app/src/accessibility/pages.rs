//! The pages of buildings.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use sheber_messages as messages;
use sheber_norms::Edition;

use super::store::{self, Building, Filter, New};
use crate::events::photos;
use crate::platform::actor::{Ability, OrganisationKind};
use crate::platform::app::App;
use crate::platform::audit::{self, Change};
use crate::platform::clock;
use crate::platform::context::Context;
use crate::platform::error::AppError;
use crate::platform::fields::Fields;
use crate::platform::files;
use crate::platform::forms::{Form, Pairs, Upload};
use crate::platform::once::Once;
use crate::platform::page::{Page, Pager, html};
use crate::platform::sheet;

#[derive(Template)]
#[template(path = "accessibility/list.html")]
struct ListPage {
    page: Page,
    filter: Filter,
    pager: Pager,
    total: i64,
    today: chrono::NaiveDate,
    buildings: Vec<Building>,
    features: Vec<&'static str>,
    above: bool,
    edits: bool,
    f: Fields,
}

impl ListPage {
    fn day(&self, building: &Building) -> String {
        building.checked_on().map(|day| messages::date(self.page.lang(), day)).unwrap_or_default()
    }

    fn is_stale(&self, building: &Building) -> bool {
        building.is_stale(self.page.context.year, self.today)
    }

    fn query(&self) -> String {
        serde_urlencoded::to_string(Filter { page: 0, ..self.filter.clone() }).unwrap_or_default()
    }

    fn chosen(&self) -> bool {
        !(self.filter.q.is_empty() && self.filter.state.is_empty() && self.filter.college.is_empty())
    }

    fn college(&self, building: &Building) -> String {
        building.college().get(self.page.lang()).to_owned()
    }
}

async fn show(app: &App, context: Context, filter: Filter, f: Fields) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let (buildings, total) = store::list(&app.db, &actor, &filter, store::PAGE).await?;
    let count = usize::try_from(total).unwrap_or(0);
    let pager = Pager::of("/buildings", filter.page, store::PAGE, count, |page| Filter { page, ..filter.clone() });
    let shown = ListPage {
        filter,
        pager,
        total,
        today: clock::day(app.clock.millis()),
        buildings,
        features: Edition::of(context.year).words("12.3", "features"),
        above: actor.role.organisation() != OrganisationKind::College,
        edits: actor.may(Ability::EditPassports),
        page: Page::new(context.clone(), "college", context.t("building-title")).wide(),
        f,
    };
    let status = shown.f.status();
    Ok((status, html(&shown)?).into_response())
}

pub async fn list(
    State(app): State<App>,
    context: Context,
    Query(filter): Query<Filter>,
) -> Result<Response, AppError> {
    show(&app, context, filter, Fields::default()).await
}

pub async fn export(
    State(app): State<App>,
    context: Context,
    Query(filter): Query<Filter>,
) -> Result<Response, AppError> {
    let filter = Filter { page: 0, ..filter };
    let (buildings, _) = store::list(&app.db, context.actor()?, &filter, 200_000).await?;
    let features = Edition::of(context.year).words("12.3", "features");
    let mut headings: Vec<String> =
        ["event-holder", "building-name", "building-address"].map(|key| context.t(key)).to_vec();
    headings.extend(features.iter().map(|feature| context.t(&format!("feature-{feature}"))));
    headings.extend([context.t("building-checked-on"), context.t("building-checked-by")]);
    let rows = buildings
        .iter()
        .map(|building| {
            let mut row =
                vec![building.college().get(context.lang).to_owned(), building.name.clone(), building.address.clone()];
            row.extend(features.iter().map(|feature| if building.has(feature) { "+" } else { "–" }.to_owned()));
            let day = building.checked_on().map(|day| messages::date(context.lang, day));
            row.extend([day.unwrap_or_default(), building.checked_by.clone()]);
            row
        })
        .collect();
    sheet::workbook("buildings.xlsx", context.t("building-title"), headings, &[], rows).await
}

fn read(fields: &mut Fields, context: &Context, today: chrono::NaiveDate) -> New {
    let known = Edition::of(context.year).words("12.3", "features");
    let new = New {
        name: fields.text("name", 200),
        address: fields.open_text("address", 300),
        features: known.into_iter().filter(|word| fields.has("features", word)).map(str::to_owned).collect(),
        checked_on: fields.open_day("checked_on"),
        checked_by: fields.open_text("checked_by", 200),
        note: fields.open_text("note", 1000),
        photo: None,
        active: !fields.has("closed", "yes"),
    };
    if new.checked_on.is_some_and(|day| day > today) {
        fields.wrong("checked_on", "event-in-future");
    }
    if new.checked_on.is_some() && new.checked_by.is_empty() {
        fields.wrong("checked_by", "field-required");
    }
    if new.checked_on.is_none() && !new.features.is_empty() {
        fields.wrong("checked_on", "building-no-check");
    }
    new
}

pub async fn create(State(app): State<App>, context: Context, Form(pairs): Form<Pairs>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let mut fields = Fields::of(pairs);
    let new = read(&mut fields, &context, clock::day(app.clock.millis()));
    if !fields.is_sound() {
        return show(&app, context, Filter::default(), fields).await;
    }
    let deed = async |change: &Change| Ok(store::insert(change, actor.organisation_id, &new, context.this_year).await?);
    let id = Once::of_form(actor.id, "/buildings", &fields).make(&app, &actor, deed).await?;
    Ok(Redirect::to(&format!("/buildings/{id}")).into_response())
}

#[derive(Template)]
#[template(path = "accessibility/one.html")]
struct OnePage {
    page: Page,
    building: Building,
    features: Vec<&'static str>,
    day: String,
    /// The check is too long ago to count.
    stale: bool,
    edits: bool,
    lines: Vec<audit::Line>,
    f: Fields,
}

async fn show_one(app: &App, context: Context, id: i64, f: Option<Fields>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let building = store::find(&app.db, &actor, id).await?;
    let f = f.unwrap_or_else(|| {
        let mut f = Fields::filled(building.features().into_iter().map(|feature| ("features", feature.to_owned())));
        f.set("name", building.name.clone());
        f.set("address", building.address.clone());
        f.set("checked_on", building.checked_on.clone().unwrap_or_default());
        f.set("checked_by", building.checked_by.clone());
        f.set("note", building.note.clone());
        f.set("closed", if building.active { "" } else { "yes" });
        f.set("version", building.version.to_string());
        f
    });
    let status = f.status();
    let title = building.name.clone();
    let shown = OnePage {
        features: Edition::of(context.year).words("12.3", "features"),
        day: building.checked_on().map(|day| messages::date(context.lang, day)).unwrap_or_default(),
        stale: building.is_stale(context.year, clock::day(app.clock.millis())),
        edits: actor.may(Ability::EditPassports),
        lines: audit::history(&app.db, "building", id, 20).await?,
        page: Page::new(context.clone(), "college", title).crumb(context.t("building-title"), "/buildings"),
        building,
        f,
    };
    Ok((status, html(&shown)?).into_response())
}

pub async fn one(State(app): State<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    show_one(&app, context, id, None).await
}

pub async fn change(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    upload: Upload,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let mut building = store::find(&app.db, &actor, id).await?;
    let mut fields = Fields::of(upload.fields);
    let mut new = read(&mut fields, &context, clock::day(app.clock.millis()));
    if let Some(file) = upload.files.into_iter().next() {
        match photos::keep(&app, file.bytes).await? {
            Ok((picture, _)) => new.photo = Some(picture),
            Err(key) => fields.wrong("files", key),
        }
    }
    if !fields.is_sound() {
        return show_one(&app, context, id, Some(fields)).await;
    }
    // What the person saw is what they change.
    let now = std::mem::replace(&mut building.version, fields.version());
    let change = Change::begin(&app, Some(&actor)).await?;
    if !store::update(&change, &building, &new, context.this_year).await? {
        drop(change);
        fields.overtaken("name", now);
        return show_one(&app, context, id, Some(fields)).await;
    }
    change.commit().await?;
    Ok(Redirect::to(&format!("/buildings/{id}")).into_response())
}

pub async fn photo(State(app): State<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    let building = store::find(&app.db, context.actor()?, id).await?;
    let bytes = files::read(&app, building.photo.as_deref().ok_or(AppError::NotFound)?).await?;
    let mut response = ([(header::CONTENT_TYPE, "image/jpeg")], bytes).into_response();
    let policy = HeaderValue::from_static("sandbox; default-src 'none'");
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}
