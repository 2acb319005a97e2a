//! The devices that an account is known on: a cookie of signing in, so that strangers' failures do not slow its owner down, and its
//! owner hears of a sign-in from elsewhere.

use axum::http::{HeaderMap, HeaderValue};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use sheber_platform::app::App;
use sheber_platform::error::AppError;
use sheber_platform::{cookie, keys, secret};

/// What the cookie is called.
const COOKIE: &str = "sheber-device";

/// A device knows so many accounts at most: those of a staff room.
const ACCOUNTS: usize = 8;

/// A year, in seconds.
const YEAR: i64 = 365 * 24 * 3600;

/// A device, by the random name that its cookie gives it, with the marks of the accounts that signed in on it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Device {
    name: String,
    marks: Vec<String>,
}

/// An account as a device knows it: by its key and since when its sessions hold. A new password makes every device a new one.
pub type KnownAccount = (i64, i64);

impl Device {
    /// The device that a request comes from.
    pub fn of(app: &App, headers: &HeaderMap) -> Self {
        let value = cookie::value(headers, COOKIE, app.config.secure_cookies);
        value.map(|value| Self::read(&value)).unwrap_or_default()
    }

    fn read(value: &str) -> Self {
        let is_mark = |text: &str| text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let mut parts = value.split('.').filter(|part| is_mark(part)).map(str::to_owned);
        match parts.next() {
            Some(name) => Self { name, marks: parts.take(ACCOUNTS).collect() },
            None => Self::default(),
        }
    }

    fn mark(&self, app: &App, (account, since): KnownAccount) -> Result<String, AppError> {
        let key =
            keys::with(app, |keys| keys.derived("device")).map_err(|error| AppError::Internal(error.to_string()))??;
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).map_err(|error| AppError::Internal(error.to_string()))?;
        mac.update(format!("{} {account} {since}", self.name).as_bytes());
        Ok(secret::hex(&mac.finalize().into_bytes())[..32].to_owned())
    }

    /// The device's name, where the account has signed in on it.
    pub fn knows(&self, app: &App, account: KnownAccount) -> Result<Option<&str>, AppError> {
        if self.name.is_empty() {
            return Ok(None);
        }
        let mark = self.mark(app, account)?;
        Ok(self.marks.contains(&mark).then_some(self.name.as_str()))
    }

    /// The cookie of a device on which an account signs in now.
    pub fn remember(mut self, app: &App, account: KnownAccount) -> Result<HeaderValue, AppError> {
        if self.name.is_empty() {
            secret::token()[..32].clone_into(&mut self.name);
        }
        let mark = self.mark(app, account)?;
        self.marks.retain(|known| *known != mark);
        self.marks.insert(0, mark);
        self.marks.truncate(ACCOUNTS);
        let value = format!("{}.{}", self.name, self.marks.join("."));
        let header = cookie::header(COOKIE, &value, YEAR, app.config.secure_cookies);
        header.ok_or_else(|| AppError::Internal("the cookie of a device".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_cookie_of_ours_may_hold_is_read() {
        let (name, mark) = ("ab".repeat(16), "cd".repeat(16));
        let read = Device::read(&format!("{name}.{mark}.nonsense.{}", "e".repeat(33)));
        assert_eq!(read, Device { name: name.clone(), marks: vec![mark.clone()] });
        assert_eq!(Device::read(""), Device::default());
        let many = vec![mark; 50].join(".");
        assert_eq!(Device::read(&format!("{name}.{many}")).marks.len(), ACCOUNTS);
    }
}
