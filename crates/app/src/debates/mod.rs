//! Debate tournaments (14.6): teams, rounds, pairs, results; the tournament is the week's debate.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use sea_orm::{ConnectionTrait, FromQueryResult};
use sheber_norms::contests::{Pair, TeamStanding, next_round, standing};

use crate::events::kinds::Kind;
use crate::events::store::{self as events, New as NewEvent};
use crate::params;
use crate::platform::actor::{Ability, Actor};
use crate::platform::app::App;
use crate::platform::audit::{Change, Event};
use crate::platform::clock;
use crate::platform::context::Context;
use crate::platform::database;
use crate::platform::error::AppError;
use crate::platform::fields::Fields;
use crate::platform::forms::{Form, Pairs};
use crate::platform::once::Once;
use crate::platform::page::{Page, html};
use crate::platform::route::Access::Can;
use crate::platform::route::{Route, get, post};
use crate::platform::search;

pub fn routes() -> Vec<Route> {
    let (see, edit) = (Can(Ability::SeeGroups), Can(Ability::EditPlans));
    vec![
        get("/debates", see, list),
        post("/debates", edit, create),
        get("/debates/{id}", see, page),
        post("/debates/{id}/round", edit, round),
        post("/debates/{id}/results", edit, results),
    ]
}

/// A tournament.
#[derive(Clone, Debug, FromQueryResult)]
struct Debate {
    id: i64,
    college_id: i64,
    topic: String,
    held_on: String,
    teams: String,
    rounds: String,
    event_id: Option<i64>,
    version: i64,
}

impl Debate {
    fn teams(&self) -> Vec<String> {
        serde_json::from_str(&self.teams).unwrap_or_default()
    }

    fn rounds(&self) -> Vec<Vec<Pair>> {
        serde_json::from_str(&self.rounds).unwrap_or_default()
    }
}

const DEBATE: &str =
    "SELECT d.id, d.college_id, d.topic, d.held_on, d.teams, d.rounds, d.event_id, d.version FROM debate d";

async fn find(db: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<Debate, AppError> {
    let mut conditions = actor.scope().colleges("d.college_id");
    conditions.and("d.id = ?", params![id]);
    let sql = format!("{DEBATE}{}", conditions.sql());
    database::one(db, &sql, conditions.values).await?.ok_or(AppError::NotFound)
}

#[derive(Template)]
#[template(path = "debates/list.html")]
struct ListPage {
    page: Page,
    debates: Vec<Debate>,
    edits: bool,
    f: Fields,
}

impl ListPage {
    fn day(&self, day: &str) -> String {
        day.parse().map(|day| sheber_messages::date(self.page.lang(), day)).unwrap_or_default()
    }
}

async fn show_list(app: &App, context: Context, f: Fields) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let mut conditions = actor.scope().colleges("d.college_id");
    conditions.and("d.year = ?", params![context.year.to_string()]);
    let sql = format!("{DEBATE}{} ORDER BY d.held_on DESC, d.id DESC LIMIT 200", conditions.sql());
    let debates = database::all(&app.db, &sql, conditions.values).await?;
    let status = f.status();
    let edits = actor.may(Ability::EditPlans);
    let page = Page::new(context.clone(), "events", context.t("debate-title"));
    Ok((status, html(&ListPage { page, debates, edits, f })?).into_response())
}

async fn list(Shared(app): Shared<App>, context: Context) -> Result<Response, AppError> {
    let today = clock::day(app.clock.millis());
    show_list(&app, context, Fields::filled([("held_on", today.to_string())])).await
}

async fn create(Shared(app): Shared<App>, context: Context, Form(pairs): Form<Pairs>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let mut fields = Fields::of(pairs);
    let (topic, held_on) = (fields.text("topic", 300), fields.day("held_on"));
    let mut teams: Vec<String> = fields.text("teams", 5000).lines().map(|team| team.trim().to_owned()).collect();
    teams.retain(|team| !team.is_empty());
    let mut seen = BTreeSet::new();
    // A team that stands twice would meet itself.
    teams.retain(|team| seen.insert(search::folded(team)));
    if teams.len() < 2 || teams.len() > 64 {
        fields.wrong("teams", "debate-teams-few");
    }
    let (Some(held_on), true) = (held_on, fields.is_sound()) else { return show_list(&app, context, fields).await };
    let rounds = vec![next_round(teams.len(), &[])];
    let deed = async |change: &Change| {
        let id = database::number(
            change.db(),
            "INSERT INTO debate (college_id, year, topic, held_on, teams, rounds, version)
         VALUES ($1, $2, $3, $4, $5, $6, 1) RETURNING id",
            params![
                actor.organisation_id,
                sheber_kernel::AcademicYear::of(held_on).to_string(),
                topic.clone(),
                held_on.to_string(),
                serde_json::to_string(&teams).unwrap_or_default(),
                serde_json::to_string(&rounds).unwrap_or_default()
            ],
        )
        .await?;
        let after = serde_json::json!({ "topic": topic, "teams": teams });
        change.record(Event::new("event-debate", "debate", id).after(after)).await?;
        Ok(id)
    };
    let id = Once::of_form(actor.id, "/debates", &fields).make(&app, &actor, deed).await?;
    Ok(Redirect::to(&format!("/debates/{id}")).into_response())
}

