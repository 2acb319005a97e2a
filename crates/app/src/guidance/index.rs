//! The document as a whole.

use std::collections::BTreeMap;
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
use sheber_platform::cache::Cache;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::forms::{Address, open};
use sheber_platform::house::House;
use sheber_platform::page::{Page, html};
use sheber_platform::search;

use super::grounds::{self, Ground};
use super::remarks::{Remark, later, places};
use super::state;

/// A section with its items.
struct Section<'d> {
    number: &'static str,
    title: &'static str,
    items: Vec<(&'d Line, &'d [Remark])>,
}

/// An item as everybody reads it.
struct Line {
    item: &'static Item,
    title: &'static str,
    about: &'static str,
    kinds: String,
    in_force: bool,
    grounds: Vec<Ground>,
}

/// All items of a year in a language, read once for all readers.
struct Document(Vec<Line>);

/// What can be said to a reader of each item, by id.
struct Remarks(BTreeMap<&'static str, Vec<Remark>>);

#[derive(Template)]
#[template(path = "guidance/index.html")]
struct IndexPage<'d> {
    page: Page,
    query: Query,
    kinds: &'static [ItemKind],
    sections: Vec<Section<'d>>,
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
    let (edition, lang) = (Edition::of(context.year), context.lang);
    let question = format!("{} {lang}", context.year);
    let document = Cache::of(&app, &question, || async { Ok(document(edition, &context)) }).await?;
    let reader = context.actor.as_ref().map_or_else(|| "nobody".to_owned(), |actor| actor.id.to_string());
    let remarks = Cache::of(&app, &format!("{reader} {question}"), || remarks(&app, &context)).await?;
    let words = search::Words::of(&query.q);
    let found = |line: &&Line| {
        line.item.id == query.q.trim()
            || query.kind.is_none_or(|kind| line.item.kinds.contains(&kind))
                && words.stand_in_text(|| text(edition, lang, line.item))
    };
    let mut sections: Vec<Section> = Vec::new();
    for section in edition.sections() {
        let of_section = document.0.iter().filter(|line| line.item.section == section.number).filter(found);
        let of_line = |line: &Line| remarks.0.get(line.item.id.as_str()).map(Vec::as_slice).unwrap_or_default();
        let items: Vec<_> = of_section.map(|line| (line, of_line(line))).collect();
        if !items.is_empty() {
            sections.push(Section { number: &section.number, title: section.title.get(lang), items });
        }
    }
    let page = Page::new(context.clone(), "guidance", context.t("nav-guidance"));
    html(&IndexPage { page, query, kinds: ItemKind::ALL, sections })
}

fn document(edition: &'static Edition, context: &Context) -> Document {
    let lang = context.lang;
    let line = |item: &'static Item| Line {
        item,
        title: item.title.get(lang),
        about: item.about.get(lang),
        kinds: grounds::kinds(lang, item),
        in_force: item.valid.covers(context.year),
        grounds: grounds::of(lang, item),
    };
    Document(edition.items().map(line).collect())
}

/// How it stands with each item for the reader, what comes later, and where its records are.
async fn remarks(app: &App, context: &Context) -> Result<Remarks, AppError> {
    let (standing, house) = (state::of(app, context).await?, House::of(app));
    let of_item = |item: &'static Item| {
        let mut remarks = standing.get(&item.id).cloned().unwrap_or_default();
        remarks.extend(later(context, item));
        if context.actor.is_some() {
            let places = places(&house, context, item).into_iter();
            remarks.extend(places.map(|(kind, page)| Remark::new("", "→", kind).to(context, page)));
        }
        (item.id.as_str(), remarks)
    };
    Ok(Remarks(Edition::of(context.year).items().map(of_item).collect()))
}
