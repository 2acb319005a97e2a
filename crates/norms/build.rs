//! The editions of the guidance are the folders that are there: every file of every year is taken in, in their order.

use std::fmt::Write;
use std::path::{Path, PathBuf};

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    paths
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The year that a folder's name says, `2023-2024`.
fn year(folder: &Path) -> Option<u16> {
    let name = name(folder);
    let (from, to) = name.split_once('-')?;
    let (from, to): (u16, u16) = (from.parse().ok()?, to.parse().ok()?);
    (to == from + 1).then_some(from)
}

fn main() {
    let guidance = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../guidance");
    println!("cargo::rerun-if-changed={}", guidance.display());
    let mut files = String::new();
    let mut years = Vec::new();
    for folder in sorted(&guidance).into_iter().filter(|path| path.is_dir()) {
        println!("cargo::rerun-if-changed={}", folder.display());
        let year = year(&folder).unwrap_or_else(|| panic!("{} is no academic year", folder.display()));
        years.push(year);
        for file in sorted(&folder) {
            assert!(file.extension().is_some_and(|kind| kind == "toml"), "{} is no .toml", file.display());
            let short = format!("{}/{}", name(&folder), name(&file));
            let whole = file.display().to_string();
            let _ = writeln!(files, "    ({year}, {short:?}, include_str!({whole:?})),");
        }
    }
    let first = years.first().copied().unwrap_or_else(|| panic!("no edition of the guidance"));
    let list: Vec<String> = years.iter().map(|year| format!("AcademicYear::starting({year})")).collect();
    let text = format!(
        "/// The first academic year the guidance speaks of.\npub const FIRST_YEAR: AcademicYear = AcademicYear::starting({first});\n\n\
         /// The academic years that have an edition of their own.\npub const YEARS: &[AcademicYear] = &[{}];\n\n\
         const FILES: &[File] = &[\n{files}];\n",
        list.join(", ")
    );
    let log = guidance.join("CHANGELOG.md");
    println!("cargo::rerun-if-changed={}", log.display());
    let log = std::fs::read_to_string(&log).unwrap_or_else(|error| panic!("{}: {error}", log.display()));
    let state = log.lines().rev().find_map(|line| line.strip_prefix("state: ")).unwrap_or_default();
    let text = format!(
        "{text}\n/// The fingerprint of all norms, as the changelog of the guidance states it: another one judges differently.\n\
         pub const STATE: &str = {state:?};\n"
    );
    let out = std::env::var("OUT_DIR").unwrap_or_default();
    std::fs::write(Path::new(&out).join("editions.rs"), text).unwrap_or_else(|error| panic!("{error}"));
}