/// A debate of two teams as the page shows it.
struct Shown {
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
    rounds: Vec<Vec<Shown>>,
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

    fn name(&self, side: &str, shown: &Shown) -> String {
        format!("{side}-{}-{}", shown.round, shown.row)
    }

    fn given(&self, side: &str, shown: &Shown) -> String {
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
    let debate = find(&app.db, &actor, id).await?;
    let (teams, rounds) = (debate.teams(), debate.rounds());
    let all: Vec<Pair> = rounds.iter().flatten().copied().collect();
    let name = |team: usize| teams.get(team).cloned().unwrap_or_default();
    let shown = rounds
        .iter()
        .enumerate()
        .map(|(round, pairs)| {
            let of = |(row, pair): (usize, &Pair)| Shown {
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
    let day = debate.held_on.parse().map(|day| sheber_messages::date(context.lang, day)).unwrap_or_default();
    let page = Page::new(context.clone(), "events", debate.topic.clone()).crumb(context.t("debate-title"), "/debates");
    let shown = DebatePage {
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
        edits: actor.may(Ability::EditPlans) && debate.college_id == actor.organisation_id,
        day,
        teams,
        rounds: shown,
        debate,
        f,
    };
    Ok((status, html(&shown)?).into_response())
}

async fn page(Shared(app): Shared<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    show(&app, context, id, Fields::default()).await
}

async fn write(change: &Change, debate: &Debate, rounds: &[Vec<Pair>], event: Option<i64>) -> Result<(), AppError> {
    let sql = "UPDATE debate SET rounds = $3, event_id = $4, version = version + 1 WHERE id = $1 AND version = $2";
    let text = serde_json::to_string(rounds).unwrap_or_default();
    if database::run(change.db(), sql, params![debate.id, debate.version, text, event]).await? == 0 {
        return Err(AppError::conflict());
    }
    let after = serde_json::json!({ "rounds": rounds });
    Ok(change.record(Event::new("event-debate-changed", "debate", debate.id).after(after)).await?)
}

/// Draws the next round, once every debate of the last has its points.
async fn round(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(_): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let change = Change::begin(&app, Some(&actor)).await?;
    change.in_order().await?;
    let debate = find(change.db(), &actor, id).await?;
    let mut rounds = debate.rounds();
    let all: Vec<Pair> = rounds.iter().flatten().copied().collect();
    if all.iter().any(|pair| pair.points.is_none()) {
        return Err(AppError::Refused { status: StatusCode::CONFLICT, key: "error-debate-open".to_owned() });
    }
    rounds.push(next_round(debate.teams().len(), &all));
    write(&change, &debate, &rounds, debate.event_id).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("/debates/{id}")).into_response())
}

/// Records the points; with the first results the debate is an event of its day, which closes the week's duty.
async fn results(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let mut fields = Fields::of(pairs);
    let change = Change::begin(&app, Some(&actor)).await?;
    change.in_order().await?;
    let debate = find(change.db(), &actor, id).await?;
    if fields.version() != debate.version {
        drop(change);
        fields.overtaken("one-0-0", debate.version);
        return show(&app, context, id, fields).await;
    }
    let mut rounds = debate.rounds();
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
    let day = debate.held_on.parse::<chrono::NaiveDate>().ok().filter(|day| *day <= clock::day(change.at()));
    if let (None, true, Some(day)) = (event, any, day) {
        let new = NewEvent {
            kind: Some(Kind::Debate),
            topic: debate.topic.clone(),
            responsible: actor.name.clone(),
            audience: debate.teams().join(", "),
            held_on: Some(day),
            ..NewEvent::default()
        };
        event = events::save(&change, &actor, None, &new, context.this_year).await?;
    }
    write(&change, &debate, &rounds, event).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("/debates/{id}")).into_response())
}
