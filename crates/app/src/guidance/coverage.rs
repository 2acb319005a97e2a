//! What of the guidance this version does, where it is done, and what it does not do yet.

use askama::Template;
use axum::response::Response;
use sheber_norms::Edition;
use sheber_norms::all::is_checked;
use sheber_norms::edition::{FIRST_YEAR, not_yet};
use sheber_norms::item::{Item, ItemKind};
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::house::House;
use sheber_platform::page::{Page, html};

/// How an item's kind is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// A norm's check, a duty's tasks, a counted figure; or a page.
    Done(Option<&'static str>),
    Later,
    /// Neither: a test refuses it.
    Missing,
}

/// How one kind of an item is covered by the rooms of a house.
pub fn way(house: &House, item: &Item, kind: ItemKind) -> Way {
    if not_yet().get(&item.id).is_some_and(|kinds| kinds.contains(&kind)) {
        return Way::Later;
    }
    let page = house.cover(&item.id, kind);
    let first = Edition::of(FIRST_YEAR);
    let done = match kind {
        ItemKind::Norm => is_checked(&item.id) || !item.carried_by.is_empty(),
        ItemKind::Duty => first.duties().iter().any(|duty| duty.item == item.id),
        ItemKind::Indicator => first
            .indicators()
            .iter()
            .any(|indicator| indicator.item == item.id && house.count_of(&indicator.code).is_some()),
        ItemKind::Procedure | ItemKind::Record | ItemKind::Document => page.is_some(),
    };
    if done { Way::Done(page) } else { Way::Missing }
}

/// The kinds of an item that come with a later version.
pub fn later(item: &Item) -> &'static [ItemKind] {
    not_yet().get(&item.id).map(Vec::as_slice).unwrap_or_default()
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
    let all = edition.items().map(|item| item.kinds.len()).sum();
    let open: usize = edition.items().map(|item| later(item).len()).sum();
    let line = |item: &Item| Line {
        id: item.id.clone(),
        title: item.title.get(context.lang).to_owned(),
        kinds: later(item).iter().map(|kind| context.t(&format!("kind-{kind}"))).collect(),
    };
    let lines = edition.items().filter(|item| !later(item).is_empty()).map(line).collect();
    let page = Page::new(context.clone(), "guidance", context.t("coverage-title"));
    let page = page.crumb(context.t("nav-guidance"), "/guidance");
    html(&CoveragePage { page, lines, done: all - open, all })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use sheber_kernel::AcademicYear;
    use sheber_norms::edition::YEARS;

    use super::*;
    use crate::rooms::house;

    /// A year whose edition states everything.
    const TESTED: AcademicYear = AcademicYear::starting(2024);

    /// Every year that the guidance's data say anything of, and one after.
    fn editions() -> impl Iterator<Item = &'static Edition> {
        let after = YEARS.last().map(|last| last.next());
        YEARS.iter().copied().chain(after).map(Edition::of)
    }

    #[test]
    fn every_kind_of_every_item_is_done_or_said_to_come_later() {
        let house = house();
        for edition in editions() {
            for item in edition.items() {
                for kind in &item.kinds {
                    let way = way(&house, item, *kind);
                    assert_ne!(way, Way::Missing, "{} {kind} of {} is neither done nor named", item.id, edition.year);
                }
            }
        }
    }

    #[test]
    fn nothing_is_named_that_the_guidance_does_not_have_or_that_comes_later() {
        let house = house();
        for (id, kind, page) in house.rooms().flat_map(|room| room.covers) {
            let item = Edition::of(TESTED).item(id).unwrap_or_else(|| panic!("{id} is no item"));
            assert!(item.kinds.contains(kind), "{id} is no {kind}");
            assert!(!later(item).contains(kind), "{id} {kind} is done and yet said to come later");
            let is_page = house.routes().iter().any(|route| route.path == *page) || page.starts_with("/reference/");
            assert!(is_page, "{id}: {page} is no page");
        }
        for (id, kinds) in not_yet() {
            let edition = Edition::of(TESTED);
            for kind in kinds {
                let known = match kind {
                    ItemKind::Norm => is_checked(id),
                    ItemKind::Indicator => edition.indicators().iter().any(|indicator| indicator.item == *id),
                    ItemKind::Duty => edition.duties().iter().any(|duty| duty.item == *id),
                    ItemKind::Procedure | ItemKind::Record | ItemKind::Document => false,
                };
                assert!(!known, "{id} {kind} is said to come later and is there");
            }
        }
    }

    #[test]
    fn every_record_of_a_duty_has_one_evidence_and_the_reverse() {
        let asked: BTreeSet<&str> = editions()
            .flat_map(sheber_norms::Edition::duties)
            .filter_map(|duty| duty.evidence.record.as_deref())
            .collect();
        let house = house();
        let shown: Vec<&str> = house.evidence().map(sheber_platform::evidence::Evidence::record).collect();
        assert_eq!(shown.iter().copied().collect::<BTreeSet<_>>(), asked);
        assert_eq!(shown.len(), asked.len(), "a record is shown by one room alone");
    }

    #[test]
    fn every_indicator_is_counted_once_and_every_occasion_is_followed() {
        use sheber_norms::duties::Rule;
        let house = house();
        let stated: BTreeSet<&str> =
            editions().flat_map(sheber_norms::Edition::indicators).map(|indicator| indicator.code.as_str()).collect();
        let counted: Vec<&str> = house.counts().map(sheber_platform::evidence::Count::code).collect();
        assert_eq!(counted.iter().copied().collect::<BTreeSet<_>>(), stated);
        assert_eq!(counted.len(), stated.len(), "an indicator is counted by one room alone");
        let followed: BTreeSet<&str> = editions()
            .flat_map(sheber_norms::Edition::duties)
            .filter_map(|duty| match &duty.rule {
                Rule::After { event, .. } => Some(event.as_str()),
                _ => None,
            })
            .collect();
        let known: BTreeSet<&str> = house.occasions().map(sheber_platform::evidence::Occasion::event).collect();
        assert_eq!(known, followed);
    }

    #[test]
    fn every_norm_over_colleges_has_the_check_of_a_room() {
        let checked: BTreeSet<&str> = house().checks().map(sheber_platform::house::Check::item).collect();
        assert_eq!(checked, sheber_norms::all::OF_COLLEGES.iter().copied().collect());
    }
}
