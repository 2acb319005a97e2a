//! A college's library of modules: general education, basic modules and the like, kept once, inserted in one step, and
//! linked, so that a later change is offered to every programme that has the module, to accept or decline.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Redirect, Response};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde::Deserialize;
use sheber_norms::programme::{Module, ModuleKind};

use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::columns::Json;
use sheber_platform::context::Context;
use sheber_platform::entry::{Entity, Entry};
use sheber_platform::error::AppError;
use sheber_platform::forms::Form;
use sheber_platform::page::{Page, html};
use sheber_platform::{database, params};

use super::store::{self, NewVersion, PROGRAMME, SaveOutcome};

/// As the trail names it.
pub const LIBRARY_MODULE: Entity = Entity("library_module");

/// A module in the library.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Shelf {
    pub id: i64,
    pub kind: ModuleKind,
    pub code: String,
    pub name_kk: String,
    pub name_ru: String,
    pub version: i64,
    pub content: Json<Module>,
}

impl Shelf {
    pub fn name(&self, page: &Page) -> String {
        page.lang().pick(&self.name_kk, &self.name_ru).to_owned()
    }

    /// Its volume, as stated.
    pub fn credits(&self, page: &Page) -> String {
        sheber_messages::number(page.lang(), &self.content.credits().to_string())
    }
}

const COLUMNS: &str = "id, kind, code, name_kk, name_ru, version, content";

/// The library of a college.
pub async fn shelf(app: &App, college: i64) -> Result<Vec<Shelf>, AppError> {
    let sql =
        format!("SELECT {COLUMNS} FROM library_module WHERE college_id = $1 AND NOT archived ORDER BY kind, code, id");
    Ok(database::all(&app.db, &sql, params![college]).await?)
}

async fn taken(db: &impl ConnectionTrait, college: i64, id: i64) -> Result<Shelf, AppError> {
    let sql = format!("SELECT {COLUMNS} FROM library_module WHERE college_id = $1 AND id = $2 AND NOT archived");
    database::one(db, &sql, params![college, id]).await?.ok_or(AppError::NotFound)
}

#[derive(Template)]
#[template(path = "programmes/library.html")]
struct LibraryPage {
    page: Page,
    shelf: Vec<Shelf>,
}

pub async fn page(State(app): State<App>, context: Context) -> Result<Response, AppError> {
    let shelf = shelf(&app, context.actor()?.organisation_id).await?;
    html(&LibraryPage { page: Page::new(context.clone(), "library", context.t("nav-library")), shelf })
}

#[derive(Deserialize)]
pub struct Keep {
    programme: i64,
    module: String,
}

/// Keeps a module of a programme in the library; a module with the same code and kind there becomes its next version.
pub async fn keep(State(app): State<App>, context: Context, Form(form): Form<Keep>) -> Result<Redirect, AppError> {
    let actor = context.actor()?.clone();
    let change = Change::begin(&app, Some(&actor)).await?;
    let stored = store::find(change.db(), &actor, form.programme).await?;
    let module = stored.programme.modules.iter().find(|module| module.code == form.module).ok_or(AppError::NotFound)?;
    let content = Json(module.clone());
    let known: Option<Shelf> = database::one(
        change.db(),
        &format!(
            "SELECT {COLUMNS} FROM library_module WHERE college_id = $1 AND kind = $2 AND code = $3 AND NOT archived"
        ),
        params![stored.college_id, module.kind, module.code.clone()],
    )
    .await?;
    let (id, version) = if let Some(known) = known {
        database::run(
            change.db(),
            "UPDATE library_module SET version = version + 1, content = $2, name_kk = $3, name_ru = $4, updated_at = $5, updated_by = $6 WHERE id = $1",
            params![known.id, content, module.name.kk.clone(), module.name.ru.clone(), change.at(), actor.id],
        )
        .await?;
        (known.id, known.version + 1)
    } else {
        let id = database::number(
            change.db(),
            "INSERT INTO library_module (college_id, kind, code, name_kk, name_ru, version, content, archived, updated_at, updated_by)
             VALUES ($1, $2, $3, $4, $5, 1, $6, FALSE, $7, $8) RETURNING id",
            params![stored.college_id, module.kind, module.code.clone(), module.name.kk.clone(), module.name.ru.clone(), content, change.at(), actor.id],
        )
        .await?;
        (id, 1)
    };
    link(change.db(), stored.id, &module.code, id, version).await?;
    let after = serde_json::json!({ "code": module.code, "version": version });
    change.record(Entry::new("trail-library-kept", LIBRARY_MODULE, id).after(after)).await?;
    change.commit().await?;
    Ok(Redirect::to("/library"))
}

