//! Files that people hand in: outside the database, under the hash of their content, so that the same file lies there once and a
//! changed one is no longer found.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use axum::body::Body;
use axum::http::StatusCode;
use memchr::memmem;
use sha2::{Digest, Sha256};
use tokio_util::io::ReaderStream;

use super::app::App;
use super::error::AppError;
use super::{database, scan, secret};
use crate::params;

/// The most that one file may have (20 MiB).
pub const MOST: usize = 20 * 1024 * 1024;

/// Whether bytes are a PDF, whatever the file is called: the head, and the mark of the end near the end.
pub fn is_pdf(bytes: &[u8]) -> bool {
    let tail = &bytes[bytes.len().saturating_sub(2048)..];
    bytes.starts_with(b"%PDF-") && tail.windows(5).any(|part| part == b"%%EOF")
}

/// Whether bytes are a document that colleges hand in, by their content: PDF, a photo, a document, table or presentation of an
/// office. Programs, pages of the web and documents with programs in them are none.
pub fn is_document(bytes: &[u8]) -> bool {
    let has_wide = |text: &str| {
        let wide: Vec<u8> = text.to_ascii_lowercase().encode_utf16().flat_map(u16::to_le_bytes).collect();
        memmem::find(&bytes.to_ascii_lowercase(), &wide).is_some()
    };
    match bytes {
        [b'P', b'K', 3, 4, ..] => sheber_exchange::office::is_document(bytes),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => {
            let streams = ["WordDocument", "Workbook", "PowerPoint Document"];
            streams.iter().any(|stream| has_wide(stream)) && !has_wide("_VBA_PROJECT")
        }
        [0xff, 0xd8, ..] | [0x89, b'P', ..] | [b'R', b'I', b'F', b'F', ..] => is_photo(bytes),
        _ => is_pdf(bytes),
    }
}

