//! `sheber check`: programmes from files against the norms, without database or network.

use std::fs::File;
use std::io::{BufWriter, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;
use sheber_exchange::{MAX_BYTES, Report, Unreadable};
use sheber_kernel::{AcademicYear, Lang};
use sheber_messages as messages;
use sheber_norms::{Edition, Finding, Severity, Verdict};

use crate::arguments::{self, Output};

#[derive(clap::Args)]
pub struct Arguments {
    /// Programme files, JSON or XLSX
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Academic year to check as of; by default the intake of each programme
    #[arg(long, value_parser = arguments::year)]
    year: Option<AcademicYear>,
    #[arg(long, value_enum, default_value = "text")]
    format: Output,
    #[arg(long, default_value = "kk", value_parser = arguments::lang)]
    lang: Lang,
}

/// How bad it is: the exit status of one file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Status {
    Clean = 0,
    Violated = 1,
    Unread = 2,
}

struct Answer {
    status: Status,
    out: String,
    err: String,
}

/// Files read and checked before their answers are printed, in the order given.
const BATCH: usize = 512;

pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    let progress = progress(arguments.files.len());
    let mut worst = Status::Clean;
    for batch in arguments.files.chunks(BATCH) {
        let answers: Vec<Answer> = batch.par_iter().map(|file| answer(file, arguments)).collect();
        for answer in answers {
            worst = worst.max(answer.status);
            out.write_all(answer.out.as_bytes())?;
            if !answer.err.is_empty() {
                out.flush()?;
                progress.suspend(|| eprint!("{}", answer.err));
            }
        }
        progress.inc(batch.len() as u64);
    }
    out.flush()?;
    progress.finish_and_clear();
    Ok(ExitCode::from(worst as u8))
}

/// A bar on the terminal where there is something to wait for.
fn progress(files: usize) -> ProgressBar {
    if files < 2 * BATCH || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(files as u64);
    if let Ok(style) = ProgressStyle::with_template("{wide_bar} {pos}/{len} {per_sec} {eta}") {
        bar.set_style(style);
    }
    bar
}

/// The bytes of a file, no more than the format allows.
fn bytes(file: &Path) -> Result<Vec<u8>, Unreadable> {
    let missing = |error: std::io::Error| Unreadable::whole("not-found", error);
    let mut bytes = Vec::new();
    File::open(file).map_err(missing)?.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(missing)?;
    Ok(bytes)
}

fn answer(file: &Path, arguments: &Arguments) -> Answer {
    let name = file.display().to_string();
    let lang = arguments.lang;
    let programme = match bytes(file).map_err(|one| vec![one]).and_then(|bytes| sheber_exchange::read(&bytes)) {
        Ok(programme) => programme,
        Err(errors) => {
            let lines: Vec<String> = errors.iter().map(|error| format!("{name}: {}\n", error.describe(lang))).collect();
            return Answer { status: Status::Unread, out: String::new(), err: lines.concat() };
        }
    };
    let edition = Edition::of(arguments.year.unwrap_or(programme.intake));
    let verdict = sheber_norms::check(&programme, edition);
    let mut err = String::new();
    if verdict.norms_checked == 0 {
        err = format!(
            "{name}: {}\n",
            messages::text_with(lang, "check-no-norms", &[("year", &edition.year.to_string())])
        );
    }
    let status = if verdict.count(Severity::Violation) > 0 { Status::Violated } else { Status::Clean };
    let out = match arguments.format {
        Output::Json => {
            let line = serde_json::to_string(&Report::new(&name, &verdict, lang)).unwrap_or_default();
            line + "\n"
        }
        Output::Text => text(&name, &verdict, lang),
    };
    Answer { status, out, err }
}

fn text(name: &str, verdict: &Verdict, lang: Lang) -> String {
    let summary = messages::text_with(
        lang,
        "check-summary",
        &[
            ("year", &verdict.year.to_string()),
            ("from", &verdict.count(Severity::Violation).to_string()),
            ("to", &verdict.count(Severity::Warning).to_string()),
            ("count", &verdict.count(Severity::Advice).to_string()),
            ("total", &verdict.norms_checked.to_string()),
        ],
    );
    let mut out = format!("{name}: {summary}\n");
    for finding in &verdict.findings {
        out.push_str(&lines(finding, lang));
    }
    out
}

fn lines(finding: &Finding, lang: Lang) -> String {
    let severity = messages::text(lang, &format!("severity-{}", finding.severity.word()));
    let at = if finding.at.is_empty() { "/" } else { &finding.at };
    format!(
        "  {} {severity} {at}\n    {}\n    → {}\n    § {}\n",
        finding.item,
        messages::message(lang, finding),
        messages::mend(lang, finding),
        messages::citation(lang, &finding.citation),
    )
}
