//! The keys that certificates are signed with, in a file of their own that nobody but its owner may read.
//!
//! Made on the first start. The last one signs; earlier ones stay, so that what they signed stays genuine.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use ed25519_dalek::SigningKey;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::app::App;
use crate::error::AppError;
use crate::jws::{self, PublicKey};
use crate::secret;

#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("{path}: {error}", path = .0.display(), error = .1)]
    Io(PathBuf, std::io::Error),
    #[error("{path} may be read by others (mode {mode:o}): set it to 600", path = .0.display(), mode = .1)]
    Open(PathBuf, u32),
    #[error("{path} is not a key file: {why}", path = .0.display(), why = .1)]
    Broken(PathBuf, String),
    #[error(
        "{path} is not there, but certificates were issued: bring the key file back from the backup. With a new key they would \
         all look forged; if the old one is lost for good, `sheber keys new` makes one",
        path = .0.display()
    )]
    Lost(PathBuf),
}

#[derive(Serialize, Deserialize)]
struct KeyRow {
    id: String,
    secret: String,
}

#[derive(Default, Serialize, Deserialize)]
struct Content {
    key: Vec<KeyRow>,
}

/// Signing keys, the current one last.
pub struct Keys(Vec<(String, SigningKey)>);

const OWNER_ONLY: u32 = 0o600;

impl Keys {
    /// Makes the file with a first key; one that is there stays as it is.
    pub fn make(path: &Path) -> Result<(), KeyError> {
        match linked(path, &Content { key: vec![made()] }) {
            Err(KeyError::Io(_, error)) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
            other => other,
        }
    }

    /// Writes a file as a backup holds it; the same keys may be there already, others not.
    pub fn bring_back(path: &Path, bytes: &[u8]) -> Result<(), KeyError> {
        let text = std::str::from_utf8(bytes).unwrap_or_default();
        let content: Content =
            toml::from_str(text).map_err(|_| KeyError::Broken(path.to_owned(), "not as it was written".to_owned()))?;
        if path.exists() {
            let same = toml::to_string(&read(path)?).ok() == toml::to_string(&content).ok();
            let other = || KeyError::Broken(path.to_owned(), "there already, with other keys".to_owned());
            return if same { Ok(()) } else { Err(other()) };
        }
        linked(path, &content)
    }

    pub fn open(path: &Path) -> Result<Self, KeyError> {
        Self::of_content(read(path)?, path)
    }

    /// The keys of a file as a backup holds it; `path` names it in what is said of it.
    pub fn of(bytes: &[u8], path: &Path) -> Result<Self, KeyError> {
        let text = std::str::from_utf8(bytes).unwrap_or_default();
        let broken = |_| KeyError::Broken(path.to_owned(), "not as it was written".to_owned());
        Self::of_content(toml::from_str(text).map_err(broken)?, path)
    }

    fn of_content(content: Content, path: &Path) -> Result<Self, KeyError> {
        let broken = |why: &str| KeyError::Broken(path.to_owned(), why.to_owned());
        let mut keys = Vec::new();
        for stored in content.key {
            let bytes = BASE64.decode(&stored.secret).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
            keys.push((stored.id, SigningKey::from_bytes(&bytes.ok_or_else(|| broken("a secret has no 32 bytes"))?)));
        }
        if keys.is_empty() { Err(broken("no key")) } else { Ok(Self(keys)) }
    }

    /// Adds a key that signs from the next start on; gives its name.
    pub fn rotate(path: &Path) -> Result<String, KeyError> {
        Self::open(path)?;
        let mut content = read(path)?;
        let new = made();
        let id = new.id.clone();
        content.key.push(new);
        // Beside it first, then in its place: a failure half-way leaves the old file.
        let beside = path.with_extension(secret::token());
        written(&beside, &content)?;
        std::fs::rename(&beside, path).map_err(|error| KeyError::Io(path.to_owned(), error))?;
        Ok(id)
    }

    pub fn published(&self) -> Vec<PublicKey> {
        self.0.iter().map(|(id, key)| PublicKey::of(key, id)).collect()
    }

    /// What stands for a text that must not be guessed from it, not even with the whole database: made with the first key, which
    /// every backup brings along.
    pub fn mark(&self, text: &str) -> Result<String, AppError> {
        Ok(secret::hex(&self.mac("mark:", text)?))
    }

    /// A key for a purpose of its own, made from the first key.
    pub fn derived(&self, purpose: &str) -> Result<[u8; 32], AppError> {
        self.mac("derived:", purpose)
    }

