//! What proves that somebody is who they say: a password, and the code of a second factor.

use serde::Deserialize;
use sheber_platform::error::AppError;
use sheber_platform::secret;
use totp_rs::{Builder, Secret, Totp};

/// The shortest password that is accepted.
const LEAST_PASSWORD: usize = 10;

/// A password to be set, typed twice.
#[derive(Deserialize)]
pub struct NewPassword {
    pub password: String,
    pub again: String,
}

impl NewPassword {
    /// What is wrong with it, as the key of a message.
    pub fn fault(&self) -> Option<&'static str> {
        if self.password.chars().count() < LEAST_PASSWORD {
            Some("password-short")
        } else if self.password.len() > 200 {
            Some("password-long")
        } else if self.password != self.again {
            Some("password-differs")
        } else {
            None
        }
    }

    pub async fn hash(self) -> Result<String, AppError> {
        tokio::task::spawn_blocking(move || secret::hash_password(&self.password))
            .await
            .map_err(|error| AppError::Internal(error.to_string()))?
            .map_err(|error| AppError::Internal(error.to_string()))
    }
}

/// Verifies a password off the threads that serve everybody else: argon2 is slow on purpose, and takes memory, so only a few
/// at a time.
pub async fn password_fits(password: String, hash: Option<String>) -> Result<bool, AppError> {
    static AT_ONCE: tokio::sync::Semaphore = tokio::sync::Semaphore::const_new(4);
    let internal = |error: &dyn std::fmt::Display| AppError::Internal(error.to_string());
    let _turn = AT_ONCE.acquire().await.map_err(|error| internal(&error))?;
    tokio::task::spawn_blocking(move || secret::is_password(&password, hash.as_deref()))
        .await
        .map_err(|error| internal(&error))
}

/// The second factor of a secret.
pub fn totp(secret: &str, email: &str) -> Option<Totp> {
    let secret = Secret::try_from_base32(secret).ok()?;
    Builder::new().with_secret(secret).with_account_name(email).with_issuer(Some("Sheber")).build().ok()
}

/// The step of a code that is right now; `None` for a wrong one.
pub fn code_step(secret: &str, email: &str, code: &str, now: u64) -> Option<u64> {
    let code: String = code.chars().filter(char::is_ascii_digit).collect();
    totp(secret, email)?.check(&code, now)
}
