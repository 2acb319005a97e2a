//! Whatever the bytes: a programme, or what is wrong and where.

use std::io::{Cursor, Write};

use proptest::prelude::*;
use sheber_exchange::draft::Draft;
use sheber_exchange::{MAX_BYTES, Place, json, read, xlsx};
use sheber_kernel::Lang;
use sheber_norms::Programme;

fn examples() -> Vec<(String, String)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
        .iter()
        .map(|f| (f.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(f).unwrap()))
        .collect()
}

fn software() -> String {
    examples().swap_remove(0).1
}

/// Place and code of the first thing that does not read.
fn refused(bytes: &[u8]) -> (String, &'static str) {
    let errors = read(bytes).expect_err("should not read");
    for lang in Lang::ALL {
        let words = errors[0].describe(lang);
        assert!(!words.contains("r-"), "no message for {:?}: {words}", errors[0]);
    }
    (errors[0].place.to_string(), errors[0].reason.code)
}

fn changed(from: &str, to: &str) -> Vec<u8> {
    let text = software();
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1).into_bytes()
}

#[test]
fn bad_json_is_refused_with_its_place() {
    let cases: Vec<(Vec<u8>, &str, &str)> = vec![
        (b"".to_vec(), "", "empty"),
        (b"not json".to_vec(), "1:2", "json-syntax"),
        (b"%PDF-1.7".to_vec(), "", "file-pdf"),
        (b"{}".to_vec(), "/", "field-missing"),
        (b"[1]".to_vec(), "/", "type"),
        (changed("\"parts\": {", "\"parts\": [], \"_\": {"), "/modules/0/units/0/parts", "type"),
        (changed("\"specialty\": {", "\"specialty\": [\"06130100\", {}], \"_\": {"), "/specialty", "type"),
        (b"\xff\xfe{}".to_vec(), "1:1", "json-syntax"),
        (changed("sheber.programme/1", "sheber.programme/2"), "/format", "format-version"),
        (changed("\"years\": 3", "\"years\": 3, \"colour\": 1"), "/colour", "field-unknown"),
        (
            changed("\"subject\": \"kazakh_language\"", "\"subject\": \"klingon\""),
            "/modules/0/units/0/subject",
            "choice",
        ),
        (changed("\"hours\": 72", "\"hours\": -72"), "/modules/0/units/0/hours", "negative"),
        (changed("\"hours\": 72", "\"hours\": 72.5"), "/modules/0/units/0/hours", "hours-fractional"),
        (changed("\"hours\": 72", "\"hours\": \"72\""), "/modules/0/units/0/hours", "not-a-number"),
        (changed("\"hours\": 72", "\"hours\": 72, \"hours\": 72"), "/modules/0/units/0/hours", "field-twice"),
        (changed("\"credits\": 3", "\"credits\": 1000000000"), "/modules/0/units/0/credits", "credits-too-many"),
        (changed("\"semesters\": {", "\"semesters\": { \"0\": 1,"), "/modules/0/units/0/semesters", "semester"),
        (changed("\"semesters\": {", "\"semesters\": { \"99\": 1,"), "/modules/0/units/0/semesters", "semester"),
        (changed("ЖБП 02", "ЖБП 01"), "/modules/0/units/1/code", "code-twice"),
        (changed("\"БМ 02\"", "\"БМ 01\""), "/modules/2/code", "code-twice"),
        (changed("\"990140000126\"", "\"990140000127\""), "/college/bin", "check-digit"),
        (changed("\"06130100\"", "\"613010\""), "/specialty/code", "specialty-code"),
        (changed("\"3W06130102\"", "\"3w06130102\""), "/qualifications/0/code", "qualification-code"),
        (changed("\"2022-09-23\"", "\"23.09.2022\""), "/standard_edition", "date"),
        (changed("\"2023-2024\"", "\"2023-2025\""), "/intake", "academic-year"),
        (changed("\"years\": 3", "\"years\": 0"), "/years", "years"),
        (changed("\"2023-2024\"", "\" 2023–2024\""), "/intake", "academic-year"),
        (changed("\"2022-09-23\"", "\" 2022-9-23\""), "/standard_edition", "date"),
        (changed("\"mid_level\"", "{\"mid_level\": null}"), "/level", "type"),
        (changed("\"basic\": 1", "\"basic\": 5"), "/modules/1/basic", "basic-module"),
        (vec![b' '; 9 * 1024 * 1024], "", "too-large"),
        ([b"[".repeat(10_000), b"]".repeat(10_000)].concat(), "/", "type"),
    ];
    for (bytes, place, code) in cases {
        let (at, why) = refused(&bytes);
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(40)]).into_owned();
        assert_eq!(why, code, "{shown} at {at}");
        assert!(at.starts_with(place), "{shown}: {at}, not {place}");
    }
    let deep = software().replacen("\"criteria\": [", &format!("\"criteria\": [{}", "[".repeat(10_000)), 1);
    if deep != software() {
        refused(deep.as_bytes());
    }
    let trailing = software() + "{}";
    assert_eq!(refused(trailing.as_bytes()).1, "json-syntax");
}

