//! The list of purchases, and a new one.

use std::borrow::Cow;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use sheber_kernel::{AcademicYear, Day, Lang, OrganisationKind};
use sheber_messages as messages;
use sheber_norms::{Edition, textbooks};
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
use sheber_platform::page::{Page, Pager, address, html};
use sheber_platform::record::Record;
use sheber_platform::sheet;

use super::columns::TEXTBOOKS;
use super::purchases::{self, Filter, Funds, Medium, Purchase, PurchaseForm, Sums, YEARS};
use super::report::Report;
use super::rights;
use super::{confirmations, figures};

/// What a college spent against the norm, in words.
struct Spending {
    spent: String,
    norm: String,
    is_enough: bool,
}

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
    spent: Option<Spending>,
    /// The reports that the college confirms its purchases for, with the day on which it did.
    confirmed: Vec<(Report, String)>,
    media: &'static [Medium],
    funds: &'static [Funds],
    langs: [Lang; 3],
    f: Fields,
    calendar_year: u16,
    years: Vec<u16>,
    /// The one college whose list it is, where somebody above came from it.
    of: Option<String>,
    /// Whether purchases can be confirmed: not for a year that has not begun.
    confirms: bool,
}

impl ListPage {
    fn day(&self, day: &Day) -> String {
        messages::date(self.page.lang(), day.0)
    }

    fn money(&self, tiyn: impl std::borrow::Borrow<i64>) -> String {
        messages::tenge(self.page.lang(), *tiyn.borrow())
    }

    fn college<'a>(&self, line: &'a Purchase) -> &'a str {
        line.college(self.page.lang())
    }

    fn query(&self) -> String {
        address(&self.filter)
    }
}

/// What a college spent against the norm, where it can be told.
async fn spent(app: &App, college: i64, year: AcademicYear, lang: Lang) -> Result<Option<Spending>, AppError> {
    let spending = figures::spending(&app.db, &[college], year).await?.remove(&college);
    let told = || {
        let spending = spending?;
        let norm = textbooks::required(Edition::of(year), spending)?;
        Some(Spending {
            spent: messages::tenge(lang, spending.tiyn),
            norm: messages::tenge(lang, norm),
            is_enough: spending.tiyn >= norm,
        })
    };
    Ok(told())
}

/// The reports that a college confirms its purchases for, with the day on which it did.
async fn confirmed(app: &App, college: i64, year: AcademicYear, lang: Lang) -> Result<Vec<(Report, String)>, AppError> {
    let mut confirmed = Vec::new();
    for report in [Report::Interim, Report::Final] {
        let day = confirmations::day(&app.db, college, year, report).await?;
        confirmed.push((report, day.map(|day| messages::date(lang, day.0)).unwrap_or_default()));
    }
    Ok(confirmed)
}

/// Whether somebody looks at colleges' lists from above.
fn is_above(actor: &Actor) -> bool {
    actor.role.organisation() != OrganisationKind::College
}

pub async fn show(app: &App, context: Context, filter: Filter, f: Fields) -> Result<Response, AppError> {
    let (actor, lang) = (context.actor()?, context.lang);
    let year = filter.year_or(context.year);
    let list = purchases::list(actor, year, &filter).page::<Purchase>(&app.db, &filter.at).await?;
    let (spent, confirmed) = match actor.scope() {
        Scope::College(own) => (spent(app, own, year, lang).await?, confirmed(app, own, year, lang).await?),
        _ => (None, Vec::new()),
    };
    let of = match filter.college {
        Some(college) if is_above(actor) => Some(colleges::find(&app.db, actor, college).await?.name(lang).to_owned()),
        _ => None,
    };
    let status = f.status();
    let template = ListPage {
        of,
        confirms: year.first_day() <= clock::day(app.clock.millis()),
        sums: purchases::sums(&app.db, actor, year, &filter).await?,
        pager: Pager::of("/textbooks", &filter, &list),
        lines: list.rows,
        filter,
        above: is_above(actor),
        edits: actor.may(rights::EDIT),
        spent,
        confirmed,
        media: Medium::ALL,
        funds: Funds::ALL,
        langs: Lang::ALL,
        f,
        calendar_year: year.start(),
        years: (year.start().saturating_sub(3)..=year.start() + 1).rev().collect(),
        page: Page::new(context.clone(), "textbooks", context.t("nav-textbooks")).wide(),
    };
    Ok((status, html(&template)?).into_response())
}

pub async fn list(
    State(app): State<App>,
    context: Context,
    Address(filter): Address<Filter>,
) -> Result<Response, AppError> {
    let today = clock::day(app.clock.millis());
    let fields = Fields::filled([("lang", Lang::Kk.code().to_owned()), ("bought_on", today.to_string())]);
    show(&app, context, filter, fields).await
}

pub async fn export(
    State(app): State<App>,
    context: Context,
    Address(filter): Address<Filter>,
) -> Result<Response, AppError> {
    let lines: Vec<Purchase> = purchases::list(context.actor()?, context.year, &filter).all(&app.db).await?;
    let lang = context.lang;
    let mut headings = TEXTBOOKS.headed(lang);
    headings.push(context.t("event-holder"));
    let row = |line: Purchase| {
        let fields = line.details.filled();
        let mut row = TEXTBOOKS.shown(lang, |field| match field {
            "price" => Cow::Owned(purchases::price(line.details.price)),
            // A year that is not known is none.
            "published" if line.details.published == 0 => Cow::Borrowed(""),
            field => Cow::Owned(fields.value(field).to_owned()),
        });
        row.push(line.college(lang).to_owned());
        row
    };
    let rows = lines.into_iter().map(row).collect();
    sheet::workbook("textbooks.xlsx", context.t("nav-textbooks"), headings, TEXTBOOKS.numbers(), rows).await
}

pub async fn create(State(app): State<App>, context: Context, Form(pairs): Form<Pairs>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let mut fields = Fields::of(pairs);
    let Some(new) = PurchaseForm::of(&mut fields, clock::day(app.clock.millis())) else {
        return show(&app, context, Filter::default(), fields).await;
    };
    let deed = async |change: &Change| purchases::insert(change, &actor, &new).await;
    Once::of_form(actor.id, "/textbooks", &fields).make(&app, &actor, deed).await?;
    // The list of the year it was bought in, which need not be the one the working year begins in.
    Ok(Redirect::to(&format!("/textbooks?year={}", new.year().start())).into_response())
}

/// A college says that its purchases of the year that is shown are whole.
pub async fn confirm(State(app): State<App>, context: Context, Form(pairs): Form<Pairs>) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let mut fields = Fields::of(pairs);
    let (report, year) = (fields.choice::<Report>("report"), fields.open_choice::<u16>("year"));
    if year.is_some_and(|year| !YEARS.contains(&year)) {
        fields.wrong("year", "field-choice");
    }
    fields.sound()?;
    let report = report.filter(|report| report.is_annex()).ok_or(AppError::Bad("error-form"))?;
    let year = year.map_or(context.year, AcademicYear::starting);
    if clock::day(app.clock.millis()) < year.first_day() {
        return Err(AppError::Bad("textbook-confirm-early"));
    }
    let change = Change::begin(&app, Some(actor)).await?;
    confirmations::confirm(&change, actor, year, report).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("/textbooks?year={}", year.start())).into_response())
}
