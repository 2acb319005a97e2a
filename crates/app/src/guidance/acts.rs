//! The catalogue of acts.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use serde::Deserialize;
use sheber_messages as messages;
use sheber_norms::Edition;
use sheber_norms::acts::{self, Act};
use sheber_norms::item::Item;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::forms::Address;
use sheber_platform::page::{Page, html};
use sheber_platform::search;

/// An act's key as a part of an address.
pub fn address(key: &str) -> String {
    let mut encoded = serde_urlencoded::to_string([("", key)]).unwrap_or_default();
    encoded.remove(0);
    encoded.replace('+', "%20")
}

struct Line {
    link: String,
    number: String,
    date: String,
    kind: String,
    issuer: String,
    title: String,
    items: usize,
}

#[derive(Template)]
#[template(path = "guidance/acts.html")]
struct ActsPage {
    page: Page,
    query: String,
    lines: Vec<Line>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Query {
    q: String,
}

/// The items that rest on an act, in the year's edition.
fn items<'e>(edition: &'e Edition, act: &'e Act) -> impl Iterator<Item = &'e Item> {
    let names = |citation: &sheber_kernel::Citation| citation.act == act.number && citation.date == act.date;
    edition.items().filter(move |item| std::iter::once(&item.citation).chain(&item.also).any(names))
}

fn number(act: &Act) -> String {
    if act.named { String::new() } else { act.number.clone() }
}

/// The day, where the act has one of its own and the guidance names it.
fn date(context: &Context, act: &Act) -> String {
    if act.kind == acts::ActKind::Guidance || act.undated {
        String::new()
    } else {
        messages::date(context.lang, act.date)
    }
}

pub async fn list(context: Context, Address(query): Address<Query>) -> Result<Response, AppError> {
    let edition = Edition::of(context.year);
    let words = search::Words::of(&query.q);
    let lines = acts::all()
        .iter()
        .map(|act| Line {
            link: format!("/guidance/acts/{}", address(&act.key())),
            number: number(act),
            date: date(&context, act),
            kind: context.t(&format!("act-kind-{}", act.kind.word())),
            issuer: context.t(&format!("act-issuer-{}", act.issuer.word())),
            title: act.title.get(context.lang).to_owned(),
            items: items(edition, act).count(),
        })
        .filter(|line| words.stand_in_text(|| format!("{} {} {}", line.number, line.title, line.issuer)))
        .collect();
    let title = context.t("acts-title");
    let page = Page::new(context.clone(), "guidance", title).crumb(context.t("nav-guidance"), "/guidance").wide();
    html(&ActsPage { page, query: query.q, lines })
}

#[derive(Template)]
#[template(path = "guidance/act.html")]
struct ActPage {
    page: Page,
    number: String,
    date: String,
    kind: String,
    issuer: String,
    from: String,
    to: String,
    adilet: Option<String>,
    /// Editions: the day or year, the act that made it, its page.
    editions: Vec<(String, String, Option<String>)>,
    amends: Option<(String, String)>,
    items: Vec<(String, String)>,
}

pub async fn one(context: Context, Path(key): Path<String>) -> Result<Response, AppError> {
    let act = acts::by_key(&key).ok_or(AppError::NotFound)?;
    let edition = Edition::of(context.year);
    let lang = context.lang;
    // Numbers come again each year and at each issuer: where the day is known, number and day together name an act.
    let of_number = |number: &String, on: Option<chrono::NaiveDate>| {
        acts::all().iter().find(|known| known.number == *number && on.is_none_or(|on| known.date == on))
    };
    let link = |act: &Act| format!("/guidance/acts/{}", address(&act.key()));
    let editions = act
        .editions
        .iter()
        .map(|edition| {
            let when = edition.date.map(|day| messages::date(lang, day));
            let when = when.or_else(|| edition.year.map(|year| year.to_string())).unwrap_or_default();
            let by = edition.by.as_ref();
            let page = by.filter(|_| edition.date.is_some()).and_then(|by| of_number(by, edition.date)).map(link);
            (when, by.map(|by| format!("№ {by}")).unwrap_or_default(), page)
        })
        .collect();
    let amends = act.amends.as_ref().and_then(|number| of_number(number, None));
    let page = Page::new(context.clone(), "guidance", act.title.get(lang))
        .crumb(context.t("nav-guidance"), "/guidance")
        .crumb(context.t("acts-title"), "/guidance/acts");
    html(&ActPage {
        page,
        number: number(act),
        date: date(&context, act),
        kind: context.t(&format!("act-kind-{}", act.kind.word())),
        issuer: context.t(&format!("act-issuer-{}", act.issuer.word())),
        from: act.from.map(|day| messages::date(lang, day)).unwrap_or_default(),
        to: act.to.map(|day| messages::date(lang, day)).unwrap_or_default(),
        adilet: act.adilet.clone(),
        editions,
        amends: amends.map(|act| (act.title.get(lang).to_owned(), link(act))),
        items: items(edition, act).map(|item| (item.id.clone(), item.title.get(lang).to_owned())).collect(),
    })
}
