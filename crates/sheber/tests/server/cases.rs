//! Files that people really sent, and that went wrong once; and a table of a room by every writer that is about.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use serde_json::{Value, json};
use sheber_exchange::table::reading::Options;
use sheber_kernel::Lang;
use sheber_platform::door;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

/// What a door makes of a file, as programs have it; why it is none of its kind.
fn read_bytes(kind: &str, bytes: &[u8], options: &Options) -> Result<Value, String> {
    let door = sheber_app::house().door(kind).expect("a door");
    let today = "2026-11-30".parse().unwrap();
    let is_specialty = |code: &str| sheber_demo::is_specialty(code);
    let reading = door::read(door, bytes, options, today, &is_specialty, &|_, _| {});
    let reading = reading.map_err(|refused| refused.describe(Lang::Ru, door.kind()))?;
    let mut written = Vec::new();
    reading.write_json(&mut written, "file", Lang::Ru).unwrap();
    Ok(serde_json::from_slice(&written).unwrap())
}

fn read(kind: &str, case: &str) -> Result<Value, String> {
    read_bytes(kind, &std::fs::read(folder("cases").join(case)).unwrap(), &Options::default())
}

fn codes(read: &Value) -> Vec<&str> {
    read["problems"].as_array().unwrap().iter().map(|problem| problem["code"].as_str().unwrap()).collect()
}

