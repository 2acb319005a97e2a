//! A report on paper and as a sheet.

use axum::extract::{Path, State};
use axum::response::Response;
use sheber_documents::table::{self, Column, Table};
use sheber_kernel::Lang;
use sheber_messages as messages;
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::heavy::heavy;
use sheber_platform::sheet;

use super::needs::RegionNeed;
use super::purchases::price;
use super::report::Report;
use super::sent::{self, Content, Line, SentReport};

/// A report as a table: what a column is called, how wide it is and whether it holds numbers; the lines; their sums.
struct Layout {
    columns: &'static [(&'static str, u32, bool)],
    /// The columns that hold numbers in a sheet.
    numbers: &'static [usize],
    rows: Vec<Vec<String>>,
    sums: Vec<String>,
}

/// The lines with their numbers before them.
fn numbered(rows: impl Iterator<Item = Vec<String>>) -> Vec<Vec<String>> {
    (1..)
        .zip(rows)
        .map(|(number, cells): (usize, _)| std::iter::once(number.to_string()).chain(cells).collect())
        .collect()
}

impl Layout {
    fn of(lang: Lang, report: Report, content: &Content, money: impl Fn(i64) -> String) -> Self {
        if report == Report::NeededTitles {
            Self::of_needs(lang, &content.needs)
        } else {
            Self::of_lines(lang, report, content, money)
        }
    }

    fn of_needs(lang: Lang, needs: &[RegionNeed]) -> Self {
        let sum = |of: fn(&RegionNeed) -> i64| needs.iter().map(of).sum::<i64>().to_string();
        let row = |line: &RegionNeed| {
            let figures = [line.colleges, line.copies, line.bought].map(|figure| figure.to_string());
            [line.title.clone(), line.specialty.clone()].into_iter().chain(figures).collect()
        };
        let empty = String::new;
        Self {
            columns: &[
                ("textbook-number", 1, false),
                ("textbook-title", 8, false),
                ("textbook-specialty", 4, false),
                ("textbook-colleges", 2, true),
                ("needed-copies", 2, true),
                ("needed-bought", 2, true),
            ],
            numbers: &[0, 3, 4, 5],
            rows: numbered(needs.iter().map(row)),
            sums: vec![
                empty(),
                messages::text(lang, "report-all"),
                empty(),
                empty(),
                sum(|line| line.copies),
                sum(|line| line.bought),
            ],
        }
    }

    fn of_lines(lang: Lang, report: Report, content: &Content, money: impl Fn(i64) -> String) -> Self {
        let named = content.named(report);
        let sum = |of: fn(&Line) -> i64| named.iter().map(|line| of(line)).sum::<i64>();
        let row = |line: &&Line| {
            vec![
                line.college(lang).to_owned(),
                line.titles.to_string(),
                line.copies.to_string(),
                money(line.tiyn),
                line.needed.to_string(),
            ]
        };
        Self {
            columns: &[
                ("textbook-number", 1, false),
                ("oversight-college", 9, false),
                ("textbook-titles", 3, true),
                ("textbook-copies", 3, true),
                ("textbook-sum", 4, true),
                ("textbook-needed", 3, true),
            ],
            numbers: &[0, 2, 3, 4, 5],
            rows: numbered(named.iter().map(row)),
            // A title that several colleges bought stands in each of their lines: the region's number is a fact above the table.
            sums: vec![
                String::new(),
                messages::text(lang, "report-all"),
                sum(|line| line.titles).to_string(),
                sum(|line| line.copies).to_string(),
                money(sum(|line| line.tiyn)),
                sum(|line| line.needed).to_string(),
            ],
        }
    }
}

/// What a report says of itself: whose it is, of when, its version.
fn facts(lang: Lang, sent: &SentReport, content: &Content) -> Vec<(String, String)> {
    let t = |key: &str| messages::text(lang, key);
    let mut facts = vec![
        (t("event-holder"), sent.department(lang).to_owned()),
        (t("year-label"), sent.year.to_string()),
        (t("textbook-as-of"), messages::date(lang, content.as_of)),
        (t("textbook-version"), sent.number.to_string()),
    ];
    if sent.report != Report::NeededTitles {
        facts.insert(3, (t("textbook-region-titles"), content.of_target()));
    }
    facts
}

pub async fn workbook(State(app): State<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    let (sent, content) = sent::whole(&app.db, context.actor()?, id).await?;
    let lang = context.lang;
    let Layout { columns, numbers, mut rows, sums } = Layout::of(lang, sent.report, &content, price);
    rows.push(sums);
    rows.push(Vec::new());
    rows.extend(facts(lang, &sent, &content).into_iter().map(|(name, value)| vec![String::new(), name, value]));
    let headings = columns.iter().map(|(key, ..)| context.t(key)).collect();
    sheet::workbook("textbook-report.xlsx", sent.report.title(lang), headings, numbers, rows).await
}

pub async fn pdf(State(app): State<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    let (sent, content) = sent::whole(&app.db, context.actor()?, id).await?;
    let lang = context.lang;
    let t = |key: &str| messages::text(lang, key);
    let money = |tiyn| messages::tenge(lang, tiyn);
    let Layout { columns, rows, sums, .. } = Layout::of(lang, sent.report, &content, money);
    let column = |(key, width, number): &(&'static str, u32, bool)| {
        if *number { Column::number(t(key), *width) } else { Column::text(t(key), *width) }
    };
    let table = Table {
        head: if sent.report.is_annex() { vec![t("textbook-annex")] } else { Vec::new() },
        title: sent.report.title(lang),
        facts: facts(lang, &sent, &content),
        columns: columns.iter().map(column).collect(),
        rows,
        sums,
        signatures: vec![t("textbook-signature")],
        link: format!("{}/textbooks/reports/{id}", app.config.base_url),
        wide: false,
    };
    let demo = app.config.demo;
    let bytes = heavy(move || table::pdf(&table, lang, demo)).await??;
    Ok(sheet::inline_pdf("textbook-report.pdf", bytes))
}
