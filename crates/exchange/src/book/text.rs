//! Text with separators: commas, semicolons, tabs, or what its first line says; in the letters that it says or that are guessed.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1251};

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
    let said = said.map(str::trim).filter(|said| !said.is_empty());
    if said.is_some_and(|said| ["kz-1048", "kz1048", "ptcp154"].contains(&said.to_ascii_lowercase().as_str())) {
        let (text, _) = WINDOWS_1251.decode_without_bom_handling(bytes);
        return Ok((Cow::Owned(in_kazakh(&text)), Letters { encoding: KZ1048.to_owned(), guessed: false }));
    }
    let (encoding, guessed) = match said {
        Some(said) => {
            let known = Encoding::for_label(said.as_bytes());
            (known.ok_or_else(|| Unreadable::whole("encoding-unknown", said))?, false)
        }
        None => encoding_of(bytes),
    };
    let (text, read, _) = encoding.decode(bytes);
    // Nobody here writes the letters of Macedonia or Belarus: at their places stand those of Kazakh.
    if guessed && read == WINDOWS_1251 && text.contains(['Ќ', 'ќ', 'ў', 'Ў', 'ј', 'Ѕ', 'ѕ']) {
        return Ok((Cow::Owned(in_kazakh(&text)), Letters { encoding: KZ1048.to_owned(), guessed: true }));
    }
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
    if is_nearly_utf8(bytes) {
        return (UTF_8, true);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&bytes[..bytes.len().min(256 * 1024)], true);
    (detector.guess(Some(b"kz"), Utf8Detection::Deny), true)
}

/// Whether a text is UTF-8 but for a few letters that were cut.
fn is_nearly_utf8(bytes: &[u8]) -> bool {
    let (mut long, mut broken) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        long += chunk.valid().bytes().filter(|byte| *byte >= 0xc0).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    long >= 4 && broken * 10 <= long
}

/// The letters in which KZ-1048, the Kazakh letters of Windows, differs from windows-1251.
const KAZAKH: [(char, char); 16] = [
    ('Ќ', 'Қ'),
    ('ќ', 'қ'),
    ('Ћ', 'Һ'),
    ('ћ', 'һ'),
    ('Ў', 'Ұ'),
    ('ў', 'ұ'),
    ('Ј', 'Ә'),
    ('ј', 'ә'),
    ('Ґ', 'Ө'),
    ('ґ', 'ө'),
    ('Є', 'Ғ'),
    ('є', 'ғ'),
    ('Ї', 'Ү'),
    ('ї', 'ү'),
    ('Ѕ', 'Ң'),
    ('ѕ', 'ң'),
];

/// As its standard names it; no decoder of browsers knows it.
const KZ1048: &str = "kz-1048";

/// A text of windows-1251 whose letters are those of Kazakh.
fn in_kazakh(text: &str) -> String {
    let kazakh = |letter: char| KAZAKH.iter().find(|(other, _)| *other == letter).map_or(letter, |(_, kazakh)| *kazakh);
    text.chars().map(kazakh).collect()
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

/// So many lines tell the separator.
const TOLD_BY: usize = 50;

/// The separator by which most lines at the beginning fall into as many pieces: commas may stand in the cells of some.
fn separator(text: &str) -> u8 {
    let marks = [b';', b'\t', b','];
    let mut lines: Vec<[usize; 3]> = vec![[0; 3]];
    let mut quoted = false;
    for byte in text.bytes().take(64 * 1024) {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted && lines.len() > TOLD_BY => break,
            b'\n' | b'\r' if !quoted => lines.push([0; 3]),
            _ if !quoted => {
                if let (Some(place), Some(line)) = (marks.iter().position(|mark| *mark == byte), lines.last_mut()) {
                    line[place] += 1;
                }
            }
            _ => {}
        }
    }
    // How many lines agree, and on how many pieces.
    let agreement = |mark: usize| {
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        lines
            .iter()
            .map(|line| line[mark])
            .filter(|count| *count > 0)
            .for_each(|count| *counts.entry(count).or_default() += 1);
        counts.into_iter().map(|(count, lines)| (lines, count)).max().unwrap_or_default()
    };
    // Where two are as good, the one that stands first: decimal commas stand in lines of others.
    let best = (0..marks.len()).rev().max_by_key(|mark| agreement(*mark)).unwrap_or_default();
    if agreement(best) == (0, 0) { b',' } else { marks[best] }
}

/// No cell of people is longer, in bytes, and no row has more cells.
const LONGEST: usize = 1024 * 1024;
const WIDEST: usize = 16 * 1024;

