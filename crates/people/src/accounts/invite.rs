//! The people of the organisations in one's care: list, invitation, switching off.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use sea_orm::SqlErr;
use serde::Deserialize;
use sheber_messages as messages;
use sheber_platform::ability::Role;
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::forms::{Address, Form};
use sheber_platform::page::{Choice, Page, Pager, address, html};
use sheber_platform::{sheet, trail};

use super::store::{self, ACCOUNT, AccountLine, Filter, Invitation, Letter, Organisation};

#[derive(Template)]
#[template(path = "accounts/list.html")]
struct ListPage {
    page: Page,
    filter: Filter,
    /// The filter as the address of the workbook.
    query: String,
    accounts: Vec<AccountLine>,
    pager: Pager,
    roles: Vec<Choice>,
    organisations: Vec<Organisation>,
    form: InviteForm,
    error: Option<String>,
    /// The link of an invitation just made, for those without mail.
    link: Option<String>,
}

impl ListPage {
    fn standing(&self, account: &AccountLine) -> String {
        standing(&self.page.context, account)
    }
}

/// Whether an account is used, in words.
fn standing(context: &Context, account: &AccountLine) -> String {
    let key = match (account.active, account.has_password) {
        (false, _) => "account-off",
        (true, false) => "account-invited",
        (true, true) => "account-on",
    };
    let totp = account.active && account.has_totp;
    if totp { format!("{}, {}", context.t(key), context.t("account-totp")) } else { context.t(key) }
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
    filter: Filter,
    form: InviteForm,
    error: Option<&str>,
    link: Option<String>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let accounts = store::list(&actor, &filter).page(&app.db, &filter.at).await?;
    let pager = Pager::of("/accounts", &filter, &accounts);
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
    let (query, accounts) = (address(&filter), accounts.rows);
    html(&ListPage { page, filter, query, accounts, pager, roles, organisations, form, error, link })
}

pub async fn list(
    State(app): State<App>,
    context: Context,
    Address(filter): Address<Filter>,
) -> Result<Response, AppError> {
    show(&app, context, filter, InviteForm::default(), None, None).await
}

/// The accounts as they are filtered, for people who keep lists.
pub async fn export(
    State(app): State<App>,
    context: Context,
    Address(filter): Address<Filter>,
) -> Result<Response, AppError> {
    let accounts: Vec<AccountLine> = store::list(context.actor()?, &filter).all(&app.db).await?;
    let headings = ["name", "email", "role", "organisation", "state"].map(|key| context.t(key)).to_vec();
    let rows = accounts.into_iter().map(|account| {
        let (role, standing) = (context.t(&format!("role-{}", account.role)), standing(&context, &account));
        let organisation = account.organisation(context.lang).to_owned();
        vec![account.name, account.email, role, organisation, standing]
    });
    sheet::workbook("accounts.xlsx", context.t("nav-accounts"), headings, &[], rows.collect()).await
}

pub async fn submit(
    State(app): State<App>,
    context: Context,
    Form(form): Form<InviteForm>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let fail = |key| show(&app, context.clone(), Filter::default(), form.clone(), Some(key), None);
    let role: Option<Role> = form.role.parse().ok().filter(|role| actor.role.invites().contains(role));
    let organisations = store::organisations(&app.db, &actor).await?;
    let organisation = organisations.iter().find(|organisation| organisation.id == form.organisation);
    let (Some(role), Some(organisation)) = (role, organisation) else { return Err(AppError::Forbidden) };
    if role.organisation() != organisation.kind {
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
            show(&app, context, Filter::default(), InviteForm::default(), None, Some(link)).await
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
    account: AccountLine,
    history: Vec<trail::Line>,
}

/// One account and what happened to it.
pub async fn one(State(app): State<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    let account = store::find(&app.db, context.actor()?, id).await?.ok_or(AppError::NotFound)?;
    let history = trail::history(&app.db, ACCOUNT, id, 100).await?;
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
