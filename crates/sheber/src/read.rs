//! `sheber read`: tables from files as every door reads them, without database or network.

use std::fs::File;
use std::io::{BufWriter, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use sheber_app::rooms;
use sheber_exchange::Unreadable;
use sheber_exchange::book::MAX_TABLE;
use sheber_exchange::table::columns::{Kind, Need};
use sheber_exchange::table::reading::{Options, Reading};
use sheber_exchange::unreadable::column_name;
use sheber_kernel::Lang;
use sheber_messages as messages;
use sheber_platform::clock;
use sheber_platform::door::{self, Door};

use crate::arguments::{self, Output};

#[derive(clap::Args)]
pub struct Arguments {
    /// Lists the kinds of tables with their columns
    #[arg(long)]
    kinds: bool,
    /// The kind of table, such as `textbooks`
    #[arg(required_unless_present = "kinds")]
    kind: Option<String>,
    /// Files: XLSX, XLS, ODS, CSV
    #[arg(required_unless_present = "kinds")]
    files: Vec<PathBuf>,
    #[arg(long, value_enum, default_value = "text")]
    format: Output,
    #[arg(long, default_value = "kk", value_parser = arguments::lang)]
    lang: Lang,
    /// The encoding of a text file, such as `windows-1251`, where the guess is wrong
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
    /// The sheet that holds the table
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// What a heading, or a column by its letter, holds
    #[arg(long, value_name = "HEADING=FIELD")]
    map: Vec<String>,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let lang = arguments.lang;
    let house = rooms::house();
    let mut out = BufWriter::new(std::io::stdout().lock());
    if arguments.kinds {
        for door in house.doors() {
            list(&mut out, door.kind(), arguments)?;
        }
        out.flush()?;
        return Ok(ExitCode::SUCCESS);
    }
    let wanted = arguments.kind.as_deref().unwrap_or_default();
    let refuse = |key: &str, found: &str, known: Vec<&str>| {
        let known = known.join(", ");
        eprintln!("{}", messages::text_with(lang, key, &[("found", found), ("what", &known)]));
        Ok(ExitCode::from(2))
    };
    let Some(door) = house.door(wanted) else {
        return refuse("table-kind-unknown", wanted, house.doors().map(|door| door.kind().word).collect());
    };
    let mut options =
        Options { encoding: arguments.encoding.clone(), sheet: arguments.sheet.clone(), ..Options::default() };
    for pair in &arguments.map {
        let fields = || door.kind().columns.iter().map(|column| column.field).collect();
        let Some((heading, field)) = pair.rsplit_once('=') else {
            return refuse("table-field-unknown", pair, fields());
        };
        if !field.is_empty() && door.kind().place(field).is_none() {
            return refuse("table-field-unknown", field, fields());
        }
        options.map.push((heading.to_owned(), field.to_owned()));
    }
    let mut worst = 0;
    for file in &arguments.files {
        let name = file.display().to_string();
        match read(door, file, &options, lang) {
            Ok(reading) => {
                worst = worst.max(u8::from(!reading.is_right()));
                match arguments.format {
                    Output::Json => {
                        reading.write_json(&mut out, &name, lang)?;
                        out.write_all(b"\n")?;
                    }
                    Output::Text => text(&mut out, &name, &reading, lang)?,
                }
            }
            Err(said) => {
                worst = 2;
                out.flush()?;
                eprintln!("{name}: {said}");
            }
        }
    }
    out.flush()?;
    Ok(ExitCode::from(worst))
}

fn read(door: &dyn Door, file: &Path, options: &Options, lang: Lang) -> Result<Reading, String> {
    let missing = |error: std::io::Error| Unreadable::whole("not-found", error).describe(lang);
    let mut bytes = Vec::new();
    File::open(file).map_err(missing)?.take(MAX_TABLE as u64 + 1).read_to_end(&mut bytes).map_err(missing)?;
    let bar = if std::io::stderr().is_terminal() { ProgressBar::new(0) } else { ProgressBar::hidden() };
    if let Ok(style) = ProgressStyle::with_template("{wide_bar} {pos}/{len} {per_sec} {eta}") {
        bar.set_style(style);
    }
    let progress = |done: usize, all: usize| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
    };
    let today = clock::day(clock::Clock::default().millis());
    let is_specialty = |code: &str| sheber_demo::is_specialty(code);
    let reading = door::read(door, &bytes, options, today, &is_specialty, &progress);
    bar.finish_and_clear();
    reading.map_err(|refused| refused.describe(lang, door.kind()))
}

/// A reading for people: what is there, what was passed over, what is wrong.
fn text(out: &mut impl Write, name: &str, reading: &Reading, lang: Lang) -> std::io::Result<()> {
    let word = |key: &str| messages::text(lang, key);
    writeln!(out, "{name}: {} – {}, {} – {}", word("table-rows"), reading.total, word("table-wrong"), reading.wrong)?;
    let passed: Vec<String> = reading
        .columns
        .iter()
        .filter(|column| column.field.is_none())
        .map(|column| format!("{} {}", column_name(column.column), column.heading).trim().to_owned())
        .collect();
    if !passed.is_empty() {
        writeln!(out, "  {}: {}", word("table-passed-over"), passed.join(", "))?;
    }
    for problem in &reading.problems {
        let column = problem.column.map(column_name).unwrap_or_default();
        let row = problem.row.map(|row| row.to_string()).unwrap_or_default();
        let sign = if problem.severity == sheber_exchange::table::reading::Severity::Error { "✕" } else { "·" };
        let place = format!("{column}{row}");
        let space = if place.is_empty() { "" } else { " " };
        writeln!(out, "  {sign} {place}{space}{}", reading.message(problem, lang))?;
    }
    Ok(())
}

/// A kind with its columns: type, whether required, headings in three languages.
fn list(out: &mut impl Write, kind: &Kind, arguments: &Arguments) -> anyhow::Result<()> {
    let heading = |lang: Lang, key: &str| messages::text(lang, key);
    if arguments.format == Output::Json {
        writeln!(out, "{}", kind_json(kind))?;
        return Ok(());
    }
    writeln!(out, "{}", kind.word)?;
    for column in kind.columns {
        let need = if column.need == Need::Open { ' ' } else { '*' };
        let headings = Lang::ALL.map(|lang| heading(lang, column.heading)).join(" / ");
        writeln!(out, "  {need} {}: {}: {headings}", column.field, column.form.word())?;
    }
    Ok(())
}

fn kind_json(kind: &Kind) -> serde_json::Value {
    let columns: Vec<_> = kind
        .columns
        .iter()
        .map(|column| {
            let words: Vec<&str> = column.form.choices().iter().map(|choice| choice.word).collect();
            json!({
                "field": column.field,
                "type": column.form.word(),
                "required": column.need != Need::Open,
                "words": words,
                "headings": {
                    "kk": messages::text(Lang::Kk, column.heading),
                    "ru": messages::text(Lang::Ru, column.heading),
                    "en": messages::text(Lang::En, column.heading),
                },
            })
        })
        .collect();
    json!({ "kind": kind.word, "columns": columns })
}
