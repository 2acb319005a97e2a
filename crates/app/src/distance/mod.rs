//! Readiness for distance learning (6.6): six requirements, each with its evidence and until when it counts.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use serde::Deserialize;
use sheber_messages as messages;
use sheber_norms::Edition;
use sheber_norms::college::Readiness;

use crate::params;
use crate::platform::actor::{Ability, Actor, Scope};
use crate::platform::app::App;
use crate::platform::audit::{Change, Event};
use crate::platform::clock;
use crate::platform::context::Context;
use crate::platform::database;
use crate::platform::error::AppError;
use crate::platform::fields::Fields;
use crate::platform::files;
use crate::platform::forms::Upload;
use crate::platform::page::{Page, html};
use crate::platform::route::Access::Can;
use crate::platform::route::{Route, get, post};
use crate::platform::{secret, sheet};

pub fn routes() -> Vec<Route> {
    let see = Can(Ability::SeePassports);
    vec![
        get("/readiness", see, page),
        post("/readiness/{requirement}", Can(Ability::EditPassports), save).files(),
        get("/readiness/{requirement}/file", see, file),
    ]
}

/// What a college says of a requirement.
#[derive(Clone, Debug, FromQueryResult)]
struct Row {
    requirement: String,
    is_met: bool,
    evidence: String,
    file_hash: Option<String>,
    file_name: Option<String>,
    until: Option<String>,
    said_on: String,
    name: String,
}

impl Row {
    /// What a form rests on: another number wherever anything of it is another.
    fn version(&self) -> i64 {
        let text = format!("{} {:?} {:?} {}", self.is_met, self.file_hash, self.until, self.evidence);
        i64::from_str_radix(&secret::sha256(&text)[..12], 16).unwrap_or(0)
    }

    fn until(&self) -> Option<NaiveDate> {
        self.until.as_deref().and_then(|day| day.parse().ok())
    }
}

async fn rows(db: &impl ConnectionTrait, college: i64) -> Result<Vec<Row>, DbErr> {
    let sql = "SELECT r.requirement, r.is_met, r.evidence, r.file_hash, r.file_name, r.until, r.said_on, a.name
               FROM distance_readiness r JOIN account a ON a.id = r.said_by WHERE r.college_id = $1";
    database::all(db, sql, params![college]).await
}

/// What the norm looks at.
pub async fn facts(db: &impl ConnectionTrait, college: i64) -> Result<BTreeMap<String, Readiness>, DbErr> {
    let known = |row: Row| (row.requirement.clone(), Readiness { is_met: row.is_met, until: row.until() });
    Ok(rows(db, college).await?.into_iter().map(known).collect())
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    /// The college that somebody above looks at.
    college: String,
}

/// The college a page is about: one's own, or one in scope.
async fn college(app: &App, actor: &Actor, asked: &str) -> Result<i64, AppError> {
    if let Scope::College(own) = actor.scope() {
        return Ok(own);
    }
    let mut conditions = actor.scope().colleges("id");
    conditions.and("kind = 'college'", params![]);
    if let Ok(college) = asked.parse::<i64>() {
        conditions.and("id = ?", params![college]);
    }
    let sql = format!("SELECT id FROM organisation{} ORDER BY search_name LIMIT 1", conditions.sql());
    match database::number(&app.db, &sql, conditions.values).await? {
        0 => Err(AppError::NotFound),
        id => Ok(id),
    }
}

/// A requirement as the checklist shows it.
struct Line {
    requirement: &'static str,
    /// The form: what is known, or what was typed.
    f: Fields,
    row: Option<Row>,
    until: String,
    expired: bool,
    said_on: String,
}

impl Line {
    fn is_met(&self) -> bool {
        self.row.as_ref().is_some_and(|row| row.is_met)
    }

    fn has_file(&self) -> bool {
        self.row.as_ref().is_some_and(|row| row.file_hash.is_some())
    }
}

#[derive(Template)]
#[template(path = "distance/page.html")]
struct ReadinessPage {
    page: Page,
    lines: Vec<Line>,
    colleges: Vec<(i64, String, bool)>,
    chosen: i64,
    edits: bool,
    wrong: String,
}

impl ReadinessPage {
    fn id(&self, name: &str, line: &Line) -> String {
        format!("{name}-{}", line.requirement)
    }
}

async fn show(app: &App, context: Context, asked: &str, f: Fields, wrong: &str) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let chosen = college(app, &actor, asked).await?;
    let rows = rows(&app.db, chosen).await?;
    let today = clock::day(app.clock.millis());
    let date = |day: Option<NaiveDate>| day.map(|day| messages::date(context.lang, day)).unwrap_or_default();
    let lines = Edition::of(context.year)
        .words("6.6", "requirements")
        .into_iter()
        .map(|requirement| {
            let row = rows.iter().find(|row| row.requirement == requirement).cloned();
            let until = row.as_ref().and_then(Row::until);
            let known = Fields::filled([
                ("is_met", row.as_ref().filter(|row| row.is_met).map(|_| "yes".to_owned()).unwrap_or_default()),
                ("evidence", row.as_ref().map(|row| row.evidence.clone()).unwrap_or_default()),
                ("until", row.as_ref().and_then(|row| row.until.clone()).unwrap_or_default()),
                ("version", row.as_ref().map_or(0, Row::version).to_string()),
            ]);
            Line {
                requirement,
                f: if requirement == wrong { f.clone() } else { known },
                until: date(until),
                expired: until.is_some_and(|until| until < today),
                said_on: date(row.as_ref().and_then(|row| row.said_on.parse().ok())),
                row,
            }
        })
        .collect();
    let colleges = match actor.scope() {
        Scope::College(_) => Vec::new(),
        scope => names(app, &scope, &context, chosen).await?,
    };
    let status = f.status();
    let edits = actor.may(Ability::EditPassports);
    let page = Page::new(context.clone(), "college", context.t("readiness-title"));
    let shown = ReadinessPage { page, lines, colleges, chosen, edits, wrong: wrong.to_owned() };
    Ok((status, html(&shown)?).into_response())
}

