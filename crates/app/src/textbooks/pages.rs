//! The pages of purchases and of titles needed.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{Datelike, NaiveDate};
use sheber_kernel::{AcademicYear, LocalName};
use sheber_messages as messages;
use sheber_norms::Edition;
use sheber_norms::college::textbook_norm;

use super::Report;
use super::store::{self, Filter, Funds, Medium, New, Purchase, Sums};
use crate::college::tenge;
use crate::duties::oversight;
use crate::platform::actor::{Ability, OrganisationKind, Scope};
use crate::platform::app::App;
use crate::platform::audit::Change;
use crate::platform::clock;
use crate::platform::context::Context;
use crate::platform::error::AppError;
use crate::platform::fields::Fields;
use crate::platform::forms::{Form, Pairs};
use crate::platform::once::Once;
use crate::platform::page::{Page, Pager, html};
use crate::platform::sheet;

#[derive(Template)]
#[template(path = "textbooks/list.html")]
struct ListPage {
    page: Page,
    filter: Filter,
    lines: Vec<Purchase>,
    sums: Sums,
    pager: Pager,
    above: bool,
    edits: bool,
    /// Spending and the norm of the calendar year, where they can be told.
    spent: Option<(String, String, bool)>,
    confirmed: Vec<(&'static str, String)>,
    media: Vec<&'static str>,
    funds: Vec<&'static str>,
    langs: Vec<&'static str>,
    f: Fields,
    told: Option<String>,
    calendar_year: u16,
    years: Vec<u16>,
    /// The one college whose list it is, where somebody above came from it.
    of: Option<String>,
    /// Whether purchases can be confirmed: not for a year that has not begun.
    confirms: bool,
}

impl ListPage {
    fn day(&self, day: &str) -> String {
        day.parse().map(|day| messages::date(self.page.lang(), day)).unwrap_or_default()
    }

    fn money(&self, tiyn: impl std::borrow::Borrow<i64>) -> String {
        tenge(self.page.lang(), *tiyn.borrow())
    }

    fn college(&self, line: &Purchase) -> String {
        LocalName::new(&line.name_kk, &line.name_ru).get(self.page.lang()).to_owned()
    }

    /// Whether it is a choice of the list that shows nothing, rather than that there is nothing.
    fn chosen(&self) -> bool {
        !(self.filter.q.is_empty() && self.filter.lang.is_empty() && self.filter.medium.is_empty())
    }

