//! Reminding organisations of what is late or due: one of them, or all of the region; one duty, or all that is late.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use sheber_kernel::{AcademicYear, Day};
use sheber_messages as messages;
use sheber_norms::Edition;
use sheber_norms::duties::DutyState;
use sheber_people::inbox::tell::hurry;
use sheber_people::organisations::colleges::{self, region};
use sheber_people::organisations::store::ORGANISATION;
use sheber_platform::actor::Actor;
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::context::Context;
use sheber_platform::entry::Entry;
use sheber_platform::error::AppError;
use sheber_platform::fields::Fields;
use sheber_platform::forms::{Form, Pairs};
use sheber_platform::page::address;
use sheber_platform::{clock, database, params};

use super::colleges::{Whose, worst_first};
use super::map::{Filter, is_above};
use super::task::{self, Task};
use super::tell;

/// Each person hears once, and of the same duty of the same college once a day.
pub async fn remind(State(app): State<App>, context: Context, Form(pairs): Form<Pairs>) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let mut fields = Fields::of(pairs);
    let today = Day(clock::day(app.clock.millis()));
    let duty = fields.open_word("duty", |key| Edition::of(context.year).duty(key).is_some());
    let (college, holder) = (fields.open_choice("college"), fields.open_choice("holder"));
    fields.sound()?;
    if let Some(college) = college {
        let college = colleges::find(&app.db, actor, college).await?.id;
        let told = one(&app, actor, college, context.year, &duty).await?;
        return Ok(Redirect::to(&format!("/oversight/{college}?told={told}")).into_response());
    }
    let chosen = if is_above(actor, holder) {
        None
    } else {
        Some(region(actor, fields.value("region")).ok_or(AppError::NotFound)?)
    };
    let whose = chosen.as_deref().map_or(Whose::Departments, Whose::Colleges);
    let mut told = 0;
    for late in worst_first(&app.db, whose, context.year, today).await? {
        if late.late > 0 || !duty.is_empty() {
            told += one(&app, actor, late.college.id, context.year, &duty).await?;
        }
    }
    let region = fields.value("region").to_owned();
    let filter = Filter { region, told: told.to_string(), holder, ..Filter::default() };
    Ok(Redirect::to(&format!("/oversight?{}", address(&filter))).into_response())
}

/// Whether a duty of an organisation was not spoken of today yet.
async fn is_new(change: &Change, actor: &Actor, college: i64, duty: &str) -> Result<bool, AppError> {
    let sql = "INSERT INTO duty_nudge (organisation_id, duty, day, by_id) VALUES ($1, $2, $3, $4)
               ON CONFLICT (organisation_id, duty, day) DO NOTHING";
    let values = params![college, duty, Day(clock::day(change.at())), actor.id];
    Ok(database::run(change.db(), sql, values).await? > 0)
}

/// Reminds the people of one organisation; how many were told.
async fn one(app: &App, actor: &Actor, college: i64, year: AcademicYear, duty: &str) -> Result<usize, AppError> {
    let change = Change::begin(app, Some(actor)).await?;
    let today = clock::day(change.at());
    let spoken_of = |task: &Task| {
        let state = task.state(today);
        if duty.is_empty() {
            state == DutyState::Overdue
        } else {
            task.duty == duty && matches!(state, DutyState::Overdue | DutyState::Due)
        }
    };
    let mut tasks = task::of_organisation(change.db(), college, year).await?;
    tasks.retain(spoken_of);
    let (mut named, mut known): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    for task in &tasks {
        let seen = |list: &[&str]| list.contains(&task.duty.as_str());
        if !seen(&named) && !seen(&known) {
            let list = if is_new(&change, actor, college, &task.duty).await? { &mut named } else { &mut known };
            list.push(&task.duty);
        }
    }
    let told = tell::by_person(&change, tasks.iter().filter(|task| named.contains(&task.duty.as_str()))).await?;
    if told.is_empty() {
        return Ok(0);
    }
    for (reader, tasks) in &told {
        let subject = messages::text_with(reader.lang, "duty-nudge", &[("who", actor.organisation(reader.lang))]);
        hurry(&change, reader, &subject, &tell::lines(reader.lang, tasks), "/tasks?state=overdue").await?;
    }
    let after = serde_json::json!({ "duties": named, "people": told.len() });
    change.record(Entry::new("trail-duty-nudge", ORGANISATION, college).after(after)).await?;
    change.commit().await?;
    Ok(told.len())
}
