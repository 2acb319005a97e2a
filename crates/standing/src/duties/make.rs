//! The tasks of an organisation and year, made from the templates: once, and again only where a template has changed.

use std::collections::HashMap;
use std::fmt::Write;

use chrono::{Days, NaiveDate};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use sheber_kernel::{AcademicYear, Day, OrganisationKind};
use sheber_norms::Edition;
use sheber_norms::calendar::Calendar;
use sheber_norms::duties::{Duty, Post, Rule, Term};
use sheber_norms::edition::FIRST_YEAR;
use sheber_people::organisations::store::ORGANISATION;
use sheber_people::reference::store as reference;
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::entry::Entry;
use sheber_platform::error::AppError;
use sheber_platform::{clock, database, params, secret};

use super::new_task::{self, NewTask};
use super::settle;
use super::sums::{self, Place, Tally};

/// An organisation that may have duties.
#[derive(Clone, Debug, FromQueryResult)]
struct Organisation {
    id: i64,
    kind: OrganisationKind,
    region: Option<String>,
    created_at: i64,
}

impl Organisation {
    /// Whether a task is asked of it: nothing that was due before it was here.
    fn owes(&self, term: &Term) -> bool {
        term.due >= clock::day(self.created_at)
    }
}

const ORGANISATIONS: &str = "SELECT id, kind, region, created_at FROM organisation WHERE active";

/// The duties of a kind of organisation with the tasks that they have in a year.
type Plan<'e> = Vec<(&'e Duty, Vec<Term>)>;

fn plan<'e>(edition: &'e Edition, holder: OrganisationKind, calendar: &Calendar) -> Plan<'e> {
    let periods = edition.periods();
    let own = edition.duties().iter().filter(|duty| duty.holder == holder);
    own.map(|duty| (duty, duty.terms(edition.year, &periods, calendar))).collect()
}

fn fingerprint(plan: &[(&Duty, Vec<Term>)]) -> String {
    let mut lines = String::new();
    for (duty, terms) in plan {
        // What follows an event has no terms of its own, and what shows that a duty is done may change without its dates.
        let _ = writeln!(lines, "{} {} {:?} {:?}", duty.key, duty.post.word(), duty.rule, duty.evidence.record);
        for term in terms {
            let _ = writeln!(lines, "{} {} {}", term.period, term.opens, term.due);
        }
    }
    secret::sha256(&lines)
}

/// What is asked of each kind of organisation in a year, with its fingerprint.
struct Templates<'e>(HashMap<OrganisationKind, (Plan<'e>, String)>);

impl<'e> Templates<'e> {
    fn of(edition: &'e Edition, calendar: &Calendar) -> Self {
        let of_kind = |holder: &OrganisationKind| {
            let plan = plan(edition, *holder, calendar);
            let print = fingerprint(&plan);
            (*holder, (plan, print))
        };
        Self(OrganisationKind::ALL.iter().map(of_kind).collect())
    }
}

/// The years whose tasks are kept up: this one, and the next from the middle of August on.
pub fn years(today: NaiveDate) -> Vec<AcademicYear> {
    let this = AcademicYear::of(today);
    let soon = AcademicYear::of(today + Days::new(16));
    if soon == this { vec![this] } else { vec![this, soon] }
}

/// Makes what is missing, for every organisation. Each is one transaction; a second server does nothing twice.
pub async fn all(app: &App) -> Result<(), AppError> {
    let calendar = reference::calendar(&app.db).await?;
    for year in years(clock::day(app.clock.millis())) {
        year_of_all(app, year, &calendar).await?;
    }
    Ok(())
}

async fn year_of_all(app: &App, year: AcademicYear, calendar: &Calendar) -> Result<(), AppError> {
    #[derive(FromQueryResult)]
    struct Row {
        organisation_id: i64,
        fingerprint: String,
    }
    let templates = Templates::of(Edition::of(year), calendar);
    let sql = "SELECT organisation_id, fingerprint FROM duty_made WHERE year = $1";
    let made: Vec<Row> = database::all(&app.db, sql, params![year]).await?;
    let made: HashMap<i64, String> = made.into_iter().map(|made| (made.organisation_id, made.fingerprint)).collect();
    let organisations: Vec<Organisation> = database::all(&app.db, ORGANISATIONS, params![]).await?;
    for organisation in organisations {
        let Some((plan, print)) = templates.0.get(&organisation.kind) else { continue };
        if made.get(&organisation.id) != Some(print) {
            one(app, &organisation, year, (plan, print)).await?;
        }
    }
    Ok(())
}

/// Makes the tasks of one organisation and year where they are missing: for whoever looks before the clock has come by.
pub async fn ensure(app: &App, organisation: i64, year: AcademicYear) -> Result<(), AppError> {
    let today = clock::day(app.clock.millis());
    if year < FIRST_YEAR || year > AcademicYear::of(today).next() {
        return Ok(());
    }
    let sql = "SELECT COUNT(*) FROM duty_made WHERE organisation_id = $1 AND year = $2";
    if database::number(&app.db, sql, params![organisation, year]).await? > 0 {
        return Ok(());
    }
    let calendar = reference::calendar(&app.db).await?;
    let templates = Templates::of(Edition::of(year), &calendar);
    let sql = format!("{ORGANISATIONS} AND id = $1");
    let found: Option<Organisation> = database::one(&app.db, &sql, params![organisation]).await?;
    let Some(found) = found else { return Ok(()) };
    match templates.0.get(&found.kind) {
        Some((plan, print)) => one(app, &found, year, (plan, print)).await,
        None => Ok(()),
    }
}