/// The one row of a case, with the codes of what was said of it.
fn row(kind: &str, case: &str) -> (Value, Vec<String>) {
    let read = read(kind, case).unwrap();
    let rows = read["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 1, "{case}: {read}");
    let said = codes(&read).into_iter().map(str::to_owned).collect();
    (rows[0]["values"].clone(), said)
}

#[test]
fn columns_are_known_by_their_headings() {
    let (values, said) = row("textbooks", "columns-by-position/tb-columns-year-copies.xlsx");
    assert_eq!((&values["published"], &values["copies"], said.len()), (&json!(2022), &json!(25), 0));
    let (values, _) = row("textbooks", "columns-by-position/tb-columns-swapped.xlsx");
    assert_eq!((&values["specialty"], &values["publisher"]), (&json!("07161300"), &json!("Фолиант")));
    let (values, _) = row("needed", "columns-by-position/n-swapped.xlsx");
    assert_eq!(values["title"], "Слесарное дело для вуза");
    for (kind, case) in [("needed", "n-noheading.xlsx"), ("groups", "g-noheading.xlsx")] {
        let refused = read(kind, &format!("columns-by-position/{case}")).unwrap_err();
        assert!(refused.contains("названия граф"), "no row is lost in silence: {refused}");
    }
}

#[test]
fn text_files_are_read_in_their_letters() {
    for (kind, case, guessed) in [
        ("groups", "g-cp1251.csv", true),
        ("groups", "g-utf16.csv", false),
        ("register", "r-cp1251.csv", true),
        ("register", "r-sep.csv", false),
        ("register", "r-utf16.csv", false),
        ("textbooks", "tb-csv-cp1251-iso.csv", true),
        ("textbooks", "tb-csv-sep-line.csv", false),
        ("textbooks", "tb-csv-utf16.csv", false),
    ] {
        let (_, said) = row(kind, &format!("csv-encodings/{case}"));
        assert_eq!(said.contains(&"guessed-encoding".to_owned()), guessed, "{case}: {said:?}");
    }
}

#[test]
fn days_are_read_as_people_write_them() {
    for (kind, case, field, day) in [
        ("textbooks", "tb-date-text-ru.xlsx", "bought_on", "2026-08-20"),
        ("textbooks", "tb-date-text-ru-short.xlsx", "bought_on", "2026-09-05"),
        ("textbooks", "tb-csv-utf8-bom-semi.csv", "bought_on", "2026-08-20"),
        ("reference/specialty", "s-date-ru.csv", "valid_from", "2022-09-01"),
    ] {
        let (values, said) = row(kind, &format!("date-dmy/{case}"));
        assert_eq!((&values[field], said.len()), (&json!(day), 0), "{case}");
    }
}

#[test]
fn letters_that_look_alike_and_spaces_of_every_kind_are_settled() {
    let (values, said) = row("groups", "lookalike-letters/g-lookalike.xlsx");
    assert_eq!((&values["code"], said), (&json!("25ПО-11"), vec!["look-alike".to_owned()]));
    let (values, said) = row("register", "lookalike-letters/r-q-cyr.csv");
    assert_eq!((&values["qualification"], said), (&json!("4S06130103"), vec!["look-alike".to_owned()]));
    let (values, _) = row("groups", "module-code-nbsp/g-nbsp-code.xlsx");
    assert_eq!(values["code"], "25ПО-11");
    for case in [
        "lookalike-letters/p01-qual-cyr-S.xlsx",
        "lookalike-letters/p09d-module-latin.xlsx",
        "module-code-nbsp/p09-module-nbsp.xlsx",
        "module-code-nbsp/p09b-module-doublespace.xlsx",
        "module-code-nbsp/p15-heading-newline.xlsx",
        "module-code-nbsp/p15c-heading-nbsp.xlsx",
        "kazakh-names-in-russian/p12-title-rows.xlsx",
        "other-formats/p00-base.ods",
    ] {
        let bytes = std::fs::read(folder("cases").join(case)).unwrap();
        let programme = sheber_exchange::read(&bytes);
        let programme = programme.unwrap_or_else(|errors| panic!("{case}: {errors:?}"));
        assert!(programme.qualifications.iter().any(|one| one.code.to_string() == "4S06130103"), "{case}");
    }
}

#[test]
fn what_is_missing_is_named_in_the_reader_s_language() {
    let bytes = std::fs::read(folder("cases/kazakh-names-in-russian/p08b-sheet-renamed.xlsx")).unwrap();
    let said = sheber_exchange::read(&bytes).unwrap_err()[0].describe(Lang::Ru);
    assert_eq!(said, "нет листа «Рабочий учебный план»");
}

#[test]
fn other_formats_are_read_or_said_to_be_what_they_are() {
    for case in ["tb-lo.ods", "tb-lo.xls"] {
        let (values, _) = row("textbooks", &format!("other-formats/{case}"));
        assert!(values["copies"].is_number(), "{case}: {values}");
    }
    for (name, bytes, said) in [
        ("html", std::fs::read(folder("cases/other-formats/tb-html.xls")).unwrap(), "веб-страница"),
        ("pdf", b"%PDF-1.7\n".to_vec(), "PDF"),
        ("picture", b"\x89PNG\r\n\x1a\n".to_vec(), "картинка"),
        ("broken archive", b"PK\x03\x04 cut off".to_vec(), "повреждён"),
        ("broken container", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 cut off".to_vec(), "повреждён"),
        ("nothing", Vec::new(), "пуст"),
        ("program", b"MZ\x90\0\x03\0\0\0".to_vec(), "не таблица"),
        ("noise", (0..=255_u8).cycle().take(4096).collect(), "не таблица"),
    ] {
        let refused = read_bytes("textbooks", &bytes, &Options::default()).unwrap_err();
        assert!(refused.contains(said), "{name}: {refused}");
    }
}

#[test]
fn the_sample_row_of_a_template_is_never_taken() {
    for kind in ["textbooks", "needed", "groups"] {
        let read = read(kind, &format!("template-sample-row/{kind}-template.xlsx")).unwrap();
        assert_eq!((&read["rows"], codes(&read)), (&json!([]), vec!["sample-row"]), "{kind}");
    }
    for door in sheber_app::house().doors() {
        for lang in Lang::ALL {
            let template = sheber_exchange::table::template(door.kind(), lang).unwrap();
            let read = read_bytes(door.kind().word, &template, &Options::default()).unwrap();
            assert_eq!((&read["rows"], codes(&read)), (&json!([]), vec!["sample-row"]), "{} {lang}", door.kind().word);
            let columns = read["columns"].as_array().unwrap();
            assert!(columns.iter().all(|column| column["field"].is_string()), "its headings are known: {columns:?}");
        }
    }
}

#[test]
fn an_absent_column_is_absent_and_an_empty_cell_is_nothing() {
    let (values, _) = row("reference/specialty", "reference-wipe/wipe.csv");
    assert!(values.get("note").is_none() && values.get("valid_to").is_none(), "{values}");
    let read = read_bytes("reference/act", "код;название;примечание;срок\n1;Закон;;\n".as_bytes(), &Options::default());
    let read = read.unwrap();
    assert_eq!(read["rows"][0]["values"]["note"], Value::Null);
    assert_eq!(read["columns"][3], json!({ "column": "D", "heading": "срок", "field": null }), "passed over and named");
}

/// A workbook of `rust_xlsxwriter`, filled by hand.
fn workbook(fill: impl FnOnce(&mut rust_xlsxwriter::Workbook)) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    fill(&mut book);
    book.save_to_buffer().unwrap()
}

#[test]
fn what_is_hidden_merged_or_elsewhere_is_told() {
    let bytes = workbook(|book| {
        let sheet = book.add_worksheet().set_name("Топтар").unwrap();
        sheet.write(0, 0, "Колледж топтары").unwrap();
        for (column, heading) in
            (0..).zip(["№", "Топ коды", "Бірінші курс жылы", "Соңғы курс жылы", "Оқыту тілі", "Білім алушылар"])
        {
            sheet.write(2, column, heading).unwrap();
        }
        for (row, code) in (3..).zip(["25ПО-1", "25ПО-2", "25ПО-3"]) {
            sheet.write(row, 0, row - 2).unwrap();
            sheet.write(row, 1, code).unwrap();
            sheet.write(row, 3, "2028-2029").unwrap();
            sheet.write(row, 4, "қазақ тілі").unwrap();
            sheet.write(row, 5, 25).unwrap();
        }
        let format = rust_xlsxwriter::Format::new();
        sheet.merge_range(3, 2, 5, 2, "2025-2026", &format).unwrap();
        sheet.set_row_hidden(4).unwrap();
        book.add_worksheet().set_name("Ескі").unwrap().write(0, 0, "деректер").unwrap();
        let hidden = book.add_worksheet().set_name("Жасырын").unwrap();
        hidden.write(0, 0, "деректер").unwrap();
        hidden.set_hidden(true);
        book.add_worksheet().set_name("Бос").unwrap();
    });
    let read = read_bytes("groups", &bytes, &Options::default()).unwrap();
    let entered: Vec<&Value> = read["rows"].as_array().unwrap().iter().map(|row| &row["values"]["entered"]).collect();
    assert_eq!(entered, ["2025-2026"; 3], "each row has what was merged");
    let mut said = codes(&read);
    said.sort_unstable();
    assert_eq!(said, ["hidden-row", "hidden-sheet", "merged", "other-sheet", "title-rows"]);
    assert_eq!(read["rows"][0]["row"], 4);
    let other = Options { sheet: Some("Ескі".to_owned()), ..Options::default() };
    assert!(read_bytes("groups", &bytes, &other).is_err());
    let map = Options { map: vec![("№".to_owned(), "students".to_owned())], ..Options::default() };
    assert_eq!(read_bytes("groups", &bytes, &map).unwrap()["rows"][0]["values"]["students"], 1, "somebody said so");
}

#[test]
fn cells_are_read_or_named_with_their_place() {
    let text = "код;год поступления;последний учебный год;язык;численность\n\
                А-1;2025;2028-2029;каз;25\nА-2;2025-26;2028-2029;русский;1 0\nА-3;2025;2028;kk;25\nА-3;2025;2028-2029;kk;25,5\nA-1;2025;2028-2029;kk;25\n";
    let read = read_bytes("groups", text.as_bytes(), &Options::default()).unwrap();
    let said: Vec<(u64, &str, &str)> = read["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["row"].as_u64().unwrap(), one["column"].as_str().unwrap(), one["code"].as_str().unwrap()))
        .collect();
    // Two codes that are drawn alike are one.
    assert_eq!(said, [(4, "C", "not-a-year"), (5, "E", "not-a-number"), (6, "A", "twice")]);
    assert_eq!(read["summary"], json!({ "rows": 5, "wrong": 3 }));
}

/// Whether numbers of a serial day count from 1904 is the workbook's to say; this one is as Excel for Mac once wrote it.
#[test]
fn either_epoch_of_days_is_read() {
    let bytes = workbook(|book| {
        let sheet = book.add_worksheet();
        for (column, text) in (0..).zip(["code", "name_ru", "valid_from"]) {
            sheet.write(0, column, text).unwrap();
        }
        sheet.write(1, 0, "A").unwrap();
        sheet.write(1, 1, "Б").unwrap();
        sheet.write(1, 2, 44_792.0).unwrap();
    });
    let day = |bytes: &[u8]| {
        let read = read_bytes("reference/act", bytes, &Options::default()).unwrap();
        read["rows"][0]["values"]["valid_from"].clone()
    };
    assert_eq!(day(&bytes), "2022-08-19");
    let mut from = zip::ZipArchive::new(std::io::Cursor::new(&bytes)).unwrap();
    let mut to = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for place in 0..from.len() {
        let mut file = from.by_index(place).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut text = Vec::new();
        std::io::Read::read_to_end(&mut file, &mut text).unwrap();
        if name == "xl/workbook.xml" {
            text = String::from_utf8(text).unwrap().replace("<workbookPr", "<workbookPr date1904=\"1\"").into_bytes();
        }
        to.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut to, &text).unwrap();
    }
    assert_eq!(day(&to.finish().unwrap().into_inner()), "2026-08-20");
}

const HEADINGS: [&str; 8] =
    ["Название", "Язык", "Вид", "Специальность", "Экземпляры", "Цена", "Источник средств", "Дата закупки"];
const FIELDS: [&str; 8] = ["title", "lang", "medium", "specialty", "copies", "price", "funds", "bought_on"];

/// A row of purchases, as texts.
fn purchase() -> impl Strategy<Value = Vec<String>> {
    let title = "[А-Яа-яӘәҒғҚқҢңӨөҰұҮүҺһІіA-Za-z][А-Яа-яӘәҚқІі0-9 .,;\"«»:-]{0,30}[а-я]";
    let day = (2020_i32..2026, 1_u32..13, 1_u32..29);
    (title, 0..2_usize, 0..2_usize, 1_i64..5000, 1_i64..90_000, 0..4_usize, day).prop_map(
        |(title, lang, medium, copies, price, funds, (year, month, day))| {
            let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
            vec![
                title,
                ["kk", "ru"][lang].to_owned(),
                ["paper", "electronic"][medium].to_owned(),
                "07161300".to_owned(),
                copies.to_string(),
                price.to_string(),
                ["per_capita", "local_budget", "own", "sponsor"][funds].to_owned(),
                format!("{year}-{month:02}-{day:02}"),
            ]
        },
    )
}

/// A table that was read, as texts.
fn texts(read: &Value) -> Vec<Vec<String>> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let rows = read["rows"].as_array().unwrap().iter();
    rows.map(|row| FIELDS.iter().map(|field| text(&row["values"][*field])).collect()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn a_table_reads_back_from_our_own_workbook_and_text(rows in proptest::collection::vec(purchase(), 1..30)) {
        let headings: Vec<String> = HEADINGS.iter().map(ToString::to_string).collect();
        let book = sheber_exchange::xlsx::list("Оқулықтар", &headings, &[4, 5], rows.clone().into_iter()).unwrap();
        let text = sheber_exchange::table::written(&HEADINGS, rows.clone().into_iter()).unwrap();
        for bytes in [book, text] {
            let read = read_bytes("textbooks", &bytes, &Options::default()).unwrap();
            prop_assert_eq!(texts(&read), rows.clone(), "{}", read["problems"]);
        }
    }

    #[test]
    fn whatever_the_bytes_are_they_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..600), magic in 0..5_usize) {
        let magics: [&[u8]; 5] = [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe", b"sep=;\n"];
        let _ = read_bytes("register", &[magics[magic], &bytes].concat(), &Options::default());
    }
}

