//! The living guidance at the size of the country and beyond, on SQLite and, where `SHEBER_TEST_POSTGRES` names a server, on
//! PostgreSQL: a college's task list, a department's map of its colleges, the ministry's first page, at 8 connections, with three
//! years of tasks of 80, 800 and 8,000 colleges.
//!
//! `cargo bench -p sheber --bench guidance`; `SHEBER_BENCH_COLLEGES` for other sizes (`80,800`). The load runs on the same
//! processors.

use std::time::{Duration, Instant};

use chrono::Days;
use reqwest::{Client, StatusCode};
use sea_orm::{ConnectionTrait, Database};
use sheber_app::App;
use sheber_app::Clock;
use sheber_app::Config;
use sheber_kernel::AcademicYear;
use sheber_platform::house::House;
use sheber_platform::params;
use sheber_platform::{clock, database, secret};
use sheber_standing::duties::make;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const COLLEGE: &str = "(SELECT organisation_id FROM account WHERE email = 'director@demo.sheber.kz')";

async fn run(app: &App, sql: &str) {
    app.db.execute_unprepared(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// Three years of tasks for every college, as the demo college has them; three in five of what was due are done, some of them late.
#[expect(clippy::too_many_lines, reason = "a load is written from top to bottom")]
async fn load(app: &App, colleges: usize) -> i64 {
    sheber_demo::national(app, colleges, 0, 7).await.unwrap();
    let college = database::number(&app.db, &format!("SELECT {COLLEGE}"), params![]).await.unwrap();
    let today = clock::day(app.clock.millis());
    let this = AcademicYear::of(today);
    for start in [this.start() - 2, this.start() - 1, this.start()] {
        let year = AcademicYear::starting(start);
        make::ensure(app, college, year).await.unwrap();
        run(
            app,
            &format!(
                "INSERT INTO duty_task (organisation_id, holder, region, year, duty, period, post, opens, due, by_data, version)
                 SELECT o.id, t.holder, o.region, t.year, t.duty, t.period, t.post, t.opens, t.due, FALSE, 1
                 FROM duty_task t, organisation o WHERE t.organisation_id = {college} AND t.year = '{year}'
                 AND o.kind = 'college' AND o.id <> {college}"
            ),
        )
        .await;
        run(
            app,
            &format!(
                "INSERT INTO duty_made (organisation_id, year, fingerprint)
                 SELECT o.id, m.year, m.fingerprint FROM duty_made m, organisation o
                 WHERE m.organisation_id = {college} AND m.year = '{year}' AND o.kind = 'college' AND o.id <> {college}"
            ),
        )
        .await;
    }
    // Every tenth is late by a week, as far as it is past.
    let later = (today - Days::new(8)).to_string();
    run(app, &format!("UPDATE duty_task SET closed_on = due, by_data = TRUE WHERE due < '{today}' AND id % 10 < 6"))
        .await;
    run(app, &format!("UPDATE duty_task SET closed_on = '{today}' WHERE due < '{later}' AND id % 10 = 6")).await;
    run(app, "DELETE FROM duty_tally").await;
    run(
        app,
        "INSERT INTO duty_tally (holder, region, year, duty, due, total, done, late, excused)
         SELECT holder, region, year, duty, due, COUNT(*), SUM(CASE WHEN closed_on <= due THEN 1 ELSE 0 END),
         SUM(CASE WHEN closed_on > due THEN 1 ELSE 0 END), 0 FROM duty_task GROUP BY holder, region, year, duty, due",
    )
    .await;
    run(app, "DELETE FROM duty_count").await;
    run(
        app,
        "INSERT INTO duty_count (organisation_id, year, duty, total, done, late, excused)
         SELECT organisation_id, year, duty, COUNT(*), SUM(CASE WHEN closed_on <= due THEN 1 ELSE 0 END),
         SUM(CASE WHEN closed_on > due THEN 1 ELSE 0 END), 0 FROM duty_task GROUP BY organisation_id, year, duty",
    )
    .await;
    for code in ["curator_hours", "pilot_programmes", "accessible_colleges", "kazakh_titles"] {
        run(
            app,
            &format!(
                "INSERT INTO indicator_value (code, year, organisation_id, region, numerator, denominator, counted_at)
                 SELECT '{code}', '{this}', id, region, id % 2, 1, 0 FROM organisation WHERE kind = 'college'"
            ),
        )
        .await;
        run(
            app,
            &format!(
                "INSERT INTO indicator_sum (code, year, region, numerator, denominator, counted_at)
                 SELECT code, year, region, SUM(numerator), SUM(denominator), 0 FROM indicator_value WHERE code = '{code}'
                 GROUP BY code, year, region"
            ),
        )
        .await;
        // A figure that moved on each day of the year so far.
        let mut day = this.first_day();
        while day <= today {
            run(
                app,
                &format!(
                    "INSERT INTO indicator_day (code, year, region, day, numerator, denominator)
                     SELECT code, year, region, '{day}', numerator, denominator FROM indicator_sum WHERE code = '{code}'
                     UNION ALL SELECT '{code}', '{this}', '', '{day}', 1, 2"
                ),
            )
            .await;
            day = day + Days::new(1);
        }
    }
    run(app, "ANALYZE").await;
    database::number(&app.db, "SELECT COUNT(*) FROM duty_task", params![]).await.unwrap()
}

/// Somebody who is signed in.
async fn person(base: &str, local: &str) -> Client {
    let http =
        Client::builder().no_proxy().cookie_store(true).redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let page = http.get(format!("{base}/login")).send().await.unwrap().text().await.unwrap();
    let start = page.find("name=\"csrf\" value=\"").unwrap() + "name=\"csrf\" value=\"".len();
    let token = &page[start..start + page[start..].find('"').unwrap()];
    let email = format!("{local}@demo.sheber.kz");
    let form = [("csrf", token), ("email", &email), ("password", sheber_demo::PASSWORD), ("to", "/")];
    let answer = http.post(format!("{base}/login")).form(&form).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    http
}

async fn page(base: &str, http: &Client, path: &str, what: &str) {
    let address = format!("{base}{path}");
    // Once before it is measured: what is made at a first look is made.
    assert_eq!(http.get(&address).send().await.unwrap().status(), StatusCode::OK);
    let begun = Instant::now();
    let mut readers = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (http, address) = (http.clone(), address.clone());
        readers.spawn(async move {
            let mut times = Vec::new();
            while begun.elapsed() < Duration::from_secs(6) {
                let asked = Instant::now();
                let answer = http.get(&address).send().await.unwrap();
                assert_eq!(answer.status(), StatusCode::OK);
                answer.bytes().await.unwrap();
                times.push(asked.elapsed());
            }
            times
        });
    }
    let mut times = readers.join_all().await.concat();
    times.sort_unstable();
    let at = |share: usize| times[(times.len() - 1) * share / 100].as_secs_f64() * 1e3;
    println!(
        "    {what}: {:.0}/s; p50 {:.1}, p90 {:.1}, p99 {:.1} ms",
        times.len() as f64 / begun.elapsed().as_secs_f64(),
        at(50),
        at(90),
        at(99)
    );
}

async fn measure(name: &str, url: String, folder: &tempfile::TempDir, colleges: usize) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let config = Config {
        database: url.clone(),
        base_url: base.clone(),
        keys: Some(folder.path().join("keys")),
        files: Some(folder.path().join("files")),
        ..Config::default()
    };
    let app = sheber_app::open(config, Clock::default()).await.unwrap();
    sheber_demo::starting_lists(&app).await.unwrap();
    sheber_demo::settle(&app).await.unwrap();
    House::warm(&app).await.unwrap();
    let begun = Instant::now();
    let tasks = load(&app, colleges).await;
    println!("  {name}, {colleges} colleges, {tasks} tasks (loaded in {:.1} s)", begun.elapsed().as_secs_f64());
    let server = tokio::spawn(sheber_app::serve_on(app.clone(), listener, std::future::pending()));
    let director = person(&base, "director").await;
    page(&base, &director, "/tasks?whose=all", "a college's task list").await;
    let department = person(&base, "department").await;
    page(&base, &department, "/oversight", "a department's map").await;
    let ministry = person(&base, "ministry").await;
    page(&base, &ministry, "/", "the ministry's first page").await;
    server.abort();
}

fn main() {
    // `cargo test` runs benches, too, to see that they start.
    if std::env::args().any(|argument| argument == "--test" || argument == "--list") {
        return;
    }
    let sizes = std::env::var("SHEBER_BENCH_COLLEGES").unwrap_or_else(|_| "80,800,8000".to_owned());
    let sizes: Vec<usize> = sizes.split(',').filter_map(|size| size.parse().ok()).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        for colleges in sizes {
            let folder = tempfile::tempdir().unwrap();
            let url = format!("sqlite://{}/bench.db", folder.path().display());
            Box::pin(measure("SQLite", url, &folder, colleges)).await;
            let Ok(url) = std::env::var("SHEBER_TEST_POSTGRES") else {
                println!("  PostgreSQL: SHEBER_TEST_POSTGRES is not set, not measured");
                continue;
            };
            let name = format!("b{}", &secret::token()[..16]);
            let db = Box::pin(Database::connect(&url)).await.unwrap();
            db.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
            let url = format!("{}/{name}", url.rsplit_once('/').unwrap().0);
            Box::pin(measure("PostgreSQL", url, &folder, colleges)).await;
        }
    });
}
