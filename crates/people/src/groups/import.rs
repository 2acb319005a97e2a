//! Groups from a sheet, and to one.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use sheber_exchange::table::Table;
use sheber_kernel::{AcademicYear, Lang};
use sheber_messages as messages;
use sheber_platform::actor::Actor;
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::fields::Fields;
use sheber_platform::forms::{Address, Upload};
use sheber_platform::heavy::heavy;
use sheber_platform::sheet::workbook;

use super::pages::show;
use super::store::{self, Filter, Group, GroupForm};
use super::{form, students};
use crate::accounts::store::{Colleague, colleagues};

/// The columns: the field of a group's form, and the key of its heading.
const COLUMNS: [(&str, &str); 6] = [
    ("code", "group-code"),
    ("entered", "group-entered"),
    ("leaves", "group-leaves"),
    ("lang", "group-lang"),
    ("students", "group-students"),
    ("curator_id", "group-curator"),
];

fn headings(lang: Lang) -> Vec<String> {
    COLUMNS.iter().map(|(_, key)| messages::text(lang, key)).collect()
}

pub async fn export(
    State(app): State<App>,
    context: Context,
    Address(filter): Address<Filter>,
) -> Result<Response, AppError> {
    let groups: Vec<Group> = store::list(context.actor()?, context.year, &filter.q).all(&app.db).await?;
    let rows = groups.into_iter().map(|group| {
        let (entered, leaves) = (group.details.entered.to_string(), group.details.leaves.to_string());
        let (lang, students) = (group.details.lang.to_string(), group.details.students.to_string());
        vec![group.details.code, entered, leaves, lang, students, group.curator.unwrap_or_default()]
    });
    workbook("groups.xlsx", context.t("nav-groups"), headings(context.lang), &[4], rows.collect()).await
}

pub async fn template(context: Context) -> Result<Response, AppError> {
    let title = context.t("nav-groups");
    let year = context.year;
    let leaves = AcademicYear::starting(year.start() + 3).to_string();
    let row = vec!["25ПО-11".to_owned(), year.to_string(), leaves, "kk".to_owned(), "25".to_owned(), String::new()];
    let headings = headings(context.lang);
    workbook("groups-template.xlsx", title, headings, &[4], vec![row]).await
}

/// A row of the sheet, or what is wrong with it: the key of the column's heading and that of a message.
fn read(row: &[String], people: &[Colleague]) -> Result<GroupForm, (&'static str, &'static str)> {
    let cell = |column: usize| row.get(column).map_or("", |text| text.trim());
    let mut fields = Fields::filled(COLUMNS.iter().enumerate().map(|(at, (field, _))| (*field, cell(at).to_owned())));
    // A sheet says people by their names.
    let name = fields.value("curator_id").to_owned();
    if let Some(person) = people.iter().find(|person| person.name == name) {
        fields.set("curator_id", person.id.to_string());
    } else if !name.is_empty() {
        return Err(("group-curator", "group-curator-unknown"));
    }
    let group = form::of(&mut fields, people);
    group.ok_or_else(|| {
        let wrong = fields.errors().next().unwrap_or(("code", "field-wrong"));
        let heading = COLUMNS.iter().find(|(field, _)| *field == wrong.0).map_or(COLUMNS[0].1, |(_, key)| key);
        (heading, wrong.1)
    })
}

/// The groups of a sheet, or what is wrong with its rows.
fn read_all(context: &Context, table: &Table, people: &[Colleague]) -> Result<Vec<GroupForm>, String> {
    let mut groups: Vec<GroupForm> = Vec::new();
    let mut wrong = Vec::new();
    let at = |place: &usize| format!("{} {place}", context.t("import-row"));
    for (row, place) in table.rows.iter().zip(&table.places) {
        match read(row, people) {
            Ok(group) if groups.iter().any(|known| known.code == group.code) => {
                wrong.push(format!("{}, {}: {}", at(place), group.code, context.t("group-code-taken")));
            }
            Ok(group) => groups.push(group),
            Err((heading, key)) => {
                let heading = context.t(heading);
                wrong.push(format!("{}, {heading}: {}", at(place), context.t(key)));
            }
        }
    }
    wrong.truncate(50);
    match (wrong.is_empty(), groups.is_empty()) {
        (true, false) => Ok(groups),
        (true, true) => Err(context.t("import-none")),
        (false, _) => Err(wrong.join("; ")),
    }
}

/// A group as its sheet says it: one with a known code is brought up to date.
async fn put(change: &Change, actor: &Actor, new: &GroupForm) -> Result<(), AppError> {
    let Some(group) = store::by_own_code(change.db(), actor, &new.code).await? else {
        store::insert(change, actor.organisation_id, new).await?;
        return Ok(());
    };
    // Where students are listed by name, they are counted, not said.
    let listed = students::listed(change.db(), group.id).await?;
    let new = GroupForm {
        students: if listed > 0 { listed } else { new.students },
        // A sheet without curators takes nobody's group away, and one without days moves none.
        curator_id: new.curator_id.or(group.details.curator_id),
        opened_on: group.details.opened_on,
        ..new.clone()
    };
    if store::update(change, &group, &new, true).await? { Ok(()) } else { Err(AppError::conflict()) }
}

/// Takes a sheet whole or not at all.
pub async fn take(State(app): State<App>, context: Context, upload: Upload) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let people = colleagues(&app.db, actor.organisation_id).await?;
    let read = match upload.files.into_iter().next() {
        None => Err(context.t("import-none")),
        Some(file) => heavy(move || sheber_exchange::table::read(&file.bytes))
            .await?
            .map_err(|error| error.describe(context.lang))
            .and_then(|table| read_all(&context, &table, &people)),
    };
    let fields = form::empty(context.year);
    let groups = match read {
        Ok(groups) => groups,
        Err(report) => {
            let page = show(&app, context, Filter::default(), fields, Some(report)).await?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    };
    let change = Change::begin(&app, Some(&actor)).await?;
    for new in &groups {
        put(&change, &actor, new).await?;
    }
    change.commit().await?;
    let report = messages::count(context.lang, "group-imported", groups.len());
    show(&app, context, Filter::default(), fields, Some(report)).await
}
