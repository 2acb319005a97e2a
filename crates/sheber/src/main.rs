//! The one binary: the server, and the commands that need no server.

mod arguments;
mod audit;
mod backup;
mod check;
mod keys;
mod norms;
mod read;
mod serve;
mod settings;
mod verify;

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use sheber_exchange::{json, xlsx};
use sheber_kernel::Lang;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Sheber: the system on which technical and vocational education in Kazakhstan runs.
#[derive(Parser)]
#[command(version, about, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Checks programme files (JSON or XLSX) against the norms of an academic year
    Check(check::Arguments),
    /// Serves; migrates the database and makes the first administrator where there is none
    Serve(settings::Settings),
    /// Serves a demo country from a database file of its own
    Demo(serve::DemoSettings),
    /// Prints the effective configuration, secrets left out
    Config(settings::Settings),
    /// Writes everything the server knows into one file, while it serves
    Backup(backup::Taking),
    /// Brings a backup back into an empty database, of either kind
    Restore(backup::Restoring),
    /// Looks after the audit trail
    Audit {
        #[command(subcommand)]
        action: AuditAction,
    },
    /// Looks after the keys that certificates are signed with
    Keys {
        #[command(subcommand)]
        action: KeysAction,
    },
    /// Checks a certificate without a network: its PDF, its link or the text of its code
    Verify(verify::Arguments),
    /// Reads tables (XLSX, XLS, ODS, CSV) as the doors of the server do, and says what is wrong with them
    Read(read::Arguments),
    /// Prints the catalogue of norms
    Norms(norms::Arguments),
    /// Prints the JSON Schema of a format
    Schema {
        /// The format to describe
        #[arg(value_enum)]
        format: SchemaFormat,
    },
    /// Writes an empty workbook to fill in
    Template {
        /// Where to write it (.xlsx)
        file: PathBuf,
        #[arg(long, default_value = "kk", value_parser = arguments::lang)]
        lang: Lang,
    },
}

#[derive(Subcommand)]
enum AuditAction {
    /// Walks the chain of hashes, compares it with its signed heads, and says whether it holds
    Verify(audit::Verifying),
}

#[derive(Subcommand)]
enum KeysAction {
    /// Adds a key that signs from the next start on; earlier certificates stay genuine
    Rotate(settings::Settings),
    /// Makes a first key where the file was lost for good; certificates issued before are no longer told genuine
    New(settings::Settings),
}

#[derive(Clone, Copy, ValueEnum)]
enum SchemaFormat {
    Programme,
}

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            // A reader that went away (`| head`) is not an error worth a word.
            if error.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe) {
                return ExitCode::SUCCESS;
            }
            eprintln!("sheber: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    match cli.command {
        Command::Check(arguments) => check::run(&arguments),
        Command::Serve(settings) => serve::serve(&settings),
        Command::Demo(settings) => serve::demo(&settings),
        Command::Backup(arguments) => backup::take(&arguments),
        Command::Restore(arguments) => backup::restore(&arguments),
        Command::Config(settings) => settings::print(&settings),
        Command::Audit { action: AuditAction::Verify(arguments) } => audit::verify(&arguments),
        Command::Keys { action: KeysAction::Rotate(settings) } => keys::rotate(&settings),
        Command::Keys { action: KeysAction::New(settings) } => keys::make(&settings),
        Command::Verify(arguments) => verify::run(&arguments),
        Command::Read(arguments) => read::run(&arguments),
        Command::Norms(arguments) => norms::run(&arguments),
        Command::Schema { format: SchemaFormat::Programme } => {
            let schema = serde_json::to_string_pretty(&json::schema())?;
            writeln!(std::io::stdout().lock(), "{schema}")?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Template { file, lang } => {
            std::fs::write(&file, xlsx::template(lang)?)?;
            if std::io::stderr().is_terminal() {
                eprintln!("{}", file.display());
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}