#[test]
fn deep_nesting_inside_a_known_field_is_refused() {
    let deep =
        software().replacen("\"traits\": []", &format!("\"traits\": {}{}", "[".repeat(10_000), "]".repeat(10_000)), 1);
    let (_, code) = refused(deep.as_bytes());
    assert!(matches!(code, "json-too-deep" | "type" | "json-syntax"), "{code}");
}

#[test]
fn text_is_normalised_and_a_byte_order_mark_is_passed_over() {
    let decomposed = software().replace('й', "и\u{306}");
    assert_eq!(json::read(decomposed.as_bytes()).unwrap(), json::read(software().as_bytes()).unwrap());
    assert!(read(format!("\u{feff}{}", software()).as_bytes()).is_ok());
    let escaped = software().replace('й', "и\\u0306");
    assert_eq!(
        json::read(escaped.as_bytes()).unwrap(),
        json::read(software().as_bytes()).unwrap(),
        "behind escapes too"
    );
}

#[test]
fn a_list_without_end_is_refused() {
    let many = format!("[{}\"x\"]", "\"x\",".repeat(200_000));
    assert_eq!(
        refused(&changed(
            "\"subject\": \"kazakh_language\",",
            &format!("\"subject\": \"kazakh_language\", \"criteria\": {many},")
        ))
        .1,
        "list-too-long"
    );
}

fn workbook(text: &str) -> Vec<u8> {
    let programme = json::read(text.as_bytes()).unwrap();
    xlsx::write(&Draft::from(&programme), Lang::Kk, &xlsx::Notes::new()).unwrap()
}

#[test]
fn examples_survive_the_way_through_json_and_excel() {
    for (name, text) in examples() {
        let programme = json::read(text.as_bytes()).unwrap();
        assert_eq!(json::read(json::write(&programme).as_bytes()).unwrap(), programme, "{name}");
        for lang in Lang::ALL {
            let book = xlsx::write(&Draft::from(&programme), lang, &xlsx::Notes::new()).unwrap();
            assert_eq!(read(&book).unwrap(), programme, "{name} {lang}");
        }
    }
}

/// Rewrites one part of a workbook.
fn patched(book: &[u8], part: &str, change: impl Fn(String) -> String) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(book)).unwrap();
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for place in 0..archive.len() {
        let mut file = archive.by_index(place).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut text = Vec::new();
        std::io::copy(&mut file, &mut text).unwrap();
        if name == part {
            text = change(String::from_utf8(text).unwrap()).into_bytes();
        }
        out.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        out.write_all(&text).unwrap();
    }
    out.finish().unwrap().into_inner()
}

