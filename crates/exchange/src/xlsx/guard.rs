//! What a workbook must not be, looked at before the Excel reader sees it: larger than it says, with counts and cell
//! addresses that no workbook has. The reader trusts the file's own numbers; a server must not.

use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::Unreadable;

/// A workbook of a programme unpacks to some hundred KiB; this bound keeps a hostile one out of the memory.
const MAX_UNPACKED: u64 = 24 * 1024 * 1024;
const MAX_PARTS: usize = 500;

fn broken(what: impl std::fmt::Display) -> Unreadable {
    Unreadable::whole("xlsx", what)
}

/// Unpacks every part once: sizes in the archive's directory may lie, so may the numbers in the sheets.
pub fn unpacks(bytes: &[u8]) -> Result<(), Unreadable> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    if archive.len() > MAX_PARTS {
        return Err(Unreadable::whole("xlsx-bomb", ""));
    }
    let mut left = MAX_UNPACKED;
    let mut part = Vec::new();
    for place in 0..archive.len() {
        let mut file = archive.by_index(place).map_err(broken)?;
        let name = file.name().map_err(broken)?.to_lowercase();
        part.clear();
        (&mut file).take(left + 1).read_to_end(&mut part).map_err(broken)?;
        let unpacked = u64::try_from(part.len()).unwrap_or(u64::MAX);
        if unpacked > left {
            return Err(Unreadable::whole("xlsx-bomb", ""));
        }
        left -= unpacked;
        if name.ends_with("xml") || name.ends_with("rels") {
            holds(&part, &name)?;
        }
    }
    Ok(())
}

/// Whether the numbers and addresses in a part are such as a workbook has. Not UTF-8 is not looked into, so it is refused.
fn holds(part: &[u8], name: &str) -> Result<(), Unreadable> {
    let text = std::str::from_utf8(part).map_err(|_| broken(name))?;
    if part.contains(&0) {
        return Err(broken(name));
    }
    let mut reader = Reader::from_str(text);
    loop {
        let element = match reader.read_event() {
            Ok(Event::Start(element) | Event::Empty(element)) => element,
            Ok(Event::Eof) => return Ok(()),
            Ok(_) => continue,
            Err(error) => return Err(broken(error)),
        };
        for attribute in element.attributes().with_checks(false) {
            let attribute = attribute.map_err(broken)?;
            let value: &[u8] = attribute.value.as_ref().as_bytes();
            let fine = match (element.local_name().as_ref(), attribute.key.as_ref()) {
                ("row", "r") | ("sst", "uniqueCount" | "count") | (_, "si") => is_number(value, part.len()),
                ("c", "r") => cell(value).is_some(),
                ("dimension" | "mergeCell" | "f", "ref") => is_area(value),
                _ => true,
            };
            if !fine {
                return Err(broken(format_args!("{name}: {}", String::from_utf8_lossy(value))));
            }
        }
    }
}

/// A count or row number: at most seven digits, and no more of anything than the part has bytes (or Excel rows).
fn is_number(value: &[u8], bytes: usize) -> bool {
    let number =
        std::str::from_utf8(value).ok().filter(|text| text.len() <= 7).and_then(|text| text.parse::<usize>().ok());
    number.is_some_and(|number| number <= bytes.max(1_048_576))
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
        let part = |xml: &str| holds(xml.as_bytes(), "sheet1.xml").is_ok();
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
        assert!(holds(b"\xff\xfe<\0a\0>\0", "x.xml").is_err());
    }
}
