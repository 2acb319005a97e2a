//! Import of reference data, with a preview of what it would change.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use sheber_messages as messages;
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::fields::Fields;
use sheber_platform::forms::{Form, Upload};
use sheber_platform::page::{Page, html};
use sheber_platform::record::Record;

use super::entry::{Kind, ReferenceEntry};
use super::pages::kind;
use super::store::{self, Standing};
use super::table;

/// A line of the preview.
struct Line {
    row: usize,
    fields: Fields,
    standing: Standing,
    fault: Option<String>,
}

#[derive(Template)]
#[template(path = "reference/import.html")]
struct ImportPage {
    page: Page,
    kind: Kind,
    lines: Vec<Line>,
    new: usize,
    changed: usize,
    same: usize,
    faults: usize,
    /// What will be stored, to be sent back and read again.
    payload: String,
    error: Option<String>,
    done: Option<String>,
}

impl ImportPage {
    fn empty(context: &Context, kind: Kind) -> Self {
        let title = context.t("import-title");
        let page = Page::new(context.clone(), "reference", title)
            .crumb(context.t("nav-reference"), "/reference")
            .crumb(context.t(&format!("reference-{kind}")), format!("/reference/{kind}"));
        Self {
            page,
            kind,
            lines: Vec::new(),
            new: 0,
            changed: 0,
            same: 0,
            faults: 0,
            payload: String::new(),
            error: None,
            done: None,
        }
    }

    fn standing(&self, line: &Line) -> String {
        self.page.context.t(match line.standing {
            Standing::New => "reference-new",
            Standing::Changed => "reference-changed",
            Standing::Same => "reference-same",
        })
    }
}

pub async fn page(context: Context, Path(word): Path<String>) -> Result<Response, AppError> {
    html(&ImportPage::empty(&context, kind(&word)?))
}

/// So many lines of the preview are shown; all that are good are stored.
const LINES: usize = 500;

pub async fn preview(
    State(app): State<App>,
    context: Context,
    Path(word): Path<String>,
    upload: Upload,
) -> Result<Response, AppError> {
    let kind = kind(&word)?;
    let mut view = ImportPage::empty(&context, kind);
    let read = match upload.files.first() {
        None => Err(context.t("import-no-file")),
        Some(file) => sheber_exchange::table::read(&file.bytes)
            .map_err(|error| error.describe(context.lang))
            .and_then(|read| table::forms(kind, &read).ok_or_else(|| context.t("reference-no-code-column"))),
    };
    let forms = match read {
        Ok(forms) => forms,
        Err(error) => {
            view.error = Some(error);
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&view)?).into_response());
        }
    };
    let mut good: Vec<ReferenceEntry> = Vec::new();
    for (row, mut fields) in forms {
        let (standing, fault) = match ReferenceEntry::of(kind, &mut fields) {
            None => (Standing::New, fields.errors().next().map(|(_, key)| context.t(key))),
            Some(entry) => {
                let standing = store::standing(&app.db, kind, &entry).await?;
                if standing != Standing::Same {
                    good.push(entry);
                }
                (standing, None)
            }
        };
        match (&fault, standing) {
            (Some(_), _) => view.faults += 1,
            (None, Standing::New) => view.new += 1,
            (None, Standing::Changed) => view.changed += 1,
            (None, Standing::Same) => view.same += 1,
        }
        if view.lines.len() < LINES && (fault.is_some() || standing != Standing::Same) {
            view.lines.push(Line { row, fields, standing, fault });
        }
    }
    view.payload = serde_json::to_string(&good).map_err(|error| AppError::Internal(error.to_string()))?;
    html(&view)
}

#[derive(Deserialize)]
pub struct Preview {
    payload: String,
}

pub async fn take(
    State(app): State<App>,
    context: Context,
    Path(word): Path<String>,
    Form(form): Form<Preview>,
) -> Result<Response, AppError> {
    let kind = kind(&word)?;
    if form.payload.contains("\\u0000") {
        return Err(AppError::Bad("error-form"));
    }
    let entries: Vec<ReferenceEntry> = serde_json::from_str(&form.payload).map_err(|_| AppError::Bad("error-form"))?;
    if entries.iter().any(|entry| ReferenceEntry::of(kind, &mut entry.filled()).as_ref() != Some(entry)) {
        return Err(AppError::Bad("error-form"));
    }
    let changed = store::put(&app, Some(context.actor()?), kind, &entries).await?;
    let mut view = ImportPage::empty(&context, kind);
    view.done = Some(messages::count(context.lang, "reference-taken", changed));
    html(&view)
}