    fn query(&self) -> String {
        serde_urlencoded::to_string(&self.filter).unwrap_or_default()
    }
}

fn words<T: Copy>(all: &[T], word: impl Fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().map(|one| word(*one)).collect()
}

pub async fn show(
    app: &App,
    context: Context,
    filter: Filter,
    f: Fields,
    told: Option<String>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let year = filter.year_or(context.year);
    let (lines, sums) = store::list(&app.db, &actor, year, &filter, store::PAGE).await?;
    let total = usize::try_from(sums.lines).unwrap_or(0);
    let pager = Pager::of("/textbooks", filter.page, store::PAGE, total, |page| Filter { page, ..filter.clone() });
    let mut spent = None;
    let mut confirmed = Vec::new();
    if let Scope::College(college) = actor.scope() {
        if let Some(spending) = store::spending(&app.db, college, year).await?
            && let Some(norm) = textbook_norm(Edition::of(year), spending)
        {
            let money = |tiyn| tenge(context.lang, tiyn);
            spent = Some((money(spending.tiyn), money(norm), spending.tiyn >= norm));
        }
        for report in [Report::Interim, Report::Final] {
            let day = store::confirmed_on(&app.db, college, year, report).await?;
            let day = day.map(|day| messages::date(context.lang, day)).unwrap_or_default();
            confirmed.push((report.word(), day));
        }
    }
    let of = match filter.college.parse::<i64>() {
        Ok(college) if actor.role.organisation() != OrganisationKind::College => {
            Some(oversight::find(app, &actor, college).await?.name().get(context.lang).to_owned())
        }
        _ => None,
    };
    let status = f.status();
    let shown = ListPage {
        of,
        confirms: year.first_day() <= clock::day(app.clock.millis()),
        filter,
        lines,
        sums,
        pager,
        above: actor.role.organisation() != OrganisationKind::College,
        edits: actor.may(Ability::EditTextbooks),
        spent,
        confirmed,
        media: words(Medium::ALL, Medium::word),
        funds: words(Funds::ALL, Funds::word),
        langs: store::LANGS.to_vec(),
        f,
        told,
        calendar_year: year.start(),
        years: (year.start().saturating_sub(3)..=year.start() + 1).rev().collect(),
        page: Page::new(context.clone(), "textbooks", context.t("nav-textbooks")).wide(),
    };
    Ok((status, html(&shown)?).into_response())
}

pub async fn list(
    State(app): State<App>,
    context: Context,
    Query(filter): Query<Filter>,
) -> Result<Response, AppError> {
    let today = clock::day(app.clock.millis());
    let fields = Fields::filled([("lang", "kk".to_owned()), ("bought_on", today.to_string())]);
    show(&app, context, filter, fields, None).await
}

pub async fn export(
    State(app): State<App>,
    context: Context,
    Query(filter): Query<Filter>,
) -> Result<Response, AppError> {
    let filter = Filter { page: 0, ..filter };
    let (lines, _) = store::list(&app.db, context.actor()?, context.year, &filter, 200_000).await?;
    let mut headings = super::import::headings(context.lang);
    headings.push(context.t("event-holder"));
    let rows = lines
        .into_iter()
        .map(|line| {
            vec![
                line.title,
                line.lang,
                line.medium,
                line.specialty,
                line.publisher,
                line.published.to_string(),
                line.copies.to_string(),
                format!("{}.{:02}", line.price / 100, line.price % 100),
                line.funds,
                line.bought_on,
                context.lang.pick(&line.name_kk, &line.name_ru).to_owned(),
            ]
        })
        .collect();
    sheet::workbook("textbooks.xlsx", context.t("nav-textbooks"), headings, &[5, 6, 7], rows).await
}

/// The most that one purchase may cost, in tiyn: a hundred billion tenge. Sums of a country stay countable.
const MOST: i64 = 10_000_000_000_000;

/// Reads a purchase.
pub fn read(fields: &mut Fields, today: NaiveDate) -> Option<New> {
    let lang = fields.value("lang").to_owned();
    if !store::LANGS.contains(&lang.as_str()) {
        fields.wrong("lang", "field-choice");
    }
    let (medium, funds, bought_on) = (fields.choice("medium"), fields.choice("funds"), fields.day("bought_on"));
    if bought_on.is_some_and(|day| day > today) {
        fields.wrong("bought_on", "event-in-future");
    }
    let title = fields.text("title", 400);
    if store::title_key(&title).is_empty() {
        fields.wrong("title", "field-required");
    }
    let published = fields.open_number("published", 2100);
    let copies = fields.number("copies", 1_000_000);
    if copies == 0 {
        fields.wrong("copies", "field-number");
    }
    let price = fields.money("price");
    if price.checked_mul(copies).is_none_or(|sum| sum > MOST) {
        fields.wrong("price", "field-money");
    }
    let (specialty, publisher) = (fields.open_text("specialty", 200), fields.open_text("publisher", 200));
    if !fields.is_sound() {
        return None;
    }
    Some(New {
        title,
        lang,
        medium: medium?,
        specialty,
        publisher,
        published,
        copies,
        price,
        funds: funds?,
        bought_on: bought_on?,
    })
}

pub async fn create(State(app): State<App>, context: Context, Form(pairs): Form<Pairs>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let mut fields = Fields::of(pairs);
    let Some(new) = read(&mut fields, clock::day(app.clock.millis())) else {
        return show(&app, context, Filter::default(), fields, None).await;
    };
    let region = store::region(&actor)?;
    let deed = async |change: &Change| {
        let id = store::insert(change, &actor, &region, &new).await?;
        store::counted(change, actor.organisation_id, &[store::year_of(new.bought_on)]).await?;
        Ok(id)
    };
    Once::of_form(actor.id, "/textbooks", &fields).make(&app, &actor, deed).await?;
    // The list of the year it was bought in, which need not be the one the working year begins in.
    Ok(Redirect::to(&format!("/textbooks?year={}", new.bought_on.year())).into_response())
}

#[derive(Template)]
#[template(path = "textbooks/one.html")]
struct OnePage {
    page: Page,
    id: i64,
    media: Vec<&'static str>,
    funds: Vec<&'static str>,
    langs: Vec<&'static str>,
    f: Fields,
}

async fn show_one(context: Context, id: i64, title: String, f: Fields) -> Result<Response, AppError> {
    let status = f.status();
    let shown = OnePage {
        page: Page::new(context.clone(), "textbooks", title).crumb(context.t("nav-textbooks"), "/textbooks"),
        id,
        media: words(Medium::ALL, Medium::word),
        funds: words(Funds::ALL, Funds::word),
        langs: store::LANGS.to_vec(),
        f,
    };
    Ok((status, html(&shown)?).into_response())
}

/// A purchase of the own college, to be corrected.
pub async fn one(State(app): State<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    let (purchase, version) = store::own(&app.db, context.actor()?, id).await?;
    let fields = Fields::filled([
        ("title", purchase.title.clone()),
        ("lang", purchase.lang.clone()),
        ("medium", purchase.medium.clone()),
        ("specialty", purchase.specialty.clone()),
        ("publisher", purchase.publisher.clone()),
        ("published", purchase.published.to_string()),
        ("copies", purchase.copies.to_string()),
        ("price", format!("{}.{:02}", purchase.price / 100, purchase.price % 100)),
        ("funds", purchase.funds.clone()),
        ("bought_on", purchase.bought_on.clone()),
        ("version", version.to_string()),
    ]);
    show_one(context, id, purchase.title, fields).await
}

pub async fn correct(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let mut fields = Fields::of(pairs);
    let (known, _) = store::own(&app.db, &actor, id).await?;
    let Some(new) = read(&mut fields, clock::day(app.clock.millis())) else {
        return show_one(context, id, known.title, fields).await;
    };
    let change = Change::begin(&app, Some(&actor)).await?;
    change.in_order().await?;
    let (known, version) = store::own(change.db(), &actor, id).await?;
    if version != fields.version() {
        drop(change);
        fields.overtaken("title", version);
        return show_one(context, id, known.title, fields).await;
    }
    store::correct(&change, &actor, &known, &new).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("/textbooks?year={}", new.bought_on.year())).into_response())
}

