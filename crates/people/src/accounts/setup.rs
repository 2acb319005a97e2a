//! The page of one's second factor: switched on, switched off, with codes for the day when the telephone is lost.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use sheber_platform::actor::Actor;
use sheber_platform::app::App;
use sheber_platform::attempts::{Trial, succeeded};
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::forms::Form;
use sheber_platform::page::{Page, html};
use sheber_platform::{clock, sealed};
use totp_rs::Secret;
use tower_sessions::Session;

use super::factor::{code_step, recovery_codes, totp};
use super::proof::{self, Fault, is_person};
use super::second;
use super::store;

/// Session key of a second factor that is being set up, encrypted.
const NEW_TOTP: &str = "new-totp";

#[derive(Template)]
#[template(path = "accounts/setup.html")]
struct SetupPage {
    page: Page,
    has_totp: bool,
    /// It is demanded, and nothing else opens before it is on.
    owes: bool,
    new_secret: String,
    new_url: String,
    /// The same as a picture that the app reads.
    new_code: String,
    /// So many codes are left.
    left: usize,
    /// New codes, shown this once.
    codes: Vec<String>,
    /// The day on which they were made.
    today: String,
    error: Option<String>,
}

fn owner(actor: &Actor) -> String {
    format!("new totp {}", actor.id)
}

/// The secret that is being set up, made when first asked for.
async fn new_secret(app: &App, actor: &Actor, session: &Session) -> Result<String, AppError> {
    if let Some(sealed) = session.get::<String>(NEW_TOTP).await? {
        return sealed::open(app, &owner(actor), &sealed);
    }
    let made = Secret::generate().to_base32();
    session.insert(NEW_TOTP, sealed::seal(app, &owner(actor), &made)?).await?;
    Ok(made)
}

async fn show(
    app: &App,
    context: Context,
    session: &Session,
    fault: Option<Fault>,
    codes: Vec<String>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    let has_totp = actor.has_totp || !codes.is_empty();
    let new_secret = if has_totp { String::new() } else { new_secret(app, &actor, session).await? };
    let url = totp(&new_secret, &actor.email).and_then(|totp| totp.to_url().ok());
    let url = url.unwrap_or_default();
    let new_code = if url.is_empty() { String::new() } else { sheber_documents::code::svg(&url)? };
    // In fours, as it is typed.
    let letters: Vec<char> = new_secret.chars().collect();
    let new_secret = letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join(" ");
    let left = usize::try_from(second::codes_left(&app.db, actor.id).await?).unwrap_or_default();
    let error = fault.map(|fault| fault.message(&context));
    let today = sheber_messages::date(context.lang, clock::day(app.clock.millis()));
    let (title, back) = (context.t("totp-title"), context.t("nav-account"));
    let page = Page::new(context, "account", title).crumb(back, "/account");
    let owes = actor.owes_factor() && !has_totp;
    html(&SetupPage { page, has_totp, owes, new_secret, new_url: url, new_code, left, codes, today, error })
}

pub async fn page(State(app): State<App>, context: Context, session: Session) -> Result<Response, AppError> {
    show(&app, context, &session, None, Vec::new()).await
}

/// What is done with the second factor.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Deed {
    On,
    Off,
    /// New codes in the place of the old ones.
    Codes,
}

#[derive(Deserialize)]
pub struct FactorForm {
    deed: Deed,
    password: String,
    code: String,
}

/// Does it with the password and a code: of the new secret, of the one there is, or one of the codes for a lost telephone.
pub async fn submit(
    State(app): State<App>,
    context: Context,
    session: Session,
    Form(form): Form<FactorForm>,
) -> Result<Response, AppError> {
    let actor = context.actor()?.clone();
    if let Err(fault) = is_person(&app, &context, &actor, &form.password).await? {
        return show(&app, context, &session, Some(fault), Vec::new()).await;
    }
    let counted = match proof::turn_inside(&app, &context, Trial::Code, &actor).await? {
        Ok(counted) => counted,
        Err(fault) => return show(&app, context, &session, Some(fault), Vec::new()).await,
    };
    let login = store::login_of(&app.db, actor.id).await?.ok_or(AppError::Forbidden)?;
    let now = app.clock.now().timestamp().unsigned_abs();
    let step_of = |secret: &str| code_step(secret, &actor.email, &form.code, now);
    let wrong = Fault::Wrong("code-wrong");
    let codes = recovery_codes();
    let done = match (form.deed, login.totp(&app)?) {
        (Deed::On, None) => {
            let secret = new_secret(&app, &actor, &session).await?;
            match step_of(&secret) {
                Some(step) => second::set_totp(&app, &actor, &secret, step, &codes).await?,
                None => false,
            }
        }
        (Deed::On, Some(_)) | (Deed::Off | Deed::Codes, None) => {
            return Ok(Redirect::to("/account/factor").into_response());
        }
        (deed, Some(secret)) => {
            let is_right = match step_of(&secret) {
                Some(step) => second::use_step(&app, actor.id, step).await?,
                None => second::use_code(&app, Some(&actor), actor.id, &form.code).await?,
            };
            if is_right && matches!(deed, Deed::Off) {
                second::unset_totp(&app, &actor).await?;
            } else if is_right {
                second::renew_codes(&app, &actor, &codes).await?;
            }
            is_right
        }
    };
    if !done {
        proof::failed(&app, &context, Trial::Code, Some(actor.id));
        return show(&app, context, &session, Some(wrong), Vec::new()).await;
    }
    succeeded(&app, counted).await?;
    session.remove::<String>(NEW_TOTP).await?;
    if matches!(form.deed, Deed::Off) {
        return Ok(Redirect::to("/account").into_response());
    }
    show(&app, context, &session, None, codes).await
}
