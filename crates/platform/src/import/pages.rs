//! The pages of imports: the file comes, its preview, what became of it.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State as Shared};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::{Deserialize, Serialize};
use sheber_exchange::table::reading::{Options, column_place};
use sheber_exchange::table::{noted as noted_copy, template as template_of};
use sheber_messages as messages;

use super::brought;
use super::said::{SaidOptions, shape_of};
use super::store::{self, Import, State};
use super::view::{Filter, empty, page};
use super::work::{self, Look};
use crate::app::App;
use crate::change::Change;
use crate::context::Context;
use crate::door::Door;
use crate::error::AppError;
use crate::forms::{Address, Form, Lookup, Pairs, Upload};
use crate::heavy::heavy;
use crate::house::House;
use crate::page::{Page, Pager, html};
use crate::sheet::{XLSX, attachment};
use crate::{clock, files};

/// A file that somebody brought to a door: it is kept, and its preview is shown.
///
/// # Errors
/// Where no file came, or it cannot be kept.
pub async fn receive(
    door: &'static dyn Door,
    app: App,
    context: Context,
    upload: Upload,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    if !actor.may(door.ability()) {
        return Err(AppError::Forbidden);
    }
    let Some(file) = upload.files.into_iter().next() else { return Err(AppError::Bad("import-no-file")) };
    let hash = files::keep(&app, actor.organisation_id, file.bytes).await?;
    let change = Change::begin(&app, Some(&actor)).await?;
    let name: String = file.name.chars().filter(|letter| !letter.is_control()).take(200).collect();
    let id = store::begin(&change, &actor, (door.kind().word, context.year), (&name, &hash)).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("/imports/{id}")).into_response())
}

/// The template of a door's table.
///
/// # Errors
/// Where it cannot be written.
pub async fn template(door: &'static dyn Door, context: &Context) -> Result<Response, AppError> {
    let lang = context.lang;
    let made = heavy(move || template_of(door.kind(), lang)).await?;
    let bytes = made.map_err(|error| AppError::Internal(error.to_string()))?;
    let title = messages::text(lang, door.kind().title);
    Ok(attachment(&format!("{title}.xlsx"), XLSX, bytes))
}

#[derive(Template)]
#[template(path = "import/list.html")]
struct ListPage {
    page: Page,
    /// With what its kind is called.
    imports: Vec<(Import, String)>,
    pager: Pager,
}

impl ListPage {
    fn what(&self, import: &Import) -> String {
        self.page.context.t(&format!("imports-state-{}", import.state))
    }

    fn when(&self, import: &Import) -> String {
        clock::local(import.at)
    }
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ListFilter {
    #[serde(skip_serializing)]
    at: String,
}

pub async fn list(
    Shared(app): Shared<App>,
    context: Context,
    Address(filter): Address<ListFilter>,
) -> Result<Response, AppError> {
    let imports = store::list(&app, context.actor()?, &filter.at).await?;
    let title = context.t("imports-title");
    let pager = Pager::of("/imports", &filter, &imports);
    let house = House::of(&app);
    let called = |import: Import| {
        let title = house.door(&import.door).map(|door| context.t(door.kind().title));
        let kind = title.unwrap_or_else(|| import.door.clone());
        (import, kind)
    };
    let imports = imports.rows.into_iter().map(called).collect();
    html(&ListPage { page: Page::new(context.clone(), "imports", title).wide(), imports, pager })
}

#[derive(Template)]
#[template(path = "import/working.html")]
struct WorkingPage {
    page: Page,
    import: Import,
    hundredths: usize,
    key: &'static str,
}

fn door_of(app: &App, import: &Import) -> Result<&'static dyn Door, AppError> {
    House::of(app).door(&import.door).ok_or(AppError::NotFound)
}

fn working(
    context: &Context,
    import: Import,
    door: &'static dyn Door,
    hundredths: usize,
) -> Result<Response, AppError> {
    let key = if import.state == State::Read { "imports-reading" } else { "imports-moving" };
    let view = WorkingPage { page: page(context, &import, door), import, hundredths, key };
    let mut response = html(&view)?;
    response.headers_mut().insert(header::REFRESH, HeaderValue::from_static("2"));
    Ok(response)
}

pub async fn one(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    Address(filter): Address<Filter>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let import = store::find(&app, &app.db, &actor, id).await?;
    let door = door_of(&app, &import)?;
    match import.state {
        State::Taking | State::Undoing => {
            let progress = work::go_on(&app, &actor, door, &import);
            work::wait(&app, id).await;
            let now = store::find(&app, &app.db, &actor, id).await?;
            if matches!(now.state, State::Taking | State::Undoing) {
                return working(&context, now, door, progress.hundredths());
            }
            // What would be taken had moved: it is looked at again.
            if now.state == State::Read {
                return read(&app, &context, now, door, &filter).await;
            }
            ended(&app, &context, now, door).await
        }
        State::Read => read(&app, &context, import, door, &filter).await,
        State::Taken | State::Stopped | State::Undone => ended(&app, &context, import, door).await,
    }
}

