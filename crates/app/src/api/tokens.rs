//! Tokens: made by people for programs that act in their name, shown once, with scope and end.

use askama::Template;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Usual;
use crate::accounts::{password_fits, store as accounts};
use crate::hooks::{self, Hook};
use crate::inbox::{self, Reader};
use crate::params;
use crate::platform::app::App;
use crate::platform::audit::{Change, Event};
use crate::platform::context::Context;
use crate::platform::error::AppError;
use crate::platform::forms::{Form, Lookup, Pairs};
use crate::platform::grant::{self, GrantScope};
use crate::platform::page::{Page, html};
use crate::platform::{clock, database, secret};

/// In whose name a token speaks.
#[derive(Serialize, ToSchema)]
pub struct Me {
    id: i64,
    name: String,
    role: &'static str,
    organisation_id: i64,
    /// What the token allows besides reading.
    scopes: Vec<&'static str>,
}

/// In whose name the token speaks, and what it allows.
#[utoipa::path(get, path = "/api/v1/me", operation_id = "me", tag = "about",
    responses((status = 200, body = Me), Usual))]
pub async fn me(context: Context) -> Result<Json<Me>, AppError> {
    let actor = context.actor()?;
    let scopes = context.grant.iter().flat_map(|grant| &grant.scopes).map(|scope| scope.word()).collect();
    Ok(Json(Me {
        id: actor.id,
        name: actor.name.clone(),
        role: actor.role.word(),
        organisation_id: actor.organisation_id,
        scopes,
    }))
}

#[derive(FromQueryResult)]
struct Token {
    id: i64,
    name: String,
    scopes: String,
    created_at: i64,
    expires_at: i64,
    used_at: Option<i64>,
}

async fn of(db: &impl ConnectionTrait, account: i64) -> Result<Vec<Token>, DbErr> {
    database::all(
        db,
        "SELECT id, name, scopes, created_at, expires_at, used_at FROM api_token
         WHERE account_id = $1 AND revoked_at IS NULL ORDER BY expires_at DESC, id DESC LIMIT 100",
        params![account],
    )
    .await
}

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

