//! From a table of people to entries: columns are known by the headings of our own exports and of the files that circulate.

use sheber_exchange::table::Table;

use super::store::Entry;

/// Headings by field and kind.
fn field(kind: &str, heading: &str) -> Option<&'static str> {
    let heading = heading.trim().to_lowercase();
    Some(match (kind, heading.as_str()) {
        ("specialty", "specialty_code") | ("qualification", "qualification_code") | ("region", "kato") => "code",
        ("specialty", "specialty_kk") | ("qualification", "qualification_kk") => "name_kk",
        ("specialty", "specialty_ru") | ("qualification", "qualification_ru") => "name_ru",
        ("qualification", "specialty_code") => "parent",
        (_, "code" | "number") => "code",
        (_, "parent") => "parent",
        (_, "name_kk" | "kk" | "title_kk") => "name_kk",
        (_, "name_ru" | "ru" | "title_ru") => "name_ru",
        (_, "note" | "source" | "state") => "note",
        (_, "day" | "date" | "approved") => "day",
        (_, "valid_from") => "valid_from",
        (_, "valid_to") => "valid_to",
        _ => return None,
    })
}

/// The headings of an export, which read back.
pub const HEADINGS: [&str; 8] = ["code", "parent", "name_kk", "name_ru", "note", "day", "valid_from", "valid_to"];

/// Entries of a table with the row each stood in (from 2, as people count); a code that stands twice counts once.
pub fn entries(kind: &str, table: &Table) -> Option<Vec<(usize, Entry)>> {
    let columns: Vec<Option<&str>> = table.headings.iter().map(|heading| field(kind, heading)).collect();
    if !columns.contains(&Some("code")) {
        return None;
    }
    let mut seen = std::collections::HashSet::new();
    let mut entries = Vec::new();
    for (place, row) in table.places.iter().zip(&table.rows) {
        let mut entry = Entry::default();
        for (column, text) in columns.iter().zip(row) {
            let filled = || Some(text.clone()).filter(|text| !text.is_empty());
            match column {
                Some("code") => entry.code.clone_from(text),
                Some("parent") => entry.parent = filled(),
                Some("name_kk") => entry.name_kk.clone_from(text),
                Some("name_ru") => entry.name_ru.clone_from(text),
                Some("note") => entry.note = filled(),
                Some("day") => entry.day = filled(),
                Some("valid_from") => entry.valid_from = filled(),
                Some("valid_to") => entry.valid_to = filled(),
                _ => {}
            }
        }
        if seen.insert(entry.code.clone()) {
            entries.push((*place, entry));
        }
    }
    Some(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circulating_headings_are_known() {
        let table = sheber_exchange::table::read(
            "specialty_code,specialty_kk,specialty_ru,qualification_code,qualification_kk,qualification_ru,source\n\
             04110100,Есеп және аудит,Учет и аудит,3W04110101,,Бухгалтер-кассир,seen\n\
             04110100,Есеп және аудит,Учет и аудит,4S04110102,Бухгалтер,Бухгалтер,seen\n"
                .as_bytes(),
        )
        .unwrap();
        assert_eq!(entries("specialty", &table).unwrap().len(), 1);
        let qualifications = entries("qualification", &table).unwrap();
        assert_eq!(qualifications.len(), 2);
        assert_eq!(qualifications[1].1.parent.as_deref(), Some("04110100"));
        assert_eq!(qualifications[0].1.fault("qualification"), None);
        assert!(entries("region", &table).is_none());
    }
}