/// What stands in windows-1251 of a text; what does not is a question mark.
fn in_cyrillic(text: &str) -> String {
    let known = |letter: char| letter.is_ascii() || matches!(letter, 'А'..='я' | 'Ё' | 'ё' | 'І' | 'і' | '«' | '»');
    text.chars().map(|letter| if known(letter) { letter } else { '?' }).collect()
}

/// The table of a folder that foreign writers wrote, as each of them reads.
fn by_foreign_writers(folder: &Path) {
    let rows: Vec<Vec<String>> = serde_json::from_slice(&std::fs::read(folder.join("rows.json")).unwrap()).unwrap();
    for name in ["openpyxl.xlsx", "xlwt.xls", "libreoffice.ods", "libreoffice.xls", "pandas-cp1251.csv"] {
        let read = read_bytes("textbooks", &std::fs::read(folder.join(name)).unwrap(), &Options::default());
        let read = read.unwrap_or_else(|refused| panic!("{name}: {refused}"));
        let mut expected = rows[1..].to_vec();
        if name.ends_with("csv") {
            for row in &mut expected {
                row[0] = in_cyrillic(&row[0]);
            }
        }
        assert_eq!(texts(&read), expected, "{name}: {}", read["problems"]);
    }
}

/// One table of each foreign writer lies here; with `./test --writers` they are asked for random ones.
#[test]
fn a_table_reads_back_from_every_writer() {
    by_foreign_writers(&folder("writers"));
    let Ok(python) = std::env::var("SHEBER_TEST_WRITERS") else { return };
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for _ in 0..5 {
        let rows = proptest::collection::vec(purchase(), 1..40).new_tree(&mut runner).unwrap().current();
        let headings: Vec<String> = HEADINGS.iter().map(ToString::to_string).collect();
        let rows: Vec<Vec<String>> = std::iter::once(headings).chain(rows).collect();
        let place = tempfile::tempdir().unwrap();
        std::fs::write(place.path().join("rows.json"), serde_json::to_vec(&rows).unwrap()).unwrap();
        let written = Command::new(&python)
            .arg(folder("writers/write.py"))
            .args([&place.path().join("rows.json"), place.path()])
            .status();
        assert!(written.unwrap().success());
        by_foreign_writers(place.path());
    }
}

