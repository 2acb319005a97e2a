//! Every route × role × (own, neighbour's, none), made from the router: a new route without a rule fails here.

use axum::http::Method;
use reqwest::StatusCode;
use sheber_app::platform::actor::Role;

use crate::on_both;
use crate::support::Server;

/// What a role sees of a programme: its own college's, its region's neighbour, nobody's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    Own,
    Neighbour,
    None,
}

/// The rule of every path: who may use it at all, by role. Written here apart from the code on purpose.
fn may(method: &Method, path: &str, role: Role) -> Option<bool> {
    use Role::{
        Administrator, Department, DeputyDirector, Director, Expert, Hr, Librarian, Methodist, Ministry, Operator,
        Psychologist, Teacher, YouthInspector,
    };
    let staff = matches!(role, Teacher | Librarian | YouthInspector | Psychologist | Hr);
    let head = matches!(role, Director | DeputyDirector);
    let college = head || role == Methodist || staff;
    let editor = matches!(role, Director | DeputyDirector | Methodist);
    let reader = college || matches!(role, Ministry | Operator | Department);
    let get = method == Method::GET;
    Some(match path {
        "/" | "/search" | "/lang/{code}" | "/year" | "/static/{name}" | "/health" | "/healthz" | "/readyz"
        | "/metrics" | "/design" | "/login" | "/login/code" | "/logout" | "/reset" | "/welcome/{token}"
        | "/account" | "/account/password" | "/account/session" | "/account/totp" | "/guidance" | "/guidance/{id}" => {
            true
        }
        "/accounts" | "/accounts/{id}" | "/accounts/{id}/state" => {
            matches!(role, Administrator | Department | Director | DeputyDirector)
        }
        "/organisations" => role == Administrator,
        "/programmes"
        | "/programmes/list.xlsx"
        | "/programmes/filters"
        | "/programmes/filters/{id}/delete"
        | "/programmes/template.xlsx"
        | "/programmes/{id}"
        | "/programmes/{id}/versions"
        | "/programmes/{id}/compare"
        | "/programmes/{id}/programme.json"
        | "/programmes/{id}/programme.xlsx"
        | "/programmes/{id}/curriculum.pdf"
        | "/programmes/{id}/curriculum.xlsx" => reader,
        "/programmes/new"
        | "/programmes/import"
        | "/programmes/{id}/edit"
        | "/programmes/{id}/check"
        | "/programmes/{id}/autosave"
        | "/programmes/{id}/archive"
        | "/programmes/{id}/discard"
        | "/programmes/{id}/restore"
        | "/programmes/{id}/copy"
        | "/library"
        | "/library/keep"
        | "/programmes/{id}/insert"
        | "/programmes/{id}/update" => editor,
        "/register"
        | "/register/{id}"
        | "/register/{id}/curriculum.pdf"
        | "/register/{id}/journal.pdf"
        | "/register/{id}/remark"
        | "/register/{id}/settle"
        | "/register/{id}/receipt.pdf"
        | "/register/{id}/attachments/{attachment}"
        | "/register/{id}/act" => reader && !staff || role == Expert,
        "/register/limits"
        | "/register/enter"
        | "/register/import"
        | "/register/import/take"
        | "/register/import/template.xlsx"
        | "/register/entries/{number}/exclude" => role == Operator,
        "/inbox" | "/inbox/read" | "/inbox/mail" => true,
        "/register/open" | "/register/{id}/attach" | "/register/{id}/detach" => editor,
        "/r" | "/r/{number}" | "/r/{number}/certificate.pdf" | "/r/{number}/curriculum.pdf" | "/open/{file}" => true,
        "/.well-known/sheber-register.json" | "/sitemap.xml" | "/sitemap/{part}" | "/robots.txt" => true,
        "/developers" | "/account/tokens" | "/account/tokens/revoke" | "/account/webhooks/remove" => true,
        "/account/webhooks" => reader && !staff || role == Expert,
        "/api/v1/openapi.json" | "/api/v1/me" | "/api/v1/norms" | "/api/v1/check" => true,
        "/api/v1/register" | "/api/v1/register/{number}" => true,
        "/api/v1/reference/{kind}" | "/api/v1/reference/{kind}/{code}" => {
            reader || matches!(role, Administrator | Expert)
        }
        "/api/v1/programmes" | "/api/v1/programmes/{id}" if get => reader,
        "/api/v1/programmes" | "/api/v1/programmes/{id}" => editor,
        "/api/v1/applications" if get => reader && !staff || role == Expert,
        "/api/v1/applications" | "/api/v1/applications/{id}/attachments" => editor,
        "/api/v1/applications/{id}"
        | "/api/v1/applications/{id}/steps"
        | "/api/v1/applications/{id}/remarks"
        | "/api/v1/applications/{id}/remarks/{remark}"
        | "/api/v1/applications/{id}/attachments/{attachment}"
        | "/api/v1/webhooks"
        | "/api/v1/webhooks/{id}" => reader && !staff || role == Expert,
        "/reference" | "/reference/{kind}/list.xlsx" | "/reference/{kind}/entry" => {
            reader || matches!(role, Administrator | Expert)
        }
        "/reference/{kind}" if get => reader || matches!(role, Administrator | Expert),
        "/reference/{kind}" | "/reference/{kind}/import" | "/reference/{kind}/take" => role == Operator,
        "/guidance/acts" | "/guidance/acts/{key}" | "/guidance/changes" | "/guidance/coverage" => true,
        "/guidance/next" => reader,
        "/tasks"
        | "/tasks/list.xlsx"
        | "/tasks/{id}"
        | "/tasks/{id}/close"
        | "/tasks/{id}/reopen"
        | "/tasks/{id}/files/{hash}"
        | "/calendar" => reader,
        "/tasks/{id}/hand" | "/tasks/{id}/excuse" => head || matches!(role, Ministry | Department | Operator),
        "/calendar/feed" | "/calendar/{token}" | "/open/indicators.csv" | "/open/indicators.json" => true,
        path if path.starts_with("/oversight") => matches!(role, Ministry | Department),
        path if path.starts_with("/events") => college || matches!(role, Ministry | Department),
        "/groups" if get => college && role != Hr,
        "/groups" | "/groups/import" | "/groups/template.xlsx" => editor,
        "/groups/{id}" if !get => editor,
        path if path.starts_with("/groups") => college && role != Hr,
        "/college" => college && role != Hr,
        "/plans/{id}/approve" => role == Director,
        "/bodies/{id}" if get => college && role != Hr,
        path if path.starts_with("/plans") || path.starts_with("/bodies") => {
            if get {
                college && role != Hr || matches!(role, Ministry | Department)
            } else {
                head || role == YouthInspector
            }
        }
        path if path.starts_with("/buildings") || path.starts_with("/readiness") => {
            if get {
                editor || matches!(role, Ministry | Department)
            } else {
                head
            }
        }
        "/textbooks/reports" if !get => role == Department,
        "/textbooks/{id}" | "/textbooks/needed/template.xlsx" => editor || role == Librarian,
        path if path.starts_with("/textbooks") => {
            let keeper = editor || role == Librarian;
            if get { keeper || matches!(role, Ministry | Department) } else { keeper }
        }
        path if path.starts_with("/indicators") => reader,
        "/d/{code}" | "/s/{token}" | "/day/{token}" => true,
        "/contests/{id}/apply" => {
            matches!(role, DeputyDirector | Methodist | Teacher | Librarian)
        }
        "/contests" if !get => head || matches!(role, Methodist | Librarian | YouthInspector | Ministry | Department),
        "/contests/{id}/jurors" | "/contests/{id}/change" | "/contests/{id}/step" | "/contests/{id}/pass" => {
            head || matches!(role, Methodist | Librarian | YouthInspector | Ministry | Department)
        }
        path if path.starts_with("/contests") => college || matches!(role, Ministry | Department),
        "/surveys/{id}/results.xlsx" => college && !matches!(role, Hr | Teacher),
        path if path.starts_with("/surveys") => {
            if get {
                college && role != Hr
            } else {
                college && !matches!(role, Hr | Teacher)
            }
        }
        path if path.starts_with("/days") || path.starts_with("/debates") => {
            if get {
                college && role != Hr
            } else {
                head || role == YouthInspector
            }
        }
        path if path.starts_with("/patrons") => {
            if get {
                matches!(role, Ministry | Department)
            } else {
                role == Department
            }
        }
        _ => return None,
    })
}

