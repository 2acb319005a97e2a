//! What the register does under load, on SQLite and, where `SHEBER_TEST_POSTGRES` names a server, on PostgreSQL:
//!
//! - the open search over 50,000 programmes at 32 connections: p99 under 20 ms;
//! - every step of the procedure, at 4 connections and at 8: p99 under 20 ms;
//! - 1,000 applications of 100 colleges sent at once: no error, no gap.
//!
//! `cargo bench -p sheber --bench register`; `SHEBER_BENCH_PROGRAMMES` for another size. The load runs on the same processors.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use reqwest::{Client, Method, StatusCode};
use sea_orm::{ConnectionTrait, Database};
use serde_json::{Value, json};
use sheber_app::App;
use sheber_app::Clock;
use sheber_app::Config;
use sheber_platform::change::Change;
use sheber_platform::house::House;
use sheber_platform::params;
use sheber_platform::{database, secret, trail};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SEARCHES: [&str; 20] = [
    "дәнекерлеу",
    "бағдарлама",
    "есеп",
    "аудит",
    "тігін",
    "учет",
    "программное",
    "медбике",
    "аспаз",
    "тамақ",
    "электр",
    "автомобиль",
    "құрылыс",
    "сварочное",
    "ветеринария",
    "0613",
    "4S0411",
    "колледж",
    "агро",
    "мұғалім",
];

struct Server {
    app: App,
    base: String,
    http: Client,
    _folder: tempfile::TempDir,
}

async fn serve(url: String, folder: tempfile::TempDir) -> Server {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let config = Config {
        database: url.clone(),
        base_url: base.clone(),
        keys: Some(folder.path().join("keys")),
        files: Some(folder.path().join("files")),
        api_pace: u32::MAX,
        ..Config::default()
    };
    let app = sheber_app::open(config, Clock::default()).await.unwrap();
    sheber_demo::starting_lists(&app).await.unwrap();
    sheber_demo::settle(&app).await.unwrap();
    House::warm(&app).await.unwrap();
    tokio::spawn(sheber_app::serve_on(app.clone(), listener, std::future::pending()));
    let http = Client::builder().no_proxy().pool_max_idle_per_host(2_000).build().unwrap();
    Server { app, base, http, _folder: folder }
}

/// Durations, and what is said of them.
#[derive(Default)]
struct Times(Vec<Duration>);

impl Times {
    fn at(&self, percent: f64) -> Duration {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place among some thousands")]
        let place = ((self.0.len() - 1) as f64 * percent / 100.0).round() as usize;
        self.0[place]
    }

    fn say(mut self, what: &str, whole: Duration) {
        self.0.sort_unstable();
        println!(
            "  {what}: {} in {:.1} s ({:.0}/s); p50 {:.1}, p90 {:.1}, p99 {:.1}, most {:.1} ms",
            self.0.len(),
            whole.as_secs_f64(),
            self.0.len() as f64 / whole.as_secs_f64(),
            self.at(50.0).as_secs_f64() * 1e3,
            self.at(90.0).as_secs_f64() * 1e3,
            self.at(99.0).as_secs_f64() * 1e3,
            self.at(100.0).as_secs_f64() * 1e3
        );
    }
}

async fn search(server: &Server) {
    // The first question reads the register.
    let first = Instant::now();
    server.http.get(format!("{}/r", server.base)).send().await.unwrap().bytes().await.unwrap();
    println!("  first answer after a start: {:.2} s", first.elapsed().as_secs_f64());
    let begun = Instant::now();
    let mut readers = tokio::task::JoinSet::new();
    for reader in 0..32 {
        let (http, base) = (server.http.clone(), server.base.clone());
        readers.spawn(async move {
            let mut times = Vec::new();
            while begun.elapsed() < Duration::from_secs(10) {
                let term = SEARCHES[(times.len() + reader) % SEARCHES.len()];
                let asked = Instant::now();
                let answer = http.get(format!("{base}/r")).query(&[("q", term)]).send().await.unwrap();
                assert_eq!(answer.status(), StatusCode::OK);
                answer.bytes().await.unwrap();
                times.push(asked.elapsed());
            }
            times
        });
    }
    let times = readers.join_all().await.concat();
    Times(times).say("open search, 32 connections, 20 terms", begun.elapsed());
    let mut times = Vec::new();
    let begun = Instant::now();
    for number in 0..300 {
        let asked = Instant::now();
        let query = format!("{} {number}", SEARCHES[number % SEARCHES.len()]);
        let answer = server.http.get(format!("{}/r", server.base)).query(&[("q", query)]).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        times.push(asked.elapsed());
    }
    Times(times).say("questions never asked before, one connection", begun.elapsed());
}

