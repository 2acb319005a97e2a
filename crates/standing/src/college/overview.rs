//! How the colleges of a region stand by the norms over colleges, side by side, the worst first.

use std::sync::Arc;

use std::cmp::Reverse;
use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use sheber_norms::Edition;
use sheber_people::organisations::colleges::{self, region};
use sheber_people::reference::entry::{Kind, ReferenceEntry};
use sheber_people::reference::store as reference;
use sheber_platform::actor::Scope;
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::evidence::Db;
use sheber_platform::forms::Address;
use sheber_platform::house::{Check, House};
use sheber_platform::page::{Page, Pager, address, html};
use sheber_platform::{list, sheet};

use super::standing::{Counts, findings};

/// What the list is filtered by.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// The ministry chooses one; a department has its own.
    region: String,
    q: String,
    /// One norm, by its item: then only colleges that it finds something of.
    item: String,
    #[serde(skip_serializing)]
    at: String,
}

impl Filter {
    fn is_plain(&self) -> bool {
        self.q.trim().is_empty() && self.item.is_empty()
    }
}

/// How a college stands by one norm.
struct Cell {
    item: &'static str,
    link: String,
    counts: Counts,
}

struct Row {
    id: i64,
    name: String,
    cells: Vec<Cell>,
    /// What the checks say besides, in the order of their headings.
    figures: Vec<String>,
}

impl Row {
    /// How much is found by a norm, or by all.
    fn counts(&self, item: &str) -> Counts {
        let of = self.cells.iter().filter(|cell| item.is_empty() || cell.item == item);
        of.fold(Counts::default(), |sum, cell| Counts {
            violations: sum.violations + cell.counts.violations,
            warnings: sum.warnings + cell.counts.warnings,
        })
    }
}

/// What a check says of each college: counts, and figures.
struct Column {
    check: &'static dyn Check,
    counts: HashMap<i64, Counts>,
    figures: HashMap<i64, Vec<String>>,
}

impl Column {
    async fn of(app: &App, context: &Context, check: &'static dyn Check, keys: &[i64]) -> Result<Self, AppError> {
        let found = findings(app, check, keys, context.year).await?.into_iter();
        let counts = found.map(|(college, findings)| (college, Counts::of(&findings))).collect();
        let figures = check.figured(&Db::from(&app.db), keys, context.year, context.lang).await?;
        Ok(Self { check, counts, figures })
    }

    fn cell(&self, college: i64) -> Cell {
        let link = format!("{}?college={college}", self.check.page());
        Cell { item: self.check.item(), link, counts: self.counts.get(&college).copied().unwrap_or_default() }
    }

    fn figures(&self, college: i64) -> Vec<String> {
        let empty = || vec![String::new(); self.check.figures().len()];
        self.figures.get(&college).cloned().unwrap_or_else(empty)
    }
}

/// The colleges of a region, the worst first.
async fn rows(app: &App, context: &Context, region: &str, filter: &Filter) -> Result<Vec<Row>, AppError> {
    let scope = Scope::Region(region.to_owned());
    let colleges = colleges::within(&app.db, &scope, &filter.q, context.lang).await?;
    let keys: Vec<i64> = colleges.iter().map(|college| college.id).collect();
    let mut columns = Vec::new();
    for check in House::of(app).checks() {
        columns.push(Column::of(app, context, check, &keys).await?);
    }
    let row = |college: &colleges::College| Row {
        id: college.id,
        name: college.name(context.lang).to_owned(),
        cells: columns.iter().map(|column| column.cell(college.id)).collect(),
        figures: columns.iter().flat_map(|column| column.figures(college.id)).collect(),
    };
    let mut rows: Vec<Row> = colleges.iter().map(row).collect();
    rows.retain(|row| filter.item.is_empty() || !row.counts(&filter.item).is_sound());
    rows.sort_by_key(|row| Reverse(row.counts(&filter.item)));
    Ok(rows)
}

#[derive(Template)]
#[template(path = "college/overview.html")]
struct OverviewPage {
    page: Page,
    filter: Filter,
    regions: Arc<Vec<ReferenceEntry>>,
    chosen: String,
    items: Vec<(&'static str, String)>,
    figures: Vec<&'static str>,
    rows: Vec<Row>,
    pager: Pager,
}

impl OverviewPage {
    fn query(&self) -> String {
        address(&self.filter)
    }
}

/// The region that is looked at: a department's own, the ministry's choice or the first.
async fn chosen(app: &App, context: &Context, filter: &Filter) -> Result<(Arc<Vec<ReferenceEntry>>, String), AppError> {
    let actor = context.actor()?;
    let regions = match actor.scope() {
        Scope::All => reference::entries(app, Kind::Region, context.lang).await?,
        _ => Arc::default(),
    };
    let first = regions.first().map(|region| region.code.clone()).unwrap_or_default();
    let region = region(actor, &filter.region).unwrap_or(first);
    Ok((regions, region))
}

/// The norms, by item and title.
fn items(app: &App, context: &Context) -> Vec<(&'static str, String)> {
    let edition = Edition::of(context.year);
    let title = |item| edition.item(item).map(|item| item.title.get(context.lang).to_owned()).unwrap_or_default();
    House::of(app).checks().map(|check| (check.item(), title(check.item()))).collect()
}

/// What stands beside the norms, by the keys of the headings.
fn figures(app: &App) -> Vec<&'static str> {
    House::of(app).checks().flat_map(Check::figures).copied().collect()
}

pub async fn page(
    State(app): State<App>,
    context: Context,
    Address(filter): Address<Filter>,
) -> Result<Response, AppError> {
    let (regions, chosen) = chosen(&app, &context, &filter).await?;
    let rows = rows(&app, &context, &chosen, &filter).await?;
    let list = list::of_memory(rows, |row| row.id, &filter.at)?;
    let pager = Pager::of("/oversight/norms", &filter, &list);
    let page = Page::new(context.clone(), "oversight", context.t("overview-title"));
    let page = page.crumb(context.t("nav-oversight"), "/oversight").wide();
    let (items, figures) = (items(&app, &context), figures(&app));
    html(&OverviewPage { page, items, figures, filter, regions, chosen, rows: list.rows, pager })
}

pub async fn export(
    State(app): State<App>,
    context: Context,
    Address(filter): Address<Filter>,
) -> Result<Response, AppError> {
    let (_, chosen) = chosen(&app, &context, &filter).await?;
    let rows = rows(&app, &context, &chosen, &filter).await?;
    let mut headings = vec![context.t("oversight-college")];
    headings.extend(items(&app, &context).into_iter().map(|(item, title)| format!("{item} {title}")));
    headings.extend(figures(&app).into_iter().map(|key| context.t(key)));
    let cell = |cell: &Cell| {
        if cell.counts.is_sound() {
            return context.t("overview-sound");
        }
        let part = |count: usize, key: &str| (count > 0).then(|| format!("{}: {count}", context.t(key)));
        let Counts { violations, warnings } = cell.counts;
        let parts = [part(violations, "overview-violations"), part(warnings, "overview-warnings")];
        parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
    };
    let row = |row: Row| {
        let mut line = vec![row.name];
        line.extend(row.cells.iter().map(cell));
        line.extend(row.figures);
        line
    };
    let rows = rows.into_iter().map(row).collect();
    sheet::workbook("colleges.xlsx", context.t("overview-title"), headings, &[], rows).await
}
