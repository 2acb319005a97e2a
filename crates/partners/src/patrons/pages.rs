//! The pages of patrons.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State as Shared};
use axum::response::{IntoResponse, Redirect, Response};
use sheber_people::organisations::colleges;
use sheber_platform::actor::Scope;
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::fields::Fields;
use sheber_platform::forms::{Address, Form, Pairs};
use sheber_platform::page::{Page, Pager, address, html};
use sheber_platform::sheet;

use super::store::{self, Filter, Match, Patron, PatronForm};

/// A patron with its colleges, and those that train in its profile.
struct Card {
    patron: Patron,
    colleges: Vec<(i64, String)>,
    fitting: Vec<(i64, String)>,
}

#[derive(Template)]
#[template(path = "patrons/list.html")]
struct ListPage {
    page: Page,
    filter: Filter,
    cards: Vec<Card>,
    pager: Pager,
    edits: bool,
    f: Fields,
}

impl ListPage {
    fn query(&self) -> String {
        address(&self.filter)
    }
}

/// The colleges of the reader's region by the fields that they train in; nobody's where the reader matches none.
async fn fitting(app: &App, context: &Context) -> Result<BTreeMap<String, Vec<(i64, String)>>, AppError> {
    let actor = context.actor()?;
    let mut fitting: BTreeMap<String, Vec<(i64, String)>> = BTreeMap::new();
    if !matches!(actor.scope(), Scope::Region(_)) {
        return Ok(fitting);
    }
    let trainings = store::trainings(&app.db, actor).await?;
    for college in colleges::within(&app.db, &actor.scope(), "", context.lang).await? {
        for training in trainings.iter().filter(|training| training.college_id == college.id) {
            let name = college.name(context.lang).to_owned();
            fitting.entry(training.field.clone()).or_default().push((college.id, name));
        }
    }
    Ok(fitting)
}

async fn show(app: &App, context: Context, filter: Filter, f: Fields) -> Result<Response, AppError> {
    let lang = context.lang;
    let list = store::list(context.actor()?, &filter).page::<Patron>(&app.db, &filter.at).await?;
    let matches = store::matches(&app.db, &list.rows, lang).await?;
    let fitting = fitting(app, &context).await?;
    let pager = Pager::of("/patrons", &filter, &list);
    let card = |patron: Patron| {
        let own = matches.iter().filter(|one| one.patron_id == patron.id);
        let own: Vec<(i64, String)> = own.map(|one| (one.college_id, one.college(lang).to_owned())).collect();
        let fits = fitting.get(&patron.details.profile).cloned().unwrap_or_default().into_iter();
        let fitting = fits.filter(|(id, _)| !own.iter().any(|(known, _)| known == id)).collect();
        Card { patron, colleges: own, fitting }
    };
    let cards = list.rows.into_iter().map(card).collect();
    let status = f.status();
    let edits = context.takes("/patrons");
    let page = Page::new(context.clone(), "oversight", context.t("patron-title"));
    let page = page.crumb(context.t("nav-oversight"), "/oversight");
    Ok((status, html(&ListPage { page, filter, cards, pager, edits, f })?).into_response())
}

pub async fn list(
    Shared(app): Shared<App>,
    context: Context,
    Address(filter): Address<Filter>,
) -> Result<Response, AppError> {
    show(&app, context, filter, Fields::default()).await
}

pub async fn export(
    Shared(app): Shared<App>,
    context: Context,
    Address(filter): Address<Filter>,
) -> Result<Response, AppError> {
    let patrons: Vec<Patron> = store::list(context.actor()?, &filter).all(&app.db).await?;
    let matches = store::matches(&app.db, &patrons, context.lang).await?;
    let row = |patron: Patron| {
        let own = matches.iter().filter(|one| one.patron_id == patron.id);
        let colleges = own.map(|one: &Match| one.college(context.lang)).collect::<Vec<_>>().join("; ");
        let PatronForm { name, bin, profile, contact, .. } = patron.details;
        vec![name, bin.to_string(), profile, contact, colleges, patron.region]
    };
    let rows = patrons.into_iter().map(row).collect();
    let headings =
        ["patron-name", "organisation-bin-label", "patron-profile", "body-contact", "oversight-colleges", "region"];
    let headings = headings.map(|key| context.t(key)).to_vec();
    sheet::workbook("patrons.xlsx", context.t("patron-title"), headings, &[], rows).await
}

pub async fn create(
    Shared(app): Shared<App>,
    context: Context,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let mut fields = Fields::of(pairs);
    let Some(new) = PatronForm::of(&mut fields) else {
        return show(&app, context, Filter::default(), fields).await;
    };
    let change = Change::begin(&app, Some(&actor)).await?;
    if store::insert(&change, &actor, &new).await?.is_none() {
        drop(change);
        fields.wrong("bin", "patron-known");
        return show(&app, context, Filter::default(), fields).await;
    }
    change.commit().await?;
    Ok(Redirect::to("/patrons").into_response())
}

/// Matches a patron to a college of the region, or takes the match back.
pub async fn matched(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let fields = Fields::of(pairs);
    let college: i64 = fields.value("college").parse().map_err(|_| AppError::NotFound)?;
    let change = Change::begin(&app, Some(actor)).await?;
    store::find(change.db(), actor, id).await?;
    let college = colleges::find(change.db(), actor, college).await?.id;
    store::set_match(&change, actor, (id, college), !fields.has("gone", "yes")).await?;
    change.commit().await?;
    Ok(Redirect::to("/patrons").into_response())
}

pub async fn remove(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(_): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let change = Change::begin(&app, Some(actor)).await?;
    store::find(change.db(), actor, id).await?;
    store::remove(&change, actor, id).await?;
    change.commit().await?;
    Ok(Redirect::to("/patrons").into_response())
}
