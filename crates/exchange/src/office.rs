//! Whether bytes are a document of an office, by the directory of its archive, and without a program in it.

use std::io::{Cursor, Read};

use zip::ZipArchive;

/// No list of contents is longer.
const LONGEST: u64 = 1024 * 1024;

/// Whether an archive is a text, a table or a presentation (OOXML or OpenDocument) without macros, programs or objects in it.
pub fn is_document(bytes: &[u8]) -> bool {
    let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else { return false };
    let names = archive.file_names().collect::<Result<Vec<_>, _>>();
    let names: Vec<String> =
        names.map(|names| names.iter().map(|name| name.to_lowercase()).collect()).unwrap_or_default();
    let is_inside = |part: &str| names.iter().any(|name| name.starts_with(part));
    let is_program = |name: &String| {
        let ending = name.rsplit('.').next().unwrap_or_default();
        ["exe", "dll", "js", "vbs", "bat", "cmd", "ps1", "scr", "com", "msi", "jar", "hta", "lnk", "pif", "wsf"]
            .contains(&ending)
            || name.ends_with("vbaproject.bin")
            || ["basic/", "scripts/", "word/activex", "xl/activex", "xl/macrosheets", "ppt/activex"]
                .iter()
                .any(|part| name.trim_start_matches("./").starts_with(part))
    };
    let mut different: Vec<&str> = names.iter().map(|name| name.trim_start_matches("./")).collect();
    different.sort_unstable();
    different.dedup();
    if different.len() != names.len() || names.iter().any(is_program) {
        return false;
    }
    let mut text = |name: &str| {
        let mut text = String::new();
        let part = archive.by_name(name).ok()?;
        // A list that is too long to be looked at whole says nothing that counts.
        let is_whole = part.take(LONGEST + 1).read_to_string(&mut text).is_ok_and(|read| read as u64 <= LONGEST);
        if is_whole { Some(text.to_lowercase()) } else { Some("vbaproject".to_owned()) }
    };
    match (text("[Content_Types].xml"), text("mimetype")) {
        // A part is a program by its kind, whatever it is called.
        (Some(kinds), _) => {
            let office = ["word/", "xl/", "ppt/"].iter().any(|part| is_inside(part));
            office
                && !["&#", "macroenabled", "vbaproject", "activex", "macrosheet"]
                    .iter()
                    .any(|kind| kinds.contains(kind))
        }
        (None, Some(kind)) => kind.trim().starts_with("application/vnd.oasis.opendocument."),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in parts {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn an_archive_is_a_document_by_what_is_in_it() {
        let kinds = ("[Content_Types].xml", "<Types><Default Extension=\"xml\"/></Types>");
        let vba = ("[Content_Types].xml", "<Override ContentType=\"application/vnd.ms-office.vbaProject\"/>");
        let odf = ("mimetype", "application/vnd.oasis.opendocument.text");
        for (parts, is) in [
            (vec![kinds, ("word/document.xml", "")], true),
            (vec![kinds, ("xl/workbook.xml", "")], true),
            (vec![odf, ("content.xml", "")], true),
            (vec![vba, ("word/document.xml", ""), ("word/other.bin", "")], false),
            (vec![kinds, ("word/document.xml", ""), ("word/setup.exe", "")], false),
            (vec![kinds, ("xl/workbook.xml", ""), ("xl/macrosheets/sheet1.xml", "")], false),
            (vec![odf, ("content.xml", ""), ("Basic/script-lc.xml", "")], false),
            (vec![kinds, ("other/document.xml", "")], false),
            (vec![("[Content_Types].xml", "&#118;baProject"), ("word/document.xml", "")], false),
            (vec![kinds, ("[content_types].xml", ""), ("word/document.xml", "")], false),
            (vec![odf, ("./Basic/script-lc.xml", "")], false),
            (vec![("classes.dex", "word/ [Content_Types].xml")], false),
        ] {
            assert_eq!(is_document(&archive(&parts)), is, "{parts:?}");
        }
        assert!(!is_document(b"PK\x03\x04word/ [Content_Types].xml"));
    }
}
