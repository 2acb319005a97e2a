//! From a table of people to drafts of entries: columns are known by the headings of our own exports and of the files that circulate.

use sheber_exchange::table::Table;

use super::entry::{Draft, Kind};

/// Headings by field and kind.
#[expect(clippy::match_same_arms, reason = "the headings of one file stand together")]
fn field(kind: Kind, heading: &str) -> Option<&'static str> {
    let heading = heading.trim().to_lowercase();
    Some(match (kind, heading.as_str()) {
        (Kind::Specialty, "specialty_code") | (Kind::Qualification, "qualification_code") | (Kind::Region, "kato") => {
            "code"
        }
        (Kind::Specialty, "specialty_kk") | (Kind::Qualification, "qualification_kk") => "name_kk",
        (Kind::Specialty, "specialty_ru") | (Kind::Qualification, "qualification_ru") => "name_ru",
        (Kind::Qualification, "specialty_code") => "parent",
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

/// Drafts of a table with the row each stood in (from 2, as people count); a code that stands twice counts once.
pub fn drafts(kind: Kind, table: &Table) -> Option<Vec<(usize, Draft)>> {
    let columns: Vec<Option<&str>> = table.headings.iter().map(|heading| field(kind, heading)).collect();
    if !columns.contains(&Some("code")) {
        return None;
    }
    let mut seen = std::collections::HashSet::new();
    let mut drafts = Vec::new();
    for (place, row) in table.places.iter().zip(&table.rows) {
        let mut draft = Draft::default();
        for (column, text) in columns.iter().zip(row) {
            let to = match column {
                Some("code") => &mut draft.code,
                Some("parent") => &mut draft.parent,
                Some("name_kk") => &mut draft.name_kk,
                Some("name_ru") => &mut draft.name_ru,
                Some("note") => &mut draft.note,
                Some("day") => &mut draft.day,
                Some("valid_from") => &mut draft.valid_from,
                Some("valid_to") => &mut draft.valid_to,
                _ => continue,
            };
            to.clone_from(text);
        }
        if seen.insert(draft.code.clone()) {
            drafts.push((*place, draft));
        }
    }
    Some(drafts)
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
        assert_eq!(drafts(Kind::Specialty, &table).unwrap().len(), 1);
        let qualifications = drafts(Kind::Qualification, &table).unwrap();
        assert_eq!(qualifications.len(), 2);
        assert_eq!(qualifications[1].1.parent, "04110100");
        assert!(qualifications[0].1.read(Kind::Qualification).is_ok());
        assert!(drafts(Kind::Region, &table).is_none());
    }
}
