//! Purchases from a sheet.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use sheber_kernel::Lang;
use sheber_messages as messages;

use super::pages::{read, show};
use super::store::{self, Filter};
use crate::platform::app::App;
use crate::platform::audit::Change;
use crate::platform::clock;
use crate::platform::context::Context;
use crate::platform::error::AppError;
use crate::platform::fields::Fields;
use crate::platform::forms::Upload;
use crate::platform::heavy::heavy;
use crate::platform::once::Once;
use crate::platform::secret;
use crate::platform::{search, sheet};

/// The columns in their order: the field of the form, the key of the heading.
const COLUMNS: [(&str, &str); 10] = [
    ("title", "textbook-title"),
    ("lang", "textbook-lang"),
    ("medium", "textbook-medium"),
    ("specialty", "textbook-specialty"),
    ("publisher", "textbook-publisher"),
    ("published", "textbook-published"),
    ("copies", "textbook-copies"),
    ("price", "textbook-price"),
    ("funds", "textbook-funds"),
    ("bought_on", "textbook-bought-on"),
];

pub fn headings(lang: Lang) -> Vec<String> {
    COLUMNS.iter().map(|(_, key)| messages::text(lang, key)).collect()
}

pub async fn template(context: Context) -> Result<Response, AppError> {
    let year = context.year.start();
    let row = ["Слесарь ісі", "kk", "paper", "07161300", "Фолиант", "2022", "25", "3200", "per_capita"];
    let mut row: Vec<String> = row.map(str::to_owned).to_vec();
    row.push(format!("{year}-08-20"));
    sheet::workbook(
        "textbooks-template.xlsx",
        context.t("nav-textbooks"),
        headings(context.lang),
        &[5, 6, 7],
        vec![row],
    )
    .await
}

/// The word of a choice, where a sheet has it in the reader's language.
fn word(lang: Lang, prefix: &str, words: &[&str], cell: &str) -> String {
    let said = |word: &&&str| search::folded(&messages::text(lang, &format!("{prefix}{word}"))) == search::folded(cell);
    let same = |word: &&&str| **word == cell;
    words
        .iter()
        .find(same)
        .or_else(|| words.iter().find(said))
        .map_or_else(|| cell.to_owned(), |word| (*word).to_owned())
}

fn fields(lang: Lang, row: &[String]) -> Fields {
    let cell = |place: usize| row.get(place).map_or("", |cell| cell.trim()).to_owned();
    let read = |(place, (field, _)): (usize, &(&'static str, &'static str))| {
        let cell = cell(place);
        let value = match *field {
            "medium" => word(lang, "textbook-medium-", &["paper", "electronic"], &cell),
            "funds" => word(lang, "textbook-funds-", &["per_capita", "local_budget", "own", "sponsor"], &cell),
            "lang" => word(lang, "language-", &store::LANGS, &cell),
            _ => cell,
        };
        (*field, value)
    };
    Fields::filled(COLUMNS.iter().enumerate().map(read))
}

/// What is wrong with a row: where it stands, under which heading, and what.
pub fn said(
    context: &Context,
    columns: &[(&str, &str)],
    fields: &Fields,
    place: &impl std::fmt::Display,
) -> Vec<String> {
    let line = |(field, key): (&str, &str)| {
        let heading = columns.iter().find(|(known, _)| *known == field).map_or("textbook-title", |(_, key)| key);
        format!("{} {place}, {}: {}", context.t("import-row"), context.t(heading), context.t(key))
    };
    fields.errors().map(line).collect()
}

/// Everything that is wrong with a sheet, as far as people read; or that nothing is in it.
pub fn told(context: &Context, mut wrong: Vec<String>) -> String {
    if wrong.is_empty() {
        return context.t("import-none");
    }
    let more = wrong.len().saturating_sub(50);
    wrong.truncate(50);
    if more > 0 {
        wrong.push(format!("+ {more}"));
    }
    wrong.join("; ")
}

const KNOWN: &str = "textbook-import-known";

/// Takes a sheet whole or not at all.
pub async fn take(State(app): State<App>, context: Context, upload: Upload) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let lang = context.lang;
    let refuse = |app: App, context: Context, told: String| async move {
        let page = show(&app, context, Filter::default(), Fields::default(), Some(told)).await?;
        Ok::<_, AppError>((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
    };
    let sent = Fields::of(upload.fields);
    let Some(file) = upload.files.into_iter().next() else {
        let told = context.t("import-none");
        return refuse(app, context, told).await;
    };
    let path = format!("/textbooks/import {}", secret::sha256_of(&file.bytes));
    let table = match heavy(move || sheber_exchange::table::read(&file.bytes)).await? {
        Ok(table) => table,
        Err(error) => return refuse(app, context, error.describe(lang)).await,
    };
    let today = clock::day(app.clock.millis());
    let (mut purchases, mut wrong) = (Vec::new(), Vec::new());
    for (row, place) in table.rows.iter().zip(&table.places) {
        let mut fields = fields(lang, row);
        match read(&mut fields, today) {
            Some(new) => purchases.push(new),
            None => wrong.extend(said(&context, &COLUMNS, &fields, place)),
        }
    }
    if !wrong.is_empty() || purchases.is_empty() {
        let told = told(&context, wrong);
        return refuse(app, context, told).await;
    }
    let region = store::region(&actor)?;
    let mut years: Vec<_> = purchases.iter().map(|new| store::year_of(new.bought_on)).collect();
    years.sort_unstable();
    years.dedup();
    // The same sheet twice would double copies and money; two deliveries that are alike are said to be two.
    let sure = !sent.value("again").is_empty();
    let mut doubles = Vec::new();
    let deed = async |change: &Change| {
        if !sure {
            doubles = store::known(change.db(), &actor, &purchases).await?;
        }
        if !doubles.is_empty() {
            return Err(AppError::Bad(KNOWN));
        }
        let mut last = 0;
        for new in &purchases {
            last = store::insert(change, &actor, &region, new).await?;
        }
        store::counted(change, actor.organisation_id, &years).await?;
        Ok(last)
    };
    match Once::of_form(actor.id, &path, &sent).make(&app, &actor, deed).await {
        Ok(_) => {}
        Err(AppError::Bad(KNOWN)) => {
            let told = format!("{} {}", context.t(KNOWN), self::told(&context, doubles));
            return refuse(app, context, told).await;
        }
        Err(error) => return Err(error),
    }
    let told = messages::count(lang, "textbook-imported", purchases.len());
    show(&app, context, Filter::default(), Fields::default(), Some(told)).await
}
