//! The pages of indicators: all of them, one by regions, one region by colleges, one college by its records.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use chrono::NaiveDate;
use serde::Deserialize;
use sheber_kernel::AcademicYear;
use sheber_messages as messages;
use sheber_norms::Edition;
use sheber_norms::indicators::{Direction, Figure, Indicator, IndicatorUnit, Level};

use super::chart::{self, Bar, Tile};
use super::store;
use super::{level, said_figure};
use crate::events::store as events;
use crate::organisations::store as organisations;
use crate::platform::actor::{Ability, Actor, Scope};
use crate::platform::app::App;
use crate::platform::clock;
use crate::platform::context::Context;
use crate::platform::error::AppError;
use crate::platform::page::{Page, html};
use crate::platform::sheet;
use crate::reference::store as reference;

/// An indicator as the list shows it.
pub struct Card {
    pub code: String,
    pub title: String,
    pub figure: String,
    pub target: String,
    pub meets: Option<bool>,
    pub trend: String,
}

fn target(indicator: &Indicator, level: Level, year: AcademicYear) -> String {
    let unit = if indicator.unit == IndicatorUnit::Percent { " %" } else { "" };
    indicator.target(level, year).map(|target| format!("{target}{unit}")).unwrap_or_default()
}

/// The most that a chart of an indicator shows: the whole, or the target, or the largest figure.
fn most(indicator: &Indicator, level: Level, year: AcademicYear, figures: impl Iterator<Item = i64>) -> i64 {
    match indicator.unit {
        IndicatorUnit::Percent => 10_000,
        IndicatorUnit::Count => {
            figures.max().unwrap_or(0).max(i64::from(indicator.target(level, year).unwrap_or(0)) * 100).max(100)
        }
    }
}

/// The days on which a figure moved, as a table: the day and the figure.
async fn history(
    app: &App,
    context: &Context,
    indicator: &Indicator,
    region: &str,
) -> Result<Vec<(String, String)>, AppError> {
    let days = store::days(&app.db, &indicator.code, context.year, region).await?;
    let said = days.iter().filter_map(|day| {
        let figure = said_figure(context.lang, indicator, indicator.figure(day.numerator, day.denominator));
        Some((messages::date(context.lang, day.day.parse().ok()?), figure))
    });
    Ok(said.collect())
}

async fn trend(app: &App, indicator: &Indicator, year: AcademicYear, region: &str) -> Result<String, AppError> {
    let days = store::days(&app.db, &indicator.code, year, region).await?;
    let points: Vec<(NaiveDate, i64)> = days
        .iter()
        .filter_map(|day| {
            let figure = indicator.figure(day.numerator, day.denominator)?;
            Some((day.day.parse().ok()?, figure.hundredths))
        })
        .collect();
    let level = if region.is_empty() { Level::Country } else { Level::Region };
    let most = most(indicator, level, year, points.iter().map(|(_, value)| *value));
    Ok(if points.len() < 2 { String::new() } else { chart::line(&points, most) })
}

/// The indicators of the year within somebody's scope.
pub async fn cards(app: &App, context: &Context, actor: &Actor) -> Result<Vec<Card>, AppError> {
    let year = context.year;
    let edition = Edition::of(year);
    let mut cards = Vec::new();
    for indicator in edition.indicators() {
        let (sum, region) = match actor.scope() {
            Scope::College(college) => (store::of_college(&app.db, &indicator.code, year, college).await?, None),
            Scope::Region(region) => (store::of_region(&app.db, &indicator.code, year, &region).await?, Some(region)),
            _ => (store::of_country(&app.db, &indicator.code, year).await?, Some(String::new())),
        };
        let figure = sum.and_then(|sum| indicator.figure(sum.numerator, sum.denominator));
        let item = edition.item(&indicator.item);
        cards.push(Card {
            code: indicator.code.clone(),
            title: item.map(|item| item.title.get(context.lang).to_owned()).unwrap_or_default(),
            figure: said_figure(context.lang, indicator, figure),
            target: target(indicator, level(actor), year),
            meets: figure.and_then(|figure| indicator.meets(level(actor), figure, year)),
            trend: match region {
                Some(region) => trend(app, indicator, year, &region).await?,
                None => String::new(),
            },
        });
    }
    Ok(cards)
}

