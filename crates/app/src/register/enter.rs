//! The operator's hand in the register where no case was: pilot programmes entered as already included (2.11), the register of 2022
//! imported, and the exclusion of such an entry.

use askama::Template;
use axum::extract::{Path, Query, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde::{Deserialize, Serialize};
use sheber_exchange::table::{self, Table};
use sheber_kernel::{Lang, LocalName};
use sheber_norms::programme::{EntryBase, Form as Study, Level};

use super::earlier::{self, Anomaly, College, FIELDS, Known, Line};
use super::entries::{self, Entry, NewEntry, Origin};
use super::step;
use super::store;
use super::workflow::State;
use crate::inbox::{self, READER, Reader};
use crate::params;
use crate::platform::app::App;
use crate::platform::audit::Change;
use crate::platform::context::Context;
use crate::platform::error::AppError;
use crate::platform::forms::{Form, Lookup, Pairs, Upload};
use crate::platform::heavy::heavy;
use crate::platform::page::{Choice, Page, html};
use crate::platform::{clock, database};
use crate::programmes::exchange::{XLSX, attachment};
use crate::{programmes, reference};

async fn known(app: &App, db: &impl ConnectionTrait, draws: bool) -> Result<Known, AppError> {
    #[derive(FromQueryResult)]
    struct Row {
        id: i64,
        bin: Option<String>,
        name_kk: String,
        name_ru: String,
        region: Option<String>,
    }
    let sql = "SELECT id, bin, name_kk, name_ru, region FROM organisation WHERE kind = 'college'";
    let colleges: Vec<Row> = database::all(db, sql, params![]).await?;
    let colleges = colleges.into_iter().map(|row| College {
        id: row.id,
        bin: row.bin.unwrap_or_default(),
        name: LocalName::new(row.name_kk, row.name_ru),
        region: row.region.unwrap_or_default(),
    });
    let specialties = reference::store::of_kind(&app.db, "specialty", Lang::Kk).await?;
    let numbers = database::texts(db, "SELECT number FROM register_entry", params![]).await?;
    Ok(Known {
        colleges: colleges.collect(),
        specialties: specialties.into_iter().map(|one| (one.code, LocalName::new(one.name_kk, one.name_ru))).collect(),
        numbers: numbers.into_iter().collect(),
        today: clock::day(app.clock.millis()),
        draws,
    })
}

/// An anomaly as the page says it.
struct Said {
    text: String,
    refuses: bool,
}

fn said(context: &Context, anomalies: &[Anomaly]) -> Vec<Said> {
    let one = |anomaly: &Anomaly| {
        let text = context.t(anomaly.key);
        let day = anomaly.found.parse().ok().map(|day| sheber_messages::date(context.lang, day));
        let found = day.unwrap_or_else(|| anomaly.found.clone());
        let text = if found.is_empty() { text } else { format!("{text}: {found}") };
        Said { text, refuses: anomaly.refuses }
    };
    anomalies.iter().map(one).collect()
}

/// The colleges that a number is drawn for, told that it stands in the register.
async fn tell(
    change: &Change,
    college: i64,
    key: &str,
    name: &LocalName,
    of: &LocalName,
    path: &str,
) -> Result<(), AppError> {
    let sql = format!(
        "SELECT {READER} FROM account a WHERE a.active AND a.organisation_id = $1
         AND a.role IN ('director', 'deputy_director', 'methodist') ORDER BY a.id"
    );
    let readers: Vec<Reader> = database::all(change.db(), &sql, params![college]).await?;
    for reader in readers {
        let lang = reader.lang();
        let arguments = [("name", name.get(lang)), ("college", of.get(lang))];
        let said = sheber_messages::text_with(lang, key, &arguments);
        inbox::tell(change, &reader, said, "", path).await?;
    }
    Ok(())
}

#[derive(Template)]
#[template(path = "register/enter.html")]
struct EnterPage {
    page: Page,
    typed: Pairs,
    anomalies: Vec<Said>,
    /// The programme of Sheber that is entered, by its name.
    programme: Option<String>,
    selects: Vec<(&'static str, &'static str, Vec<Choice>)>,
}

impl EnterPage {
    fn typed(&self, name: &str) -> &str {
        self.typed.get(name)
    }

    fn is_refused(&self) -> bool {
        self.anomalies.iter().any(|one| one.refuses)
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.typed.get(name) == value
    }
}

fn choices(context: &Context, prefix: &str, words: &[&str], chosen: &str) -> Vec<Choice> {
    let mut list = vec![Choice { value: String::new(), label: "–".to_owned(), chosen: chosen.is_empty() }];
    list.extend(words.iter().map(|word| Choice {
        value: (*word).to_owned(),
        label: context.t(&format!("{prefix}-{word}")),
        chosen: *word == chosen,
    }));
    list
}

async fn show(app: &App, context: Context, typed: Pairs, anomalies: &[Anomaly]) -> Result<Response, AppError> {
    let programme = match typed.get("programme") {
        "" => None,
        id => {
            let id: i64 = id.parse().map_err(|_| AppError::NotFound)?;
            let stored = programmes::store::find(&app.db, context.actor()?, id).await?;
            let college = stored.programme.college.name.get(context.lang);
            Some(format!(
                "{} {}, {college}",
                stored.programme.specialty.code,
                stored.programme.specialty.name.get(context.lang)
            ))
        }
    };
    let words = |all: Vec<&'static str>| all;
    let levels: Vec<&str> = Level::ALL.iter().map(|one| one.word()).collect();
    let bases: Vec<&str> = EntryBase::ALL.iter().map(|one| one.word()).collect();
    let forms: Vec<&str> = Study::ALL.iter().map(|one| one.word()).collect();
    let selects = vec![
        ("level", "col-level", choices(&context, "level", &words(levels), typed.get("level"))),
        ("language", "col-language", choices(&context, "language", &["kk", "ru"], typed.get("language"))),
        ("entry_base", "col-entry-base", choices(&context, "entry", &bases, typed.get("entry_base"))),
        ("form", "col-form", choices(&context, "form", &forms, typed.get("form"))),
    ];
    let anomalies = said(&context, anomalies);
    let page =
        Page::new(context.clone(), "register", context.t("enter-title")).crumb(context.t("nav-register"), "/register");
    html(&EnterPage { page, typed, anomalies, programme, selects })
}

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    programme: String,
}