/// A task that is there, as far as making compares.
#[derive(FromQueryResult)]
struct Existing {
    id: i64,
    duty: String,
    period: String,
    post: Post,
    opens: Day,
    due: Day,
    is_open: bool,
    /// It came from a record, not from the year's calendar.
    event_id: Option<i64>,
}

impl Existing {
    fn is_moved(&self, duty: &Duty, term: &Term) -> bool {
        (self.opens.0, self.due.0, self.post) != (term.opens, term.due, duty.post)
    }
}

/// What making did.
#[derive(Default)]
struct Sums {
    made: usize,
    moved: usize,
    gone: usize,
}

/// Whether these templates were made already; whoever comes second finds them made.
async fn is_made(change: &Change, organisation: i64, year: AcademicYear, print: &str) -> Result<bool, DbErr> {
    let sql = "SELECT fingerprint FROM duty_made WHERE organisation_id = $1 AND year = $2";
    let seen = database::value::<String>(change.db(), sql, params![organisation, year]).await?;
    if seen.as_deref() == Some(print) {
        return Ok(true);
    }
    let sql = "INSERT INTO duty_made (organisation_id, year, fingerprint) VALUES ($1, $2, $3)
               ON CONFLICT (organisation_id, year) DO UPDATE SET fingerprint = excluded.fingerprint";
    database::run(change.db(), sql, params![organisation, year, print]).await?;
    Ok(false)
}

async fn one(
    app: &App,
    organisation: &Organisation,
    year: AcademicYear,
    (plan, print): (&[(&Duty, Vec<Term>)], &str),
) -> Result<(), AppError> {
    let change = Change::by(app, None).await?;
    if is_made(&change, organisation.id, year, print).await? {
        return Ok(());
    }
    let sums = brought_up(change.db(), organisation, year, plan).await?;
    sums::count(change.db(), organisation.id, year, None).await?;
    let after = serde_json::json!({ "year": year, "made": sums.made, "moved": sums.moved, "gone": sums.gone });
    change.record(Entry::new("trail-duties-made", ORGANISATION, organisation.id).after(after)).await?;
    settle::all(&change, organisation.id, year).await?;
    change.commit().await?;
    Ok(())
}

/// Makes the tasks that are missing, moves those whose days changed, and takes away those that no template asks for any more.
async fn brought_up(
    db: &impl ConnectionTrait,
    organisation: &Organisation,
    year: AcademicYear,
    plan: &[(&Duty, Vec<Term>)],
) -> Result<Sums, DbErr> {
    let sql = "SELECT id, duty, period, post, opens, due, (closed_on IS NULL AND excused IS NULL) AS is_open, event_id
               FROM duty_task WHERE organisation_id = $1 AND year = $2";
    let existing: Vec<Existing> = database::all(db, sql, params![organisation.id, year]).await?;
    let mut existing: HashMap<(String, String), Existing> =
        existing.into_iter().map(|task| ((task.duty.clone(), task.period.clone()), task)).collect();
    let region = organisation.region.clone().unwrap_or_default();
    let (holder, id) = (organisation.kind, organisation.id);
    let mut sums = Sums::default();
    for (duty, terms) in plan {
        let place = Place { holder, region: &region, year, duty: &duty.key };
        for term in terms.iter().filter(|term| organisation.owes(term)) {
            match existing.remove(&(duty.key.clone(), term.period.clone())) {
                None => {
                    let task = NewTask { organisation: id, holder, region: &region, year, duty, event: None };
                    new_task::insert(db, &task, term).await?;
                    sums.made += 1;
                }
                Some(task) if task.is_open && task.is_moved(duty, term) => {
                    sums::add(db, place, task.due, Tally::open(-1)).await?;
                    sums::add(db, place, Day(term.due), Tally::open(1)).await?;
                    let sql =
                        "UPDATE duty_task SET opens = $2, due = $3, post = $4, version = version + 1 WHERE id = $1";
                    database::run(db, sql, params![task.id, Day(term.opens), Day(term.due), duty.post]).await?;
                    sums.moved += 1;
                }
                Some(_) => {}
            }
        }
    }
    // What no template asks for any more, and nobody has done: it goes. What was done stays as it was.
    for ((duty, _), task) in existing {
        let follows = Edition::of(year).duty(&duty).is_some_and(|duty| matches!(duty.rule, Rule::After { .. }));
        if task.is_open && task.event_id.is_none() && !follows {
            let place = Place { holder, region: &region, year, duty: &duty };
            sums::add(db, place, task.due, Tally::open(-1)).await?;
            database::run(db, "DELETE FROM duty_task WHERE id = $1", params![task.id]).await?;
            sums.gone += 1;
        }
    }
    Ok(sums)
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
