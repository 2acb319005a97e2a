//! The guidance's data and the code agree in each edition there is, and in one that is made up; a change of a norm is told.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use sheber_kernel::{AcademicYear, HOURS_PER_CREDIT, Lang};
use sheber_norms::edition::{FIRST_YEAR, File, YEARS, not_yet};
use sheber_norms::item::{Item, ItemKind};
use sheber_norms::{Edition, acts, all};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What a ministry might change next: a number, a validity, a duty, an indicator, and a parameter that no earlier year had.
const MADE_UP: &str = r#"
section = "3"

[[item]]
id = "3.2"
checked = 2026-11-29
[item.parameters]
credits = 57

[[item]]
id = "3.3"
checked = 2026-11-29

[[item.duty]]
code = "made-up"
who = "college"
role = "methodist"
title = { kk = "а", ru = "б", en = "c" }
rule = { by = "10-01" }
evidence = { note = true }

[[item.indicator]]
code = "made_up"
unit = "percent"
direction = "up"
numerator = { kk = "а", ru = "б", en = "c" }
denominator = { kk = "а", ru = "б", en = "c" }
targets = { "2026-2027" = 50 }
"#;

fn next_year() -> AcademicYear {
    YEARS.last().unwrap().next()
}

fn with_made_up() -> Vec<File> {
    let mut files = Edition::files().to_vec();
    files.push((next_year().start(), "next/03-made-up.toml", MADE_UP));
    files
}

/// Every edition there is, and the made-up next one.
fn editions() -> Vec<Edition> {
    let files = with_made_up();
    let next = [next_year()];
    YEARS.iter().chain(&next).map(|year| Edition::of_files(*year, &files).unwrap()).collect()
}

#[test]
fn every_year_loads_and_the_folders_are_the_editions() {
    for start in 2022..2050 {
        Edition::load(AcademicYear::starting(start)).unwrap();
    }
    let folders: BTreeSet<String> = std::fs::read_dir(root().join("guidance"))
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(folders, YEARS.iter().map(ToString::to_string).collect());
    let parameters = &Edition::of(FIRST_YEAR).parameters;
    assert_eq!(parameters.credit.unwrap().academic_hours, HOURS_PER_CREDIT);
}

#[test]
fn a_change_in_the_next_years_folder_holds_from_then_on_alone() {
    let files = with_made_up();
    let (last, next) = (*YEARS.last().unwrap(), next_year());
    let of = |year| Edition::of_files(year, &files).unwrap();
    let credits = |year| of(year).parameters.general_education.unwrap().credits.to_string();
    assert_eq!((credits(last), credits(next), credits(next.next())), ("60".into(), "57".into(), "57".into()));
    assert!(of(last).duty("3.3/made-up").is_none() && of(next).duty("3.3/made-up").is_some());
    assert!(of(last).indicator("made_up").is_none() && of(next).indicator("made_up").is_some());
}

#[test]
fn a_value_holds_from_its_day_on() {
    let edition = Edition::of(*YEARS.last().unwrap());
    let mci = |day: &str| edition.number_on("15.2", "mci", day.parse().unwrap());
    for (day, value) in [
        ("2021-12-31", None),
        ("2022-01-01", Some(3063)),
        ("2022-03-31", Some(3063)),
        ("2022-04-01", Some(3180)),
        ("2023-01-01", Some(3450)),
        ("2026-12-31", Some(4325)),
        ("2027-01-01", None),
    ] {
        assert_eq!(mci(day), value, "{day}");
    }
    let later =
        "section = \"15\"\n[[item]]\nid = \"15.2\"\n[item.parameters]\nmci = [{ from = 2030-01-01, value = 9999 }]\n";
    let mut files = Edition::files().to_vec();
    files.push((next_year().start(), "next/15.toml", later));
    let next = Edition::of_files(next_year(), &files).unwrap();
    let on = |day: &str| next.number_on("15.2", "mci", day.parse().unwrap());
    assert_eq!((on("2026-01-01"), on("2030-01-01")), (Some(4325), Some(9999)), "added to what was known");
}

#[test]
fn every_norm_has_a_check_or_says_who_carries_it() {
    let checks: BTreeSet<&str> = all::items().collect();
    for edition in editions() {
        for item in edition.items().filter(|item| item.is_norm()) {
            let carried = !item.carried_by.is_empty();
            let later = not_yet().get(&item.id).is_some_and(|kinds| kinds.contains(&ItemKind::Norm));
            let ways = [checks.contains(item.id.as_str()), carried, later];
            let named = ways.iter().filter(|way| **way).count();
            let year = edition.year;
            assert_eq!(named, 1, "{year} {}: either a check, or the items that carry it, or not yet", item.id);
            for other in &item.carried_by {
                assert!(checks.contains(other.as_str()), "{} is carried by {other}, which has no check", item.id);
            }
        }
        for check in &checks {
            assert!(edition.item(check).is_some_and(Item::is_norm), "{check} is no norm of {}", edition.year);
        }
    }
}

/// How many items each section has (the requirements' own count); a later edition may add to them.
const ITEMS: [usize; 18] = [2, 11, 7, 9, 6, 7, 7, 7, 12, 3, 6, 4, 3, 9, 6, 3, 9, 8];

