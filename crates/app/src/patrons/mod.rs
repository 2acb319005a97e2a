//! Large enterprises that are willing to patronise colleges, matched to them by profile (10.1).

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State as Shared};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use sheber_kernel::{AcademicYear, Bin};

use crate::duties::{evidence, oversight};
use crate::params;
use crate::platform::actor::{Ability, Actor, Scope};
use crate::platform::app::App;
use crate::platform::audit::{Change, Event};
use crate::platform::clock;
use crate::platform::context::Context;
use crate::platform::database::{self, Conditions};
use crate::platform::error::AppError;
use crate::platform::fields::Fields;
use crate::platform::forms::{Form, Pairs};
use crate::platform::page::{Page, html};
use crate::platform::route::Access::Can;
use crate::platform::route::{Route, get, post};
use crate::platform::sheet;

pub fn routes() -> Vec<Route> {
    let (see, edit) = (Can(Ability::OverseeDuties), Can(Ability::EditPatrons));
    vec![
        get("/patrons", see, list),
        get("/patrons/list.xlsx", see, export),
        post("/patrons", edit, create),
        post("/patrons/{id}/match", edit, matched),
        post("/patrons/{id}/remove", edit, remove),
    ]
}

/// An enterprise that patronises (қамқоршы кәсіпорын).
#[derive(Clone, Debug, FromQueryResult)]
struct Patron {
    id: i64,
    region: String,
    name: String,
    bin: String,
    /// The field of education that it needs: the first two digits of specialties.
    profile: String,
    contact: String,
    note: String,
}

fn scope(actor: &Actor) -> Conditions {
    let mut conditions = Conditions::default();
    if let Scope::Region(region) = actor.scope() {
        conditions.and("region = ?", params![region]);
    }
    conditions.and("removed = FALSE", params![]);
    conditions
}

async fn patrons(db: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<Patron>, DbErr> {
    let conditions = scope(actor);
    let sql = format!(
        "SELECT id, region, name, bin, profile, contact, note FROM patron{} ORDER BY name LIMIT 5000",
        conditions.sql()
    );
    database::all(db, &sql, conditions.values).await
}

#[derive(FromQueryResult)]
struct Match {
    patron_id: i64,
    college_id: i64,
    name_kk: String,
    name_ru: String,
}

async fn matches(db: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<Match>, DbErr> {
    let conditions = actor.scope().colleges("m.college_id");
    let sql = format!(
        "SELECT m.patron_id, m.college_id, o.name_kk, o.name_ru FROM patron_match m
         JOIN organisation o ON o.id = m.college_id{} ORDER BY o.search_name",
        conditions.sql()
    );
    database::all(db, &sql, conditions.values).await
}

/// How many of a region's patrons are matched, of how many; and the day of the last match.
pub async fn matched_of(db: &impl ConnectionTrait, organisation: i64) -> Result<(i64, i64, Option<NaiveDate>), DbErr> {
    let of_region = "region = (SELECT region FROM organisation WHERE id = $1) AND removed = FALSE";
    let need =
        database::number(db, &format!("SELECT COUNT(*) FROM patron WHERE {of_region}"), params![organisation]).await?;
    let sql = format!(
        "SELECT COUNT(*) FROM patron p WHERE {of_region} AND EXISTS (SELECT 1 FROM patron_match m WHERE m.patron_id = p.id)"
    );
    let have = database::number(db, &sql, params![organisation]).await?;
    let sql = format!(
        "SELECT MAX(first) FROM (SELECT MIN(m.on_day) AS first FROM patron_match m JOIN patron p ON p.id = m.patron_id
         WHERE {of_region} GROUP BY p.id) AS each"
    );
    let day = database::text(db, &sql, params![organisation]).await?;
    Ok((have, need, day.and_then(|day| day.parse().ok())))
}

/// A patron with its colleges, and those that train in its profile.
struct Shown {
    patron: Patron,
    colleges: Vec<(i64, String)>,
    fitting: Vec<(i64, String)>,
}

#[derive(Template)]
#[template(path = "patrons/list.html")]
struct ListPage {
    page: Page,
    patrons: Vec<Shown>,
    edits: bool,
    f: Fields,
}

#[derive(FromQueryResult)]
struct Trains {
    college_id: i64,
    field: String,
}

async fn show(app: &App, context: Context, f: Fields) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let lang = context.lang;
    let patrons = patrons(&app.db, &actor).await?;
    let matches = matches(&app.db, &actor).await?;
    let mut fitting: BTreeMap<String, Vec<(i64, String)>> = BTreeMap::new();
    if let Scope::Region(region) = actor.scope() {
        let today = clock::day(app.clock.millis());
        let colleges = oversight::worst_first(&app.db, &region, context.year, today).await?;
        let conditions = actor.scope().colleges("college_id");
        let sql =
            format!("SELECT DISTINCT college_id, SUBSTR(specialty, 1, 2) AS field FROM programme{}", conditions.sql());
        for trains in database::all::<Trains>(&app.db, &sql, conditions.values).await? {
            if let Some((college, _)) = colleges.iter().find(|(college, _)| college.id == trains.college_id) {
                fitting.entry(trains.field).or_default().push((college.id, college.name().get(lang).to_owned()));
            }
        }
    }
    let shown = patrons
        .into_iter()
        .map(|patron| {
            let own: Vec<(i64, String)> = matches
                .iter()
                .filter(|one| one.patron_id == patron.id)
                .map(|one| (one.college_id, lang.pick(&one.name_kk, &one.name_ru).to_owned()))
                .collect();
            let fits = fitting.get(&patron.profile).cloned().unwrap_or_default();
            let fitting = fits.into_iter().filter(|(id, _)| !own.iter().any(|(known, _)| known == id)).collect();
            Shown { patron, colleges: own, fitting }
        })
        .collect();
    let status = f.status();
    let edits = actor.may(Ability::EditPatrons);
    let page = Page::new(context.clone(), "oversight", context.t("patron-title"));
    Ok((status, html(&ListPage { page, patrons: shown, edits, f })?).into_response())
}

