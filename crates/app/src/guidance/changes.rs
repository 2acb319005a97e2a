//! What one edition changes against another, and what the next one changes for one's own programmes, by a dry run of its norms.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;
use sheber_kernel::{AcademicYear, Lang};
use sheber_messages as messages;
use sheber_norms::duties::Duty;
use sheber_norms::edition::{FIRST_YEAR, Item, Value};
use sheber_norms::{Edition, Finding};

use super::told;
use crate::college::{self, Card};
use crate::duties::{self, oversight};
use crate::plans::store::rhythm;
use crate::platform::actor::{Ability, Scope};
use crate::platform::app::App;
use crate::platform::clock;
use crate::platform::context::Context;
use crate::platform::error::AppError;
use crate::platform::page::{Page, html};
use crate::programmes;

/// One difference: what it is, before, after.
pub struct Difference {
    pub item: String,
    pub title: String,
    pub what: String,
    pub before: String,
    pub after: String,
}

/// Everything in which two editions differ.
pub fn differences(lang: Lang, one: &Edition, other: &Edition) -> Vec<Difference> {
    let mut list = Vec::new();
    for item in other.items() {
        let mut add = |what: &str, before: String, after: String| {
            if before != after {
                let title = item.title.get(lang).to_owned();
                let what = messages::text(lang, what);
                list.push(Difference { item: item.id.clone(), title, what, before, after });
            }
        };
        let Some(known) = one.item(&item.id) else {
            add("changes-new", String::new(), item.title.get(lang).to_owned());
            continue;
        };
        let force = |item: &Item, year| {
            messages::text(lang, if item.valid.covers(year) { "changes-in-force" } else { "changes-not-in-force" })
        };
        add("changes-force", force(known, one.year), force(item, other.year));
        add("changes-title", known.title.get(lang).to_owned(), item.title.get(lang).to_owned());
        add("changes-about", known.about.get(lang).to_owned(), item.about.get(lang).to_owned());
        add("guidance-citation", messages::ground(lang, &known.citation), messages::ground(lang, &item.citation));
        let parameters = |item: &Item| {
            let line = |(name, value): (&String, &Value)| {
                format!("{}: {}", told::name(lang, name), told::value(lang, name, value, &|code| code.to_owned()))
            };
            item.parameters.iter().map(line).collect::<Vec<_>>().join("; ")
        };
        add("changes-parameters", parameters(known), parameters(item));
        add("guidance-carried", known.carried_by.join(", "), item.carried_by.join(", "));
        let duties = |edition: &Edition| {
            let of_item = edition.duties().iter().filter(|duty| duty.item == item.id);
            of_item.map(|duty| duty.title.get(lang)).collect::<Vec<_>>().join("; ")
        };
        add("changes-duties", duties(one), duties(other));
        for duty in other.duties().iter().filter(|duty| duty.item == item.id) {
            let Some(known) = one.duty(&duty.key) else { continue };
            let named = |said: String| format!("{}: {said}", duty.title.get(lang));
            if known.rule != duty.rule {
                let when = |duty: &Duty, edition: &Edition| named(rhythm(lang, &duty.rule, edition.year));
                add("changes-duty-rule", when(known, one), when(duty, other));
            }
            let who = |duty: &Duty| {
                let post = messages::text(lang, &format!("role-{}", duties::role(duty.post).word()));
                named(format!("{}, {post}", messages::text(lang, &format!("duty-holder-{}", duty.holder.word()))))
            };
            add("changes-duty-holder", who(known), who(duty));
        }
        let target = |edition: &Edition| {
            let of_item = edition.indicators().iter().filter(|indicator| indicator.item == item.id);
            let targets = of_item.filter_map(|indicator| {
                let unit = messages::text(lang, &format!("indicator-unit-{}", indicator.unit.word()));
                indicator.targets.range(..=edition.year).next_back().map(|(_, target)| format!("{target}{unit}"))
            });
            targets.collect::<Vec<_>>().join("; ")
        };
        add("changes-target", target(one), target(other));
    }
    list
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    from: String,
    to: String,
    programme: String,
    /// One of the colleges that the reader answers for.
    college: String,
}

fn years(asked: &Asked, context: &Context) -> (AcademicYear, AcademicYear) {
    let from = asked.from.parse().unwrap_or(FIRST_YEAR);
    let to = asked.to.parse().unwrap_or_else(|_| context.year.max(FIRST_YEAR.next()));
    (from, to)
}

#[derive(Template)]
#[template(path = "guidance/changes.html")]
struct ChangesPage {
    page: Page,
    from: String,
    to: String,
    list: Vec<Difference>,
    /// A college whose own programmes and records can be tried against the next edition.
    has_own: bool,
}

pub async fn page(context: Context, Query(asked): Query<Asked>) -> Result<Response, AppError> {
    let (from, to) = years(&asked, &context);
    let list = differences(context.lang, Edition::of(from), Edition::of(to));
    let has_own = context
        .actor
        .as_ref()
        .is_some_and(|actor| matches!(actor.scope(), Scope::College(_)) && actor.may(Ability::SeeProgrammes));
    let title = context.t("changes-title-page");
    let page = Page::new(context.clone(), "guidance", title).crumb(context.t("nav-guidance"), "/guidance");
    html(&ChangesPage { page, from: from.to_string(), to: to.to_string(), list, has_own })
}

