//! The interface for programs: the same functions as the pages, with tokens, problems, keys that make a thing once, and versions.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sheber_app::Span;

use sheber_people::accounts::links;

use crate::on_both;
use crate::support::{Program, Server};

async fn problem(answer: reqwest::Response) -> (StatusCode, String) {
    let status = answer.status();
    assert_eq!(answer.headers()["content-type"], "application/problem+json", "{status}");
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["status"], status.as_u16());
    assert!(body["title"].as_str().is_some_and(|title| !title.starts_with("error-")), "{body}");
    (status, body["type"].as_str().unwrap().trim_start_matches("urn:sheber:").to_owned())
}

async fn a_token_has_scope_and_end(server: Server) {
    let person = server.person("director").await;
    let page = person.post("/account/tokens", &[("name", ""), ("days", "30")]).await;
    assert_eq!(page.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = person.post("/account/tokens", &[("name", "бухгалтерия"), ("days", "400")]).await.text().await.unwrap();
    assert!(page.contains("value=\"бухгалтерия\"") && page.contains("value=\"400\""), "what was typed stays");
    let wrong = [("name", "бухгалтерия"), ("days", "30"), ("password", "басқа-құпиясөз")];
    let page = person.post("/account/tokens", &wrong).await.text().await.unwrap();
    assert!(page.contains("value=\"бухгалтерия\"") && !page.contains("басқа-құпиясөз"), "not without the password");
    let right = [("name", "бухгалтерия"), ("days", "30"), ("password", sheber_demo::PASSWORD)];
    let page = person.post("/account/tokens", &right).await.text().await.unwrap();
    let token = page.split("id=\"once\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert!(!person.page("/account/tokens").await.contains(&token), "shown once");
    let once = crate::support::value(&person.page("/account/tokens").await, "once").to_owned();
    let form = [("name", "екі рет"), ("days", "30"), ("password", sheber_demo::PASSWORD), ("once", once.as_str())];
    let mut made = Vec::new();
    for _ in 0..2 {
        let page = person.post("/account/tokens", &form).await.text().await.unwrap();
        made.push(page.split("id=\"once\">").nth(1).unwrap().split('<').next().unwrap().to_owned());
    }
    assert_eq!(made[0], made[1], "a form that is sent twice makes one token");
    assert_eq!(server.number("SELECT COUNT(*) FROM api_token WHERE name = 'екі рет'").await, 1);
    let stored = format!("SELECT COUNT(*) FROM api_token WHERE hash = '{token}'");
    assert_eq!(server.number(&stored).await, 0, "kept as a hash alone");
    let reader = Program { http: reqwest::Client::new(), base: server.base.clone(), token };
    assert!(person.page("/inbox").await.contains("бухгалтерия"), "the owner is told");
    let me = reader.json("/api/v1/me").await;
    assert_eq!((me["role"].as_str(), me["scopes"].as_array().unwrap().len()), (Some("director"), 0));
    assert!(reader.json("/api/v1/programmes").await["total"].as_u64().unwrap() > 0);
    let refused = problem(reader.post("/api/v1/applications", &json!({ "programme": 1 })).await).await;
    assert_eq!(refused, (StatusCode::FORBIDDEN, "error-scope".to_owned()));
    let page = person.page("/account/tokens").await;
    let id = crate::support::value(&page[page.find("tokens/revoke").unwrap()..], "id").to_owned();
    let stranger = server.person("neighbour").await;
    assert_eq!(stranger.post("/account/tokens/revoke", &[("id", &id)]).await.status(), StatusCode::NOT_FOUND);
    let whole = server.program("director").await;
    server.app.clock.advance(Span::days(31));
    for old in [&reader, &whole] {
        assert_eq!(problem(old.get("/api/v1/me").await).await, (StatusCode::UNAUTHORIZED, "error-token".to_owned()));
    }
    let mut forged = whole.clone();
    forged.token.push('0');
    assert_eq!(
        problem(forged.get("/api/v1/register").await).await.0,
        StatusCode::UNAUTHORIZED,
        "a wrong token is told"
    );
}

async fn a_revoked_token_opens_nothing(server: Server) {
    let (person, program) = (server.person("methodist").await, server.program("methodist").await);
    assert_eq!(program.get("/api/v1/me").await.status(), StatusCode::OK);
    let page = person.page("/account/tokens").await;
    let id = crate::support::value(&page[page.find("tokens/revoke").unwrap()..], "id").to_owned();
    assert_eq!(person.post("/account/tokens/revoke", &[("id", &id)]).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(program.get("/api/v1/me").await.status(), StatusCode::UNAUTHORIZED);
    let records = "SELECT COUNT(*) FROM audit WHERE what IN ('trail-token-made', 'trail-token-revoked')";
    assert_eq!(server.number(records).await, 2);
}

async fn a_programme_is_made_once_and_saved_over_what_was_read(server: Server) {
    let (methodist, rival) = (server.program("methodist").await, server.program("neighbour").await);
    let list = methodist.json("/api/v1/programmes?limit=1").await;
    let id = list["items"][0]["id"].as_i64().unwrap();
    let next = list["next"].as_str().unwrap();
    let second = methodist.json(&format!("/api/v1/programmes?limit=1&after={next}")).await;
    assert_ne!(second["items"][0]["id"], list["items"][0]["id"], "the page after");
    let path = format!("/api/v1/programmes/{id}");
    assert_eq!(problem(rival.get(&path).await).await.0, StatusCode::NOT_FOUND);
    let read = methodist.get(&path).await;
    let etag = read.headers()["etag"].to_str().unwrap().to_owned();
    let mut file: Value = read.json().await.unwrap();

    let create = async |key: &str, file: &Value| {
        methodist
            .ask(Method::POST, "/api/v1/programmes?note=API")
            .header("idempotency-key", key)
            .json(file)
            .send()
            .await
            .unwrap()
    };
    let before = server.number("SELECT COUNT(*) FROM programme").await;
    let first = create("бір", &file).await;
    assert_eq!(first.status(), StatusCode::BAD_REQUEST, "a key is letters of ASCII");
    let mut made = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let (methodist, file) = (methodist.clone(), file.clone());
        made.spawn(async move {
            let asked = methodist.ask(Method::POST, "/api/v1/programmes").header("idempotency-key", "one").json(&file);
            let answer = asked.send().await.unwrap();
            (answer.status(), answer.headers()["location"].to_str().unwrap().to_owned(), answer.text().await.unwrap())
        });
    }
    let made = made.join_all().await;
    assert!(made.iter().all(|one| *one == made[0] && one.0 == StatusCode::CREATED), "{made:?}");
    assert_eq!(server.number("SELECT COUNT(*) FROM programme").await, before + 1, "made once");
    file["specialty"]["name"]["ru"] = "Другая".into();
    assert_eq!(problem(create("one", &file).await).await.1, "error-idempotency-other");

    let save = async |etag: Option<&str>, file: &Value| {
        let mut asked = methodist.ask(Method::PUT, &path).json(file);
        if let Some(etag) = etag {
            asked = asked.header("if-match", etag);
        }
        asked.send().await.unwrap()
    };
    assert_eq!(problem(save(None, &file).await).await.0, StatusCode::PRECONDITION_REQUIRED);
    let saved = save(Some(&etag), &file).await;
    assert_eq!(saved.status(), StatusCode::OK);
    assert_ne!(saved.headers()["etag"].to_str().unwrap(), etag);
    file["specialty"]["name"]["ru"] = "Третья".into();
    assert_eq!(problem(save(Some(&etag), &file).await).await.0, StatusCode::PRECONDITION_FAILED, "somebody was faster");
    let theirs = rival.json("/api/v1/programmes?limit=1").await["items"][0]["id"].clone();
    let own = file["college"].clone();
    file["college"] = rival.json(&format!("/api/v1/programmes/{theirs}")).await["college"].clone();
    assert_eq!(problem(save(Some(&etag), &file).await).await.1, "error-other-college");
    file["college"] = own;
    file["modules"][0]["units"][0]["semesters"] = "x".into();
    let answer = save(Some(&etag), &file).await;
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["errors"][0]["place"], "/modules/0/units/0/semesters", "{body}");

    let report: Value = {
        let mut whole = methodist.json(&path).await;
        whole["modules"].as_array_mut().unwrap().pop();
        methodist.post("/api/v1/check", &whole).await.json().await.unwrap()
    };
    assert!(report["summary"]["violations"].as_u64().unwrap() > 0 && report["findings"][0]["citation"].is_object());
}

/// The whole procedure without a page.
async fn an_application_goes_to_its_number(server: Server) {
    let own = "(SELECT organisation_id FROM account WHERE email = 'methodist@demo.sheber.kz')";
    let programme =
        server.number(&format!("SELECT MIN(id) FROM programme WHERE violations = 0 AND college_id = {own}")).await;
    let (director, operator) = (server.program("director").await, server.program("operator").await);
    let rival = server.program("neighbour").await;
    let opened: Value =
        director.post("/api/v1/applications", &json!({ "programme": programme })).await.json().await.unwrap();
    let path = format!("/api/v1/applications/{}", opened["id"]);
    let steps = format!("{path}/steps");
    assert_eq!(problem(rival.get(&path).await).await.0, StatusCode::NOT_FOUND, "a rival's draft");
    assert_eq!(problem(operator.get(&path).await).await.0, StatusCode::NOT_FOUND, "not sent yet");
    let bytes = b"%PDF-1.7\n%%EOF".to_vec();
    let asked = director.ask(Method::POST, &format!("{path}/attachments?name=letter.pdf&kind=letter")).body(bytes);
    assert_eq!(asked.send().await.unwrap().status(), StatusCode::NO_CONTENT);
    let whole = director.json(&path).await;
    assert_eq!(whole["actions"], json!(["submit", "withdraw"]));
    assert_eq!(whole["attachments"][0]["name"], "letter.pdf");
    let answers: Vec<Value> = whole["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["severity"] == "warning")
        .map(|finding| json!({ "item": finding["item"], "at": finding["at"], "answer": "Негізделген" }))
        .collect();
    let mut send = json!({ "action": "submit", "signed": true, "answers": answers });
    assert_eq!(
        problem(director.post(&steps, &send).await).await,
        (StatusCode::CONFLICT, "register-changed".to_owned())
    );
    send["seen"] = whole["sending"].clone();
    for _ in 0..2 {
        let asked = director.ask(Method::POST, &steps).header("idempotency-key", "submit-1").json(&send);
        assert_eq!(
            asked.send().await.unwrap().status(),
            StatusCode::CREATED,
            "twice by the line, once in the register"
        );
    }
    assert_eq!(server.number("SELECT COUNT(*) FROM register_step").await, 1);
    let etag = operator.get(&path).await.headers()["etag"].to_str().unwrap().to_owned();
    let take = async |etag: &str| {
        let asked = operator.ask(Method::POST, &steps).header("if-match", etag).json(&json!({ "action": "take" }));
        asked.send().await.unwrap()
    };
    assert_eq!(take("\"0-0\"").await.status(), StatusCode::PRECONDITION_FAILED);
    assert_eq!(take(&etag).await.status(), StatusCode::CREATED);
    let remark = json!({ "place": "passport", "text": "Атауын нақтылаңыз" });
    assert_eq!(operator.post(&format!("{path}/remarks"), &remark).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(director.post(&format!("{path}/remarks"), &remark).await.status(), StatusCode::CONFLICT, "not theirs");
    let id = operator.json(&path).await["remarks"][0]["id"].clone();
    let removed = operator.post(&format!("{path}/remarks/{id}"), &json!({ "what": "remove" })).await;
    assert_eq!(removed.status(), StatusCode::NO_CONTENT);
    let mut experts = Vec::new();
    let mut members = Vec::new();
    for local in ["expert", "expert-2", "expert-3"] {
        let expert = server.program(local).await;
        members.push(expert.json("/api/v1/me").await["id"].clone());
        experts.push(expert);
    }
    let pass_on = json!({ "action": "pass_on", "members": members, "chair": members[0] });
    assert_eq!(operator.post(&steps, &pass_on).await.status(), StatusCode::CREATED);
    let judgements: Vec<Value> = ["standards", "structure", "outcomes", "practice", "resources", "language"]
        .iter()
        .map(|criterion| json!({ "criterion": criterion, "grade": "meets", "reason": "құпия-себеп" }))
        .collect();
    for (at, expert) in experts.iter().enumerate() {
        assert_eq!(expert.post(&steps, &json!({ "action": "declare" })).await.status(), StatusCode::CREATED);
        let judge = json!({ "action": "judge", "judgements": judgements });
        assert_eq!(expert.post(&steps, &judge).await.status(), StatusCode::CREATED);
        let others = experts[(at + 1) % 3].json(&path).await;
        let seen = others["judgements"].as_array().unwrap().len();
        assert!(at == 2 || seen <= 6, "blind until all are in");
    }
    assert_eq!(experts[0].json(&path).await["judgements"].as_array().unwrap().len(), 18);
    let college = director.json(&path).await;
    assert!(!college.to_string().contains("құпия-себеп") && !college.to_string().contains("Сарапшиева"), "{college}");
    let summary = json!({ "action": "summarise", "why": "Сай", "recommendation": "include" });
    assert_eq!(experts[0].post(&steps, &summary).await.status(), StatusCode::CREATED);
    let second = server.program("operator-2").await;
    let include = |day: &str| json!({ "action": "include", "valid_to": day });
    assert_eq!(problem(second.post(&steps, &include("2020-01-01")).await).await.1, "register-date-past");
    assert_eq!(second.post(&steps, &include("2031-08-31")).await.status(), StatusCode::CREATED);
    let number = director.json(&path).await["number"].as_str().unwrap().to_owned();
    let visitor = server.visitor();
    let entry: Value = visitor.get(&format!("/api/v1/register/{number}")).await.json().await.unwrap();
    assert_eq!((entry["state"].as_str(), entry["valid_to"].as_str()), (Some("included"), Some("2031-08-31")));
    let found: Value = visitor.get("/api/v1/register?limit=1").await.json().await.unwrap();
    assert_eq!((found["total"].as_u64(), found["items"][0]["number"].as_str()), (Some(1), Some(number.as_str())));
}

async fn what_cannot_be_read_is_a_problem(server: Server) {
    let program = server.program("director").await;
    for (method, path, body, status) in [
        (Method::GET, "/api/v1/nowhere", "", StatusCode::NOT_FOUND),
        (Method::GET, "/api/v1/programmes/abc", "", StatusCode::BAD_REQUEST),
        (Method::GET, "/api/v1/programmes?limit=0", "", StatusCode::BAD_REQUEST),
        (Method::GET, "/api/v1/programmes?after=x.y", "", StatusCode::BAD_REQUEST),
        (Method::GET, "/api/v1/applications?state=nowhere", "", StatusCode::BAD_REQUEST),
        (Method::GET, "/api/v1/norms?year=1999", "", StatusCode::BAD_REQUEST),
        (Method::DELETE, "/api/v1/programmes", "", StatusCode::METHOD_NOT_ALLOWED),
        (Method::POST, "/api/v1/applications", "{", StatusCode::BAD_REQUEST),
        (Method::POST, "/api/v1/applications", "{\"programme\": 1, \"more\": 2}", StatusCode::BAD_REQUEST),
        (Method::POST, "/api/v1/check", "[]", StatusCode::UNPROCESSABLE_ENTITY),
        (Method::POST, "/api/v1/check", "{\"format\": \"\\u0000\"}", StatusCode::UNPROCESSABLE_ENTITY),
        (Method::GET, "/api/v1/programmes?after=garbage", "", StatusCode::BAD_REQUEST),
        (
            Method::POST,
            "/api/v1/applications/1/steps",
            "{\"action\": \"take\", \"why\": \"\\u0000\"}",
            StatusCode::BAD_REQUEST,
        ),
        (Method::POST, "/api/v1/webhooks", "{\"address\": \"ftp://x\"}", StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let asked = program.ask(method.clone(), path).header("content-type", "application/json").body(body);
        assert_eq!(problem(asked.send().await.unwrap()).await.0, status, "{method} {path} {body}");
    }
    for path in ["/api/v1/register/%00", "/api/v1/reference/specialty?q=%00", "/r/%00"] {
        assert!(program.get(path).await.status().is_client_error() || path.contains('?'), "{path}");
        assert!(!program.get(path).await.status().is_server_error(), "{path}");
    }
    let plain = program.ask(Method::POST, "/api/v1/applications").body("{}").send().await.unwrap();
    assert_eq!(problem(plain).await.0, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    for (lang, title) in [("kk", "Мұндай бет"), ("ru", "Такой страницы"), ("en", "There is no such page")]
    {
        let asked = program.ask(Method::GET, "/api/v1/programmes/999999").header("accept-language", lang);
        let body: Value = asked.send().await.unwrap().json().await.unwrap();
        assert!(body["title"].as_str().unwrap().contains(title), "{body}");
    }
}

/// A receiver of webhooks that fails now and then.
async fn a_parameter_that_is_unknown_or_wrong_is_named(server: Server) {
    let program = server.program("director").await;
    for (path, name) in [
        ("/api/v1/programmes?colour=red", "colour"),
        ("/api/v1/programmes?sort=size", "sort"),
        ("/api/v1/programmes?limit=many", "limit"),
        ("/api/v1/norms?year=2026", "year"),
        ("/api/v1/norms?year=2026-2028", "year"),
        ("/api/v1/me?a=1", "a"),
        ("/api/v1/register?page=2", "page"),
        ("/api/v1/reference/specialty?on=31.02.2024", "on"),
    ] {
        let answer = program.get(path).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{path}");
        let said: Value = answer.json().await.unwrap();
        assert_eq!(said["errors"][0]["place"], name, "{path}: {said}");
    }
    for path in
        ["/api/v1/programmes?sort=updated&limit=2&q=а", "/api/v1/register?q=1&limit=1", "/api/v1/norms?year=2023-2024"]
    {
        assert_eq!(program.get(path).await.status(), StatusCode::OK, "{path}");
    }
}

async fn a_table_is_read_as_the_doors_read_it(server: Server) {
    let program = server.program("director").await;
    let send = async |path: &str, bytes: &[u8]| {
        program.ask(Method::POST, path).body(bytes.to_vec()).header("accept-language", "ru").send().await.unwrap()
    };
    let file = include_bytes!("../cases/lookalike-letters/r-q-cyr.csv");
    let read: Value = send("/api/v1/read/register?file=r.csv", file).await.json().await.unwrap();
    assert_eq!((&read["file"], &read["rows"][0]["values"]["qualification"]), (&json!("r.csv"), &json!("4S06130103")));
    assert_eq!(read["problems"][0]["message"], "стояла похожая буква другого алфавита, прочитано «4S06130103»");
    let file = include_bytes!("../cases/reference-wipe/wipe.csv");
    let read: Value = send("/api/v1/read/reference/specialty", file).await.json().await.unwrap();
    assert_eq!(read["summary"], json!({ "rows": 1, "wrong": 0 }));
    let html = include_bytes!("../cases/other-formats/tb-html.xls");
    let refused = send("/api/v1/read/textbooks", html).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let said: Value = refused.json().await.unwrap();
    assert!(said["errors"][0]["message"].as_str().unwrap().contains("веб-страница"), "{said}");
    let mapped = "/api/v1/read/needed?map=A%3Dtitle%0AC%3Dcopies";
    let noheading = include_bytes!("../cases/columns-by-position/n-noheading.xlsx");
    let read: Value = send(mapped, noheading).await.json().await.unwrap();
    assert_eq!(read["rows"].as_array().unwrap().len(), 2, "{read}");
    assert_eq!(send("/api/v1/read/nothing", b"a").await.status(), StatusCode::NOT_FOUND);
    assert_eq!(server.number("SELECT COUNT(*) FROM register_entry").await, 0, "nothing is taken");
}

async fn receiver(fails: usize) -> (String, std::sync::Arc<tokio::sync::Mutex<Vec<(String, String, String, String)>>>) {
    use axum::extract::State;
    use axum::http::HeaderMap;
    type Taken = std::sync::Arc<tokio::sync::Mutex<Vec<(String, String, String, String)>>>;
    let taken = Taken::default();
    let failed = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(fails));
    let router = axum::Router::new()
        .route(
            "/hook",
            axum::routing::post(
                |State((taken, failed)): State<(Taken, std::sync::Arc<std::sync::atomic::AtomicUsize>)>,
                 headers: HeaderMap,
                 body: String| async move {
                    use std::sync::atomic::Ordering::SeqCst;
                    if failed.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)).is_ok() {
                        return axum::http::StatusCode::INTERNAL_SERVER_ERROR;
                    }
                    let of = |name: &str| headers[name].to_str().unwrap().to_owned();
                    taken.lock().await.push((of("webhook-id"), of("webhook-timestamp"), of("webhook-signature"), body));
                    axum::http::StatusCode::OK
                },
            ),
        )
        .with_state((taken.clone(), failed));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/hook", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, taken)
}

/// Whoever got in by a session that was left open is out once the account is taken back.
async fn a_reset_password_ends_what_programs_may(server: Server) {
    let program = server.program("methodist").await;
    let hook = json!({ "address": "https://example.kz/hook" });
    assert_eq!(program.post("/api/v1/webhooks", &hook).await.status(), StatusCode::CREATED);
    let keyed = async || {
        let hook = json!({ "address": "https://example.kz/other" });
        let asked = program.ask(Method::POST, "/api/v1/webhooks").header("idempotency-key", "hook-1").json(&hook);
        asked.send().await.unwrap().text().await.unwrap()
    };
    let there = problem(program.post("/api/v1/webhooks", &hook).await).await;
    assert_eq!(there, (StatusCode::UNPROCESSABLE_ENTITY, "webhook-there".to_owned()), "an address hears once");
    let first = keyed().await;
    assert_eq!(first, keyed().await, "the same answer, secret included");
    assert_eq!(
        server.number("SELECT COUNT(*) FROM api_answer WHERE body LIKE '%whsec_%'").await,
        0,
        "kept nowhere else"
    );
    assert_eq!(
        server.number("SELECT COUNT(*) FROM audit WHERE after LIKE '%\"token\"%'").await,
        2,
        "the trail says that a program did it"
    );
    let id = server.number("SELECT id FROM account WHERE email = 'methodist@demo.sheber.kz'").await;
    let token = std::sync::Mutex::new(String::new());
    let letter = |sent: &str, lang| {
        sent.clone_into(&mut token.lock().unwrap());
        links::Letter { lang, subject: String::new(), body: String::new() }
    };
    let email = server.text(&format!("SELECT email FROM account WHERE id = {id}")).await;
    links::ask_reset(&server.app, &email, letter).await.unwrap();
    let token = token.into_inner().unwrap();
    let set = links::set_password(&server.app, links::Grounds::Link(&token), "hash".to_owned()).await.unwrap();
    assert!(set.is_some());
    assert_eq!(program.get("/api/v1/me").await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(server.number("SELECT COUNT(*) FROM webhook WHERE removed_at IS NULL").await, 0);
}

async fn webhooks_hear_of_ones_own_cases(server: Server) {
    let _jobs = server.jobs();
    let (address, taken) = receiver(2).await;
    let (elsewhere, others) = receiver(0).await;
    let director = server.program("director").await;
    let made: Value = director.post("/api/v1/webhooks", &json!({ "address": address })).await.json().await.unwrap();
    let secret = made["secret"].as_str().unwrap();
    let rival = server.program("neighbour").await;
    assert_eq!(rival.post("/api/v1/webhooks", &json!({ "address": elsewhere })).await.status(), StatusCode::CREATED);
    assert!(!director.json("/api/v1/webhooks").await.to_string().contains(secret), "shown once");
    crate::register::opened_and_sent(&server).await;
    let operator = server.person("operator").await;
    let take = [("action", "take")];
    assert_eq!(operator.post("/register/1/act", &take).await.status(), StatusCode::SEE_OTHER);
    let mut waited = 0;
    while taken.lock().await.len() < 2 {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        server.app.clock.advance(Span::seconds(40));
        waited += 1;
        assert!(waited < 200, "two messages arrive though the receiver failed twice");
    }
    let taken = taken.lock().await;
    let mut actions = Vec::new();
    for (key, at, signature, body) in taken.iter() {
        assert_eq!(*signature, sheber_people::hooks::signature::signature(secret, key, at.parse().unwrap(), body));
        let body: Value = serde_json::from_str(body).unwrap();
        actions.push(body["data"]["action"].as_str().unwrap().to_owned());
    }
    actions.sort();
    assert_eq!(actions, ["submit", "take"]);
    assert!(others.lock().await.is_empty(), "a rival hears nothing");
    let id = made["id"].as_i64().unwrap();
    assert_eq!(
        rival.ask(Method::DELETE, &format!("/api/v1/webhooks/{id}")).send().await.unwrap().status(),
        StatusCode::NOT_FOUND
    );
    let removed = director.ask(Method::DELETE, &format!("/api/v1/webhooks/{id}")).send().await.unwrap();
    assert_eq!(removed.status(), StatusCode::NO_CONTENT);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_asks_too_often_is_told_when_to_come_back() {
    let server = Server::start_with(crate::support::Kind::Sqlite, |config| config.api_pace = 5).await;
    let (one, other) = (server.program("director").await, server.program("methodist").await);
    for _ in 0..5 {
        assert_eq!(one.get("/api/v1/me").await.status(), StatusCode::OK);
    }
    let held = one.get("/api/v1/me").await;
    let wait: u64 = held.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=12).contains(&wait), "{wait}");
    assert_eq!(problem(held).await, (StatusCode::TOO_MANY_REQUESTS, "error-pace".to_owned()));
    assert_eq!(other.get("/api/v1/me").await.status(), StatusCode::OK, "each by itself");
}

on_both! {
    a_token_has_scope_and_end a_revoked_token_opens_nothing a_programme_is_made_once_and_saved_over_what_was_read
    an_application_goes_to_its_number what_cannot_be_read_is_a_problem a_reset_password_ends_what_programs_may webhooks_hear_of_ones_own_cases
    a_parameter_that_is_unknown_or_wrong_is_named a_table_is_read_as_the_doors_read_it
}