pub async fn page(
    Shared(app): Shared<App>,
    context: Context,
    Query(asked): Query<Asked>,
) -> Result<Response, AppError> {
    let typed = vec![("programme".to_owned(), asked.programme), ("origin".to_owned(), "pilot".to_owned())];
    show(&app, context, typed, &[]).await
}

/// What was typed as a row of a table, so that the form is read by the rules of the import.
fn row(form: &Pairs) -> Table {
    let headings: Vec<String> = FIELDS.iter().map(ToString::to_string).collect();
    let cells = FIELDS.iter().map(|field| form.get(field).to_owned()).collect();
    Table { headings, rows: vec![cells] }
}

/// The same with what Sheber knows of a programme in the places of what was not asked for.
fn row_of(form: &Pairs, programme: &sheber_norms::Programme) -> Table {
    let codes: Vec<String> = programme.qualifications.iter().map(|one| one.code.to_string()).collect();
    let mut filled: Pairs = form.iter().filter(|(name, _)| !FIELDS[1..12].contains(&name.as_str())).cloned().collect();
    for (name, value) in [
        ("bin", programme.college.bin.to_string()),
        ("specialty", programme.specialty.code.to_string()),
        ("qualifications", codes.join(" ")),
        ("level", programme.level.word().to_owned()),
    ] {
        filled.push((name.to_owned(), value));
    }
    row(&filled)
}

pub async fn save(Shared(app): Shared<App>, context: Context, Form(form): Form<Pairs>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let origin: Origin = form.get("origin").parse().map_err(|_| AppError::Bad("error-form"))?;
    let stored = match form.get("programme") {
        "" => None,
        id => {
            let id = id.parse().map_err(|_| AppError::Bad("error-form"))?;
            Some(programmes::store::find(&app.db, &actor, id).await?)
        }
    };
    let change = Change::begin(&app, Some(&actor)).await?;
    let known = known(&app, change.db(), true).await?;
    let table = stored.as_ref().map_or_else(|| row(&form), |stored| row_of(&form, &stored.programme));
    let line = earlier::read(&table, &known, origin).map_err(AppError::Bad)?.remove(0);
    // What is odd is taken once it was said that it is meant.
    let entry = line.entry.filter(|_| line.anomalies.is_empty() || form.get("sure") == "true");
    let Some(mut entry) = entry else {
        drop(change);
        let page = show(&app, context, form, &line.anomalies).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    if entry.number.is_empty() {
        let region = known.colleges.iter().find(|college| college.id == entry.college_id);
        let region = region.map_or("00", |college| college.region.as_str());
        let year = chrono::Datelike::year(&entry.included_on);
        entry.number = step::next_number(change.db(), region, &entry.specialty.to_string(), year).await?;
    }
    if let Some(stored) = &stored {
        store::lock(change.db(), "programme", stored.id).await?;
        let (version, hash, programme) = programmes::store::frozen(change.db(), stored.id, None).await?;
        programmes::store::keep_version(&change, stored.id, version).await?;
        let NewEntry { number, included_on, valid_to, origin, college_id, college, .. } = entry;
        let of = NewEntry::of(&programme, college_id, college);
        entry = NewEntry { number, included_on, valid_to, origin, hash, programme: Some((stored.id, version)), ..of };
    }
    entries::insert(&change, &entry).await?;
    let path = format!("/r/{}", entry.number);
    tell(&change, entry.college_id, "register-told-include", &entry.name, &entry.college, &path).await?;
    change.commit().await?;
    Ok(Redirect::to(&path).into_response())
}

/// So many rows are shown of a preview; what is odd comes first.
const SHOWN: usize = 300;

/// A row of the preview.
struct Shown {
    line: Line,
    anomalies: Vec<Said>,
}

#[derive(Template)]
#[template(path = "register/earlier.html")]
struct EarlierPage {
    page: Page,
    lines: Vec<Shown>,
    more: usize,
    taken: usize,
    noted: usize,
    refused: usize,
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
            payload: String::new(),
            error: None,
            done: None,
        }
    }

    fn number(&self, count: &usize) -> String {
        sheber_messages::number(self.page.lang(), &count.to_string())
    }
}

