//! Files, folders and names.

use regex::Regex;

use crate::source::{files, named, root, sources};

/// So many lines a source file has at most.
const LINES: usize = 500;

#[test]
fn no_source_file_is_longer_than_people_read() {
    for source in sources() {
        let lines = source.text.lines().count();
        assert!(lines <= LINES, "{}: {lines} lines", source.name);
    }
}

#[test]
fn nothing_is_unwrapped_outside_of_tests() {
    for source in sources() {
        let is_test = source.module.last().is_some_and(|name| name == "tests");
        let program = source.text.split("#[cfg(test)]").next().unwrap_or_default();
        let found = program.lines().position(|line| line.contains(".unwrap()") && !line.trim_start().starts_with("//"));
        assert!(is_test || found.is_none(), "{}:{}: unwrap", source.name, found.unwrap_or_default() + 1);
    }
}

#[test]
fn no_folder_is_a_drawer_for_everything() {
    for source in sources() {
        for part in &source.module {
            assert!(
                !["utils", "util", "common", "helpers", "helper", "manager", "misc"].contains(&part.as_str()),
                "{}",
                source.name
            );
        }
    }
}

/// Whether a word says what happened to something instead of what it is.
fn is_participle(name: &str) -> bool {
    let is_one_word = name.chars().skip(1).all(char::is_lowercase);
    PARTICIPLES.contains(&name) || is_one_word && name.ends_with("ed") && !name.ends_with("eed")
}

/// Those that no ending tells.
const PARTICIPLES: [&str; 22] = [
    "Asked", "Chosen", "Done", "Drawn", "Found", "Given", "Happened", "Heard", "Kept", "Known", "Made", "Meant",
    "Said", "Seen", "Sent", "Shown", "Sought", "Taken", "Told", "Typed", "Wanted", "Written",
];

#[test]
fn types_are_named_by_nouns() {
    for source in sources() {
        for line in source.text.lines() {
            let mut words = line.trim_start().trim_start_matches("pub ").split_whitespace();
            if !["struct", "enum", "type", "trait"].contains(&words.next().unwrap_or_default()) {
                continue;
            }
            let name = words.next().unwrap_or_default();
            let name = name.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default();
            assert!(!is_participle(name), "{}: {name} is no noun", source.name);
        }
    }
}

/// What is a day, a state or a kind is a type, not a text: a text says anything, and what does not parse is found too late. The
/// exception: RFC 9457 calls an address the type of a problem.
#[test]
fn days_states_and_kinds_are_no_texts() {
    let text = Regex::new(r"pub (state|day|level|language|year|kind|month|intake|lang): (Option<)?String").unwrap();
    for source in sources().iter().filter(|source| source.name != "crates/platform/src/error.rs") {
        for (number, line) in source.text.lines().enumerate() {
            assert!(!text.is_match(line), "{}:{}: {}", source.name, number + 1, line.trim());
        }
    }
}

#[test]
fn nothing_names_a_place_on_somebodys_machine() {
    let kinds = ["rs", "md", "html", "js", "css", "toml", "ftl", "sh"];
    for folder in ["crates", "docs", "guidance", "messages", "seed", "examples"] {
        for file in kinds.iter().flat_map(|kind| files(folder, kind)) {
            let text = std::fs::read_to_string(&file).unwrap();
            for place in ["/ho\u{6d}e/", "/roo\u{74}/", "/wor\u{6b}/", "/User\u{73}/"] {
                assert!(!text.contains(place), "{}: {place}", named(&file));
            }
        }
    }
    assert!(root().join("Cargo.lock").exists());
}

/// One element a line, however many attributes it has.
#[test]
fn templates_can_be_read() {
    for file in files("crates", "html") {
        let text = std::fs::read_to_string(&file).unwrap();
        for (number, line) in text.lines().enumerate() {
            let letters = line.trim().chars().count();
            assert!(letters <= 230, "{}:{}: {letters} letters in a line", named(&file), number + 1);
        }
    }
}