#[test]
fn bad_workbooks_are_refused_with_their_cell() {
    let book = workbook(&software());
    assert_eq!(refused(b"PK\x03\x04 and then nothing").1, "file-broken");
    assert_eq!(refused(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]).1, "file-broken");
    assert_eq!(refused(b"%PDF-1.7\n").1, "file-pdf");
    // A workbook of something else.
    let mut other = rust_xlsxwriter::Workbook::new();
    other.add_worksheet().write(0, 0, "hello").unwrap();
    assert_eq!(refused(&other.save_to_buffer().unwrap()).1, "sheet-missing");
    // A wrong value names sheet and cell.
    let mut draft = Draft::from(&json::read(software().as_bytes()).unwrap());
    assert!(draft.put("/modules/0/units/0/hours", "жетпіс".to_owned()));
    let wrong = xlsx::write(&draft, Lang::Kk, &xlsx::Notes::new()).unwrap();
    let errors = read(&wrong).unwrap_err();
    assert_eq!(errors[0].place, Place::Cell { sheet: "Жұмыс оқу жоспары".to_owned(), row: 1, column: 7 });
    assert_eq!(errors[0].reason.code, "not-a-number");
    // Every wrong cell is named, not the first alone.
    assert!(draft.put("/modules/1/units/0/credits", "-1".to_owned()));
    let wrong = xlsx::write(&draft, Lang::Ru, &xlsx::Notes::new()).unwrap();
    assert_eq!(read(&wrong).unwrap_err().len(), 2);
    // A formula where a value belongs; sums beside the table are allowed.
    let formula = patched(&book, "xl/worksheets/sheet5.xml", |xml| {
        let start = xml.find("r=\"H2\"").unwrap();
        let (before, cell) = xml.split_at(start);
        before.to_owned() + &cell.replacen("<v>", "<f>36+36</f><v>", 1)
    });
    let (at, code) = refused(&formula);
    assert_eq!((at.as_str(), code), ("Жұмыс оқу жоспары!H2", "formula"));
    let merged = patched(&book, "xl/worksheets/sheet5.xml", |xml| {
        xml.replacen("</sheetData>", "</sheetData><mergeCells count=\"1\"><mergeCell ref=\"A2:A4\"/></mergeCells>", 1)
    });
    let (at, code) = refused(&merged);
    assert_eq!((at.as_str(), code), ("Жұмыс оқу жоспары!A2", "merged"));
}

#[test]
fn unknown_missing_and_repeated_cells_are_refused() {
    let draft = Draft::from(&json::read(software().as_bytes()).unwrap());
    let mut without = draft.clone();
    without.put("/modules/0/units/0/credits", String::new());
    let book = xlsx::write(&without, Lang::Kk, &xlsx::Notes::new()).unwrap();
    assert_eq!(refused(&book), ("Жұмыс оқу жоспары!G2".to_owned(), "required"));
    let book = xlsx::write(&draft, Lang::Kk, &xlsx::Notes::new()).unwrap();
    let strings = "xl/sharedStrings.xml";
    let unknown = patched(&book, strings, |xml| xml.replacen("Оқу жылдарының саны", "Сүйікті түсі", 1));
    assert_eq!(refused(&unknown).1, "field-unknown");
    let twice = patched(&book, strings, |xml| xml.replacen("<t>Оқыту тілі</t>", "<t>Оқыту нысаны</t>", 1));
    assert_eq!(refused(&twice).1, "field-twice");
}

#[test]
fn a_zip_bomb_is_not_unpacked() {
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    out.start_file("xl/worksheets/sheet1.xml", zip::write::SimpleFileOptions::default()).unwrap();
    let zeros = vec![0u8; 1024 * 1024];
    for _ in 0..300 {
        out.write_all(&zeros).unwrap();
    }
    let bomb = out.finish().unwrap().into_inner();
    assert!(bomb.len() < MAX_BYTES);
    assert_eq!(refused(&bomb).1, "xlsx-bomb");
}

