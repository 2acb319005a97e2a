//! One indicator: by regions, one region by its colleges, one college by its records.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use sheber_messages as messages;
use sheber_norms::Edition;
use sheber_norms::indicators::Indicator;
use sheber_people::organisations::colleges::{self, region};
use sheber_people::reference::entry::Kind;
use sheber_people::reference::store as reference;
use sheber_platform::actor::{Actor, Scope};
use sheber_platform::app::App;
use sheber_platform::chart::{self, Bar, Tile};
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::evidence::Db;
use sheber_platform::forms::{Address, open};
use sheber_platform::house::House;
use sheber_platform::page::{Page, html};
use sheber_platform::{clock, sheet};

use super::list::{most, trend};
use super::parts::{self, Part};
use super::store::{self, Sum, Whose};
use super::words::{target, worded};

/// Whose figure an address names.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Query {
    region: String,
    #[serde(deserialize_with = "open")]
    college: Option<i64>,
}

/// So many bars a chart has; the table below it has all.
const BARS: usize = 40;

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
    /// What of a college lacks to the whole.
    missing: Vec<String>,
    bars: Vec<Bar>,
    /// How many there are that the chart leaves out.
    more: usize,
    parts: Vec<Part>,
    tiles: Vec<Tile>,
    trend: String,
    history: Vec<(String, String)>,
    /// Of the parts, how many meet the target; empty where it speaks of the whole.
    met: String,
    /// Where the records of a college stand, if the reader may see them.
    records: Option<String>,
    region: String,
    is_college: bool,
}

impl OnePage {
    fn height(&self) -> usize {
        self.bars.len() * 34 + 8
    }

    fn y(&self, row: &usize) -> usize {
        row * 34 + 4
    }

    fn numerator(&self, part: &Part) -> i64 {
        part.counted.map_or(0, |(numerator, _)| numerator)
    }

    fn denominator(&self, part: &Part) -> i64 {
        part.counted.map_or(0, |(_, denominator)| denominator)
    }
}

/// Whose figure is looked at, what that is called, and the way back up.
struct Subject {
    whose: Whose,
    name: String,
    up: Vec<(String, String)>,
}

impl Subject {
    async fn of(app: &App, context: &Context, code: &str, query: &Query) -> Result<Self, AppError> {
        let (actor, lang) = (context.actor()?, context.lang);
        let college = match actor.scope() {
            Scope::College(own) => Some(own),
            _ => query.college,
        };
        let names = reference::entries(app, Kind::Region, lang).await?;
        let called = |region: &str| {
            let found = names.iter().find(|name| name.code == region);
            found.map(|name| name.name(lang).to_owned()).unwrap_or_default()
        };
        let country = (context.t("indicator-country"), format!("/indicators/{code}"));
        let to_country = (actor.scope() == Scope::All).then(|| country.clone());
        if let Some(id) = college {
            let college = colleges::find(&app.db, actor, id).await?;
            let (name, region) = (college.name(lang).to_owned(), college.region);
            let to_region = (called(&region), format!("/indicators/{code}?region={region}"));
            let to_region = Some(to_region).filter(|_| !matches!(actor.scope(), Scope::College(_)));
            let up = to_country.into_iter().chain(to_region).collect();
            return Ok(Self { whose: Whose::College(id), name, up });
        }
        Ok(match region(actor, &query.region) {
            Some(region) => {
                Self { name: called(&region), up: to_country.into_iter().collect(), whose: Whose::Region(region) }
            }
            None => Self { whose: Whose::Country, name: country.0, up: Vec::new() },
        })
    }
}

/// What of a college lacks to the whole, and where its records stand for somebody who may see them.
async fn behind(
    app: &App,
    context: &Context,
    code: &str,
    whose: &Whose,
) -> Result<(Vec<String>, Option<String>), AppError> {
    let (Whose::College(college), Some(count)) = (whose, House::of(app).count_of(code)) else {
        return Ok((Vec::new(), None));
    };
    let actor: &Actor = context.actor()?;
    let is_own = matches!(actor.scope(), Scope::College(_));
    let missing = count.missing(&Db::from(&app.db), *college, context.year).await?;
    let (ability, link) = count.records((!is_own).then_some(*college));
    Ok((missing, ability.is_none_or(|ability| actor.may(ability)).then_some(link)))
}

/// The figure with what stands beside it.
struct Drawing {
    bars: Vec<Bar>,
    tiles: Vec<Tile>,
    target_x: i64,
    met: String,
}