/// The records of educational work are not made here: their keys lead nowhere, for everybody alike.
fn is_of_record(path: &str) -> bool {
    let rooms = [
        "/tasks/{id}",
        "/events/{id}",
        "/groups/{id}",
        "/bodies/{id}",
        "/plans/{id}",
        "/contests/{id}",
        "/surveys/{id}",
        "/days/{id}",
        "/debates/{id}",
        "/patrons/{id}",
        "/buildings/{id}",
        "/textbooks",
    ];
    rooms.iter().any(|room| path.starts_with(room)) && path.contains("{id}")
}

fn is_public(path: &str) -> bool {
    matches!(
        path,
        "/lang/{code}"
            | "/year"
            | "/static/{name}"
            | "/health"
            | "/healthz"
            | "/readyz"
            | "/metrics"
            | "/design"
            | "/login"
            | "/login/code"
            | "/reset"
            | "/welcome/{token}"
            | "/guidance"
            | "/guidance/{id}"
            | "/r"
            | "/r/{number}"
            | "/r/{number}/certificate.pdf"
            | "/r/{number}/curriculum.pdf"
            | "/open/{file}"
            | "/.well-known/sheber-register.json"
            | "/sitemap.xml"
            | "/sitemap/{part}"
            | "/robots.txt"
            | "/developers"
            | "/guidance/acts"
            | "/guidance/acts/{key}"
            | "/guidance/changes"
            | "/guidance/coverage"
            | "/calendar/{token}"
            | "/d/{code}"
            | "/s/{token}"
            | "/day/{token}"
            | "/open/indicators.csv"
            | "/open/indicators.json"
            | "/api/v1/openapi.json"
            | "/api/v1/norms"
            | "/api/v1/register"
            | "/api/v1/register/{number}"
    )
}

