//! The guidance to read: every item with its kind, actors, citation, validity and parameters, for the year in hand.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use sheber_kernel::Lang;
use sheber_messages as messages;
use sheber_norms::Edition;
use sheber_norms::edition::Item;

use crate::platform::context::Context;
use crate::platform::error::AppError;
use crate::platform::page::{Page, html};
use crate::platform::route::Access::Public;
use crate::platform::route::{Route, get};

pub fn routes() -> Vec<Route> {
    vec![get("/guidance", Public, index), get("/guidance/{id}", Public, item)]
}

/// A section with the items that are in the data.
struct Section {
    number: String,
    title: String,
    items: Vec<Line>,
}

struct Line {
    id: String,
    title: String,
    kinds: String,
    in_force: bool,
}

#[derive(Template)]
#[template(path = "guidance/index.html")]
struct IndexPage {
    page: Page,
    year: String,
    sections: Vec<Section>,
}

fn kinds(lang: Lang, item: &Item) -> String {
    item.kinds.iter().map(|kind| messages::text(lang, &format!("kind-{}", kind.word()))).collect::<Vec<_>>().join(", ")
}

async fn index(context: Context) -> Result<Response, AppError> {
    let edition = Edition::of(context.year);
    let lang = context.lang;
    let sections = edition
        .sections()
        .iter()
        .map(|section| Section {
            number: section.number.clone(),
            title: section.title.get(lang).to_owned(),
            items: edition
                .items()
                .filter(|item| item.section == section.number)
                .map(|item| Line {
                    id: item.id.clone(),
                    title: item.title.get(lang).to_owned(),
                    kinds: kinds(lang, item),
                    in_force: item.valid.covers(context.year),
                })
                .collect(),
        })
        .collect();
    let page = Page::new(context.clone(), "guidance", context.t("nav-guidance"));
    html(&IndexPage { page, year: context.year.to_string(), sections })
}

#[derive(Template)]
#[template(path = "guidance/item.html")]
struct ItemPage {
    page: Page,
    id: String,
    kinds: String,
    actors: String,
    citation: String,
    from: String,
    to: String,
    checked: String,
    in_force: bool,
    parameters: Vec<(String, String)>,
    carried_by: Vec<String>,
    limits: Option<String>,
}

async fn item(context: Context, Path(id): Path<String>) -> Result<Response, AppError> {
    let edition = Edition::of(context.year);
    let item = edition.item(&id).ok_or(AppError::NotFound)?;
    let lang = context.lang;
    let actors: Vec<String> = item.actors.iter().map(|actor| context.t(&format!("actor-{actor}"))).collect();
    let shown = |value: &sheber_norms::edition::Value| match value {
        sheber_norms::edition::Value::String(text) => text.clone(),
        sheber_norms::edition::Value::Array(list) => list.iter().map(ToString::to_string).collect::<Vec<_>>().join("–"),
        other => other.to_string(),
    };
    let page =
        Page::new(context.clone(), "guidance", item.title.get(lang)).crumb(context.t("nav-guidance"), "/guidance");
    html(&ItemPage {
        page,
        id: item.id.clone(),
        kinds: kinds(lang, item),
        actors: actors.join(", "),
        citation: messages::citation(lang, &item.citation),
        from: item.valid.from.to_string(),
        to: item.valid.to.map(|to| to.to_string()).unwrap_or_default(),
        checked: messages::date(lang, item.checked),
        in_force: item.valid.covers(context.year),
        parameters: item.parameters.iter().map(|(name, value)| (name.clone(), shown(value))).collect(),
        carried_by: item.carried_by.clone(),
        limits: item.limits.as_ref().map(|limits| limits.get(lang).to_owned()),
    })
}