#[test]
fn errors_are_written_back_into_a_copy() {
    let mut draft = Draft::from(&json::read(software().as_bytes()).unwrap());
    draft.put("/modules/0/units/0/hours", "72,5".to_owned());
    let notes = xlsx::Notes::from([("/modules/0/units/0/hours".to_owned(), "сағат бүтін сан болады".to_owned())]);
    let copy = xlsx::write(&draft, Lang::Kk, &notes).unwrap();
    let mut archive = zip::ZipArchive::new(Cursor::new(&copy)).unwrap();
    let mut comments = String::new();
    std::io::Read::read_to_string(&mut archive.by_name("xl/comments1.xml").unwrap(), &mut comments).unwrap();
    assert!(
        comments.contains("сағат бүтін сан болады") && comments.contains("ref=\"I2\"")
            || comments.contains("ref=\"H2\"")
    );
    assert_eq!(xlsx::read_draft(&copy).unwrap().0.text("/modules/0/units/0/hours"), Some("72,5"));
}

#[test]
fn leading_zeros_that_excel_took_away_come_back() {
    let mut draft = Draft::from(&json::read(software().as_bytes()).unwrap());
    draft.specialty = "6130100".to_owned();
    let book = xlsx::write(&draft, Lang::Ru, &xlsx::Notes::new()).unwrap();
    assert_eq!(read(&book).unwrap().specialty.code.to_string(), "06130100");
}

#[test]
fn the_template_reads_as_an_empty_draft() {
    for lang in Lang::ALL {
        let (draft, _) = xlsx::read_draft(&xlsx::template(lang).unwrap()).unwrap();
        assert!(draft.modules.is_empty() && draft.qualifications.is_empty());
        assert!(draft.parse().exact().is_err());
    }
}

#[test]
fn the_schema_names_every_field() {
    let schema = json::schema().to_string();
    for field in ["standard_edition", "labour_functions", "merges_basic", "distance_hours", "related_qualification"] {
        assert!(schema.contains(field), "{field}");
    }
}

fn programme() -> impl Strategy<Value = Programme> {
    let word = "[А-Яа-яӘәҒғҚқҢңӨөҰұҮүҺһІіA-Za-z0-9.,!«»-]{1,12}( [а-яәғқңөұүһі0-9]{1,8}){0,3}";
    let unit = (
        0u32..400,
        0u32..400,
        1u8..=12,
        0u32..60,
        proptest::collection::vec(word, 0..3),
        word,
        proptest::option::of(0usize..19),
    );
    (0usize..9, proptest::collection::vec(proptest::collection::vec(unit, 0..6), 0..6)).prop_map(|(which, modules)| {
        use sheber_kernel::{AcademicHours, LocalName, Semester};
        use sheber_norms::programme::{Module, Subject, Unit};
        let mut programme = json::read(examples()[which].1.as_bytes()).unwrap();
        programme.modules.truncate(2);
        for (place, units) in modules.into_iter().enumerate() {
            let units = units
                .into_iter()
                .enumerate()
                .map(|(row, (hours, other, semester, distance, list, name, subject))| {
                    let mut semesters = sheber_norms::SemesterHours::default();
                    semesters.set(Semester::new(semester).unwrap(), AcademicHours::new(hours));
                    Unit {
                        code: format!("ОН {place}.{row}"),
                        subject: subject.map(|s| Subject::ALL[s]),
                        name: LocalName::new(name.clone(), ""),
                        qualification: None,
                        credits: (f64::from(other) / 8.0).try_into().unwrap(),
                        hours: AcademicHours::new(hours),
                        semesters,
                        parts: sheber_norms::Parts { theory: AcademicHours::new(other), ..Default::default() },
                        distance_hours: AcademicHours::new(distance),
                        labour_functions: list.clone(),
                        criteria: list,
                    }
                })
                .collect();
            programme.modules.push(Module { code: format!("М {place}"), units, ..programme.modules[0].clone() });
        }
        programme
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn json_to_excel_to_json_is_the_identity(programme in programme()) {
        let first = json::write(&programme);
        let read_back = json::read(first.as_bytes()).unwrap();
        let book = xlsx::write(&Draft::from(&read_back), Lang::Kk, &xlsx::Notes::new()).unwrap();
        let second = json::write(&read(&book).unwrap());
        prop_assert_eq!(first, second);
    }

    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes);
    }
}
