//! Random secrets and password hashes.

use std::sync::LazyLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use rand::Rng;
use sha2::{Digest, Sha256};

/// Random bytes of the operating system's quality.
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0u8; N];
    rand::rng().fill_bytes(&mut bytes);
    bytes
}

/// A secret of 256 bits as 64 hexadecimal digits.
pub fn token() -> String {
    hex(&bytes::<32>())
}

/// A one-time password that can be read out over the telephone: 16 letters and digits without look-alikes.
pub fn password() -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let bytes: [u8; 16] = bytes();
    let letters: Vec<char> = bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
    letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// Letters and digits that are not taken for one another.
const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// A new code of six, short enough for people to type.
pub fn code() -> String {
    let bytes = bytes::<6>();
    bytes.iter().map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()])).collect()
}

pub fn sha256(text: &str) -> String {
    sha256_of(text.as_bytes())
}

pub fn sha256_of(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The bytes of hexadecimal digits; nothing where they are none.
pub fn of_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u32>> = text.chars().map(|digit| digit.to_digit(16)).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    digits.chunks(2).map(|pair| u8::try_from(pair[0] * 16 + pair[1]).ok()).collect()
}

/// Hashes a password with argon2id. Takes tens of milliseconds on purpose: call it off the async threads.
pub fn hash_password(password: &str) -> Result<String, argon2::password_hash::Error> {
    Ok(Argon2::default().hash_password(password.as_bytes())?.to_string())
}

/// Hashes a password that everybody knows, as that of the demo: quick to verify, as there is nothing to guess.
pub fn hash_known_password(password: &str) -> Result<String, argon2::password_hash::Error> {
    let quick = Params::new(Params::MIN_M_COST, Params::MIN_T_COST, Params::MIN_P_COST, None)?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, quick);
    Ok(argon2.hash_password(password.as_bytes())?.to_string())
}

/// Whether a password is the one that was hashed. An account without a password costs the same time as a wrong one.
pub fn is_password(password: &str, hash: Option<&str>) -> bool {
    static NOBODY: LazyLock<String> = LazyLock::new(|| hash_password(&token()).unwrap_or_default());
    let Ok(parsed) = PasswordHash::new(hash.unwrap_or(&NOBODY)) else { return false };
    Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok() && hash.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_verified() {
        let hash = hash_password("дұрыс-құпиясөз").unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(is_password("дұрыс-құпиясөз", Some(&hash)));
        assert!(!is_password("қате", Some(&hash)));
        assert!(!is_password("", None));
        assert_ne!(token(), token());
        assert_eq!(password().len(), 19);
    }
}
