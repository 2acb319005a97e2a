//! `sheber audit`: whether the trail holds, and what it vouches for.

use std::process::ExitCode;

use anyhow::Context;
use sheber_platform::database;
use sheber_platform::trail::{self, Verdict};
use sheber_programmes::programmes::store as programmes;

use super::serve::runtime;
use super::settings::Settings;

/// Exit codes: 0 the trail holds, 1 it does not.
pub fn verify(settings: &Settings) -> anyhow::Result<ExitCode> {
    let config = settings.effective()?;
    runtime()?.block_on(async {
        let db = database::connect(&config.database).await.context("database")?;
        let verdict = trail::verify(&db).await?;
        let altered = programmes::altered(&db).await?;
        let holds = matches!(verdict, Verdict::Holds { .. }) && altered.is_none();
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
