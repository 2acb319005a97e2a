//! What a workbook must not be, looked at before the Excel reader sees it: larger than it says, with counts and cell
//! addresses that no workbook has. The reader trusts the file's own numbers; a server must not.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::io::{BufRead, BufReader, Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::unreadable::Unreadable;

/// 50,000 rows of twenty-four columns unpack to less; this bound keeps a hostile workbook out of the memory.
const MAX_UNPACKED: u64 = 128 * 1024 * 1024;
/// All that is held at once: the texts of a workbook, its looks.
const MAX_TEXTS: u64 = 48 * 1024 * 1024;
const MAX_PARTS: usize = 500;

fn broken(what: impl std::fmt::Display) -> Unreadable {
    Unreadable::whole("xlsx", what)
}

/// What the parts of a workbook say that its reader does not: which rows are hidden.
#[derive(Debug, Default)]
pub struct Facts {
    /// By the name of the part, in small letters.
    hidden: HashMap<String, BTreeSet<u32>>,
    /// The parts of the sheets by the names of the relations.
    targets: HashMap<String, String>,
    /// The relations of the sheets by their names.
    sheets: HashMap<String, String>,
    /// The row that was begun last, of the part that is being read.
    row: u32,
}

impl Facts {
    /// The rows of a sheet, from 1, that nobody sees.
    pub fn hidden_rows(&self, sheet: &str) -> &BTreeSet<u32> {
        static NONE: BTreeSet<u32> = BTreeSet::new();
        let target = self.sheets.get(sheet).and_then(|relation| self.targets.get(relation));
        target.and_then(|part| self.hidden.get(part)).unwrap_or(&NONE)
    }
}

/// Unpacks every part once: sizes in the archive's directory may lie, so may the numbers in the sheets.
pub fn unpacks(bytes: &[u8]) -> Result<Facts, Unreadable> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unreadable::whole("file-broken", ""))?;
    if archive.len() > MAX_PARTS {
        return Err(Unreadable::whole("xlsx-bomb", ""));
    }
    let mut facts = Facts::default();
    let mut left = MAX_UNPACKED;
    for place in 0..archive.len() {
        let file = archive.by_index(place).map_err(broken)?;
        let name = file.name().map_err(broken)?.to_lowercase().replace('\\', "/");
        let is_sheet = name.contains("worksheets/");
        let most = if is_sheet { left } else { left.min(MAX_TEXTS) };
        let mut part = BufReader::with_capacity(64 * 1024, file.take(most + 1));
        if name.ends_with("xml") || name.ends_with("rels") {
            holds(&mut part, &name, &mut facts)?;
        }
        std::io::copy(&mut part, &mut std::io::sink()).map_err(broken)?;
        let rest = part.into_inner().limit();
        if rest == 0 {
            return Err(Unreadable::whole("xlsx-bomb", ""));
        }
        left -= most + 1 - rest;
    }
    Ok(facts)
}

/// Whether the numbers and addresses in a part are such as a workbook has. Not UTF-8 is not looked into, so it is refused.
fn holds(part: impl BufRead, name: &str, facts: &mut Facts) -> Result<(), Unreadable> {
    let mut reader = Reader::from_reader(part);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let element = match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(element) | Event::Empty(element)) => element,
            Ok(Event::Eof) => return Ok(()),
            Ok(_) => continue,
            Err(error) => return Err(broken(error)),
        };
        for attribute in element.attributes().with_checks(false) {
            let attribute = attribute.map_err(broken)?;
            let value: &[u8] = attribute.value.as_ref().as_bytes();
            let fine = match (element.local_name().as_ref(), attribute.key.as_ref()) {
                (_, _) if value.contains(&0) => false,
                ("row", "r") | (_, "si") => is_number(value, 1_048_576),
                ("sst", "uniqueCount" | "count") => is_number(value, 4_194_304),
                ("c", "r") => cell(value).is_some(),
                ("dimension" | "mergeCell" | "f", "ref") => is_area(value),
                _ => true,
            };
            if !fine {
                return Err(broken(format_args!("{name}: {}", String::from_utf8_lossy(value))));
            }
        }
        facts.note(&element, name);
    }
}

