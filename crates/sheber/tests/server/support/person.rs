//! Somebody who acts on a server through HTTP, and a program that does.

use std::sync::{Arc, Mutex};

use reqwest::multipart::{Form, Part};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode};

use super::form::{close, form_fields, value};

#[derive(Clone)]
pub struct Person {
    pub http: Client,
    pub(super) base: String,
    /// The token of the session's forms, once a page was read for it.
    pub(super) csrf: Arc<Mutex<Option<String>>>,
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

impl Person {
    /// Somebody who is not signed in.
    pub fn at_server(base: &str) -> Self {
        // Nothing here speaks TLS: the certificates of the machine are not read for each person.
        let http = Client::builder().cookie_store(true).redirect(Policy::none()).no_proxy().tls_certs_only([]);
        Self { http: http.build().unwrap(), base: base.to_owned(), csrf: Arc::default() }
    }

    /// Signs in somebody of the demo; gives the cookie of the session, name and value.
    pub async fn session(&self, local: &str) -> (String, String) {
        let answer = self.sign_in(&format!("{local}@demo.sheber.kz"), sheber_demo::PASSWORD).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{local} signs in");
        let cookie = answer.cookies().find(|cookie| cookie.name() == "sheber").expect("a session begun anew");
        (cookie.name().to_owned(), cookie.value().to_owned())
    }

    /// Goes on at another server on the same database, with the same session.
    pub fn at(&mut self, base: &str) {
        base.clone_into(&mut self.base);
    }

    pub async fn get(&self, path: &str) -> Response {
        self.http.get(format!("{}{path}", self.base)).send().await.unwrap()
    }

    /// The text of a page that has to be there, without the space between its elements.
    pub async fn page(&self, path: &str) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        close(&answer.text().await.unwrap())
    }

    pub async fn token(&self) -> String {
        let known = self.csrf.lock().unwrap().clone();
        if let Some(token) = known { token } else { self.new_token().await }
    }

    async fn new_token(&self) -> String {
        // The lightest page there is.
        let page = self.get("/nowhere").await.text().await.unwrap();
        let start = page.find("name=\"csrf\" content=\"").unwrap() + 21;
        let token = page[start..].split('"').next().unwrap().to_owned();
        *self.csrf.lock().unwrap() = Some(token.clone());
        token
    }

    pub async fn post_raw(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        self.http.post(format!("{}{path}", self.base)).form(fields).send().await.unwrap()
    }

    /// Sends something with the session's token; a session that was begun anew has another one.
    async fn with_token<F: Future<Output = Response>>(&self, send: impl Fn(String) -> F) -> Response {
        let token = self.token().await;
        let answer = send(token.clone()).await;
        if answer.status() == StatusCode::FORBIDDEN && self.new_token().await != token {
            return send(self.token().await).await;
        }
        answer
    }

    /// Sends a form with the session's token.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        let send = |token: String| async move {
            let mut all = vec![("csrf", token.as_str())];
            all.extend_from_slice(fields);
            self.post_raw(path, &all).await
        };
        self.with_token(send).await
    }

    pub async fn upload(&self, path: &str, fields: &[(&str, &str)], files: &[(&str, Vec<u8>)]) -> Response {
        let send = |token: String| async move {
            let mut form = Form::new().text("csrf", token);
            for (name, text) in fields {
                form = form.text((*name).to_owned(), (*text).to_owned());
            }
            for (name, bytes) in files {
                form = form.part("files", Part::bytes(bytes.clone()).file_name((*name).to_owned()));
            }
            self.http.post(format!("{}{path}", self.base)).multipart(form).send().await.unwrap()
        };
        self.with_token(send).await
    }

    /// Brings a file to a door and waits for its preview: its address, and the page.
    pub async fn brings(&self, path: &str, name: &str, bytes: impl Into<Vec<u8>>) -> (String, String) {
        let answer = self.upload(path, &[], &[(name, bytes.into())]).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{path} {name}");
        let address = answer.headers()["location"].to_str().unwrap().to_owned();
        let page = self.settled(&address).await;
        (address, page)
    }

    /// A page of an import once the work on it has ended.
    pub async fn settled(&self, address: &str) -> String {
        loop {
            let answer = self.get(address).await;
            let is_working = answer.headers().contains_key("refresh");
            let page = close(&answer.text().await.unwrap());
            if !is_working {
                return page;
            }
        }
    }

    /// Takes the rows of an import, and waits; the page that says what became of it.
    pub async fn takes(&self, address: &str, fields: &[(&str, &str)]) -> String {
        let page = self.settled(address).await;
        let seen = if page.contains("name=\"seen\"") { value(&page, "seen").to_owned() } else { String::new() };
        let fields: Vec<(&str, &str)> =
            std::iter::once(("seen", seen.as_str())).chain(fields.iter().copied()).collect();
        let answer = self.post(&format!("{address}/take"), &fields).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{address}");
        self.settled(address).await
    }

    pub async fn sign_in(&self, email: &str, password: &str) -> Response {
        *self.csrf.lock().unwrap() = None;
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
