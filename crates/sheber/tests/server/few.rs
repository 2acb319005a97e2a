//! What is for few: who may not read it does not find it, and who reads it is noted.

use reqwest::StatusCode;
use sheber_app::rooms::ROOMS;
use sheber_platform::access::Access;
use sheber_platform::house::Room;
use sheber_platform::route::{Route, get};
use sheber_platform::{database, files, params};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::duties::group;
use crate::on_both;
use crate::support::{Kind, Server};

/// The operator judges programmes, the administrator looks after accounts: neither reads what colleges hand in for their duties.
async fn the_operator_reads_no_college_s_evidence(server: Server) {
    let director = server.person("director").await;
    director.page("/tasks").await;
    let college = server.number("SELECT organisation_id FROM account WHERE email = 'director@demo.sheber.kz'").await;
    let hash = files::keep(&server.app, college, b"%PDF-1.7\n%%EOF".as_slice().into()).await.unwrap();
    let task = server.number(&format!("SELECT MIN(id) FROM duty_task WHERE organisation_id = {college}")).await;
    let evidence = format!(
        "{{\"note\":\"\",\"link\":\"\",\"numbers\":{{}},\"files\":[{{\"name\":\"a.pdf\",\"hash\":\"{hash}\"}}]}}"
    );
    database::run(&server.app.db, "UPDATE duty_task SET evidence = $2 WHERE id = $1", params![task, evidence])
        .await
        .unwrap();
    for (local, sees) in [("director", true), ("department", true), ("ministry", true), ("operator", false)] {
        let person = server.person(local).await;
        for path in [format!("/tasks/{task}"), format!("/tasks/{task}/files/{hash}")] {
            let expected = if sees { StatusCode::OK } else { StatusCode::NOT_FOUND };
            assert_eq!(person.get(&path).await.status(), expected, "{local} {path}");
        }
        assert_eq!(person.page("/tasks").await.contains(&format!("/tasks/{task}\"")), local == "director", "{local}");
    }
    let administrator = server.person("administrator").await;
    assert_eq!(administrator.get(&format!("/tasks/{task}")).await.status(), StatusCode::FORBIDDEN);
}

/// Why a student is supported is shown to few, and who saw it can be asked.
async fn who_reads_reasons_for_support_is_noted(server: Server) {
    let director = server.person("director").await;
    let group = group(&server, &director, "25ПО-11").await;
    let path = format!("/groups/{group}");
    director.post(&format!("{path}/students"), &[("names", "Әбен Айару")]).await;
    let readers = "SELECT a.email FROM reading r JOIN account a ON a.id = r.account_id ORDER BY r.at";
    for local in ["librarian", "teacher", "director", "director"] {
        server.person(local).await.get(&path).await;
    }
    let noted = server.texts(readers).await;
    assert!(noted.contains(&"director@demo.sheber.kz".to_owned()), "{noted:?}");
    assert!(!noted.contains(&"librarian@demo.sheber.kz".to_owned()), "who does not see them is not noted: {noted:?}");
    assert_eq!(noted.iter().filter(|email| *email == "director@demo.sheber.kz").count(), 1, "once a day");
    let name = server.text("SELECT name FROM account WHERE email = 'director@demo.sheber.kz'").await;
    let page = director.page(&path).await;
    assert!(page.contains("Қолдау себептерін кім көрді") && page.contains(&format!("<li>{name}, ")));
}

on_both! { the_operator_reads_no_college_s_evidence who_reads_reasons_for_support_is_noted }

/// A scanner that finds what is called so.
async fn scanner() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = [0; 10];
            stream.read_exact(&mut head).await.unwrap();
            assert_eq!(&head, b"zINSTREAM\0");
            let mut all = Vec::new();
            loop {
                let length = stream.read_u32().await.unwrap();
                if length == 0 {
                    break;
                }
                let mut piece = vec![0; length as usize];
                stream.read_exact(&mut piece).await.unwrap();
                all.extend(piece);
            }
            let found = all.windows(8).any(|part| part == b"harmful!");
            let verdict = if found { "stream: Test FOUND\0" } else { "stream: OK\0" };
            stream.write_all(verdict.as_bytes()).await.unwrap();
        }
    });
    at
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_looked_at_before_it_is_kept() {
    let at = scanner().await;
    let server = Server::start_with(Kind::Sqlite, |config| config.scanner = Some(at)).await;
    let clean = [vec![b'a'; 200_000], b"harmless".to_vec()].concat();
    assert!(files::keep(&server.app, 1, clean.into()).await.is_ok());
    let harmful = [vec![b'a'; 200_000], b"harmful!".to_vec()].concat();
    let hash = sheber_platform::secret::sha256_of(&harmful);
    assert!(files::keep(&server.app, 1, harmful.into()).await.is_err());
    assert!(!server.app.config.files().join(&hash[..2]).join(&hash).exists(), "nor is it on the disk");
    let gone = sheber_app::Config { scanner: Some("127.0.0.1:1".to_owned()), ..(*server.app.config).clone() };
    assert!(
        files::keep(&server.with(gone), 1, b"a".as_slice().into()).await.is_err(),
        "what nobody looked at is not kept"
    );
}

