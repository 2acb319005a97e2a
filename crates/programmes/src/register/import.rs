//! The register of 2022, imported with a preview of what is odd about it.

use std::collections::{BTreeMap, HashSet};

use askama::Template;
use axum::extract::State as Shared;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use sheber_exchange::table::{self, Table};
use sheber_people::inbox::tell::tell;
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::forms::{Form, Upload};
use sheber_platform::heavy::heavy;
use sheber_platform::page::{Page, html};
use sheber_platform::sheet::{XLSX, attachment};
use sheber_platform::{database, params};

use super::earlier::{self, FIELDS, Line};
use super::entries::Origin;
use super::intake::{AnomalyLine, alone, described, inventory, write};
use super::readers;

/// So many rows are shown of a preview; what is odd comes first.
const PREVIEW: usize = 300;

/// A row of the preview.
struct PreviewLine {
    line: Line,
    anomalies: Vec<AnomalyLine>,
}

#[derive(Template)]
#[template(path = "register/earlier.html")]
struct EarlierPage {
    page: Page,
    lines: Vec<PreviewLine>,
    more: usize,
    taken: usize,
    noted: usize,
    refused: usize,
    /// Headings that nothing is read from.
    unread: String,
    /// The table as it was read, to be read again when it is taken.
    payload: String,
    error: Option<String>,
    done: Option<String>,
}

impl EarlierPage {
    fn of(context: &Context) -> Self {
        let page = Page::new(context.clone(), "register", context.t("earlier-title"))
            .crumb(context.t("nav-register"), "/register")
            .wide();
        Self {
            page,
            lines: Vec::new(),
            more: 0,
            taken: 0,
            noted: 0,
            refused: 0,
            unread: String::new(),
            payload: String::new(),
            error: None,
            done: None,
        }
    }

    fn number(&self, count: &usize) -> String {
        sheber_messages::number(self.page.lang(), &count.to_string())
    }
}

pub async fn page(context: Context) -> Result<Response, AppError> {
    html(&EarlierPage::of(&context))
}

/// A table on its way through the preview.
#[derive(Serialize, Deserialize)]
struct Payload {
    headings: Vec<String>,
    rows: Vec<Vec<String>>,
    places: Vec<usize>,
}

pub async fn preview(Shared(app): Shared<App>, context: Context, upload: Upload) -> Result<Response, AppError> {
    let mut view = EarlierPage::of(&context);
    let lang = context.lang;
    let known = inventory(&app, &app.db, false).await?;
    let read = match upload.files.into_iter().next() {
        None => Err(context.t("import-no-file")),
        Some(file) => heavy(move || table::read(&file.bytes)).await?.map_err(|error| error.describe(lang)),
    };
    let read = match read {
        Err(said) => Err(said),
        Ok(table) => {
            let (table, lines) = heavy(move || {
                let lines = earlier::read(&table, &known, Origin::Earlier);
                (table, lines)
            })
            .await?;
            lines.map(|lines| (table, lines)).map_err(|key| context.t(key))
        }
    };
    let (table, mut lines) = match read {
        Ok(read) => read,
        Err(error) => {
            view.error = Some(error);
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&view)?).into_response());
        }
    };
    view.taken = lines.iter().filter(|line| line.entry.is_some()).count();
    view.noted = lines.iter().filter(|line| line.entry.is_some() && !line.anomalies.is_empty()).count();
    view.refused = lines.len() - view.taken;
    lines.sort_by_key(|line| (line.entry.is_some(), line.anomalies.is_empty(), line.row));
    view.more = lines.len().saturating_sub(PREVIEW);
    lines.truncate(PREVIEW);
    view.lines =
        lines.into_iter().map(|line| PreviewLine { anomalies: described(&context, &line.anomalies), line }).collect();
    view.unread = earlier::unread(&table).join(", ");
    let kept = Payload { places: table.places, headings: table.headings, rows: table.rows };
    view.payload = serde_json::to_string(&kept).map_err(|error| AppError::Internal(error.to_string()))?;
    html(&view)
}

#[derive(Deserialize)]
pub struct Preview {
    payload: String,
}

/// Takes what the preview showed; every row is compared once more with what stands in the register by now.
pub async fn take(Shared(app): Shared<App>, context: Context, Form(form): Form<Preview>) -> Result<Response, AppError> {
    let wrong = || AppError::Bad("error-form");
    if form.payload.contains("\\u0000") {
        return Err(wrong());
    }
    let kept: Payload = serde_json::from_str(&form.payload).map_err(|_| wrong())?;
    let table = Table { headings: kept.headings, rows: kept.rows, places: kept.places };
    if table.places.len() != table.rows.len() {
        return Err(wrong());
    }
    let known = inventory(&app, &app.db, false).await?;
    let lines = heavy(move || earlier::read(&table, &known, Origin::Earlier)).await?.map_err(AppError::Bad)?;
    let actor = context.actor()?.clone();
    let change = Change::begin(&app, Some(&actor)).await?;
    alone(&change).await?;
    // What was taken by somebody else since the preview is not taken twice.
    let there = database::values::<String>(change.db(), "SELECT number FROM register_entry", params![]).await?;
    let there: HashSet<String> = there.into_iter().collect();
    let mut taken = 0;
    let mut colleges: BTreeMap<i64, usize> = BTreeMap::new();
    for entry in lines.into_iter().filter_map(|line| line.entry).filter(|entry| !there.contains(&entry.number)) {
        write(&change, &entry).await?;
        *colleges.entry(entry.college_id).or_default() += 1;
        taken += 1;
    }
    for (college, many) in colleges {
        for reader in readers::of_college(&change, college).await? {
            let said = sheber_messages::count(reader.lang, "earlier-told", many);
            tell(&change, &reader, said, "", &format!("/r?college={college}")).await?;
        }
    }
    change.commit().await?;
    let mut view = EarlierPage::of(&context);
    view.done = Some(sheber_messages::count(context.lang, "earlier-taken", taken));
    html(&view)
}

/// An empty workbook with the headings that are known.
pub async fn template(context: Context) -> Result<Response, AppError> {
    let headings: Vec<String> = FIELDS.iter().map(ToString::to_string).collect();
    let bytes =
        sheber_exchange::xlsx::list(&context.t("earlier-title"), &headings, &[], std::iter::empty::<Vec<String>>())
            .map_err(|error| AppError::Internal(error.to_string()))?;
    Ok(attachment("register.xlsx", XLSX, bytes))
}
