//! Every text that the program asks for is there, and every text that is there is asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::{Regex, RegexSet};

use crate::source::{files, named, sources};

/// The keys of the message files, each with its file.
fn keys() -> BTreeMap<String, String> {
    let mut keys = BTreeMap::new();
    for file in files("messages/kk", "ftl") {
        for line in std::fs::read_to_string(&file).unwrap().lines() {
            if let Some((key, _)) = line.split_once(" =").filter(|_| !line.starts_with([' ', '#', '}', '*', '[']))
                && let Some(other) = keys.insert(key.to_owned(), named(&file))
            {
                panic!("{key} stands in {other} and in {}", named(&file));
            }
        }
    }
    keys
}

/// Texts of sources and templates by where they stand.
fn texts() -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for source in sources() {
        texts.extend(source.texts.iter().map(|(line, text)| (format!("{}:{line}", source.name), text.clone())));
    }
    let quoted = Regex::new(r#""([A-Za-z0-9_.{}-]+)""#).unwrap();
    for file in ["html", "typ", "js"].iter().flat_map(|kind| files("crates", kind)) {
        let text = std::fs::read_to_string(&file).unwrap();
        for (number, line) in text.lines().enumerate() {
            // A quote may end one text and begin the next.
            let mut at = 0;
            while let Some(found) = quoted.captures_at(line, at) {
                texts.push((format!("{}:{}", named(&file), number + 1), found[1].to_owned()));
                at = found.get(1).unwrap().end();
            }
        }
    }
    let reference = Regex::new(r"\{ *([a-z][a-z0-9_-]+) *\}").unwrap();
    for file in files("messages/kk", "ftl") {
        let text = std::fs::read_to_string(&file).unwrap();
        texts.extend(reference.captures_iter(&text).map(|found| (named(&file), found[1].to_owned())));
    }
    texts
}

/// What makes keys: `event-{}`, `{key}-advice`, and beginnings like `role-`.
fn pattern(text: &str) -> Option<String> {
    static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\{[^}]*\}").unwrap());
    let is_key =
        !text.is_empty() && text.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-.{}".contains(letter));
    if !is_key || text.starts_with('-') {
        return None;
    }
    let parts: Vec<String> = PLACEHOLDER.split(text).map(regex::escape).collect();
    let fixed: usize = PLACEHOLDER.split(text).map(str::len).sum();
    match parts.len() {
        1 if text.ends_with('-') => Some(format!("^{}.+$", parts[0])),
        1 => None,
        _ if fixed < 2 => None,
        _ => Some(format!("^{}$", parts.join("[A-Za-z0-9_.-]+"))),
    }
}

#[test]
fn no_text_lies_there_that_nobody_asks_for() {
    let texts: BTreeSet<String> = texts().into_iter().map(|(_, text)| text).collect();
    let patterns = RegexSet::new(texts.iter().filter_map(|text| pattern(text))).unwrap();
    let is_used = |key: &String| texts.contains(key) || patterns.is_match(key);
    let unused: Vec<String> =
        keys().iter().filter(|(key, _)| !is_used(key)).map(|(key, file)| format!("{file}: {key}")).collect();
    assert!(unused.is_empty(), "nobody asks for:\n{}", unused.join("\n"));
}

/// What takes a key as a text.
const TAKERS: &str = r"(?:\bt|text|text_with|count|t_with|counted|Bad|Refused|refuse|entry|Entry::new|Record::new)\(";

#[test]
fn every_text_that_is_asked_for_is_there() {
    let keys = keys();
    let asked =
        Regex::new(&format!(r#"{TAKERS}(?:[^"()]*(?:\([^()]*\))?[^"()]*, *)?"([a-z][a-z0-9_-]*-[a-z0-9_-]+)""#))
            .unwrap();
    let prefixed = Regex::new("^(error|trail|nav|role|photo)-[a-z0-9_-]*[a-z0-9]$").unwrap();
    let mut missing = BTreeSet::new();
    for file in ["rs", "html"].iter().flat_map(|kind| files("crates", kind)) {
        if named(&file).contains("/tests/") || named(&file).contains("/benches/") {
            continue;
        }
        let text = std::fs::read_to_string(&file).unwrap();
        for found in asked.captures_iter(&text) {
            if !keys.contains_key(&found[1]) {
                missing.insert(format!("{}: {}", named(&file), &found[1]));
            }
        }
    }
    for source in sources() {
        for (line, text) in &source.texts {
            if prefixed.is_match(text) && !keys.contains_key(text) {
                missing.insert(format!("{}:{line}: {text}", source.name));
            }
        }
    }
    assert!(missing.is_empty(), "no message file has:\n{}", Vec::from_iter(missing).join("\n"));
}
