//! The pages of imports: the file comes, its preview, what became of it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State as Shared};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::{Deserialize, Serialize};
use sheber_exchange::table::columns::{Kind, plain};
use sheber_exchange::table::reading::{self, Options, Problem, Refused, Severity};
use sheber_exchange::table::{noted as noted_copy, template as template_of};
use sheber_exchange::unreadable::column_name;
use sheber_messages as messages;

use super::preview::{Line, Preview, Standing};
use super::store::{self, Import, State};
use super::work::{self, Look};
use crate::app::App;
use crate::change::Change;
use crate::context::Context;
use crate::door::Door;
use crate::error::AppError;
use crate::forms::{Address, Form, Lookup, Pairs, Upload};
use crate::heavy::heavy;
use crate::house::House;
use crate::page::{Choice, Page, Pager, html};
use crate::sheet::{XLSX, attachment};
use crate::{clock, files, list, secret};

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
        let title = house.door(&import.kind).map(|door| context.t(door.kind().title));
        let kind = title.unwrap_or_else(|| import.kind.clone());
        (import, kind)
    };
    let imports = imports.rows.into_iter().map(called).collect();
    html(&ListPage { page: Page::new(context.clone(), "imports", title).wide(), imports, pager })
}

/// A column as somebody maps it.
struct MappedColumn {
    letters: String,
    heading: String,
    choices: Vec<Choice>,
    /// What stands under it in the first rows.
    samples: Vec<String>,
}

/// A cell of the preview.
#[derive(Default)]
struct ShownCell {
    text: String,
    /// What stands there now, where it changes.
    was: Option<String>,
    is_number: bool,
}

struct ShownLine {
    row: u32,
    standing: &'static str,
    cells: Vec<ShownCell>,
}

struct Remark {
    row: String,
    column: String,
    text: String,
}

#[derive(Template)]
#[template(path = "import/one.html")]
struct OnePage {
    page: Page,
    import: Import,
    /// What its kind is called.
    kind: String,
    list: &'static str,
    /// Why the file is none of its kind.
    refused: Option<String>,
    before: Option<String>,
    remembered: bool,
    counts: Vec<(&'static str, usize)>,
    takes: usize,
    wrong: usize,
    alike: usize,
    show: String,
    notes: Vec<String>,
    errors: Vec<Remark>,
    more_errors: usize,
    headings: Vec<String>,
    lines: Vec<ShownLine>,
    pager: Pager,
    encodings: Vec<Choice>,
    sheets: Vec<Choice>,
    heading_rows: Vec<Choice>,
    columns: Vec<MappedColumn>,
    /// The rows whose records were changed since, where it cannot be taken back.
    touched: String,
    gives_back: bool,
    skipped: String,
    is_kept: bool,
}

#[derive(Template)]
#[template(path = "import/working.html")]
struct WorkingPage {
    page: Page,
    import: Import,
    hundredths: usize,
    key: &'static str,
}

/// What of a preview is shown.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    #[serde(skip_serializing_if = "String::is_empty")]
    show: String,
    #[serde(skip_serializing)]
    at: String,
}

/// Remarks beyond these stand in the copy of the workbook.
const REMARKS: usize = 200;

fn door_of(app: &App, import: &Import) -> Result<&'static dyn Door, AppError> {
    House::of(app).door(&import.kind).ok_or(AppError::NotFound)
}

fn page(context: &Context, import: &Import, door: &'static dyn Door) -> Page {
    let title = if import.file_name.is_empty() { context.t("imports-file") } else { import.file_name.clone() };
    let list = context.t(door.kind().title);
    Page::new(context.clone(), "imports", title)
        .crumb(list, door.list())
        .crumb(context.t("imports-title"), "/imports")
        .wide()
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
            ended(&app, &context, now, door).await
        }
        State::Read => match work::preview(&app, &actor, door, &import).await? {
            Look::Working(hundredths) => working(&context, import, door, hundredths),
            Look::There(outcome) => {
                let before = store::taken_before(&app.db, &import).await?;
                let before = before.map(|before| {
                    let date = clock::local(before.ended_at.unwrap_or(before.at));
                    let who = before.person.unwrap_or_default();
                    messages::text_with(context.lang, "imports-before", &[("date", &date), ("who", &who)])
                });
                let mut view = empty(&context, import, door);
                view.before = before;
                let status = match outcome.as_ref() {
                    Ok(preview) => {
                        view.shown(preview, &filter)?;
                        StatusCode::OK
                    }
                    Err(refused) => {
                        view.not_read(refused, door);
                        StatusCode::UNPROCESSABLE_ENTITY
                    }
                };
                Ok((status, html(&view)?).into_response())
            }
        },
        State::Taken | State::Stopped | State::Undone => ended(&app, &context, import, door).await,
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

