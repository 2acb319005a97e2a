//! Files that people hand in: outside the database, under the hash of their content, so that the same file lies there once and a
//! changed one is no longer found.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::app::App;
use super::error::AppError;
use super::secret;

/// The most that one file may have (20 MiB).
pub const MOST: usize = 20 * 1024 * 1024;

/// Whether bytes are a PDF, whatever the file is called: the head, and the mark of the end near the end.
pub fn is_pdf(bytes: &[u8]) -> bool {
    let tail = &bytes[bytes.len().saturating_sub(2048)..];
    bytes.starts_with(b"%PDF-") && tail.windows(5).any(|part| part == b"%%EOF")
}

fn place(folder: &Path, hash: &str) -> Option<PathBuf> {
    let is_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash.then(|| folder.join(&hash[..2]).join(hash))
}

fn internal(error: impl std::fmt::Display) -> AppError {
    AppError::Internal(format!("file: {error}"))
}

fn storage(error: std::io::Error) -> AppError {
    AppError::Storage(format!("file: {error}"))
}

/// Puts a content into a folder; gives its hash. It is on the disk, whole and under its name, before this returns.
pub fn put(folder: &Path, bytes: &[u8]) -> std::io::Result<String> {
    let hash = secret::sha256_of(bytes);
    let place = place(folder, &hash).ok_or_else(|| std::io::Error::other("hash"))?;
    // One that is there and rotted is written anew.
    if content(folder, &hash).is_err() {
        let beside = place.with_extension(secret::token());
        let write = || {
            let part = place.parent().unwrap_or(folder);
            std::fs::create_dir_all(part)?;
            let mut file = std::fs::File::create_new(&beside)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            std::fs::rename(&beside, &place)?;
            // The name, too, has to outlive a lost current.
            std::fs::File::open(part)?.sync_all()?;
            std::fs::File::open(folder)?.sync_all()
        };
        write().inspect_err(|_| {
            let _ = std::fs::remove_file(&beside);
        })?;
    }
    Ok(hash)
}

/// The content under a hash in a folder, if it is still what was put there.
pub fn content(folder: &Path, hash: &str) -> std::io::Result<Vec<u8>> {
    let place = place(folder, hash).ok_or_else(|| std::io::Error::other("hash"))?;
    let bytes = std::fs::read(place)?;
    let is_same = secret::sha256_of(&bytes) == hash;
    if is_same { Ok(bytes) } else { Err(std::io::Error::other("not what was kept")) }
}

/// The hashes of everything in a folder, in their order.
pub fn kept(folder: &Path) -> std::io::Result<Vec<String>> {
    let mut hashes = Vec::new();
    if folder.exists() {
        for part in std::fs::read_dir(folder)? {
            let part = part?.path();
            for file in if part.is_dir() { Some(std::fs::read_dir(part)?) } else { None }.into_iter().flatten() {
                let name = file?.file_name().to_string_lossy().into_owned();
                hashes.extend(Some(name).filter(|name| place(folder, name).is_some()));
            }
        }
    }
    hashes.sort();
    Ok(hashes)
}

/// Keeps a content; gives its hash.
pub async fn keep(app: &App, bytes: bytes::Bytes) -> Result<String, AppError> {
    let folder = app.config.files();
    tokio::task::spawn_blocking(move || put(&folder, &bytes)).await.map_err(internal)?.map_err(storage)
}

/// The content under a hash, if it is still what was kept.
pub async fn read(app: &App, hash: &str) -> Result<Vec<u8>, AppError> {
    let (folder, hash) = (app.config.files(), hash.to_owned());
    tokio::task::spawn_blocking(move || content(&folder, &hash)).await.map_err(internal)?.map_err(storage)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_tells_a_pdf() {
        for (bytes, is) in [
            (&b"%PDF-1.7\n...\n%%EOF\n"[..], true),
            (b"%PDF-1.7\n cut off", false),
            (b"<html>%PDF- %%EOF", false),
            (b"PK\x03\x04", false),
            (b"", false),
        ] {
            assert_eq!(is_pdf(bytes), is, "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn only_a_hash_is_a_place() {
        let folder = Path::new("files");
        assert!(place(folder, "../../etc/passwd").is_none());
        assert!(place(folder, "").is_none());
        assert_eq!(place(folder, &"ab".repeat(32)).unwrap(), folder.join("ab").join("ab".repeat(32)));
    }
}
