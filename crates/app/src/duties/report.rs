//! Timeliness and completeness of the colleges' duties: by duty, by college, by region, as a page and a workbook.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use chrono::NaiveDate;
use sheber_messages as messages;
use sheber_norms::Edition;

use super::oversight::{Asked, College, region, regions};
use super::store::{self, COUNTED, Keyed, Standing};
use crate::params;
use crate::platform::actor::Scope;
use crate::platform::app::App;
use crate::platform::clock;
use crate::platform::context::Context;
use crate::platform::database::{self, Conditions};
use crate::platform::error::AppError;
use crate::platform::page::{Page, html};
use crate::platform::sheet;

/// A line of a report.
pub struct Counted {
    pub label: String,
    pub link: String,
    pub sums: Standing,
}

/// The report's lines: by duty, by college or by region, of what was due between two days.
async fn counted(app: &App, context: &Context, asked: &Asked) -> Result<Vec<Counted>, AppError> {
    let actor = context.actor()?;
    let today = clock::day(app.clock.millis());
    let mut conditions = Conditions::default();
    conditions.value(today.to_string());
    conditions.and("year = ? AND holder = 'college'", params![context.year.to_string()]);
    if let Some(region) = region(actor, &asked.region) {
        conditions.and("region = ?", params![region]);
    }
    for (day, sign) in [(&asked.from, ">="), (&asked.to, "<=")] {
        if let Ok(day) = day.parse::<NaiveDate>() {
            conditions.and(&format!("due {sign} ?"), params![day.to_string()]);
        }
    }
    let by_college = asked.by == "college";
    let (column, table, sums) = match asked.by.as_str() {
        "college" => ("CAST(organisation_id AS TEXT)", "duty_task", COUNTED),
        "region" => ("region", "duty_tally", store::TALLIED),
        _ => ("duty", "duty_tally", store::TALLIED),
    };
    let sql = format!("SELECT {column} AS key, {sums} FROM {table}{} GROUP BY {column}", conditions.sql());
    let rows: Vec<Keyed> = database::all(&app.db, &sql, conditions.values).await?;
    let names: HashMap<String, String> = if by_college {
        let conditions = actor.scope().colleges("id");
        let sql = format!(
            "SELECT id, kind, name_kk, name_ru, COALESCE(region, '') AS region FROM organisation{}",
            conditions.sql()
        );
        let all: Vec<College> = database::all(&app.db, &sql, conditions.values).await?;
        all.into_iter().map(|one| (one.id.to_string(), one.name().get(context.lang).to_owned())).collect()
    } else if asked.by == "region" {
        let all = regions(app, context).await?;
        all.into_iter().map(|one| (one.code.clone(), one.name(context.lang).to_owned())).collect()
    } else {
        HashMap::new()
    };
    let edition = Edition::of(context.year);
    let mut lines: Vec<Counted> = rows
        .iter()
        .map(|row| {
            let sums = row.sums.clone();
            let (label, link) = match edition.duty(&row.key).filter(|_| names.is_empty()) {
                Some(duty) => {
                    (format!("{} {}", duty.item, duty.title.get(context.lang)), format!("/guidance/{}", duty.item))
                }
                None if by_college => {
                    (names.get(&row.key).cloned().unwrap_or_default(), format!("/oversight/{}", row.key))
                }
                None => (names.get(&row.key).cloned().unwrap_or_default(), format!("/oversight?region={}", row.key)),
            };
            Counted { label, link, sums }
        })
        .collect();
    // Worst first: the least timely; what was not due yet stands last.
    lines.sort_by_key(|line| (line.sums.timely().unwrap_or(i64::MAX), line.label.clone()));
    Ok(lines)
}

#[derive(Template)]
#[template(path = "duties/report.html")]
struct ReportPage {
    page: Page,
    asked: Asked,
    lines: Vec<Counted>,
    all: Standing,
    ministry: bool,
}

impl ReportPage {
    fn percent(&self, hundredths: Option<i64>) -> String {
        percent(self.page.lang(), hundredths)
    }

    fn by(&self, by: &str) -> String {
        serde_urlencoded::to_string(Asked { by: by.to_owned(), ..self.asked.clone() }).unwrap_or_default()
    }

    fn query(&self) -> String {
        serde_urlencoded::to_string(&self.asked).unwrap_or_default()
    }
}

/// Hundredths of a percent as people read them, to the tenth below: what is not whole does not read as if it were; a dash where
/// there is nothing to count of.
pub fn percent(lang: sheber_kernel::Lang, hundredths: Option<i64>) -> String {
    match hundredths {
        None => "–".to_owned(),
        Some(hundredths) => {
            let tenths = hundredths.div_euclid(10);
            let number =
                if tenths % 10 == 0 { (tenths / 10).to_string() } else { format!("{}.{}", tenths / 10, tenths % 10) };
            format!("{} %", messages::number(lang, &number))
        }
    }
}

fn sum(lines: &[Counted]) -> Standing {
    lines.iter().fold(Standing::default(), |mut all, line| {
        all.total += line.sums.total;
        all.done += line.sums.done;
        all.late += line.sums.late;
        all.excused += line.sums.excused;
        all.overdue += line.sums.overdue;
        all.expected += line.sums.expected;
        all
    })
}

pub async fn report(
    State(app): State<App>,
    context: Context,
    Query(asked): Query<Asked>,
) -> Result<Response, AppError> {
    let ministry = context.actor()?.scope() == Scope::All;
    let lines = counted(&app, &context, &asked).await?;
    let all = sum(&lines);
    let title = context.t("oversight-report");
    let page = Page::new(context.clone(), "oversight", title).crumb(context.t("nav-oversight"), "/oversight").wide();
    html(&ReportPage { page, asked, lines, all, ministry })
}

pub async fn export(
    State(app): State<App>,
    context: Context,
    Query(asked): Query<Asked>,
) -> Result<Response, AppError> {
    let lines = counted(&app, &context, &asked).await?;
    let headings = [
        "report-of",
        "report-total",
        "report-done",
        "report-late",
        "report-overdue",
        "report-excused",
        "report-timely",
        "report-complete",
    ]
    .map(|key| context.t(key))
    .to_vec();
    let share =
        |value: Option<i64>| value.map(|value| format!("{}.{:02}", value / 100, value % 100)).unwrap_or_default();
    let rows = lines
        .iter()
        .map(|line| {
            let sums = &line.sums;
            let numbers = [sums.total, sums.done, sums.late, sums.overdue, sums.excused].map(|n| n.to_string());
            let mut row = vec![line.label.clone()];
            row.extend(numbers);
            row.extend([share(sums.timely()), share(sums.complete())]);
            row
        })
        .collect();
    sheet::workbook("duties.xlsx", context.t("oversight-report"), headings, &[1, 2, 3, 4, 5, 6, 7], rows).await
}