/// Makes a token of somebody.
async fn token(app: &App, account: i64) -> String {
    let token = format!("sheber_{}", secret::token());
    database::run(
        &app.db,
        "INSERT INTO api_token (account_id, name, hash, scopes, created_at, expires_at)
         VALUES ($1, 'bench', $2, 'programmes register', 0, $3)",
        params![account, secret::sha256(&token), i64::MAX],
    )
    .await
    .unwrap();
    token
}

async fn token_of(app: &App, local: &str) -> String {
    let sql = "SELECT id FROM account WHERE email = $1";
    let id = database::number(&app.db, sql, params![format!("{local}@demo.sheber.kz")]).await.unwrap();
    token(app, id).await
}

async fn ask(server: &Server, method: Method, token: &str, path: &str, body: Option<&Value>) -> Value {
    let mut asked = server.http.request(method, format!("{}{path}", server.base)).bearer_auth(token);
    if let Some(body) = body {
        asked = asked.json(body);
    }
    let answer = asked.send().await.unwrap();
    let (status, text) = (answer.status(), answer.text().await.unwrap());
    assert!(status.is_success(), "{path}: {status} {text}");
    serde_json::from_str(&text).unwrap()
}

/// The step that sends an application, as it was looked over.
fn sending(application: &Value) -> Value {
    let warnings = application["findings"].as_array().unwrap().iter().filter(|one| one["severity"] == "warning");
    let answers: Vec<Value> =
        warnings.map(|one| json!({ "item": one["item"], "at": one["at"], "answer": "Негізделген" })).collect();
    json!({ "action": "submit", "signed": true, "seen": application["sending"], "answers": answers })
}

/// Programmes of a college that can be sent, as many as asked for.
async fn sendable(app: &App, college: i64, many: usize) -> Vec<i64> {
    let change = Change::by(app, None).await.unwrap();
    let sql = "SELECT MIN(id) FROM programme WHERE violations = 0 AND college_id =
                   (SELECT organisation_id FROM account WHERE email = 'director@demo.sheber.kz')";
    let source = database::number(change.db(), sql, params![]).await.unwrap();
    let (_, _, programme) = sheber_programmes::programmes::store::frozen(change.db(), source, None).await.unwrap();
    let mut made = Vec::new();
    for _ in 0..many {
        made.push(sheber_programmes::programmes::store::insert_bulk(&change, college, &programme).await.unwrap());
    }
    change.commit().await.unwrap();
    made
}

const CASES: usize = 80;

/// Brings applications from the first step to the number, so many at a time.
async fn steps(server: &Server, at_once: usize) {
    let college = "SELECT organisation_id FROM account WHERE email = 'director@demo.sheber.kz'";
    let college = database::number(&server.app.db, college, params![]).await.unwrap();
    let programmes = sendable(&server.app, college, CASES).await;
    let mut tokens = BTreeMap::new();
    for local in ["director", "operator", "operator-2", "expert", "expert-2", "expert-3"] {
        tokens.insert(local, token_of(&server.app, local).await);
    }
    let mut members = Vec::new();
    for expert in ["expert", "expert-2", "expert-3"] {
        members.push(ask(server, Method::GET, &tokens[expert], "/api/v1/me", None).await["id"].clone());
    }
    let begun = Instant::now();
    let judgements: Vec<Value> = ["standards", "structure", "outcomes", "practice", "resources", "language"]
        .iter()
        .map(|criterion| json!({ "criterion": criterion, "grade": "meets", "reason": "Талаптарға сай" }))
        .collect();
    let work = |programme: i64| {
        let (tokens, members, judgements) = (&tokens, &members, &judgements);
        async move {
            let mut times = Vec::new();
            let body = json!({ "programme": programme });
            let opened = ask(server, Method::POST, &tokens["director"], "/api/v1/applications", Some(&body)).await;
            let path = format!("/api/v1/applications/{}", opened["id"]);
            let whole = ask(server, Method::GET, &tokens["director"], &path, None).await;
            let mut all = vec![("director", sending(&whole)), ("operator", json!({ "action": "take" }))];
            all.push(("operator", json!({ "action": "pass_on", "members": members, "chair": members[0] })));
            for expert in ["expert", "expert-2", "expert-3"] {
                all.push((expert, json!({ "action": "declare" })));
                all.push((expert, json!({ "action": "judge", "judgements": judgements })));
            }
            all.push(("expert", json!({ "action": "summarise", "why": "Сай", "recommendation": "include" })));
            all.push(("operator-2", json!({ "action": "include", "valid_to": "2031-08-31" })));
            for (who, step) in all {
                let asked = Instant::now();
                ask(server, Method::POST, &tokens[who], &format!("{path}/steps"), Some(&step)).await;
                times.push(asked.elapsed());
            }
            times
        }
    };
    let mut times = Vec::new();
    let shares: Vec<Vec<i64>> =
        (0..at_once).map(|at| programmes.iter().skip(at).step_by(at_once).copied().collect()).collect();
    let worked = futures::future::join_all(shares.into_iter().map(|share| async {
        let mut times = Vec::new();
        for programme in share {
            times.extend(work(programme).await);
        }
        times
    }))
    .await;
    times.extend(worked.into_iter().flatten());
    Times(times).say(&format!("steps of the procedure, {at_once} at a time"), begun.elapsed());
    let serial = database::number(&server.app.db, "SELECT last FROM register_serial", params![]).await.unwrap();
    let numbers =
        database::number(&server.app.db, "SELECT COUNT(*) FROM register_step WHERE action = 'include'", params![]);
    assert_eq!(serial, numbers.await.unwrap(), "a number for each, without a gap");
}

