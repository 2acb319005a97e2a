//! What the norms over a college say of it (6.6, 12.3, 14.5, 15.2): its own records gathered into facts, and the findings to read.

mod overview;

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, DbErr};
use sheber_kernel::{AcademicYear, Lang};
use sheber_messages as messages;
use sheber_norms::college::{self, COLLEGE_NORMS, CollegeFacts, CollegeFinding};
use sheber_norms::{Edition, Severity};

use crate::platform::actor::{Ability, Scope};
use crate::platform::app::App;
use crate::platform::clock;
use crate::platform::context::Context;
use crate::platform::error::AppError;
use crate::platform::page::{Page, html};
use crate::platform::route::Access::Can;
use crate::platform::route::{Route, get};
use crate::{accessibility, bodies, distance, textbooks};

pub fn routes() -> Vec<Route> {
    let oversee = Can(Ability::OverseeDuties);
    vec![
        get("/college", Can(Ability::SeeGroups), page),
        get("/oversight/norms", oversee, overview::page),
        get("/oversight/norms.xlsx", oversee, overview::export),
    ]
}

/// The facts of a college on a day.
pub async fn facts(
    db: &impl ConnectionTrait,
    college: i64,
    year: AcademicYear,
    today: NaiveDate,
) -> Result<CollegeFacts, DbErr> {
    Ok(CollegeFacts {
        buildings: accessibility::store::facts(db, college).await?,
        readiness: distance::facts(db, college).await?,
        bodies: bodies::store::facts(db, college).await?,
        spending: textbooks::store::spending(db, college, year).await?,
        today,
    })
}

pub async fn findings(
    db: &impl ConnectionTrait,
    college: i64,
    year: AcademicYear,
    today: NaiveDate,
) -> Result<Vec<CollegeFinding>, DbErr> {
    let facts = facts(db, college, year, today).await?;
    Ok(college::check(&facts, Edition::of(year)))
}

/// Violations and warnings by item; items whose norm holds stand with zeros.
pub async fn standing(
    app: &App,
    college: i64,
    year: AcademicYear,
) -> Result<BTreeMap<String, (usize, usize)>, AppError> {
    let today = clock::day(app.clock.millis());
    let mut counts: BTreeMap<String, (usize, usize)> =
        COLLEGE_NORMS.iter().map(|norm| (norm.item.to_owned(), (0, 0))).collect();
    for finding in findings(&app.db, college, year, today).await? {
        let count = counts.entry(finding.item.to_owned()).or_default();
        match finding.severity {
            Severity::Violation => count.0 += 1,
            _ => count.1 += 1,
        }
    }
    Ok(counts)
}

/// Where an item's facts are kept.
pub fn page_of(item: &str) -> &'static str {
    match item {
        "6.6" => "/readiness",
        "12.3" => "/buildings",
        "14.5" => "/bodies",
        "15.2" => "/textbooks",
        _ => "/college",
    }
}

/// A finding as it is read.
pub struct Card {
    pub item: &'static str,
    pub severity: &'static str,
    pub text: String,
    pub mend: String,
    pub values: String,
    pub citation: String,
    pub link: &'static str,
}

/// Whole tenge, from tiyn.
pub fn tenge(lang: Lang, tiyn: i64) -> String {
    let (whole, part) = (tiyn / 100, tiyn % 100);
    let number = if part == 0 { whole.to_string() } else { format!("{whole}.{part:02}") };
    format!("{} ₸", messages::number(lang, &number))
}

pub fn card(lang: Lang, finding: &CollegeFinding) -> Card {
    let key = format!("c-{}-{}", finding.item.replace('.', "-"), finding.what);
    let place = match (finding.item, finding.place.as_deref()) {
        (_, None) => String::new(),
        ("6.6", Some(word)) => messages::text(lang, &format!("readiness-{word}")),
        ("14.5", Some(word)) => messages::text(lang, &format!("body-{word}")),
        (_, Some(name)) => name.to_owned(),
    };
    let values = match (finding.measured, finding.required) {
        (Some(measured), Some(required)) => messages::text_with(
            lang,
            "finding-values",
            &[("measured", &tenge(lang, measured)), ("required", &tenge(lang, required))],
        ),
        _ => String::new(),
    };
    Card {
        item: finding.item,
        severity: finding.severity.word(),
        text: messages::text_with(lang, &key, &[("place", &place)]),
        mend: messages::text(lang, &format!("c-{}-mend", finding.item.replace('.', "-"))),
        values,
        citation: messages::citation(lang, &finding.citation),
        link: page_of(finding.item),
    }
}

#[derive(Template)]
#[template(path = "college/page.html")]
struct CollegePage {
    page: Page,
    cards: Vec<Card>,
}

async fn page(State(app): State<App>, context: Context) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let Scope::College(college) = actor.scope() else { return Err(AppError::NotFound) };
    let today = clock::day(app.clock.millis());
    let found = findings(&app.db, college, context.year, today).await?;
    let cards = found.iter().map(|finding| card(context.lang, finding)).collect();
    html(&CollegePage { page: Page::new(context.clone(), "college", context.t("nav-college")), cards })
}
