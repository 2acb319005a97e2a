//! The curator's plan of hours (14.9): made with members of the student parliament, by the students' needs; and the group's norms.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use sheber_kernel::AcademicYear;

use super::{pages, store};
use crate::duties::evidence;
use crate::params;
use crate::platform::app::App;
use crate::platform::audit::{Change, Event};
use crate::platform::clock;
use crate::platform::context::Context;
use crate::platform::database::{self, Conditions};
use crate::platform::error::AppError;
use crate::platform::fields::Fields;
use crate::platform::forms::{Form, Pairs};

/// A planned hour.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hour {
    pub on: NaiveDate,
    pub topic: String,
    pub form: String,
}

/// The plan of a group and year.
#[derive(Clone, Debug, Default, FromQueryResult)]
pub struct Plan {
    hours: String,
    /// The members of the student parliament who made it too.
    pub parliament: String,
    pub version: i64,
}

impl Plan {
    /// The names of the parliament's members who made it too.
    pub fn members(&self) -> Vec<&str> {
        self.parliament.split(';').map(str::trim).filter(|name| !name.is_empty()).collect()
    }

    pub fn hours(&self) -> Vec<Hour> {
        serde_json::from_str(&self.hours).unwrap_or_default()
    }
}

pub async fn plan(db: &impl ConnectionTrait, group: i64, year: AcademicYear) -> Result<Plan, DbErr> {
    let sql = "SELECT hours, parliament, version FROM curator_plan WHERE group_id = $1 AND year = $2";
    Ok(database::one(db, sql, params![group, year.to_string()]).await?.unwrap_or_default())
}

/// How many of a college's groups of a year have a plan, of how many; and the day the last one came.
pub async fn planned(
    db: &impl ConnectionTrait,
    college: i64,
    year: AcademicYear,
    due: NaiveDate,
) -> Result<(i64, i64, Option<NaiveDate>), DbErr> {
    let mut conditions = Conditions::default();
    conditions.and("g.college_id = ?", params![college]);
    store::studies(&mut conditions, year);
    store::existed(&mut conditions, due);
    conditions
        .and("EXISTS (SELECT 1 FROM curator_plan p WHERE p.group_id = g.id AND p.year = ?)", params![year.to_string()]);
    let sql = format!("SELECT COUNT(*) FROM study_group g{}", conditions.sql());
    let have = database::number(db, &sql, conditions.values).await?;
    let need = store::count(db, college, year, due).await?;
    // A plan was there when it was first saved: what is corrected later makes nothing late.
    let sql = "SELECT CAST(COALESCE(MAX(first), 0) AS BIGINT) FROM (SELECT MIN(t.at) AS first FROM audit t
               JOIN curator_plan p ON p.id = t.entity_id WHERE t.entity = 'curator_plan' AND t.what = 'event-curator-plan'
               AND p.college_id = $1 AND p.year = $2 AND NOT EXISTS (SELECT 1 FROM group_since s
               WHERE s.group_id = p.group_id AND s.on_day > $3) GROUP BY p.id) AS each";
    let last = database::number(db, sql, params![college, year.to_string(), due.to_string()]).await?;
    Ok((have, need, (last > 0).then(|| clock::day(last))))
}

/// The hours of a form: as many rows as were sent, empty ones passed over.
fn read(fields: &mut Fields) -> Vec<Hour> {
    let mut hours = Vec::new();
    for row in 0..100 {
        let (on, topic, form) = (format!("on-{row}"), format!("topic-{row}"), format!("form-{row}"));
        if fields.value(&on).trim().is_empty() && fields.value(&topic).trim().is_empty() {
            continue;
        }
        let (day, said) = (fields.day(&on), fields.text(&topic, 300));
        let form = fields.value(&form).to_owned();
        if let Some(on) = day {
            hours.push(Hour { on, topic: said, form });
        }
    }
    hours.sort_by_key(|hour| hour.on);
    hours
}