#[derive(Template)]
#[template(path = "indicators/list.html")]
struct ListPage {
    page: Page,
    cards: Vec<Card>,
}

pub async fn list(State(app): State<App>, context: Context) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let cards = cards(&app, &context, &actor).await?;
    html(&ListPage { page: Page::new(context.clone(), "indicators", context.t("nav-indicators")), cards })
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    region: String,
    college: i64,
}

/// A line of the table behind the chart.
struct Line {
    label: String,
    link: String,
    numerator: i64,
    denominator: i64,
    figure: String,
    meets: Option<bool>,
}

#[derive(Template)]
#[template(path = "indicators/one.html")]
struct OnePage {
    page: Page,
    code: String,
    item: String,
    about: String,
    numerator: String,
    denominator: String,
    target: String,
    target_x: i64,
    figure: String,
    /// The day it is of, and when it last moved.
    today: String,
    counted: String,
    /// Whose figure it is: the country's, a region's, a college's.
    of: String,
    /// Of a college's curator hours: the groups that had none.
    missing: Vec<String>,
    bars: Vec<Bar>,
    /// How many there are that the chart leaves out.
    more: usize,
    lines: Vec<Line>,
    tiles: Vec<Tile>,
    trend: String,
    history: Vec<(String, String)>,
    /// Of the parts, how many meet the target; empty where it speaks of the whole.
    met: String,
    /// Where the records of one college are.
    records: Option<String>,
    region: String,
    is_college: bool,
}

/// So many bars a chart has; the table has them all.
const BARS: usize = 40;

impl OnePage {
    fn height(&self) -> usize {
        self.bars.len() * 34 + 10
    }

    fn y(&self, row: &usize) -> usize {
        row * 34 + 4
    }
}

/// Where the records stand that an indicator counts of a college.
fn records(actor: &Actor, code: &str, college: i64) -> Option<String> {
    // A college sees its own alone.
    let of = |path: &str, sign: &str| match actor.scope() {
        Scope::College(_) => path.to_owned(),
        _ => format!("{path}{sign}college={college}"),
    };
    let (ability, path) = match code {
        "curator_hours" => (Ability::SeeEvents, of("/events?kind=curator_hour", "&")),
        "accessible_colleges" => (Ability::SeePassports, of("/buildings", "?")),
        "kazakh_titles" => (Ability::SeeTextbooks, of("/textbooks?lang=kk", "&")),
        "pilot_programmes" => return Some(format!("/r?college={college}")),
        _ => return None,
    };
    actor.may(ability).then_some(path)
}

/// A part of a figure, as it is listed: whose it is, and what was counted of it, if anything was.
struct Part {
    key: String,
    label: String,
    link: String,
    counted: Option<(i64, i64)>,
}

impl Part {
    fn figure(&self, indicator: &Indicator) -> Option<Figure> {
        self.counted.and_then(|(numerator, denominator)| indicator.figure(numerator, denominator))
    }
}

/// What a figure is of: the country by regions, a region by its colleges, one college.
async fn lines(
    app: &App,
    context: &Context,
    indicator: &Indicator,
    region: Option<&str>,
) -> Result<Vec<Part>, AppError> {
    let (code, year) = (&indicator.code, context.year);
    if let Some(region) = region {
        let colleges = store::colleges(&app.db, code, year, region).await?;
        let of = |one: store::OfCollege| {
            let link = format!("/indicators/{code}?college={}", one.id);
            Part {
                key: one.id.to_string(),
                label: one.name().get(context.lang).to_owned(),
                link,
                counted: Some((one.numerator, one.denominator)),
            }
        };
        return Ok(colleges.into_iter().map(of).collect());
    }
    let names = reference::of_kind(&app.db, "region", context.lang).await?;
    let sums = store::regions(&app.db, code, year).await?;
    let of = |region: &reference::Entry| {
        let sum = sums.iter().find(|sum| sum.region == region.code);
        let counted = sum.map(|sum| (sum.numerator, sum.denominator));
        let link = format!("/indicators/{code}?region={}", region.code);
        Part { key: region.code.clone(), label: region.name(context.lang).to_owned(), link, counted }
    };
    Ok(names.iter().map(of).collect())
}

