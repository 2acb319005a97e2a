//! Groups from a sheet, and to one.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use sheber_kernel::{AcademicYear, Lang};
use sheber_messages as messages;

use super::pages::{Asked, counted, shown};
use super::store::{self, New};
use crate::platform::app::App;
use crate::platform::audit::Change;
use crate::platform::context::Context;
use crate::platform::error::AppError;
use crate::platform::fields::Fields;
use crate::platform::forms::Upload;
use crate::platform::heavy::heavy;
use crate::platform::sheet::workbook;

/// The columns, by the keys of their headings.
const COLUMNS: [&str; 6] =
    ["group-code", "group-entered", "group-leaves", "group-lang", "group-students", "group-curator"];

fn headings(lang: Lang) -> Vec<String> {
    COLUMNS.iter().map(|key| messages::text(lang, key)).collect()
}

pub async fn export(
    State(app): State<App>,
    context: Context,
    Query(asked): Query<Asked>,
) -> Result<Response, AppError> {
    let groups = store::of_year(&app.db, context.actor()?, context.year, &asked.q).await?;
    let title = context.t("nav-groups");
    let rows: Vec<Vec<String>> = groups
        .into_iter()
        .map(|group| {
            let curator = group.curator.unwrap_or_default();
            vec![group.code, group.entered, group.leaves, group.lang, group.students.to_string(), curator]
        })
        .collect();
    let headings = headings(context.lang);
    workbook("groups.xlsx", title, headings, &[4], rows).await
}

pub async fn template(context: Context) -> Result<Response, AppError> {
    let title = context.t("nav-groups");
    let year = context.year;
    let leaves = AcademicYear::starting(year.start() + 3).to_string();
    let row = vec!["25ПО-11".to_owned(), year.to_string(), leaves, "kk".to_owned(), "25".to_owned(), String::new()];
    let headings = headings(context.lang);
    workbook("groups-template.xlsx", title, headings, &[4], vec![row]).await
}

/// A row of the sheet, or what is wrong with it: the column's heading and the key of a message.
fn read(row: &[String], people: &[store::Person]) -> Result<New, (usize, &'static str)> {
    let cell = |column: usize| row.get(column).map_or("", |text| text.trim());
    let year = |column: usize| cell(column).parse::<AcademicYear>().map_err(|_| (column, "field-choice"));
    let code = cell(0).to_owned();
    if code.is_empty() || code.chars().count() > 40 {
        return Err((0, "field-required"));
    }
    let (entered, leaves) = (year(1)?, year(2)?);
    if leaves < entered || leaves.start() > entered.start() + 5 {
        return Err((2, "group-years"));
    }
    let lang: Lang = cell(3).parse().map_err(|_| (3, "field-choice"))?;
    let students = cell(4).parse::<i64>().ok().filter(|n| (0..=500).contains(n)).ok_or((4, "field-number"))?;
    let curator_id = match cell(5) {
        "" => None,
        name => Some(people.iter().find(|person| person.name == name).ok_or((5, "group-curator-unknown"))?.id),
    };
    Ok(New { code, entered, leaves, lang: lang.code().to_owned(), students, curator_id, since: None })
}

/// Takes a sheet whole or not at all: groups with a known code are brought up to date.
pub async fn take(State(app): State<App>, context: Context, upload: Upload) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let Some(file) = upload.files.into_iter().next() else {
        return shown(&app, context.clone(), String::new(), Fields::default(), Some(context.t("import-none"))).await;
    };
    let table = match heavy(move || sheber_exchange::table::read(&file.bytes)).await? {
        Ok(table) => table,
        Err(error) => {
            let told = error.describe(context.lang);
            return shown(&app, context, String::new(), Fields::default(), Some(told)).await;
        }
    };
    let people = store::people(&app.db, actor.organisation_id).await?;
    let mut groups = Vec::new();
    let mut wrong = Vec::new();
    for (row, place) in table.rows.iter().zip(&table.places) {
        match read(row, &people) {
            Ok(group) if groups.iter().any(|known: &New| known.code == group.code) => {
                wrong.push(format!(
                    "{} {place}, {}: {}",
                    context.t("import-row"),
                    group.code,
                    context.t("group-code-taken")
                ));
            }
            Ok(group) => groups.push(group),
            Err((column, key)) => {
                let heading = messages::text(context.lang, COLUMNS[column]);
                wrong.push(format!("{} {place}, {heading}: {}", context.t("import-row"), context.t(key)));
            }
        }
    }
    if !wrong.is_empty() || groups.is_empty() {
        wrong.truncate(50);
        let told = if wrong.is_empty() { context.t("import-none") } else { wrong.join("; ") };
        let page = shown(&app, context, String::new(), Fields::default(), Some(told)).await?;
        return Ok((axum::http::StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let change = Change::begin(&app, Some(&actor)).await?;
    for new in &groups {
        match store::by_own_code(change.db(), &actor, &new.code).await? {
            Some(group) => {
                // Where students are listed by name, they are counted, not said.
                let listed = store::listed(change.db(), group.id).await?;
                let new = New {
                    students: if listed > 0 { listed } else { new.students },
                    // A sheet without curators takes nobody's group away, and one without days moves none.
                    curator_id: new.curator_id.or(group.curator_id),
                    since: group.since.parse().ok(),
                    ..new.clone()
                };
                if !store::update(&change, &group, &new, true).await? {
                    return Err(AppError::conflict());
                }
            }
            None => {
                store::insert(&change, actor.organisation_id, new).await?;
            }
        }
    }
    counted(&change, actor.organisation_id, context.year).await?;
    change.commit().await?;
    let told = messages::count(context.lang, "group-imported", groups.len());
    shown(&app, context, String::new(), Fields::default(), Some(told)).await
}
