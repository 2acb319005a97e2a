//! The working curriculum on paper.

use sheber_documents::curriculum::{Paper, RowKind, layout, pdf, xlsx};
use sheber_kernel::Lang;
use sheber_norms::Programme;

fn example(name: &str) -> Programme {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn words(bytes: &[u8]) -> String {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let mut child = Command::new("pdftotext")
        .args(["-layout", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("pdftotext of poppler-utils");
    child.stdin.take().unwrap().write_all(bytes).unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
}

#[test]
fn the_layout_sums_by_module_and_by_year() {
    let layout = layout(&example("01-software-kk-2023.json"), Lang::Kk, Paper::A4);
    let columns = layout.headings.len();
    assert_eq!(columns, 7 + 7 + 6);
    assert_eq!(layout.groups.iter().map(|(_, width)| width).sum::<usize>(), columns);
    assert!(layout.rows.iter().all(|row| row.cells.len() == columns));
    let first = &layout.rows[0];
    assert_eq!((first.kind, first.cells[5].as_str(), first.cells[6].as_str()), (RowKind::Module, "60", "1\u{a0}440"));
    let years = layout.rows.last().unwrap();
    assert_eq!(years.cells[14..].iter().filter(|cell| !cell.is_empty()).collect::<Vec<_>>(), ["60", "60", "60"]);
}

#[test]
fn every_letter_is_drawn_and_headings_repeat() {
    let drawn = |lang: Lang, paper: Paper| {
        let bytes = pdf(&example("01-software-kk-2023.json"), lang, paper).unwrap();
        assert!(bytes.starts_with(b"%PDF"));
        let text = words(&bytes);
        for part in ["06130100", "КМ 10", "ҚА 1"] {
            assert!(text.contains(part), "{lang} {paper:?}: {part} is missing");
        }
        let title = if lang == Lang::Kk { "БЕКІТЕМІН" } else { "УТВЕРЖДАЮ" };
        assert!(text.contains(title), "{lang}: {title}");
        text
    };
    std::thread::scope(|threads| {
        for (lang, paper) in [(Lang::Ru, Paper::A3), (Lang::Ru, Paper::A4), (Lang::Kk, Paper::A3)] {
            threads.spawn(move || drawn(lang, paper));
        }
        let text = drawn(Lang::Kk, Paper::A4);
        let pages = text.matches('\u{c}').count();
        assert!(pages > 1);
        assert!(text.matches("1-оқу жылы").count() >= pages, "the heading stands on every page");
    });
}

#[test]
fn the_fonts_have_every_kazakh_letter() {
    let mut programme = example("05-cook-kk-2024.json");
    let letters = "ӘәҒғҚқҢңӨөҰұҮүҺһІі";
    programme.specialty.name.kk = letters.to_owned();
    let text = words(&pdf(&programme, Lang::Kk, Paper::A4).unwrap());
    assert!(text.contains(letters), "{text}");
}

#[test]
fn the_workbook_is_made() {
    assert!(xlsx(&example("04-welding-ru-2023.json"), Lang::Ru, Paper::A4).unwrap().starts_with(b"PK"));
}
