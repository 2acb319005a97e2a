//! Timeliness and completeness of the colleges' duties: by duty, by college, by region, as a page and a workbook.

use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use sheber_kernel::{Day, OrganisationKind, words};
use sheber_messages as messages;
use sheber_norms::Edition;
use sheber_people::organisations::colleges::{self, region};
use sheber_platform::actor::Scope;
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::database::{self, Conditions};
use sheber_platform::error::AppError;
use sheber_platform::forms::{Address, open};
use sheber_platform::page::{Page, address, html};
use sheber_platform::{clock, params, sheet};

use super::map::regions;
use super::sums::{COUNTED, KeyedStanding, Standing, TALLIED};

words! {
    /// What a line of the report is of.
    By {
        Duty = "duty",
        College = "college",
        /// For the ministry.
        Region = "region",
    }
}

/// What the report is filtered by.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    region: String,
    #[serde(deserialize_with = "open", skip_serializing_if = "Option::is_none")]
    by: Option<By>,
    #[serde(deserialize_with = "open", skip_serializing_if = "Option::is_none")]
    from: Option<Day>,
    #[serde(deserialize_with = "open", skip_serializing_if = "Option::is_none")]
    to: Option<Day>,
}

impl Filter {
    fn by(&self) -> By {
        self.by.unwrap_or(By::Duty)
    }
}

/// A line of the report.
struct Line {
    label: String,
    link: String,
    standing: Standing,
}

/// What the lines are called, by their key.
async fn names(app: &App, context: &Context, by: By) -> Result<HashMap<String, String>, AppError> {
    let (actor, lang) = (context.actor()?, context.lang);
    Ok(match by {
        By::Duty => {
            let duties = Edition::of(context.year).duties().iter();
            duties.map(|duty| (duty.key.clone(), format!("{} {}", duty.item, duty.title.get(lang)))).collect()
        }
        By::College => {
            let all = colleges::within(&app.db, &actor.scope(), "", lang).await?.into_iter();
            all.map(|college| (college.id.to_string(), college.name(lang).to_owned())).collect()
        }
        By::Region => {
            let all = regions(app, actor, lang).await?;
            all.iter().map(|region| (region.code.clone(), region.name(lang).to_owned())).collect()
        }
    })
}

/// The report's lines: by duty, by college or by region, of what was due between two days.
async fn lines(app: &App, context: &Context, filter: &Filter) -> Result<Vec<Line>, AppError> {
    let mut conditions = Conditions::default();
    conditions.value(Day(clock::day(app.clock.millis())));
    conditions.and("year = ? AND holder = ?", params![context.year, OrganisationKind::College]);
    if let Some(region) = region(context.actor()?, &filter.region) {
        conditions.and("region = ?", params![region]);
    }
    if let Some(from) = filter.from {
        conditions.and("due >= ?", params![from]);
    }
    if let Some(to) = filter.to {
        conditions.and("due <= ?", params![to]);
    }
    let by = filter.by();
    let (column, table, figures) = match by {
        By::College => ("CAST(organisation_id AS TEXT)", "duty_task", COUNTED),
        By::Region => ("region", "duty_tally", TALLIED),
        By::Duty => ("duty", "duty_tally", TALLIED),
    };
    let sql = format!("SELECT {column} AS key, {figures} FROM {table}{} GROUP BY {column}", conditions.sql());
    let rows: Vec<KeyedStanding> = database::all(&app.db, &sql, conditions.values).await?;
    let names = names(app, context, by).await?;
    let line = |row: KeyedStanding| Line {
        label: names.get(&row.key).cloned().unwrap_or_default(),
        link: match by {
            By::Duty => format!("/guidance/{}", row.key.split('/').next().unwrap_or_default()),
            By::College => format!("/oversight/{}", row.key),
            By::Region => format!("/oversight?region={}", row.key),
        },
        standing: row.standing,
    };
    let mut lines: Vec<Line> = rows.into_iter().map(line).collect();
    // Worst first: the least timely; what was not due yet stands last.
    lines.sort_by_cached_key(|line| (line.standing.timely().unwrap_or(i64::MAX), line.label.clone()));
    Ok(lines)
}

#[derive(Template)]
#[template(path = "duties/report.html")]
struct ReportPage {
    page: Page,
    filter: Filter,
    lines: Vec<Line>,
    all: Standing,
    /// What a line can be of.
    ways: &'static [By],
}

impl ReportPage {
    fn percent(&self, hundredths: Option<i64>) -> String {
        messages::percent(self.page.lang(), hundredths)
    }

    fn by(&self, by: &By) -> String {
        address(&Filter { by: Some(*by), ..self.filter.clone() })
    }

    fn is_by(&self, by: &By) -> bool {
        self.filter.by() == *by
    }

    fn day(&self, day: &Option<Day>) -> String {
        day.map(|day| day.to_string()).unwrap_or_default()
    }

    fn query(&self) -> String {
        address(&self.filter)
    }
}

pub async fn report(
    State(app): State<App>,
    context: Context,
    Address(filter): Address<Filter>,
) -> Result<Response, AppError> {
    let lines = lines(&app, &context, &filter).await?;
    let ways = if context.actor()?.scope() == Scope::All { By::ALL } else { &[By::Duty, By::College] };
    let page = Page::new(context.clone(), "oversight", context.t("oversight-report"));
    let page = page.crumb(context.t("nav-oversight"), "/oversight").wide();
    let all = Standing::sum(lines.iter().map(|line| &line.standing));
    html(&ReportPage { page, filter, lines, all, ways })
}

pub async fn export(
    State(app): State<App>,
    context: Context,
    Address(filter): Address<Filter>,
) -> Result<Response, AppError> {
    let lines = lines(&app, &context, &filter).await?;
    let headings = [
        "report-of",
        "report-total",
        "report-done",
        "report-late",
        "report-overdue",
        "report-excused",
        "report-timely",
        "report-complete",
    ];
    let headings = headings.map(|key| context.t(key)).to_vec();
    let share =
        |value: Option<i64>| value.map(|value| format!("{}.{:02}", value / 100, value % 100)).unwrap_or_default();
    let row = |line: Line| {
        let Standing { total, done, late, overdue, excused, .. } = line.standing;
        let mut row = vec![line.label];
        row.extend([total, done, late, overdue, excused].map(|n| n.to_string()));
        row.extend([share(line.standing.timely()), share(line.standing.complete())]);
        row
    };
    let rows = lines.into_iter().map(row).collect();
    sheet::workbook("duties.xlsx", context.t("oversight-report"), headings, &[1, 2, 3, 4, 5, 6, 7], rows).await
}
