//! The file itself: a ZIP archive whose parts are named in a manifest with their hashes.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufReader, BufWriter, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::error::BackupError;
use super::manifest::{FORMAT, MANIFEST, Manifest, ManifestHash, SIGNATURE};
use sheber_platform::jws::{self, PublicKey};
use sheber_platform::keys::Keys;
use sheber_platform::secret;

/// An archive that is being written, beside its place until it is whole. It holds the signing keys: nobody else may read it.
pub struct Writing {
    zip: ZipWriter<BufWriter<File>>,
    place: PathBuf,
    beside: PathBuf,
    pub parts: BTreeMap<String, String>,
}

impl Writing {
    pub fn begin(place: &Path) -> Result<Self, BackupError> {
        if place.exists() {
            return Err(BackupError::Exists(place.to_owned()));
        }
        let mut beside = place.as_os_str().to_owned();
        beside.push(format!(".{}.part", &secret::token()[..8]));
        let beside = PathBuf::from(beside);
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside);
        let file = file.map_err(|error| BackupError::Io(beside.clone(), error))?;
        Ok(Self { zip: ZipWriter::new(BufWriter::new(file)), place: place.to_owned(), beside, parts: BTreeMap::new() })
    }

    /// Where it is written until it is whole.
    pub fn beside(&self) -> &Path {
        &self.beside
    }

    fn io(&self) -> impl Fn(std::io::Error) -> BackupError + use<> {
        let beside = self.beside.clone();
        move |error| BackupError::Io(beside.clone(), error)
    }

    /// Begins a part; what is written until [`Part::end`] belongs to it.
    pub fn part(&mut self, name: String) -> Result<Part<'_>, BackupError> {
        self.zip.start_file(&name, SimpleFileOptions::default().large_file(true))?;
        Ok(Part { writing: self, name, hash: Sha256::new() })
    }

    /// Writes the manifest, signed where there are keys, and puts the archive in its place.
    pub fn end(mut self, manifest: &Manifest, keys: Option<&Keys>) -> Result<(), BackupError> {
        let io = self.io();
        let text = serde_json::to_vec_pretty(manifest)?;
        self.zip.start_file(MANIFEST, SimpleFileOptions::default())?;
        self.zip.write_all(&text).map_err(&io)?;
        if let Some(keys) = keys {
            let signed = ManifestHash { manifest: secret::sha256_of(&text) };
            let signed = keys.sign(&signed).map_err(|error| BackupError::Broken(error.to_string()))?;
            self.zip.start_file(SIGNATURE, SimpleFileOptions::default())?;
            self.zip.write_all(signed.as_bytes()).map_err(&io)?;
        }
        let file = self.zip.finish()?.into_inner().map_err(|error| io(error.into_error()))?;
        file.sync_all().map_err(&io)?;
        // Never in the place of another: two backups may be under way.
        let linked = std::fs::hard_link(&self.beside, &self.place);
        let _ = std::fs::remove_file(&self.beside);
        linked.map_err(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => BackupError::Exists(self.place.clone()),
            _ => BackupError::Io(self.place.clone(), error),
        })
    }
}

pub struct Part<'w> {
    writing: &'w mut Writing,
    name: String,
    hash: Sha256,
}

impl Part<'_> {
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), BackupError> {
        self.hash.update(bytes);
        let io = self.writing.io();
        self.writing.zip.write_all(bytes).map_err(io)
    }

    pub fn end(self) {
        self.writing.parts.insert(self.name, secret::hex(&self.hash.finalize()));
    }
}

/// No manifest is longer.
const LONGEST: u64 = 64 * 1024 * 1024;

/// An archive that says of itself that it is whole.
pub struct Archive {
    zip: ZipArchive<BufReader<File>>,
    path: PathBuf,
    pub manifest: Manifest,
}

impl Archive {
    /// Opens an archive and compares every part with the manifest.
    pub fn open(path: &Path) -> Result<Self, BackupError> {
        let file = File::open(path).map_err(|error| BackupError::Io(path.to_owned(), error))?;
        let mut zip = ZipArchive::new(BufReader::new(file))?;
        let mut text = String::new();
        let io = |error| BackupError::Io(path.to_owned(), error);
        zip.by_name(MANIFEST)?.take(LONGEST).read_to_string(&mut text).map_err(io)?;
        let manifest: Manifest = serde_json::from_str(&text)?;
        if manifest.format != FORMAT {
            return Err(BackupError::Broken(format!("its format is {}, not {FORMAT}", manifest.format)));
        }
        let mut archive = Self { zip, path: path.to_owned(), manifest };
        archive.verify()?;
        Ok(archive)
    }

    fn verify(&mut self) -> Result<(), BackupError> {
        let there = self.zip.file_names().map(|name| name.map(std::borrow::Cow::into_owned));
        let there: Vec<String> = there.collect::<Result<_, _>>()?;
        let own = |name: &str| name == MANIFEST || name == SIGNATURE;
        let strange = there.iter().find(|name| !own(name) && !self.manifest.parts.contains_key(*name));
        if let Some(name) = strange {
            return Err(BackupError::Broken(format!("{name} is not in the manifest")));
        }
        let parts = self.manifest.parts.clone();
        for (name, hash) in &parts {
            let mut digest = Sha256::new();
            self.read(name, |bytes| digest.update(bytes))?;
            if secret::hex(&digest.finalize()) != *hash {
                return Err(BackupError::Broken(format!("{name} is not what it was")));
            }
        }
        Ok(())
    }

    /// Whether one of these keys signed the manifest, and with it the hash of every part. The keys have to come from elsewhere: who
    /// made the whole file anew has signed it with their own.
    pub fn is_signed_by(&mut self, keys: &[PublicKey]) -> Result<bool, BackupError> {
        if !self.zip.file_names().any(|name| name.is_ok_and(|name| name == SIGNATURE)) {
            return Ok(false);
        }
        let hash = secret::sha256_of(&self.bytes(MANIFEST)?);
        let text = String::from_utf8(self.bytes(SIGNATURE)?).unwrap_or_default();
        Ok(jws::opened::<ManifestHash>(&text, keys) == jws::Verdict::Genuine(ManifestHash { manifest: hash }))
    }

    /// Hands a part over piece by piece.
    fn read(&mut self, name: &str, mut take: impl FnMut(&[u8])) -> Result<(), BackupError> {
        let missing = |_| BackupError::Broken(format!("{name} is missing"));
        let path = self.path.clone();
        let mut part = self.zip.by_name(name).map_err(missing)?;
        let mut piece = vec![0; 64 * 1024];
        loop {
            let broken = |error: std::io::Error| BackupError::Broken(format!("{}: {name}: {error}", path.display()));
            match part.read(&mut piece).map_err(broken)? {
                0 => return Ok(()),
                read => take(&piece[..read]),
            }
        }
    }

    pub fn bytes(&mut self, name: &str) -> Result<Vec<u8>, BackupError> {
        let mut bytes = Vec::new();
        self.read(name, |piece| bytes.extend_from_slice(piece))?;
        Ok(bytes)
    }

    /// A part that can be read line by line.
    pub fn lines(&mut self, name: &str) -> Result<impl std::io::BufRead + '_, BackupError> {
        let missing = |_| BackupError::Broken(format!("{name} is missing"));
        Ok(BufReader::new(self.zip.by_name(name).map_err(missing)?))
    }
}