#[derive(Template)]
#[template(path = "api/tokens.html")]
struct TokensPage {
    page: Page,
    tokens: Vec<Token>,
    hooks: Vec<Hook>,
    hears: bool,
    secret: Option<Secret>,
    error: Option<String>,
    address: String,
    typed: Pairs,
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
        words.extend(grant::scopes(&token.scopes).iter().map(|one| self.page.t(format!("token-scope-{}", one.word()))));
        words.join(", ")
    }

    fn all_scopes(&self) -> Vec<&'static str> {
        GrantScope::ALL.iter().map(|scope| scope.word()).collect()
    }

    fn typed(&self, name: &str) -> &str {
        self.typed.get(name)
    }

    fn chose(&self, value: &str) -> bool {
        self.typed.iter().any(|(name, typed)| name == "scope" && typed == value)
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

async fn shown(
    app: &App,
    context: Context,
    secret: Option<Secret>,
    error: Option<&str>,
    address: String,
    typed: Pairs,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let page =
        Page::new(context.clone(), "account", context.t("tokens-title")).crumb(context.t("nav-account"), "/account");
    html(&TokensPage {
        tokens: of(&app.db, actor.id).await?,
        hooks: hooks::of(&app.db, actor.id).await?,
        hears: actor.may(crate::platform::actor::Ability::SeeRegister),
        secret,
        error: error.map(|key| context.t(key)),
        address,
        typed,
        now: app.clock.millis(),
        page,
    })
}

pub(super) async fn show(
    app: &App,
    context: Context,
    secret: Option<Secret>,
    error: Option<&str>,
    address: String,
) -> Result<Response, AppError> {
    let address = if secret.is_some() { String::new() } else { address };
    shown(app, context, secret, error, address, Vec::new()).await
}

pub async fn page(State(app): State<App>, context: Context) -> Result<Response, AppError> {
    show(&app, context, None, None, String::new()).await
}

pub async fn create(State(app): State<App>, context: Context, Form(form): Form<Pairs>) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let name: String = form.get("name").trim().chars().take(100).collect();
    let days = form.get("days").trim().parse::<i64>().ok().filter(|days| (1..=LONGEST).contains(days));
    let chosen = form.iter().filter(|(name, _)| name == "scope").map(|(_, word)| word.parse::<GrantScope>());
    let Ok(scopes) = chosen.collect::<Result<Vec<_>, _>>() else { return Err(AppError::Bad("error-form")) };
    let (true, Some(days)) = (!name.is_empty(), days) else {
        let key = if name.is_empty() { "token-name-missing" } else { "token-days-wrong" };
        let mut typed = form;
        typed.retain(|(name, _)| name != "password");
        let page = shown(&app, context, None, Some(key), String::new(), typed).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    // Who sits at an open session by chance makes no key to the house.
    let attempt = accounts::attempt(&app, "login", &actor.email, &context.address).await?;
    let hash = accounts::login_of(&app.db, actor.id).await?.and_then(|login| login.password_hash);
    let refused = match attempt {
        None => Some("login-held-back"),
        Some(_) if !password_fits(form.get("password").to_owned(), hash).await? => Some("password-wrong"),
        Some(attempt) => {
            accounts::succeeded(&app, "login", &actor.email, attempt).await?;
            None
        }
    };
    let token = grant::made(actor.id, form.get("once"));
    let same = "SELECT COUNT(*) FROM api_token WHERE hash = $1 AND revoked_at IS NULL";
    if refused.is_none() && database::number(&app.db, same, params![secret::sha256(&token)]).await? > 0 {
        return show(&app, context, Some(Secret::Token(token)), None, String::new()).await;
    }
    let live = of(&app.db, actor.id).await?.iter().filter(|one| one.expires_at > app.clock.millis()).count();
    if let Some(key) = refused.or((live >= MANY).then_some("token-many")) {
        let mut typed = form;
        typed.retain(|(name, _)| name != "password");
        let page = shown(&app, context, None, Some(key), String::new(), typed).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let scopes: Vec<&str> = scopes.iter().map(|scope| scope.word()).collect();
    let change = Change::begin(&app, Some(&actor)).await?;
    let expires = change.at() + days * 24 * 3_600_000;
    let id = database::number(
        change.db(),
        "INSERT INTO api_token (account_id, name, hash, scopes, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (hash) DO NOTHING RETURNING id",
        params![actor.id, name.clone(), secret::sha256(&token), scopes.join(" "), change.at(), expires],
    )
    .await?;
    if id == 0 {
        // A second click, at the same moment.
        drop(change);
        return show(&app, context, Some(Secret::Token(token)), None, String::new()).await;
    }
    let after = serde_json::json!({ "name": name, "scopes": scopes, "expires": clock::day(expires).to_string() });
    change.record(Event::new("event-token-made", "token", id).after(after)).await?;
    let reader = Reader::of(change.db(), &actor).await?;
    let said = sheber_messages::text_with(actor.lang, "token-told", &[("name", &name)]);
    inbox::tell(&change, &reader, said, "", "/account/tokens").await?;
    change.commit().await?;
    show(&app, context, Some(Secret::Token(token)), None, String::new()).await
}

#[derive(Deserialize)]
pub struct Revoked {
    id: i64,
}

pub async fn revoke(State(app): State<App>, context: Context, Form(form): Form<Revoked>) -> Result<Redirect, AppError> {
    let actor = context.actor()?;
    let change = Change::begin(&app, Some(actor)).await?;
    let sql = "UPDATE api_token SET revoked_at = $3 WHERE id = $1 AND account_id = $2 AND revoked_at IS NULL";
    if database::run(change.db(), sql, params![form.id, actor.id, change.at()]).await? == 0 {
        return Err(AppError::NotFound);
    }
    change.record(Event::new("event-token-revoked", "token", form.id)).await?;
    change.commit().await?;
    Ok(Redirect::to("/account/tokens"))
}
