//! Forms of people who are not signed in: their token is bound to the browser by a cookie and signed with the server's key, so
//! that nothing has to be stored of a stranger who only looks.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use axum::http::{HeaderMap, HeaderValue};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::app::App;
use super::error::AppError;
use super::{cookie, keys, secret};

/// What the cookie is called.
const COOKIE: &str = "sheber-form";

/// A form is good for so long, in milliseconds.
const GOOD: i64 = 12 * 3_600_000;

/// What binds the forms of a browser that nobody has signed in with.
#[derive(Debug)]
pub struct Visitor {
    cookie: String,
    is_new: bool,
    /// Whether a form was handed out.
    is_asked: AtomicBool,
    key: [u8; 32],
    now: i64,
    secure: bool,
}

impl Visitor {
    /// Of a request with these cookies.
    pub fn of(app: &App, headers: &HeaderMap) -> Result<Self, AppError> {
        let key = keys::with(app, |keys| keys.derived("forms")).map_err(|error| AppError::Internal(error.to_string()));
        let secure = app.config.secure_cookies;
        let known = cookie::value(headers, COOKIE, secure);
        let known = known.filter(|value| value.len() == 64 && value.bytes().all(|byte| byte.is_ascii_hexdigit()));
        Ok(Self {
            is_new: known.is_none(),
            cookie: known.unwrap_or_else(secret::token),
            is_asked: AtomicBool::new(false),
            key: key??,
            now: app.clock.millis(),
            secure,
        })
    }

    fn mac(&self, made: i64) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).ok()?;
        mac.update(format!("{} {made}", self.cookie).as_bytes());
        Some(mac)
    }

    /// A token for a form that is handed out now.
    pub fn token(&self) -> String {
        self.is_asked.store(true, Relaxed);
        let mac = self.mac(self.now).map(|mac| secret::hex(&mac.finalize().into_bytes())).unwrap_or_default();
        format!("{}.{mac}", self.now)
    }

    /// Whether a token was made for this browser and is still good.
    pub fn is_own(&self, token: &str) -> bool {
        let Some((made, mac)) = token.split_once('.') else { return false };
        let Ok(made) = made.parse::<i64>() else { return false };
        let is_good = made <= self.now && self.now - made < GOOD;
        let bytes = secret::of_hex(mac);
        is_good && self.mac(made).is_some_and(|own| bytes.is_some_and(|bytes| own.verify_slice(&bytes).is_ok()))
    }

    /// Whether a form was handed out: its page is kept nowhere.
    pub fn is_asked(&self) -> bool {
        self.is_asked.load(Relaxed)
    }

    /// The cookie to set, where a form was handed out to a browser that has none.
    pub fn header(&self) -> Option<HeaderValue> {
        let kept = || cookie::header(COOKIE, &self.cookie, GOOD / 1000, self.secure);
        (self.is_new && self.is_asked()).then(kept)?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visitor(cookie: &str, now: i64) -> Visitor {
        let cookie = cookie.repeat(32);
        Visitor { cookie, is_new: true, is_asked: AtomicBool::new(false), key: [7; 32], now, secure: true }
    }

    #[test]
    fn a_token_is_of_one_browser_and_of_half_a_day() {
        let here = visitor("ab", 1_000);
        assert!(here.header().is_none(), "who was handed no form gets no cookie");
        let token = here.token();
        assert!(here.header().unwrap().to_str().unwrap().starts_with("__Host-sheber-form=abab"));
        assert!(visitor("ab", 1_000 + GOOD - 1).is_own(&token));
        assert!(!visitor("ab", 1_000 + GOOD).is_own(&token), "too old");
        assert!(!visitor("ab", 999).is_own(&token), "of the future");
        assert!(!visitor("cd", 1_000).is_own(&token), "of another browser");
        let (made, mac) = token.split_once('.').unwrap();
        for forged in [format!("2000.{mac}"), format!("{made}."), mac.to_owned(), String::new(), format!("{made}.zz")] {
            assert!(!visitor("ab", 2_000).is_own(&forged), "{forged}");
        }
    }
}
