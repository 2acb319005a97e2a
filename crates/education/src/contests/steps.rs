//! What is done in a contest: applying, naming the jury, judging, closing, passing winners on.

use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use sheber_messages as messages;
use sheber_people::inbox::tell::tell;
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::fields::Fields;
use sheber_platform::forms::{File, Form, Pairs, Upload};
use sheber_platform::record::Record;
use sheber_platform::{clock, files};

use super::entries::{self, Entry, EntryFile, EntryForm};
use super::jury;
use super::one;
use super::procedure::{Action, State};
use super::standing::Standing;
use super::store::{self, Basics, Contest};

/// So many files go with an application.
const FILES: usize = 5;

fn back(id: i64) -> Response {
    Redirect::to(&format!("/contests/{id}")).into_response()
}

fn not_now() -> AppError {
    AppError::Refused { status: StatusCode::CONFLICT, key: "error-contest-state".to_owned() }
}

/// Keeps the files of an application; what is none says so in the form.
async fn kept(
    app: &App,
    organisation: i64,
    fields: &mut Fields,
    uploaded: Vec<File>,
) -> Result<Vec<EntryFile>, AppError> {
    if uploaded.len() > FILES {
        fields.wrong("files", "contest-files-many");
    }
    if uploaded.iter().any(|file| file.bytes.len() > files::MOST || !files::is_pdf(&file.bytes)) {
        fields.wrong("files", "attachment-not-pdf");
    }
    let mut kept = Vec::new();
    if fields.is_sound() {
        for file in uploaded {
            let name = file.name.chars().filter(|letter| !letter.is_control()).take(200).collect();
            kept.push(EntryFile { name, hash: files::keep(app, organisation, file.bytes).await? });
        }
    }
    Ok(kept)
}

pub async fn apply(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    upload: Upload,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let contest = store::find(&app.db, &actor, id).await?;
    let today = clock::day(app.clock.millis());
    let may = |contest: &Contest| contest.rule(&actor, Action::Apply).is_some() && contest.takes(today);
    if !may(&contest) || store::earlier(&app.db, &actor, &contest).await?.is_some() {
        return Err(not_now());
    }
    let mut fields = Fields::of(upload.fields);
    let (name, work) = (fields.text("name", 150), fields.text("work", 300));
    let about = fields.open_text("about", 5000);
    let files = kept(&app, actor.organisation_id, &mut fields, upload.files).await?;
    if !fields.is_sound() {
        return one::show(&app, context, id, fields).await;
    }
    let change = Change::begin(&app, Some(&actor)).await?;
    if !may(&store::locked(&change, &actor, id).await?) {
        return Err(not_now());
    }
    let college = actor.organisation_id;
    let same = |entry: &Entry| entry.college_id == college && entry.name == name && entry.work == work;
    if entries::of(change.db(), id).await?.iter().any(same) {
        drop(change);
        fields.wrong("work", "contest-entry-known");
        return one::show(&app, context, id, fields).await;
    }
    entries::apply(&change, &contest, &EntryForm { college, by: actor.id, name, work, about, files, from: None })
        .await?;
    change.commit().await?;
    Ok(back(id))
}

/// Takes an application back while applications are taken: whoever handed it in, or who answers for the college.
pub async fn withdraw(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?;
    store::find(&app.db, actor, id).await?;
    let entry: i64 = Fields::of(pairs).value("entry").parse().map_err(|_| AppError::Bad("error-form"))?;
    let change = Change::begin(&app, Some(actor)).await?;
    let contest = store::locked(&change, actor, id).await?;
    contest.rule(actor, Action::Withdraw).ok_or_else(not_now)?;
    let entries = entries::of(change.db(), id).await?;
    let own = |known: &&Entry| known.id == entry && known.college_id == actor.organisation_id;
    let entry = entries.iter().find(own).ok_or(AppError::NotFound)?;
    if !entry.is_withdrawn_by(actor) {
        return Err(AppError::Forbidden);
    }
    entries::withdraw(&change, entry).await?;
    change.commit().await?;
    Ok(back(id))
}

/// Names a juror by the address they sign in with, or takes one off.
pub async fn jurors(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let mut fields = Fields::of(pairs);
    let change = Change::begin(&app, Some(&actor)).await?;
    let contest = store::run_by(&change, &actor, id).await?;
    contest.rule(&actor, Action::Seat).ok_or_else(not_now)?;
    let gone = fields.open_choice::<i64>("remove");
    fields.sound()?;
    if let Some(gone) = gone {
        // The points of somebody who leaves the jury go with them, which whoever takes them off has to say they know.
        if fields.value("sure").is_empty() && jury::has_judged(change.db(), id, gone).await? {
            drop(change);
            fields.wrong("email", "contest-remove-sure");
            return one::show(&app, context, id, fields).await;
        }
        if !jury::unseat(&change, &contest, gone).await? {
            return Err(not_now());
        }
        change.commit().await?;
        return Ok(back(id));
    }
    let email = fields.text("email", 200).to_lowercase();
    let Some(reader) = jury::candidate(change.db(), &actor, contest.level, &email).await? else {
        drop(change);
        fields.wrong("email", "contest-juror-unknown");
        return one::show(&app, context, id, fields).await;
    };
    if jury::seat(&change, &contest, reader.id).await? {
        let subject = messages::text(reader.lang, "contest-told-juror");
        tell(&change, &reader, subject, &contest.basics.title, &format!("/contests/{id}")).await?;
    }
    change.commit().await?;
    Ok(back(id))
}