/// Whether a reader's scope holds a programme of the demo: 1 is of the people's own college in Karaganda, 4 of another region.
fn sees(role: Role, whose: Whose) -> bool {
    match whose {
        Whose::Own => true,
        Whose::Neighbour => matches!(role, Role::Ministry | Role::Operator),
        Whose::None => false,
    }
}

fn filled(path: &str, id: &str) -> String {
    path.replace("{id}", id)
        .replace("{code}", "kk")
        .replace("{name}", "page.js")
        .replace("{token}", "none")
        .replace("{kind}", "region")
        .replace("{file}", "register.csv")
        .replace("{attachment}", "1")
        .replace("{remark}", "1")
        .replace("{part}", "1.xml")
        .replace("{number}", "00-00000000-2024-000000")
        .replace("{college}", "999999")
        .replace("{requirement}", "channels")
        .replace("{key}", "none")
        .replace("{hash}", "none")
        .replace("{photo}", "1")
        .replace("{student}", "1")
        .replace("{member}", "1")
        .replace("{entry}", "1")
        .replace("{activity}", "1")
}

async fn every_route_and_role(server: Server) {
    let own = server.number("SELECT MIN(id) FROM programme WHERE college_id = (SELECT organisation_id FROM account WHERE email = 'methodist@demo.sheber.kz')").await;
    let neighbours = server.number("SELECT MIN(id) FROM programme WHERE college_id = (SELECT organisation_id FROM account WHERE email = 'neighbour@demo.sheber.kz')").await;
    let mut checked = 0;
    for role in Role::ALL.iter().copied() {
        let person = server.person(&role.word().replace('_', "-")).await;
        let program = server.program(&role.word().replace('_', "-")).await;
        for route in sheber_app::routes() {
            let Some(may) = may(&route.method, route.path, role) else {
                panic!("{} {} has no rule in the matrix: who may use it?", route.method, route.path);
            };
            if matches!(route.path, "/logout" | "/account/session") {
                continue;
            }
            let of_programme = route.path.contains("/programmes/{id}") && !route.path.contains("filters");
            let whose: &[Whose] =
                if of_programme { &[Whose::Own, Whose::Neighbour, Whose::None] } else { &[Whose::Own] };
            for whose in whose {
                let id = match whose {
                    Whose::Own => own.to_string(),
                    Whose::Neighbour => neighbours.to_string(),
                    Whose::None => "999999".to_owned(),
                };
                // An item of the guidance and a filter are no programmes.
                let id = match route.path {
                    "/guidance/{id}" => "3.2".to_owned(),
                    "/accounts/{id}/state" | "/programmes/filters/{id}/delete" => "999999".to_owned(),
                    path if is_of_record(path) => "999999".to_owned(),
                    _ => id,
                };
                let path = filled(route.path, &id)
                    + match route.path {
                        "/year" => "?year=2024-2025",
                        "/reference/{kind}/entry" => "?code=35",
                        _ => "",
                    };
                let answer = if route.path.starts_with("/api/") {
                    let asked = program.ask(route.method.clone(), &path);
                    if route.method == Method::GET { asked } else { asked.json(&serde_json::json!({})) }
                        .send()
                        .await
                        .unwrap()
                } else if route.method == Method::GET {
                    person.get(&path).await
                } else if matches!(
                    route.path,
                    "/programmes/import"
                        | "/reference/{kind}/import"
                        | "/register/{id}/attach"
                        | "/register/import"
                        | "/groups/import"
                        | "/events/quick"
                        | "/contests/{id}/apply"
                        | "/tasks/{id}/close"
                        | "/events/{id}/photos"
                        | "/buildings/{id}"
                        | "/readiness/{requirement}"
                        | "/textbooks/import"
                        | "/textbooks/needed/import"
                ) {
                    person.upload(&path, &[], &[]).await
                } else {
                    // A body that would change nothing even where it is let through.
                    person.post(&path, &[("base", "0"), ("action", "show")]).await
                };
                let status = answer.status();
                let case = format!("{} {path} as {role:?} ({whose:?}): {status}", route.method);
                assert!(!status.is_server_error(), "{case}");
                if !may {
                    assert_eq!(status, StatusCode::FORBIDDEN, "{case}");
                } else if of_programme && !sees(role, *whose) {
                    let hidden = if route.method == Method::GET {
                        status == StatusCode::NOT_FOUND
                    } else {
                        status.is_client_error()
                    };
                    assert!(hidden && status != StatusCode::FORBIDDEN, "{case}");
                } else {
                    assert_ne!(status, StatusCode::FORBIDDEN, "{case}");
                    if route.method == Method::GET
                        && !is_of_record(route.path)
                        && !matches!(
                            route.path,
                            "/welcome/{token}"
                                | "/guidance/next"
                                | "/guidance/acts/{key}"
                                | "/calendar/{token}"
                                | "/d/{code}"
                                | "/s/{token}"
                                | "/day/{token}"
                                | "/oversight/{college}"
                                | "/readiness/{requirement}/file"
                                | "/indicators/{code}"
                                | "/indicators/{code}/list.xlsx"
                                | "/accounts/{id}"
                                | "/metrics"
                                | "/register/{id}"
                                | "/register/entries/{number}/exclude"
                                | "/register/{id}/curriculum.pdf"
                                | "/register/{id}/attachments/{attachment}"
                                | "/register/{id}/journal.pdf"
                                | "/register/{id}/receipt.pdf"
                                | "/api/v1/applications/{id}"
                                | "/api/v1/applications/{id}/attachments/{attachment}"
                                | "/api/v1/reference/{kind}/{code}"
                                | "/api/v1/register/{number}"
                                | "/r/{number}"
                                | "/r/{number}/certificate.pdf"
                                | "/r/{number}/curriculum.pdf"
                        )
                    {
                        assert!(status.is_success() || status.is_redirection(), "{case}");
                    }
                }
                checked += 1;
            }
        }
    }
    assert!(checked > 400, "{checked} cases");
}

