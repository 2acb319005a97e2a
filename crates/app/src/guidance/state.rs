//! How it stands with each item for the reader's own organisation.

use std::collections::BTreeMap;

use sheber_norms::Edition;
use sheber_norms::duties::DutyState;
use sheber_norms::edition::{Item, ItemKind};

use super::coverage;
use crate::duties::{pages, pages::Filter};
use crate::indicators;
use crate::platform::actor::{Ability, Actor, Scope};
use crate::platform::app::App;
use crate::platform::clock;
use crate::platform::context::Context;
use crate::platform::error::AppError;
use crate::platform::route;
use crate::programmes;

/// One thing that can be said of an item: a class and a sign, what it says, where it leads.
#[derive(Clone, Debug)]
pub struct Said {
    pub class: &'static str,
    pub sign: &'static str,
    pub text: String,
    pub link: Option<String>,
}

/// What can be said of each item, by id.
pub type Standing = BTreeMap<String, Vec<Said>>;

/// What can be said to anybody: what comes with a later version.
pub fn later(context: &Context, item: &Item) -> Vec<Said> {
    coverage::later(item)
        .into_iter()
        .map(|kind: ItemKind| Said {
            class: "later",
            sign: "…",
            text: format!("{}: {}", context.t(&format!("kind-{}", kind.word())), context.t("coverage-later")),
            link: Some("/guidance/coverage".to_owned()),
        })
        .collect()
}

/// Where an item's records, documents and procedures are kept, as far as the reader may open them.
pub fn places(context: &Context, item: &Item) -> Vec<Said> {
    let kinds = item.kinds.iter().filter(|kind| !matches!(kind, ItemKind::Norm | ItemKind::Duty | ItemKind::Indicator));
    kinds
        .filter_map(|kind| match coverage::way(item, *kind) {
            coverage::Way::Done(Some(page)) if route::opens(page, context.actor.as_ref()) => Some(Said {
                class: "",
                sign: "→",
                text: context.t(&format!("kind-{}", kind.word())),
                link: Some(page.to_owned()),
            }),
            _ => None,
        })
        .collect()
}

/// What can be said to somebody of their own organisation; of the norms over programmes only where they are asked for, because
/// every programme is read for it.
pub async fn of(app: &App, context: &Context, actor: &Actor, with_programmes: bool) -> Result<Standing, AppError> {
    let mut standing = Standing::new();
    if actor.may(Ability::SeeDuties) {
        duties(app, context, actor, &mut standing).await?;
    }
    if let Scope::College(college) = actor.scope() {
        if with_programmes && actor.may(Ability::SeeProgrammes) {
            let counts = programmes::standing::of_college(app, college, context.year).await?;
            if counts.is_empty() {
                // Nothing is right or wrong with programmes that are not there.
                for norm in Edition::of(context.year).norms() {
                    let link = Some("/programmes".to_owned());
                    let text = context.t("state-no-programmes");
                    standing.entry(norm.item.to_owned()).or_default().push(Said { class: "", sign: "–", text, link });
                }
            }
            for (item, (violations, warnings)) in counts {
                let said = standing.entry(item).or_default();
                said.extend(found(context, "state-programmes", violations, warnings, "/programmes?state=violations"));
            }
        }
        for (item, (violations, warnings)) in crate::college::standing(app, college, context.year).await? {
            let link = crate::college::page_of(&item);
            standing.entry(item).or_default().extend(found(context, "state-college", violations, warnings, link));
        }
    }
    if actor.may(Ability::SeeIndicators) {
        for (item, said) in indicators::said(app, context, actor).await? {
            standing.entry(item).or_default().push(said);
        }
    }
    carried(context, &mut standing);
    Ok(standing)
}

/// A norm that others carry stands as they do.
fn carried(context: &Context, standing: &mut Standing) {
    for item in Edition::of(context.year).items() {
        if standing.contains_key(&item.id) || item.carried_by.is_empty() {
            continue;
        }
        let of = |carrier: &String| {
            let said = standing.get(carrier).cloned().unwrap_or_default();
            said.into_iter().map(|one| Said { text: format!("{carrier} – {}", one.text), ..one }).collect::<Vec<_>>()
        };
        let said: Vec<Said> = item.carried_by.iter().flat_map(of).collect();
        if !said.is_empty() {
            standing.insert(item.id.clone(), said);
        }
    }
}

fn found(context: &Context, key: &str, violations: usize, warnings: usize, link: &str) -> Vec<Said> {
    let link = Some(link.to_owned()).filter(|link| route::opens(link, context.actor.as_ref()));
    let text = |n: usize, word: &str| format!("{}: {} {n}", context.t(key), context.t(&format!("severity-{word}")));
    let mut said = Vec::new();
    if violations > 0 {
        said.push(Said { class: "violation", sign: "✕", text: text(violations, "violation"), link: link.clone() });
    }
    if warnings > 0 {
        said.push(Said { class: "warning", sign: "!", text: text(warnings, "warning"), link: link.clone() });
    }
    if said.is_empty() {
        let text = format!("{}: {}", context.t(key), context.t("state-holds"));
        said.push(Said { class: "clean", sign: "✓", text, link });
    }
    said
}

async fn duties(app: &App, context: &Context, actor: &Actor, standing: &mut Standing) -> Result<(), AppError> {
    let today = clock::day(app.clock.millis());
    let mut counts: BTreeMap<String, BTreeMap<DutyState, usize>> = BTreeMap::new();
    for task in pages::tasks(app, actor, context).await? {
        *counts.entry(task.item().to_owned()).or_default().entry(task.state(today)).or_default() += 1;
    }
    for (item, states) in counts {
        // The worst first, and of what is planned only that it is.
        let order = [
            DutyState::Overdue,
            DutyState::Due,
            DutyState::DoneLate,
            DutyState::Done,
            DutyState::Excused,
            DutyState::Planned,
        ];
        for state in order {
            let Some(n) = states.get(&state) else { continue };
            let (class, sign) = pages::mark(state);
            let filter = Filter { q: item.clone(), state: state.word().to_owned(), whose: "all".to_owned(), page: 0 };
            let query = serde_urlencoded::to_string(filter).unwrap_or_default();
            standing.entry(item.clone()).or_default().push(Said {
                class,
                sign,
                text: format!("{} {n}", context.t(&format!("duty-{}", state.word()))),
                link: Some(format!("/tasks?{query}")),
            });
        }
    }
    Ok(())
}

/// How a section stands, for the home page: how many of its items need something done, of how many that say anything.
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

/// The sections of the guidance with how they stand.
pub fn sections(context: &Context, standing: &Standing) -> Vec<SectionState> {
    let edition = Edition::of(context.year);
    edition
        .sections()
        .iter()
        .map(|section| {
            let mut state = SectionState {
                number: section.number.clone(),
                title: section.title.get(context.lang).to_owned(),
                late: 0,
                due: 0,
                broken: 0,
                sound: 0,
                later: 0,
            };
            for item in edition.items().filter(|item| item.section == section.number) {
                state.later += usize::from(!coverage::later(item).is_empty());
                let Some(said) = standing.get(&item.id) else { continue };
                let has = |class: &str| said.iter().any(|one| one.class == class);
                let late = said.iter().any(|one| {
                    one.class == "violation" && one.link.as_deref().is_some_and(|link| link.starts_with("/tasks"))
                });
                let broken = has("violation") && !late;
                state.late += usize::from(late);
                state.broken += usize::from(broken);
                state.due += usize::from(!late && !broken && has("warning"));
                state.sound += usize::from(!late && !broken && !has("warning") && has("clean"));
            }
            state
        })
        .collect()
}
