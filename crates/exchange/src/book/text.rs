//! Text with separators: commas, semicolons, tabs, or what its first line says; in the letters that it says or that are guessed.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::sheet::{Cell, Letters, Line, MAX_COLUMNS, MAX_ROWS, Sheet, SheetName};
use crate::unreadable::Unreadable;

/// Opens a text; `encoding` is what somebody said it is in.
pub fn open(bytes: &[u8], encoding: Option<&str>) -> Result<(Letters, (SheetName, Sheet)), Unreadable> {
    let (text, letters) = decoded(bytes, encoding)?;
    // Nothing that people write has so many signs that no text has.
    let strange = text.chars().take(4096).filter(|letter| letter.is_control() && !"\t\r\n".contains(*letter)).count();
    if strange > 8 {
        return Err(Unreadable::whole("file-unknown", ""));
    }
    let lines = lines(&text)?;
    let sheet = Sheet { lines, ..Sheet::default() };
    Ok((letters, (SheetName { name: String::new(), hidden: false }, sheet)))
}

fn decoded<'a>(bytes: &'a [u8], said: Option<&str>) -> Result<(Cow<'a, str>, Letters), Unreadable> {
    let (encoding, guessed) = match said.filter(|said| !said.trim().is_empty()) {
        Some(said) => {
            let known = Encoding::for_label(said.trim().as_bytes());
            (known.ok_or_else(|| Unreadable::whole("encoding-unknown", said))?, false)
        }
        None => encoding_of(bytes),
    };
    let (text, read, _) = encoding.decode(bytes);
    Ok((text, Letters { encoding: read.name().to_ascii_lowercase(), guessed: guessed && read == encoding }))
}

/// The bytes of a text in UTF-8, where a mark says that they are in another encoding.
pub fn in_utf8(bytes: &[u8]) -> Cow<'_, [u8]> {
    match Encoding::for_bom(bytes) {
        Some((encoding, _)) if encoding != UTF_8 => Cow::Owned(encoding.decode(bytes).0.into_owned().into_bytes()),
        _ => Cow::Borrowed(bytes),
    }
}

/// The encoding of a text, and whether it is guessed.
fn encoding_of(bytes: &[u8]) -> (&'static Encoding, bool) {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return (encoding, false);
    }
    // Every other byte of UTF-16 is nought wherever a space, a digit or a separator stands.
    let head = &bytes[..bytes.len().min(4096)];
    let noughts = |first: usize| head.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (noughts(0), noughts(1));
    if even + odd > head.len() / 40 + 1 {
        return (if odd > even { UTF_16LE } else { UTF_16BE }, true);
    }
    if std::str::from_utf8(bytes).is_ok() {
        return (UTF_8, false);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&bytes[..bytes.len().min(256 * 1024)], true);
    (detector.guess(Some(b"kz"), Utf8Detection::Deny), true)
}

/// The separator that a first line names, as Excel reads it, and the text behind that line.
fn said_separator(text: &str) -> (Option<u8>, &str) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let line = first.trim_end_matches('\r').trim_matches('"');
    let lower = line.to_ascii_lowercase();
    match lower.strip_prefix("sep=").map(|_| &line[4..]) {
        Some(mark) if mark.len() == 1 => (Some(mark.as_bytes()[0]), rest),
        _ => (None, text),
    }
}

/// The separator by which the lines at the beginning fall into most pieces.
fn separator(text: &str) -> u8 {
    let marks = [b';', b'\t', b','];
    let mut most = [0_usize; 3];
    let mut quoted = false;
    let mut counts = [0_usize; 3];
    for byte in text.bytes().take(64 * 1024) {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => {
                for (most, count) in most.iter_mut().zip(&mut counts) {
                    *most = (*most).max(std::mem::take(count));
                }
            }
            _ if !quoted => {
                if let Some(place) = marks.iter().position(|mark| *mark == byte) {
                    counts[place] += 1;
                }
            }
            _ => {}
        }
    }
    for (most, count) in most.iter_mut().zip(counts) {
        *most = (*most).max(count);
    }
    // Where two are as good, the one that stands first: decimal commas stand in lines of others.
    let best = (0..marks.len()).rev().max_by_key(|place| most[*place]).unwrap_or_default();
    if most[best] == 0 { b',' } else { marks[best] }
}

