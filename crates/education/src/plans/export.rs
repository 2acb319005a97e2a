//! A plan on paper and as a sheet.

use axum::extract::{Path, State as Shared};
use axum::response::Response;
use serde::Deserialize;
use sheber_documents::table::{self, Column, Table};
use sheber_kernel::Lang;
use sheber_messages as messages;
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::forms::{Address, open};
use sheber_platform::heavy::heavy;
use sheber_platform::sheet;

use super::pages::row;
use super::store::{self, Line, Plan};

/// The language of a document, where it is not the reader's.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Language {
    #[serde(deserialize_with = "open")]
    lang: Option<Lang>,
}

fn headings(lang: Lang) -> Vec<String> {
    ["plan-number", "plan-what", "plan-when", "event-audience", "event-responsible", "duty-item"]
        .map(|key| messages::text(lang, key))
        .to_vec()
}

fn rows(lang: Lang, plan: &Plan) -> Vec<Vec<String>> {
    let cells = |(number, line): (usize, &Line)| {
        let row = row(lang, plan.year, line);
        vec![number.to_string(), row.what, row.when, row.audience, row.responsible, row.item]
    };
    (1..).zip(plan.lines.iter()).map(cells).collect()
}

pub async fn workbook(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    Address(language): Address<Language>,
) -> Result<Response, AppError> {
    let plan = store::find(&app.db, context.actor()?, id).await?;
    let lang = language.lang.unwrap_or(context.lang);
    let title = messages::text(lang, &format!("plan-{}", plan.kind));
    sheet::workbook("plan.xlsx", title, headings(lang), &[0], rows(lang, &plan)).await
}

pub async fn pdf(
    Shared(app): Shared<App>,
    context: Context,
    Path(id): Path<i64>,
    Address(language): Address<Language>,
) -> Result<Response, AppError> {
    let plan = store::find(&app.db, context.actor()?, id).await?;
    let lang = language.lang.unwrap_or(context.lang);
    let t = |key: &str| messages::text(lang, key);
    let widths = [1, 10, 5, 4, 5, 2];
    let head = match (plan.approved_on, &plan.approver) {
        (Some(day), Some(name)) => vec![t("plan-approved-head"), name.clone(), messages::date(lang, day.0)],
        _ => vec![t("plan-draft")],
    };
    let table = Table {
        head,
        title: format!("{}, {}", t(&format!("plan-{}", plan.kind)), plan.year),
        facts: vec![
            (t("event-holder"), lang.pick(&plan.name_kk, &plan.name_ru).to_owned()),
            (t("textbook-version"), plan.number.to_string()),
        ],
        columns: headings(lang).into_iter().zip(widths).map(|(title, width)| Column::text(title, width)).collect(),
        rows: rows(lang, &plan),
        sums: Vec::new(),
        signatures: vec![t("role-deputy_director")],
        link: format!("{}/plans?kind={}&id={id}", app.config.base_url, plan.kind),
        wide: true,
    };
    let demo = app.config.demo;
    let bytes = heavy(move || table::pdf(&table, lang, demo)).await??;
    Ok(sheet::inline_pdf("plan.pdf", bytes))
}