/// Takes a purchase off the list; the page that follows offers to put it back.
pub async fn remove(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(_): Form<Pairs>,
) -> Result<Response, AppError> {
    let year = removed(&app, &context, id, true).await?;
    Ok(Redirect::to(&format!("/textbooks?year={}&removed={id}", year.start())).into_response())
}

pub async fn put_back(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(_): Form<Pairs>,
) -> Result<Response, AppError> {
    let year = removed(&app, &context, id, false).await?;
    Ok(Redirect::to(&format!("/textbooks?year={}", year.start())).into_response())
}

async fn removed(app: &App, context: &Context, id: i64, removed: bool) -> Result<AcademicYear, AppError> {
    let actor = context.actor()?;
    let change = Change::begin(app, Some(actor)).await?;
    change.in_order().await?;
    let year = store::remove(&change, actor, id, removed).await?;
    change.commit().await?;
    Ok(year)
}

/// A college says that its purchases of the year that is shown are whole.
pub async fn confirm(State(app): State<App>, context: Context, Form(pairs): Form<Pairs>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let fields = Fields::of(pairs);
    let report = match fields.value("report").parse() {
        Ok(report @ (Report::Interim | Report::Final)) => report,
        _ => return Err(AppError::Bad("error-form")),
    };
    let shown = Filter { year: fields.value("year").to_owned(), ..Filter::default() };
    let year = shown.year_or(context.year);
    if clock::day(app.clock.millis()) < year.first_day() {
        return Err(AppError::Bad("textbook-confirm-early"));
    }
    let change = Change::begin(&app, Some(&actor)).await?;
    store::confirm(&change, &actor, year, report).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("/textbooks?year={}", year.start())).into_response())
}
