//! The document as a whole.

use std::fmt::Write;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use sheber_kernel::Lang;
use sheber_messages as messages;
use sheber_norms::Edition;
use sheber_norms::acts;
use sheber_norms::item::{Item, ItemKind};
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::forms::{Address, open};
use sheber_platform::house::House;
use sheber_platform::page::{Page, html};
use sheber_platform::search;

use super::grounds::{self, Ground};
use super::said::{self, Remark};
use super::state;

/// A section with its items.
struct Section {
    number: String,
    title: String,
    items: Vec<Line>,
}

struct Line {
    id: String,
    title: String,
    about: String,
    kinds: String,
    in_force: bool,
    grounds: Vec<Ground>,
    said: Vec<Remark>,
}

#[derive(Template)]
#[template(path = "guidance/index.html")]
struct IndexPage {
    page: Page,
    query: Query,
    kinds: &'static [ItemKind],
    sections: Vec<Section>,
}

/// What the document is filtered by.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Query {
    q: String,
    #[serde(deserialize_with = "open")]
    kind: Option<ItemKind>,
}

/// What is searched of an item: an act is looked for by its number or its name, a duty by what it asks.
fn text(edition: &Edition, lang: Lang, item: &Item) -> String {
    let mut text = format!("{} {} {}", item.id, item.title.get(lang), item.about.get(lang));
    for citation in std::iter::once(&item.citation).chain(&item.also) {
        let name = acts::of(citation).map(|act| act.title.get(lang)).unwrap_or_default();
        let _ = write!(text, " {} {name}", messages::ground(lang, citation));
    }
    for duty in edition.duties().iter().filter(|duty| duty.item == item.id) {
        let _ = write!(text, " {}", duty.title.get(lang));
    }
    text
}

pub async fn page(
    State(app): State<App>,
    context: Context,
    Address(query): Address<Query>,
) -> Result<Response, AppError> {
    let (edition, lang, house) = (Edition::of(context.year), context.lang, House::of(&app));
    let mut standing = state::of(&app, &context).await?;
    let words = search::Words::of(&query.q);
    let found = |item: &&Item| {
        item.id == query.q.trim()
            || query.kind.is_none_or(|kind| item.kinds.contains(&kind))
                && words.stand_in_text(|| text(edition, lang, item))
    };
    let mut line = |item: &Item| {
        let mut said = standing.remove(&item.id).unwrap_or_default();
        said.extend(said::later(&context, item));
        if context.actor.is_some() {
            let places = said::places(&house, &context, item).into_iter();
            said.extend(places.map(|(kind, page)| Remark::new("", "→", kind).to(&context, page)));
        }
        Line {
            id: item.id.clone(),
            title: item.title.get(lang).to_owned(),
            about: item.about.get(lang).to_owned(),
            kinds: grounds::kinds(lang, item),
            in_force: item.valid.covers(context.year),
            grounds: grounds::of(lang, item),
            said,
        }
    };
    let mut sections: Vec<Section> = Vec::new();
    for section in edition.sections() {
        let of_section = edition.items().filter(|item| item.section == section.number);
        let items: Vec<Line> = of_section.filter(found).map(&mut line).collect();
        if !items.is_empty() {
            let title = section.title.get(lang).to_owned();
            sections.push(Section { number: section.number.clone(), title, items });
        }
    }
    let page = Page::new(context.clone(), "guidance", context.t("nav-guidance"));
    html(&IndexPage { page, query, kinds: ItemKind::ALL, sections })
}
