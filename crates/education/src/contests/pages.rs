//! The list of contests, and a new one.

use askama::Template;
use axum::extract::State as Shared;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{Datelike, NaiveDate};
use sheber_kernel::{Day, Level};
use sheber_messages as messages;
use sheber_people::reference::entry::Kind as ReferenceKind;
use sheber_people::reference::store as reference;
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::clock;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::fields::Fields;
use sheber_platform::forms::{Address, Form, Pairs};
use sheber_platform::once::Once;
use sheber_platform::page::{Page, Pager, html};

use super::kinds::{Criterion, Kind};
use super::procedure::State;
use super::rights;
use super::schedule::{self, Slot};
use super::store::{self, Basics, Contest, ContestForm, Filter};

/// A sector of 16.2 with its host and term, in words.
struct Sector {
    word: &'static str,
    host: String,
    term: String,
    /// Whether the reader's organisation holds its national stage.
    ours: bool,
}

/// The sectors of the year's schedule.
async fn sectors(app: &App, context: &Context) -> Result<Vec<Sector>, AppError> {
    let regions = reference::entries(app, ReferenceKind::Region, context.lang).await?;
    let actor = context.actor()?;
    let month = |day: NaiveDate| context.t(&format!("month-{}", day.month()));
    let sector = |slot: Slot| {
        let host = regions.iter().find(|region| region.code == slot.host);
        let (from, to) = (month(slot.from), month(slot.to));
        Sector {
            word: slot.sector,
            host: host.map(|host| host.name(context.lang).to_owned()).unwrap_or_default(),
            term: if from == to { from } else { format!("{from} – {to}") },
            ours: slot.is_held_by(actor) && actor.may(rights::RUN),
        }
    };
    Ok(schedule::of(context.year).into_iter().map(sector).collect())
}

#[derive(Template)]
#[template(path = "contests/list.html")]
struct ListPage {
    page: Page,
    filter: Filter,
    pager: Pager,
    levels: &'static [Level],
    states: &'static [State],
    every: &'static [Kind],
    contests: Vec<Contest>,
    sectors: Vec<Sector>,
    /// Those that the reader's organisation holds.
    kinds: Vec<Kind>,
    /// A department that hosts a national stage.
    hosts: bool,
    opens: bool,
    rows: Vec<usize>,
    f: Fields,
}

impl ListPage {
    fn day(&self, day: &Day) -> String {
        messages::date(self.page.lang(), day.0)
    }

    fn organiser<'a>(&self, contest: &'a Contest) -> &'a str {
        contest.organiser(self.page.lang())
    }

    fn name(&self, name: &str, row: &usize) -> String {
        format!("{name}-{row}")
    }
}

/// The criteria that a form proposes.
const PROPOSED: [&str; 4] = ["content", "novelty", "results", "presentation"];

/// A contest has at most so many criteria.
const CRITERIA: usize = 6;

async fn show(app: &App, context: Context, filter: Filter, f: Fields) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let contests = store::list(actor, context.year, &filter).page::<Contest>(&app.db, &filter.at).await?;
    let level = Level::of(actor.role.organisation());
    let status = f.status();
    let sectors = sectors(app, &context).await?;
    let title = context.t("nav-contests");
    let template = ListPage {
        hosts: level == Level::Region && sectors.iter().any(|sector| sector.ours),
        opens: !f.is_sound() || !f.value("sector").is_empty(),
        sectors,
        rows: (0..CRITERIA).collect(),
        page: Page::new(context, "contests", title).wide(),
        pager: Pager::of("/contests", &filter, &contests),
        filter,
        levels: Level::ALL,
        states: State::ALL,
        every: Kind::ALL,
        contests: contests.rows,
        kinds: Kind::ALL.iter().copied().filter(|kind| kind.levels().contains(&level)).collect(),
        f,
    };
    Ok((status, html(&template)?).into_response())
}

pub async fn list(
    Shared(app): Shared<App>,
    context: Context,
    Address(filter): Address<Filter>,
) -> Result<Response, AppError> {
    let today = clock::day(app.clock.millis());
    let mut f = Fields::filled([("opens_on", today.to_string())]);
    for (row, word) in PROPOSED.iter().enumerate() {
        f.set(&format!("criterion-{row}"), context.t(&format!("contest-criterion-{word}")));
        f.set(&format!("most-{row}"), "10");
    }
    if let Some(slot) = schedule::of(context.year).into_iter().find(|slot| slot.sector == filter.sector) {
        let host = sectors(&app, &context).await?.into_iter().find(|sector| sector.word == slot.sector);
        let name = context.t(&format!("sector-{}", slot.sector));
        f.set("kind", Kind::Mastery.word());
        f.set("sector", slot.sector);
        f.set("level", Level::Country.word());
        f.set("title", format!("{}: {name}", context.t("contest-kind-mastery")));
        f.set("place", host.map(|host| host.host).unwrap_or_default());
        f.set("opens_on", slot.from.max(today).min(slot.to).to_string());
        f.set("closes_on", slot.to.to_string());
    }
    show(&app, context, filter, f).await
}

fn read(fields: &mut Fields, level: Level, sectors: &[Sector]) -> Option<ContestForm> {
    let kind = fields.choice::<Kind>("kind");
    if kind.is_some_and(|kind| !kind.levels().contains(&level)) {
        fields.wrong("kind", "field-choice");
    }
    let sector = if kind == Some(Kind::Mastery) { fields.value("sector").to_owned() } else { String::new() };
    if kind == Some(Kind::Mastery) && !sectors.iter().any(|known| known.word == sector) {
        fields.wrong("sector", "field-choice");
    }
    let mut criteria = Vec::new();
    for row in 0..CRITERIA {
        let name = fields.open_text(&format!("criterion-{row}"), 200);
        if !name.is_empty() {
            let most = fields.number(&format!("most-{row}"), 100);
            criteria.push(Criterion { name, most: u32::try_from(most).unwrap_or(0) });
        }
    }
    if criteria.is_empty() || criteria.iter().any(|criterion| criterion.most == 0) {
        fields.wrong("criterion-0", "contest-criteria");
    }
    let basics = Basics::of(fields)?;
    Some(ContestForm { kind: kind?, sector, basics, criteria })
}

pub async fn create(
    Shared(app): Shared<App>,
    context: Context,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let mut fields = Fields::of(pairs);
    let sectors = sectors(&app, &context).await?;
    let mastery = fields.has("kind", Kind::Mastery.word());
    let for_country = fields.has("level", Level::Country.word());
    // The schedule of hosts is that of the sectors.
    let sector = if mastery { fields.value("sector") } else { "" };
    let level = schedule::level(&actor, sector, for_country, context.year);
    if level.is_none() {
        fields.wrong("level", "contest-not-host");
    }
    let level = level.unwrap_or(Level::of(actor.role.organisation()));
    let Some(new) = read(&mut fields, level, &sectors) else {
        return show(&app, context, Filter::default(), fields).await;
    };
    let deed = async |change: &Change| Ok(store::insert(change, &actor, context.year, level, &new).await?);
    let id = Once::of_form(actor.id, "/contests", &fields).make(&app, &actor, deed).await?;
    Ok(Redirect::to(&format!("/contests/{id}")).into_response())
}
