//! What somebody chooses for every page: the language, the academic year. It stays in a cookie; the language of somebody
//! who is signed in belongs to the account, for letters, the inbox and the calendar of their phone too.

use axum::extract::{Path, State};
use axum::response::Redirect;
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use serde::Deserialize;
use sheber_kernel::{AcademicYear, Lang};
use sheber_people::accounts::store;
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::forms::{Address, local};

#[derive(Deserialize)]
pub struct Way {
    /// Where to go on.
    #[serde(default)]
    to: String,
    #[serde(default)]
    year: String,
}

type Choice = (CookieJar, Redirect);

fn chosen(app: &App, name: &'static str, value: String, to: &str) -> Choice {
    let cookie = Cookie::build((name, value))
        .path("/")
        .max_age(time::Duration::days(365))
        .same_site(SameSite::Lax)
        .http_only(true)
        .secure(app.config.secure_cookies);
    (CookieJar::new().add(cookie), Redirect::to(local(to)))
}

pub async fn language(
    State(app): State<App>,
    context: Context,
    Path(code): Path<String>,
    Address(way): Address<Way>,
) -> Result<Choice, AppError> {
    let lang: Lang = code.parse().map_err(|_| AppError::NotFound)?;
    // A link of another site changes no account.
    if let Some(actor) = context.actor.as_ref().filter(|actor| context.is_from_here && actor.lang != lang) {
        store::choose_language(&app, actor, lang).await?;
    }
    Ok(chosen(&app, "lang", lang.code().to_owned(), &way.to))
}

pub async fn year(State(app): State<App>, Address(way): Address<Way>) -> Result<Choice, AppError> {
    let year: AcademicYear = way.year.parse().map_err(|_| AppError::Bad("error-address"))?;
    Ok(chosen(&app, "year", year.to_string(), &way.to))
}
