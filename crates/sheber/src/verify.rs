//! `sheber verify`: whether a certificate is genuine, by the published keys alone.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use sheber_app::Clock;
use sheber_kernel::Lang;
use sheber_messages as messages;
use sheber_platform::clock;
use sheber_programmes::register::seal::{Publication, Verdict, found_in, judged};

#[derive(clap::Args)]
pub struct Arguments {
    /// A certificate's PDF, a file with its text, its link, or the text of its code
    certificate: String,
    /// What the register publishes at /.well-known/sheber-register.json, saved to a file
    #[arg(long)]
    published: PathBuf,
    #[arg(long, default_value = "kk", value_parser = crate::arguments::lang)]
    lang: Lang,
}

/// Exit codes: 0 genuine, 1 altered, excluded or expired, 2 unknown or unreadable.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let name = arguments.published.display().to_string();
    let text = std::fs::read(&arguments.published).with_context(|| name.clone())?;
    let published: Publication = serde_json::from_slice(&text).with_context(|| name)?;
    let bytes = match std::fs::read(&arguments.certificate) {
        Ok(bytes) => bytes,
        // Neither a file nor a certificate's text: most likely a name that was mistyped.
        Err(error) if found_in(arguments.certificate.as_bytes()).is_none() => {
            return Err(error).with_context(|| arguments.certificate.clone());
        }
        Err(_) => arguments.certificate.clone().into_bytes(),
    };
    let lang = arguments.lang;
    let verdict = judged(&bytes, &published, clock::day(Clock::default().millis()));
    println!("{}", messages::text(lang, &format!("seal-{}", verdict.word())));
    if let Verdict::Genuine(seal) | Verdict::Ended(seal, _) = &verdict {
        let line = |key: &str, value: &str| println!("{}: {value}", messages::text(lang, key));
        line("register-number", &seal.number);
        line("register-included-on", &messages::date(lang, seal.included_on));
        if let Some(day) = seal.valid_to {
            line("register-valid-to", &messages::date(lang, day));
        }
        if let Verdict::Ended(_, ended) = &verdict {
            line("facet-state", &messages::text(lang, &format!("register-state-{}", ended.state)));
            line("public-ended-on", &messages::date(lang, ended.on));
        }
        line("seal-as-of", &messages::date(lang, published.as_of));
        println!("{}", messages::text(lang, "seal-covers"));
    }
    Ok(ExitCode::from(match verdict {
        Verdict::Genuine(_) => 0,
        Verdict::Altered | Verdict::Ended(..) => 1,
        Verdict::Unknown => 2,
    }))
}