/// What people typed holds no sign that a header, a feed or a table would read as its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn control_characters_go_at_the_door() {
    let server = Server::start(Kind::Sqlite).await;
    let teacher = server.person("teacher").await;
    let day = sheber_platform::clock::day(server.app.clock.millis()).to_string();
    let topic = "Кездесу\rX-Header: 1\u{b}\u{1b}[31m";
    let fields = [("kind", "excursion"), ("topic", topic), ("planned_on", day.as_str()), ("students", "12")];
    assert_eq!(teacher.post("/events", &fields).await.status(), StatusCode::SEE_OTHER);
    let kept = server.text("SELECT topic FROM event").await;
    assert!(!kept.chars().any(|letter| letter.is_control() && letter != '\n'), "{kept:?}");
    let page = teacher.post("/calendar/feed", &[]).await.text().await.unwrap();
    let feed = page.split("/calendar/").find(|part| part.contains(".ics")).unwrap();
    let feed = server.visitor().get(&format!("/calendar/{}.ics", feed.split(".ics").next().unwrap())).await;
    let feed = feed.text().await.unwrap();
    assert!(feed.lines().all(|line| !line.starts_with("X-Header")) && !feed.replace("\r\n", "").contains('\r'));
    assert_eq!(server.visitor().get("/login").await.headers()["cache-control"], "no-store");
    // Another kind of content than a form is none.
    let sent = teacher.http.post(format!("{}/events", server.base)).header("content-type", "text/plain").body("csrf=1");
    assert_eq!(sent.send().await.unwrap().status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

/// With TLS cookies come from this host alone, and say so by their names.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_tls_cookies_are_of_this_host_alone() {
    let server = Server::start_with(Kind::Sqlite, |config| config.secure_cookies = true).await;
    let page = server.visitor().get("/login").await;
    let cookie = page.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.starts_with("__Host-sheber-form=") && cookie.contains("; Secure") && cookie.contains("Path=/;"));
    assert!(!cookie.contains("Domain") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    assert!(page.headers()["strict-transport-security"].to_str().unwrap().contains("includeSubDomains"));
    let token = crate::support::value(&page.text().await.unwrap(), "csrf").to_owned();
    let form = cookie.split(';').next().unwrap().to_owned();
    let fields = [("csrf", token.as_str()), ("email", "teacher@demo.sheber.kz"), ("password", sheber_demo::PASSWORD)];
    let visitor = server.visitor();
    let signed_in = visitor.http.post(format!("{}/login", server.base)).header("cookie", form).form(&fields).send();
    let signed_in = signed_in.await.unwrap();
    assert_eq!(signed_in.status(), StatusCode::SEE_OTHER);
    let names: Vec<String> = signed_in.cookies().map(|cookie| cookie.name().to_owned()).collect();
    assert!(names.iter().all(|name| name.starts_with("__Host-sheber")) && names.len() == 2, "{names:?}");
}

/// What somebody sends has a pace; what they read has none.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_people_send_has_a_pace() {
    let server = Server::start_with(Kind::Sqlite, |config| config.api_pace = 20).await;
    let person = server.person("teacher").await;
    person.token().await;
    let mut held = 0;
    for _ in 0..40 {
        let answer = person.post("/inbox/mail", &[("how", "daily")]).await;
        held += u32::from(answer.status() == StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(person.get("/account").await.status(), StatusCode::OK);
    }
    assert!((15..=25).contains(&held), "{held}");
}

/// A new password says how strong it is, to somebody who has been handed the form.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_password_says_how_strong_it_is() {
    let server = Server::start(Kind::Sqlite).await;
    let visitor = server.visitor();
    let ask = async |token: &str, password: &str| {
        let body = serde_json::json!({ "password": password });
        let path = format!("{}/password/strength", server.base);
        visitor.http.post(path).header("x-csrf-token", token).json(&body).send().await.unwrap()
    };
    assert_eq!(ask("", "Кентау-7-дала").await.status(), StatusCode::FORBIDDEN);
    let token = crate::support::value(&visitor.page("/login").await, "csrf").to_owned();
    for (password, strong) in [("password1234", false), ("Кентау-7-дала", true), (&"a7".repeat(5_000), false)]
    {
        let answer: serde_json::Value = ask(&token, password).await.json().await.unwrap();
        assert_eq!(answer["score"].as_i64().unwrap() >= 3, strong, "{answer}");
    }
}

async fn panics() -> &'static str {
    panic!("as a fault of the program would")
}

fn routes() -> Vec<Route> {
    vec![get("/panics", Access::Public, panics)]
}

/// An address that does not read, and a method that is not there, are told in words.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_address_is_told_in_words() {
    let server = Server::start(Kind::Sqlite).await;
    let director = server.person("director").await;
    for (path, status) in [
        ("/events/abc", StatusCode::NOT_FOUND),
        ("/surveys/new", StatusCode::NOT_FOUND),
        ("/events/1/photos", StatusCode::METHOD_NOT_ALLOWED),
        ("/static/nothing.js", StatusCode::NOT_FOUND),
    ] {
        let answer = director.get(path).await;
        assert_eq!(answer.status(), status, "{path}");
        let page = answer.text().await.unwrap();
        assert!(page.contains("<main") && !page.contains("i64"), "{path}: {page}");
    }
}

/// A fault of the program in one request is an answer like any other, and the server goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panic_is_an_answer() {
    const FAULTY: Room = Room { name: "faulty", routes, ..Room::EMPTY };
    let rooms: Vec<&'static Room> = ROOMS.iter().copied().chain([&FAULTY]).collect();
    let server = Server::of_rooms(Kind::Sqlite, &rooms).await;
    let visitor = server.visitor();
    let answer = visitor.get("/panics").await;
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let page = answer.text().await.unwrap();
    assert!(page.contains("<main") && !page.contains("would"), "in words, and nothing of the fault");
    assert_eq!(visitor.page("/healthz").await, "ok");
}
