//! What is done in a contest: applying, naming the jury, judging, closing, passing winners on.

use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use sheber_messages as messages;

use super::pages;
use super::store::{self, EntryFile, Level, NewEntry, State};
use crate::groups::store::new_code;
use crate::inbox::{self, READER, Reader};
use crate::params;
use crate::platform::actor::Actor;
use crate::platform::app::App;
use crate::platform::audit::{Change, Event};
use crate::platform::clock;
use crate::platform::context::Context;
use crate::platform::database;
use crate::platform::error::AppError;
use crate::platform::fields::Fields;
use crate::platform::files;
use crate::platform::forms::{Form, Pairs, Upload};

/// A jury has at least so many.
pub const JURORS: usize = 3;
/// So many of them judge each application: one vote alone decides nothing.
pub const JUDGES: usize = 2;
/// So many files go with an application.
const FILES: usize = 5;
/// So many places are winners, and pass on.
pub const WINNERS: i64 = 3;

fn back(id: i64) -> Response {
    Redirect::to(&format!("/contests/{id}")).into_response()
}

fn not_now() -> AppError {
    AppError::Refused { status: StatusCode::CONFLICT, key: "error-contest-state".to_owned() }
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
    if !contest.takes(today) || !contest.is_for(&actor) || store::earlier(&app.db, &actor, &contest).await?.is_some() {
        return Err(not_now());
    }
    let mut fields = Fields::of(upload.fields);
    let (name, work) = (fields.text("name", 150), fields.text("work", 300));
    let about = fields.open_text("about", 5000);
    let uploaded = upload.files;
    if uploaded.len() > FILES {
        fields.wrong("files", "contest-files-many");
    }
    if uploaded.iter().any(|file| file.bytes.len() > files::MOST || !files::is_pdf(&file.bytes)) {
        fields.wrong("files", "attachment-not-pdf");
    }
    if !fields.is_sound() {
        return pages::again(&app, context, id, fields).await;
    }
    let mut kept = Vec::new();
    for file in uploaded {
        let name = file.name.chars().filter(|letter| !letter.is_control()).take(200).collect();
        kept.push(EntryFile { name, hash: files::keep(&app, file.bytes).await? });
    }
    let change = Change::begin(&app, Some(&actor)).await?;
    store::lock(&change, id).await?;
    if !store::find(change.db(), &actor, id).await?.takes(today) {
        return Err(not_now());
    }
    let known = store::entries(change.db(), id).await?;
    let same =
        known.iter().any(|entry| entry.college_id == actor.organisation_id && entry.name == name && entry.work == work);
    if same {
        drop(change);
        fields.wrong("work", "contest-entry-known");
        return pages::again(&app, context, id, fields).await;
    }
    let new = NewEntry {
        college: actor.organisation_id,
        by: actor.id,
        name: &name,
        work: &work,
        about: &about,
        files: &kept,
        from: None,
    };
    store::apply(&change, &contest, &new).await?;
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
    let actor = context.actor()?.clone();
    store::find(&app.db, &actor, id).await?;
    let entry: i64 = Fields::of(pairs).value("entry").parse().map_err(|_| AppError::Bad("error-form"))?;
    let change = Change::begin(&app, Some(&actor)).await?;
    store::lock(&change, id).await?;
    if store::find(change.db(), &actor, id).await?.state() != State::Open {
        return Err(not_now());
    }
    let entries = store::entries(change.db(), id).await?;
    let known = entries.iter().find(|known| known.id == entry && known.college_id == actor.organisation_id);
    if !known.ok_or(AppError::NotFound)?.is_withdrawn_by(&actor) {
        return Err(AppError::Forbidden);
    }
    let sql = "UPDATE contest_entry SET withdrawn = TRUE WHERE id = $1";
    database::run(change.db(), sql, params![entry]).await?;
    // The stage before can pass it on once more.
    let sql =
        "UPDATE contest_entry SET passed_on = FALSE WHERE id = (SELECT from_entry FROM contest_entry WHERE id = $1)";
    database::run(change.db(), sql, params![entry]).await?;
    change.record(Event::new("event-contest-withdrawn", "contest_entry", entry)).await?;
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
    store::lock(&change, id).await?;
    let contest = store::find(change.db(), &actor, id).await?;
    if !contest.is_run_by(&actor) {
        return Err(AppError::Forbidden);
    }
    if matches!(contest.state(), State::Closed | State::Cancelled) {
        return Err(not_now());
    }
    if let Ok(gone) = fields.value("remove").parse::<i64>() {
        // The points of somebody who leaves the jury go with them, which whoever takes them off has to say they know.
        let sql = "SELECT COUNT(*) FROM contest_score WHERE account_id = $2 AND entry_id IN
                   (SELECT id FROM contest_entry WHERE contest_id = $1)";
        if database::number(change.db(), sql, params![id, gone]).await? > 0 && fields.value("sure").is_empty() {
            drop(change);
            fields.wrong("email", "contest-remove-sure");
            return pages::again(&app, context, id, fields).await;
        }
        let sql = "DELETE FROM contest_score WHERE account_id = $2 AND entry_id IN
                   (SELECT id FROM contest_entry WHERE contest_id = $1)";
        database::run(change.db(), sql, params![id, gone]).await?;
        let sql = "DELETE FROM contest_juror WHERE contest_id = $1 AND account_id = $2";
        if database::run(change.db(), sql, params![id, gone]).await? == 0 {
            return Err(not_now());
        }
        let before = serde_json::json!({ "juror": gone });
        change.record(Event::new("event-contest-juror-removed", "contest", id).before(before)).await?;
        change.commit().await?;
        return Ok(back(id));
    }
    let email = fields.text("email", 200).to_lowercase();
    let juror = find_juror(&change, &actor, contest.level(), &email).await?;
    match juror {
        None => fields.wrong("email", "contest-juror-unknown"),
        Some(reader) => {
            let sql = "INSERT INTO contest_juror (contest_id, account_id) VALUES ($1, $2)
                       ON CONFLICT (contest_id, account_id) DO NOTHING";
            if database::run(change.db(), sql, params![id, reader.id]).await? == 1 {
                let after = serde_json::json!({ "juror": reader.id });
                change.record(Event::new("event-contest-juror", "contest", id).after(after)).await?;
                let subject = messages::text(reader.lang(), "contest-told-juror");
                inbox::tell(&change, &reader, subject, &contest.title, &format!("/contests/{id}")).await?;
            }
            change.commit().await?;
            return Ok(back(id));
        }
    }
    drop(change);
    pages::again(&app, context, id, fields).await
}

