//! `sheber norms`: the catalogue of norms in force in a year.

use std::io::Write;
use std::process::ExitCode;

use sheber_kernel::{AcademicYear, Lang};
use sheber_messages as messages;
use sheber_norms::Edition;

use crate::arguments::{self, Output};

#[derive(clap::Args)]
pub struct Arguments {
    /// Academic year; by default the first the guidance speaks of
    #[arg(long, default_value = "2023-2024", value_parser = arguments::year)]
    year: AcademicYear,
    #[arg(long, value_enum, default_value = "text")]
    format: Output,
    #[arg(long, default_value = "kk", value_parser = arguments::lang)]
    lang: Lang,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let edition = Edition::of(arguments.year);
    let lang = arguments.lang;
    let mut out = std::io::stdout().lock();
    if arguments.format == Output::Json {
        let catalogue = sheber_exchange::catalogue(edition, lang);
        writeln!(out, "{}", serde_json::to_string_pretty(&catalogue)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    for item in edition.items().filter(|item| item.is_norm() && item.valid.covers(edition.year)) {
        let to = item.valid.to.map(|to| to.to_string()).unwrap_or_default();
        writeln!(out, "{:5} {}", item.id, item.title.get(lang))?;
        writeln!(out, "      § {}", messages::citation(lang, &item.citation))?;
        writeln!(out, "      {} – {to}", item.valid.from)?;
        if !item.parameters.is_empty() {
            writeln!(out, "      {}", item.parameters.to_string().trim().replace('\n', ", "))?;
        }
        if !item.carried_by.is_empty() {
            writeln!(out, "      → {}", item.carried_by.join(", "))?;
        }
        if let Some(limits) = &item.limits {
            writeln!(out, "      {}", limits.get(lang))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