async fn nobody_gets_in_without_signing_in(server: Server) {
    let visitor = server.visitor();
    let signed_in = server.person("director").await;
    for route in sheber_app::routes() {
        let path = filled(route.path, "1");
        if is_public(route.path) {
            continue;
        }
        let answer = if route.method == Method::GET {
            visitor.get(&path).await
        } else {
            visitor
                .http
                .request(route.method.clone(), format!("{}{path}", server.base))
                .form(&[("x", "y")])
                .send()
                .await
                .unwrap()
        };
        if route.path.starts_with("/api/") {
            assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{} {path}", route.method);
            assert_eq!(answer.headers()["www-authenticate"], "Bearer", "{path}");
            let answer = signed_in.http.request(route.method, format!("{}{path}", server.base)).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "a session opens nothing to programs: {path}");
            continue;
        }
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{} {path}", route.method);
        assert!(answer.headers()["location"].to_str().unwrap().starts_with("/login"), "{path}");
    }
}

async fn no_form_is_taken_without_the_token(server: Server) {
    let person = server.person("director").await;
    for route in sheber_app::routes()
        .into_iter()
        .filter(|route| route.method == Method::POST && !route.path.starts_with("/api/"))
    {
        if may(&route.method, route.path, Role::Director) != Some(true) {
            continue;
        }
        let path = filled(route.path, "1");
        for fields in [vec![("action", "show")], vec![("csrf", "0000"), ("action", "show")]] {
            let answer = person.post_raw(&path, &fields).await;
            assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{path}");
        }
    }
}