/// Who may be a juror: at a college its own people, in a region those of its organisations, in the country everybody who sees
/// contests.
async fn find_juror(change: &Change, actor: &Actor, level: Level, email: &str) -> Result<Option<Reader>, AppError> {
    let base = format!(
        "SELECT {READER} FROM account a JOIN organisation o ON o.id = a.organisation_id
        WHERE a.email = $1 AND a.active AND a.role NOT IN ('administrator', 'expert', 'operator')"
    );
    let found: Option<Reader> = match level {
        Level::College => {
            let sql = format!("{base} AND a.organisation_id = $2");
            database::one(change.db(), &sql, params![email, actor.organisation_id]).await?
        }
        Level::Region => {
            let sql = format!("{base} AND o.region = $2");
            database::one(change.db(), &sql, params![email, actor.region.clone().unwrap_or_default()]).await?
        }
        Level::Country => database::one(change.db(), &base, params![email]).await?,
    };
    Ok(found)
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
    store::lock(&change, id).await?;
    let contest = store::find(change.db(), &actor, id).await?;
    if !contest.is_run_by(&actor) {
        return Err(AppError::Forbidden);
    }
    if contest.state() != State::Open {
        return Err(not_now());
    }
    let (title, place, opens_on, closes_on) = pages::basics(&mut fields);
    if let (Some(opens_on), Some(closes_on), true) = (opens_on, closes_on, fields.is_sound()) {
        let new = store::Corrected { title: &title, place: &place, opens_on, closes_on };
        if store::correct(&change, &contest, fields.version(), &new).await? {
            change.commit().await?;
            return Ok(back(id));
        }
        fields.overtaken("title", contest.version);
    }
    drop(change);
    pages::again(&app, context, id, fields).await
}

/// Ends applications, calls the contest off, or closes it: the places are ranked, and diplomas get their codes.
pub async fn step(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let to: State = Fields::of(pairs).value("to").parse().map_err(|_| AppError::Bad("error-form"))?;
    let change = Change::begin(&app, Some(&actor)).await?;
    store::lock(&change, id).await?;
    let contest = store::find(change.db(), &actor, id).await?;
    if !contest.is_run_by(&actor) {
        return Err(AppError::Forbidden);
    }
    let entries = store::entries(change.db(), id).await?;
    let jurors = store::jurors(change.db(), id).await?;
    let scores = store::scores(change.db(), id).await?;
    let open = store::open_judgements(contest.level(), &entries, &jurors, &scores);
    let whole = is_whole(&contest, &jurors, &entries);
    let may = match (contest.state(), to) {
        // Whoever counts on the last day has it.
        (State::Open, State::Judging) => whole && contest.is_over(clock::day(change.at())),
        (State::Judging, State::Closed) => whole && open.is_empty(),
        (State::Open | State::Judging, State::Cancelled) => true,
        _ => false,
    };
    if !may || !store::set_state(&change, &contest, to).await? {
        return Err(not_now());
    }
    if to == State::Closed {
        for ranked in store::ranked(&contest, &entries, &scores) {
            let place = i64::try_from(ranked.place).unwrap_or(i64::MAX);
            let total = i64::try_from(ranked.total).unwrap_or(i64::MAX);
            let code = (place <= WINNERS).then(|| format!("{}{}", new_code(), new_code()));
            let sql = "UPDATE contest_entry SET place = $2, total = $3, code = $4 WHERE id = $1";
            database::run(change.db(), sql, params![ranked.entry, place, total, code]).await?;
        }
    }
    if to == State::Cancelled {
        // Whom an earlier stage passed on goes on to the stage that is held in its place.
        let sql = "UPDATE contest_entry SET passed_on = FALSE WHERE id IN
                   (SELECT from_entry FROM contest_entry WHERE contest_id = $1 AND from_entry IS NOT NULL)";
        database::run(change.db(), sql, params![id]).await?;
    }
    let told = match to {
        State::Closed => Some("contest-told-closed"),
        State::Cancelled => Some("contest-told-cancelled"),
        _ => None,
    };
    if let Some(told) = told {
        let sql = format!(
            "SELECT DISTINCT {READER} FROM account a JOIN contest_entry e ON e.applied_by = a.id
            WHERE e.contest_id = $1 AND e.withdrawn = FALSE AND a.active"
        );
        for reader in database::all::<Reader>(change.db(), &sql, params![id]).await? {
            let subject = messages::text(reader.lang(), told);
            inbox::tell(&change, &reader, subject, &contest.title, &format!("/contests/{id}")).await?;
        }
    }
    change.commit().await?;
    Ok(back(id))
}

