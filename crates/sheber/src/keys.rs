//! `sheber keys`: the keys that certificates are signed with.

use std::process::ExitCode;

use sheber_platform::keys::Keys;

use super::settings::Settings;

/// Makes a first key.
pub fn make(settings: &Settings) -> anyhow::Result<ExitCode> {
    let path = settings.effective()?.keys();
    anyhow::ensure!(!path.exists(), "{} is there: `sheber keys rotate` adds a key", path.display());
    Keys::make(&path)?;
    println!("{}: made; what an earlier key signed is no longer told genuine", path.display());
    Ok(ExitCode::SUCCESS)
}

/// Adds a key that signs from the next start on.
pub fn rotate(settings: &Settings) -> anyhow::Result<ExitCode> {
    let path = settings.effective()?.keys();
    let id = Keys::rotate(&path)?;
    println!("{}: key {id} signs from the next start on", path.display());
    Ok(ExitCode::SUCCESS)
}
