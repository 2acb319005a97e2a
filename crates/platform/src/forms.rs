//! What people send: forms, files and the editor's JSON, each read only with the session's token.

use std::borrow::Cow;
use std::fmt::Display;
use std::str::FromStr;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Multipart, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};
use sheber_exchange::signs;

use super::context::Context;
use super::error::AppError;
use super::kept::KeptForm;
pub use super::pairs::{Lookup, Pairs, local};
use super::slow::Slow;

fn check(context: &Context, token: &str) -> Result<(), AppError> {
    if context.is_own(token) { Ok(()) } else { Err(AppError::Csrf) }
}

/// A form whose page was stale, with what was typed where it may be sent again.
fn stale(context: &Context, path: &str, pairs: Pairs, had_files: bool, in_parts: bool) -> AppError {
    let account = context.actor.as_ref().map(|actor| actor.id);
    let kept = KeptForm::of(context.is_from_here, path, pairs, had_files, in_parts).filter(|kept| kept.is_of(account));
    kept.map_or(AppError::Csrf, |kept| AppError::Stale(Box::new(kept)))
}

/// Text as people mean it. The letter NUL is no text at all, and nothing that comes with it is.
///
/// # Errors
/// Where there is a NUL.
fn cleaned(text: &str) -> Result<Cow<'_, str>, AppError> {
    if text.contains('\0') { Err(AppError::Bad("error-form")) } else { Ok(signs::cleaned(text)) }
}

/// Names and values, as they are sent, cleaned.
fn pairs(bytes: &[u8]) -> Result<Pairs, AppError> {
    let sent: Pairs = serde_urlencoded::from_bytes(bytes).map_err(|_| AppError::Bad("error-form"))?;
    sent.into_iter().map(|(name, value)| Ok((name, cleaned(&value)?.into_owned()))).collect()
}

/// Why what was sent could not be read whole.
fn unread(rejection: &(dyn std::error::Error + 'static), status: StatusCode) -> AppError {
    let mut error = Some(rejection);
    while let Some(cause) = error {
        if cause.is::<Slow>() {
            return AppError::Slow;
        }
        error = cause.source();
    }
    if status == StatusCode::PAYLOAD_TOO_LARGE { AppError::TooLarge } else { AppError::Bad("error-form") }
}

/// Whether what is sent says that it is of this kind.
fn is_kind(request: &Request, kind: &str) -> Result<(), AppError> {
    let said = request.headers().get(header::CONTENT_TYPE).and_then(|said| said.to_str().ok()).unwrap_or_default();
    let said = said.split(';').next().unwrap_or_default().trim();
    let other = || AppError::Refused { status: StatusCode::UNSUPPORTED_MEDIA_TYPE, key: "error-media".to_owned() };
    if said.eq_ignore_ascii_case(kind) { Ok(()) } else { Err(other()) }
}

async fn whole<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, AppError> {
    Bytes::from_request(request, state).await.map_err(|rejection| unread(&rejection, rejection.status()))
}

/// A form, parsed once.
pub struct Form<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Form<T> {
    type Rejection = AppError;

    async fn from_request(request: Request, state: &S) -> Result<Self, AppError> {
        let context = context(&request)?;
        is_kind(&request, "application/x-www-form-urlencoded")?;
        let path = request.uri().path().to_owned();
        let pairs = pairs(&whole(request, state).await?)?;
        if check(&context, pairs.get("csrf")).is_err() {
            return Err(stale(&context, &path, pairs, false, false));
        }
        let text = serde_urlencoded::to_string(pairs).map_err(|_| AppError::Bad("error-form"))?;
        serde_urlencoded::from_str(&text).map(Self).map_err(|_| AppError::Bad("error-form"))
    }
}

/// A form that anybody may send, from wherever: what it says is its own proof, such as a student's code. It never grows stale.
pub struct OpenForm(pub Pairs);

impl<S: Send + Sync> FromRequest<S> for OpenForm {
    type Rejection = AppError;

    async fn from_request(request: Request, state: &S) -> Result<Self, AppError> {
        is_kind(&request, "application/x-www-form-urlencoded")?;
        pairs(&whole(request, state).await?).map(Self)
    }
}

/// What an address asks for behind its question mark, as a type.
pub struct Address<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Address<T> {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AppError> {
        let query = parts.uri.query().unwrap_or_default();
        let unreadable = || AppError::Bad("error-address");
        let pairs = pairs(query.as_bytes()).map_err(|_| unreadable())?;
        let text = serde_urlencoded::to_string(pairs).map_err(|_| unreadable())?;
        serde_urlencoded::from_str(&text).map(Self).map_err(|_| unreadable())
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

/// Leaves a field out of the address of a filter: `#[serde(skip_serializing_if = "left_out")]`. The description of the interface
/// names it all the same.
pub fn left_out<T>(_: &T) -> bool {
    true
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
        is_kind(&request, "application/json")?;
        check(&context, token)?;
        let bytes = whole(request, state).await?;
        cleaned(&String::from_utf8_lossy(&bytes).replace("\\u0000", "\0"))?;
        let mut sent: serde_json::Value = serde_json::from_slice(&bytes).map_err(|_| AppError::Bad("error-form"))?;
        signs::clean(&mut sent);
        serde_json::from_value(sent).map(Self).map_err(|_| AppError::Bad("error-form"))
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
        let path = request.uri().path().to_owned();
        let mut form = Multipart::from_request(request, state).await.map_err(|_| AppError::Bad("error-form"))?;
        let mut upload = Self { fields: Vec::new(), files: Vec::new() };
        // Of a form that will not be taken the words are read, and none of its files.
        let (mut checked, mut is_stale, mut had_files) = (false, false, false);
        while let Some(field) = form.next_field().await.map_err(|error| unread(&error, error.status()))? {
            let name = field.name().unwrap_or_default().to_owned();
            match field.file_name().map(str::to_owned) {
                None => {
                    let text = field.text().await.map_err(|error| unread(&error, error.status()))?;
                    let text = cleaned(&text)?.into_owned();
                    if name == "csrf" {
                        is_stale = check(&context, &text).is_err();
                        checked = true;
                    }
                    upload.fields.push((name, text));
                }
                Some(file) => {
                    if !checked {
                        return Err(AppError::Csrf);
                    }
                    if is_stale {
                        had_files |= !file.is_empty();
                        continue;
                    }
                    let bytes = field.bytes().await.map_err(|error| unread(&error, error.status()))?;
                    if upload.files.len() == MAX_FILES {
                        return Err(AppError::TooLarge);
                    }
                    if !file.is_empty() || !bytes.is_empty() {
                        upload.files.push(File { name: file, bytes });
                    }
                }
            }
        }
        if is_stale {
            return Err(stale(&context, &path, upload.fields, had_files, true));
        }
        if checked { Ok(upload) } else { Err(AppError::Csrf) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_with_a_nul_is_refused() {
        assert!(cleaned("a\0").is_err());
        assert_eq!(cleaned("a\r\n\u{7}").unwrap(), "a\n");
    }
}
