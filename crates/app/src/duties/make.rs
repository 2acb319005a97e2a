//! The tasks of an organisation and year, made from the templates: once, and again only where a template has changed.

use std::collections::HashMap;

use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use sheber_kernel::AcademicYear;
use sheber_norms::Edition;
use sheber_norms::calendar::Calendar;
use sheber_norms::duties::{Duty, Holder, Rule, Term};

use super::store;
use crate::params;
use crate::platform::app::App;
use crate::platform::audit::{Change, Event};
use crate::platform::clock;
use crate::platform::database;
use crate::platform::error::AppError;
use crate::platform::secret;
use crate::reference;

/// An organisation that may have duties.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Organisation {
    pub id: i64,
    pub kind: String,
    pub region: Option<String>,
    created_at: i64,
}

impl Organisation {
    /// Whether a task is asked of it: nothing that was due before it was here.
    fn owes(&self, term: &Term) -> bool {
        term.due >= clock::day(self.created_at)
    }
}

const ORGANISATIONS: &str = "SELECT id, kind, region, created_at FROM organisation WHERE active";

/// Duties with the tasks that they have in a year.
type Wanted<'e> = Vec<(&'e Duty, Vec<Term>)>;

/// The tasks that an organisation of a kind has in a year.
fn wanted<'e>(edition: &'e Edition, holder: Holder, calendar: &Calendar) -> Wanted<'e> {
    let periods = edition.periods();
    let own = edition.duties().iter().filter(|duty| duty.holder == holder);
    own.map(|duty| (duty, duty.terms(edition.year, &periods, calendar))).collect()
}

fn fingerprint(wanted: &[(&Duty, Vec<Term>)]) -> String {
    let mut lines = String::new();
    for (duty, terms) in wanted {
        // What follows an event has no terms of its own, and what shows that a duty is done may change without its dates.
        lines.push_str(&format!("{} {} {:?} {:?}\n", duty.key, duty.post.word(), duty.rule, duty.evidence.record));
        for term in terms {
            lines.push_str(&format!("{} {} {}\n", term.period, term.opens, term.due));
        }
    }
    secret::sha256(&lines)
}

/// What is wanted of each kind of organisation in a year, with its fingerprint.
struct Templates<'e>(HashMap<Holder, (Wanted<'e>, String)>);

impl<'e> Templates<'e> {
    fn of(edition: &'e Edition, calendar: &Calendar) -> Self {
        let of_kind = |holder: &Holder| {
            let wanted = wanted(edition, *holder, calendar);
            let print = fingerprint(&wanted);
            (*holder, (wanted, print))
        };
        Self(Holder::ALL.iter().map(of_kind).collect())
    }
}

#[derive(FromQueryResult)]
struct Made {
    organisation_id: i64,
    fingerprint: String,
}

/// The years whose tasks are kept up: this one, and the next from the middle of August on.
pub fn years(today: NaiveDate) -> Vec<AcademicYear> {
    let this = AcademicYear::of(today);
    let soon = AcademicYear::of(today + chrono::Days::new(16));
    if soon == this { vec![this] } else { vec![this, soon] }
}

/// Makes what is missing, for every organisation. Each is one transaction; a second server does nothing twice.
pub async fn all(app: &App) -> Result<(), AppError> {
    let calendar = reference::store::calendar(&app.db).await?;
    for year in years(clock::day(app.clock.millis())) {
        year_of_all(app, year, &calendar).await?;
    }
    Ok(())
}

async fn year_of_all(app: &App, year: AcademicYear, calendar: &Calendar) -> Result<(), AppError> {
    let templates = Templates::of(Edition::of(year), calendar);
    let sql = "SELECT organisation_id, fingerprint FROM duty_made WHERE year = $1";
    let made: Vec<Made> = database::all(&app.db, sql, params![year.to_string()]).await?;
    let made: HashMap<i64, String> = made.into_iter().map(|made| (made.organisation_id, made.fingerprint)).collect();
    let organisations: Vec<Organisation> = database::all(&app.db, ORGANISATIONS, params![]).await?;
    for organisation in organisations {
        let Ok(holder) = organisation.kind.parse::<Holder>() else { continue };
        let Some((wanted, print)) = templates.0.get(&holder) else { continue };
        if made.get(&organisation.id) != Some(print) {
            one(app, &organisation, holder, year, (wanted, print)).await?;
        }
    }
    Ok(())
}

