//! The page of tokens: made by people for programs that act in their name, shown once, with scope and end.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use sheber_people::accounts::proof::is_person;
use sheber_people::hooks::store::{self as hooks, Hook};
use sheber_people::inbox::tell::{Reader, tell};
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::forms::{Form, Lookup, Pairs};
use sheber_platform::grant::{self, GrantScope, NewToken, Token};
use sheber_platform::page::{Page, html};
use sheber_platform::{clock, secret};
use sheber_programmes::register::rights::SEE;

/// How many tokens somebody may have that are good.
const MANY: usize = 20;

/// How long a token is good at most, in days.
const LONGEST: i64 = 366;

/// What is shown once.
pub enum Secret {
    Token(String),
    Webhook(String),
}

impl Secret {
    const fn key(&self) -> &'static str {
        match self {
            Self::Token(_) => "token-once",
            Self::Webhook(_) => "webhook-once",
        }
    }

    fn text(&self) -> &str {
        match self {
            Self::Token(text) | Self::Webhook(text) => text,
        }
    }
}

/// What the page says beside the lists: a secret that is shown once, or what was wrong with what was typed.
#[derive(Default)]
pub struct Answer {
    pub secret: Option<Secret>,
    /// What was wrong, in words.
    pub error: Option<String>,
    /// The address of a webhook, as it was typed.
    pub address: String,
    /// The form of a token, as it was typed.
    pub typed: Pairs,
}

#[derive(Template)]
#[template(path = "api/tokens.html")]
struct TokensPage {
    page: Page,
    tokens: Vec<Token>,
    hooks: Vec<Hook>,
    hears: bool,
    answer: Answer,
    now: i64,
}

impl TokensPage {
    fn day(&self, millis: &i64) -> String {
        sheber_messages::date(self.page.lang(), clock::day(*millis))
    }

    fn used(&self, token: &Token) -> String {
        token.used_at.map_or_else(|| "–".to_owned(), clock::local)
    }

    fn is_over(&self, token: &Token) -> bool {
        token.expires_at <= self.now
    }

    fn scopes(&self, token: &Token) -> String {
        let mut words = vec![self.page.t("token-scope-read")];
        words.extend(token.scopes().iter().map(|one| self.page.t(format!("token-scope-{one}"))));
        words.join(", ")
    }

    fn typed(&self, name: &str) -> &str {
        self.answer.typed.get(name)
    }

    fn chose(&self, scope: &GrantScope) -> bool {
        self.answer.typed.iter().any(|(name, typed)| name == "scope" && typed == scope.word())
    }

    /// Makes the form's token once, however often the form is sent.
    fn once(&self) -> String {
        let typed = self.typed("once");
        if typed.is_empty() { secret::token() } else { typed.to_owned() }
    }

    fn days(&self) -> String {
        let typed = self.typed("days");
        if typed.is_empty() { "90".to_owned() } else { typed.to_owned() }
    }
}

/// The page with an answer; what was typed stays, but for the password.
pub async fn show(app: &App, context: Context, mut answer: Answer) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    answer.typed.retain(|(name, _)| name != "password");
    let status = if answer.error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let (title, back) = (context.t("tokens-title"), context.t("nav-account"));
    let page = html(&TokensPage {
        tokens: grant::of(&app.db, actor.id).await?,
        hooks: hooks::of(&app.db, actor.id).await?,
        hears: actor.may(SEE),
        answer,
        now: app.clock.millis(),
        page: Page::new(context, "account", title).crumb(back, "/account"),
    })?;
    Ok((status, page).into_response())
}

pub async fn page(State(app): State<App>, context: Context) -> Result<Response, AppError> {
    show(&app, context, Answer::default()).await
}

/// The form of a token as far as it can be read.
struct Draft {
    name: String,
    days: i64,
    scopes: Vec<GrantScope>,
}

impl Draft {
    /// Reads a form; the key of a message where it does not read.
    fn read(form: &Pairs) -> Result<Self, &'static str> {
        let name: String = form.get("name").trim().chars().take(100).collect();
        let days = form.get("days").trim().parse::<i64>().ok().filter(|days| (1..=LONGEST).contains(days));
        let scopes = form.iter().filter(|(name, _)| name == "scope").map(|(_, word)| word.parse());
        match (name.is_empty(), days, scopes.collect::<Result<_, _>>()) {
            (true, ..) => Err("token-name-missing"),
            (_, None, _) => Err("token-days-wrong"),
            (_, _, Err(_)) => Err("error-form"),
            (false, Some(days), Ok(scopes)) => Ok(Self { name, days, scopes }),
        }
    }
}

pub async fn create(State(app): State<App>, context: Context, Form(form): Form<Pairs>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let refuse = |error| Answer { error: Some(error), typed: form.clone(), ..Answer::default() };
    let draft = match Draft::read(&form) {
        Ok(draft) => draft,
        Err(key) => {
            let answer = refuse(context.t(key));
            return show(&app, context, answer).await;
        }
    };
    if let Err(fault) = is_person(&app, &context, &actor, form.get("password")).await? {
        let answer = refuse(fault.message(&context));
        return show(&app, context, answer).await;
    }
    let token = grant::made(actor.id, form.get("once"));
    let made = Answer { secret: Some(Secret::Token(token.clone())), ..Answer::default() };
    if grant::is_made(&app.db, &token).await? {
        return show(&app, context, made).await;
    }
    let change = Change::begin(&app, Some(&actor)).await?;
    let live = grant::of(change.db(), actor.id).await?.iter().filter(|one| one.expires_at > change.at()).count();
    if live >= MANY {
        drop(change);
        let answer = refuse(context.t("token-many"));
        return show(&app, context, answer).await;
    }
    let new = NewToken { name: &draft.name, scopes: draft.scopes, days: draft.days };
    if grant::insert(&change, actor.id, &token, &new).await? {
        let reader = Reader::of(change.db(), &actor).await?;
        let subject = sheber_messages::text_with(actor.lang, "token-told", &[("name", &draft.name)]);
        tell(&change, &reader, subject, "", "/account/tokens").await?;
        change.commit().await?;
    } else {
        // A second click, at the same moment.
        drop(change);
    }
    show(&app, context, made).await
}

#[derive(Deserialize)]
pub struct Key {
    pub id: i64,
}

pub async fn revoke(State(app): State<App>, context: Context, Form(key): Form<Key>) -> Result<Redirect, AppError> {
    let actor = context.actor()?;
    let change = Change::begin(&app, Some(actor)).await?;
    grant::revoke(&change, actor.id, key.id).await?;
    change.commit().await?;
    Ok(Redirect::to("/account/tokens"))
}