/// Whether bytes begin as a photo does that can be read: its head says how large it is.
fn is_photo(bytes: &[u8]) -> bool {
    let reader = image::ImageReader::new(std::io::Cursor::new(bytes)).with_guessed_format();
    reader.is_ok_and(|reader| reader.into_dimensions().is_ok())
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
    // One that is there and rotted is written anew; one that is whole is as young as a new one, so that no sweep takes it.
    let is_whole = content(folder, &hash).is_ok();
    if is_whole {
        OpenOptions::new().append(true).open(&place)?.set_modified(SystemTime::now())?;
    } else {
        let beside = place.with_extension(secret::token());
        let write = || {
            let part = place.parent().unwrap_or(folder);
            DirBuilder::new().recursive(true).mode(0o700).create(part)?;
            let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            std::fs::rename(&beside, &place)?;
            // The name, too, has to outlive a lost current.
            File::open(part)?.sync_all()?;
            File::open(folder)?.sync_all()
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

/// A content under a hash, opened to be read from its beginning, if it is still what was put there; and its length.
fn opened(folder: &Path, hash: &str) -> std::io::Result<(File, u64)> {
    let mut file = File::open(place(folder, hash).ok_or_else(|| std::io::Error::other("hash"))?)?;
    let (mut digest, mut length, mut piece) = (Sha256::new(), 0, vec![0; 64 * 1024]);
    loop {
        match file.read(&mut piece)? {
            0 => break,
            read => {
                digest.update(&piece[..read]);
                length += read as u64;
            }
        }
    }
    if secret::hex(&digest.finalize()) != hash {
        return Err(std::io::Error::other("not what was kept"));
    }
    file.rewind()?;
    Ok((file, length))
}

/// A file that no row names is kept for so long: the request that brought it may be under way.
const GRACE: Duration = Duration::from_hours(24);

/// Takes away what no row names any more; gives the hashes.
pub fn sweep(folder: &Path, is_named: impl Fn(&str) -> bool) -> std::io::Result<Vec<String>> {
    let mut swept = Vec::new();
    for hash in kept(folder)?.into_iter().filter(|hash| !is_named(hash)) {
        let Some(place) = place(folder, &hash) else { continue };
        let age = std::fs::metadata(&place)?.modified()?.elapsed().unwrap_or_default();
        if age > GRACE {
            std::fs::remove_file(&place)?;
            swept.push(hash);
        }
    }
    Ok(swept)
}

/// Keeps a content of an organisation; gives its hash. An organisation keeps no more than its share.
///
/// # Errors
/// Where the share is full, or the disk.
pub async fn keep(app: &App, organisation: i64, bytes: bytes::Bytes) -> Result<String, AppError> {
    scan::look(app, &bytes).await?;
    let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    let _turn = app.turn_to_write().await;
    let txn = database::begin(&app.db).await?;
    // Those who keep something for the same organisation come one after another, or together they would pass the bound.
    database::lock_row(&txn, "organisation", organisation).await?;
    let sum = "SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM file_share WHERE organisation_id = $1";
    let there = database::number(&txn, sum, params![organisation]).await?;
    if there.saturating_add(size) > app.config.files_share {
        return Err(AppError::Refused { status: StatusCode::INSUFFICIENT_STORAGE, key: "error-files-full".to_owned() });
    }
    let folder = app.config.files();
    let kept = tokio::task::spawn_blocking(move || put(&folder, &bytes)).await.map_err(internal)?;
    let hash = kept.map_err(storage)?;
    let noted = "INSERT INTO file_share (organisation_id, hash, size) VALUES ($1, $2, $3)
                 ON CONFLICT (organisation_id, hash) DO NOTHING";
    database::run(&txn, noted, params![organisation, hash.clone(), size]).await?;
    txn.commit().await?;
    Ok(hash)
}

/// Whether something can be kept: writes a small file and takes it away.
pub async fn probe(app: &App) -> Result<(), AppError> {
    let folder = app.config.files();
    let write = move || {
        DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
        let mut file = tempfile::tempfile_in(&folder)?;
        file.write_all(&[0; 4096])?;
        file.sync_all()
    };
    tokio::task::spawn_blocking(write).await.map_err(internal)?.map_err(storage)
}

/// The content under a hash as a body that is read from the disk as fast as its reader takes it, and its length.
pub async fn body(app: &App, hash: &str) -> Result<(Body, u64), AppError> {
    let (folder, hash) = (app.config.files(), hash.to_owned());
    let opened = tokio::task::spawn_blocking(move || opened(&folder, &hash)).await.map_err(internal)?;
    let (file, length) = opened.map_err(storage)?;
    Ok((Body::from_stream(ReaderStream::new(tokio::fs::File::from_std(file))), length))
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
    fn the_content_tells_a_document() {
        let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        let old = |text: &str| [&[0xd0, 0xcf, 0x11, 0xe0][..], &wide(text)].concat();
        let mut photo = Vec::new();
        image::codecs::jpeg::JpegEncoder::new(&mut photo).encode_image(&image::RgbImage::new(8, 8)).unwrap();
        for (bytes, is) in [
            (b"%PDF-1.7\n%%EOF".to_vec(), true),
            (b"\xff\xd8\xff\xe0<html>".to_vec(), false),
            (photo, true),
            (old("WordDocument"), true),
            (old("WordDocument _VBA_PROJECT"), false),
            (old("Installer"), false),
            (b"MZ\x90\0".to_vec(), false),
            (b"<html><script>".to_vec(), false),
            (b"<svg onload=".to_vec(), false),
            (Vec::new(), false),
        ] {
            assert_eq!(is_document(&bytes), is, "{}", String::from_utf8_lossy(&bytes));
        }
    }

    #[test]
    fn what_no_row_names_goes_after_a_day_and_is_read_by_nobody_else() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("files");
        let [named, old, new] = ["named", "old", "new"].map(|text| put(&folder, text.as_bytes()).unwrap());
        let long_ago = SystemTime::now() - GRACE - Duration::from_mins(1);
        for hash in [&named, &old] {
            File::open(place(&folder, hash).unwrap()).unwrap().set_modified(long_ago).unwrap();
        }
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&folder), mode(&folder.join(&old[..2]))), (0o700, 0o700));
        assert_eq!(mode(&place(&folder, &old).unwrap()), 0o600);
        assert_eq!(sweep(&folder, |hash| hash == named).unwrap(), std::slice::from_ref(&old));
        assert!(content(&folder, &old).is_err() && content(&folder, &new).is_ok() && content(&folder, &named).is_ok());
        // Handed in once more it is as young as a new one.
        put(&folder, b"named").unwrap();
        assert!(sweep(&folder, |_| false).unwrap().is_empty());
    }

    #[test]
    fn only_a_hash_is_a_place() {
        let folder = Path::new("files");
        assert!(place(folder, "../../etc/passwd").is_none());
        assert!(place(folder, "").is_none());
        assert_eq!(place(folder, &"ab".repeat(32)).unwrap(), folder.join("ab").join("ab".repeat(32)));
    }
}