pub async fn save(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let group = store::kept(&app.db, &actor, id).await?;
    let mut fields = Fields::of(pairs);
    let others = fields.open_text("parliament", 500);
    let mut members: Vec<&str> = fields.all("member");
    members.extend(others.split([';', ',']).map(str::trim).filter(|name| !name.is_empty()));
    let parliament = members.join("; ");
    if parliament.is_empty() {
        fields.wrong("parliament", "group-parliament-needed");
    }
    let hours = read(&mut fields);
    if hours.is_empty() {
        fields.wrong("on-0", "field-required");
    }
    if !fields.is_sound() {
        return pages::again(&app, context, id, fields).await;
    }
    let year = context.year.to_string();
    let change = Change::begin(&app, Some(&actor)).await?;
    // Two people who make the first plan at once: the second finds the first's.
    let known = plan(change.db(), id, context.year).await?.version;
    let base = fields.value("plan_version").parse().unwrap_or(0);
    let key = database::number(
        change.db(),
        "INSERT INTO curator_plan (group_id, college_id, year, hours, parliament, version) VALUES ($1, $2, $3, $4, $5, 1)
         ON CONFLICT (group_id, year) DO UPDATE SET hours = excluded.hours, parliament = excluded.parliament,
         version = curator_plan.version + 1 WHERE curator_plan.version = $6 RETURNING id",
        params![
            id,
            group.college_id,
            year,
            serde_json::to_string(&hours).unwrap_or_default(),
            parliament.clone(),
            base
        ],
    )
    .await?;
    if key == 0 || known != base {
        let now = plan(change.db(), id, context.year).await?.version;
        drop(change);
        fields.overtaken("on-0", group.version);
        fields.set("plan_version", now.to_string());
        return pages::again(&app, context, id, fields).await;
    }
    let after = serde_json::json!({ "group": group.code, "hours": hours, "parliament": parliament });
    change.record(Event::new("event-curator-plan", "curator_plan", key).after(after)).await?;
    evidence::settle(&change, group.college_id, context.year, None, &["curator_plan_in_each_group"]).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("/groups/{id}#plan")).into_response())
}

pub async fn agree(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let group = store::kept(&app.db, &actor, id).await?;
    let mut fields = Fields::of(pairs);
    let agreed = fields.open_text("agreed", 5_000);
    if !fields.is_sound() {
        return pages::again(&app, context, id, fields).await;
    }
    let change = Change::begin(&app, Some(&actor)).await?;
    let sql = "UPDATE study_group SET agreed = $2, version = version + 1 WHERE id = $1 AND version = $3";
    if database::run(change.db(), sql, params![id, agreed.clone(), fields.version()]).await? == 0 {
        drop(change);
        let now = store::find(&app.db, &actor, id).await?.version;
        fields.overtaken("agreed", now);
        return pages::again(&app, context, id, fields).await;
    }
    let (before, after) = (serde_json::json!({ "agreed": group.agreed }), serde_json::json!({ "agreed": agreed }));
    change.record(Event::new("event-group-agreed", "group", id).before(before).after(after)).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("/groups/{id}#agreed")).into_response())
}

/// A planned hour with its group, for calendars.
pub struct OfGroup {
    pub group: i64,
    pub code: String,
    pub hour: Hour,
}

#[derive(FromQueryResult)]
struct Row {
    group_id: i64,
    code: String,
    hours: String,
}

/// The hours that a curator planned for their groups between two days and did not hold yet.
pub async fn ahead(
    db: &impl ConnectionTrait,
    curator: i64,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<OfGroup>, DbErr> {
    let sql = "SELECT p.group_id, g.code, p.hours FROM curator_plan p JOIN study_group g ON g.id = p.group_id
               WHERE g.curator_id = $1 AND g.active ORDER BY g.code, p.year LIMIT 100";
    let rows: Vec<Row> = database::all(db, sql, params![curator]).await?;
    let sql = "SELECT x.group_id || ' ' || e.held_on FROM event e JOIN event_group x ON x.event_id = e.id
               JOIN study_group g ON g.id = x.group_id WHERE g.curator_id = $1 AND e.kind = 'curator_hour'
               AND e.cancelled = FALSE AND e.held_on >= $2 AND e.held_on <= $3";
    let held = database::texts(db, sql, params![curator, from.to_string(), to.to_string()]).await?;
    let mut ahead = Vec::new();
    for row in rows {
        let hours: Vec<Hour> = serde_json::from_str(&row.hours).unwrap_or_default();
        let within = |hour: &Hour| (from..=to).contains(&hour.on);
        for hour in hours.into_iter().filter(within) {
            if !held.contains(&format!("{} {}", row.group_id, hour.on)) {
                ahead.push(OfGroup { group: row.group_id, code: row.code.clone(), hour });
            }
        }
    }
    Ok(ahead)
}
