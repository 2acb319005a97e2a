//! How it stands with each item for the reader's own organisation.

use std::collections::BTreeMap;
use std::sync::Arc;

use sheber_norms::Edition;
use sheber_norms::duties::DutyState;
use sheber_platform::actor::{Actor, Scope};
use sheber_platform::app::App;
use sheber_platform::cache::Cache;
use sheber_platform::clock;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::house::House;
use sheber_programmes::programmes;
use sheber_standing::duties::{self, Badge};
use sheber_standing::{college, indicators};

use super::remarks::{Remark, Standing};

/// What can be said to somebody of their own organisation.
pub async fn of(app: &App, context: &Context) -> Result<Arc<Standing>, AppError> {
    let Some(actor) = &context.actor else { return Ok(Arc::default()) };
    let question = format!("{} {} {}", actor.id, context.year, context.lang);
    Cache::of(app, &question, || standing(app, context, actor)).await
}

async fn standing(app: &App, context: &Context, actor: &Actor) -> Result<Standing, AppError> {
    let mut standing = Standing::new();
    if context.opens("/tasks") {
        tasks(app, context, actor, &mut standing).await?;
    }
    if let Scope::College(college) = actor.scope() {
        if context.opens("/programmes") {
            of_programmes(app, context, college, &mut standing).await?;
        }
        of_records(app, context, college, &mut standing).await?;
    }
    if context.opens("/indicators") {
        figures(app, context, actor, &mut standing).await?;
    }
    carried(context, &mut standing);
    Ok(standing)
}

/// The tasks of each item by how they stand: the worst first, and of what is planned only that it is.
async fn tasks(app: &App, context: &Context, actor: &Actor, standing: &mut Standing) -> Result<(), AppError> {
    const ORDER: [DutyState; 6] = [
        DutyState::Overdue,
        DutyState::Due,
        DutyState::DoneLate,
        DutyState::Done,
        DutyState::Excused,
        DutyState::Planned,
    ];
    let today = clock::day(app.clock.millis());
    let mut counts: BTreeMap<String, BTreeMap<DutyState, usize>> = BTreeMap::new();
    for task in duties::tasks(app, actor, context.year).await? {
        *counts.entry(task.item().to_owned()).or_default().entry(task.state(today)).or_default() += 1;
    }
    for (item, states) in counts {
        let remarks = standing.entry(item.clone()).or_default();
        for (state, n) in ORDER.iter().filter_map(|state| Some((*state, states.get(state)?))) {
            let badge = Badge::of(state);
            let remark = Remark::new(badge.class, badge.sign, format!("{} {n}", context.t(badge.key)));
            let remark = remark.to(context, &format!("/tasks?q={item}&state={state}&whose=all"));
            remarks.push(Remark { is_late: state == DutyState::Overdue, ..remark });
        }
    }
    Ok(())
}

/// What the norms say of the college's programmes.
async fn of_programmes(app: &App, context: &Context, college: i64, standing: &mut Standing) -> Result<(), AppError> {
    let counts = programmes::standing::of_college(&app.db, college, context.year).await?;
    if counts.is_empty() {
        // Nothing is right or wrong with programmes that are not there.
        for norm in sheber_norms::all::in_force(Edition::of(context.year)) {
            let remark = Remark::new("", "–", context.t("state-no-programmes")).to(context, "/programmes");
            standing.entry(norm.item.to_owned()).or_default().push(remark);
        }
    }
    for (item, found) in counts {
        let counts = college::Counts { violations: found.violations, warnings: found.warnings };
        let link = "/programmes?state=violations";
        standing.entry(item).or_default().extend(counted(context, "state-programmes", counts, link));
    }
    Ok(())
}

/// What the norms say of the college's other records.
async fn of_records(app: &App, context: &Context, college: i64, standing: &mut Standing) -> Result<(), AppError> {
    let house = House::of(app);
    for (item, counts) in college::of_college(app, college, context.year).await? {
        let page = house.checks().find(|check| check.item() == item).map_or("/college", |check| check.page());
        standing.entry(item.to_owned()).or_default().extend(counted(context, "state-college", counts, page));
    }
    Ok(())
}

fn counted(context: &Context, key: &str, counts: college::Counts, link: &str) -> Vec<Remark> {
    let text = |n: usize, word: &str| format!("{}: {} {n}", context.t(key), context.t(&format!("severity-{word}")));
    if counts.is_sound() {
        let text = format!("{}: {}", context.t(key), context.t("state-holds"));
        return vec![Remark::new("clean", "✓", text).to(context, link)];
    }
    [(counts.violations, "violation", "✕"), (counts.warnings, "warning", "!")]
        .into_iter()
        .filter(|(n, ..)| *n > 0)
        .map(|(n, word, sign)| Remark::new(word, sign, text(n, word)).to(context, link))
        .collect()
}

/// The figures of the reader's own level.
async fn figures(app: &App, context: &Context, actor: &Actor, standing: &mut Standing) -> Result<(), AppError> {
    let whose = indicators::Whose::of(actor.scope());
    let sums = indicators::of(&app.db, &whose, context.year).await?;
    for indicator in Edition::of(context.year).indicators() {
        let sum = sums.get(&indicator.code);
        let figure = sum.and_then(|sum| indicator.figure(sum.numerator, sum.denominator));
        let (class, sign) = match figure.and_then(|figure| indicator.meets(whose.level(), figure, context.year)) {
            Some(true) => ("clean", "✓"),
            Some(false) => ("warning", "↗"),
            None => ("", "·"),
        };
        let text = indicators::worded(context.lang, indicator, figure);
        let remark = Remark::new(class, sign, text).to(context, &format!("/indicators/{}", indicator.code));
        standing.entry(indicator.item.clone()).or_default().push(remark);
    }
    Ok(())
}

/// A norm that others carry stands as they do.
fn carried(context: &Context, standing: &mut Standing) {
    for item in Edition::of(context.year).items() {
        if standing.contains_key(&item.id) || item.carried_by.is_empty() {
            continue;
        }
        let of = |carrier: &String| {
            let remarks = standing.get(carrier).cloned().unwrap_or_default().into_iter();
            remarks.map(|one| Remark { text: format!("{carrier} – {}", one.text), ..one }).collect::<Vec<_>>()
        };
        let remarks: Vec<Remark> = item.carried_by.iter().flat_map(of).collect();
        if !remarks.is_empty() {
            standing.insert(item.id.clone(), remarks);
        }
    }
}
