//! A department's or the ministry's view of its colleges: a map of duties by college, the worst first.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use sheber_kernel::{AcademicYear, Day, Lang, OrganisationKind};
use sheber_norms::Edition;
use sheber_norms::duties::Duty;
use sheber_people::organisations::colleges::{College, region};
use sheber_people::reference::entry::{Kind, ReferenceEntry};
use sheber_people::reference::store as reference;
use sheber_platform::actor::{Actor, Scope};
use sheber_platform::app::App;
use sheber_platform::cache::Cache;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::forms::{Address, open};
use sheber_platform::house::House;
use sheber_platform::page::{Page, Pager, address, drawn, html};
use sheber_platform::{clock, list};

use super::cells::{self, Cell};
use super::colleges::{Late, Whose, worst_first};

/// What the map shows.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// The ministry chooses one; a department has its own.
    pub region: String,
    pub section: String,
    /// `department`, where the ministry looks at the departments instead of the colleges.
    #[serde(deserialize_with = "open", skip_serializing_if = "Option::is_none")]
    pub holder: Option<OrganisationKind>,
    /// How many were told, after a reminder.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub told: String,
    #[serde(skip_serializing)]
    pub at: String,
}

/// Whether the ministry looks at the departments.
pub fn is_above(actor: &Actor, holder: Option<OrganisationKind>) -> bool {
    actor.scope() == Scope::All && holder == Some(OrganisationKind::Department)
}

/// The regions of the country, for those who see all.
pub async fn regions(app: &App, actor: &Actor, lang: Lang) -> Result<Arc<Vec<ReferenceEntry>>, AppError> {
    if actor.scope() != Scope::All {
        return Ok(Arc::default());
    }
    reference::entries(app, Kind::Region, lang).await
}

/// A row of the map.
struct Row {
    college: College,
    late: i64,
    cells: Vec<Cell>,
}

/// The rows of a page of the map, drawn once for everybody who looks at it.
#[derive(Template)]
#[template(path = "duties/rows.html")]
struct Rows<'r> {
    lang: Lang,
    rows: &'r [Row],
}

/// A page of the map, and how many tasks are late on all of it.
struct Colleges {
    list: list::Page<()>,
    drawn: String,
    late: i64,
}

#[derive(Template)]
#[template(path = "duties/oversight.html")]
struct MapPage {
    page: Page,
    filter: Filter,
    regions: Arc<Vec<ReferenceEntry>>,
    chosen: String,
    duties: Vec<&'static Duty>,
    sections: Vec<(&'static str, &'static str)>,
    colleges: Arc<Colleges>,
    pager: Pager,
    above: bool,
    /// Pages of other rooms over the same colleges: what they are called, and where.
    beside: Vec<(&'static str, &'static str)>,
}

impl MapPage {
    fn reminder(&self, duty: &Duty) -> String {
        format!("{}: {}", self.page.t("oversight-remind"), duty.title.get(self.page.lang()))
    }

    fn query(&self) -> String {
        address(&Filter { told: String::new(), ..self.filter.clone() })
    }
}

/// The sections that duties of a kind of organisation stand in, by number and title.
fn sections(edition: &'static Edition, duties: &[&'static Duty], lang: Lang) -> Vec<(&'static str, &'static str)> {
    let mut sections: Vec<(&str, &str)> = Vec::new();
    for duty in duties {
        let number = section(duty);
        if sections.last().is_none_or(|(known, _)| *known != number) {
            let found = edition.sections().iter().find(|section| section.number == number);
            sections.push((number, found.map(|section| section.title.get(lang)).unwrap_or_default()));
        }
    }
    sections
}

fn section(duty: &'static Duty) -> &'static str {
    duty.item.split('.').next().unwrap_or_default()
}

/// So many maps are kept: one is half a megabyte.
const MAPS: usize = 50;

pub async fn page(
    State(app): State<App>,
    context: Context,
    Address(filter): Address<Filter>,
) -> Result<Response, AppError> {
    let actor = context.actor()?;
    let lang = context.lang;
    let regions = regions(&app, actor, lang).await?;
    let first = regions.first().map(|region| region.code.clone()).unwrap_or_default();
    let chosen = region(actor, &filter.region).unwrap_or(first);
    let above = is_above(actor, filter.holder);
    let whose = if above { Whose::Departments } else { Whose::Colleges(&chosen) };
    let edition = Edition::of(context.year);
    let mut duties: Vec<&Duty> = edition.duties().iter().filter(|duty| duty.holder == whose.kind()).collect();
    let sections = sections(edition, &duties, lang);
    duties.retain(|duty| filter.section.is_empty() || section(duty) == filter.section);
    let question = format!("{whose:?} {} {lang} {} {}", context.year, filter.section, filter.at);
    let read = || colleges(&app, whose, &duties, (context.year, lang), &filter.at);
    let colleges = Cache::at_most(MAPS, &app, &question, read).await?;
    let pager = Pager::of("/oversight", &Filter { told: String::new(), ..filter.clone() }, &colleges.list);
    let beside = House::of(&app).pages_of_colleges(&context);
    let page = Page::new(context.clone(), "oversight", context.t("nav-oversight")).wide();
    html(&MapPage { page, filter, regions, chosen, duties, sections, colleges, pager, above, beside })
}

async fn colleges(
    app: &App,
    whose: Whose<'_>,
    duties: &[&'static Duty],
    (year, lang): (AcademicYear, Lang),
    at: &str,
) -> Result<Colleges, AppError> {
    let today = Day(clock::day(app.clock.millis()));
    let all = worst_first(&app.db, whose, year, today).await?;
    let late = all.iter().map(|one| one.late).sum();
    let list = list::of_memory(all, |one| one.college.id, at)?;
    let keys: Vec<i64> = list.rows.iter().map(|one| one.college.id).collect();
    let cells = cells::of(&app.db, &keys, duties, (year, today, lang)).await?;
    let row = |(one, cells): (&Late, Vec<Cell>)| Row { college: one.college.clone(), late: one.late, cells };
    let rows: Vec<Row> = list.rows.iter().zip(cells).map(row).collect();
    let drawn = if rows.is_empty() { String::new() } else { drawn(&Rows { lang, rows: &rows })? };
    let list = list.map(|_| ());
    Ok(Colleges { list, drawn, late })
}