async fn link(
    db: &impl ConnectionTrait,
    programme: i64,
    code: &str,
    library: i64,
    version: i64,
) -> Result<(), AppError> {
    database::run(
        db,
        "INSERT INTO library_link (programme_id, module_code, library_id, library_version, declined_version)
         VALUES ($1, $2, $3, $4, 0)
         ON CONFLICT (programme_id, module_code) DO UPDATE SET library_id = excluded.library_id,
             library_version = excluded.library_version, declined_version = 0",
        params![programme, code, library, version],
    )
    .await?;
    Ok(())
}

#[derive(Deserialize)]
pub struct Insert {
    library: i64,
    base: i64,
}

/// Inserts a module of the library; where the programme has an empty one of its code and kind, that one is filled.
pub async fn insert(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(form): Form<Insert>,
) -> Result<Redirect, AppError> {
    let actor = context.actor()?.clone();
    let stored = store::find(&app.db, &actor, id).await?;
    let shelf = taken(&app.db, stored.college_id, form.library).await?;
    let module = shelf.content.0.clone();
    let mut programme = stored.programme.clone();
    match programme.modules.iter_mut().find(|known| known.code == module.code) {
        Some(known) if known.units.is_empty() && known.kind == module.kind => *known = module.clone(),
        Some(_) => return Err(AppError::Bad("error-module-there")),
        None => {
            let rank = |kind: ModuleKind| ModuleKind::ALL.iter().position(|known| *known == kind);
            let place =
                programme.modules.iter().rposition(|m| rank(m.kind) <= rank(module.kind)).map_or(0, |place| place + 1);
            programme.modules.insert(place, module.clone());
        }
    }
    let note = sheber_messages::text_with(context.lang, "library-insert-note", &[("code", &module.code)]);
    let new = NewVersion { programme: &programme, note: &note, autosave: false };
    let change = Change::begin(&app, Some(&actor)).await?;
    if let SaveOutcome::Conflict(now) = store::save_in(&change, &actor, id, form.base, &new).await? {
        return Ok(Redirect::to(&format!("/programmes/{id}/compare?from={}&to={now}", form.base)));
    }
    link(change.db(), id, &module.code, shelf.id, shelf.version).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("/programmes/{id}/edit")))
}

/// A newer version of a module that a programme has from the library.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Offer {
    pub module_code: String,
    pub library_id: i64,
    pub version: i64,
    content: Json<Module>,
}

/// What the library offers a programme that the caller was let to see.
pub async fn offers(app: &App, programme: i64) -> Result<Vec<Offer>, AppError> {
    Ok(database::all(
        &app.db,
        "SELECT l.module_code, l.library_id, m.version, m.content FROM library_link l JOIN library_module m ON m.id = l.library_id
         WHERE l.programme_id = $1 AND m.version > l.library_version AND m.version > l.declined_version AND NOT m.archived
         ORDER BY l.module_code",
        params![programme],
    )
    .await?)
}

#[derive(Deserialize)]
pub struct Update {
    module: String,
    base: i64,
    accept: bool,
}

/// Takes over the library's newer version of a module, or declines it until there is a newer one still.
pub async fn update(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(form): Form<Update>,
) -> Result<Redirect, AppError> {
    let actor = context.actor()?.clone();
    let stored = store::find(&app.db, &actor, id).await?;
    let offer =
        offers(&app, id).await?.into_iter().find(|offer| offer.module_code == form.module).ok_or(AppError::NotFound)?;
    if !form.accept {
        let change = Change::begin(&app, Some(&actor)).await?;
        database::run(
            change.db(),
            "UPDATE library_link SET declined_version = $3 WHERE programme_id = $1 AND module_code = $2",
            params![id, form.module.clone(), offer.version],
        )
        .await?;
        let after = serde_json::json!({ "code": form.module, "version": offer.version });
        let entry = Entry::new("trail-library-declined", PROGRAMME, id).after(after);
        change.record(entry.of(stored.college_id, stored.programme.intake)).await?;
        change.commit().await?;
        return Ok(Redirect::to(&format!("/programmes/{id}")));
    }
    let mut programme = stored.programme.clone();
    let known = programme.modules.iter_mut().find(|known| known.code == form.module).ok_or(AppError::NotFound)?;
    *known = offer.content.0.clone();
    let note = sheber_messages::text_with(context.lang, "library-update-note", &[("code", &form.module)]);
    let new = NewVersion { programme: &programme, note: &note, autosave: false };
    let change = Change::begin(&app, Some(&actor)).await?;
    if let SaveOutcome::Conflict(now) = store::save_in(&change, &actor, id, form.base, &new).await? {
        return Ok(Redirect::to(&format!("/programmes/{id}/compare?from={}&to={now}", form.base)));
    }
    link(change.db(), id, &form.module, offer.library_id, offer.version).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("/programmes/{id}")))
}
