//! The guidance's data and the code agree, and a change of a norm is told.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use sheber_kernel::{AcademicYear, HOURS_PER_CREDIT, Lang};
use sheber_norms::college::COLLEGE_NORMS;
use sheber_norms::edition::{ItemKind, not_yet};
use sheber_norms::{Edition, NORMS, acts};

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
    let programmes = NORMS.iter().map(|norm| norm.item);
    let checks: BTreeSet<&str> = programmes.chain(COLLEGE_NORMS.iter().map(|norm| norm.item)).collect();
    for item in edition().items().filter(|item| item.kinds.contains(&ItemKind::Norm)) {
        let carried = !item.carried_by.is_empty();
        let later = not_yet().get(&item.id).is_some_and(|kinds| kinds.contains(&ItemKind::Norm));
        let ways = [checks.contains(item.id.as_str()), carried, later];
        let named = ways.iter().filter(|way| **way).count();
        assert_eq!(named, 1, "{}: either a check, or the items that carry it, or not yet", item.id);
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

/// How many items each section has (the requirements' own count).
const ITEMS: [usize; 18] = [2, 11, 7, 9, 6, 7, 7, 7, 12, 3, 6, 4, 3, 9, 6, 3, 9, 8];

#[test]
fn all_sections_stand_with_every_item() {
    let sections: Vec<&str> = edition().sections().iter().map(|section| section.number.as_str()).collect();
    assert_eq!(sections, (1..=18).map(|n| n.to_string()).collect::<Vec<_>>());
    for (section, count) in (1..).zip(ITEMS) {
        let of_section = edition().items().filter(|item| item.section == section.to_string());
        let ids: Vec<&str> = of_section.map(|item| item.id.as_str()).collect();
        assert_eq!(ids, (1..=count).map(|n| format!("{section}.{n}")).collect::<Vec<_>>());
    }
}

#[test]
fn links_actors_and_what_comes_later_are_known() {
    for item in edition().items() {
        for other in &item.links {
            assert!(edition().item(other).is_some() && *other != item.id, "{} links to {other}", item.id);
        }
        assert!(!item.kinds.is_empty() && !item.actors.is_empty(), "{}", item.id);
    }
    for (id, kinds) in not_yet() {
        let item = edition().item(id).unwrap_or_else(|| panic!("{id} is no item"));
        for kind in kinds {
            assert!(item.kinds.contains(kind), "{id} is no {kind:?}");
        }
    }
}

#[test]
fn every_citation_names_an_act_of_the_catalogue_in_an_edition_it_has() {
    for item in edition().items() {
        for citation in std::iter::once(&item.citation).chain(&item.also) {
            let act = acts::of(citation).unwrap_or_else(|| panic!("{}: {citation:?}", item.id));
            if let Some(edition) = citation.edition {
                assert!(act.editions.iter().any(|known| known.date == Some(edition)), "{}: {edition}", item.id);
            }
        }
    }
    let keys: BTreeSet<String> = acts::all().iter().map(sheber_norms::acts::Act::key).collect();
    assert_eq!(keys.len(), acts::all().len(), "an act stands once");
    for act in acts::all() {
        if let Some(changed) = &act.amends {
            let is_edition = |known: &&sheber_norms::acts::Act| {
                known.number == *changed
                    && known.editions.iter().any(|edition| edition.by.as_ref() == Some(&act.number))
            };
            assert!(acts::all().iter().any(|known| is_edition(&known)), "{} changes {changed}", act.number);
        }
    }
}

#[test]
fn a_later_edition_states_only_what_differs() {
    let changed: Vec<&str> = edition()
        .items()
        .filter(|item| item.stated == AcademicYear::starting(2024))
        .map(|item| item.id.as_str())
        .collect();
    assert_eq!(changed, ["2.2", "3.7", "4.5", "4.9", "5.2", "12.4"]);
}

#[test]
fn every_item_of_the_data_is_an_item_of_the_guidance() {
    for item in edition().items() {
        assert!(item.id.starts_with(&format!("{}.", item.section)), "{}", item.id);
        for lang in Lang::ALL {
            assert!(!item.title.get(lang).is_empty() && !item.about.get(lang).is_empty(), "{}", item.id);
        }
    }
}

/// The fingerprint of everything a norm's answer depends on: the data of all years and the code of the checks.
fn state() -> String {
    let mut files: Vec<PathBuf> = Vec::new();
    for folder in ["guidance/2023-2024", "guidance/2024-2025"] {
        files.extend(std::fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path()));
    }
    for room in [
        "programmes",
        "general_education",
        "credits",
        "distance",
        "exams",
        "dual",
        "norm",
        "college",
        "duties",
        "calendar",
    ] {
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