/// Makes the tasks of one organisation and year where they are missing: for whoever looks before the clock has come by.
pub async fn ensure(app: &App, organisation: i64, year: AcademicYear) -> Result<(), AppError> {
    let today = clock::day(app.clock.millis());
    if year < sheber_norms::edition::FIRST_YEAR || year > AcademicYear::of(today).next() {
        return Ok(());
    }
    let sql = "SELECT COUNT(*) FROM duty_made WHERE organisation_id = $1 AND year = $2";
    if database::number(&app.db, sql, params![organisation, year.to_string()]).await? > 0 {
        return Ok(());
    }
    let calendar = reference::store::calendar(&app.db).await?;
    let templates = Templates::of(Edition::of(year), &calendar);
    let sql = format!("{ORGANISATIONS} AND id = $1");
    let found: Option<Organisation> = database::one(&app.db, &sql, params![organisation]).await?;
    let holder = found.as_ref().and_then(|found| found.kind.parse::<Holder>().ok());
    let (Some(found), Some(holder)) = (found, holder) else { return Ok(()) };
    match templates.0.get(&holder) {
        Some((wanted, print)) => one(app, &found, holder, year, (wanted, print)).await,
        None => Ok(()),
    }
}

#[derive(FromQueryResult)]
struct Known {
    id: i64,
    duty: String,
    period: String,
    post: String,
    opens: String,
    due: String,
    is_open: bool,
    /// It came from an event, not from the year's calendar.
    event_id: Option<i64>,
}

async fn one(
    app: &App,
    organisation: &Organisation,
    holder: Holder,
    year: AcademicYear,
    (wanted, print): (&[(&Duty, Vec<Term>)], &str),
) -> Result<(), AppError> {
    let change = Change::by(app, None).await?;
    change.in_order().await?;
    let db = change.db();
    // Whoever comes second waits here and finds it done.
    let seen = database::text(
        db,
        "SELECT fingerprint FROM duty_made WHERE organisation_id = $1 AND year = $2",
        params![organisation.id, year.to_string()],
    )
    .await?;
    if seen.as_deref() == Some(print) {
        return Ok(());
    }
    database::run(
        db,
        "INSERT INTO duty_made (organisation_id, year, fingerprint) VALUES ($1, $2, $3)
         ON CONFLICT (organisation_id, year) DO UPDATE SET fingerprint = excluded.fingerprint",
        params![organisation.id, year.to_string(), print],
    )
    .await?;
    let sql = "SELECT id, duty, period, post, opens, due, (closed_on IS NULL AND excused IS NULL) AS is_open, event_id
               FROM duty_task WHERE organisation_id = $1 AND year = $2";
    let known: Vec<Known> = database::all(db, sql, params![organisation.id, year.to_string()]).await?;
    let mut known: HashMap<(String, String), Known> =
        known.into_iter().map(|task| ((task.duty.clone(), task.period.clone()), task)).collect();
    let region = organisation.region.clone().unwrap_or_default();
    let (mut made, mut moved, mut gone) = (0, 0, 0);
    for (duty, terms) in wanted {
        for term in terms.iter().filter(|term| organisation.owes(term)) {
            match known.remove(&(duty.key.clone(), term.period.clone())) {
                None => {
                    let task =
                        NewTask { organisation: organisation.id, holder, region: &region, year, duty, event: None };
                    insert(db, &task, term).await?;
                    made += 1;
                }
                Some(task) if task.is_open && is_moved(&task, duty, term) => {
                    let place = store::Place { holder: holder.word(), region: &region, year, duty: &duty.key };
                    store::tally(db, &place, &task.due, store::Sums::open(-1)).await?;
                    store::tally(db, &place, &term.due.to_string(), store::Sums::open(1)).await?;
                    let sql =
                        "UPDATE duty_task SET opens = $2, due = $3, post = $4, version = version + 1 WHERE id = $1";
                    let values = params![task.id, term.opens.to_string(), term.due.to_string(), duty.post.word()];
                    database::run(db, sql, values).await?;
                    moved += 1;
                }
                Some(_) => {}
            }
        }
    }
    // What no template asks for any more, and nobody has done: it goes. What was done stays as it was.
    for ((duty, _), task) in known {
        let follows = Edition::of(year).duty(&duty).is_some_and(|duty| matches!(duty.rule, Rule::After { .. }));
        if task.is_open && task.event_id.is_none() && !follows {
            let place = store::Place { holder: holder.word(), region: &region, year, duty: &duty };
            store::tally(db, &place, &task.due, store::Sums::open(-1)).await?;
            database::run(db, "DELETE FROM duty_task WHERE id = $1", params![task.id]).await?;
            gone += 1;
        }
    }
    store::count(db, organisation.id, year, None).await?;
    let after = serde_json::json!({ "year": year.to_string(), "made": made, "moved": moved, "gone": gone });
    change.record(Event::new("event-duties-made", "organisation", organisation.id).after(after)).await?;
    super::evidence::settle_all(&change, organisation.id, year).await?;
    change.commit().await?;
    Ok(())
}