/// The command line gives the answer that the doors give, and says by its exit what came.
#[test]
fn the_command_line_reads_as_the_doors_do() {
    let run = |arguments: &[&str]| {
        let ended = Command::new(env!("CARGO_BIN_EXE_sheber")).arg("read").args(arguments).output().unwrap();
        (
            ended.status.code().unwrap(),
            String::from_utf8(ended.stdout).unwrap(),
            String::from_utf8(ended.stderr).unwrap(),
        )
    };
    let case = |name: &str| folder("cases").join(name).display().to_string();
    let file = case("lookalike-letters/r-q-cyr.csv");
    let (status, out, _) = run(&["register", &file, "--format", "json", "--lang", "ru"]);
    let mut said: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((status, said["file"].as_str()), (0, Some(file.as_str())));
    said["file"] = json!("file");
    assert_eq!(said, read("register", "lookalike-letters/r-q-cyr.csv").unwrap());
    let (status, _, err) = run(&["textbooks", &case("other-formats/tb-html.xls"), "--lang", "ru"]);
    assert!(status == 2 && err.contains("веб-страница"), "{err}");
    let (status, _, err) = run(&["books", &file]);
    assert!(status == 2 && err.contains("textbooks"), "{err}");
    let noheading = case("columns-by-position/n-noheading.xlsx");
    let (status, out, _) = run(&["needed", &noheading, "--format", "json", "--map", "A=title", "--map", "C=copies"]);
    let said: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((status, said["rows"].as_array().unwrap().len()), (0, 2));
    let (status, out, _) = run(&["--kinds", "--format", "json"]);
    let kinds: BTreeMap<String, Value> = out
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|kind| (kind["kind"].as_str().unwrap().to_owned(), kind["columns"].clone()))
        .collect();
    assert_eq!(status, 0);
    assert!(kinds["textbooks"][0]["headings"]["kk"] == "Атауы" && kinds.contains_key("reference/holiday"));
    let wrong = std::env::temp_dir().join(format!("sheber-wrong-{}.csv", std::process::id()));
    std::fs::write(&wrong, "Название;Нужно экземпляров\nА;много\n").unwrap();
    let (status, out, _) = run(&["needed", wrong.to_str().unwrap(), "--lang", "ru"]);
    std::fs::remove_file(&wrong).unwrap();
    assert!(status == 1 && out.contains("✕ B2 «много» – не число"), "{out}");
}