impl Facts {
    fn note(&mut self, element: &BytesStart<'_>, part: &str) {
        let said = |name: &str| {
            let value =
                element.attributes().with_checks(false).flatten().find(|one| one.key.local_name().as_ref() == name);
            value.and_then(|one| one.normalized_value(quick_xml::XmlVersion::Explicit1_0).ok().map(Cow::into_owned))
        };
        match element.local_name().as_ref() {
            "worksheet" => self.row = 0,
            "row" if part.contains("worksheets/") => {
                // Some writers leave the numbers out.
                self.row = said("r").and_then(|row| row.parse().ok()).unwrap_or(self.row + 1);
                if said("hidden").is_some_and(|hidden| matches!(hidden.as_str(), "1" | "true" | "on")) {
                    self.hidden.entry(part.to_owned()).or_default().insert(self.row);
                }
            }
            "sheet" if part.ends_with("workbook.xml") => {
                if let (Some(name), Some(relation)) = (said("name"), said("id")) {
                    self.sheets.insert(name, relation);
                }
            }
            "Relationship" if part.ends_with("workbook.xml.rels") => {
                if let (Some(id), Some(target)) = (said("Id"), said("Target")) {
                    let target = target.to_lowercase().replace('\\', "/");
                    let target = match target.strip_prefix('/') {
                        Some(whole) => whole.to_owned(),
                        None => format!("xl/{}", target.trim_start_matches("./")),
                    };
                    self.targets.insert(id, target);
                }
            }
            _ => {}
        }
    }
}

/// A count or row number: at most seven digits, and no more of anything than a workbook has.
fn is_number(value: &[u8], most: usize) -> bool {
    let number =
        std::str::from_utf8(value).ok().filter(|text| text.len() <= 7).and_then(|text| text.parse::<usize>().ok());
    number.is_some_and(|number| number <= most)
}

/// Column and row of an address such as `AB12`, within Excel's own bounds.
fn cell(value: &[u8]) -> Option<(u32, u32)> {
    let letters = value.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let (column, row) = value.split_at(letters);
    if !(1..=3).contains(&letters) || !(1..=7).contains(&row.len()) || !row.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let column = column.iter().fold(0u32, |sum, letter| sum * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1);
    let row = row.iter().fold(0u32, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    (column <= 16_384 && (1..=1_048_576).contains(&row)).then_some((column, row))
}

/// An area such as `A1:C7`, its corners in order, or a single cell.
fn is_area(value: &[u8]) -> bool {
    let mut corners = value.split(|byte| *byte == b':');
    let (Some(first), second, None) = (corners.next().and_then(cell), corners.next(), corners.next()) else {
        return false;
    };
    match second {
        None => true,
        Some(second) => cell(second).is_some_and(|second| first.0 <= second.0 && first.1 <= second.1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_addresses_that_no_workbook_has() {
        let part = |xml: &str| holds(xml.as_bytes(), "sheet1.xml", &mut Facts::default()).is_ok();
        assert!(part("<worksheet><dimension ref=\"A1:XFD1048576\"/><row r=\"7\"><c r=\"B7\"/></row></worksheet>"));
        for hostile in [
            "<sst uniqueCount=\"10000000000000\"/>",
            "<sst uniqueCount = '99999999'/>",
            "<f t=\"shared\" si=\"400000000\" ref=\"A1\"/>",
            "<dimension ref=\"C7:A1\"/>",
            "<mergeCell ref=\"A1:ZZZZ9\"/>",
            "<c r=\"A99999999\"/>",
            "<c r=\"AAAA1\"/>",
            "<c r=\"&#65;1\"/>",
            "<row r=\"-1\"/>",
        ] {
            assert!(!part(hostile), "{hostile}");
        }
        assert!(holds(&b"<a b='\xff\xfe'/>"[..], "x.xml", &mut Facts::default()).is_err());
    }
}
