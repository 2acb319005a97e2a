//! What time alone does to duties: the year's tasks are made, people are reminded, once a day at most.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use sea_orm::{DbErr, FromQueryResult};
use sheber_kernel::{AcademicYear, Lang};
use sheber_messages as messages;
use sheber_norms::calendar::Calendar;
use sheber_norms::duties::Post;

use super::store::{self, Task};
use super::{make, role};
use crate::inbox::{self, READER, Reader};
use crate::params;
use crate::platform::app::App;
use crate::platform::audit::Change;
use crate::platform::clock;
use crate::platform::database;
use crate::platform::error::AppError;
use crate::reference;

/// Looks at the clock again and again. The first look waits a little: people who come at once have theirs made at once.
pub async fn run(app: App) {
    let wait = std::time::Duration::from_mins(2);
    let mut hours = tokio::time::interval_at(tokio::time::Instant::now() + wait, std::time::Duration::from_hours(1));
    loop {
        hours.tick().await;
        if let Err(error) = pass(&app).await {
            tracing::warn!(%error, "the clock of duties");
        }
    }
}

/// Everything that is due by now.
pub async fn pass(app: &App) -> Result<(), AppError> {
    // What fails holds up nothing else. The morning's reminders go in the day's letter: it comes last.
    let jobs =
        [make::all(app).await, crate::indicators::count::all(app).await, remind(app).await, inbox::digest(app).await];
    jobs.into_iter().collect()
}

#[derive(FromQueryResult)]
struct Owing {
    organisation_id: i64,
    last: Option<String>,
}

/// Reminds the people of each organisation of what is due soon and of what is late since yesterday, from eight in the morning on.
async fn remind(app: &App) -> Result<(), AppError> {
    let now = app.clock.millis();
    let today = clock::day(now);
    if clock::hour(now) < inbox::MORNING {
        return Ok(());
    }
    let year = AcademicYear::of(today);
    let calendar = reference::store::calendar(&app.db).await?;
    let sql = "SELECT m.organisation_id, r.day AS last FROM duty_made m
               LEFT JOIN duty_reminded r ON r.organisation_id = m.organisation_id
               WHERE m.year = $1 AND (r.day IS NULL OR r.day < $2) ORDER BY m.organisation_id";
    let owing: Vec<Owing> = database::all(&app.db, sql, params![year.to_string(), today.to_string()]).await?;
    for one in owing {
        let last = one.last.and_then(|day| day.parse().ok());
        if let Err(error) = organisation(app, one.organisation_id, year, (last, today), &calendar).await {
            tracing::warn!(organisation = one.organisation_id, %error, "an organisation was not reminded");
        }
    }
    Ok(())
}

/// Whether a task is one to speak of today: a reminder day since the last time, or late since then.
fn speaks(task: &Task, (last, today): (Option<NaiveDate>, NaiveDate), calendar: &Calendar) -> bool {
    // Whoever is reminded for the first time hears of today's alone, not of the whole year.
    let since = last.unwrap_or(today - chrono::Days::new(1)).max(today - chrono::Days::new(7));
    let fresh = |day: NaiveDate| since < day && day <= today;
    let reminders =
        task.template().map(|duty| duty.reminders((task.opens(), task.due()), calendar)).unwrap_or_default();
    let late = task.due() + chrono::Days::new(1);
    reminders.into_iter().any(fresh) || fresh(late)
}

async fn organisation(
    app: &App,
    id: i64,
    year: AcademicYear,
    days: (Option<NaiveDate>, NaiveDate),
    calendar: &Calendar,
) -> Result<(), AppError> {
    let change = Change::by(app, None).await?;
    let taken = "INSERT INTO duty_reminded (organisation_id, day) VALUES ($1, $2)
                 ON CONFLICT (organisation_id) DO UPDATE SET day = excluded.day WHERE duty_reminded.day < excluded.day";
    if database::run(change.db(), taken, params![id, days.1.to_string()]).await? == 0 {
        return Ok(());
    }
    let open = |task: &Task| task.closed_on.is_none() && task.excused.is_none();
    let mut tasks = Vec::new();
    // In the second half of August what is due in September is spoken of, too.
    for year in make::years(days.1).into_iter().chain([year]).collect::<BTreeSet<_>>() {
        tasks.extend(store::of_organisation(change.db(), id, year).await?);
    }
    let tasks: Vec<Task> = tasks.into_iter().filter(|task| open(task) && speaks(task, days, calendar)).collect();
    let mut told: Vec<(Reader, Vec<&Task>)> = Vec::new();
    for task in &tasks {
        for reader in people(&change, task).await? {
            match told.iter_mut().find(|(known, _)| known.id == reader.id) {
                Some((_, list)) => list.push(task),
                None => told.push((reader, vec![task])),
            }
        }
    }
    for (reader, tasks) in told {
        let lang = reader.lang();
        let subject = messages::count(lang, "duty-remind", tasks.len());
        let lines: Vec<String> = tasks.iter().map(|task| line(lang, task)).collect();
        inbox::gather(&change, &reader, &subject, &lines.join("\n"), "/tasks").await?;
    }
    change.commit().await?;
    Ok(())
}

/// A task in a letter.
pub fn line(lang: Lang, task: &Task) -> String {
    let title = task.title(lang);
    format!("– {} · {} {title}", messages::date(lang, task.due()), task.item())
}

/// Whose work a task is: its owner, else who has the post, else the heads of the organisation.
pub async fn people(change: &Change, task: &Task) -> Result<Vec<Reader>, DbErr> {
    if let Some(owner) = task.owner_id {
        let sql = format!("SELECT {READER} FROM account a WHERE a.id = $1 AND a.active");
        return database::all(change.db(), &sql, params![owner]).await;
    }
    let post: Option<Post> = task.post.parse().ok();
    let sql = format!(
        "SELECT {READER} FROM account a WHERE a.organisation_id = $1 AND a.active AND a.role = $2 ORDER BY a.id"
    );
    if post == Some(Post::Curator) {
        let sql = format!(
            "SELECT {READER} FROM account a WHERE a.organisation_id = $1 AND a.active
             AND EXISTS (SELECT 1 FROM study_group g WHERE g.curator_id = a.id AND g.active) ORDER BY a.id"
        );
        let curators: Vec<Reader> = database::all(change.db(), &sql, params![task.organisation_id]).await?;
        if !curators.is_empty() {
            return Ok(curators);
        }
    }
    let word = post.map_or("director", |post| role(post).word());
    let found: Vec<Reader> = database::all(change.db(), &sql, params![task.organisation_id, word]).await?;
    if !found.is_empty() {
        return Ok(found);
    }
    database::all(change.db(), &sql, params![task.organisation_id, "director"]).await
}

/// Tells somebody that a task is theirs now.
pub async fn tell_owner(change: &Change, owner: i64, task: &Task) -> Result<(), DbErr> {
    let sql = format!("SELECT {READER} FROM account a WHERE a.id = $1");
    if let Some(reader) = database::one::<Reader>(change.db(), &sql, params![owner]).await? {
        let subject = messages::text(reader.lang(), "duty-handed");
        let text = line(reader.lang(), task);
        inbox::hurry(change, &reader, &subject, &text, &format!("/tasks/{}", task.id)).await?;
    }
    Ok(())
}