fn lines(text: &str) -> Result<Vec<Line>, Unreadable> {
    let text = text.trim_start_matches('\u{feff}');
    let (said, text) = said_separator(text);
    let delimiter = said.unwrap_or_else(|| separator(text));
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let has_lines = text.contains('\n');
    let mut lines = Vec::new();
    let (mut row, mut seen, mut inside) = (0_u32, 0, 0);
    let mut record = csv::StringRecord::new();
    loop {
        let more = reader.read_record(&mut record).map_err(|error| Unreadable::whole("format", error))?;
        if !more {
            break;
        }
        // Lines without anything in them are no records, but rows; a cell may go over several lines.
        let begins = record.position().and_then(|place| usize::try_from(place.byte()).ok()).unwrap_or(seen);
        let begins = begins + text.as_bytes()[begins..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let passed = memchr::memchr_iter(b'\n', &text.as_bytes()[seen..begins]).count();
        seen = begins;
        let by = if row == 0 {
            passed + 1
        } else if has_lines {
            passed.saturating_sub(inside).max(1)
        } else {
            1
        };
        row = row.saturating_add(u32::try_from(by).unwrap_or(u32::MAX));
        inside = record.iter().map(|cell| memchr::memchr_iter(b'\n', cell.as_bytes()).count()).sum();
        let mut cells: Vec<Cell> = record.iter().take(MAX_COLUMNS).map(Cell::of_text).collect();
        while cells.last().is_some_and(Cell::is_empty) {
            cells.pop();
        }
        if cells.is_empty() {
            continue;
        }
        if lines.len() > MAX_ROWS + 1_000 {
            return Err(Unreadable::whole("list-too-long", MAX_ROWS));
        }
        lines.push(Line { place: row, hidden: false, cells });
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> (Vec<(u32, Vec<String>)>, Letters) {
        let (letters, (_, sheet)) = open(bytes, None).unwrap();
        let shown = sheet.lines.iter().map(|line| (line.place, line.cells.iter().map(Cell::shown).collect())).collect();
        (shown, letters)
    }

    #[test]
    fn separators_and_letters_are_found() {
        let text = "Код;Название, полное\r\n35;Қарағанды\r\n";
        let utf16 = |big: bool, mark: bool| {
            let mut bytes = Vec::new();
            let marked = if mark { format!("\u{feff}{text}") } else { text.to_owned() };
            for unit in marked.encode_utf16() {
                bytes.extend(if big { unit.to_be_bytes() } else { unit.to_le_bytes() });
            }
            bytes
        };
        let expected = vec![
            (1, vec!["Код".to_owned(), "Название, полное".to_owned()]),
            (2, vec!["35".to_owned(), "Қарағанды".to_owned()]),
        ];
        for (bytes, encoding, guessed) in [
            (text.as_bytes().to_vec(), "utf-8", false),
            (format!("\u{feff}{text}").into_bytes(), "utf-8", false),
            (format!("sep=;\r\n{text}").into_bytes(), "utf-8", false),
            (format!("\u{feff}sep=;\n{text}").into_bytes(), "utf-8", false),
            (utf16(false, true), "utf-16le", false),
            (utf16(true, true), "utf-16be", false),
            (utf16(false, false), "utf-16le", true),
            (utf16(true, false), "utf-16be", true),
        ] {
            let (lines, letters) = read(&bytes);
            assert_eq!(lines, expected, "{encoding}");
            assert_eq!((letters.encoding.as_str(), letters.guessed), (encoding, guessed));
        }
        let (cyrillic, ..) = encoding_rs::WINDOWS_1251.encode("Название;Язык\r\nСлесарное дело;русский\r\n");
        let (lines, letters) = read(&cyrillic);
        assert_eq!(
            (lines[1].1[0].as_str(), letters.encoding.as_str(), letters.guessed),
            ("Слесарное дело", "windows-1251", true)
        );
        assert!(!open(&cyrillic, Some("windows-1251")).unwrap().0.guessed);
        assert!(open(&cyrillic, Some("klingon")).is_err());
    }

    #[test]
    fn rows_are_those_that_a_spreadsheet_shows() {
        let (lines, _) = read("a,b\n\n\"1\n2\",x\ny,z\n\n\nw,v".as_bytes());
        assert_eq!(lines.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [1, 3, 4, 7]);
        let (lines, _) = read("a\tb\r1\t2\r".as_bytes());
        assert_eq!(lines.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [1, 2]);
        let (lines, _) = read("\n\na;3,5\nb;4,5\n".as_bytes());
        assert_eq!((lines[0].0, lines[0].1.len()), (3, 2));
    }
}
