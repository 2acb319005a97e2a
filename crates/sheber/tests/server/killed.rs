//! The server is killed under writing load, again and again: what it said was done is done, once, and no letter is lost.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::json;
use sheber_app::App;
use sheber_app::Config;
use sheber_app::Span;
use sheber_demo::{People, Upto};
use sheber_platform::house::Job;
use sheber_platform::outbox::Outbox;
use sheber_programmes::programmes;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};

use crate::on_both;
use crate::support::{Program, Server};

/// What a mail server took: of each letter's name how often.
type Taken = Arc<Mutex<BTreeMap<String, usize>>>;

async fn talk(stream: TcpStream, taken: Taken) -> std::io::Result<()> {
    let (reading, mut writing) = stream.into_split();
    let mut lines = BufReader::new(reading).lines();
    writing.write_all(b"220 test\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        let answer: &[u8] = match line.get(..4).unwrap_or_default().to_ascii_uppercase().as_str() {
            "DATA" => {
                writing.write_all(b"354 go on\r\n").await?;
                let mut name = String::new();
                // A connection that ends before the dot brought no letter.
                loop {
                    let Some(line) = lines.next_line().await? else { return Ok(()) };
                    if line == "." {
                        break;
                    }
                    if let Some(id) = line.strip_prefix("Message-ID: ") {
                        id.clone_into(&mut name);
                    }
                }
                *taken.lock().unwrap().entry(name).or_default() += 1;
                b"250 taken\r\n"
            }
            "QUIT" => return writing.write_all(b"221 bye\r\n").await,
            _ => b"250 ok\r\n",
        };
        writing.write_all(answer).await?;
    }
    Ok(())
}

async fn mail_server() -> (String, Taken) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("smtp://{}", listener.local_addr().unwrap());
    let taken = Taken::default();
    let kept = taken.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(talk(stream, kept.clone()));
        }
    });
    (address, taken)
}

