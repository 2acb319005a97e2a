//! Every page, drawn from the demo's records in every language: each template is drawn, and no page shows a key instead of a text.

use std::collections::BTreeSet;

use axum::http::Method;
use regex::Regex;
use reqwest::StatusCode;
use sheber_kernel::Lang;
use sheber_platform::ability::Role;

use crate::matrix::may;
use crate::support::{Person, Server, templates};

/// Templates that only a form that was sent, or a secret that is known, draws; the tests of their rooms do.
const ELSEWHERE: [&str; 12] = [
    "ActPage",
    "AnswerPage",
    "CodePage",
    "DebatePage",
    "DiplomaPage",
    "ExcludePage",
    "KeptPage",
    "LetterPage",
    "OpenPage",
    "PanelPart",
    "WelcomePage",
    "WorkingPage",
];

/// English that looks like a key.
const WORDS: [&str; 4] = ["e-newspaper", "full-time", "natural-mathematical", "social-humanities"];

/// The tables whose keys stand in addresses, by what the addresses begin with.
const TABLES: [(&str, &str); 15] = [
    ("/tasks/", "duty_task"),
    ("/events/", "event"),
    ("/groups/", "study_group"),
    ("/plans/", "plan"),
    ("/days/", "event"),
    ("/debates/", "debate"),
    ("/surveys/", "survey"),
    ("/contests/", "contest"),
    ("/textbooks/reports/", "textbook_report"),
    ("/textbooks/", "textbook_purchase"),
    ("/buildings/", "building"),
    ("/programmes/", "programme"),
    ("/register/", "register_case"),
    ("/accounts/", "account"),
    ("/oversight/", "organisation"),
];

/// Addresses of a route that may be there; the first that opens is looked at.
async fn addresses(server: &Server, path: &str) -> Vec<String> {
    let fixed = path
        .replace("{code}", if path.starts_with("/lang") { "kk" } else { "curator_hours" })
        .replace("{kind}", "region")
        .replace("/guidance/{id}", "/guidance/14.6")
        .replace("/bodies/{id}", "/bodies/1")
        .replace("/guidance/acts/{key}", "/guidance/acts/none");
    let fixed = if fixed.ends_with("/entry") { format!("{fixed}?code=35") } else { fixed };
    if let Some((_, table)) = TABLES.iter().find(|(start, _)| path.starts_with(start)).filter(|_| fixed.contains('{')) {
        let keys = server.texts(&format!("SELECT CAST(id AS TEXT) FROM {table} ORDER BY id LIMIT 12")).await;
        return keys.iter().map(|key| fixed.replace("{id}", key).replace("{college}", key)).collect();
    }
    if path.starts_with("/r/") || path.contains("{number}") {
        let numbers = server.texts("SELECT number FROM register_entry ORDER BY id LIMIT 2").await;
        return numbers.iter().map(|number| fixed.replace("{number}", number)).collect();
    }
    vec![fixed]
}

async fn opened(person: &Person, path: &str) -> Option<String> {
    let answer = person.get(path).await;
    let is_page = answer.headers().get("content-type").is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    (answer.status() == StatusCode::OK && is_page).then_some(())?;
    answer.text().await.ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_in_every_language() {
    let server = Server::with_work().await;
    crate::register::with_cases(&server).await;
    let key = Regex::new(r">\s*([a-z]+(?:-[a-z0-9_]+)+)\s*<").unwrap();
    let mut people = Vec::new();
    for role in Role::ALL {
        people.push(server.person(&role.word().replace('_', "-")).await);
    }
    let mut raw = BTreeSet::new();
    let mut twice = BTreeSet::new();
    let id = Regex::new(r#" id="([^"]+)""#).unwrap();
    let mut look_at = |lang: Lang, address: &str, page: &str| {
        let mut ids = BTreeSet::new();
        let again = id.captures_iter(page).filter(|found| !ids.insert(found[1].to_owned()));
        twice.extend(again.map(|found| format!("{address}: {}", &found[1])));
        let found = key.captures_iter(page).map(|found| found[1].to_owned());
        let found = found.filter(|found| !WORDS.contains(&found.as_str()));
        raw.extend(found.map(|found| format!("{lang} {address}: {found}")));
    };
    // Everybody begins in Kazakh; whoever opens a page first opens it in the other languages.
    let mut pages: Vec<Vec<String>> = vec![Vec::new(); people.len()];
    for route in sheber_app::house().routes().into_iter().filter(|route| route.method == Method::GET) {
        let is_file = route.path.rsplit('/').next().is_some_and(|last| last.contains('.'));
        let no_pages = ["/api/", "/lang", "/static"];
        if is_file || no_pages.iter().any(|start| route.path.starts_with(start)) {
            continue;
        }
        'route: for address in addresses(&server, route.path).await {
            for ((role, person), pages) in Role::ALL.iter().zip(&people).zip(&mut pages) {
                if !may(&route, *role) {
                    continue;
                }
                if let Some(page) = opened(person, &address).await {
                    look_at(Lang::Kk, &address, &page);
                    pages.push(address);
                    break 'route;
                }
            }
        }
    }
    for lang in [Lang::Ru, Lang::En] {
        for (person, pages) in people.iter().zip(&pages) {
            person.get(&format!("/lang/{lang}?to=/")).await;
            for address in pages {
                look_at(lang, address, &opened(person, address).await.unwrap());
            }
        }
    }
    let pages = pages.iter().map(Vec::len).sum::<usize>();
    assert!(twice.is_empty(), "what a link leads to stands twice:\n{}", Vec::from_iter(twice).join("\n"));
    assert!(raw.is_empty(), "keys instead of texts:\n{}", Vec::from_iter(raw).join("\n"));
    assert!(pages > 60, "{pages} pages");
    let missing: Vec<String> = every_template().difference(&templates()).cloned().collect();
    let missing: Vec<&String> = missing.iter().filter(|name| !ELSEWHERE.contains(&name.as_str())).collect();
    assert!(missing.is_empty(), "nobody draws {missing:?}");
}

/// The types of all templates, as the sources name them; parts of pages are drawn with their pages.
fn every_template() -> BTreeSet<String> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let template = Regex::new(r"#\[template\(path = [^,\]]*\)\]\s*(?:pub(?:\([a-z]+\))? )?struct ([A-Za-z]+)").unwrap();
    let files = walkdir::WalkDir::new(root).into_iter().filter_map(Result::ok);
    let sources = files.filter(|file| file.path().extension().is_some_and(|kind| kind == "rs"));
    let texts = sources.map(|file| std::fs::read_to_string(file.path()).unwrap());
    texts.flat_map(|text| template.captures_iter(&text).map(|found| found[1].to_owned()).collect::<Vec<_>>()).collect()
}
