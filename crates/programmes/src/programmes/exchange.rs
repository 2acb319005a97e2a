//! Programmes from files and into files; the working curriculum on paper.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use sheber_documents::curriculum::{self, Paper};
use sheber_exchange::draft::Draft;
use sheber_exchange::{Place, Unreadable, json as format, xlsx as workbook};
use sheber_kernel::{Lang, QualificationCode};
use sheber_norms::programme::College;
use sheber_norms::{Edition, Programme, Severity, check};

use super::store::{self, Creation};
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::forms::{Address, File, Lookup, Upload, open};
use sheber_platform::heavy::heavy;
use sheber_platform::page::{Page, html};
use sheber_platform::sheet::{XLSX, attachment, inline_pdf};

#[derive(Template)]
#[template(path = "programmes/import.html")]
struct ImportPage {
    page: Page,
    results: Vec<ImportLine>,
    taken: usize,
    /// The files that are there already.
    again: Vec<String>,
}

/// What became of a file.
struct ImportLine {
    file: String,
    /// The programme it became.
    id: Option<i64>,
    /// The same one that is there already.
    alike: Option<i64>,
    name: String,
    violations: usize,
    warnings: usize,
    errors: Vec<String>,
    notes: Vec<String>,
    /// Whether a copy of the workbook with what is wrong noted in its cells can be made.
    copy: bool,
}

fn show(context: Context, results: Vec<ImportLine>) -> Result<Response, AppError> {
    let taken = results.iter().filter(|result| result.id.is_some()).count();
    let page = Page::new(context.clone(), "programmes", context.t("import-title"))
        .crumb(context.t("nav-programmes"), "/programmes");
    let again = results.iter().filter(|result| result.alike.is_some()).map(|result| result.file.clone()).collect();
    html(&ImportPage { page, results, taken, again })
}

pub async fn import_page(context: Context) -> Result<Response, AppError> {
    show(context, Vec::new())
}

pub async fn import(State(app): State<App>, context: Context, upload: Upload) -> Result<Response, AppError> {
    // The copy with notes is asked for with the same file: nothing half-read is kept on the server.
    if upload.fields.get("copy") == "1"
        && let Some(file) = upload.files.first()
    {
        return noted_copy(&context, file);
    }
    let mut results = Vec::new();
    let again = !upload.fields.get("again").is_empty();
    for file in &upload.files {
        results.push(take(&app, &context, file, again).await?);
    }
    let none = results.is_empty();
    let failed = results.iter().any(|result| result.id.is_none() && result.alike.is_none());
    let page = show(context, results)?;
    let status = if failed || none { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, page).into_response())
}

async fn take(app: &App, context: &Context, file: &File, again: bool) -> Result<ImportLine, AppError> {
    let actor = context.actor()?;
    let lang = context.lang;
    let mut result = ImportLine {
        file: file.name.clone(),
        id: None,
        alike: None,
        name: String::new(),
        violations: 0,
        warnings: 0,
        errors: Vec::new(),
        notes: Vec::new(),
        copy: false,
    };
    let bytes = file.bytes.clone();
    let read = heavy(move || sheber_exchange::read_settled(&bytes)).await?;
    let (mut programme, as_meant) = match read {
        Ok(read) => read,
        Err(errors) => {
            result.errors = errors.iter().map(|error| error.describe(lang)).collect();
            result.copy = errors.iter().any(|error| matches!(error.place, Place::Cell { .. }));
            return Ok(result);
        }
    };
    result.notes = as_meant.iter().map(|one| one.describe(lang)).collect();
    result.notes.extend(settled(&mut programme, super::create::college(app, actor).await?, lang));
    let verdict = check(&programme, Edition::of(programme.intake));
    result.violations = verdict.count(Severity::Violation);
    result.warnings = verdict.count(Severity::Warning);
    result.name = programme.specialty.name.get(lang).to_owned();
    let note = sheber_messages::text_with(lang, "import-note", &[("file", &file.name)]);
    if again {
        result.id = Some(store::create(app, actor, actor.organisation_id, &programme, &note, None).await?);
        return Ok(result);
    }
    match store::create_once(app, actor, actor.organisation_id, &programme, &note, None).await? {
        Creation::New(id) => result.id = Some(id),
        Creation::Alike(id) => result.alike = Some(id),
    }
    Ok(result)
}

