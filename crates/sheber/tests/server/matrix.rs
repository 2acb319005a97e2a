//! Every route × role × (own, neighbour's, none), made from the router: who may is what `docs/access.txt` says of the route.

use axum::http::Method;
use reqwest::StatusCode;
use sheber_platform::ability::Role;
use sheber_platform::access::Access;
use sheber_platform::database;
use sheber_platform::route::Route;

use crate::on_both;
use crate::support::Server;

/// What a role sees of a programme: its own college's, its region's neighbour, nobody's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    Own,
    Neighbour,
    None,
}

/// Whether somebody with a role may use a route at all.
pub fn may(route: &Route, role: Role) -> bool {
    match route.access {
        Access::Public | Access::SignedIn => true,
        Access::Can(ability) => role.may(ability),
    }
}

/// Whether a route takes files: its form is sent in parts. What was read of them comes back in a form of its own.
fn takes_files(route: &Route) -> bool {
    route.body > 8 * 1024 * 1024 && !route.path.ends_with("/take")
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
    // Rights are no matter of the database; scopes are, and these roles have one of each kind.
    let scopes = [Role::Methodist, Role::Department, Role::Ministry, Role::Expert];
    let roles = if database::is_sqlite(&server.app.db) { Role::ALL } else { &scopes };
    for role in roles.iter().copied() {
        let person = server.person(&role.word().replace('_', "-")).await;
        let program = server.program(&role.word().replace('_', "-")).await;
        for route in sheber_app::house().routes() {
            let may = may(&route, role);
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
                } else if takes_files(&route) {
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
                                | "/imports/{id}"
                                | "/imports/{id}/noted.xlsx"
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
    for route in sheber_app::house().routes() {
        let path = filled(route.path, "1");
        if route.access == Access::Public {
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
        // What was typed goes along to the page where somebody signs in.
        let is_form = route.method != Method::GET;
        let on = if is_form { StatusCode::TEMPORARY_REDIRECT } else { StatusCode::SEE_OTHER };
        assert_eq!(answer.status(), on, "{} {path}", route.method);
        assert!(answer.headers()["location"].to_str().unwrap().starts_with("/login"), "{path}");
    }
}

async fn no_form_is_taken_without_the_token(server: Server) {
    let person = server.person("director").await;
    for route in sheber_app::house()
        .routes()
        .into_iter()
        .filter(|route| route.method == Method::POST && !route.path.starts_with("/api/"))
    {
        if !may(&route, Role::Director) {
            continue;
        }
        let path = filled(route.path, "1");
        // A student's code is the proof of an answer; a form that is only kept does nothing.
        if route.path == "/s/{token}" || route.path == "/login/keep" {
            continue;
        }
        for fields in [vec![("action", "show")], vec![("csrf", "0000"), ("action", "show")]] {
            let answer = person.post_raw(&path, &fields).await;
            // What a script sends is no form at all.
            let refused =
                if path == "/password/strength" { StatusCode::UNSUPPORTED_MEDIA_TYPE } else { StatusCode::FORBIDDEN };
            assert_eq!(answer.status(), refused, "{path}");
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
