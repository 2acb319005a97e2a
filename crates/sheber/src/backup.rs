//! `sheber backup` and `sheber restore`.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use sheber_app::App;
use sheber_app::Clock;
use sheber_app::backup::{self, Archive, Audit, Manifest};
use sheber_platform::database;
use sheber_platform::keys::Keys;

use super::serve::runtime;
use super::settings::Settings;

#[derive(clap::Args)]
pub struct Taking {
    /// Where to write it; it holds the signing keys, so nobody else may read it
    file: PathBuf,
    #[command(flatten)]
    settings: Settings,
}

#[derive(clap::Args)]
pub struct Restoring {
    /// A file that `sheber backup` wrote
    file: PathBuf,
    /// Only says whether the file is whole
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    settings: Settings,
}

/// Says how far the work is, where somebody watches.
fn say(what: &str, count: u64) {
    if std::io::stderr().is_terminal() {
        eprintln!("  {what}: {count}");
    }
}

pub fn take(arguments: &Taking) -> anyhow::Result<ExitCode> {
    let config = arguments.settings.effective()?;
    runtime()?.block_on(async {
        let db = database::connect(&config.database).await.context("database")?;
        let app = sheber_app::house().given_to(App::new(db, config, Arc::new(Clock::default())));
        let manifest = backup::take(&app, &arguments.file, say).await?;
        let (rows, files) = (manifest.rows(), manifest.files());
        writeln!(
            std::io::stdout(),
            "{}: {rows} rows, {files} files; head {}",
            arguments.file.display(),
            manifest.audit_head
        )?;
        println!("keys: {}", if manifest.has_keys() { "in it" } else { "none there" });
        Ok(sound(&manifest))
    })
}

/// What was wrong with what was backed up is said aloud: the backup is there, but something is to be done.
fn sound(manifest: &Manifest) -> ExitCode {
    if manifest.audit != Audit::Holds {
        println!("the audit trail does not hold: {:?}", manifest.audit);
    }
    for hash in &manifest.missing {
        println!("a handed-in file is missing or no longer what it was: {hash}");
    }
    ExitCode::from(u8::from(!manifest.is_sound()))
}

/// Says whose signature the archive has: of the keys that are here already, which is worth something, or of its own alone.
fn signature(archive: &mut Archive, here: &Path) -> anyhow::Result<String> {
    if here.exists() {
        let keys = Keys::open(here)?.published();
        anyhow::ensure!(archive.is_signed_by(&keys)?, "the backup is not signed by the keys in {}", here.display());
        return Ok(format!("signature: of the keys in {}", here.display()));
    }
    if !archive.manifest.has_keys() {
        return Ok("signature: none; it holds no keys".to_owned());
    }
    let own = Keys::of(&archive.bytes("keys")?, Path::new("keys"))?.published();
    anyhow::ensure!(archive.is_signed_by(&own)?, "the backup is not signed by the keys in it");
    let ids: Vec<&str> = own.iter().map(|key| key.kid.as_str()).collect();
    Ok(format!("signature: of the keys in it ({}); compare them with those that were published", ids.join(", ")))
}

pub fn restore(arguments: &Restoring) -> anyhow::Result<ExitCode> {
    let config = arguments.settings.effective()?;
    runtime()?.block_on(async {
        let mut archive = Archive::open(&arguments.file)?;
        let keys = config.keys();
        // Keys that are named to compare with have to be there.
        anyhow::ensure!(!arguments.check || config.keys.is_none() || keys.exists(), "{} is not there", keys.display());
        let signed = signature(&mut archive, &keys)?;
        let (rows, files) = (archive.manifest.rows(), archive.manifest.files());
        let taken_at = archive.manifest.taken_at.clone();
        if !arguments.check {
            backup::restore(&mut archive, &config, say).await?;
        }
        let done = if arguments.check { "whole" } else { "restored" };
        writeln!(std::io::stdout(), "{}: {done}; of {taken_at}, {rows} rows, {files} files", arguments.file.display())?;
        println!("keys: {}", if archive.manifest.has_keys() { "in it" } else { "none in it" });
        println!("{signed}");
        Ok(sound(&archive.manifest))
    })
}