pub async fn one(
    State(app): State<App>,
    context: Context,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let year = context.year;
    let edition = Edition::of(year);
    let indicator = edition.indicator(&code).ok_or(AppError::NotFound)?;
    let lang = context.lang;
    let region = crate::duties::oversight::region(&actor, &asked.region);
    let college = match actor.scope() {
        Scope::College(own) => Some(own),
        scope => match asked.college {
            0 => None,
            id => {
                let mut conditions = scope.colleges("id");
                conditions.and("id = ?", crate::params![id]);
                let sql = format!("SELECT COUNT(*) FROM organisation{}", conditions.sql());
                let seen = crate::platform::database::number(&app.db, &sql, conditions.values).await?;
                if seen == 0 {
                    return Err(AppError::NotFound);
                }
                Some(id)
            }
        },
    };
    let sum = match (college, &region) {
        (Some(college), _) => store::of_college(&app.db, &code, year, college).await?,
        (None, Some(region)) => store::of_region(&app.db, &code, year, region).await?,
        (None, None) => store::of_country(&app.db, &code, year).await?,
    };
    let figure_of = |numerator, denominator| indicator.figure(numerator, denominator);
    let found =
        if college.is_some() { Vec::new() } else { lines(&app, &context, indicator, region.as_deref()).await? };
    let mut found: Vec<(Part, Option<Figure>)> =
        found.into_iter().map(|part| (part.figure(indicator), part)).map(|(figure, part)| (part, figure)).collect();
    // The worst first: what nothing was counted of stands last.
    found.sort_by_key(|(_, figure)| {
        let hundredths = figure.map(|figure| figure.hundredths);
        let badness = hundredths.map(|one| if indicator.direction == Direction::Up { one } else { -one });
        (badness.is_none(), badness)
    });
    let figures: Vec<Option<Figure>> = found.iter().map(|(_, figure)| *figure).collect();
    let own = match (college, &region) {
        (Some(_), _) => Level::College,
        (None, Some(_)) => Level::Region,
        (None, None) => Level::Country,
    };
    let each = if region.is_some() { Level::College } else { Level::Region };
    let most = most(indicator, each, year, figures.iter().flatten().map(|figure| figure.hundredths));
    let mut bars = Vec::new();
    let mut tiles = Vec::new();
    let mut shown = Vec::new();
    let mut met = 0;
    let parts = found.len();
    for (Part { key, label, link, counted }, figure) in found {
        let (numerator, denominator) = counted.unwrap_or_default();
        let meets = figure.and_then(|figure| indicator.meets(each, figure, year));
        met += usize::from(meets == Some(true));
        let said = said_figure(lang, indicator, figure);
        if region.is_none() {
            tiles.extend(chart::tile(&key, &label, said.clone(), meets, link.clone()));
        }
        if bars.len() < BARS {
            let length = figure.map_or(0, |figure| figure.hundredths * 1000 / most);
            bars.push(Bar { label: chart::short(&label), length, said: said.clone(), link: link.clone(), meets });
        }
        shown.push(Line { label, link, numerator, denominator, figure: said, meets });
    }
    let item = edition.item(&indicator.item);
    let target_of = indicator.target(each, year).map_or(0, |target| i64::from(target) * 100 * 600 / most);
    let trend = match (college, &region) {
        (Some(_), _) => String::new(),
        (None, region) => trend(&app, indicator, year, region.as_deref().unwrap_or_default()).await?,
    };
    let history = match college {
        Some(_) => Vec::new(),
        None => history(&app, &context, indicator, region.as_deref().unwrap_or_default()).await?,
    };
    let title = item.map(|item| item.title.get(lang).to_owned()).unwrap_or_default();
    let mut page =
        Page::new(context.clone(), "indicators", title).crumb(context.t("nav-indicators"), "/indicators").wide();
    let region_name = match &region {
        Some(code) => {
            let names = reference::of_kind(&app.db, "region", lang).await?;
            names.iter().find(|name| name.code == *code).map(|name| name.name(lang).to_owned()).unwrap_or_default()
        }
        None => context.t("indicator-country"),
    };
    let of = match college {
        Some(id) => {
            let name = organisations::find(&app.db, id).await?.ok_or(AppError::NotFound)?;
            // Back up to the region, for those who see it.
            if let (Some(code), false) = (&name.region, matches!(actor.scope(), Scope::College(_))) {
                let up = reference::of_kind(&app.db, "region", lang).await?;
                let up = up.iter().find(|region| region.code == *code).map(|region| region.name(lang).to_owned());
                page = page.crumb(
                    up.unwrap_or_default(),
                    format!("/indicators/{code_}?region={code}", code_ = indicator.code),
                );
            }
            lang.pick(&name.name_kk, &name.name_ru).to_owned()
        }
        None => region_name,
    };
    if college.is_none() && region.is_some() && actor.scope() == Scope::All {
        page = page.crumb(context.t("indicator-country"), format!("/indicators/{}", indicator.code));
    }
    let missing = match college {
        Some(id) if code == "curator_hours" => {
            let day = year.first_day();
            let until = reference::calendar(&app.db).await?.on_or_after(day);
            events::groups_without_curator_hour(&app.db, id, year, (day, until)).await?
        }
        _ => Vec::new(),
    };
    html(&OnePage {
        page,
        of,
        missing,
        more: shown.len().saturating_sub(BARS),
        today: messages::date(lang, clock::day(app.clock.millis())),
        item: indicator.item.clone(),
        about: item.map(|item| item.about.get(lang).to_owned()).unwrap_or_default(),
        numerator: format!("{}: {}", indicator.numerator.get(lang), sum.map_or(0, |sum| sum.numerator)),
        denominator: indicator
            .denominator
            .as_ref()
            .map(|words| format!("{}: {}", words.get(lang), sum.map_or(0, |sum| sum.denominator)))
            .unwrap_or_default(),
        target: target(indicator, own, year),
        target_x: target_of.clamp(0, 600),
        figure: said_figure(lang, indicator, sum.and_then(|sum| figure_of(sum.numerator, sum.denominator))),
        counted: sum.map(|sum| clock::local(sum.counted_at)).unwrap_or_default(),
        bars,
        lines: shown,
        tiles,
        trend,
        history,
        met: if indicator.per == Some(each) && college.is_none() { format!("{met} / {parts}") } else { String::new() },
        records: college.and_then(|college| records(&actor, &code, college)),
        region: region.unwrap_or_default(),
        is_college: college.is_some(),
        code,
    })
}

