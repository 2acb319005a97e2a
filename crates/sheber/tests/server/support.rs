//! A server of one's own for each test, with the demo country in it, and a client that acts as a person.

use std::sync::Arc;

use reqwest::multipart::{Form, Part};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode};
use sea_orm::{ConnectionTrait, Database};
use sheber_app::platform::database;
use sheber_app::{App, Clock, Config};

#[derive(Clone, Copy, Debug)]
pub enum Kind {
    Sqlite,
    Postgres,
}

pub struct Server {
    pub app: App,
    pub base: String,
    folder: tempfile::TempDir,
}

/// Runs a test on both databases.
#[macro_export]
macro_rules! on_both {
    ($($name:ident)+) => {
        $(mod $name {
            use $crate::support::{Kind, Server};

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                super::$name(Server::start(Kind::Sqlite).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let server = Server::start(Kind::Postgres).await;
                let database = server.app.config.database.clone();
                super::$name(server).await;
                $crate::support::drop_database(&database).await;
            }
        })+
    };
}

pub async fn fresh(kind: Kind, folder: &std::path::Path) -> String {
    match kind {
        Kind::Sqlite => format!("sqlite://{}/test.db", folder.display()),
        Kind::Postgres => {
            let url =
                std::env::var("SHEBER_TEST_POSTGRES").expect("./test starts PostgreSQL and sets SHEBER_TEST_POSTGRES");
            let name = format!("t{}", &sheber_app::platform::secret::token()[..16]);
            let db = Database::connect(&url).await.expect("PostgreSQL of ./test");
            db.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
            db.close().await.unwrap();
            format!("{}/{name}", url.rsplit_once('/').unwrap().0)
        }
    }
}

/// A database of its own for each test would fill the disk of a small machine.
pub async fn drop_database(url: &str) {
    let (server, name) = url.rsplit_once('/').unwrap();
    let db = Database::connect(format!("{server}/postgres")).await.unwrap();
    db.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
    db.close().await.unwrap();
}

impl Server {
    pub async fn start(kind: Kind) -> Self {
        Self::start_with(kind, |_| {}).await
    }

    /// A server with other settings.
    pub async fn start_with(kind: Kind, set: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = fresh(kind, folder.path()).await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let mut config = Config {
            database: url.clone(),
            base_url: base.clone(),
            demo: true,
            api_pace: 1_000_000,
            webhooks_anywhere: true,
            keys: Some(folder.path().join("keys")),
            files: Some(folder.path().join("files")),
            ..Config::default()
        };
        set(&mut config);
        let db = database::open(&url).await.unwrap();
        let app = App::new(db, config, Arc::new(Clock::default()));
        sheber_demo::starting_lists(&app).await.unwrap();
        sheber_demo::settle(&app).await.unwrap();
        Self::serving(app, listener, base, folder).await
    }

    async fn serving(app: App, listener: tokio::net::TcpListener, base: String, folder: tempfile::TempDir) -> Self {
        sheber_app::register::keys::prepare(&app).await.unwrap();
        tokio::spawn(sheber_app::serve_on(app.clone(), listener, std::future::pending()));
        Self { app, base, folder }
    }

    /// A server on what is there already.
    pub async fn on(config: Config, folder: tempfile::TempDir) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let db = database::open(&config.database).await.unwrap();
        let app = App::new(db, Config { base_url: base.clone(), demo: true, ..config }, Arc::new(Clock::default()));
        Self::serving(app, listener, base, folder).await
    }

    /// What the server keeps beside its database.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Somebody who is not signed in.
    pub fn visitor(&self) -> Person {
        let http = Client::builder().cookie_store(true).redirect(Policy::none()).no_proxy().build().unwrap();
        Person { http, base: self.base.clone() }
    }

    /// Somebody of the demo, signed in.
    pub async fn person(&self, local: &str) -> Person {
        let person = self.visitor();
        let answer = person.sign_in(&format!("{local}@demo.sheber.kz"), sheber_demo::PASSWORD).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{local} signs in");
        person
    }

    /// A program that acts for somebody of the demo, with a token for everything.
    pub async fn program(&self, local: &str) -> Program {
        let person = self.person(local).await;
        let fields = [
            ("name", "тест"),
            ("days", "30"),
            ("password", sheber_demo::PASSWORD),
            ("scope", "programmes"),
            ("scope", "register"),
            ("scope", "webhooks"),
        ];
        let page = person.post("/account/tokens", &fields).await.text().await.unwrap();
        let token = page.split("id=\"once\">").nth(1).expect("a token").split('<').next().unwrap().to_owned();
        Program { http: Client::builder().no_proxy().build().unwrap(), base: self.base.clone(), token }
    }

    pub async fn number(&self, sql: &str) -> i64 {
        database::number(&self.app.db, sql, vec![]).await.unwrap()
    }
}

#[derive(Clone)]
pub struct Person {
    pub http: Client,
    base: String,
}

/// A program with a token.
#[derive(Clone)]
pub struct Program {
    pub http: Client,
    pub base: String,
    pub token: String,
}

