//! The house: what a room has for those above it, stated in one constant of the room. `app::rooms::ROOMS` is the list; nothing
//! registers itself. Below this file nobody knows a room; above it nobody needs to.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{NaiveDate, NaiveTime};
use sea_orm::DbErr;
use sea_orm::prelude::async_trait::async_trait;
use sheber_kernel::{AcademicYear, Lang};
use sheber_norms::item::ItemKind;
use sheber_norms::{Edition, Finding};

use super::ability::Ability;
use super::access::{Access, Nav, Pages};
use super::actor::Actor;
use super::app::App;
use super::change::{Change, Reaction, Reactions};
use super::context::Context;
use super::door::Door;
use super::error::AppError;
use super::evidence::{Count, Db, Evidence, Occasion};
use super::route::Route;
use super::schema::Step;
use super::sorting::{SearchColumn, SortKey};

/// As of when a check looks: the year whose facts it gathers, the edition that judges them, the day.
#[derive(Clone, Copy)]
pub struct Basis {
    pub year: AcademicYear,
    pub edition: &'static Edition,
    pub today: NaiveDate,
}

impl Basis {
    /// A year by its own edition.
    pub fn of(year: AcademicYear, today: NaiveDate) -> Self {
        Self { year, edition: Edition::of(year), today }
    }
}

/// What the norms say of a room's records of colleges; the room gathers the facts, `norms` judges.
#[async_trait]
pub trait Check: Send + Sync {
    fn item(&self) -> &'static str;
    /// Where the records of a college stand.
    fn page(&self) -> &'static str;
    /// The findings of each of these colleges; one without findings may be absent.
    async fn findings(&self, db: &Db<'_>, colleges: &[i64], basis: Basis) -> Result<HashMap<i64, Vec<Finding>>, DbErr>;
    /// What else a list of colleges shows beside the findings: the headings' keys.
    fn figures(&self) -> &'static [&'static str] {
        &[]
    }
    /// Those figures of each college, in words.
    async fn figured(
        &self,
        _: &Db<'_>,
        _colleges: &[i64],
        _year: AcademicYear,
        _lang: Lang,
    ) -> Result<HashMap<i64, Vec<String>>, DbErr> {
        Ok(HashMap::new())
    }
}

/// Something of a room that stands on days: the month's page and the feed draw the same.
#[derive(Clone, Debug, Default)]
pub struct Mark {
    /// Names it for calendars that come again: `event-7`.
    pub uid: String,
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// When it begins, where it does not stand for whole days: then nothing else of the day is taken up.
    pub time: Option<NaiveTime>,
    /// How long it lasts, in minutes; 0 where nobody said.
    pub minutes: i64,
    pub place: String,
    pub title: String,
    pub link: String,
    /// How it looks: a class, and a sign beside it.
    pub class: &'static str,
    pub sign: &'static str,
    /// Planned alone, not held yet.
    pub is_tentative: bool,
    /// It is the person's own: what else the organisation has stays out of calendars that people subscribe to.
    pub is_own: bool,
    /// Calendars remind of it the day before.
    pub reminds: bool,
}

#[async_trait]
pub trait Marks: Send + Sync {
    /// What stands in somebody's calendar between two days.
    async fn between(
        &self,
        app: &App,
        actor: &Actor,
        lang: Lang,
        days: (NaiveDate, NaiveDate),
    ) -> Result<Vec<Mark>, AppError>;
}

/// Something that the search of everything found.
#[derive(Clone, Debug)]
pub struct Hit {
    pub link: String,
    pub title: String,
    pub about: String,
}

/// What the search of everything finds in a room.
#[async_trait]
pub trait Finds: Send + Sync {
    /// The key of the heading that the finds stand under.
    fn heading(&self) -> &'static str;
    /// Who finds anything here.
    fn access(&self) -> Access;
    async fn find(&self, app: &App, context: &Context, query: &str, most: usize) -> Result<Vec<Hit>, AppError>;
}