fn drawn(indicator: &Indicator, context: &Context, whose: &Whose, parts: &[Part]) -> Drawing {
    let (year, each) = (context.year, parts::level(whose));
    let figures = parts.iter().filter_map(|part| part.figure.map(|figure| figure.hundredths));
    let most = most(indicator, each, year, figures);
    let bar = |part: &Part| Bar {
        label: chart::short(&part.label),
        length: part.figure.map_or(0, |figure| figure.hundredths * 1000 / most),
        text: part.text.clone(),
        link: part.link.clone(),
        meets: part.meets,
    };
    let tile = |part: &Part| chart::tile(&part.key, &part.label, part.text.clone(), part.meets, part.link.clone());
    let target_x = indicator.target(each, year).map_or(0, |target| i64::from(target) * 100 * 600 / most);
    let met = parts.iter().filter(|part| part.meets == Some(true)).count();
    Drawing {
        bars: parts.iter().take(BARS).map(bar).collect(),
        tiles: if *whose == Whose::Country { parts.iter().filter_map(tile).collect() } else { Vec::new() },
        target_x: target_x.clamp(0, 600),
        met: if indicator.per == Some(each) && !parts.is_empty() {
            format!("{met} / {}", parts.len())
        } else {
            String::new()
        },
    }
}

pub async fn page(
    State(app): State<App>,
    context: Context,
    Path(code): Path<String>,
    Address(query): Address<Query>,
) -> Result<Response, AppError> {
    let (year, lang) = (context.year, context.lang);
    let edition = Edition::of(year);
    let indicator = edition.indicator(&code).ok_or(AppError::NotFound)?;
    let Subject { whose, name, up } = Subject::of(&app, &context, &code, &query).await?;
    let sum: Option<Sum> = store::of(&app.db, &whose, year).await?.remove(&code);
    let parts = parts::of(&app, &context, indicator, &whose).await?;
    let Drawing { bars, tiles, target_x, met } = drawn(indicator, &context, &whose, &parts);
    let days = match whose.region() {
        Some(region) => store::days(&app.db, year, region).await?.remove(&code).unwrap_or_default(),
        None => Vec::new(),
    };
    let said = |numerator, denominator| worded(lang, indicator, indicator.figure(numerator, denominator));
    let (missing, records) = behind(&app, &context, &code, &whose).await?;
    let item = edition.item(&indicator.item);
    let title = item.map(|item| item.title.get(lang).to_owned()).unwrap_or_default();
    let page = Page::new(context.clone(), "indicators", title).crumb(context.t("nav-indicators"), "/indicators");
    let page = up.into_iter().fold(page, |page, (label, link)| page.crumb(label, link));
    html(&OnePage {
        page: page.wide(),
        of: name,
        missing,
        more: parts.len().saturating_sub(BARS),
        today: messages::date(lang, clock::day(app.clock.millis())),
        item: indicator.item.clone(),
        about: item.map(|item| item.about.get(lang).to_owned()).unwrap_or_default(),
        numerator: format!("{}: {}", indicator.numerator.get(lang), sum.map_or(0, |sum| sum.numerator)),
        denominator: indicator
            .denominator
            .as_ref()
            .map(|words| format!("{}: {}", words.get(lang), sum.map_or(0, |sum| sum.denominator)))
            .unwrap_or_default(),
        target: target(indicator, whose.level(), year),
        target_x,
        figure: sum.map_or_else(|| worded(lang, indicator, None), |sum| said(sum.numerator, sum.denominator)),
        counted: sum.map(|sum| clock::local(sum.counted_at)).unwrap_or_default(),
        bars,
        parts,
        tiles,
        trend: trend(indicator, whose.level(), year, &days),
        history: days
            .iter()
            .map(|day| (messages::date(lang, day.day.0), said(day.numerator, day.denominator)))
            .collect(),
        met,
        records,
        is_college: matches!(whose, Whose::College(_)),
        region: whose.region().unwrap_or_default().to_owned(),
        code,
    })
}

pub async fn export(
    State(app): State<App>,
    context: Context,
    Path(code): Path<String>,
    Address(query): Address<Query>,
) -> Result<Response, AppError> {
    let indicator = Edition::of(context.year).indicator(&code).ok_or(AppError::NotFound)?;
    let Subject { whose, .. } = Subject::of(&app, &context, &code, &query).await?;
    // A college has its own figure alone.
    if matches!(whose, Whose::College(_)) {
        return Err(AppError::NotFound);
    }
    let headings =
        ["report-of", "indicator-numerator", "indicator-denominator", "indicator-figure", "indicator-target"];
    let headings = headings.map(|key| context.t(key)).to_vec();
    let target = target(indicator, parts::level(&whose), context.year);
    let row = |part: Part| {
        let (numerator, denominator) = part.counted.unwrap_or_default();
        let figure = part.figure.map(|figure| format!("{}.{:02}", figure.hundredths / 100, figure.hundredths % 100));
        vec![part.label, numerator.to_string(), denominator.to_string(), figure.unwrap_or_default(), target.clone()]
    };
    let rows = parts::of(&app, &context, indicator, &whose).await?.into_iter().map(row).collect();
    sheet::workbook("indicator.xlsx", context.t("nav-indicators"), headings, &[1, 2, 3], rows).await
}
