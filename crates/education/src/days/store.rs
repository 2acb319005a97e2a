//! Activities and sign-ups in the database.

use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use sheber_people::groups::students::{self, Student};
use sheber_platform::change::Change;
use sheber_platform::error::AppError;
use sheber_platform::fields::Fields;
use sheber_platform::record::{self, Record};
use sheber_platform::{database, params, secret};

use crate::events::store::{self as events, Event, entry};

sheber_platform::record! {
    /// What an activity's form says.
    ActivityForm of "day_activity" {
        title: String = text(200),
        place: String = open_text(200),
        leader: String = open_text(200),
        places: i64 = number(5000),
    }
}

/// An activity of the day, with how many signed up.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Activity {
    pub id: i64,
    #[sea_orm(nested)]
    pub details: ActivityForm,
    pub taken: i64,
    pub version: i64,
}

impl Activity {
    pub fn left(&self) -> i64 {
        (self.details.places - self.taken).max(0)
    }
}

pub async fn activities(db: &impl ConnectionTrait, event: i64) -> Result<Vec<Activity>, DbErr> {
    let sql = format!(
        "SELECT a.id, a.version, {}, (SELECT COUNT(*) FROM day_signup s WHERE s.activity_id = a.id) AS taken
         FROM day_activity a WHERE a.event_id = $1 AND a.removed = FALSE ORDER BY a.id",
        ActivityForm::columns("a")
    );
    database::all(db, &sql, params![event]).await
}

/// Who signed up for what.
#[derive(Clone, Debug)]
pub struct SignUp {
    pub activity: i64,
    pub student: Student,
}

/// Who signed up, by group and name.
pub async fn sign_ups(db: &impl ConnectionTrait, day: &Event) -> Result<Vec<SignUp>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        activity_id: i64,
        student_id: i64,
    }
    let sql = "SELECT activity_id, student_id FROM day_signup WHERE event_id = $1";
    let rows: Vec<Row> = database::all(db, sql, params![day.id]).await?;
    let keys: Vec<i64> = rows.iter().map(|row| row.student_id).collect();
    let students = students::with_keys(db, day.organisation_id, &keys).await?;
    let of = |student: Student| {
        let row = rows.iter().find(|row| row.student_id == student.id)?;
        Some(SignUp { activity: row.activity_id, student })
    };
    Ok(students.into_iter().filter_map(of).collect())
}

/// The token of the link that students sign up by, where there is one.
pub async fn token(db: &impl ConnectionTrait, event: i64) -> Result<Option<String>, DbErr> {
    database::value(db, "SELECT token FROM day_link WHERE event_id = $1", params![event]).await
}

/// The day that a link leads to.
pub async fn of_token(db: &impl ConnectionTrait, token: &str) -> Result<Event, AppError> {
    let sql = "SELECT event_id FROM day_link WHERE token = $1";
    let event = database::value::<i64>(db, sql, params![token]).await?.ok_or(AppError::NotFound)?;
    events::opened(db, event).await
}

/// Makes the link that students sign up by; there is one alone.
pub async fn link(change: &Change, day: &Event) -> Result<(), DbErr> {
    let sql = "INSERT INTO day_link (event_id, token) VALUES ($1, $2) ON CONFLICT (event_id) DO NOTHING";
    if database::run(change.db(), sql, params![day.id, secret::token()[..24].to_owned()]).await? == 1 {
        change.record(entry("trail-day-link", day)).await?;
    }
    Ok(())
}

/// Reads an activity's form; an activity has a place at least.
pub fn read(fields: &mut Fields) -> Option<ActivityForm> {
    ActivityForm::read_with(fields, |details, fields| {
        if details.places == 0 {
            fields.wrong("places", "field-number");
        }
    })
}

pub async fn add(change: &Change, day: &Event, details: &ActivityForm) -> Result<i64, DbErr> {
    let further = vec![("event_id", day.id.into()), ("removed", false.into())];
    let id = record::insert(change.db(), details, further).await?;
    change.record(entry("trail-day-activity", day).after(details.json())).await?;
    Ok(id)
}

/// Writes over the version of an activity that somebody has seen; `false` where it is another one by now.
pub async fn update(
    change: &Change,
    day: &Event,
    (old, base): (&Activity, i64),
    details: &ActivityForm,
) -> Result<bool, DbErr> {
    if !record::update(change.db(), details, (old.id, base), Vec::new()).await? {
        return Ok(false);
    }
    let entry = entry("trail-day-activity-changed", day);
    change.record(entry.before(old.details.json()).after(details.json())).await?;
    Ok(true)
}

/// Takes an activity away; `false` where it is not there, or somebody signed up for it.
pub async fn remove(change: &Change, day: &Event, activity: i64) -> Result<bool, DbErr> {
    let sql = "UPDATE day_activity SET removed = TRUE WHERE id = $1 AND event_id = $2 AND removed = FALSE
               AND NOT EXISTS (SELECT 1 FROM day_signup s WHERE s.activity_id = $1)";
    if database::run(change.db(), sql, params![activity, day.id]).await? == 0 {
        return Ok(false);
    }
    let before = serde_json::json!({ "activity": activity });
    change.record(entry("trail-day-activity-removed", day).before(before)).await?;
    Ok(true)
}

/// Takes a student off, who gives the place back; `false` where they had not signed up.
pub async fn take_off(change: &Change, day: &Event, student: i64) -> Result<bool, DbErr> {
    let sql = "DELETE FROM day_signup WHERE event_id = $1 AND student_id = $2";
    if database::run(change.db(), sql, params![day.id, student]).await? == 0 {
        return Ok(false);
    }
    let before = serde_json::json!({ "student": student });
    change.record(entry("trail-day-signup-removed", day).before(before)).await?;
    Ok(true)
}

/// Gives another day the activities of one; nobody is signed up yet.
pub async fn copy(change: &Change, from: i64, to: &Event) -> Result<(), DbErr> {
    let sql = "INSERT INTO day_activity (event_id, title, place, leader, places, removed, version)
               SELECT $1, title, place, leader, places, FALSE, 1 FROM day_activity WHERE event_id = $2 AND removed = FALSE";
    let copied = database::run(change.db(), sql, params![to.id, from]).await?;
    let after = serde_json::json!({ "activities": copied, "of": from });
    change.record(entry("trail-day-activity", to).after(after)).await
}

/// How a sign-up ended.
pub enum Place {
    /// The student has it, by now or before.
    Taken(String),
    /// The last place went to somebody else.
    Full,
}

/// Signs a student up: one activity a day; choosing another gives the first place back.
pub async fn sign_up(change: &Change, day: &Event, student: &Student, activity: i64) -> Result<Place, AppError> {
    database::lock_row(change.db(), "day_activity", activity).await?;
    let all = activities(change.db(), day.id).await?;
    let chosen = all.iter().find(|one| one.id == activity).ok_or(AppError::NotFound)?;
    let sql = "SELECT activity_id FROM day_signup WHERE event_id = $1 AND student_id = $2";
    let before = database::value::<i64>(change.db(), sql, params![day.id, student.id]).await?;
    if before != Some(activity) {
        if chosen.left() == 0 {
            return Ok(Place::Full);
        }
        database::run(
            change.db(),
            "INSERT INTO day_signup (event_id, student_id, activity_id, at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (event_id, student_id) DO UPDATE SET activity_id = excluded.activity_id, at = excluded.at",
            params![day.id, student.id, activity, change.at()],
        )
        .await?;
        change.record(entry("trail-day-signup", day)).await?;
    }
    Ok(Place::Taken(chosen.details.title.clone()))
}