async fn list(Shared(app): Shared<App>, context: Context) -> Result<Response, AppError> {
    show(&app, context, Fields::default()).await
}

async fn export(Shared(app): Shared<App>, context: Context) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let matches = matches(&app.db, &actor).await?;
    let rows = patrons(&app.db, &actor)
        .await?
        .into_iter()
        .map(|patron| {
            let own = matches.iter().filter(|one| one.patron_id == patron.id);
            let colleges = own.map(|one| context.lang.pick(&one.name_kk, &one.name_ru)).collect::<Vec<_>>().join("; ");
            vec![patron.name, patron.bin, patron.profile, patron.contact, colleges, patron.region]
        })
        .collect();
    let headings =
        ["patron-name", "organisation-bin-label", "patron-profile", "body-contact", "oversight-colleges", "region"];
    let headings = headings.map(|key| context.t(key)).to_vec();
    sheet::workbook("patrons.xlsx", context.t("patron-title"), headings, &[], rows).await
}

async fn settled(change: &Change, actor: &Actor) -> Result<(), DbErr> {
    let year = AcademicYear::of(clock::day(change.at()));
    evidence::settle(change, actor.organisation_id, year, None, &["patrons_matched"]).await
}

async fn create(Shared(app): Shared<App>, context: Context, Form(pairs): Form<Pairs>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let mut fields = Fields::of(pairs);
    let (name, bin) = (fields.text("name", 300), fields.text("bin", 20));
    if !bin.is_empty() && bin.parse::<Bin>().is_err() {
        fields.wrong("bin", "organisation-bin");
    }
    let profile = fields.text("profile", 2);
    if profile.len() != 2 || !profile.bytes().all(|byte| byte.is_ascii_digit()) {
        fields.wrong("profile", "patron-profile-wrong");
    }
    let (contact, note) = (fields.open_text("contact", 300), fields.open_text("note", 1000));
    let region = actor.region.clone().ok_or(AppError::NotFound)?;
    if !fields.is_sound() {
        return show(&app, context, fields).await;
    }
    let change = Change::begin(&app, Some(&actor)).await?;
    let known = "SELECT COUNT(*) FROM patron WHERE region = $1 AND bin = $2 AND removed = FALSE";
    if database::number(change.db(), known, params![region.clone(), bin.clone()]).await? > 0 {
        drop(change);
        fields.wrong("bin", "patron-known");
        return show(&app, context, fields).await;
    }
    let today = clock::day(change.at()).to_string();
    let id = database::number(
        change.db(),
        "INSERT INTO patron (region, name, bin, profile, contact, note, added_on, removed)
         VALUES ($1, $2, $3, $4, $5, $6, $7, FALSE) RETURNING id",
        params![region, name.clone(), bin.clone(), profile, contact, note, today],
    )
    .await?;
    let after = serde_json::json!({ "name": name, "bin": bin });
    change.record(Event::new("event-patron", "patron", id).after(after)).await?;
    settled(&change, &actor).await?;
    change.commit().await?;
    Ok(Redirect::to("/patrons").into_response())
}

async fn own(change: &Change, actor: &Actor, id: i64) -> Result<(), AppError> {
    let mut conditions = scope(actor);
    conditions.and("id = ?", params![id]);
    let sql = format!("SELECT COUNT(*) FROM patron{}", conditions.sql());
    match database::number(change.db(), &sql, conditions.values).await? {
        0 => Err(AppError::NotFound),
        _ => Ok(()),
    }
}

/// Matches a patron to a college of the region, or takes the match back.
async fn matched(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let fields = Fields::of(pairs);
    let college: i64 = fields.value("college").parse().map_err(|_| AppError::NotFound)?;
    let change = Change::begin(&app, Some(&actor)).await?;
    own(&change, &actor, id).await?;
    let mut conditions = actor.scope().colleges("id");
    conditions.and("id = ? AND kind = 'college'", params![college]);
    let sql = format!("SELECT COUNT(*) FROM organisation{}", conditions.sql());
    if database::number(change.db(), &sql, conditions.values).await? == 0 {
        return Err(AppError::NotFound);
    }
    let today = clock::day(change.at()).to_string();
    let gone = fields.has("gone", "yes");
    if gone {
        let sql = "DELETE FROM patron_match WHERE patron_id = $1 AND college_id = $2";
        database::run(change.db(), sql, params![id, college]).await?;
    } else {
        let sql = "INSERT INTO patron_match (patron_id, college_id, on_day) VALUES ($1, $2, $3)
                   ON CONFLICT (patron_id, college_id) DO NOTHING";
        database::run(change.db(), sql, params![id, college, today]).await?;
    }
    let after = serde_json::json!({ "college": college, "matched": !gone });
    change.record(Event::new("event-patron-match", "patron", id).after(after)).await?;
    settled(&change, &actor).await?;
    change.commit().await?;
    Ok(Redirect::to("/patrons").into_response())
}

async fn remove(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(_): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let change = Change::begin(&app, Some(&actor)).await?;
    own(&change, &actor, id).await?;
    database::run(change.db(), "UPDATE patron SET removed = TRUE WHERE id = $1", params![id]).await?;
    change.record(Event::new("event-patron-removed", "patron", id)).await?;
    settled(&change, &actor).await?;
    change.commit().await?;
    Ok(Redirect::to("/patrons").into_response())
}