fn is_moved(task: &Known, duty: &Duty, term: &Term) -> bool {
    task.opens != term.opens.to_string() || task.due != term.due.to_string() || task.post != duty.post.word()
}

/// A task to be made.
pub struct NewTask<'a> {
    pub organisation: i64,
    pub holder: Holder,
    pub region: &'a str,
    pub year: AcademicYear,
    pub duty: &'a Duty,
    pub event: Option<i64>,
}

pub async fn insert(db: &impl ConnectionTrait, task: &NewTask<'_>, term: &Term) -> Result<(), DbErr> {
    let sql = "INSERT INTO duty_task
               (organisation_id, holder, region, year, duty, period, post, opens, due, by_data, event_id, version)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, FALSE, $10, 1)
               ON CONFLICT (organisation_id, year, duty, period) DO NOTHING";
    let values = params![
        task.organisation,
        task.holder.word(),
        task.region,
        task.year.to_string(),
        task.duty.key.clone(),
        term.period.clone(),
        task.duty.post.word(),
        term.opens.to_string(),
        term.due.to_string(),
        task.event
    ];
    if database::run(db, sql, values).await? == 0 {
        return Ok(());
    }
    let place = store::Place { holder: task.holder.word(), region: task.region, year: task.year, duty: &task.duty.key };
    store::tally(db, &place, &term.due.to_string(), store::Sums::open(1)).await
}

/// What followed an event's day goes where the day has moved or the event is no more; what was done meanwhile stays.
pub async fn unmade(change: &Change, key: i64, day: Option<NaiveDate>) -> Result<(), DbErr> {
    let sql = format!("{} WHERE t.event_id = $1 AND t.closed_on IS NULL AND t.excused IS NULL", store::TASK);
    let tasks: Vec<store::Task> = database::all(change.db(), &sql, params![key]).await?;
    let calendar = reference::store::calendar(change.db()).await?;
    for task in tasks {
        let again = day.zip(task.template()).and_then(|(day, duty)| match &duty.rule {
            Rule::After { event, .. } => duty.after(event, day, &calendar),
            _ => None,
        });
        if again != Some((task.opens(), task.due())) {
            store::tally(change.db(), &task.place(), &task.due, store::Sums::open(-1)).await?;
            database::run(change.db(), "DELETE FROM duty_task WHERE id = $1", params![task.id]).await?;
            store::count(change.db(), task.organisation_id, task.year(), Some(&task.duty)).await?;
        }
    }
    Ok(())
}

/// Something happened on a day that duties follow: makes the tasks of those duties for the organisation.
pub async fn happened(change: &Change, organisation: i64, event: &str, key: i64, day: NaiveDate) -> Result<(), DbErr> {
    let sql = format!("{ORGANISATIONS} AND id = $1");
    let Some(found) = database::one::<Organisation>(change.db(), &sql, params![organisation]).await? else {
        return Ok(());
    };
    let Ok(holder) = found.kind.parse::<Holder>() else { return Ok(()) };
    let year = AcademicYear::of(day);
    let calendar = reference::store::calendar(change.db()).await?;
    let region = found.region.unwrap_or_default();
    for duty in Edition::of(year).duties().iter().filter(|duty| duty.holder == holder) {
        if let Some((opens, due)) = duty.after(event, day, &calendar) {
            let task = NewTask { organisation, holder, region: &region, year, duty, event: Some(key) };
            insert(change.db(), &task, &Term { period: format!("after-{key}"), opens, due }).await?;
            store::count(change.db(), organisation, year, Some(&duty.key)).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_year_is_made_in_the_middle_of_august() {
        for (day, expected) in [
            ("2023-09-01", vec![2023]),
            ("2024-08-15", vec![2023]),
            ("2024-08-16", vec![2023, 2024]),
            ("2024-08-31", vec![2023, 2024]),
        ] {
            let starts: Vec<u16> = years(day.parse().unwrap()).into_iter().map(AcademicYear::start).collect();
            assert_eq!(starts, expected, "{day}");
        }
    }
}