/// The last day of October: a hundred colleges send ten applications each, all at once.
async fn last_day(server: &Server) {
    #[derive(sea_orm::FromQueryResult)]
    struct College {
        id: i64,
    }
    let colleges: Vec<College> = database::all(
        &server.app.db,
        "SELECT id FROM organisation WHERE kind = 'college' ORDER BY id DESC LIMIT 100",
        params![],
    )
    .await
    .unwrap();
    assert_eq!(colleges.len(), 100);
    let mut waiting = Vec::new();
    for College { id } in colleges {
        let email = format!("director-{id}@demo.sheber.kz");
        let account = database::number(
            &server.app.db,
            "INSERT INTO account (organisation_id, role, email, name, search_name, must_change, lang, totp_step, active, created_at)
             VALUES ($1, 'director', $2, 'Директор (демо)', 'директор', FALSE, 'kk', 0, TRUE, 0) RETURNING id",
            params![id, email],
        )
        .await
        .unwrap();
        let token = token(&server.app, account).await;
        for programme in sendable(&server.app, id, 10).await {
            waiting.push((token.clone(), programme));
        }
    }
    let begun = Instant::now();
    let sent = futures::future::join_all(waiting.iter().map(|(token, programme)| async move {
        let asked = Instant::now();
        let body = json!({ "programme": programme });
        let opened = ask(server, Method::POST, token, "/api/v1/applications", Some(&body)).await;
        let path = format!("/api/v1/applications/{}", opened["id"]);
        let whole = ask(server, Method::GET, token, &path, None).await;
        ask(server, Method::POST, token, &format!("{path}/steps"), Some(&sending(&whole))).await;
        asked.elapsed()
    }))
    .await;
    let took = begun.elapsed();
    Times(sent).say("1,000 applications at once (opened, looked over, sent)", took);
    let number = async |sql: &str| database::number(&server.app.db, sql, params![]).await.unwrap();
    assert_eq!(number("SELECT COUNT(*) FROM register_case WHERE state = 'submitted'").await, 1_000);
    let keys = number("SELECT MAX(id) - MIN(id) + 1 FROM register_case WHERE state = 'submitted'").await;
    assert_eq!(keys, 1_000, "the keys have no gap");
    let verdict = trail::verify(&server.app.db).await.unwrap();
    assert!(matches!(verdict, trail::Verdict::Holds { .. }), "{verdict:?}");
}

async fn measure(name: &str, url: String, folder: tempfile::TempDir) {
    let programmes = std::env::var("SHEBER_BENCH_PROGRAMMES").ok().and_then(|text| text.parse().ok()).unwrap_or(50_000);
    println!("{name}, {programmes} programmes");
    let server = serve(url, folder).await;
    sheber_demo::national(&server.app, (programmes / 66).max(120), programmes, 7).await.unwrap();
    sheber_demo::national_entries(&server.app).await.unwrap();
    search(&server).await;
    steps(&server, 4).await;
    steps(&server, 8).await;
    last_day(&server).await;
}

fn main() {
    // `cargo test` runs benches, too, to see that they start.
    if std::env::args().any(|argument| argument == "--test" || argument == "--list") {
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/bench.db", folder.path().display());
        Box::pin(measure("SQLite", url, folder)).await;
        let Ok(url) = std::env::var("SHEBER_TEST_POSTGRES") else {
            println!("PostgreSQL: SHEBER_TEST_POSTGRES is not set, not measured");
            return;
        };
        let name = format!("b{}", &secret::token()[..16]);
        let db = Box::pin(Database::connect(&url)).await.unwrap();
        db.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
        let url = format!("{}/{name}", url.rsplit_once('/').unwrap().0);
        Box::pin(measure("PostgreSQL", url, tempfile::tempdir().unwrap())).await;
    });
}
