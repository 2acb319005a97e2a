//! How the colleges of a region stand by the norms over colleges, side by side, the worst first.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use sheber_norms::college::{COLLEGE_NORMS, textbook_norm};
use sheber_norms::{Edition, Severity, college};

use super::{facts, page_of, tenge};
use crate::duties::oversight;
use crate::params;
use crate::platform::actor::Scope;
use crate::platform::app::App;
use crate::platform::clock;
use crate::platform::context::Context;
use crate::platform::database;
use crate::platform::error::AppError;
use crate::platform::page::{Page, Pager, html};
use crate::platform::{search, sheet};
use crate::reference::store::Entry;

/// What the list asks for.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// The ministry chooses one; a department has its own.
    region: String,
    q: String,
    /// One norm, by its item: then only colleges that it finds something of.
    item: String,
    page: usize,
}

const PAGE: usize = 50;

/// How a college stands by one norm.
struct Cell {
    item: &'static str,
    link: String,
    violations: usize,
    warnings: usize,
}

struct Row {
    id: i64,
    name: String,
    cells: Vec<Cell>,
    /// What was spent on textbooks and what is asked (15.2), where they are known.
    spent: String,
    norm: String,
}

impl Row {
    fn found(&self, item: &str) -> (usize, usize) {
        let of = |cell: &&Cell| item.is_empty() || cell.item == item;
        let cells = self.cells.iter().filter(of);
        cells.fold((0, 0), |(violations, warnings), cell| (violations + cell.violations, warnings + cell.warnings))
    }
}

#[derive(FromQueryResult)]
struct Named {
    id: i64,
    name_kk: String,
    name_ru: String,
}

/// The colleges of a region, the worst first.
async fn rows(app: &App, context: &Context, region: &str, asked: &Asked) -> Result<Vec<Row>, AppError> {
    let mut conditions = Scope::Region(region.to_owned()).colleges("id");
    conditions.and("active", params![]);
    for word in search::folded(&asked.q).split(' ').filter(|word| !word.is_empty()).take(6) {
        conditions.and("search_name LIKE ? ESCAPE '\\'", params![format!("%{}%", search::escaped(word))]);
    }
    let sql = format!("SELECT id, name_kk, name_ru FROM organisation{} ORDER BY search_name", conditions.sql());
    let colleges: Vec<Named> = database::all(&app.db, &sql, conditions.values).await?;
    let (year, today) = (context.year, clock::day(app.clock.millis()));
    let edition = Edition::of(year);
    let mut rows = Vec::new();
    for one in colleges {
        let facts = facts(&app.db, one.id, year, today).await?;
        let found = college::check(&facts, edition);
        let count = |item: &str, is_violation: bool| {
            let of = |finding: &&college::CollegeFinding| {
                finding.item == item && (finding.severity == Severity::Violation) == is_violation
            };
            found.iter().filter(of).count()
        };
        let cell = |norm: &college::CollegeNorm| Cell {
            item: norm.item,
            link: format!("{}?college={}", page_of(norm.item), one.id),
            violations: count(norm.item, true),
            warnings: count(norm.item, false),
        };
        let money = |tiyn| tenge(context.lang, tiyn);
        let norm = facts.spending.and_then(|spending| textbook_norm(edition, spending));
        rows.push(Row {
            id: one.id,
            name: context.lang.pick(&one.name_kk, &one.name_ru).to_owned(),
            cells: COLLEGE_NORMS.iter().map(cell).collect(),
            spent: facts.spending.map(|spending| money(spending.tiyn)).unwrap_or_default(),
            norm: norm.map(money).unwrap_or_default(),
        });
    }
    rows.retain(|row| asked.item.is_empty() || row.found(&asked.item) != (0, 0));
    rows.sort_by_key(|row| std::cmp::Reverse(row.found(&asked.item)));
    Ok(rows)
}

#[derive(Template)]
#[template(path = "college/overview.html")]
struct OverviewPage {
    page: Page,
    asked: Asked,
    regions: Vec<Entry>,
    chosen: String,
    items: Vec<(&'static str, String)>,
    rows: Vec<Row>,
    total: usize,
    pager: Pager,
}

impl OverviewPage {
    fn query(&self) -> String {
        serde_urlencoded::to_string(Asked { page: 0, ..self.asked.clone() }).unwrap_or_default()
    }
}

/// The region that is looked at: a department's own, the ministry's choice or the first.
async fn chosen(app: &App, context: &Context, asked: &Asked) -> Result<(Vec<Entry>, String), AppError> {
    let actor = context.actor()?;
    let regions = if actor.scope() == Scope::All { oversight::regions(app, context).await? } else { Vec::new() };
    let first = regions.first().map(|region| region.code.clone()).unwrap_or_default();
    let region = oversight::region(actor, &asked.region).unwrap_or(first);
    Ok((regions, region))
}

fn items(context: &Context) -> Vec<(&'static str, String)> {
    let edition = Edition::of(context.year);
    let title = |item| edition.item(item).map(|item| item.title.get(context.lang).to_owned()).unwrap_or_default();
    COLLEGE_NORMS.iter().map(|norm| (norm.item, title(norm.item))).collect()
}

pub async fn page(State(app): State<App>, context: Context, Query(asked): Query<Asked>) -> Result<Response, AppError> {
    let (regions, chosen) = chosen(&app, &context, &asked).await?;
    let mut rows = rows(&app, &context, &chosen, &asked).await?;
    let total = rows.len();
    let first = (asked.page.min(10_000) * PAGE).min(total);
    let rows = rows.drain(first..(first + PAGE).min(total)).collect();
    let pager = Pager::of("/oversight/norms", asked.page, PAGE, total, |page| Asked { page, ..asked.clone() });
    let page = Page::new(context.clone(), "oversight", context.t("overview-title"))
        .crumb(context.t("nav-oversight"), "/oversight")
        .wide();
    html(&OverviewPage { page, items: items(&context), asked, regions, chosen, rows, total, pager })
}

pub async fn export(
    State(app): State<App>,
    context: Context,
    Query(asked): Query<Asked>,
) -> Result<Response, AppError> {
    let (_, chosen) = chosen(&app, &context, &asked).await?;
    let rows = rows(&app, &context, &chosen, &asked).await?;
    let mut headings = vec![context.t("oversight-college")];
    headings.extend(items(&context).into_iter().map(|(item, title)| format!("{item} {title}")));
    headings.extend([context.t("textbook-spent"), context.t("textbook-norm")]);
    let row = |row: Row| {
        let mut line = vec![row.name];
        line.extend(row.cells.iter().map(|cell| match (cell.violations, cell.warnings) {
            (0, 0) => context.t("overview-sound"),
            (violations, warnings) => {
                let part = |count: usize, key: &str| (count > 0).then(|| format!("{}: {count}", context.t(key)));
                let parts = [part(violations, "overview-violations"), part(warnings, "overview-warnings")];
                parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
            }
        }));
        line.extend([row.spent, row.norm]);
        line
    };
    let rows = rows.into_iter().map(row).collect();
    sheet::workbook("colleges.xlsx", context.t("overview-title"), headings, &[], rows).await
}
