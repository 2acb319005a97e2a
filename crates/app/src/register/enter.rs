//! The operator's hand in the register where no case was: pilot programmes entered as already included (2.11), the register of 2022
//! imported, and the exclusion of such an entry.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use askama::Template;
use axum::extract::{Path, Query, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use sheber_exchange::table::{self, Table};
use sheber_kernel::{AcademicYear, Lang, LocalName};
use sheber_norms::programme::{EntryBase, Form as Study, Level};

use super::earlier::{self, Anomaly, College, FIELDS, Known, Line};
use super::entries::{self, Entry, NewEntry, Origin};
use super::step;
use super::store;
use super::workflow::State;
use crate::duties::evidence;
use crate::inbox::{self, READER, Reader};
use crate::params;
use crate::platform::actor::Actor;
use crate::platform::app::App;
use crate::platform::audit::Change;
use crate::platform::context::Context;
use crate::platform::error::AppError;
use crate::platform::forms::{Form, Lookup, Pairs, Upload};
use crate::platform::heavy::heavy;
use crate::platform::page::{Choice, Page, html};
use crate::platform::sheet::{XLSX, attachment};
use crate::platform::{clock, database};
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
    let about = "SELECT college_id, specialty, level, language, intake FROM register_entry WHERE state = 'included'";
    let about: Vec<About> = database::all(db, about, params![]).await?;
    let alike = about
        .iter()
        .map(|one| earlier::likeness(one.college_id, &one.specialty, &one.level, &one.language, &one.intake));
    Ok(Known {
        specialties: specialties.into_iter().map(|one| (one.code, LocalName::new(one.name_kk, one.name_ru))).collect(),
        numbers: numbers.into_iter().collect(),
        alike: alike.collect(),
        today: clock::day(app.clock.millis()),
        draws,
        ..Known::of(colleges.collect())
    })
}

/// What an entry is about.
#[derive(FromQueryResult)]
struct About {
    college_id: i64,
    specialty: String,
    level: String,
    language: String,
    intake: String,
}

/// Entries that nobody applied for are written one after another: each is compared with all that are there.
async fn alone(change: &Change) -> Result<(), DbErr> {
    if !database::is_sqlite(change.db()) {
        change.db().execute_unprepared("SELECT pg_advisory_xact_lock(7323743)").await?;
    }
    Ok(())
}

/// Writes an entry; numbers that are drawn later go on after one of the register's own form.
async fn write(change: &Change, entry: &NewEntry) -> Result<(), DbErr> {
    if let Some((year, serial)) = earlier::own_form(&entry.number) {
        database::run(
            change.db(),
            "INSERT INTO register_serial (year, last) VALUES ($1, $2) ON CONFLICT (year) DO UPDATE
             SET last = CASE WHEN register_serial.last < excluded.last THEN excluded.last ELSE register_serial.last END",
            params![i64::from(year), serial],
        )
        .await?;
    }
    entries::insert(change, entry).await.map(|_| ())
}

