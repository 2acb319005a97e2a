//! The pages of tournaments.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::{Deserialize, Serialize};
use sheber_kernel::Day;
use sheber_messages as messages;
use sheber_norms::contests::{Pair, TeamStanding, next_round, standing};
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::fields::Fields;
use sheber_platform::forms::{Address, Form, Pairs};
use sheber_platform::once::Once;
use sheber_platform::page::{Page, Pager, html};
use sheber_platform::{clock, search};

use super::rights;
use super::store::{self, Debate};
use crate::events::kinds::Kind;
use crate::events::store::{self as events, Draft, EventForm};

#[derive(Template)]
#[template(path = "debates/list.html")]
struct ListPage {
    page: Page,
    debates: Vec<Debate>,
    pager: Pager,
    place: Place,
    f: Fields,
}

impl ListPage {
    fn day(&self, day: &Day) -> String {
        messages::date(self.page.lang(), day.0)
    }
}

/// What a list of tournaments is filtered by.
#[derive(Deserialize, Serialize, Default)]
#[serde(default)]
pub struct Place {
    q: String,
    #[serde(skip_serializing)]
    at: String,
}

async fn show_list(app: &App, context: Context, place: Place, f: Fields) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let debates = store::list(&actor, context.year, &place.q).page::<Debate>(&app.db, &place.at).await?;
    let pager = Pager::of("/debates", &place, &debates);
    let status = f.status();
    let page = Page::new(context.clone(), "events", context.t("debate-title"));
    Ok((status, html(&ListPage { page, debates: debates.rows, pager, place, f })?).into_response())
}

pub async fn list(
    Shared(app): Shared<App>,
    context: Context,
    Address(place): Address<Place>,
) -> Result<Response, AppError> {
    let today = clock::day(app.clock.millis());
    show_list(&app, context, place, Fields::filled([("held_on", today.to_string())])).await
}

pub async fn create(
    Shared(app): Shared<App>,
    context: Context,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let mut fields = Fields::of(pairs);
    let (topic, held_on) = (fields.text("topic", 300), fields.day("held_on").map(Day));
    let mut teams: Vec<String> = fields.text("teams", 5000).lines().map(|team| team.trim().to_owned()).collect();
    teams.retain(|team| !team.is_empty());
    let mut seen = BTreeSet::new();
    // A team that stands twice would meet itself.
    teams.retain(|team| seen.insert(search::folded(team)));
    if teams.len() < 2 || teams.len() > 64 {
        fields.wrong("teams", "debate-teams-few");
    }
    let (Some(held_on), true) = (held_on, fields.is_sound()) else {
        return show_list(&app, context, Place::default(), fields).await;
    };
    let deed = async |change: &Change| Ok(store::insert(change, actor.organisation_id, &topic, held_on, &teams).await?);
    let id = Once::of_form(actor.id, "/debates", &fields).make(&app, &actor, deed).await?;
    Ok(Redirect::to(&format!("/debates/{id}")).into_response())
}

/// A debate of two teams as the page shows it.
struct Meeting {
    round: usize,
    row: usize,
    one: String,
    other: String,
    points: Option<(u32, u32)>,
}

#[derive(Template)]
#[template(path = "debates/page.html")]
struct DebatePage {
    page: Page,
    debate: Debate,
    teams: Vec<String>,
    rounds: Vec<Vec<Meeting>>,
    /// Who rests in each round: of an odd number one does.
    resting: Vec<Vec<String>>,
    /// With the place; teams that are equal in wins and points share it.
    standing: Vec<(usize, TeamStanding)>,
    version: i64,
    held: bool,
    day: String,
    edits: bool,
    f: Fields,
}

impl DebatePage {
    fn rests(&self, round: &usize) -> String {
        self.resting.get(*round).map(|teams| teams.join(", ")).unwrap_or_default()
    }

    /// The version that the form rests on.
    fn at(&self) -> i64 {
        match self.f.version() {
            0 => self.version,
            seen => seen,
        }
    }

    fn team(&self, team: &usize) -> &str {
        self.teams.get(*team).map_or("", String::as_str)
    }

    fn name(&self, side: &str, shown: &Meeting) -> String {
        format!("{side}-{}-{}", shown.round, shown.row)
    }

    fn given(&self, side: &str, shown: &Meeting) -> String {
        let typed = self.f.value(self.name(side, shown)).to_owned();
        if !typed.is_empty() {
            return typed;
        }
        shown.points.map(|(one, other)| if side == "one" { one } else { other }.to_string()).unwrap_or_default()
    }
}

/// The order of the teams with their places.
fn placed(order: Vec<TeamStanding>) -> Vec<(usize, TeamStanding)> {
    let mut placed: Vec<(usize, TeamStanding)> = Vec::new();
    for (row, team) in order.into_iter().enumerate() {
        let shared = placed.last().filter(|(_, last)| (last.wins, last.points) == (team.wins, team.points));
        placed.push((shared.map_or(row + 1, |(place, _)| *place), team));
    }
    placed
}

