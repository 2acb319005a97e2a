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
) -> Result<(i64, i64, Option<NaiveDate>), DbErr> {
    let mut conditions = Conditions::default();
    conditions.and("g.college_id = ?", params![college]);
    store::studies(&mut conditions, year);
    conditions
        .and("EXISTS (SELECT 1 FROM curator_plan p WHERE p.group_id = g.id AND p.year = ?)", params![year.to_string()]);
    let sql = format!("SELECT COUNT(*) FROM study_group g{}", conditions.sql());
    let have = database::number(db, &sql, conditions.values).await?;
    let need = store::count(db, college, year).await?;
    // A plan was there when it was first saved: what is corrected later makes nothing late.
    let sql = "SELECT CAST(COALESCE(MAX(first), 0) AS BIGINT) FROM (SELECT MIN(t.at) AS first FROM audit t
               JOIN curator_plan p ON p.id = t.entity_id WHERE t.entity = 'curator_plan' AND t.what = 'event-curator-plan'
               AND p.college_id = $1 AND p.year = $2 GROUP BY p.id) AS each";
    let last = database::number(db, sql, params![college, year.to_string()]).await?;
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
    let parliament = fields.open_text("parliament", 500);
    let hours = read(&mut fields);
    if hours.is_empty() {
        fields.wrong("on-0", "field-required");
    }
    if !fields.is_sound() {
        return pages::again(&app, context, id, fields).await;
    }
    let year = context.year.to_string();
    let change = Change::begin(&app, Some(&actor)).await?;
    let key = database::number(
        change.db(),
        "INSERT INTO curator_plan (group_id, college_id, year, hours, parliament, version) VALUES ($1, $2, $3, $4, $5, 1)
         ON CONFLICT (group_id, year) DO UPDATE SET hours = excluded.hours, parliament = excluded.parliament,
         version = curator_plan.version + 1 RETURNING id",
        params![id, group.college_id, year, serde_json::to_string(&hours).unwrap_or_default(), parliament.clone()],
    )
    .await?;
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
    let sql = "UPDATE study_group SET agreed = $2, version = version + 1 WHERE id = $1";
    database::run(change.db(), sql, params![id, agreed.clone()]).await?;
    let (before, after) = (serde_json::json!({ "agreed": group.agreed }), serde_json::json!({ "agreed": agreed }));
    change.record(Event::new("event-group-agreed", "group", id).before(before).after(after)).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("/groups/{id}#agreed")).into_response())
}