/// Makes a programme that was read the college's own; gives what people should know of it.
fn settled(programme: &mut Programme, own: College, lang: Lang) -> Vec<String> {
    let mut notes = Vec::new();
    if programme.college != own {
        if programme.college.bin != own.bin {
            notes.push(sheber_messages::text_with(
                lang,
                "import-other-college",
                &[("found", &programme.college.bin.to_string()), ("college", own.name.get(lang))],
            ));
        }
        programme.college = own;
    }
    let strange = |code: &&QualificationCode| !code.belongs_to(programme.specialty.code);
    for code in programme.qualifications.iter().map(|qualification| &qualification.code).filter(strange) {
        notes.push(sheber_messages::text_with(
            lang,
            "import-other-specialty",
            &[("code", &code.to_string()), ("about", &programme.specialty.code.to_string())],
        ));
    }
    notes
}

/// The workbook that was sent, with every error noted in its cell.
fn noted_copy(context: &Context, file: &File) -> Result<Response, AppError> {
    let lang = context.lang;
    let (draft, _) = workbook::read_draft(&file.bytes).map_err(|_| AppError::Bad("error-copy"))?;
    let notes = draft
        .parse()
        .errors
        .iter()
        .filter_map(|error: &Unreadable| match &error.place {
            Place::Path(path) => Some((path.clone(), sheber_messages::refusal(lang, &error.reason))),
            _ => None,
        })
        .collect();
    let lang = if lang == Lang::En { Lang::Ru } else { lang };
    let bytes = workbook::write(&draft, lang, &notes).map_err(|error| AppError::Internal(error.to_string()))?;
    Ok(attachment("programme-notes.xlsx", XLSX, bytes))
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Print {
    #[serde(deserialize_with = "open")]
    lang: Option<Lang>,
    paper: String,
}

impl Print {
    fn lang(&self, context: &Context) -> Lang {
        self.lang.unwrap_or(context.lang)
    }

    fn paper(&self) -> Paper {
        if self.paper == "a3" { Paper::A3 } else { Paper::A4 }
    }
}

pub async fn template(context: Context, Address(print): Address<Print>) -> Result<Response, AppError> {
    let bytes = workbook::template(print.lang(&context)).map_err(|error| AppError::Internal(error.to_string()))?;
    Ok(attachment("programme.xlsx", XLSX, bytes))
}

fn file_name(programme: &sheber_norms::Programme, what: &str, ending: &str) -> String {
    format!("{}-{}{what}.{ending}", programme.specialty.code, programme.intake)
}

pub async fn json(State(app): State<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    let stored = store::find(&app.db, context.actor()?, id).await?;
    let text = format::write(&stored.programme);
    Ok(attachment(&file_name(&stored.programme, "", "json"), "application/json", text.into_bytes()))
}

pub async fn xlsx(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Address(print): Address<Print>,
) -> Result<Response, AppError> {
    let stored = store::find(&app.db, context.actor()?, id).await?;
    let draft = Draft::from(&stored.programme);
    let bytes = workbook::write(&draft, print.lang(&context), &workbook::Notes::new())
        .map_err(|error| AppError::Internal(error.to_string()))?;
    Ok(attachment(&file_name(&stored.programme, "", "xlsx"), XLSX, bytes))
}

pub async fn curriculum_pdf(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Address(print): Address<Print>,
) -> Result<Response, AppError> {
    let stored = store::find(&app.db, context.actor()?, id).await?;
    printed(stored.programme, print.lang(&context), print.paper()).await
}

/// The working curriculum of a programme as PDF.
pub async fn printed(programme: Programme, lang: Lang, paper: Paper) -> Result<Response, AppError> {
    let name = file_name(&programme, "-curriculum", "pdf");
    let bytes = heavy(move || curriculum::pdf(&programme, lang, paper)).await??;
    Ok(inline_pdf(&name, bytes))
}

pub async fn curriculum_xlsx(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Address(print): Address<Print>,
) -> Result<Response, AppError> {
    let stored = store::find(&app.db, context.actor()?, id).await?;
    let bytes = curriculum::xlsx(&stored.programme, print.lang(&context), print.paper())?;
    Ok(attachment(&file_name(&stored.programme, "-curriculum", "xlsx"), XLSX, bytes))
}
