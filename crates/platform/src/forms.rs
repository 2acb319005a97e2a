//! What people send: forms, files and the editor's JSON, each read only with the session's token.

use std::borrow::Cow;
use std::fmt::Display;
use std::str::FromStr;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Multipart, Request};
use axum::http::header;
use axum::http::request::Parts;
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};
use tower_sessions::Session;

use super::context::Context;
use super::error::AppError;
use super::session::CSRF;

/// The session's token; made now for somebody who has none yet.
pub async fn csrf_token(session: &Session) -> Result<String, AppError> {
    if let Some(token) = session.get::<String>(CSRF).await? {
        return Ok(token);
    }
    let token = super::secret::token();
    session.insert(CSRF, &token).await?;
    // Nobody is signed in yet: a form's token need not live longer than the form.
    session.set_expiry(Some(tower_sessions::Expiry::OnInactivity(time::Duration::hours(1))));
    Ok(token)
}

fn check(context: &Context, token: &str) -> Result<(), AppError> {
    // Both are hexadecimal of 256 random bits; a comparison that stops early tells nothing useful over a network.
    if context.csrf.is_empty() || context.csrf != token { Err(AppError::Csrf) } else { Ok(()) }
}

/// A form, parsed once.
pub struct Form<T>(pub T);

/// A form as it stands: names and values in order.
pub type Pairs = Vec<(String, String)>;

/// A list of names and values with look-up.
pub trait Lookup {
    fn get(&self, name: &str) -> &str;
}

impl Lookup for Pairs {
    fn get(&self, name: &str) -> &str {
        self.iter().rev().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Form<T> {
    type Rejection = AppError;

    async fn from_request(request: Request, state: &S) -> Result<Self, AppError> {
        let context = context(&request)?;
        let bytes = Bytes::from_request(request, state).await.map_err(|_| AppError::TooLarge)?;
        let pairs: Pairs = serde_urlencoded::from_bytes(&bytes).map_err(|_| AppError::Bad("error-form"))?;
        // The letter NUL is no text of people, and not every database keeps it.
        if pairs.iter().any(|(_, value)| value.contains('\0')) {
            return Err(AppError::Bad("error-form"));
        }
        check(&context, pairs.get("csrf"))?;
        serde_urlencoded::from_bytes(&bytes).map(Self).map_err(|_| AppError::Bad("error-form"))
    }
}

/// What an address asks for behind its question mark, as a type.
pub struct Address<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Address<T> {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AppError> {
        let query = parts.uri.query().unwrap_or_default();
        serde_urlencoded::from_str(query).map(Self).map_err(|_| AppError::Bad("error-address"))
    }
}

/// A value of an address or a form that may be left empty: `#[serde(default, deserialize_with = "open")]`.
///
/// # Errors
/// Where there is a text that is no such value.
pub fn open<'de, D: Deserializer<'de>, T: FromStr<Err: Display>>(from: D) -> Result<Option<T>, D::Error> {
    let text = <Cow<'de, str>>::deserialize(from)?;
    let text = text.trim();
    if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(D::Error::custom) }
}

fn context(request: &Request) -> Result<Context, AppError> {
    request.extensions().get::<Context>().cloned().ok_or_else(|| AppError::Internal("no context".to_owned()))
}

/// JSON from the page's own script, with the token in a header.
pub struct PageJson<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for PageJson<T> {
    type Rejection = AppError;

    async fn from_request(request: Request, state: &S) -> Result<Self, AppError> {
        let context = context(&request)?;
        let token = request.headers().get("x-csrf-token").and_then(|token| token.to_str().ok()).unwrap_or_default();
        check(&context, token)?;
        let bytes = Bytes::from_request(request, state).await.map_err(|_| AppError::TooLarge)?;
        if String::from_utf8_lossy(&bytes).contains("\\u0000") {
            return Err(AppError::Bad("error-form"));
        }
        serde_json::from_slice(&bytes).map(Self).map_err(|_| AppError::Bad("error-form"))
    }
}

/// A file that was sent.
pub struct File {
    pub name: String,
    pub bytes: Bytes,
}

/// A form with files. The token's field has to come before the first file.
pub struct Upload {
    pub fields: Pairs,
    pub files: Vec<File>,
}

/// More than this many files at once are refused.
const MAX_FILES: usize = 50;

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = AppError;

    async fn from_request(request: Request, state: &S) -> Result<Self, AppError> {
        let context = context(&request)?;
        let is_form = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .is_some_and(|kind| kind.starts_with("multipart/form-data"));
        if !is_form {
            return Err(AppError::Csrf);
        }
        let mut form = Multipart::from_request(request, state).await.map_err(|_| AppError::Bad("error-form"))?;
        let mut upload = Self { fields: Vec::new(), files: Vec::new() };
        let mut checked = false;
        while let Some(field) = form.next_field().await.map_err(|error| too_large(&error))? {
            let name = field.name().unwrap_or_default().to_owned();
            match field.file_name().map(str::to_owned) {
                None => {
                    let text = field.text().await.map_err(|error| too_large(&error))?;
                    if text.contains('\0') {
                        return Err(AppError::Bad("error-form"));
                    }
                    if name == "csrf" {
                        check(&context, &text)?;
                        checked = true;
                    }
                    upload.fields.push((name, text));
                }
                Some(file) => {
                    if !checked {
                        return Err(AppError::Csrf);
                    }
                    let bytes = field.bytes().await.map_err(|error| too_large(&error))?;
                    if upload.files.len() == MAX_FILES {
                        return Err(AppError::TooLarge);
                    }
                    if !file.is_empty() || !bytes.is_empty() {
                        upload.files.push(File { name: file, bytes });
                    }
                }
            }
        }
        if checked { Ok(upload) } else { Err(AppError::Csrf) }
    }
}

fn too_large(error: &axum::extract::multipart::MultipartError) -> AppError {
    if error.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
        AppError::TooLarge
    } else {
        AppError::Bad("error-form")
    }
}

/// A path of this server to go back to; anything else leads home.
pub fn local(to: &str) -> &str {
    let is_path = to.starts_with('/') && !to.starts_with("//") && !to.contains('\\');
    // Browsers drop control characters from addresses: "/\t/elsewhere" would lead elsewhere.
    if is_path && !to.chars().any(char::is_control) { to } else { "/" }
}