    fn mac(&self, kind: &str, text: &str) -> Result<[u8; 32], AppError> {
        let (_, key) = self.0.first().ok_or_else(|| AppError::Internal("no key".to_owned()))?;
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&key.to_bytes()).map_err(|error| AppError::Internal(error.to_string()))?;
        mac.update(kind.as_bytes());
        mac.update(text.as_bytes());
        Ok(mac.finalize().into_bytes().into())
    }

    /// Signs a content, so that whoever has the published keys knows it for ours.
    pub fn sign(&self, content: &impl Serialize) -> Result<String, AppError> {
        let (id, key) = self.0.last().ok_or_else(|| AppError::Internal("no key".to_owned()))?;
        jws::signed(content, key, id).map_err(|error| AppError::Internal(error.to_string()))
    }
}

fn made() -> KeyRow {
    let bytes: [u8; 32] = secret::bytes();
    let key = SigningKey::from_bytes(&bytes);
    let id = BASE64.encode(&key.verifying_key().as_bytes()[..3]);
    KeyRow { id, secret: BASE64.encode(bytes) }
}

/// Writes a file beside its place and puts it there: whole or not at all, and never in the place of another.
fn linked(path: &Path, content: &Content) -> Result<(), KeyError> {
    let beside = path.with_extension(secret::token());
    let done = written(&beside, content)
        .and_then(|()| std::fs::hard_link(&beside, path).map_err(|error| KeyError::Io(path.to_owned(), error)));
    let _ = std::fs::remove_file(&beside);
    done
}

fn written(path: &Path, content: &Content) -> Result<(), KeyError> {
    let io = |error| KeyError::Io(path.to_owned(), error);
    let text = toml::to_string(content).map_err(|error| KeyError::Broken(path.to_owned(), error.to_string()))?;
    let mut file = OpenOptions::new().write(true).create_new(true).mode(OWNER_ONLY).open(path).map_err(io)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(io)
}

fn read(path: &Path) -> Result<Content, KeyError> {
    let io = |error| KeyError::Io(path.to_owned(), error);
    let mut file = File::open(path).map_err(io)?;
    let mode = file.metadata().map_err(io)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(KeyError::Open(path.to_owned(), mode));
    }
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(io)?;
    // What stands in the file stays out of the message.
    toml::from_str(&text).map_err(|_| KeyError::Broken(path.to_owned(), "not as it was written".to_owned()))
}

/// Makes the first key of a new server; a server that has issued certificates has to have its own.
///
/// # Errors
/// Where the file is lost, broken or open to others.
pub fn prepare(app: &App, issued: bool) -> Result<(), KeyError> {
    let path = app.config.keys();
    if !path.exists() {
        if issued {
            return Err(KeyError::Lost(path));
        }
        Keys::make(&path)?;
    }
    with(app, |_| ())
}

#[derive(Default)]
struct Held(OnceLock<Keys>);

/// The server's keys, read when first asked for.
pub fn with<T>(app: &App, use_them: impl FnOnce(&Keys) -> T) -> Result<T, KeyError> {
    let held = app.memory::<Held>();
    if let Some(keys) = held.0.get() {
        return Ok(use_them(keys));
    }
    let keys = Keys::open(&app.config.keys())?;
    Ok(use_them(held.0.get_or_init(|| keys)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jws::{Verdict, opened};

    const CONTENT: &str = "35-06130100-2024-000001";

    #[test]
    fn what_an_earlier_key_signed_stays_genuine() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sheber.keys");
        Keys::make(&path).unwrap();
        let old = Keys::open(&path).unwrap().sign(&CONTENT).unwrap();
        let id = Keys::rotate(&path).unwrap();
        let keys = Keys::open(&path).unwrap();
        let published = keys.published();
        assert_eq!(published.len(), 2);
        let new = keys.sign(&CONTENT).unwrap();
        assert_ne!(old, new);
        assert_eq!(published[1].kid, id);
        for text in [old, new] {
            assert_eq!(opened(&text, &published), Verdict::Genuine(CONTENT.to_owned()));
        }
    }

    #[test]
    fn a_file_that_others_may_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sheber.keys");
        assert!(matches!(Keys::open(&path), Err(KeyError::Io(..))), "none is made by reading");
        Keys::make(&path).unwrap();
        let first = std::fs::read(&path).unwrap();
        Keys::make(&path).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), first, "one that is there stays");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, OWNER_ONLY);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(Keys::open(&path), Err(KeyError::Open(_, 0o640))));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(OWNER_ONLY)).unwrap();
        std::fs::write(&path, "key = \"құпия\"").unwrap();
        let error = Keys::open(&path).err().unwrap().to_string();
        assert!(error.contains("not a key file") && !error.contains("құпия"), "{error}");
    }
}
