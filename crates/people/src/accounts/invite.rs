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
use sheber_platform::attempts::Trial;
use sheber_platform::change::Change;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::forms::{Address, Form, Pairs};
use sheber_platform::page::{Choice, Page, Pager, address, html};
use sheber_platform::{outbox, sheet, trail};

use super::links::{self, Invitation, Letter};
use super::proof;
use super::rights;
use super::second;
use super::store::{self, ACCOUNT, AccountLine, Filter, Organisation};
use crate::organisations::store as organisations;

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
    /// Of an invitation just made.
    made: Option<NewInvitation>,
    /// Whether the own organisation demands a second factor of whoever administers or operates; nothing where that is not for the
    /// reader to say.
    demands: Option<bool>,
}

/// An invitation just made.
enum NewInvitation {
    /// The letter goes out, and only who gets it has the link.
    Sent,
    /// Nothing sends letters here: the link is handed over by hand.
    Link(String),
}

impl ListPage {
    fn is_own(&self, account: &AccountLine) -> bool {
        self.page.actor().is_some_and(|actor| actor.id == account.id)
    }

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

/// So many letters a name has at most.
const LONGEST: usize = 150;

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
    made: Option<NewInvitation>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let accounts = store::list(&actor, &filter).page(&app.db, &filter.at).await?;
    let pager = Pager::of("/accounts", &filter, &accounts);
    let organisations = store::organisations(&app.db, &actor, context.lang).await?;
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
    let demands = actor.may(rights::DEMAND).then_some(actor.demands_totp);
    let page = Page::new(context, "accounts", title).wide();
    let (query, accounts) = (address(&filter), accounts.rows);
    html(&ListPage { page, filter, query, accounts, pager, roles, organisations, form, error, made, demands })
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
    let organisations = store::organisations(&app.db, &actor, context.lang).await?;
    let organisation = organisations.iter().find(|organisation| organisation.id == form.organisation);
    let (Some(role), Some(organisation)) = (role, organisation) else { return Err(AppError::Forbidden) };
    if role.organisation() != organisation.kind {
        return fail("invite-role-kind").await.map(|page| (StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let name = form.name.trim();
    if !outbox::is_address(form.email.trim()) || name.is_empty() || name.chars().count() > LONGEST {
        return fail("invite-incomplete").await.map(|page| (StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    // Nobody fills somebody's mailbox with invitations.
    let by = format!("invited by {}", actor.id);
    let subject = proof::Subject { account: &store::address(&form.email), key: None, device: Some(&by) };
    proof::turn(&app, &context, Trial::Letter, &subject).await??;
    let invitation =
        Invitation { email: form.email.clone(), name: name.to_owned(), role, organisation: organisation.id };
    let (lang, base) = (context.lang, app.config.base_url.clone());
    let made = links::invite(&app, &actor, &invitation, |token| Letter {
        lang,
        subject: messages::text(lang, "mail-invitation-subject"),
        body: messages::text_with(
            lang,
            "mail-invitation-body",
            &[("name", &invitation.name), ("who", &actor.name), ("link", &format!("{base}/welcome/{token}"))],
        ),
    })
    .await;
    let mails = outbox::sends(&app);
    let answer = match made {
        Ok(_) if mails => NewInvitation::Sent,
        Ok(token) => NewInvitation::Link(format!("{}/welcome/{token}", app.config.base_url)),
        Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
            // Of an account beyond the own people nobody learns here that there is one: its owner is told instead.
            if !mails || store::lists(&app.db, &actor, &invitation.email).await? {
                let page = fail("invite-known").await?;
                return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
            }
            links::invited_again(&app, &actor, &invitation.email).await?;
            NewInvitation::Sent
        }
        Err(error) => return Err(error.into()),
    };
    show(&app, context, Filter::default(), InviteForm::default(), None, Some(answer)).await
}

#[derive(Template)]
#[template(path = "accounts/one.html")]
struct OnePage {
    page: Page,
    account: AccountLine,
    history: Vec<trail::Line>,
    /// Whether the reader looks after the account.
    manages: bool,
    /// In words whether it is used.
    standing: String,
    /// Of a link just made.
    made: Option<NewInvitation>,
}

/// One account and what happened to it.
pub async fn one(State(app): State<App>, context: Context, Path(id): Path<i64>) -> Result<Response, AppError> {
    show_one(&app, context, id, None).await
}

async fn show_one(app: &App, context: Context, id: i64, made: Option<NewInvitation>) -> Result<Response, AppError> {
    let account = store::find(&app.db, context.actor()?, id).await?.ok_or(AppError::NotFound)?;
    let history = trail::history(&app.db, ACCOUNT, id, 100).await?;
    let manages = store::may_manage(&app.db, context.actor()?, id).await?;
    let standing = standing(&context, &account);
    let page =
        Page::new(context.clone(), "accounts", account.name.clone()).crumb(context.t("nav-accounts"), "/accounts");
    html(&OnePage { page, account, history, manages, standing, made })
}

/// Makes a new link by which the owner of an account sets a password.
pub async fn new_link(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(_): Form<Pairs>,
) -> Result<Response, AppError> {
    let base = app.config.base_url.clone();
    let letter = |token: &str, lang| Letter {
        lang,
        subject: messages::text(lang, "mail-reset-subject"),
        body: messages::text_with(lang, "mail-link-body", &[("link", &format!("{base}/welcome/{token}"))]),
    };
    let token = links::link_anew(&app, context.actor()?, id, letter).await?.ok_or(AppError::NotFound)?;
    let made =
        if outbox::sends(&app) { NewInvitation::Sent } else { NewInvitation::Link(format!("{base}/welcome/{token}")) };
    show_one(&app, context, id, Some(made)).await
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

/// Takes the second factor off an account whose owner has lost it.
pub async fn remove_factor(
    State(app): State<App>,
    context: Context,
    Path(id): Path<i64>,
    Form(_): Form<Pairs>,
) -> Result<Redirect, AppError> {
    if second::remove_totp(&app, context.actor()?, id).await? {
        Ok(Redirect::to(&format!("/accounts/{id}")))
    } else {
        Err(AppError::NotFound)
    }
}

#[derive(Deserialize)]
pub struct Demand {
    demanded: bool,
}

/// Demands a second factor of whoever administers or operates, or demands it no more.
pub async fn demand(State(app): State<App>, context: Context, Form(form): Form<Demand>) -> Result<Redirect, AppError> {
    // Whoever demands it of others has it, or the next page would be closed to them.
    if form.demanded && !context.actor()?.has_totp {
        return Ok(Redirect::to("/account/factor"));
    }
    let actor = context.actor()?;
    let change = Change::begin(&app, Some(actor)).await?;
    organisations::demand_factor(&change, actor.organisation_id, form.demanded).await?;
    change.commit().await?;
    Ok(Redirect::to("/accounts"))
}