async fn show(app: &App, context: Context, id: i64, f: Fields) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let debate = store::find(&app.db, &actor, id).await?;
    let (teams, rounds) = (debate.teams.0.clone(), debate.rounds.0.clone());
    let all: Vec<Pair> = rounds.iter().flatten().copied().collect();
    let name = |team: usize| teams.get(team).cloned().unwrap_or_default();
    let shown = rounds
        .iter()
        .enumerate()
        .map(|(round, pairs)| {
            let of = |(row, pair): (usize, &Pair)| Meeting {
                round,
                row,
                one: name(pair.one),
                other: name(pair.other),
                points: pair.points,
            };
            pairs.iter().enumerate().map(of).collect()
        })
        .collect();
    let status = f.status();
    let day = messages::date(context.lang, debate.held_on.0);
    let page = Page::new(context.clone(), "events", debate.topic.clone()).crumb(context.t("debate-title"), "/debates");
    let template = DebatePage {
        page,
        resting: rounds
            .iter()
            .map(|pairs| {
                let rests = |team: &usize| !pairs.iter().any(|pair| pair.one == *team || pair.other == *team);
                (0..teams.len()).filter(rests).map(name).collect()
            })
            .collect(),
        standing: placed(standing(teams.len(), &all)),
        version: debate.version,
        held: all.iter().all(|pair| pair.points.is_some()),
        edits: actor.may(rights::EDIT) && debate.college_id == actor.organisation_id,
        day,
        teams,
        rounds: shown,
        debate,
        f,
    };
    Ok((status, html(&template)?).into_response())
}

pub async fn one(Shared(app): Shared<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    show(&app, context, id, Fields::default()).await
}

/// Draws the next round, once every debate of the last has its points.
pub async fn round(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(_): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let change = Change::begin(&app, Some(&actor)).await?;
    let debate = store::find(change.db(), &actor, id).await?;
    let mut rounds = debate.rounds.0.clone();
    let all: Vec<Pair> = rounds.iter().flatten().copied().collect();
    if all.iter().any(|pair| pair.points.is_none()) {
        return Err(AppError::Refused { status: StatusCode::CONFLICT, key: "error-debate-open".to_owned() });
    }
    rounds.push(next_round(debate.teams.len(), &all));
    store::update(&change, &debate, rounds, debate.event_id).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("/debates/{id}")).into_response())
}

/// The points of a debate as its form shows them.
fn filled(debate: &Debate) -> Fields {
    let mut fields = Fields::default();
    for (round, pairs) in debate.rounds.iter().enumerate() {
        for (row, pair) in pairs.iter().enumerate() {
            let (one, other) = pair.points.unzip();
            for (side, points) in [("one", one), ("other", other)] {
                let points = points.map(|points| points.to_string()).unwrap_or_default();
                fields.set(&format!("{side}-{round}-{row}"), points);
            }
        }
    }
    fields
}

/// Records the points; with the first results the debate is an event of its day, which closes the week's duty.
pub async fn results(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let mut fields = Fields::of(pairs);
    let change = Change::begin(&app, Some(&actor)).await?;
    let debate = store::find(change.db(), &actor, id).await?;
    if fields.version() != debate.version {
        drop(change);
        fields.overtaken("one-0-0", debate.version, filled(&debate));
        return show(&app, context, id, fields).await;
    }
    let mut rounds = debate.rounds.0.clone();
    let drawn = rounds.len();
    for (round, list) in rounds.iter_mut().enumerate() {
        for (row, pair) in list.iter_mut().enumerate() {
            let names = [format!("one-{round}-{row}"), format!("other-{round}-{row}")];
            if names.iter().all(|name| fields.value(name).trim().is_empty()) {
                // Points that were taken out again are no points, as long as the next round is not drawn by them.
                if round + 1 == drawn {
                    pair.points = None;
                }
                continue;
            }
            let [one, other] = names.map(|name| u32::try_from(fields.number(&name, 1000)).unwrap_or(0));
            pair.points = Some((one, other));
        }
    }
    if !fields.is_sound() {
        drop(change);
        return show(&app, context, id, fields).await;
    }
    let mut event = debate.event_id;
    let any = rounds.iter().flatten().any(|pair| pair.points.is_some());
    if event.is_none() && any && debate.held_on.0 <= clock::day(change.at()) {
        let details = EventForm {
            responsible: actor.name.clone(),
            audience: debate.teams.join(", "),
            ..EventForm::held(Kind::Debate, debate.topic.clone(), debate.held_on)
        };
        let draft = Draft { details, groups: Vec::new(), present: Vec::new(), repeats: None };
        event = events::save(&change, &actor, None, &draft, context.this_year).await?;
    }
    store::update(&change, &debate, rounds, event).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("/debates/{id}")).into_response())
}