/// The files that a room's rows name: a backup says which of them are missing.
#[async_trait]
pub trait Files: Send + Sync {
    /// The hashes of all of them.
    async fn hashes(&self, db: &Db<'_>) -> Result<Vec<String>, DbErr>;
}

/// What time alone does.
#[async_trait]
pub trait Job: Send + Sync {
    fn name(&self) -> &'static str;
    fn every(&self) -> Duration;
    /// How long after the start it is run first.
    fn first(&self) -> Duration {
        Duration::ZERO
    }
    async fn run(&self, app: &App) -> Result<(), AppError>;
}

/// What a room reads, or makes sure of, before the port opens.
#[async_trait]
pub trait Warm: Send + Sync {
    async fn warm(&self, app: &App) -> Result<(), AppError>;
}

/// A number that a watcher of the server sees, counted when asked for; `$1` in the statement is the instant.
#[derive(Clone, Copy, Debug)]
pub struct Gauge {
    pub name: &'static str,
    pub about: &'static str,
    pub sql: &'static str,
}

/// A room of the house. What it does not have stays empty: `..Room::EMPTY`.
pub struct Room {
    pub name: &'static str,
    /// The sections of the guidance that it carries.
    pub sections: &'static [&'static str],
    pub routes: fn() -> Vec<Route>,
    pub nav: &'static [Nav],
    pub abilities: &'static [Ability],
    pub schema: &'static [Step],
    /// The tables it owns; a test reads every room's SQL and refuses another's.
    pub tables: &'static [&'static str],
    /// Those of them that every room may read: who organisations, accounts and groups are.
    pub shared: &'static [&'static str],
    /// Those of them whose rows are worth nothing later: a backup leaves them out.
    pub transient: &'static [&'static str],
    /// Its columns of sort keys.
    pub sorted: &'static [SortKey],
    /// Its columns of texts that are searched.
    pub searched: &'static [SearchColumn],
    /// Its pages about one college, for whoever looks after it: what they are called, and where; `college=` is added.
    pub of_college: &'static [(&'static str, &'static str)],
    /// Its pages over all colleges in scope: what they are called, and where.
    pub of_colleges: &'static [(&'static str, &'static str)],
    /// Parameters of the guidance whose words it names: the parameter, and what the keys of their messages begin with.
    pub words: &'static [(&'static str, &'static str)],
    /// Where records, documents and procedures of the guidance are: item, kind, page.
    pub covers: &'static [(&'static str, ItemKind, &'static str)],
    pub evidence: &'static [&'static dyn Evidence],
    pub occasions: &'static [&'static dyn Occasion],
    pub counts: &'static [&'static dyn Count],
    pub checks: &'static [&'static dyn Check],
    /// The doors of its tables.
    pub doors: &'static [&'static dyn Door],
    pub marks: Option<&'static dyn Marks>,
    pub finds: Option<&'static dyn Finds>,
    pub files: Option<&'static dyn Files>,
    pub jobs: &'static [&'static dyn Job],
    pub gauges: &'static [Gauge],
    pub warms: &'static [&'static dyn Warm],
    pub reacts: Option<&'static dyn Reaction>,
}

impl Room {
    pub const EMPTY: Self = Self {
        name: "",
        sections: &[],
        routes: Vec::new,
        nav: &[],
        abilities: &[],
        schema: &[],
        tables: &[],
        shared: &[],
        transient: &[],
        sorted: &[],
        searched: &[],
        of_college: &[],
        of_colleges: &[],
        words: &[],
        covers: &[],
        evidence: &[],
        occasions: &[],
        counts: &[],
        checks: &[],
        doors: &[],
        marks: None,
        finds: None,
        files: None,
        jobs: &[],
        gauges: &[],
        warms: &[],
        reacts: None,
    };
}

/// All rooms, in the order of the table of contents.
#[derive(Clone)]
pub struct House {
    rooms: Arc<Vec<&'static Room>>,
    pub pages: Arc<Pages>,
}

impl House {
    pub fn new(rooms: &[&'static Room]) -> Self {
        let routes = rooms.iter().flat_map(|room| (room.routes)());
        let routes = routes.map(|route| (route.method, route.path, route.access)).collect();
        let nav = rooms.iter().flat_map(|room| room.nav.iter().copied()).collect();
        Self { rooms: Arc::new(rooms.to_vec()), pages: Arc::new(Pages { routes, nav }) }
    }

    /// The app with this house.
    #[must_use]
    pub fn given_to(self, app: App) -> App {
        let reactions = Reactions(Arc::new(self.rooms.iter().filter_map(|room| room.reacts).collect()));
        app.with(reactions).with(self)
    }

    /// The house of an app.
    pub fn of(app: &App) -> Self {
        app.given().unwrap_or_else(|| Self::new(&[]))
    }

    /// The house in which a change is made.
    pub fn of_change(change: &Change) -> Self {
        change.given().unwrap_or_else(|| Self::new(&[]))
    }

    pub fn rooms(&self) -> impl Iterator<Item = &'static Room> {
        self.rooms.iter().copied()
    }