pub async fn import_page(context: Context) -> Result<Response, AppError> {
    html(&EarlierPage::of(&context))
}

/// A table on its way through the preview.
#[derive(Serialize, Deserialize)]
struct Kept {
    headings: Vec<String>,
    rows: Vec<Vec<String>>,
}

pub async fn import(Shared(app): Shared<App>, context: Context, upload: Upload) -> Result<Response, AppError> {
    let mut view = EarlierPage::of(&context);
    let lang = context.lang;
    let known = known(&app, &app.db, false).await?;
    let read = match upload.files.into_iter().next() {
        None => Err(context.t("import-no-file")),
        Some(file) => heavy(move || table::read(&file.bytes)).await?.map_err(|error| error.describe(lang)),
    };
    let read = read.and_then(|table| match earlier::read(&table, &known, Origin::Earlier) {
        Ok(lines) => Ok((table, lines)),
        Err(key) => Err(context.t(key)),
    });
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
    view.more = lines.len().saturating_sub(SHOWN);
    lines.truncate(SHOWN);
    view.lines = lines.into_iter().map(|line| Shown { anomalies: said(&context, &line.anomalies), line }).collect();
    let kept = Kept { headings: table.headings, rows: table.rows };
    view.payload = serde_json::to_string(&kept).map_err(|error| AppError::Internal(error.to_string()))?;
    html(&view)
}

#[derive(Deserialize)]
pub struct Take {
    payload: String,
}

/// Takes what the preview showed; every row is compared once more with what stands in the register by now.
pub async fn take(Shared(app): Shared<App>, context: Context, Form(form): Form<Take>) -> Result<Response, AppError> {
    let kept: Kept = serde_json::from_str(&form.payload).map_err(|_| AppError::Bad("error-form"))?;
    let table = Table { headings: kept.headings, rows: kept.rows };
    let change = Change::begin(&app, Some(context.actor()?)).await?;
    let known = known(&app, change.db(), false).await?;
    let lines = earlier::read(&table, &known, Origin::Earlier).map_err(AppError::Bad)?;
    let mut taken = 0;
    for entry in lines.into_iter().filter_map(|line| line.entry) {
        entries::insert(&change, &entry).await?;
        taken += 1;
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

#[derive(Template)]
#[template(path = "register/exclude.html")]
struct ExcludePage {
    page: Page,
    entry: Entry,
    why: String,
    error: Option<String>,
}

fn exclusion(context: Context, entry: Entry, why: String, error: Option<&str>) -> Result<Response, AppError> {
    let page = Page::new(context.clone(), "register", entry.number.clone())
        .crumb(context.t("nav-register"), "/register")
        .crumb(context.t("public-title"), "/r");
    html(&ExcludePage { page, entry, why, error: error.map(|key| context.t(key)) })
}

/// An entry without a case, still included.
fn is_for_exclusion(entry: &Entry) -> bool {
    entry.case_id.is_none() && entry.state() == State::Included
}

pub async fn exclude_page(
    Shared(app): Shared<App>,
    context: Context,
    Path(number): Path<String>,
) -> Result<Response, AppError> {
    let entry = entries::by_number(&app.db, &number).await?;
    if !is_for_exclusion(&entry) {
        return Err(AppError::NotFound);
    }
    exclusion(context, entry, String::new(), None)
}

#[derive(Deserialize)]
pub struct Excluded {
    #[serde(default)]
    why: String,
    #[serde(default)]
    sure: String,
}

pub async fn exclude(
    Shared(app): Shared<App>,
    context: Context,
    Path(number): Path<String>,
    Form(form): Form<Excluded>,
) -> Result<Response, AppError> {
    let change = Change::begin(&app, Some(context.actor()?)).await?;
    let entry = entries::by_number(change.db(), &number).await?;
    if !is_for_exclusion(&entry) {
        return Err(AppError::NotFound);
    }
    let why: String = form.why.trim().chars().take(10_000).collect();
    let error = match (why.is_empty(), form.sure == "true") {
        (true, _) => Some("register-guard-grounds"),
        (_, false) => Some("register-not-sure"),
        _ => None,
    };
    if error.is_some() {
        drop(change);
        let page = exclusion(context, entry, why, error)?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    entries::end_one(&change, entry.id, State::Excluded, clock::day(change.at()), &why).await?;
    let (name, college) =
        (LocalName::new(entry.name_kk, entry.name_ru), LocalName::new(entry.college_kk, entry.college_ru));
    let path = format!("/r/{number}");
    tell(&change, entry.college_id, "register-told-exclude", &name, &college, &path).await?;
    change.commit().await?;
    Ok(Redirect::to(&path).into_response())
}