/// Refuses a text whose quotation marks swallow rows, and what no table is.
fn quotes(text: &[u8], delimiter: u8) -> Result<(), Unreadable> {
    let is_parting = |place: usize| {
        // In prose a comma has a space behind it.
        text[place] == delimiter && (delimiter != b',' || text.get(place + 1).is_none_or(|next| *next != b' '))
    };
    let (mut line, mut cells, mut begins, mut place) = (1_u32, 0_usize, true, 0);
    let mut head: Option<usize> = None;
    let too_long = |line: u32| Err(Unreadable::whole("cell-too-long", line));
    let mut started = 0;
    while place < text.len() {
        let byte = text[place];
        if begins && byte == b'"' {
            let opened = line;
            let (mut inside, mut end) = (0_usize, None);
            let mut at = place + 1;
            while at < text.len() {
                match text[at] {
                    b'"' if text.get(at + 1) == Some(&b'"') => at += 1,
                    b'"' => {
                        end = Some(at);
                        break;
                    }
                    b'\n' => {
                        line = line.saturating_add(1);
                        inside = 0;
                    }
                    _ if is_parting(at) && line > opened => inside += 1,
                    _ => {}
                }
                // A line within the cell that falls into as many cells as the headings is a row that was swallowed.
                if line > opened && head.is_some_and(|head| inside >= head.max(2)) {
                    return Err(Unreadable::whole("quote-open", opened));
                }
                at += 1;
            }
            let Some(end) = end else { return Err(Unreadable::whole("quote-open", opened)) };
            if end - place > LONGEST {
                return too_long(opened);
            }
            place = end + 1;
            begins = false;
            continue;
        }
        begins = false;
        if byte == delimiter {
            cells += 1;
            begins = true;
            started = place + 1;
            if cells > WIDEST {
                return too_long(line);
            }
        } else if byte == b'\n' {
            if cells > 0 && head.is_none() {
                head = Some(cells);
            }
            (cells, begins, started) = (0, true, place + 1);
            line = line.saturating_add(1);
        } else if place - started > LONGEST {
            return too_long(line);
        }
        place += 1;
    }
    Ok(())
}

fn lines(text: &str) -> Result<Vec<Line>, Unreadable> {
    let text = text.trim_start_matches('\u{feff}');
    let (said, text) = said_separator(text);
    let delimiter = said.unwrap_or_else(|| separator(text));
    quotes(text.as_bytes(), delimiter)?;
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

    #[test]
    fn commas_in_cells_part_nothing() {
        let (lines, _) =
            read("Название;Экз.;Модуль\nФизика;5;БМ 01\nНормы, расчёт, эскиз, чертёж;3;БМ 02\n".as_bytes());
        assert_eq!(lines.iter().map(|(_, cells)| cells.len()).collect::<Vec<_>>(), [3, 3, 3]);
        let (lines, _) = read("name,n\n\"a; b; c; d\",1\ne,2\n".as_bytes());
        assert_eq!(lines.iter().map(|(_, cells)| cells.len()).collect::<Vec<_>>(), [2, 2, 2]);
    }

    #[test]
    fn no_quotation_mark_swallows_rows() {
        for text in [
            "Название;Экз.;Модуль\nХимия;5;\"БМ 01\nБиология;7;БМ 02\n",
            "Название;Экз.;Модуль\nХимия;5;\"БМ 01\nБиология;7;БМ 02\nГеография;9;\"БМ 03\n",
        ] {
            let refused = open(text.as_bytes(), None).unwrap_err();
            assert_eq!(
                (refused.reason.code, refused.describe(sheber_kernel::Lang::En).contains('2')),
                ("quote-open", true)
            );
        }
        let (lines, _) = read("a;b\n\"one\ntwo, three; four\";x\n\"say \"\"no\"\"\";y\n".as_bytes());
        assert_eq!(lines.len(), 3, "cells may go over several lines");
        assert!(open(";".repeat(20_000).as_bytes(), None).is_err());
    }

    #[test]
    fn letters_are_kept() {
        let (lines, letters) = read(b"a;b\na;\xd0\xa5\xd0\xb8\xd0\xbc\xd0\xb8\xd1\x8f, \xd0\xa5\xd0\xb8\xd0\xbc\xd0\xb8\xd1\x8f, \xd0\xa5\xd0\xb8\xd0\xbc\xd0\xb8\xd1\x8f, \xd0\xa5\xd0\xb8\xd0\xbc\xd0\xb8\xd0\n");
        assert_eq!((letters.encoding.as_str(), letters.guessed), ("utf-8", true));
        assert!(lines[1].1[1].starts_with("Химия") && lines[1].1[1].ends_with('\u{fffd}'));
        // «Қазақ тілі, ұлттық әдебиет» as KZ-1048 has it.
        let kazakh = b"\x8d\xe0\xe7\xe0\x9d \xf2\xb3\xeb\xb3;\xa2\xeb\xf2\xf2\xfb\x9d \xbc\xe4\xe5\xe1\xe8\xe5\xf2\n";
        let (lines, letters) = read(kazakh);
        assert_eq!(lines[0].1, ["Қазақ тілі", "ұлттық әдебиет"]);
        assert_eq!((letters.encoding.as_str(), letters.guessed), ("kz-1048", true));
        assert!(!open(kazakh, Some("kz-1048")).unwrap().0.guessed);
    }
}
