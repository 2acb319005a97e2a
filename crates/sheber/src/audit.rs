//! `sheber audit`: whether the trail holds, and what it vouches for.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use sheber_platform::database;
use sheber_platform::heads::{self, Fault};
use sheber_platform::keys::Keys;
use sheber_platform::trail::{self, Verdict};
use sheber_programmes::programmes::store as programmes;
use sheber_programmes::register::seal::Publication;

use super::serve::runtime;
use super::settings::Settings;

#[derive(clap::Args)]
pub struct Verifying {
    /// A copy of /.well-known/sheber-register.json that was kept elsewhere, or a file with one signed head a line: the trail has to
    /// be what it was then
    #[arg(long)]
    head: Vec<PathBuf>,
    #[command(flatten)]
    settings: Settings,
}

/// The signed heads of a file.
fn heads_of(path: &Path) -> anyhow::Result<Vec<String>> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let heads = match serde_json::from_str::<Publication>(&text) {
        Ok(published) => published.heads,
        Err(_) => text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect(),
    };
    anyhow::ensure!(!heads.is_empty(), "{}: no signed head in it", path.display());
    Ok(heads)
}

/// Says what the signed heads say; whether it is what they say.
fn said(others: usize, record: i64, faults: &[Fault]) -> bool {
    println!("signed up to record {record}; {others} heads from elsewhere");
    for fault in faults {
        match fault {
            Fault::Forged(text) => println!("a head was not signed with these keys: {text}…"),
            Fault::Rewritten(record) => {
                println!("record {record} is not the one that was signed: the trail was rewritten");
            }
            Fault::Unsigned { since } => {
                println!(
                    "records after {since} are unsigned for more than two hours: heads were taken away, or no server ran"
                );
            }
        }
    }
    faults.is_empty()
}

/// Exit codes: 0 the trail holds, 1 it does not.
pub fn verify(arguments: &Verifying) -> anyhow::Result<ExitCode> {
    let config = arguments.settings.effective()?;
    runtime()?.block_on(async {
        let db = database::connect(&config.database).await.context("database")?;
        let verdict = trail::verify(&db).await?;
        let altered = programmes::altered(&db).await?;
        let lists = arguments.head.iter().map(|path| heads_of(path)).collect::<anyhow::Result<Vec<_>>>()?;
        let (others, keys) = (lists.concat(), config.keys());
        let is_signed = if keys.exists() {
            let (record, faults) = heads::verify(&db, &Keys::open(&keys)?.published(), &others).await?;
            said(others.len(), record, &faults)
        } else {
            println!("signed heads: not looked at, as {} is not there", keys.display());
            others.is_empty()
        };
        let holds = matches!(verdict, Verdict::Holds { .. }) && altered.is_none() && is_signed;
        match verdict {
            Verdict::Holds { records, head } => println!("{records} records, the chain holds; head {head}"),
            Verdict::Broken(record) => {
                println!(
                    "record {record} does not follow from the one before it: it was changed, or one was taken out"
                );
            }
        }
        if let Some(version) = altered {
            println!("version {version} of a programme is not what it was saved as");
        }
        Ok(ExitCode::from(u8::from(!holds)))
    })
}