#[test]
fn all_sections_stand_with_every_item() {
    for edition in editions() {
        let sections: Vec<&str> = edition.sections().iter().map(|section| section.number.as_str()).collect();
        assert_eq!(sections, (1..=18).map(|n| n.to_string()).collect::<Vec<_>>());
        for (section, count) in (1..).zip(ITEMS) {
            let of_section = edition.items().filter(|item| item.section == section.to_string());
            let ids: Vec<&str> = of_section.map(|item| item.id.as_str()).collect();
            assert!(ids.len() == count || edition.year > FIRST_YEAR && ids.len() > count, "{section}: {ids:?}");
            assert_eq!(ids, (1..=ids.len()).map(|n| format!("{section}.{n}")).collect::<Vec<_>>());
        }
    }
}

#[test]
fn links_actors_and_what_comes_later_are_known() {
    for edition in editions() {
        for item in edition.items() {
            for other in &item.links {
                assert!(edition.item(other).is_some() && *other != item.id, "{} links to {other}", item.id);
            }
            assert!(!item.kinds.is_empty() && !item.actors.is_empty(), "{}", item.id);
        }
    }
    let newest = Edition::of(*YEARS.last().unwrap());
    for (id, kinds) in not_yet() {
        let item = newest.item(id).unwrap_or_else(|| panic!("{id} is no item"));
        for kind in kinds {
            assert!(item.kinds.contains(kind), "{id} is no {kind:?}");
        }
    }
}

#[test]
fn every_citation_names_an_act_of_the_catalogue_in_an_edition_it_has() {
    for edition in editions() {
        for item in edition.items() {
            for citation in std::iter::once(&item.citation).chain(&item.also) {
                let act = acts::of(citation).unwrap_or_else(|| panic!("{}: {citation:?}", item.id));
                if let Some(edition) = citation.edition {
                    assert!(act.editions.iter().any(|known| known.date == Some(edition)), "{}: {edition}", item.id);
                }
            }
        }
    }
    let keys: BTreeSet<String> = acts::all().iter().map(acts::Act::key).collect();
    assert_eq!(keys.len(), acts::all().len(), "an act stands once");
    for act in acts::all() {
        if let Some(changed) = &act.amends {
            let is_edition = |known: &&acts::Act| {
                known.number == *changed
                    && known.editions.iter().any(|edition| edition.by.as_ref() == Some(&act.number))
            };
            assert!(acts::all().iter().any(|known| is_edition(&known)), "{} changes {changed}", act.number);
        }
    }
}

/// Everything that an edition says of an item, as text, but when it was stated and checked.
fn said(edition: &Edition, id: &str) -> String {
    let Some(item) = edition.item(id) else { return String::new() };
    let plain = Item { checked: chrono::NaiveDate::default(), stated: FIRST_YEAR, ..item.clone() };
    let duties: Vec<_> = edition.duties().iter().filter(|duty| duty.item == id).collect();
    let indicators: Vec<_> = edition.indicators().iter().filter(|one| one.item == id).collect();
    format!("{plain:?} {duties:?} {indicators:?}")
}

#[test]
fn a_later_edition_states_only_what_differs() {
    let editions = editions();
    for pair in editions.windows(2) {
        for item in pair[1].items().filter(|item| item.stated == pair[1].year) {
            // The made-up one restates 3.3 for its duty and its indicator.
            assert_ne!(said(&pair[0], &item.id), said(&pair[1], &item.id), "{} of {}", item.id, pair[1].year);
        }
    }
}

#[test]
fn every_item_of_the_data_is_an_item_of_the_guidance() {
    for edition in editions() {
        for item in edition.items() {
            assert!(item.id.starts_with(&format!("{}.", item.section)), "{}", item.id);
            for lang in Lang::ALL {
                assert!(!item.title.get(lang).is_empty() && !item.about.get(lang).is_empty(), "{}", item.id);
            }
        }
    }
}

fn files(folder: &Path, kind: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            found.extend(files(&entry, kind));
        } else if entry.extension().is_some_and(|known| known == kind) {
            found.push(entry);
        }
    }
    found.sort();
    found
}

/// The fingerprint of everything a norm's answer depends on: the data of all years, and the code of the checks wherever they stand.
fn state() -> String {
    let mut hash = Sha256::new();
    let rules = [": Norm<", "pub struct Norm<", "pub struct Duty {", "pub struct Calendar"];
    let is_rule = |text: &str| rules.iter().any(|mark| text.contains(mark));
    let years = std::fs::read_dir(root().join("guidance")).unwrap().map(|entry| entry.unwrap().path());
    let mut data: Vec<PathBuf> = years.filter(|path| path.is_dir()).flat_map(|year| files(&year, "toml")).collect();
    data.sort();
    for file in data.into_iter().chain(files(&root().join("crates/norms/src"), "rs")) {
        let text = std::fs::read_to_string(&file).unwrap();
        if file.extension().is_some_and(|kind| kind == "rs") && !is_rule(&text) {
            continue;
        }
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
