//! The document, and one item of it.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;
use sheber_kernel::Lang;
use sheber_messages as messages;
use sheber_norms::acts;
use sheber_norms::duties::Duty;
use sheber_norms::edition::{Item, ItemKind};
use sheber_norms::{Edition, edition};

use super::coverage;
use super::state::{self, Said};
use super::told;
use crate::platform::app::App;
use crate::platform::context::Context;
use crate::platform::error::AppError;
use crate::platform::page::{Page, html};
use crate::platform::search;
use crate::reference;

/// A ground with the page of its act.
pub struct Ground {
    pub text: String,
    pub link: Option<String>,
}

fn grounds(lang: Lang, item: &Item) -> Vec<Ground> {
    std::iter::once(&item.citation)
        .chain(&item.also)
        .map(|citation| Ground {
            text: messages::ground(lang, citation),
            link: acts::of(citation).map(|act| format!("/guidance/acts/{}", super::acts::address(&act.key()))),
        })
        .collect()
}

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
    said: Vec<Said>,
}

#[derive(Template)]
#[template(path = "guidance/index.html")]
struct IndexPage {
    page: Page,
    year: String,
    query: String,
    kind: String,
    kinds: Vec<&'static str>,
    sections: Vec<Section>,
}

fn kinds(lang: Lang, item: &Item) -> String {
    item.kinds.iter().map(|kind| messages::text(lang, &format!("kind-{}", kind.word()))).collect::<Vec<_>>().join(", ")
}

const KINDS: [ItemKind; 6] =
    [ItemKind::Norm, ItemKind::Duty, ItemKind::Procedure, ItemKind::Indicator, ItemKind::Record, ItemKind::Document];

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    q: String,
    kind: String,
}

pub async fn index(State(app): State<App>, context: Context, Query(asked): Query<Asked>) -> Result<Response, AppError> {
    let edition = Edition::of(context.year);
    let lang = context.lang;
    let standing = match context.actor.clone() {
        Some(actor) => state::of(&app, &context, &actor, true).await?,
        None => state::Standing::new(),
    };
    let words = search::Words::of(&asked.q);
    // An act is looked for by its number or its name, a duty by what it asks.
    let told = |item: &Item| {
        let mut text = format!("{} {} {}", item.id, item.title.get(lang), item.about.get(lang));
        for citation in std::iter::once(&item.citation).chain(&item.also) {
            let name = acts::of(citation).map(|act| act.title.get(lang)).unwrap_or_default();
            text.push_str(&format!(" {} {name}", messages::ground(lang, citation)));
        }
        for duty in edition.duties().iter().filter(|duty| duty.item == item.id) {
            text.push_str(&format!(" {}", duty.title.get(lang)));
        }
        text
    };
    let wanted = |item: &&Item| {
        item.id == asked.q.trim()
            || words.stand_in_text(|| told(item))
                && (asked.kind.is_empty() || item.kinds.iter().any(|kind| kind.word() == asked.kind))
    };
    let line = |item: &Item| Line {
        id: item.id.clone(),
        title: item.title.get(lang).to_owned(),
        about: item.about.get(lang).to_owned(),
        kinds: kinds(lang, item),
        in_force: item.valid.covers(context.year),
        grounds: grounds(lang, item),
        said: standing
            .get(&item.id)
            .cloned()
            .unwrap_or_default()
            .into_iter()
            .chain(state::later(&context, item))
            .chain(context.actor.as_ref().into_iter().flat_map(|_| state::places(&context, item)))
            .collect(),
    };
    let sections: Vec<Section> = edition
        .sections()
        .iter()
        .map(|section| Section {
            number: section.number.clone(),
            title: section.title.get(lang).to_owned(),
            items: edition.items().filter(|item| item.section == section.number).filter(wanted).map(line).collect(),
        })
        .filter(|section| !section.items.is_empty())
        .collect();
    let page = Page::new(context.clone(), "guidance", context.t("nav-guidance"));
    let kinds = KINDS.map(ItemKind::word).to_vec();
    let year = context.year.to_string();
    html(&IndexPage { page, year, query: asked.q, kind: asked.kind, kinds, sections })
}

/// A duty of an item with its dates in the year.
struct Dated {
    title: String,
    holder: String,
    dates: Vec<String>,
    more: usize,
    assumed: bool,
    after: bool,
    /// What shows that it is done.
    shown: String,
    /// So many days before it people are reminded.
    remind: String,
}

/// What a duty asks to be shown.
fn evidence_of(lang: Lang, duty: &Duty) -> String {
    let t = |key: &str| messages::text(lang, key);
    if duty.evidence.record.is_some() {
        return t("guidance-by-data");
    }
    let numbers = duty.evidence.numbers.iter().map(|name| t(&format!("duty-number-{name}")));
    let also =
        [(duty.evidence.file, "duty-files"), (duty.evidence.link, "duty-link"), (duty.evidence.note, "duty-note")];
    numbers.chain(also.into_iter().filter(|(asked, _)| *asked).map(|(_, key)| t(key))).collect::<Vec<_>>().join("; ")
}