async fn names(app: &App, scope: &Scope, context: &Context, chosen: i64) -> Result<Vec<(i64, String, bool)>, AppError> {
    #[derive(FromQueryResult)]
    struct Named {
        id: i64,
        name_kk: String,
        name_ru: String,
    }
    let mut conditions = scope.colleges("id");
    conditions.and("kind = 'college' AND active", params![]);
    let sql =
        format!("SELECT id, name_kk, name_ru FROM organisation{} ORDER BY search_name LIMIT 2000", conditions.sql());
    let all: Vec<Named> = database::all(&app.db, &sql, conditions.values).await?;
    let name = |one: Named| (one.id, context.lang.pick(&one.name_kk, &one.name_ru).to_owned(), one.id == chosen);
    Ok(all.into_iter().map(name).collect())
}

async fn page(State(app): State<App>, context: Context, Query(asked): Query<Asked>) -> Result<Response, AppError> {
    show(&app, context, &asked.college, Fields::default(), "").await
}

async fn save(
    State(app): State<App>,
    context: Context,
    Path(requirement): Path<String>,
    upload: Upload,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    if !Edition::of(context.year).words("6.6", "requirements").contains(&requirement.as_str()) {
        return Err(AppError::NotFound);
    }
    let mut fields = Fields::of(upload.fields);
    let is_met = fields.has("is_met", "yes");
    let evidence = fields.open_text("evidence", 2000);
    let until = fields.open_day("until");
    if is_met && evidence.is_empty() {
        fields.wrong("evidence", "readiness-no-evidence");
    }
    let file = upload.files.into_iter().next();
    if file.as_ref().is_some_and(|file| !files::is_pdf(&file.bytes) || file.bytes.len() > files::MOST) {
        fields.wrong("files", "attachment-not-pdf");
    }
    if !fields.is_sound() {
        return show(&app, context, "", fields, &requirement).await;
    }
    let (mut hash, mut name) = (None, None);
    if let Some(file) = file {
        name = Some(file.name.chars().filter(|letter| !letter.is_control()).take(200).collect::<String>());
        hash = Some(files::keep(&app, file.bytes).await?);
    }
    let change = Change::begin(&app, Some(&actor)).await?;
    change.in_order().await?;
    let known = rows(change.db(), actor.organisation_id).await?.into_iter().find(|row| row.requirement == requirement);
    let version = known.as_ref().map_or(0, Row::version);
    if version != fields.version() {
        drop(change);
        fields.overtaken("evidence", version);
        return show(&app, context, "", fields, &requirement).await;
    }
    if hash.is_none() && !fields.has("no_file", "yes") {
        (hash, name) = known.as_ref().map(|row| (row.file_hash.clone(), row.file_name.clone())).unwrap_or_default();
    }
    let today = clock::day(change.at()).to_string();
    database::run(
        change.db(),
        "INSERT INTO distance_readiness
         (college_id, requirement, is_met, evidence, file_hash, file_name, until, said_by, said_on)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (college_id, requirement) DO UPDATE SET is_met = excluded.is_met, evidence = excluded.evidence,
         file_hash = excluded.file_hash, file_name = excluded.file_name, until = excluded.until,
         said_by = excluded.said_by, said_on = excluded.said_on",
        params![
            actor.organisation_id,
            requirement.clone(),
            is_met,
            evidence.clone(),
            hash.clone(),
            name,
            until.map(|day| day.to_string()),
            actor.id,
            today
        ],
    )
    .await?;
    let told = |is_met: bool, evidence: &str, file: &Option<String>, until: Option<NaiveDate>| {
        serde_json::json!({
            "requirement": requirement, "is_met": is_met, "evidence": evidence, "file": file,
            "until": until.map(|day| day.to_string()),
        })
    };
    let mut event = Event::new("event-readiness", "organisation", actor.organisation_id);
    if let Some(row) = &known {
        event = event.before(told(row.is_met, &row.evidence, &row.file_hash, row.until()));
    }
    change.record(event.after(told(is_met, &evidence, &hash, until))).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("/readiness#{requirement}")).into_response())
}

async fn file(
    State(app): State<App>,
    context: Context,
    Path(requirement): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, AppError> {
    let college = college(&app, context.actor()?, &asked.college).await?;
    let row = rows(&app.db, college).await?.into_iter().find(|row| row.requirement == requirement);
    let hash = row.and_then(|row| row.file_hash).ok_or(AppError::NotFound)?;
    let bytes = files::read(&app, &hash).await?;
    Ok(sheet::attachment("evidence.pdf", "application/pdf", bytes))
}