/// After entries of these years were written: the operator's duty that rests on them (5.2).
async fn counted(change: &Change, actor: &Actor, years: BTreeSet<AcademicYear>) -> Result<(), DbErr> {
    for year in years {
        evidence::settle(change, actor.organisation_id, year, None, &["register_by_new_edition"]).await?;
    }
    Ok(())
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

/// Who of a college hears of its programmes.
async fn readers(change: &Change, college: i64) -> Result<Vec<Reader>, DbErr> {
    let of_college = step::OF_COLLEGE;
    let sql = format!("SELECT {READER} FROM account a WHERE a.active AND {of_college} ORDER BY a.id");
    database::all(change.db(), &sql, params![college]).await
}

/// Tells a college of one of its programmes.
pub(super) async fn tell(
    change: &Change,
    college: i64,
    key: &str,
    name: &LocalName,
    of: &LocalName,
    path: &str,
) -> Result<(), AppError> {
    for reader in readers(change, college).await? {
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
    /// What of it was seen: a confirmation is of this alone.
    seen: String,
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
    let levels: Vec<&str> = Level::ALL.iter().map(|one| one.word()).collect();
    let bases: Vec<&str> = EntryBase::ALL.iter().map(|one| one.word()).collect();
    let forms: Vec<&str> = Study::ALL.iter().map(|one| one.word()).collect();
    let selects = vec![
        ("level", "col-level", choices(&context, "level", &levels, typed.get("level"))),
        ("language", "col-language", choices(&context, "language", &["kk", "ru"], typed.get("language"))),
        ("entry_base", "col-entry-base", choices(&context, "entry", &bases, typed.get("entry_base"))),
        ("form", "col-form", choices(&context, "form", &forms, typed.get("form"))),
    ];
    let seen = seen(anomalies);
    let anomalies = said(&context, anomalies);
    let page =
        Page::new(context.clone(), "register", context.t("enter-title")).crumb(context.t("nav-register"), "/register");
    html(&EnterPage { page, typed, anomalies, seen, programme, selects })
}

/// The oddities as one word, to be confirmed.
fn seen(anomalies: &[Anomaly]) -> String {
    anomalies.iter().map(|one| format!("{} {}", one.key, one.found)).collect::<Vec<_>>().join("; ")
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
    Table { headings, rows: vec![cells], places: vec![1] }
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
        ("language", programme.language.to_string()),
        ("intake", programme.intake.to_string()),
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
    alone(&change).await?;
    let known = known(&app, change.db(), true).await?;
    if let Some(stored) = &stored {
        store::lock(change.db(), "programme", stored.id).await?;
        let there = "SELECT (SELECT COUNT(*) FROM register_entry WHERE programme_id = $1 AND state = 'included')
            + (SELECT COUNT(*) FROM register_case WHERE programme_id = $1
               AND state NOT IN ('draft', 'refused', 'excluded', 'expired', 'withdrawn'))";
        if stored.archived || database::number(change.db(), there, params![stored.id]).await? > 0 {
            drop(change);
            let there = Anomaly { key: "enter-there", found: String::new(), refuses: true };
            let page = show(&app, context, form, &[there]).await?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    }
    let table = stored.as_ref().map_or_else(|| row(&form), |stored| row_of(&form, &stored.programme));
    let line = earlier::read(&table, &known, origin).map_err(AppError::Bad)?.remove(0);
    // What is odd is taken once it was said that it is meant.
    let entry = line.entry.filter(|_| line.anomalies.is_empty() || form.get("sure") == seen(&line.anomalies));
    let Some(mut entry) = entry else {
        drop(change);
        let page = show(&app, context, form, &line.anomalies).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    if entry.number.is_empty() {
        let region = known.region(entry.college_id).unwrap_or("00");
        let year = chrono::Datelike::year(&entry.included_on);
        entry.number = step::next_number(change.db(), region, &entry.specialty.to_string(), year).await?;
    }
    if let Some(stored) = &stored {
        let (version, hash, programme) = programmes::store::frozen(change.db(), stored.id, None).await?;
        programmes::store::keep_version(&change, stored.id, version).await?;
        let NewEntry { number, included_on, valid_to, origin, college_id, college, .. } = entry;
        let of = NewEntry::of(&programme, college_id, college);
        entry = NewEntry { number, included_on, valid_to, origin, hash, programme: Some((stored.id, version)), ..of };
    }
    write(&change, &entry).await?;
    let operator = context.actor()?;
    counted(&change, operator, BTreeSet::from([AcademicYear::of(entry.included_on)])).await?;
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

pub async fn import_page(context: Context) -> Result<Response, AppError> {
    html(&EarlierPage::of(&context))
}

/// A table on its way through the preview.
#[derive(Serialize, Deserialize)]
struct Kept {
    headings: Vec<String>,
    rows: Vec<Vec<String>>,
    places: Vec<usize>,
}

pub async fn import(Shared(app): Shared<App>, context: Context, upload: Upload) -> Result<Response, AppError> {
    let mut view = EarlierPage::of(&context);
    let lang = context.lang;
    let known = known(&app, &app.db, false).await?;
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
    view.more = lines.len().saturating_sub(SHOWN);
    lines.truncate(SHOWN);
    view.lines = lines.into_iter().map(|line| Shown { anomalies: said(&context, &line.anomalies), line }).collect();
    view.unread = earlier::unread(&table).join(", ");
    let kept = Kept { places: table.places, headings: table.headings, rows: table.rows };
    view.payload = serde_json::to_string(&kept).map_err(|error| AppError::Internal(error.to_string()))?;
    html(&view)
}

#[derive(Deserialize)]
pub struct Take {
    payload: String,
}

/// Takes what the preview showed; every row is compared once more with what stands in the register by now.
pub async fn take(Shared(app): Shared<App>, context: Context, Form(form): Form<Take>) -> Result<Response, AppError> {
    let wrong = || AppError::Bad("error-form");
    if form.payload.contains("\\u0000") {
        return Err(wrong());
    }
    let kept: Kept = serde_json::from_str(&form.payload).map_err(|_| wrong())?;
    let table = Table { headings: kept.headings, rows: kept.rows, places: kept.places };
    if table.places.len() != table.rows.len() {
        return Err(wrong());
    }
    let known = known(&app, &app.db, false).await?;
    let lines = heavy(move || earlier::read(&table, &known, Origin::Earlier)).await?.map_err(AppError::Bad)?;
    let actor = context.actor()?.clone();
    let change = Change::begin(&app, Some(&actor)).await?;
    alone(&change).await?;
    // What was taken by somebody else since the preview is not taken twice.
    let there = database::texts(change.db(), "SELECT number FROM register_entry", params![]).await?;
    let there: HashSet<String> = there.into_iter().collect();
    let mut taken = 0;
    let mut colleges: BTreeMap<i64, usize> = BTreeMap::new();
    let mut years = BTreeSet::new();
    for entry in lines.into_iter().filter_map(|line| line.entry).filter(|entry| !there.contains(&entry.number)) {
        write(&change, &entry).await?;
        years.insert(AcademicYear::of(entry.included_on));
        *colleges.entry(entry.college_id).or_default() += 1;
        taken += 1;
    }
    counted(&change, &actor, years).await?;
    for (college, many) in colleges {
        for reader in readers(&change, college).await? {
            let said = sheber_messages::count(reader.lang(), "earlier-told", many);
            inbox::tell(&change, &reader, said, "", &format!("/r?college={college}")).await?;
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
fn is_for_exclusion(app: &App, entry: &Entry) -> bool {
    entry.case_id.is_none() && entry.state_on(clock::day(app.clock.millis())) == State::Included
}

pub async fn exclude_page(
    Shared(app): Shared<App>,
    context: Context,
    Path(number): Path<String>,
) -> Result<Response, AppError> {
    let entry = entries::by_number(&app.db, &number).await?;
    if !is_for_exclusion(&app, &entry) {
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
    if !is_for_exclusion(&app, &entry) {
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
    if !entries::end_one(&change, entry.id, State::Excluded, clock::day(change.at()), &why).await? {
        return Err(AppError::NotFound);
    }
    let (name, college) =
        (LocalName::new(entry.name_kk, entry.name_ru), LocalName::new(entry.college_kk, entry.college_ru));
    let path = format!("/r/{number}");
    tell(&change, entry.college_id, "register-told-exclude", &name, &college, &path).await?;
    change.commit().await?;
    Ok(Redirect::to(&path).into_response())
}
