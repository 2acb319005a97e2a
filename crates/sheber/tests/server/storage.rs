//! The disk is full, the database is gone: a clear page, nothing half done, and work goes on by itself once they are back.

use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::Value;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};
use tokio::sync::Notify;

use crate::support::{Kind, Person, Program, Server};

/// A server in a process of its own whose files may not grow beyond `limit` bytes.
async fn limited(server: &Server, limit: u64) -> (Child, String) {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let config = &server.app.config;
    let (keys, files) = (config.keys(), config.files());
    // What hits the limit is told by an error and not by a signal.
    let line = format!(
        "trap '' XFSZ; ulimit -S -f {}; exec \"$0\" serve --database {} --listen 127.0.0.1:{port} --keys {} --files {} --api-pace 1000000",
        limit / 512,
        config.database,
        keys.display(),
        files.display()
    );
    let mut command = Command::new("sh");
    command
        .args(["-c", &line, env!("CARGO_BIN_EXE_sheber")])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    let child = command.spawn().unwrap();
    let base = format!("http://127.0.0.1:{port}");
    ready(&base).await;
    (child, base)
}

async fn ready(base: &str) {
    sheber_platform::app::choose_cryptography();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    for _ in 0..600 {
        if http.get(format!("{base}/readyz")).send().await.is_ok_and(|answer| answer.status() == StatusCode::OK) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the server does not become ready");
}

const ADVICE: &str = "Ештеңе жартылай сақталған жоқ";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_stops_nothing_but_writing() {
    let server = Server::start(Kind::Sqlite).await;
    let program = server.program("methodist").await;
    let id = program.json("/api/v1/programmes?limit=1").await["items"][0]["id"].clone();
    let file = program.get(&format!("/api/v1/programmes/{id}")).await.text().await.unwrap();
    crate::register::with_cases(&server).await;
    let before = server.number("SELECT COUNT(*) FROM programme").await;
    let mut director = server.person("director").await;
    // What a first look at the page makes is made before the disk is full.
    director.page("/").await;
    let of = |name: &str| std::fs::metadata(server.folder().join(name)).map_or(0, |file| file.len());
    let size = of("test.db").max(of("test.db-wal"));
    let (child, base) = limited(&server, size + 256 * 1024).await;
    let there = Program { base: base.clone(), ..program };
    let make = async || there.ask(Method::POST, "/api/v1/programmes").body(file.clone()).send().await.unwrap();
    let mut made = 0;
    let refused = loop {
        let answer = make().await;
        if answer.status() != StatusCode::CREATED {
            break answer;
        }
        made += 1;
        assert!(made < 3_000, "the disk never fills");
    };
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    let problem: Value = refused.json().await.unwrap();
    assert_eq!(problem["type"], "urn:sheber:error-storage");
    assert!(problem["detail"].as_str().unwrap().contains(ADVICE));
    // Somebody who is signed in already reads on, and is told why a form is not taken.
    director.at(&base);
    assert_eq!(director.get("/programmes").await.status(), StatusCode::OK, "reading goes on");
    // What had no room for a programme may have some for a line or two.
    let mut page = director.post("/inbox/mail", &[("how", "daily")]).await;
    for _ in 0..100 {
        if page.status() != StatusCode::SEE_OTHER {
            break;
        }
        page = director.post("/inbox/mail", &[("how", "each")]).await;
    }
    assert_eq!(page.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.text().await.unwrap().contains(ADVICE));
    let mut letter = b"%PDF-1.7\n".to_vec();
    letter.resize(usize::try_from(size).unwrap() + 600 * 1024, b' ');
    letter.extend(b"\n%%EOF\n");
    let answer = director.upload("/register/2/attach", &[("kind", "other")], &[("a.pdf", letter.clone())]).await;
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    let left = std::fs::read_dir(server.app.config.files()).into_iter().flatten();
    let left = left.flat_map(|part| std::fs::read_dir(part.unwrap().path()).unwrap()).count();
    assert_eq!(left, 0, "no half of a file is left");
    assert_eq!(server.number("SELECT COUNT(*) FROM programme").await, before + made, "what was refused is not there");
    server.trail_holds().await;

    let freed = Command::new("prlimit")
        .args(["--pid", &child.id().unwrap().to_string(), "--fsize=unlimited:unlimited"])
        .status()
        .await
        .expect("util-linux");
    assert!(freed.success());
    assert_eq!(make().await.status(), StatusCode::CREATED, "without a restart");
    let answer = director.upload("/register/2/attach", &[("kind", "other")], &[("a.pdf", letter)]).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{}", answer.text().await.unwrap());
    server.trail_holds().await;
}

/// A line to the database that can be cut.
struct Line {
    port: u16,
    to: String,
    cut: Arc<Notify>,
    task: tokio::task::JoinHandle<()>,
}

impl Line {
    async fn open(port: u16, to: &str) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (cut, far) = (Arc::new(Notify::new()), to.to_owned());
        let cutting = cut.clone();
        let task = tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let (far, cutting) = (far.clone(), cutting.clone());
                tokio::spawn(async move {
                    let Ok(mut far) = TcpStream::connect(far).await else { return };
                    tokio::select! {
                        _ = copy_bidirectional(&mut near, &mut far) => {}
                        () = cutting.notified() => {}
                    }
                });
            }
        });
        Self { port, to: to.to_owned(), cut, task }
    }

    async fn cut(&self) {
        self.task.abort();
        self.cut.notify_waiters();
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_was_gone_is_found_again() {
    let server = Server::start(Kind::Postgres).await;
    let program = server.program("director").await;
    let url = &server.app.config.database;
    let (head, rest) = url.split_once('@').unwrap();
    let (host, name) = rest.split_once('/').unwrap();
    let line = Line::open(0, host).await;
    let config = sheber_app::Config {
        database: format!("{head}@127.0.0.1:{}/{name}", line.port),
        keys: Some(server.app.config.keys()),
        files: Some(server.app.config.files()),
        ..sheber_app::Config::default()
    };
    let far = Server::on(config, tempfile::tempdir().unwrap()).await;
    let there = Program { base: far.base.clone(), ..program };
    let mut person: Person = server.person("director").await;
    person.at(&far.base);
    assert_eq!(person.get("/programmes").await.status(), StatusCode::OK);
    let token = person.token().await;
    let before = server.number("SELECT COUNT(*) FROM audit").await;
    line.cut().await;
    let visitor = far.visitor();
    let fields = [("csrf", token.as_str()), ("how", "daily")];
    // At once: each waits for the database as long as anybody would.
    let (page, refused, problem, alive, ready_to_work) = tokio::join!(
        person.get("/programmes"),
        person.post_raw("/inbox/mail", &fields),
        there.get("/api/v1/me"),
        visitor.get("/healthz"),
        visitor.get("/readyz"),
    );
    assert_eq!(page.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.text().await.unwrap().contains(ADVICE));
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    let problem: Value = problem.json().await.unwrap();
    assert_eq!(problem["type"], "urn:sheber:error-storage");
    assert_eq!(alive.status(), StatusCode::OK, "the process lives");
    assert_eq!(ready_to_work.status(), StatusCode::SERVICE_UNAVAILABLE, "but cannot work");
    assert_eq!(server.number("SELECT COUNT(*) FROM audit").await, before, "nothing half done");
    let _again = Line::open(line.port, &line.to).await;
    ready(&far.base).await;
    assert_eq!(person.get("/programmes").await.status(), StatusCode::OK, "without a restart");
    let taken = person.post_raw("/inbox/mail", &[("csrf", &token), ("how", "daily")]).await;
    assert_eq!(taken.status(), StatusCode::SEE_OTHER);
}

/// The demo makes its own keys before it signs anything, and takes the options of a server.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_demo_starts_from_nothing_and_again() {
    let folder = tempfile::tempdir().unwrap();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for _ in 0..2 {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sheber"));
        command
            .args(["demo", "--listen", &format!("127.0.0.1:{port}"), "--database"])
            .arg(format!("sqlite://{}", folder.path().join("demo.db").display()))
            .env("SHEBER_KEYS", folder.path().join("own.keys"))
            .arg("--files")
            .arg(folder.path().join("files"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        let mut child = command.spawn().unwrap();
        ready(&format!("http://127.0.0.1:{port}")).await;
        assert!(folder.path().join("own.keys").exists(), "the keys lie where they were asked for");
        child.kill().await.unwrap();
    }
}