impl Program {
    pub fn ask(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base)).bearer_auth(&self.token)
    }

    pub async fn get(&self, path: &str) -> Response {
        self.ask(reqwest::Method::GET, path).send().await.unwrap()
    }

    pub async fn json(&self, path: &str) -> serde_json::Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.json().await.unwrap()
    }

    pub async fn post(&self, path: &str, body: &serde_json::Value) -> Response {
        self.ask(reqwest::Method::POST, path).json(body).send().await.unwrap()
    }
}

/// The value of a field in a page.
pub fn value<'h>(page: &'h str, name: &str) -> &'h str {
    page.split(&format!("name=\"{name}\""))
        .skip(1)
        .find_map(|rest| rest.split('>').next()?.split("value=\"").nth(1)?.split('"').next())
        .unwrap_or_else(|| panic!("no field {name} in the page"))
}

impl Person {
    /// Goes on at another server on the same database, with the same session.
    pub fn at(&mut self, base: &str) {
        base.clone_into(&mut self.base);
    }

    pub async fn get(&self, path: &str) -> Response {
        self.http.get(format!("{}{path}", self.base)).send().await.unwrap()
    }

    /// The text of a page that has to be there.
    pub async fn page(&self, path: &str) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.text().await.unwrap()
    }

    pub async fn token(&self) -> String {
        let page = self.page("/guidance").await;
        let start = page.find("name=\"csrf\" content=\"").unwrap() + 21;
        page[start..].split('"').next().unwrap().to_owned()
    }

    pub async fn post_raw(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        self.http.post(format!("{}{path}", self.base)).form(fields).send().await.unwrap()
    }

    /// Sends a form with the session's token.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        let token = self.token().await;
        let mut all = vec![("csrf", token.as_str())];
        all.extend_from_slice(fields);
        self.post_raw(path, &all).await
    }

    pub async fn upload(&self, path: &str, fields: &[(&str, &str)], files: &[(&str, Vec<u8>)]) -> Response {
        let mut form = Form::new().text("csrf", self.token().await);
        for (name, text) in fields {
            form = form.text((*name).to_owned(), (*text).to_owned());
        }
        for (name, bytes) in files {
            form = form.part("files", Part::bytes(bytes.clone()).file_name((*name).to_owned()));
        }
        self.http.post(format!("{}{path}", self.base)).multipart(form).send().await.unwrap()
    }

    pub async fn sign_in(&self, email: &str, password: &str) -> Response {
        let page = self.page("/login").await;
        let token = value(&page, "csrf").to_owned();
        self.post_raw("/login", &[("csrf", &token), ("email", email), ("password", password), ("to", "/")]).await
    }

    /// Every field of the editor as it stands.
    pub async fn editor(&self, id: i64) -> Vec<(String, String)> {
        let page = self.page(&format!("/programmes/{id}/edit")).await;
        form_fields(&page)
    }
}

/// The fields of the editor's form in a page, as a browser without script would send them.
pub fn form_fields(page: &str) -> Vec<(String, String)> {
    let start = page.find("id=\"editor\"").expect("the editor");
    let form = &page[start..page[start..].find("</form>").map_or(page.len(), |end| start + end)];
    let unescape = |text: &str| {
        text.replace("&quot;", "\"")
            .replace("&#34;", "\"")
            .replace("&#39;", "'")
            .replace("&#60;", "<")
            .replace("&#62;", ">")
            .replace("&#38;", "&")
            .replace("&amp;", "&")
    };
    let attribute = |tag: &str, name: &str| -> Option<String> {
        tag.split(&format!(" {name}=\"")).nth(1).and_then(|rest| rest.split('"').next()).map(unescape)
    };
    let mut fields = Vec::new();
    for piece in form.split('<').skip(1) {
        let tag = piece.split('>').next().unwrap_or_default();
        let Some(name) = attribute(tag, "name") else { continue };
        if tag.starts_with("input") {
            if tag.contains("type=\"checkbox\"") && !tag.contains(" checked") {
                continue;
            }
            fields.push((name, attribute(tag, "value").unwrap_or_default()));
        } else if tag.starts_with("textarea") {
            fields.push((name, unescape(piece.split_once('>').map_or("", |(_, text)| text))));
        } else if tag.starts_with("select") {
            let from = form.find(&format!("<{tag}>")).unwrap_or(0);
            let list = &form[from..from + form[from..].find("</select>").unwrap_or(0)];
            let chosen = list
                .split("<option")
                .skip(1)
                .find(|option| option.split('>').next().unwrap_or_default().contains(" selected"));
            let first = list.split("<option").nth(1);
            if let Some(option) = chosen.or(first) {
                fields.push((name, attribute(option, "value").unwrap_or_default()));
            }
        }
    }
    fields
}

/// Sets a field.
pub fn set(fields: &mut Vec<(String, String)>, name: &str, value: &str) {
    match fields.iter_mut().find(|(known, _)| known == name) {
        Some((_, old)) => value.clone_into(old),
        None => fields.push((name.to_owned(), value.to_owned())),
    }
}

pub fn pairs(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// What can be read on a PDF.
pub fn pdf_text(pdf: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("paper.pdf");
    std::fs::write(&file, pdf).unwrap();
    let read = std::process::Command::new("pdftotext").args(["-layout"]).arg(&file).arg("-").output();
    String::from_utf8(read.expect("poppler-utils").stdout).unwrap()
}