fn empty(context: &Context, import: Import, door: &'static dyn Door) -> OnePage {
    let encoding = import.options.encoding.clone().unwrap_or_default();
    let encodings = ["", "utf-8", "windows-1251", "utf-16le", "utf-16be", "ibm866", "koi8-u"];
    let encodings = encodings.map(|word| Choice {
        value: word.to_owned(),
        label: if word.is_empty() { context.t("imports-guess") } else { word.to_owned() },
        chosen: word == encoding,
    });
    OnePage {
        page: page(context, &import, door),
        kind: context.t(door.kind().title),
        list: door.list(),
        refused: None,
        before: None,
        remembered: false,
        counts: Vec::new(),
        takes: 0,
        wrong: 0,
        alike: 0,
        show: String::new(),
        notes: Vec::new(),
        errors: Vec::new(),
        more_errors: 0,
        headings: Vec::new(),
        lines: Vec::new(),
        pager: Pager::default(),
        encodings: encodings.into(),
        sheets: Vec::new(),
        heading_rows: Vec::new(),
        columns: Vec::new(),
        touched: String::new(),
        gives_back: door.gives_back(),
        skipped: String::new(),
        is_kept: !import.file_hash.is_empty(),
        import,
    }
}

/// The standing by which the preview is filtered.
fn word(standing: &Standing) -> &'static str {
    match standing {
        Standing::New => "new",
        Standing::Changed(_) => "changed",
        Standing::Same => "same",
        Standing::Alike => "alike",
        Standing::Wrong => "wrong",
    }
}

impl OnePage {
    fn state(&self) -> String {
        self.page.context.t(&format!("imports-state-{}", self.import.state))
    }

    fn is_read(&self) -> bool {
        self.import.state == State::Read
    }

    fn is_text(&self) -> bool {
        self.sheets.is_empty()
    }

    fn may_undo(&self) -> bool {
        matches!(self.import.state, State::Taken | State::Stopped)
            && self.import.fresh + self.import.changed > 0
            && self.touched.is_empty()
            && self.gives_back
    }