/// Whether a jury is one: it has its number, and each application enough who may judge it.
pub fn is_whole(contest: &store::Contest, jurors: &[store::Juror], entries: &[store::Entry]) -> bool {
    let judged =
        |entry: &store::Entry| jurors.iter().filter(|juror| juror.judges(contest.level(), entry)).count() >= JUDGES;
    jurors.len() >= JURORS && !entries.is_empty() && entries.iter().all(judged)
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
    store::lock(&change, id).await?;
    let contest = store::find(change.db(), &actor, id).await?;
    let jurors = store::jurors(change.db(), id).await?;
    let entries = store::entries(change.db(), id).await?;
    let entry = entries.iter().find(|known| known.id == entry).ok_or(AppError::NotFound)?;
    let juror = jurors.iter().find(|juror| juror.id == actor.id).ok_or(AppError::NotFound)?;
    if contest.state() != State::Judging || !juror.judges(contest.level(), entry) {
        return Err(not_now());
    }
    let mut points = Vec::new();
    for (row, criterion) in contest.criteria().iter().enumerate() {
        let given = fields.number(&format!("points-{}-{row}", entry.id), i64::from(criterion.most));
        points.push(u32::try_from(given).unwrap_or(0));
    }
    let note = fields.open_text("note", 1000);
    if !fields.is_sound() {
        drop(change);
        return pages::again(&app, context, id, fields).await;
    }
    database::run(
        change.db(),
        "INSERT INTO contest_score (entry_id, account_id, points, note, at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (entry_id, account_id) DO UPDATE SET points = excluded.points, note = excluded.note, at = excluded.at",
        params![entry.id, actor.id, serde_json::to_string(&points).unwrap_or_default(), note, change.at()],
    )
    .await?;
    let after = serde_json::json!({ "points": points });
    change.record(Event::new("event-contest-score", "contest_entry", entry.id).after(after)).await?;
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
    let actor = context.actor()?.clone();
    store::find(&app.db, &actor, id).await?;
    let to: i64 = Fields::of(pairs).value("to").parse().map_err(|_| not_now())?;
    let change = Change::begin(&app, Some(&actor)).await?;
    store::lock(&change, to).await?;
    let contest = store::find(change.db(), &actor, id).await?;
    let next = store::find(change.db(), &actor, to).await?;
    if !contest.is_run_by(&actor) {
        return Err(AppError::Forbidden);
    }
    let fits = contest.state() == State::Closed
        && contest.level().next() == Some(next.level())
        && (contest.kind(), &contest.sector) == (next.kind(), &next.sector)
        && next.state() == State::Open;
    if !fits {
        return Err(not_now());
    }
    let entries = store::entries(change.db(), id).await?;
    for entry in entries.iter().filter(|entry| entry.place.is_some_and(|place| place <= WINNERS) && !entry.passed_on) {
        let files = entry.files();
        let new = NewEntry {
            college: entry.college_id,
            by: entry.applied_by,
            name: &entry.name,
            work: &entry.work,
            about: &entry.about,
            files: &files,
            from: Some(entry.id),
        };
        store::apply(&change, &next, &new).await?;
        database::run(change.db(), "UPDATE contest_entry SET passed_on = TRUE WHERE id = $1", params![entry.id])
            .await?;
        let sql = format!("SELECT {READER} FROM account a WHERE a.id = $1 AND a.active");
        if let Some(reader) = database::one::<Reader>(change.db(), &sql, params![entry.applied_by]).await? {
            let subject = messages::text(reader.lang(), "contest-told-passed");
            inbox::tell(&change, &reader, subject, &next.title, &format!("/contests/{to}")).await?;
        }
    }
    change.record(Event::new("event-contest-passed", "contest", id).after(serde_json::json!({ "to": to }))).await?;
    change.commit().await?;
    Ok(back(id))
}
