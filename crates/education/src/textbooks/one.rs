//! A purchase of the own college: corrected, taken off the list, put back.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use sheber_kernel::{AcademicYear, Lang};
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::clock;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::fields::Fields;
use sheber_platform::forms::{Form, Pairs};
use sheber_platform::page::{Page, html};
use sheber_platform::record::Record;

use super::purchases::{self, Funds, Medium, Purchase, PurchaseForm};

#[derive(Template)]
#[template(path = "textbooks/one.html")]
struct OnePage {
    page: Page,
    id: i64,
    media: &'static [Medium],
    funds: &'static [Funds],
    langs: [Lang; 3],
    f: Fields,
}

fn show(context: Context, id: i64, title: String, f: Fields) -> Result<Response, AppError> {
    let status = f.status();
    let crumb = context.t("nav-textbooks");
    let page = Page::new(context, "textbooks", title).crumb(crumb, "/textbooks");
    let template = OnePage { page, id, media: Medium::ALL, funds: Funds::ALL, langs: Lang::ALL, f };
    Ok((status, html(&template)?).into_response())
}

/// A purchase as its form shows it.
fn filled(purchase: &Purchase) -> Fields {
    let mut fields = purchase.details.filled();
    fields.set("price", purchases::price(purchase.details.price));
    fields.set("version", purchase.version.to_string());
    fields
}

pub async fn page(State(app): State<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    let purchase = purchases::own(&app.db, context.actor()?, id, false).await?;
    let fields = filled(&purchase);
    show(context, id, purchase.details.title, fields)
}

pub async fn correct(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let mut fields = Fields::of(pairs);
    let known = purchases::own(&app.db, actor, id, false).await?;
    let Some(new) = PurchaseForm::of(&mut fields, clock::day(app.clock.millis())) else {
        return show(context, id, known.details.title, fields);
    };
    let change = Change::begin(&app, Some(actor)).await?;
    let known = purchases::own(change.db(), actor, id, false).await?;
    if !purchases::correct(&change, &known, fields.version(), &new).await? {
        drop(change);
        let mut stored = filled(&known);
        // The same money, however it was written.
        if new.price == known.details.price {
            stored.set("price", fields.value("price").to_owned());
        }
        fields.overtaken("title", known.version, stored);
        return show(context, id, known.details.title, fields);
    }
    change.commit().await?;
    Ok(Redirect::to(&format!("/textbooks?year={}", new.year().start())).into_response())
}

/// Takes a purchase off the list; the page that follows offers to put it back.
pub async fn remove(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(_): Form<Pairs>,
) -> Result<Response, AppError> {
    let year = moved(&app, &context, id, true).await?;
    Ok(Redirect::to(&format!("/textbooks?year={}&removed={id}", year.start())).into_response())
}

pub async fn put_back(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(_): Form<Pairs>,
) -> Result<Response, AppError> {
    let year = moved(&app, &context, id, false).await?;
    Ok(Redirect::to(&format!("/textbooks?year={}", year.start())).into_response())
}

/// Takes a purchase off the list, or puts it back; gives the calendar year it counts for.
async fn moved(app: &App, context: &Context, id: i64, removed: bool) -> Result<AcademicYear, AppError> {
    let actor = context.actor()?;
    let change = Change::begin(app, Some(actor)).await?;
    let known = purchases::own(change.db(), actor, id, !removed).await?;
    purchases::remove(&change, &known, removed).await?;
    change.commit().await?;
    Ok(known.details.year())
}