/// A programme with what the norms say of it only after, and only before.
struct Moved {
    id: i64,
    name: String,
    new: Vec<Told>,
    gone: Vec<Told>,
}

struct Told {
    item: String,
    severity: &'static str,
    text: String,
}

#[derive(Template)]
#[template(path = "guidance/next.html")]
struct NextPage {
    page: Page,
    /// Whose records they are, where somebody above asks.
    of: Option<String>,
    college: Option<String>,
    programme: Option<i64>,
    from: String,
    to: String,
    list: Vec<Moved>,
    checked: usize,
    sound: usize,
    /// What the college's own records meet only under the next edition's norms over colleges.
    records: Vec<Card>,
    /// Duties and targets in which the editions differ.
    asked: Vec<Difference>,
}

fn only_in(lang: Lang, these: &[Finding], others: &[Finding]) -> Vec<Told> {
    let known = |finding: &&Finding| {
        !others
            .iter()
            .any(|other| (other.item, &other.at, other.variant) == (finding.item, &finding.at, finding.variant))
    };
    these
        .iter()
        .filter(known)
        .map(|finding| Told {
            item: finding.item.to_owned(),
            severity: finding.severity.word(),
            text: messages::message(lang, finding),
        })
        .collect()
}

/// A dry run: the college's programmes, or one, as if they were of the next intake, by this year's norms and the next year's.
pub async fn own(State(app): State<App>, context: Context, Query(asked): Query<Asked>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let one = match asked.programme.parse::<i64>() {
        Ok(id) => Some(programmes::store::find(&app.db, &actor, id).await?),
        Err(_) => None,
    };
    // A college's own, or one of those that somebody above answers for.
    let college = match (actor.scope(), asked.college.parse::<i64>()) {
        (Scope::College(own), _) => Some((own, None)),
        (_, Ok(college)) => {
            let found = oversight::find(&app, &actor, college).await?;
            Some((college, Some(found.name().get(context.lang).to_owned())))
        }
        _ => None,
    };
    if one.is_none() && college.is_none() {
        return Err(AppError::Refused {
            status: axum::http::StatusCode::BAD_REQUEST,
            key: "error-next-programme".to_owned(),
        });
    }
    // A programme stands under its own intake's norms.
    let own_year = one.as_ref().map_or(context.year, |stored| stored.programme.intake);
    let from: AcademicYear = asked.from.parse().unwrap_or(own_year);
    let to: AcademicYear = asked.to.parse().unwrap_or_else(|_| from.next());
    let (one, programmes) = match (one, &college) {
        (Some(stored), _) => (Some(stored.id), vec![(stored.id, stored.programme)]),
        (None, Some((college, _))) => (None, programmes::standing::programmes(&app, *college).await?),
        (None, None) => (None, Vec::new()),
    };
    let checked = programmes.len();
    let mut list = Vec::new();
    for (id, mut programme) in programmes {
        // A programme goes on under its intake's norms; what a new intake would meet is what the question is about.
        programme.intake = from;
        let before = sheber_norms::check(&programme, Edition::of(from)).findings;
        programme.intake = to;
        let after = sheber_norms::check(&programme, Edition::of(to)).findings;
        let (new, gone) = (only_in(context.lang, &after, &before), only_in(context.lang, &before, &after));
        if !new.is_empty() || !gone.is_empty() || one.is_some() {
            let name = programme.specialty.name.get(context.lang).to_owned();
            list.push(Moved { id, name, new, gone });
        }
    }
    let sound = checked - list.iter().filter(|moved| !moved.new.is_empty() || !moved.gone.is_empty()).count();
    let (mut records, mut differing) = (Vec::new(), Vec::new());
    if let (None, Some((college, _))) = (one, &college) {
        let college = *college;
        let facts = college::facts(&app.db, college, from, clock::day(app.clock.millis())).await?;
        let before = sheber_norms::college::check(&facts, Edition::of(from));
        let after = sheber_norms::college::check(&facts, Edition::of(to));
        let known = |finding: &&sheber_norms::college::CollegeFinding| {
            !before.iter().any(|one| (one.item, one.what, &one.place) == (finding.item, finding.what, &finding.place))
        };
        records = after.iter().filter(known).map(|finding| college::card(context.lang, finding)).collect();
        let words = ["changes-duties", "changes-duty-rule", "changes-duty-holder", "changes-target", "changes-force"]
            .map(|key| context.t(key));
        differing = differences(context.lang, Edition::of(from), Edition::of(to));
        differing.retain(|difference| words.contains(&difference.what));
    }
    let title = context.t("next-title");
    let page = Page::new(context.clone(), "guidance", title).crumb(context.t("nav-guidance"), "/guidance");
    html(&NextPage {
        page,
        college: college.as_ref().map(|(id, _)| id.to_string()).filter(|_| !asked.college.is_empty()),
        of: college.and_then(|(_, name)| name),
        programme: one,
        from: from.to_string(),
        to: to.to_string(),
        list,
        checked,
        sound,
        records,
        asked: differing,
    })
}
