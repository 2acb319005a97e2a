//! What time alone does to duties: the year's tasks are made, people are reminded, once a day at most.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{Days, NaiveDate};
use sea_orm::FromQueryResult;
use sea_orm::prelude::async_trait::async_trait;
use sheber_kernel::{AcademicYear, Day};
use sheber_messages as messages;
use sheber_norms::calendar::Calendar;
use sheber_people::inbox::tell::{MORNING, digest, gather};
use sheber_people::reference::store as reference;
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::error::AppError;
use sheber_platform::house::Job;
use sheber_platform::{clock, database, params};

use super::task::{self, Task};
use super::{make, tell};

/// Each hour: the year's tasks, the morning's reminders, the day's letter.
pub struct Hour;

#[async_trait]
impl Job for Hour {
    fn name(&self) -> &'static str {
        "duties"
    }

    fn every(&self) -> Duration {
        Duration::from_hours(1)
    }

    /// Waits a little: people who come at once have theirs made at once.
    fn first(&self) -> Duration {
        Duration::from_mins(2)
    }

    async fn run(&self, app: &App) -> Result<(), AppError> {
        pass(app).await
    }
}

/// Everything that is due by now.
pub async fn pass(app: &App) -> Result<(), AppError> {
    // What fails holds up nothing else. The morning's reminders go in the day's letter: it comes last.
    let done = [make::all(app).await, remind(app).await, digest(app).await];
    done.into_iter().collect()
}

/// Reminds the people of each organisation of what is due soon and of what is late since yesterday, from eight in the morning on.
async fn remind(app: &App) -> Result<(), AppError> {
    #[derive(FromQueryResult)]
    struct Owing {
        organisation_id: i64,
        last: Option<Day>,
    }
    let now = app.clock.millis();
    let today = clock::day(now);
    if clock::hour(now) < MORNING {
        return Ok(());
    }
    let year = AcademicYear::of(today);
    let calendar = reference::calendar(&app.db).await?;
    let sql = "SELECT m.organisation_id, r.day AS last FROM duty_made m
               LEFT JOIN duty_reminded r ON r.organisation_id = m.organisation_id
               WHERE m.year = $1 AND (r.day IS NULL OR r.day < $2) ORDER BY m.organisation_id";
    let owing: Vec<Owing> = database::all(&app.db, sql, params![year, Day(today)]).await?;
    for one in owing {
        let days = (one.last.map(|day| day.0), today);
        if let Err(error) = organisation(app, one.organisation_id, year, days, &calendar).await {
            tracing::warn!(organisation = one.organisation_id, %error, "an organisation was not reminded");
        }
    }
    Ok(())
}

/// Whether a task is one to speak of today: a reminder day since the last time, or late since then.
fn speaks(task: &Task, (last, today): (Option<NaiveDate>, NaiveDate), calendar: &Calendar) -> bool {
    // Whoever is reminded for the first time hears of today's alone, not of the whole year.
    let since = last.unwrap_or(today - Days::new(1)).max(today - Days::new(7));
    let fresh = |day: NaiveDate| since < day && day <= today;
    let reminders =
        task.template().map(|duty| duty.reminders((task.opens.0, task.due.0), calendar)).unwrap_or_default();
    let late = task.due.0 + Days::new(1);
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
    if database::run(change.db(), taken, params![id, Day(days.1)]).await? == 0 {
        return Ok(());
    }
    let mut tasks = Vec::new();
    // In the second half of August what is due in September is spoken of, too.
    for year in make::years(days.1).into_iter().chain([year]).collect::<BTreeSet<_>>() {
        tasks.extend(task::of_organisation(change.db(), id, year).await?);
    }
    let open = |task: &&Task| task.closed_on.is_none() && task.excused.is_none();
    let spoken_of = tasks.iter().filter(open).filter(|task| speaks(task, days, calendar));
    for (reader, tasks) in tell::by_person(&change, spoken_of).await? {
        let subject = messages::count(reader.lang, "duty-remind", tasks.len());
        gather(&change, &reader, &subject, &tell::lines(reader.lang, &tasks), "/tasks").await?;
    }
    change.commit().await?;
    Ok(())
}