#[derive(Template)]
#[template(path = "guidance/item.html")]
struct ItemPage {
    page: Page,
    id: String,
    section: String,
    about: String,
    kinds: String,
    actors: String,
    grounds: Vec<Ground>,
    from: String,
    to: String,
    checked: String,
    stated: String,
    in_force: bool,
    parameters: Vec<(String, String)>,
    carried_by: Vec<String>,
    links: Vec<(String, String)>,
    limits: Option<String>,
    duties: Vec<Dated>,
    targets: Vec<(String, String)>,
    said: Vec<Said>,
    /// Where its records, documents and procedures are.
    places: Vec<(String, &'static str)>,
    before: Option<String>,
    after: Option<String>,
}

/// So many dates of a duty are named; the rest is a number.
const NAMED: usize = 6;

pub async fn item(State(app): State<App>, context: Context, Path(id): Path<String>) -> Result<Response, AppError> {
    let of_year = Edition::of(context.year);
    let item = of_year.item(&id).ok_or(AppError::NotFound)?;
    let lang = context.lang;
    let actors: Vec<String> = item.actors.iter().map(|actor| context.t(&format!("actor-{actor}"))).collect();
    let calendar = reference::store::calendar(&app.db).await?;
    let periods = of_year.periods();
    let dated = |duty: &Duty| {
        let terms = duty.terms(context.year, &periods, &calendar);
        Dated {
            title: duty.title.get(lang).to_owned(),
            holder: context.t(&format!("role-{}", crate::duties::role(duty.post).word())),
            dates: terms.iter().take(NAMED).map(|term| messages::date(lang, term.due)).collect(),
            more: terms.len().saturating_sub(NAMED),
            assumed: duty.assumed,
            after: terms.is_empty(),
            shown: evidence_of(lang, duty),
            remind: duty.remind.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        }
    };
    let mut said = match context.actor.clone() {
        Some(actor) => state::of(&app, &context, &actor, true).await?.remove(&id).unwrap_or_default(),
        None => Vec::new(),
    };
    said.extend(state::later(&context, item));
    let title_of = |id: &String| of_year.item(id).map(|item| item.title.get(lang).to_owned()).unwrap_or_default();
    let ids: Vec<&str> = of_year.items().map(|item| item.id.as_str()).collect();
    let place = ids.iter().position(|known| *known == id).unwrap_or(0);
    let near = |at: Option<usize>| at.and_then(|at| ids.get(at)).map(|id| (*id).to_owned());
    let targets = of_year
        .indicators()
        .iter()
        .filter(|indicator| indicator.item == id)
        .flat_map(|indicator| {
            let unit = context.t(&format!("indicator-unit-{}", indicator.unit.word()));
            indicator.targets.iter().map(move |(year, target)| (year.to_string(), format!("{target}{unit}")))
        })
        .collect();
    let section = of_year.sections().iter().find(|section| section.number == item.section);
    let regions = reference::store::of_kind(&app.db, "region", lang).await?;
    let region = |code: &str| {
        let found = regions.iter().find(|region| region.code == code);
        found.map_or_else(|| code.to_owned(), |region| region.name(lang).to_owned())
    };
    let page =
        Page::new(context.clone(), "guidance", item.title.get(lang)).crumb(context.t("nav-guidance"), "/guidance");
    html(&ItemPage {
        page,
        id: item.id.clone(),
        section: section.map(|section| format!("{}. {}", section.number, section.title.get(lang))).unwrap_or_default(),
        about: item.about.get(lang).to_owned(),
        kinds: kinds(lang, item),
        actors: actors.join(", "),
        grounds: grounds(lang, item),
        from: item.valid.from.to_string(),
        to: item.valid.to.map(|to| to.to_string()).unwrap_or_default(),
        checked: messages::date(lang, item.checked),
        stated: if item.stated == edition::FIRST_YEAR { String::new() } else { item.stated.to_string() },
        in_force: item.valid.covers(context.year),
        parameters: item
            .parameters
            .iter()
            .map(|(name, value)| (told::name(lang, name), told::value(lang, name, value, &region)))
            .collect(),
        carried_by: item.carried_by.clone(),
        links: item.links.iter().map(|id| (id.clone(), title_of(id))).collect(),
        limits: item.limits.as_ref().map(|limits| limits.get(lang).to_owned()),
        duties: of_year.duties().iter().filter(|duty| duty.item == id).map(dated).collect(),
        targets,
        said,
        places: item
            .kinds
            .iter()
            .filter_map(|kind| match coverage::way(item, *kind) {
                coverage::Way::Done(Some(page)) => Some((context.t(&format!("kind-{}", kind.word())), page)),
                _ => None,
            })
            .collect(),
        before: near(place.checked_sub(1)),
        after: near(Some(place + 1)),
    })
}