async fn every_answer_carries_the_security_headers(server: Server) {
    let visitor = server.visitor();
    for path in ["/login", "/static/sheber.css", "/nowhere"] {
        let answer = visitor.get(path).await;
        let policy = answer.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe-inline"), "{path}");
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
    }
    let answer = server.visitor().get("/login").await;
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let page = answer.text().await.unwrap();
    assert!(!page.contains("<style") && !page.contains("style=\"") && !page.contains("onclick"));
    let problem =
        visitor.http.get(format!("{}/nowhere", server.base)).header("accept", "application/json").send().await.unwrap();
    assert_eq!(problem.headers()["content-type"], "application/problem+json");
}

on_both! { every_route_and_role nobody_gets_in_without_signing_in no_form_is_taken_without_the_token every_answer_carries_the_security_headers }

/// A page with style and script stays under 60 KB on the wire, the editor of a whole programme too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_are_light() {
    let server = Server::start(crate::support::Kind::Sqlite).await;
    let person = server.person("methodist").await;
    let weigh = |path: String| {
        let person = person.clone();
        let base = server.base.clone();
        async move {
            let answer =
                person.http.get(format!("{base}{path}")).header("accept-encoding", "gzip").send().await.unwrap();
            assert_eq!(answer.headers()["content-encoding"], "gzip", "{path}");
            answer.bytes().await.unwrap().len()
        }
    };
    let id = server.number("SELECT id FROM programme WHERE specialty = '06130100' AND level = 'mid_level'").await;
    let shared = weigh("/static/sheber.css".to_owned()).await + weigh("/static/page.js".to_owned()).await;
    let editor = weigh(format!("/programmes/{id}/edit")).await + weigh("/static/editor.js".to_owned()).await;
    assert!(shared + editor < 60 * 1024, "the editor weighs {}", shared + editor);
    for path in ["/", "/programmes", "/reference/specialty", "/guidance"] {
        let page = weigh(path.to_owned()).await;
        assert!(shared + page < 60 * 1024, "{path} weighs {}", shared + page);
    }
}
