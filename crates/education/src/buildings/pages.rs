//! The pages of buildings.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use sheber_kernel::OrganisationKind;
use sheber_messages as messages;
use sheber_norms::Edition;
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::fields::Fields;
use sheber_platform::forms::{Address, Form, Pairs, Upload};
use sheber_platform::once::Once;
use sheber_platform::page::{Page, Pager, address, html};
use sheber_platform::record::Record;
use sheber_platform::{clock, photo as photos, sheet, trail};

use super::rights;
use super::store::{self, BUILDING, Building, BuildingForm, Filter, Use};

#[derive(Template)]
#[template(path = "buildings/list.html")]
struct ListPage {
    page: Page,
    filter: Filter,
    pager: Pager,
    today: NaiveDate,
    buildings: Vec<Building>,
    features: Vec<&'static str>,
    above: bool,
    f: Fields,
}

impl ListPage {
    fn shows_closed(&self) -> bool {
        self.filter.state == Some(Use::Closed)
    }

    fn day(&self, building: &Building) -> String {
        building.details.checked_on.map(|day| messages::date(self.page.lang(), day.0)).unwrap_or_default()
    }

    fn is_stale(&self, building: &Building) -> bool {
        building.is_stale(self.page.context.year, self.today)
    }

    fn query(&self) -> String {
        address(&self.filter)
    }

    fn college<'a>(&self, building: &'a Building) -> &'a str {
        building.college(self.page.lang())
    }
}

/// The features that a building has to have (12.3).
fn features(context: &Context) -> Vec<&'static str> {
    Edition::of(context.year).words("12.3", "features")
}

async fn show(app: &App, context: Context, filter: Filter, f: Fields) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let list = store::list(actor, context.lang, &filter).page::<Building>(&app.db, &filter.at).await?;
    let status = f.status();
    let template = ListPage {
        pager: Pager::of("/buildings", &filter, &list),
        filter,
        today: clock::day(app.clock.millis()),
        buildings: list.rows,
        features: features(&context),
        above: actor.role.organisation() != OrganisationKind::College,
        page: Page::new(context.clone(), "college", context.t("building-title")).wide(),
        f,
    };
    Ok((status, html(&template)?).into_response())
}

pub async fn list(
    State(app): State<App>,
    context: Context,
    Address(filter): Address<Filter>,
) -> Result<Response, AppError> {
    show(&app, context, filter, Fields::default()).await
}

pub async fn export(
    State(app): State<App>,
    context: Context,
    Address(filter): Address<Filter>,
) -> Result<Response, AppError> {
    let lang = context.lang;
    let buildings: Vec<Building> = store::list(context.actor()?, lang, &filter).all(&app.db).await?;
    let features = features(&context);
    let mut headings: Vec<String> =
        ["event-holder", "building-name", "building-address"].map(|key| context.t(key)).to_vec();
    headings.extend(features.iter().map(|feature| context.t(&format!("feature-{feature}"))));
    headings.extend([context.t("building-checked-on"), context.t("building-checked-by")]);
    let row = |building: &Building| {
        let details = &building.details;
        let mut row = vec![building.college(lang).to_owned(), details.name.clone(), details.address.clone()];
        row.extend(features.iter().map(|feature| if building.has(feature) { "+" } else { "–" }.to_owned()));
        let day = details.checked_on.map(|day| messages::date(lang, day.0));
        row.extend([day.unwrap_or_default(), details.checked_by.clone()]);
        row
    };
    let rows = buildings.iter().map(row).collect();
    sheet::workbook("buildings.xlsx", context.t("building-title"), headings, &[], rows).await
}

fn read(fields: &mut Fields, context: &Context, today: NaiveDate) -> Option<BuildingForm> {
    let known = features(context);
    BuildingForm::read_with(fields, |details, fields| {
        if details.checked_on.is_some_and(|day| day.0 > today) {
            fields.wrong("checked_on", "event-in-future");
        }
        if details.checked_on.is_some() && details.checked_by.is_empty() {
            fields.wrong("checked_by", "field-required");
        }
        if details.checked_on.is_none() && !details.features.is_empty() {
            fields.wrong("checked_on", "building-no-check");
        }
        fields.open_word("features", |word| known.contains(&word));
    })
}

pub async fn create(State(app): State<App>, context: Context, Form(pairs): Form<Pairs>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let mut fields = Fields::of(pairs);
    let Some(new) = read(&mut fields, &context, clock::day(app.clock.millis())) else {
        return show(&app, context, Filter::default(), fields).await;
    };
    let deed = async |change: &Change| Ok(store::insert(change, actor.organisation_id, &new, context.this_year).await?);
    let id = Once::of_form(actor.id, "/buildings", &fields).make(&app, &actor, deed).await?;
    Ok(Redirect::to(&format!("/buildings/{id}")).into_response())
}

#[derive(Template)]
#[template(path = "buildings/one.html")]
struct OnePage {
    page: Page,
    building: Building,
    features: Vec<&'static str>,
    day: String,
    /// The check is too long ago to count.
    stale: bool,
    edits: bool,
    lines: Vec<trail::Line>,
    f: Fields,
}

/// A building as its form shows it.
fn filled(building: &Building) -> Fields {
    let mut f = building.details.filled();
    f.set("closed", if building.active { "" } else { "yes" });
    f.set("version", building.version.to_string());
    f
}

async fn show_one(app: &App, context: Context, id: i64, f: Option<Fields>) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let building = store::find(&app.db, actor, id).await?;
    let f = f.unwrap_or_else(|| filled(&building));
    let status = f.status();
    let title = building.details.name.clone();
    let day = building.details.checked_on.map(|day| messages::date(context.lang, day.0));
    let template = OnePage {
        features: features(&context),
        day: day.unwrap_or_default(),
        stale: building.is_stale(context.year, clock::day(app.clock.millis())),
        edits: actor.may(rights::EDIT),
        lines: trail::history(&app.db, BUILDING, id, 20).await?,
        page: Page::new(context.clone(), "college", title).crumb(context.t("building-title"), "/buildings"),
        building,
        f,
    };
    Ok((status, html(&template)?).into_response())
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
    let building = store::find(&app.db, &actor, id).await?;
    let mut fields = Fields::of(upload.fields);
    let new = read(&mut fields, &context, clock::day(app.clock.millis()));
    let mut photo = None;
    if let Some(file) = upload.files.into_iter().next() {
        match photos::keep(&app, actor.organisation_id, file.bytes).await? {
            Ok((picture, _)) => photo = Some(picture),
            Err(key) => fields.wrong("files", key),
        }
    }
    let (Some(new), true) = (new, fields.is_sound()) else {
        return show_one(&app, context, id, Some(fields)).await;
    };
    let change = Change::begin(&app, Some(&actor)).await?;
    let active = !fields.has("closed", "yes");
    let written = store::update(&change, &building, fields.version(), (&new, photo, active), context.this_year).await?;
    if !written {
        drop(change);
        let now = store::find(&app.db, &actor, id).await?;
        fields.overtaken("name", now.version, filled(&now));
        return show_one(&app, context, id, Some(fields)).await;
    }
    change.commit().await?;
    Ok(Redirect::to(&format!("/buildings/{id}")).into_response())
}

pub async fn photo(State(app): State<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    let building = store::find(&app.db, context.actor()?, id).await?;
    sheet::photo(&app, building.photo.as_deref().ok_or(AppError::NotFound)?).await
}
