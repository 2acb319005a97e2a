//! A room that is made here: one constant and one place in the list of rooms, and it stands in the navigation, the search, the
//! calendar, the backup, the table of who may what, and the coverage of the guidance.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use reqwest::StatusCode;
use sea_orm::FromQueryResult;
use sea_orm::prelude::async_trait::async_trait;
use sheber_app::backup;
use sheber_app::rooms::ROOMS;
use sheber_kernel::{AcademicYear, Day, Lang};
use sheber_norms::item::ItemKind;
use sheber_platform::ability::{Ability, Role};
use sheber_platform::access::Access::{self, Can};
use sheber_platform::access::Nav;
use sheber_platform::actor::Actor;
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::context::Context;
use sheber_platform::entry::{Entity, Entry};
use sheber_platform::error::AppError;
use sheber_platform::forms::{Form, Lookup, Pairs};
use sheber_platform::house::{Finds, Hit, House, Mark, Marks, Room};
use sheber_platform::route::{Route, get, post};
use sheber_platform::schema::Step;
use sheber_platform::{clock, database, params};

use crate::support::{Kind, Server};

const SEE: Ability = Ability::of("see-keepsakes", &[Role::Director, Role::Librarian]);

const KEEPSAKE: Entity = Entity("keepsake");

/// What a college keeps to remember a day by.
const KEEPSAKES: Room = Room {
    name: "keepsakes",
    routes,
    nav: &[Nav::to("keepsakes", "/keepsakes", Can(SEE))],
    abilities: &[SEE],
    schema: &[Step {
        name: "s9000_keepsakes",
        sql: &["CREATE TABLE keepsake (
            id {key},
            college_id BIGINT NOT NULL REFERENCES organisation (id),
            what TEXT NOT NULL,
            on_day TEXT NOT NULL
        )"],
    }],
    tables: &["keepsake"],
    covers: &[("1.1", ItemKind::Document, "/keepsakes")],
    marks: Some(&Keepsakes),
    finds: Some(&Keepsakes),
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    vec![get("/keepsakes", Can(SEE), list), post("/keepsakes", Can(SEE), add)]
}

#[derive(FromQueryResult)]
struct Keepsake {
    id: i64,
    what: String,
    on_day: Day,
}

async fn all(app: &App, actor: &Actor) -> Result<Vec<Keepsake>, AppError> {
    let sql = "SELECT id, what, on_day FROM keepsake WHERE college_id = $1 ORDER BY id";
    Ok(database::all(&app.db, sql, params![actor.organisation_id]).await?)
}

async fn list(State(app): State<App>, context: Context) -> Result<Response, AppError> {
    let names: Vec<String> = all(&app, context.actor()?).await?.into_iter().map(|one| one.what).collect();
    Ok(names.join("\n").into_response())
}

async fn add(State(app): State<App>, context: Context, Form(form): Form<Pairs>) -> Result<Redirect, AppError> {
    let actor = context.actor()?;
    let today = clock::day(app.clock.millis());
    let change = Change::begin(&app, Some(actor)).await?;
    let sql = "INSERT INTO keepsake (college_id, what, on_day) VALUES ($1, $2, $3) RETURNING id";
    let values = params![actor.organisation_id, form.get("what"), Day(today)];
    let id = database::number(change.db(), sql, values).await?;
    let entry = Entry::new("trail-event", KEEPSAKE, id);
    change.record(entry.at(actor.organisation_id, AcademicYear::of(today), "", Some(today))).await?;
    change.commit().await?;
    Ok(Redirect::to("/keepsakes"))
}

struct Keepsakes;

#[async_trait]
impl Finds for Keepsakes {
    fn heading(&self) -> &'static str {
        "nav-keepsakes"
    }

    fn access(&self) -> Access {
        Can(SEE)
    }

    async fn find(&self, app: &App, context: &Context, query: &str, most: usize) -> Result<Vec<Hit>, AppError> {
        let hit = |one: Keepsake| Hit { link: "/keepsakes".to_owned(), title: one.what, about: String::new() };
        let found = all(app, context.actor()?).await?.into_iter().filter(|one| one.what.contains(query));
        Ok(found.take(most).map(hit).collect())
    }
}

#[async_trait]
impl Marks for Keepsakes {
    async fn between(
        &self,
        app: &App,
        actor: &Actor,
        _: Lang,
        (from, to): (NaiveDate, NaiveDate),
    ) -> Result<Vec<Mark>, AppError> {
        let mark = |one: Keepsake| Mark {
            uid: format!("keepsake-{}", one.id),
            from: one.on_day.0,
            to: one.on_day.0,
            title: one.what,
            link: "/keepsakes".to_owned(),
            class: "event",
            sign: "•",
            is_own: true,
            ..Mark::default()
        };
        let found = all(app, actor).await?.into_iter().filter(|one| (from..=to).contains(&one.on_day.0));
        Ok(found.map(mark).collect())
    }
}

async fn one_line_is_enough(kind: Kind) {
    let rooms: Vec<&'static Room> = ROOMS.iter().copied().chain([&KEEPSAKES]).collect();
    let server = Server::of_rooms(kind, &rooms).await;
    let director = server.person("director").await;
    assert!(director.page("/").await.contains("href=\"/keepsakes\""), "it stands in the navigation");
    let answer = director.post("/keepsakes", &[("what", "Күміс қоңырау")]).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert!(director.page("/search?q=қоңырау").await.contains("Күміс қоңырау"), "the search finds it");
    assert!(director.page("/calendar").await.contains("Күміс қоңырау"), "it stands in the calendar");
    // Who may what is said by its routes, and so by the table of every route and role.
    for (local, status) in
        [("librarian", StatusCode::OK), ("methodist", StatusCode::FORBIDDEN), ("ministry", StatusCode::FORBIDDEN)]
    {
        let answer = server.person(local).await.get("/keepsakes").await;
        assert_eq!(answer.status(), status, "{local}");
    }
    let house = House::of(&server.app);
    assert!(house.routes().iter().any(|route| route.path == "/keepsakes"));
    assert_eq!(house.cover("1.1", ItemKind::Document), Some("/keepsakes"), "the coverage knows where it is");
    assert!(director.page("/guidance/1.1").await.contains("href=\"/keepsakes\""), "and so does the item's page");
    let place = server.folder().join("whole.backup");
    backup::take(&server.app, &place, |_, _| {}).await.unwrap();
    let archive = backup::Archive::open(&place).unwrap();
    let kept = archive.manifest.tables.iter().find(|table| table.name == "keepsake");
    assert_eq!(kept.map(|table| table.rows), Some(1), "the backup has its rows");
    assert!(House::recount(&server.app).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite() {
    one_line_is_enough(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres() {
    one_line_is_enough(Kind::Postgres).await;
}
