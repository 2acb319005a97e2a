//! Whether somebody is who they say: passwords and codes are tried here, counted before they are.

use sheber_platform::actor::Actor;
use sheber_platform::app::App;
use sheber_platform::attempts::{self, Attempt, Claim, Trial, Turn, attempt, succeeded};
use sheber_platform::context::Context;
use sheber_platform::error::AppError;

use super::factor::password_fits;
use super::store;

/// How a trial ended that was not right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Wrong; the key of a message.
    Wrong(&'static str),
    /// Not tried: the next one after so many seconds.
    HeldBack(u64),
}

impl From<Fault> for AppError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Wrong(key) => Self::Bad(key),
            Fault::HeldBack(seconds) => Self::HeldBack(seconds),
        }
    }
}

impl Fault {
    /// What people read of it.
    pub fn message(self, context: &Context) -> String {
        match self {
            Self::Wrong(key) => context.t(key),
            Self::HeldBack(seconds) if seconds < 60 => {
                sheber_messages::count(context.lang, "login-wait-seconds", steps(seconds, 1))
            }
            Self::HeldBack(seconds) => sheber_messages::count(context.lang, "login-wait-minutes", steps(seconds, 60)),
        }
    }
}

/// So many steps of so many seconds, the last one whole.
fn steps(seconds: u64, step: u64) -> usize {
    usize::try_from(seconds.div_ceil(step)).unwrap_or(usize::MAX)
}

/// An account that is tried, with the device where it is known on one.
pub struct Subject<'a> {
    pub account: &'a str,
    pub key: Option<i64>,
    pub device: Option<&'a str>,
}

/// Counts a trial of an account before it is made; one that is refused is noted once in a while.
pub async fn turn(
    app: &App,
    context: &Context,
    trial: Trial,
    subject: &Subject<'_>,
) -> Result<Result<Attempt, Fault>, AppError> {
    let network = context.network();
    let who = Claim {
        trial,
        account: subject.account,
        network: &network,
        is_known: subject.key.is_some(),
        device: subject.device,
    };
    match attempt(app, &who).await? {
        Turn::Go(attempt) => Ok(Ok(attempt)),
        Turn::Wait { seconds, is_first } => {
            if is_first {
                tracing::warn!(account = subject.key, ?trial, "held back: too many failures");
                if let Some(key) = subject.key {
                    store::failed(app, key, "trail-held-back", &network).await?;
                }
            }
            Ok(Err(Fault::HeldBack(seconds)))
        }
    }
}

/// Counts a trial of whoever is signed in: strangers' failures do not slow them down.
pub async fn turn_inside(
    app: &App,
    context: &Context,
    trial: Trial,
    actor: &Actor,
) -> Result<Result<Attempt, Fault>, AppError> {
    let inside = format!("inside {}", actor.id);
    turn(app, context, trial, &Subject { account: &actor.email, key: Some(actor.id), device: Some(&inside) }).await
}

/// Notes that a trial failed: beside the answer, which takes as long whether or not there is such an account.
pub fn failed(app: &App, context: &Context, trial: Trial, key: Option<i64>) {
    tracing::warn!(account = key, ?trial, "a sign-in failed");
    let (app, network) = (app.clone(), context.network());
    let Some(key) = key else { return };
    tokio::spawn(async move {
        let noted = async {
            if attempts::is_told(&app, key).await? {
                store::failed(&app, key, "trail-sign-in-failed", &network).await?;
            }
            Ok::<_, AppError>(())
        };
        if let Err(error) = noted.await {
            tracing::error!(%error, "a failed sign-in did not go into the trail");
        }
    });
}

/// Whether it is the person and not somebody who sits at an open session by chance: by the password. Gives what it is hashed as.
pub async fn is_person(
    app: &App,
    context: &Context,
    actor: &Actor,
    password: &str,
) -> Result<Result<String, Fault>, AppError> {
    let counted = match turn_inside(app, context, Trial::Password, actor).await? {
        Ok(counted) => counted,
        Err(fault) => return Ok(Err(fault)),
    };
    let hash = store::login_of(&app.db, actor.id).await?.and_then(|login| login.password_hash);
    if !password_fits(password.to_owned(), hash.clone()).await? {
        failed(app, context, Trial::Password, Some(actor.id));
        return Ok(Err(Fault::Wrong("password-wrong")));
    }
    succeeded(app, counted).await?;
    Ok(hash.ok_or(Fault::Wrong("password-wrong")))
}
