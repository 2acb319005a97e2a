//! From a table of people to drafts of entries: columns are known by the headings of our own exports and of the files that circulate.

use sheber_exchange::table::Table;

use sheber_platform::fields::Fields;

use super::entry::Kind;

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

/// The forms that a table's rows fill, with the row each stood in (from 2, as people count); a code that stands twice counts once.
pub fn forms(kind: Kind, table: &Table) -> Option<Vec<(usize, Fields)>> {
    let columns: Vec<Option<&str>> = table.headings.iter().map(|heading| field(kind, heading)).collect();
    if !columns.contains(&Some("code")) {
        return None;
    }
    let mut seen = std::collections::HashSet::new();
    let filled = |row: &Vec<String>| {
        Fields::filled(columns.iter().zip(row).filter_map(|(column, text)| Some(((*column)?, text.clone()))))
    };
    let forms = table.places.iter().copied().zip(table.rows.iter().map(filled));
    Some(forms.filter(|(_, fields)| seen.insert(fields.value("code").to_owned())).collect())
}

#[cfg(test)]
mod tests {
    use super::super::entry::ReferenceEntry;
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
        assert_eq!(forms(Kind::Specialty, &table).unwrap().len(), 1);
        let mut qualifications = forms(Kind::Qualification, &table).unwrap();
        assert_eq!(qualifications.len(), 2);
        assert_eq!(qualifications[1].1.value("parent"), "04110100");
        assert!(ReferenceEntry::of(Kind::Qualification, &mut qualifications[0].1).is_some());
        assert!(forms(Kind::Region, &table).is_none());
    }
}
