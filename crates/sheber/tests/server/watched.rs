//! What a watcher sees: measurements and log lines by the pattern of a route, and nothing of any person.

use std::process::Stdio;
use std::time::Duration;

use reqwest::StatusCode;
use serde_json::Value;
use tokio::process::Command;

use crate::on_both;
use crate::support::{Program, Server};

async fn a_watcher_sees_work_and_no_people(server: Server) {
    let case = crate::register::opened_and_sent(&server).await;
    let program = server.program("director").await;
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let base = format!("http://127.0.0.1:{port}");
    let (config, log) = (&server.app.config, server.folder().join("log"));
    let mut child = Command::new(env!("CARGO_BIN_EXE_sheber"))
        .args(["serve", "--database", &config.database, "--listen", &format!("127.0.0.1:{port}")])
        // Nobody listens there: letters fail.
        .args(["--smtp", "smtp://127.0.0.1:9", "--metrics-token", "watcher", "--log-format", "json"])
        .arg("--keys")
        .arg(config.keys())
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(&log).unwrap())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut visitor = server.visitor();
    visitor.at(&base);
    for _ in 0..600 {
        if visitor.http.get(format!("{base}/readyz")).send().await.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let wrong = visitor.sign_in("methodist@demo.sheber.kz", "құпия-сөз-қате").await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    visitor.sign_in("methodist@demo.sheber.kz", sheber_demo::PASSWORD).await;
    assert_eq!(visitor.get(&format!("/register/{case}?q=Дәулет")).await.status(), StatusCode::OK);
    assert_eq!(visitor.get("/r/35-06130100-2024-000777").await.status(), StatusCode::NOT_FOUND);
    let there = Program { base: base.clone(), ..program };
    assert_eq!(there.get("/api/v1/programmes/1").await.status(), StatusCode::OK);

    let metrics = async |token: Option<&str>| {
        let asked = reqwest::Client::new().get(format!("{base}/metrics"));
        if let Some(token) = token { asked.bearer_auth(token) } else { asked }.send().await.unwrap()
    };
    for token in [None, Some("other"), Some("")] {
        assert_eq!(metrics(token).await.status(), StatusCode::NOT_FOUND);
    }
    assert_eq!(server.visitor().get("/metrics").await.status(), StatusCode::NOT_FOUND, "no token in the settings");
    let text = metrics(Some("watcher")).await.text().await.unwrap();
    for line in [
        "sheber_http_requests_total{route=\"/register/{id}\",method=\"GET\",status=\"200\"} 1",
        "sheber_http_request_duration_seconds_bucket{route=\"/api/v1/programmes/{id}\",le=\"+Inf\"} 1",
        "sheber_register_open_cases 1",
        "sheber_outbox_waiting ",
    ] {
        assert!(text.contains(line), "{line} in\n{text}");
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    child.kill().await.unwrap();
    let log = std::fs::read_to_string(&log).unwrap();
    let lines: Vec<Value> =
        log.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"))).collect();
    assert!(
        lines
            .iter()
            .any(|line| line["route"] == "/register/{id}" && line["status"] == 200 && line["milliseconds"].is_u64())
    );
    assert!(lines.iter().any(|line| line["why"] == "the mail server cannot be reached"), "{log}");
    for person in ["demo.sheber.kz", "Дәулет", "құпия", "000777", &there.token, "watcher", "127.0.0.1:9"] {
        assert!(!log.contains(person) && !text.contains(person), "{person} in\n{log}");
    }
}

on_both! { a_watcher_sees_work_and_no_people }