/// Corrects a contest that takes applications.
pub async fn change(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let mut fields = Fields::of(pairs);
    fields.set("correcting", "yes");
    let change = Change::begin(&app, Some(&actor)).await?;
    let contest = store::run_by(&change, &actor, id).await?;
    contest.rule(&actor, Action::Correct).ok_or_else(not_now)?;
    if let Some(new) = Basics::of(&mut fields) {
        if store::correct(&change, &contest, fields.version(), &new).await? {
            change.commit().await?;
            return Ok(back(id));
        }
        fields.overtaken("title", contest.version, contest.basics.filled());
    }
    drop(change);
    one::show(&app, context, id, fields).await
}

/// Ends applications, calls the contest off, or closes it: the places are ranked, and diplomas get their codes.
pub async fn step(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let action: Action = Fields::of(pairs).value("action").parse().map_err(|_| AppError::Bad("error-form"))?;
    let change = Change::begin(&app, Some(actor)).await?;
    let contest = store::run_by(&change, actor, id).await?;
    let standing = Standing::of(change.db(), id).await?;
    let to = standing.after(&contest, actor, action, clock::day(change.at())).ok_or_else(not_now)?;
    if !store::set_state(&change, &contest, to).await? {
        return Err(not_now());
    }
    let told = match to {
        State::Closed => {
            jury::place(&change, &contest, &standing.entries, &standing.scores).await?;
            Some("contest-told-closed")
        }
        State::Cancelled => {
            entries::free(&change, &contest).await?;
            Some("contest-told-cancelled")
        }
        State::Open | State::Judging => None,
    };
    if let Some(told) = told {
        for reader in entries::applicants(change.db(), id, None).await? {
            let subject = messages::text(reader.lang, told);
            tell(&change, &reader, subject, &contest.basics.title, &format!("/contests/{id}")).await?;
        }
    }
    change.commit().await?;
    Ok(back(id))
}

/// A juror's points for an entry, once; they can be changed until the contest is closed.
pub async fn score(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let mut fields = Fields::of(pairs);
    let entry: i64 = fields.value("entry").parse().map_err(|_| AppError::NotFound)?;
    let change = Change::begin(&app, Some(&actor)).await?;
    let contest = store::locked(&change, &actor, id).await?;
    let Standing { entries, jurors, .. } = Standing::of(change.db(), id).await?;
    let entry = entries.iter().find(|known| known.id == entry).ok_or(AppError::NotFound)?;
    let juror = jurors.iter().find(|juror| juror.id == actor.id).ok_or(AppError::NotFound)?;
    let rule = contest.rule(&actor, Action::Score);
    rule.filter(|_| juror.judges(contest.level, entry)).ok_or_else(not_now)?;
    let mut points = Vec::new();
    for (row, criterion) in contest.criteria.iter().enumerate() {
        let given = fields.number(&format!("points-{}-{row}", entry.id), i64::from(criterion.most));
        points.push(u32::try_from(given).unwrap_or(0));
    }
    let note = fields.open_text("note", 1000);
    if !fields.is_sound() {
        drop(change);
        return one::show(&app, context, id, fields).await;
    }
    jury::judge(&change, entry, juror, (points, note)).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("/contests/{id}#e{}", entry.id)).into_response())
}

/// Passes the winners on to the next stage, where one takes applications.
pub async fn pass_on(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?;
    store::find(&app.db, actor, id).await?;
    let to: i64 = Fields::of(pairs).value("to").parse().map_err(|_| not_now())?;
    let change = Change::begin(&app, Some(actor)).await?;
    store::locked(&change, actor, to).await?;
    let contest = store::find(change.db(), actor, id).await?;
    if !contest.is_run_by(actor) {
        return Err(AppError::Forbidden);
    }
    contest.rule(actor, Action::PassOn).ok_or_else(not_now)?;
    let stages = store::next(change.db(), actor, &contest).await?;
    let next = stages.iter().find(|stage| stage.id == to).ok_or_else(not_now)?;
    let entries = entries::of(change.db(), id).await?;
    for entry in entries.iter().filter(|entry| contest.rules().wins(entry.place) && !entry.passed_on) {
        entries::pass_on(&change, entry, next).await?;
        for reader in entries::applicants(change.db(), id, Some(entry.id)).await? {
            let subject = messages::text(reader.lang, "contest-told-passed");
            tell(&change, &reader, subject, &next.basics.title, &format!("/contests/{to}")).await?;
        }
    }
    entries::passed(&change, &contest, to).await?;
    change.commit().await?;
    Ok(back(id))
}