/// A server in a process of its own, on the same database.
pub async fn served(server: &Server, smtp: &str) -> (Child, String) {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let base = format!("http://127.0.0.1:{port}");
    let config = &server.app.config;
    let mut command = Command::new(env!("CARGO_BIN_EXE_sheber"));
    command
        .args(["serve", "--database", &config.database, "--listen", &format!("127.0.0.1:{port}")])
        .args([
            "--base-url",
            "http://sheber.test",
            "--smtp",
            smtp,
            "--api-pace",
            "1000000",
            "--secure-cookies",
            "false",
        ])
        .arg("--keys")
        .arg(config.keys())
        .arg("--files")
        .arg(config.files())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    let child = command.spawn().unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    for _ in 0..600 {
        if http.get(format!("{base}/readyz")).send().await.is_ok_and(|answer| answer.status() == StatusCode::OK) {
            return (child, base);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the server does not start");
}

const ROUNDS: u64 = 10;
const CASES: usize = 40;

#[derive(Default)]
struct Acknowledged {
    included: BTreeSet<i64>,
    /// By the note that each was made with.
    made: BTreeSet<String>,
}

/// Includes one case after another; what was not answered is asked for again in the next round, by the same key.
async fn include(second: Program, waiting: Arc<Mutex<VecDeque<i64>>>, acknowledged: Arc<Mutex<Acknowledged>>) {
    loop {
        let Some(case) = waiting.lock().unwrap().front().copied() else { return };
        let asked = second
            .ask(Method::POST, &format!("/api/v1/applications/{case}/steps"))
            .header("idempotency-key", format!("include-{case}"))
            .json(&json!({ "action": "include", "valid_to": "2031-08-31" }));
        let Ok(answer) = asked.send().await else { return };
        // Only a whole answer counts.
        let (status, body) = (answer.status(), answer.text().await);
        if body.is_err() {
            return;
        }
        assert_eq!(status, StatusCode::CREATED, "{body:?}");
        waiting.lock().unwrap().pop_front();
        acknowledged.lock().unwrap().included.insert(case);
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
}

async fn make(methodist: Program, file: String, next: Arc<Mutex<u64>>, acknowledged: Arc<Mutex<Acknowledged>>) {
    loop {
        let note = format!("load-{}", *next.lock().unwrap());
        let asked = methodist
            .ask(Method::POST, &format!("/api/v1/programmes?note={note}"))
            .header("idempotency-key", &note)
            .body(file.clone());
        let Ok(answer) = asked.send().await else { return };
        let (status, body) = (answer.status(), answer.text().await);
        if body.is_err() {
            return;
        }
        assert_eq!(status, StatusCode::CREATED, "{body:?}");
        *next.lock().unwrap() += 1;
        acknowledged.lock().unwrap().made.insert(note);
    }
}

async fn nothing_acknowledged_is_lost(server: Server) {
    let people = People::load(&server.app).await.unwrap();
    let own = people.director.organisation_id;
    let source =
        server.number(&format!("SELECT MIN(id) FROM programme WHERE violations = 0 AND college_id = {own}")).await;
    let programme = programmes::store::find(&server.app.db, &people.director, source).await.unwrap().programme;
    let mut cases = VecDeque::new();
    for _ in 0..CASES {
        let id = programmes::store::create(&server.app, &people.director, own, &programme, "", None).await.unwrap();
        cases.push_back(people.bring(&server.app, id, Upto::Summarised).await.unwrap());
    }
    let (second, methodist) = (server.program("operator-2").await, server.program("methodist").await);
    sheber_platform::database::run(&server.app.db, "UPDATE outbox SET done_at = 1", vec![]).await.unwrap();
    let file = methodist.get(&format!("/api/v1/programmes/{source}")).await.text().await.unwrap();
    let (smtp, taken) = mail_server().await;
    let waiting = Arc::new(Mutex::new(cases));
    let acknowledged = Arc::new(Mutex::new(Acknowledged::default()));
    let next = Arc::new(Mutex::new(0));
    // On a slow machine little is done between two kills: then there are more of them.
    let enough = |done: &Acknowledged| done.included.len() >= 10 && done.made.len() >= 10;
    let mut kills = 0;
    for round in 0..6 * ROUNDS {
        if round >= ROUNDS && enough(&acknowledged.lock().unwrap()) {
            break;
        }
        let (mut child, base) = served(&server, &smtp).await;
        let at = |program: &Program| Program { base: base.clone(), ..program.clone() };
        let load = [
            tokio::spawn(include(at(&second), waiting.clone(), acknowledged.clone())),
            tokio::spawn(make(at(&methodist), file.clone(), next.clone(), acknowledged.clone())),
        ];
        // Another moment of the work each time, and later ones where the machine is slow.
        tokio::time::sleep(Duration::from_millis((60 + round * 37 % 300) * (1 + round / ROUNDS))).await;
        child.kill().await.unwrap();
        kills += 1;
        for writer in load {
            writer.await.unwrap();
        }
    }
    let acknowledged = std::mem::take(&mut *acknowledged.lock().unwrap());
    assert!(enough(&acknowledged), "there was work to lose");

    server.trail_holds().await;
    for case in &acknowledged.included {
        let sql = format!(
            "SELECT COUNT(*) FROM register_entry e JOIN register_case c ON c.id = e.case_id WHERE c.id = {case} AND c.state = 'included' AND c.number = e.number"
        );
        assert_eq!(server.number(&sql).await, 1, "case {case} was said to be included");
    }
    let included = server.number("SELECT COUNT(*) FROM register_entry").await;
    assert_eq!(included, server.number("SELECT last FROM register_serial").await, "no number without an entry");
    let last = "SELECT COUNT(DISTINCT substr(number, length(number) - 5)) FROM register_entry";
    assert_eq!(server.number(last).await, included, "no number twice");
    assert_eq!(server.number("SELECT COUNT(*) FROM register_step WHERE action = 'include'").await, included);
    let notes = server.texts("SELECT note FROM programme_version WHERE note LIKE 'load-%'").await;
    let once: BTreeSet<String> = notes.iter().cloned().collect();
    assert_eq!(once.len(), notes.len(), "made once, however often it was asked for");
    assert!(acknowledged.made.is_subset(&once));

    // What waited when the last server died goes out from the next one, once the pauses have passed.
    let config = Config { smtp: Some(smtp), base_url: "http://sheber.test".to_owned(), ..(*server.app.config).clone() };
    let app = App::new(server.app.db.clone(), config, server.app.clock.clone());
    let (job, from) = (Outbox, app.clone());
    let sender = tokio::spawn(async move {
        loop {
            job.run(&from).await.unwrap();
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
    let mut waited = 0;
    while server.number("SELECT COUNT(*) FROM outbox WHERE done_at IS NULL").await > 0 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        app.clock.advance(Span::minutes(2));
        waited += 1;
        assert!(waited < 300, "letters wait for ever");
    }
    sender.abort();
    // The college's three, who checked it, and the three experts.
    let letters = server.number("SELECT COUNT(*) FROM outbox WHERE done_at > 1").await;
    assert_eq!(letters, included * 7, "a letter for each inclusion and everybody concerned");
    let taken = taken.lock().unwrap().clone();
    assert_eq!(i64::try_from(taken.len()).unwrap(), letters, "none lost, and one that came twice is known by its name");
    let twice = taken.values().filter(|times| **times > 1).count();
    assert!(twice <= kills, "at most the one under way when the server was killed: {twice} of {kills}");
    println!(
        "{kills} kills: {} inclusions, {} programmes, {letters} letters, {twice} sent again",
        acknowledged.included.len(),
        acknowledged.made.len()
    );
}

on_both! { nothing_acknowledged_is_lost }
