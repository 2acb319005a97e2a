//! A room's SQL names its own tables and those that others declare as shared. A foreign key (REFERENCES) is no question to another
//! room: with it the database itself refuses a row without what it belongs to.

use std::collections::{BTreeMap, BTreeSet};

use sheber_app::rooms::ROOMS;

use crate::source::sources;

/// The crates whose SQL may name any table, and why.
const EXEMPT: [(&str, &str); 1] =
    [("demo", "a made-up country is written in bulk, for rooms would need hours to be asked for each of its rows")];

/// The tables that a text of SQL names.
fn named(sql: &str) -> Vec<&str> {
    let words: Vec<&str> =
        sql.split(|letter: char| !(letter.is_ascii_alphanumeric() || "_,(".contains(letter))).collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let opens = ["FROM", "JOIN", "INTO", "UPDATE", "TABLE"].contains(&words[at]);
        let lists = words[at] == "FROM";
        at += 1;
        // FROM one a, two b
        while let Some(word) = words.get(at).filter(|word| opens && !word.starts_with('(')) {
            found.push(word.trim_end_matches(',').split('(').next().unwrap_or_default());
            let alias = words.get(at + 1).copied().unwrap_or_default();
            at += match lists {
                true if word.ends_with(',') => 1,
                true if alias.ends_with(',') && alias.len() > 1 => 2,
                _ => break,
            };
        }
    }
    found
}

#[test]
fn tables_are_found_in_sql() {
    for (sql, expected) in [
        ("SELECT a FROM one WHERE b IN (SELECT c FROM two)", vec!["one", "two"]),
        ("SELECT 1 FROM one o JOIN two t ON o.id = t.id", vec!["one", "two"]),
        ("SELECT 1 FROM one o, two t, three WHERE 1 = 1", vec!["one", "two", "three"]),
        ("INSERT INTO one (a) VALUES ($1)", vec!["one"]),
        ("UPDATE one SET a = 1", vec!["one"]),
    ] {
        assert_eq!(named(sql), expected, "{sql}");
    }
}

#[test]
fn no_room_names_anothers_tables() {
    let mut owners: BTreeMap<&str, &str> = BTreeMap::new();
    let mut shared = BTreeSet::new();
    for room in ROOMS {
        for table in room.tables.iter().chain(room.transient) {
            assert!(owners.insert(table, room.name).is_none_or(|other| other == room.name), "{table} has two owners");
        }
        shared.extend(room.shared.iter().copied());
    }
    assert!(shared.iter().all(|table| owners.contains_key(table)), "{shared:?}");
    let rooms: BTreeSet<&str> = ROOMS.iter().map(|room| room.name).collect();
    let mut wrong = Vec::new();
    for source in sources() {
        let (of_crate, folder) = source.place();
        if EXEMPT.iter().any(|(name, _)| *name == of_crate) {
            continue;
        }
        let room = if rooms.contains(folder) { folder } else { of_crate };
        for (line, text) in &source.texts {
            for table in named(text) {
                let Some(owner) = owners.get(table).filter(|owner| **owner != room) else { continue };
                if !shared.contains(table) {
                    wrong.push(format!("{}:{line}: {table} is of {owner}", source.name));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "SQL over other rooms' tables:\n{}", wrong.join("\n"));
}