    fn takes_key(&self) -> &'static str {
        if self.wrong > 0 { "imports-take-right" } else { "imports-take-all" }
    }

    fn when(&self) -> String {
        clock::local(self.import.at)
    }

    fn said_touched(&self) -> String {
        messages::text_with(self.page.lang(), "imports-touched", &[("what", &self.touched)])
    }

    fn shown(&mut self, preview: &Preview, filter: &Filter) -> Result<(), AppError> {
        let lang = self.page.lang();
        let reading = &preview.reading;
        self.takes = preview.new_rows() + preview.changed_rows();
        self.wrong = preview.wrong_rows();
        self.alike = preview.alike_rows();
        self.remembered = preview.remembered;
        self.counts = vec![
            ("new", preview.new_rows()),
            ("changed", preview.changed_rows()),
            ("same", preview.same_rows()),
            ("alike", self.alike),
            ("wrong", self.wrong),
        ];
        self.counts.retain(|(word, many)| *many > 0 || *word != "alike");
        self.show.clone_from(&filter.show);
        // The same remark is said once, with the rows it is about.
        let mut notes: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        let mut order: Vec<String> = Vec::new();
        let mut errors: Vec<&Problem> = Vec::new();
        for problem in &reading.problems {
            if problem.severity == Severity::Error {
                errors.push(problem);
                continue;
            }
            let said = reading.message(problem, lang);
            let rows = notes.entry(said.clone()).or_insert_with(|| {
                order.push(said);
                Vec::new()
            });
            rows.extend(problem.row);
        }
        let rows_word = self.page.context.t("import-row");
        self.notes = order
            .into_iter()
            .map(|said| {
                let rows = &notes[&said];
                let some: Vec<String> = rows.iter().take(10).map(ToString::to_string).collect();
                let more = if rows.len() > 10 { format!(" + {}", rows.len() - 10) } else { String::new() };
                if some.is_empty() { said } else { format!("{said} ({rows_word} {}{more})", some.join(", ")) }
            })
            .collect();
        let passed: Vec<String> = reading
            .columns
            .iter()
            .filter(|column| column.field.is_none())
            .map(|column| format!("{} {}", column_name(column.column), column.heading).trim().to_owned())
            .collect();
        if !passed.is_empty() {
            self.notes.push(format!("{}: {}", self.page.context.t("table-passed-over"), passed.join(", ")));
        }
        errors.sort_by_key(|problem| (problem.row, problem.column));
        self.more_errors = errors.len().saturating_sub(REMARKS);
        self.errors = errors.into_iter().take(REMARKS).map(|problem| remark(reading, problem, lang)).collect();
        self.options(preview);
        self.table(preview, filter)
    }

    fn table(&mut self, preview: &Preview, filter: &Filter) -> Result<(), AppError> {
        let lang = self.page.lang();
        let reading = &preview.reading;
        let places: Vec<usize> = reading.columns.iter().filter_map(|column| column.field).collect();
        self.headings = places.iter().map(|place| messages::text(lang, reading.kind.columns[*place].heading)).collect();
        let is_shown = |line: &&Line| match filter.show.as_str() {
            "" => matches!(line.standing, Standing::New | Standing::Changed(_) | Standing::Alike),
            show => word(&line.standing) == show,
        };
        let lines: Vec<&Line> = preview.lines.iter().filter(is_shown).collect();
        let place = |line: &&Line| i64::from(reading.rows[line.row].place);
        let shown = list::of_memory(lines, place, &filter.at)?;
        self.pager = Pager::of(&format!("/imports/{}", self.import.id), filter, &shown);
        self.lines = shown
            .rows
            .into_iter()
            .map(|line| {
                let row = &reading.rows[line.row];
                let was = match &line.standing {
                    Standing::Changed(changes) => changes.iter().cloned().collect(),
                    _ => HashMap::new(),
                };
                let cell = |place: &usize| {
                    let form = &reading.kind.columns[*place].form;
                    let said = |text: &str| {
                        let shown = form.shown(lang, text);
                        // Years have no spaces in them.
                        if form.is_number() && shown.len() > 4 { messages::number(lang, &shown) } else { shown }
                    };
                    ShownCell {
                        text: said(&row.values[*place].text()),
                        was: was.get(place).map(|was| said(was)),
                        is_number: form.is_number(),
                    }
                };
                ShownLine { row: row.place, standing: word(&line.standing), cells: places.iter().map(cell).collect() }
            })
            .collect();
        Ok(())
    }

    /// How the file may be read otherwise.
    fn options(&mut self, preview: &Preview) {
        let reading = &preview.reading;
        self.sheets_of(&reading.sheets, reading.sheet.as_deref().unwrap_or_default());
        let samples = |column: u32| {
            let place = reading.columns.iter().find(|one| one.column == column).and_then(|one| one.field);
            let rows = reading.rows.iter().take(3);
            rows.filter_map(|row| Some(row.values[place?].text().into_owned()))
                .filter(|text| !text.is_empty())
                .collect()
        };
        self.heading_rows = self.heading_choices(&[reading.heading], Some(reading.heading));
        self.columns = reading
            .columns
            .iter()
            .map(|column| MappedColumn {
                letters: column_name(column.column),
                heading: column.heading.clone(),
                choices: self.field_choices(reading.kind, column.field),
                samples: samples(column.column),
            })
            .collect();
    }

    fn sheets_of(&mut self, sheets: &[String], chosen: &str) {
        if chosen.is_empty() {
            return;
        }
        let choice = |name: &String| Choice { value: name.clone(), label: name.clone(), chosen: name == chosen };
        self.sheets = sheets.iter().map(choice).collect();
    }

    fn heading_choices(&self, rows: &[u32], chosen: Option<u32>) -> Vec<Choice> {
        let label = |row: u32| if row == 0 { self.page.context.t("imports-no-heading") } else { row.to_string() };
        let mut all: Vec<u32> = rows.to_vec();
        if !all.contains(&0) {
            all.push(0);
        }
        all.into_iter()
            .map(|row| Choice { value: row.to_string(), label: label(row), chosen: chosen == Some(row) })
            .collect()
    }

    fn field_choices(&self, kind: &Kind, chosen: Option<usize>) -> Vec<Choice> {
        let mut choices = vec![Choice {
            value: String::new(),
            label: self.page.context.t("imports-passed"),
            chosen: chosen.is_none(),
        }];
        choices.extend(kind.columns.iter().enumerate().map(|(place, column)| Choice {
            value: column.field.to_owned(),
            label: self.page.context.t(column.heading),
            chosen: chosen == Some(place),
        }));
        choices
    }

    /// A file without headings: its first rows, for somebody to say what they hold.
    fn not_read(&mut self, refused: &Refused, door: &'static dyn Door) {
        self.refused = Some(refused.describe(self.page.lang(), door.kind()));
        let Refused::NoHeadings { sheets, sheet, head, .. } = refused else { return };
        self.sheets_of(sheets, sheet);
        let rows: Vec<u32> = head.iter().take(10).map(|(row, _)| *row).collect();
        self.heading_rows = self.heading_choices(&rows, Some(0));
        let width = head.iter().map(|(_, texts)| texts.len()).max().unwrap_or_default();
        self.columns = (0..width)
            .map(|column| MappedColumn {
                letters: column_name(u32::try_from(column).unwrap_or_default()),
                heading: String::new(),
                choices: self.field_choices(door.kind(), None),
                samples: head
                    .iter()
                    .take(4)
                    .filter_map(|(_, texts)| texts.get(column).cloned())
                    .filter(|text| !text.is_empty())
                    .collect(),
            })
            .collect();
    }
}

