//! What a file is, by its first bytes and the names inside it.

use std::io::Cursor;

use super::sheet::Format;
use crate::unreadable::Unreadable;

const OLE: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/// The format of a file of tables.
///
/// # Errors
/// Where it is another file; the reason says which and how to save it.
pub fn of(bytes: &[u8]) -> Result<Format, Unreadable> {
    let unreadable = |code| Err(Unreadable::whole(code, ""));
    if bytes.is_empty() {
        return unreadable("empty");
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") || bytes.starts_with(b"PK\x07\x08") {
        return archive(bytes);
    }
    if bytes.starts_with(OLE) {
        return container(bytes);
    }
    // What was saved before Excel 97, without a container.
    if matches!(bytes, [0x09, 0x00 | 0x02 | 0x04 | 0x08, ..])
        && bytes.len() > 8
        && bytes[1] != b'\t'
        && bytes[2] < 0x10
        && bytes[3] == 0
    {
        return unreadable("file-old-excel");
    }
    for (magic, code) in [
        (&b"%PDF"[..], "file-pdf"),
        (b"\x89PNG", "file-image"),
        (b"\xff\xd8\xff", "file-image"),
        (b"GIF8", "file-image"),
        (b"II*\0", "file-image"),
        (b"Rar!", "file-archive"),
        (b"7z\xbc\xaf", "file-archive"),
        (b"\x1f\x8b", "file-archive"),
        (b"{\\rtf", "file-word"),
        (b"MZ", "file-unknown"),
    ] {
        if bytes.starts_with(magic) {
            return unreadable(code);
        }
    }
    let head = head(bytes);
    if head.contains("urn:schemas-microsoft-com:office:spreadsheet") && !head.contains("<html") {
        return unreadable("file-xml");
    }
    let begins = |start: &str| head.starts_with(start);
    if begins("<!doctype html")
        || begins("<html")
        || begins("<table")
        || begins("<head")
        || begins("mime-version:")
        || begins("<meta")
        || begins("<?xml") && head.contains("<html")
        || begins("<style")
    {
        return unreadable("file-html");
    }
    if begins("<?xml") {
        return unreadable("file-xml");
    }
    Ok(Format::Text)
}

/// The beginning of a text in small letters, whatever its encoding.
fn head(bytes: &[u8]) -> String {
    let part: Vec<u8> = bytes.iter().take(8192).copied().filter(|byte| *byte != 0).collect();
    let text = String::from_utf8_lossy(&part).to_ascii_lowercase();
    text.trim_start_matches(|letter: char| letter.is_whitespace() || letter == '\u{feff}' || letter == '\u{fffd}')
        .to_owned()
}

fn archive(bytes: &[u8]) -> Result<Format, Unreadable> {
    let unreadable = |code| Err(Unreadable::whole(code, ""));
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else { return unreadable("file-broken") };
    let Ok(names) = archive
        .file_names()
        .map(|name| name.map(|name| name.to_lowercase().replace('\\', "/")))
        .collect::<Result<Vec<_>, _>>()
    else {
        return unreadable("file-broken");
    };
    let has = |start: &str| names.iter().any(|name| name.trim_start_matches('/').starts_with(start));
    if has("xl/workbook.bin") {
        return unreadable("file-xlsb");
    }
    if has("xl/") {
        return Ok(Format::Xlsx);
    }
    if has("word/") {
        return unreadable("file-word");
    }
    if has("ppt/") {
        return unreadable("file-presentation");
    }
    if has("index/document.iwa") || has("index.zip") {
        return unreadable("file-numbers");
    }
    if has("content.xml") {
        let mut kind = String::new();
        if let Ok(file) = archive.by_name("mimetype") {
            let _ = std::io::Read::read_to_string(&mut std::io::Read::take(file, 200), &mut kind);
        }
        return if kind.contains("spreadsheet") || kind.is_empty() {
            Ok(Format::Ods)
        } else if kind.contains("presentation") {
            unreadable("file-presentation")
        } else {
            unreadable("file-word")
        };
    }
    unreadable("file-archive")
}

/// The container of Excel 97 to 2003, in which Word keeps its texts, too, and new Excel what has a password.
fn container(bytes: &[u8]) -> Result<Format, Unreadable> {
    let unreadable = |code| Err(Unreadable::whole(code, ""));
    let Ok(file) = cfb::CompoundFile::open(Cursor::new(bytes)) else {
        // Some writers leave the directory untidy; its names are legible all the same.
        let has = |name: &str| {
            let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
            memchr::memmem::find(bytes, &name).is_some()
        };
        return if has("EncryptedPackage") {
            unreadable("file-password")
        } else if has("Workbook") {
            Ok(Format::Xls)
        } else {
            unreadable("file-broken")
        };
    };
    if file.exists("/EncryptedPackage") {
        unreadable("file-password")
    } else if file.exists("/Workbook") || file.exists("/Book") {
        Ok(Format::Xls)
    } else if file.exists("/WordDocument") {
        unreadable("file-word")
    } else if file.exists("/PowerPoint Document") {
        unreadable("file-presentation")
    } else {
        unreadable("file-unknown")
    }
}
