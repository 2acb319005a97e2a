//! What can be said of an item: a class, a sign, words, where it leads; and how a section stands by all of it.

use std::collections::BTreeMap;

use sheber_norms::Edition;
use sheber_norms::item::{Item, ItemKind};
use sheber_platform::context::Context;
use sheber_platform::house::House;

use super::coverage::{self, Way};

/// One thing that can be said of an item.
#[derive(Clone, Debug)]
pub struct Remark {
    pub class: &'static str,
    pub sign: &'static str,
    pub text: String,
    pub link: Option<String>,
    /// A task's time has passed.
    pub is_late: bool,
}

impl Remark {
    pub fn new(class: &'static str, sign: &'static str, text: String) -> Self {
        Self { class, sign, text, link: None, is_late: false }
    }

    /// Leads to a page, where the reader may open it.
    pub fn to(self, context: &Context, link: &str) -> Self {
        Self { link: Some(link.to_owned()).filter(|link| context.opens(link)), ..self }
    }
}

/// What can be said of each item, by id.
pub type Standing = BTreeMap<String, Vec<Remark>>;

/// What can be said to anybody: what comes with a later version.
pub fn later(context: &Context, item: &Item) -> Vec<Remark> {
    let remark = |kind: &ItemKind| {
        let text = format!("{}: {}", context.t(&format!("kind-{kind}")), context.t("coverage-later"));
        Remark::new("later", "…", text).to(context, "/guidance/coverage")
    };
    coverage::later(item).iter().map(remark).collect()
}

/// Where an item's records, documents and procedures are kept, as far as the reader may open them.
pub fn places(house: &House, context: &Context, item: &Item) -> Vec<(String, &'static str)> {
    let kinds = item.kinds.iter().filter(|kind| !matches!(kind, ItemKind::Norm | ItemKind::Duty | ItemKind::Indicator));
    let place = |kind: &ItemKind| match coverage::way(house, item, *kind) {
        Way::Done(Some(page)) if context.opens(page) => Some((context.t(&format!("kind-{kind}")), page)),
        _ => None,
    };
    kinds.filter_map(place).collect()
}

/// How a section stands, for the home page: how many of its items need something done, of how many that say anything.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct SectionState {
    pub number: String,
    pub title: String,
    pub late: usize,
    pub due: usize,
    pub broken: usize,
    pub sound: usize,
    /// Items that come with a later version.
    pub later: usize,
}

impl SectionState {
    /// Counts an item by the worst that is said of it.
    fn count(&mut self, remarks: &[Remark]) {
        let has = |class: &str| remarks.iter().any(|one| one.class == class);
        if remarks.iter().any(|one| one.is_late) {
            self.late += 1;
        } else if has("violation") {
            self.broken += 1;
        } else if has("warning") {
            self.due += 1;
        } else if has("clean") {
            self.sound += 1;
        }
    }
}

/// The sections of the guidance with how they stand.
pub fn sections(context: &Context, standing: &Standing) -> Vec<SectionState> {
    let edition = Edition::of(context.year);
    let section = |section: &sheber_norms::edition::Section| {
        let title = section.title.get(context.lang).to_owned();
        let mut state = SectionState { number: section.number.clone(), title, ..SectionState::default() };
        for item in edition.items().filter(|item| item.section == section.number) {
            state.later += usize::from(!coverage::later(item).is_empty());
            state.count(standing.get(&item.id).map(Vec::as_slice).unwrap_or_default());
        }
        state
    };
    edition.sections().iter().map(section).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_counts_by_the_worst_that_is_said_of_it() {
        let remark = |class, is_late| Remark { is_late, ..Remark::new(class, "", String::new()) };
        let mut state = SectionState::default();
        for remarks in [
            vec![remark("clean", false), remark("violation", true)],
            vec![remark("violation", false), remark("warning", false)],
            vec![remark("warning", false), remark("clean", false)],
            vec![remark("clean", false)],
            vec![remark("", false)],
            vec![],
        ] {
            state.count(&remarks);
        }
        assert_eq!((state.late, state.broken, state.due, state.sound), (1, 1, 1, 1));
    }
}