    pub fn routes(&self) -> Vec<Route> {
        self.rooms().flat_map(|room| (room.routes)()).collect()
    }

    pub fn evidence(&self) -> impl Iterator<Item = &'static dyn Evidence> {
        self.rooms().flat_map(|room| room.evidence.iter().copied())
    }

    pub fn evidence_of(&self, record: &str) -> Option<&'static dyn Evidence> {
        self.evidence().find(|evidence| evidence.record() == record)
    }

    pub fn occasions(&self) -> impl Iterator<Item = &'static dyn Occasion> {
        self.rooms().flat_map(|room| room.occasions.iter().copied())
    }

    pub fn counts(&self) -> impl Iterator<Item = &'static dyn Count> {
        self.rooms().flat_map(|room| room.counts.iter().copied())
    }

    pub fn count_of(&self, code: &str) -> Option<&'static dyn Count> {
        self.counts().find(|count| count.code() == code)
    }

    pub fn checks(&self) -> impl Iterator<Item = &'static dyn Check> {
        self.rooms().flat_map(|room| room.checks.iter().copied())
    }

    pub fn doors(&self) -> impl Iterator<Item = &'static dyn Door> {
        self.rooms().flat_map(|room| room.doors.iter().copied())
    }

    /// The door of a kind of tables.
    pub fn door(&self, kind: &str) -> Option<&'static dyn Door> {
        self.doors().find(|door| door.kind().word == kind)
    }

    /// The pages about a college that somebody may open: what they are called, and where.
    pub fn pages_of_college(&self, context: &Context, college: i64) -> Vec<(&'static str, String)> {
        let pages = self.rooms().flat_map(|room| room.of_college).filter(|(_, path)| context.opens(path));
        let link = |path: &str| {
            let sign = if path.contains('?') { '&' } else { '?' };
            format!("{path}{sign}college={college}")
        };
        pages.map(|(key, path)| (*key, link(path))).collect()
    }

    /// The pages over all colleges in scope that somebody may open: what they are called, and where.
    pub fn pages_of_colleges(&self, context: &Context) -> Vec<(&'static str, &'static str)> {
        let pages = self.rooms().flat_map(|room| room.of_colleges);
        pages.copied().filter(|(_, path)| context.opens(path)).collect()
    }

    /// What the keys of the messages of a parameter's words begin with, where they are words.
    pub fn words_of(&self, parameter: &str) -> Option<&'static str> {
        let mut words = self.rooms().flat_map(|room| room.words);
        words.find(|(known, _)| *known == parameter).map(|(_, prefix)| *prefix)
    }

    /// Where an item's records, documents or procedures of a kind are.
    pub fn cover(&self, item: &str, kind: ItemKind) -> Option<&'static str> {
        let mut covers = self.rooms().flat_map(|room| room.covers);
        covers.find(|(id, known, _)| *id == item && *known == kind).map(|(.., page)| *page)
    }

    pub fn jobs(&self) -> impl Iterator<Item = &'static dyn Job> {
        self.rooms().flat_map(|room| room.jobs.iter().copied())
    }

    /// Every step of the schema, in the order in which they are taken.
    pub fn schema(&self) -> Vec<Step> {
        let mut steps: Vec<Step> = self.rooms().flat_map(|room| room.schema.iter().copied()).collect();
        steps.sort_by_key(|step| step.name);
        steps
    }

    /// Lets every room read what it reads before the port opens.
    ///
    /// # Errors
    /// Where a room refuses to serve so.
    pub async fn warm(app: &App) -> Result<(), AppError> {
        for warm in Self::of(app).rooms().flat_map(|room| room.warms) {
            warm.warm(app).await?;
        }
        Ok(())
    }

    /// What reactions keep and records no longer say, in sentences; empty where nobody forgot anything.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn recount(app: &App) -> Result<Vec<String>, DbErr> {
        let mut wrong = Vec::new();
        for reaction in Self::of(app).rooms().filter_map(|room| room.reacts) {
            wrong.extend(reaction.recount(app).await?);
        }
        Ok(wrong)
    }
}
