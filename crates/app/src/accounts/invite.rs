//! The people of the organisations in one's care: list, invitation, switching off.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use sea_orm::SqlErr;
use serde::Deserialize;
use sheber_messages as messages;

use super::store::{self, Invitation, Letter, Listed, Organisation};
use crate::platform::actor::Role;
use crate::platform::app::App;
use crate::platform::context::Context;
use crate::platform::error::AppError;
use crate::platform::forms::Form;
use crate::platform::page::{Choice, Page, html};

#[derive(Template)]
#[template(path = "accounts/list.html")]
struct ListPage {
    page: Page,
    query: String,
    accounts: Vec<Listed>,
    roles: Vec<Choice>,
    organisations: Vec<Organisation>,
    form: InviteForm,
    error: Option<String>,
    /// The link of an invitation just made, for those without mail.
    link: Option<String>,
}

impl ListPage {
    fn organisation<'a>(&self, kk: &'a str, ru: &'a str) -> &'a str {
        if self.page.lang() == sheber_kernel::Lang::Ru { ru } else { kk }
    }
}

#[derive(Deserialize, Default)]
pub struct Search {
    #[serde(default)]
    q: String,
}

#[derive(Deserialize, Default, Clone)]
pub struct InviteForm {
    email: String,
    name: String,
    role: String,
    organisation: i64,
}

async fn show(
    app: &App,
    context: Context,
    query: String,
    form: InviteForm,
    error: Option<&str>,
    link: Option<String>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let accounts = store::list(&app.db, &actor, &query).await?;
    let organisations = store::organisations(&app.db, &actor).await?;
    let roles = actor
        .role
        .invites()
        .iter()
        .map(|role| Choice {
            value: role.word().to_owned(),
            label: context.t(&format!("role-{}", role.word())),
            chosen: form.role == role.word(),
        })
        .collect();
    let error = error.map(|key| context.t(key));
    let title = context.t("nav-accounts");
    let page = Page::new(context, "accounts", title).wide();
    html(&ListPage { page, query, accounts, roles, organisations, form, error, link })
}

pub async fn list(
    State(app): State<App>,
    context: Context,
    Query(search): Query<Search>,
) -> Result<Response, AppError> {
    show(&app, context, search.q, InviteForm::default(), None, None).await
}

pub async fn submit(
    State(app): State<App>,
    context: Context,
    Form(form): Form<InviteForm>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let fail = |key| show(&app, context.clone(), String::new(), form.clone(), Some(key), None);
    let role: Option<Role> = form.role.parse().ok().filter(|role| actor.role.invites().contains(role));
    let organisations = store::organisations(&app.db, &actor).await?;
    let organisation = organisations.iter().find(|organisation| organisation.id == form.organisation);
    let (Some(role), Some(organisation)) = (role, organisation) else { return Err(AppError::Forbidden) };
    if role.organisation().word() != organisation.kind {
        return fail("invite-role-kind").await.map(|page| (StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let is_address = store::is_address(&form.email)
        && form.email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    if !is_address || form.name.trim().is_empty() {
        return fail("invite-incomplete").await.map(|page| (StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let invitation = Invitation {
        email: form.email.clone(),
        name: form.name.trim().to_owned(),
        role,
        organisation: organisation.id,
    };
    let (lang, base) = (context.lang, app.config.base_url.clone());
    let made = store::invite(&app, &actor, &invitation, |token| Letter {
        subject: messages::text(lang, "mail-invitation-subject"),
        body: messages::text_with(
            lang,
            "mail-invitation-body",
            &[("name", &invitation.name), ("who", &actor.name), ("link", &format!("{base}/welcome/{token}"))],
        ),
    })
    .await;
    match made {
        Ok(token) => {
            let link = format!("{}/welcome/{token}", app.config.base_url);
            show(&app, context, String::new(), InviteForm::default(), None, Some(link)).await
        }
        Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
            fail("invite-known").await.map(|page| (StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "accounts/one.html")]
struct OnePage {
    page: Page,
    account: Listed,
    history: Vec<crate::platform::audit::Line>,
}

/// One account and what happened to it.
pub async fn one(State(app): State<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    let account = store::find(&app.db, context.actor()?, id).await?.ok_or(AppError::NotFound)?;
    let history = crate::platform::audit::history(&app.db, "account", id, 100).await?;
    let page =
        Page::new(context.clone(), "accounts", account.name.clone()).crumb(context.t("nav-accounts"), "/accounts");
    html(&OnePage { page, account, history })
}

#[derive(Deserialize)]
pub struct Activity {
    active: bool,
}

pub async fn state(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(form): Form<Activity>,
) -> Result<Redirect, AppError> {
    if store::set_active(&app, context.actor()?, id, form.active).await? {
        Ok(Redirect::to("/accounts"))
    } else {
        Err(AppError::NotFound)
    }
}
