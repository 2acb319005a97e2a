//! What of the guidance this version does, where it is done, and what it does not do yet: one place for both.

use askama::Template;
use axum::response::Response;
use sheber_norms::Edition;
use sheber_norms::edition::{FIRST_YEAR, Item, ItemKind, is_checked, not_yet};

use crate::indicators;
use crate::platform::context::Context;
use crate::platform::error::AppError;
use crate::platform::page::{Page, html};

/// Where records, documents and procedures of the guidance are: item, kind, page.
pub const DONE: &[(&str, ItemKind, &str)] = &[
    ("2.3", ItemKind::Procedure, "/register"),
    ("2.10", ItemKind::Record, "/reference/standard"),
    ("2.11", ItemKind::Record, "/r"),
    ("5.1", ItemKind::Record, "/r"),
    ("5.3", ItemKind::Procedure, "/register"),
    ("5.4", ItemKind::Procedure, "/inbox"),
    ("5.5", ItemKind::Document, "/r"),
    ("5.6", ItemKind::Procedure, "/register"),
    ("6.3", ItemKind::Record, "/programmes"),
    ("7.5", ItemKind::Record, "/guidance/acts"),
    ("9.1", ItemKind::Record, "/guidance/acts"),
    ("10.1", ItemKind::Record, "/patrons"),
    ("13.2", ItemKind::Procedure, "/contests"),
    ("16.1", ItemKind::Procedure, "/contests"),
    ("16.2", ItemKind::Record, "/contests"),
    ("11.1", ItemKind::Record, "/guidance/acts"),
    ("11.3", ItemKind::Record, "/calendar"),
    ("14.5", ItemKind::Record, "/bodies"),
    ("15.1", ItemKind::Record, "/textbooks"),
    ("15.6", ItemKind::Document, "/textbooks/reports"),
    ("14.1", ItemKind::Record, "/guidance/acts"),
    ("14.7", ItemKind::Record, "/events"),
    ("14.9", ItemKind::Record, "/groups"),
];

/// How an item's kind is done.
pub enum Way {
    /// A norm's check, a duty's tasks, a counted figure; or a page.
    Done(Option<&'static str>),
    Later,
    /// Neither: a test refuses it.
    Missing,
}

/// How one kind of an item is covered.
pub fn way(item: &Item, kind: ItemKind) -> Way {
    if not_yet().get(&item.id).is_some_and(|kinds| kinds.contains(&kind)) {
        return Way::Later;
    }
    let page = DONE.iter().find(|(id, known, _)| *id == item.id && *known == kind).map(|(.., page)| *page);
    let first = Edition::of(FIRST_YEAR);
    let done = match kind {
        ItemKind::Norm => is_checked(&item.id) || !item.carried_by.is_empty(),
        ItemKind::Duty => first.duties().iter().any(|duty| duty.item == item.id),
        ItemKind::Indicator => first.indicators().iter().any(|indicator| {
            indicator.item == item.id && indicators::count::COUNTED.contains(&indicator.code.as_str())
        }),
        ItemKind::Procedure | ItemKind::Record | ItemKind::Document => page.is_some(),
    };
    if done { Way::Done(page) } else { Way::Missing }
}

/// The kinds of an item that come with a later version.
pub fn later(item: &Item) -> Vec<ItemKind> {
    not_yet().get(&item.id).cloned().unwrap_or_default()
}

struct Line {
    id: String,
    title: String,
    kinds: Vec<String>,
}

#[derive(Template)]
#[template(path = "guidance/coverage.html")]
struct CoveragePage {
    page: Page,
    lines: Vec<Line>,
    done: usize,
    all: usize,
}

pub async fn page(context: Context) -> Result<Response, AppError> {
    let edition = Edition::of(context.year);
    let (mut done, mut all) = (0, 0);
    let mut lines = Vec::new();
    for item in edition.items() {
        let later = later(item);
        all += item.kinds.len();
        done += item.kinds.len() - later.len();
        if !later.is_empty() {
            lines.push(Line {
                id: item.id.clone(),
                title: item.title.get(context.lang).to_owned(),
                kinds: later.iter().map(|kind| context.t(&format!("kind-{}", kind.word()))).collect(),
            });
        }
    }
    let title = context.t("coverage-title");
    let page = Page::new(context.clone(), "guidance", title).crumb(context.t("nav-guidance"), "/guidance");
    html(&CoveragePage { page, lines, done, all })
}

#[cfg(test)]
mod tests {
    use sheber_kernel::AcademicYear;

    use super::*;

    /// A year whose edition states everything.
    const TESTED: AcademicYear = AcademicYear::starting(2024);

    #[test]
    fn every_kind_of_every_item_is_done_or_said_to_come_later() {
        for item in Edition::of(TESTED).items() {
            for kind in &item.kinds {
                assert!(!matches!(way(item, *kind), Way::Missing), "{} {kind:?} is neither done nor named", item.id);
            }
        }
    }

    #[test]
    fn nothing_is_named_that_the_guidance_does_not_have_or_that_comes_later() {
        for (id, kind, page) in DONE {
            let item = Edition::of(TESTED).item(id).unwrap_or_else(|| panic!("{id} is no item"));
            assert!(item.kinds.contains(kind), "{id} is no {kind:?}");
            assert!(!later(item).contains(kind), "{id} {kind:?} is done and yet said to come later");
            let known =
                crate::server::routes().iter().any(|route| route.path == *page) || page.starts_with("/reference/");
            assert!(known, "{id}: {page} is no page");
        }
        for (id, kinds) in not_yet() {
            for kind in kinds {
                let known = match kind {
                    ItemKind::Norm => is_checked(id),
                    ItemKind::Indicator => {
                        Edition::of(TESTED).indicators().iter().any(|indicator| indicator.item == *id)
                    }
                    ItemKind::Duty => Edition::of(TESTED).duties().iter().any(|duty| duty.item == *id),
                    _ => false,
                };
                assert!(!known, "{id} {kind:?} is said to come later and is there");
            }
        }
        let counted: Vec<&str> =
            Edition::of(TESTED).indicators().iter().map(|indicator| indicator.code.as_str()).collect();
        for code in indicators::count::COUNTED {
            assert!(counted.contains(code), "{code} is counted and no indicator of the guidance");
        }
    }
}
