//! Secrets that have to be read again, those of second factors and webhooks: encrypted with a key made from the server's key file,
//! so that the database alone gives none of them away.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use crate::app::App;
use crate::error::AppError;
use crate::{keys, secret};

/// How a sealed text begins.
const SEALED: &str = "v1.";

fn broken(what: &str) -> AppError {
    AppError::Internal(format!("sealed: {what}"))
}

fn key(app: &App) -> Result<LessSafeKey, AppError> {
    let bytes = keys::with(app, |keys| keys.derived("sealed")).map_err(|error| broken(&error.to_string()))??;
    Ok(LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, &bytes).map_err(|_| broken("key"))?))
}

/// Whether a text is one that [`seal`] made.
pub fn is_sealed(text: &str) -> bool {
    text.starts_with(SEALED)
}

/// Encrypts a text; it opens only for the owner it was sealed for, such as `totp 7`.
pub fn seal(app: &App, owner: &str, text: &str) -> Result<String, AppError> {
    let nonce: [u8; NONCE_LEN] = secret::bytes();
    let mut bytes = text.as_bytes().to_vec();
    let sealed = key(app)?.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(owner), &mut bytes);
    sealed.map_err(|_| broken("not encrypted"))?;
    Ok(format!("{SEALED}{}{}", BASE64.encode(nonce), BASE64.encode(bytes)))
}

/// Decrypts a text of [`seal`].
///
/// # Errors
/// Where it is another's, was changed, or was sealed with another key file.
pub fn open(app: &App, owner: &str, sealed: &str) -> Result<String, AppError> {
    let text = sealed.strip_prefix(SEALED).ok_or_else(|| broken("not sealed"))?;
    // 12 bytes are 16 letters.
    let (nonce, rest) = text.split_at_checked(16).ok_or_else(|| broken("too short"))?;
    let nonce = BASE64.decode(nonce).ok().and_then(|bytes| <[u8; NONCE_LEN]>::try_from(bytes).ok());
    let nonce = Nonce::assume_unique_for_key(nonce.ok_or_else(|| broken("nonce"))?);
    let mut bytes = BASE64.decode(rest).map_err(|_| broken("text"))?;
    let opened = key(app)?.open_in_place(nonce, Aad::from(owner), &mut bytes).map_err(|_| broken("another key"))?;
    String::from_utf8(opened.to_vec()).map_err(|_| broken("text"))
}