fn remark(reading: &reading::Reading, problem: &Problem, lang: sheber_kernel::Lang) -> Remark {
    let heading = problem.field.and_then(|field| reading.kind.place(field));
    let heading = heading.map(|place| messages::text(lang, reading.kind.columns[place].heading)).unwrap_or_default();
    let letters = problem.column.map(column_name).unwrap_or_default();
    Remark {
        row: problem.row.map(|row| row.to_string()).unwrap_or_default(),
        column: format!("{letters} {heading}").trim().to_owned(),
        text: reading.message(problem, lang),
    }
}

/// What a form says of how a file is to be read.
struct SaidOptions {
    options: Options,
    heading: Option<u32>,
    /// Somebody mapped columns, otherwise than they were read by themselves.
    is_mapped: bool,
}

impl SaidOptions {
    fn of(pairs: &Pairs, kind: &Kind, outcome: &Result<Preview, Refused>) -> Result<Self, AppError> {
        let said = |name: &str| Some(pairs.get(name).to_owned()).filter(|text| !text.is_empty());
        let heading: Option<u32> = match said("heading") {
            None => None,
            Some(row) => Some(row.parse().map_err(|_| AppError::Bad("error-form"))?),
        };
        let mut options = Options { encoding: said("encoding"), sheet: said("sheet"), ..Options::default() };
        let automatic = |letters: &str| {
            let reading = outcome.as_ref().ok().map(|preview| &preview.reading);
            let column = reading?.columns.iter().find(|column| column_name(column.column) == letters);
            column.and_then(|column| column.field).map(|place| kind.columns[place].field)
        };
        let read = outcome.as_ref().ok().map(|preview| preview.reading.heading);
        let mut differs = heading.is_some() && heading != read;
        for (name, field) in pairs {
            let Some(letters) = name.strip_prefix("column-") else { continue };
            if reading::column_place(letters).is_none() || !field.is_empty() && kind.place(field).is_none() {
                return Err(AppError::Bad("error-form"));
            }
            differs |= field.as_str() != automatic(letters).unwrap_or_default();
            let heading = heading_of(outcome, heading, letters);
            options.map.push((heading.unwrap_or_else(|| letters.to_owned()), field.clone()));
        }
        let is_mapped = differs && options.map.iter().any(|(_, field)| !field.is_empty());
        if is_mapped {
            options.heading = heading.filter(|row| *row == 0 || outcome.is_err());
        } else {
            options.map.clear();
        }
        Ok(Self { options, heading, is_mapped })
    }
}

/// What a column is called in the row that holds the headings: files of the same shape are known by it.
fn heading_of(outcome: &Result<Preview, Refused>, heading: Option<u32>, letters: &str) -> Option<String> {
    let column = reading::column_place(letters)?;
    let text = match (outcome, heading) {
        (_, Some(0)) => return None,
        (Err(Refused::NoHeadings { head, .. }), Some(row)) => {
            head.iter().find(|(place, _)| *place == row)?.1.get(column)?.clone()
        }
        (Ok(preview), _) => preview.reading.columns.get(column)?.heading.clone(),
        _ => return None,
    };
    (!plain(&text).is_empty()).then_some(text)
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
        let kept = Options { heading: heading.filter(|row| *row == 0), ..options };
        store::shape(&change, &import, &shape, &kept).await?;
    }
    change.commit().await?;
    work::forget(&app, id);
    Ok(back)
}

/// By which the next file like this one is known: its headings, or how many columns it has where it has none.
fn shape_of(outcome: &Result<Preview, Refused>, heading: Option<u32>, columns: usize) -> String {
    let of = |texts: &[String]| {
        let plain: Vec<String> = texts.iter().map(|text| plain(text)).filter(|text| !text.is_empty()).collect();
        secret::sha256(&plain.join("\u{1f}"))
    };
    match (outcome, heading) {
        (_, Some(0)) => format!("columns-{columns}"),
        (Ok(preview), _) => preview.shape.clone(),
        (Err(Refused::NoHeadings { head, .. }), Some(row)) => {
            head.iter().find(|(place, _)| *place == row).map(|(_, texts)| of(texts)).unwrap_or_default()
        }
        _ => format!("columns-{columns}"),
    }
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
    let sql = "UPDATE table_import SET doubles = $2 WHERE id = $1 AND state = 'read'";
    let doubles = !pairs.get("doubles").is_empty();
    crate::database::run(change.db(), sql, crate::params![id, doubles]).await?;
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
    let read = work::previewed(&app, &actor, door, &import, &Arc::default()).await?;
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