/// The preview, or how far it is.
async fn read(
    app: &App,
    context: &Context,
    import: Import,
    door: &'static dyn Door,
    filter: &Filter,
) -> Result<Response, AppError> {
    match work::preview(app, context.actor()?, door, &import).await? {
        Look::Working(hundredths) => working(context, import, door, hundredths),
        Look::There(outcome) => {
            let before = store::taken_before(&app.db, &import).await?;
            let before = before.map(|before| {
                let date = clock::local(before.ended_at.unwrap_or(before.at));
                let who = before.person.unwrap_or_default();
                messages::text_with(context.lang, "imports-before", &[("date", &date), ("who", &who)])
            });
            let mut view = empty(context, import, door);
            view.before = before;
            let status = match outcome.as_ref() {
                Ok(preview) => {
                    view.shown(preview, filter)?;
                    StatusCode::OK
                }
                Err(refused) => {
                    view.not_read(refused, door);
                    StatusCode::UNPROCESSABLE_ENTITY
                }
            };
            Ok((status, html(&view)?).into_response())
        }
    }
}

/// What became of an import.
async fn ended(app: &App, context: &Context, import: Import, door: &'static dyn Door) -> Result<Response, AppError> {
    let touched = match import.state {
        State::Taken | State::Stopped => store::touched(&app.db, import.id, door.entity()).await?,
        _ => Vec::new(),
    };
    let rows = |rows: &[String]| rows.join(", ");
    let touched = rows(&touched.iter().map(ToString::to_string).collect::<Vec<_>>());
    let skipped = rows(&import.skipped.iter().map(ToString::to_string).collect::<Vec<_>>());
    let mut view = empty(context, import, door);
    view.touched = touched;
    view.skipped = skipped;
    html(&view)
}

/// Says how the file is to be read.
pub async fn options(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let import = store::find(&app, &app.db, &actor, id).await?;
    let door = door_of(&app, &import)?;
    let back = Redirect::to(&format!("/imports/{id}")).into_response();
    let Look::There(outcome) = work::preview(&app, &actor, door, &import).await? else { return Ok(back) };
    let SaidOptions { options, heading, is_mapped } = SaidOptions::of(&pairs, door.kind(), &outcome)?;
    let change = Change::begin(&app, Some(&actor)).await?;
    store::set(&change, &import, &options).await?;
    if is_mapped {
        let shape = shape_of(outcome.as_ref(), heading, options.map.len());
        // Where columns are told by their letters, so is the row of the headings.
        let by_letters = options.map.iter().any(|(heading, _)| column_place(heading).is_some());
        let kept = Options { heading: heading.filter(|row| *row == 0 || by_letters), ..options };
        store::shape(&change, &import, &shape, &kept).await?;
    }
    change.commit().await?;
    work::forget(&app, id);
    Ok(back)
}

/// Takes the rows that are right.
pub async fn take(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let change = Change::begin(&app, Some(&actor)).await?;
    let import = store::find(&app, change.db(), &actor, id).await?;
    let door = door_of(&app, &import)?;
    let sql = "UPDATE table_import SET doubles = $2, seen = $3 WHERE id = $1 AND state = 'read'";
    let doubles = !pairs.get("doubles").is_empty();
    crate::database::run(change.db(), sql, crate::params![id, doubles, pairs.get("seen")]).await?;
    // A second click finds the rows on their way.
    if store::step(&change, id, &[State::Read, State::Stopped], State::Taking).await? {
        change.commit().await?;
        let import = store::find(&app, &app.db, &actor, id).await?;
        work::go_on(&app, &actor, door, &import);
    }
    Ok(Redirect::to(&format!("/imports/{id}")).into_response())
}

/// Takes back what was taken, where nobody changed it since.
pub async fn undo(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(_): Form<Pairs>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let change = Change::begin(&app, Some(&actor)).await?;
    let import = store::find(&app, change.db(), &actor, id).await?;
    let door = door_of(&app, &import)?;
    let is_touched = !store::touched(change.db(), id, door.entity()).await?.is_empty();
    if door.gives_back()
        && !is_touched
        && store::step(&change, id, &[State::Taken, State::Stopped], State::Undoing).await?
    {
        change.commit().await?;
        let import = store::find(&app, &app.db, &actor, id).await?;
        work::go_on(&app, &actor, door, &import);
    }
    Ok(Redirect::to(&format!("/imports/{id}")).into_response())
}

/// A copy of the file with remarks in its cells.
pub async fn noted(Shared(app): Shared<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let import = store::find(&app, &app.db, &actor, id).await?;
    let door = door_of(&app, &import)?;
    if import.file_hash.is_empty() {
        return Err(AppError::NotFound);
    }
    let read = brought::previewed(&app, &actor, door, &import, &Arc::default()).await?;
    let preview = read.map_err(|_| AppError::NotFound)?;
    let (folder, hash, lang) = (app.config.files(), import.file_hash.clone(), context.lang);
    let encoding = import.options.encoding.clone();
    let copy = heavy(move || {
        let bytes = files::content(&folder, &hash).map_err(|error| AppError::Storage(error.to_string()))?;
        noted_copy(&bytes, encoding.as_deref(), &preview.reading, lang)
            .map_err(|error| AppError::Internal(error.to_string()))
    });
    let name = import.file_name.rsplit_once('.').map_or(import.file_name.as_str(), |(name, _)| name);
    Ok(attachment(&format!("{name} – {}.xlsx", context.t("imports-remarks")), XLSX, copy.await??))
}
