//! A hostile file never makes `sheber check` take more than 256 MiB: the kernel would refuse it more.

use std::io::Write;
use std::path::Path;
use std::process::Command;

const KIB: usize = 256 * 1024;

/// Runs the check with its data bounded; gives the exit code and what it said.
fn check(file: &Path, kib: usize) -> (Option<i32>, String) {
    let output = Command::new("sh")
        .arg("-c")
        .arg(format!("ulimit -d {kib} && exec \"$0\" check --lang en \"$1\""))
        .arg(env!("CARGO_BIN_EXE_sheber"))
        .arg(file)
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&said).into_owned())
}

fn zipped(parts: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn hostile_files_are_refused_within_the_memory() {
    let example =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/01-software-kk-2023.json"))
            .unwrap();
    let unit = |number: usize| format!("{{\"code\":\"{number}\",\"credits\":0,\"hours\":0}}");
    let units = (0..500).map(unit).collect::<Vec<_>>().join(",");
    let module = |number: usize| format!("{{\"code\":\"M{number}\",\"kind\":\"elective\",\"units\":[{units}]}}");
    let crowded = (0..200).map(module).collect::<Vec<_>>().join(",");
    let head = example.split("\"modules\"").next().unwrap();
    let sheet = |bytes: usize| {
        let row = b"<row><c t=\"inlineStr\"><is><t>x</t></is></c></row>";
        [b"<worksheet><sheetData>".to_vec(), row.repeat(bytes / row.len())].concat()
    };
    let files: [(&str, Vec<u8>); 6] = [
        ("crowded.json", format!("{head}\"modules\":[{crowded}]}}").into_bytes()),
        ("deep.json", b"[".repeat(8 * 1024 * 1024)),
        ("long.json", format!("{{\"format\":\"{}\"}}", "x".repeat(8 * 1024 * 1024 - 100)).into_bytes()),
        ("huge.json", vec![b' '; 64 * 1024 * 1024]),
        ("bomb.xlsx", zipped(&[("xl/worksheets/sheet1.xml", sheet(300 * 1024 * 1024))])),
        ("crowded.xlsx", zipped(&[("xl/worksheets/sheet1.xml", sheet(20 * 1024 * 1024))])),
    ];
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let (code, said) = check(&path, KIB);
        // The crowded programme is readable: it is judged, and it is wrong.
        let expected = if name == "crowded.json" { 1 } else { 2 };
        assert_eq!(code, Some(expected), "{name}: {}", said.chars().take(500).collect::<String>());
    }
    // The bound is real: with a tenth of it the crowded programme cannot be read.
    let (code, _) = check(&folder.path().join("crowded.json"), KIB / 10);
    assert!(!matches!(code, Some(0..=2)), "{code:?}");
}