pub async fn export(
    State(app): State<App>,
    context: Context,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let edition = Edition::of(context.year);
    let indicator = edition.indicator(&code).ok_or(AppError::NotFound)?;
    let region = match actor.scope() {
        // A college has its own figure alone.
        Scope::College(_) => return Err(AppError::NotFound),
        _ => crate::duties::oversight::region(&actor, &asked.region),
    };
    let headings =
        ["report-of", "indicator-numerator", "indicator-denominator", "indicator-figure", "indicator-target"];
    let headings = headings.map(|key| context.t(key)).to_vec();
    let each = if region.is_some() { Level::College } else { Level::Region };
    let target = target(indicator, each, context.year);
    let rows = lines(&app, &context, indicator, region.as_deref())
        .await?
        .into_iter()
        .map(|part| {
            let figure = part.figure(indicator);
            let (numerator, denominator) = part.counted.unwrap_or_default();
            let figure = figure.map(|figure| format!("{}.{:02}", figure.hundredths / 100, figure.hundredths % 100));
            vec![part.label, numerator.to_string(), denominator.to_string(), figure.unwrap_or_default(), target.clone()]
        })
        .collect();
    sheet::workbook("indicator.xlsx", context.t("nav-indicators"), headings, &[1, 2, 3], rows).await
}
