//! Purchases from a sheet.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use sheber_kernel::Lang;
use sheber_messages as messages;
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::fields::Fields;
use sheber_platform::forms::Upload;
use sheber_platform::heavy::heavy;
use sheber_platform::once::Once;
use sheber_platform::{clock, search, secret, sheet};

use super::columns::{COLUMNS, headings};
use super::pages::show;
use super::purchases::{self, Filter, Funds, Medium, PurchaseForm};

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
fn word<T: AsRef<str>>(lang: Lang, prefix: &str, words: &[T], cell: &str) -> String {
    let words = || words.iter().map(AsRef::as_ref);
    let is_word =
        |word: &&str| search::folded(&messages::text(lang, &format!("{prefix}{word}"))) == search::folded(cell);
    words().find(|word| *word == cell).or_else(|| words().find(is_word)).unwrap_or(cell).to_owned()
}

fn fields(lang: Lang, row: &[String]) -> Fields {
    let read = |(place, (field, _)): (usize, &(&'static str, &'static str))| {
        let cell = row.get(place).map_or("", |cell| cell.trim());
        let value = match *field {
            "medium" => word(lang, "textbook-medium-", Medium::ALL, cell),
            "funds" => word(lang, "textbook-funds-", Funds::ALL, cell),
            "lang" => word(lang, "language-", &Lang::ALL, cell),
            _ => cell.to_owned(),
        };
        (*field, value)
    };
    Fields::filled(COLUMNS.iter().enumerate().map(read))
}

/// What is wrong with a row: where it stands, under which heading, and what.
pub fn faults(
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
pub fn summary(context: &Context, mut wrong: Vec<String>) -> String {
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
    let (mut read, mut wrong) = (Vec::new(), Vec::new());
    for (row, place) in table.rows.iter().zip(&table.places) {
        let mut fields = fields(lang, row);
        match PurchaseForm::of(&mut fields, today) {
            Some(new) => read.push(new),
            None => wrong.extend(faults(&context, &COLUMNS, &fields, place)),
        }
    }
    if !wrong.is_empty() || read.is_empty() {
        let told = summary(&context, wrong);
        return refuse(app, context, told).await;
    }
    // The same sheet twice would double copies and money; two deliveries that are alike are said to be two.
    let sure = !sent.value("again").is_empty();
    let mut doubles = Vec::new();
    let deed = async |change: &Change| {
        if !sure {
            doubles = purchases::doubles(change.db(), &actor, &read).await?;
        }
        if !doubles.is_empty() {
            return Err(AppError::Bad(KNOWN));
        }
        let mut last = 0;
        for new in &read {
            last = purchases::insert(change, &actor, new).await?;
        }
        Ok(last)
    };
    match Once::of_form(actor.id, &path, &sent).make(&app, &actor, deed).await {
        Ok(_) => {}
        Err(AppError::Bad(KNOWN)) => {
            let told = format!("{} {}", context.t(KNOWN), summary(&context, doubles));
            return refuse(app, context, told).await;
        }
        Err(error) => return Err(error),
    }
    let told = messages::count(lang, "textbook-imported", read.len());
    show(&app, context, Filter::default(), Fields::default(), Some(told)).await
}
