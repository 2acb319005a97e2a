//! The guidance's data and the code agree, and a change of a norm is told.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use sheber_kernel::{AcademicYear, HOURS_PER_CREDIT, Lang};
use sheber_norms::edition::ItemKind;
use sheber_norms::{Edition, NORMS};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn edition() -> &'static Edition {
    Edition::of(AcademicYear::starting(2024))
}

#[test]
fn every_year_loads() {
    for start in 2022..2050 {
        let edition = Edition::load(AcademicYear::starting(start)).unwrap();
        assert_eq!(Edition::of(AcademicYear::starting(start)).norms().len(), edition.norms().len());
    }
    assert_eq!(edition().parameters.credit.academic_hours, HOURS_PER_CREDIT);
}

#[test]
fn every_norm_has_a_check_or_says_who_carries_it() {
    let checks: BTreeSet<&str> = NORMS.iter().map(|norm| norm.item).collect();
    for item in edition().items().filter(|item| item.kinds.contains(&ItemKind::Norm)) {
        let carried = !item.carried_by.is_empty();
        assert!(checks.contains(item.id.as_str()) != carried, "{}: either a check or the items that carry it", item.id);
        for other in &item.carried_by {
            assert!(checks.contains(other.as_str()), "{} is carried by {other}, which has no check", item.id);
        }
    }
    for check in checks {
        assert!(
            edition().item(check).is_some_and(sheber_norms::edition::Item::is_norm),
            "{check} is no norm of the guidance"
        );
    }
}

#[test]
fn every_item_of_the_data_is_an_item_of_the_guidance() {
    for item in edition().items() {
        assert!(item.id.starts_with(&format!("{}.", item.section)), "{}", item.id);
        for lang in Lang::ALL {
            assert!(!item.title.get(lang).is_empty());
        }
    }
}

/// The fingerprint of everything a norm's answer depends on: the data of all years and the code of the checks.
fn state() -> String {
    let mut files: Vec<PathBuf> = Vec::new();
    for folder in ["guidance/2023-2024", "guidance/2024-2025"] {
        files.extend(std::fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path()));
    }
    for room in ["programmes", "general_education", "credits", "distance", "exams", "dual", "norm"] {
        files.push(root().join(format!("crates/norms/src/{room}.rs")));
    }
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        // Comments and layout are free; what is computed is not.
        for line in text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with("//") && !line.starts_with('#'))
        {
            hash.update(line.replace([' ', ','], "").as_bytes());
        }
    }
    hash.finalize().iter().take(8).fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[test]
fn a_changed_norm_has_an_entry_in_the_changelog() {
    let log = std::fs::read_to_string(root().join("guidance/CHANGELOG.md")).unwrap();
    let told = log.lines().rev().find_map(|line| line.strip_prefix("state: ")).unwrap_or_default();
    assert_eq!(
        told,
        state(),
        "a norm, a parameter or a validity has changed: write in guidance/CHANGELOG.md what changed for whom from when, \
         and end the entry with this state"
    );
}
