//! The open side of the register: search and files for anyone, and a certificate whose code is read back from the paper.

use std::path::Path;
use std::process::Command;

use reqwest::StatusCode;
use sheber_platform::database;

use crate::on_both;
use crate::register::{exclude, included};
use crate::support::Server;

/// What the code on the first page of a PDF says, printed with so many dots per inch.
pub fn scanned(folder: &Path, pdf: &[u8], dots: u32) -> String {
    let (file, image) = (folder.join("certificate.pdf"), folder.join("certificate"));
    std::fs::write(&file, pdf).unwrap();
    let mut printer = Command::new("pdftoppm");
    printer.args(["-gray", "-singlefile", "-r", &dots.to_string()]).arg(&file).arg(&image);
    assert!(printer.status().expect("poppler-utils").success());
    let bytes = std::fs::read(image.with_extension("pgm")).unwrap();
    // P5, width, height, 255, each followed by one white space; then a byte for each dot.
    let mut at = 0;
    let mut word = || {
        let end = at + bytes[at..].iter().position(u8::is_ascii_whitespace).unwrap();
        let word = std::str::from_utf8(&bytes[at..end]).unwrap();
        at = end + 1;
        word
    };
    assert_eq!(word(), "P5");
    let (width, height): (usize, usize) = (word().parse().unwrap(), word().parse().unwrap());
    word();
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| bytes[at + y * width + x]);
    let codes = image.detect_grids();
    assert_eq!(codes.len(), 1, "one code");
    codes[0].decode().unwrap().1
}

fn verify(folder: &Path, published: &str, certificate: &str) -> (i32, String) {
    let file = folder.join("published.json");
    std::fs::write(&file, published).unwrap();
    let run = Command::new(env!("CARGO_BIN_EXE_sheber"))
        .args(["verify", certificate, "--lang", "en", "--published"])
        .arg(&file)
        .output()
        .unwrap();
    (run.status.code().unwrap(), String::from_utf8(run.stdout).unwrap())
}

const KEYS: &str = "/.well-known/sheber-register.json";

async fn a_certificate_is_read_back_from_paper(server: Server) {
    let number = included(&server, "2031-08-31").await;
    let folder = tempfile::tempdir().unwrap();
    let visitor = server.visitor();
    let mut code = String::new();
    // Paper is no matter of the database.
    let all = database::is_sqlite(&server.app.db);
    let (languages, resolutions): (&[&str], &[u32]) =
        if all { (&["kk", "ru", "en"], &[150, 300]) } else { (&["kk"], &[150]) };
    for lang in languages {
        let pdf = visitor.get(&format!("/r/{number}/certificate.pdf?lang={lang}")).await.bytes().await.unwrap();
        for dots in resolutions {
            code = scanned(folder.path(), &pdf, *dots);
            assert!(code.starts_with(&format!("{}/r/{number}?s=", server.base)), "{code}");
        }
        let published = visitor.page(KEYS).await;
        let (exit, said) = verify(folder.path(), &published, folder.path().join("certificate.pdf").to_str().unwrap());
        assert_eq!(exit, 0, "the file itself, {lang}: {said}");
    }
    let path = code.strip_prefix(&server.base).unwrap();
    assert!(visitor.page(path).await.contains("Куәліктің қолтаңбасы шынайы"));
    let published = visitor.page(KEYS).await;
    let (exit, said) = verify(folder.path(), &published, &code);
    assert!(exit == 0 && said.contains(&number) && said.contains("31 August 2031"), "{exit} {said}");

    let sealed = path.rsplit('=').next().unwrap();
    let parts: Vec<&str> = sealed.split('.').collect();
    // One letter of what is signed.
    let altered = format!("{}.{}A{}.{}", parts[0], &parts[1][..20], &parts[1][21..], parts[2]);
    assert!(visitor.page(&format!("/r/{number}?s={altered}")).await.contains("Куәлік өзгертілген"));
    assert_eq!(verify(folder.path(), &published, &altered).0, 1);
    assert!(visitor.page(&format!("/r/{number}?s=сәлем")).await.contains("Бұл тізілімнің куәлігі емес"));
    assert_eq!(verify(folder.path(), &published, "сәлем").0, 2);
    let nowhere = visitor.get(&format!("/r/35-06130100-2024-999999?s={sealed}")).await;
    assert_eq!(nowhere.status(), StatusCode::NOT_FOUND);
    let page = nowhere.text().await.unwrap();
    assert!(page.contains("Бұл тізілімнің куәлігі емес") && page.contains("Мұндай нөмір тізілімде жоқ"));
    // The same paper once the programme is out of the register.
    exclude(&server, "417-бұйрық").await;
    let page = visitor.page(path).await;
    assert!(page.contains("тізілімнен шығарылды") && page.contains("417-бұйрық"));
    assert!(page.contains("бағдарлама енді тізілімде жоқ"));
    let (exit, said) = verify(folder.path(), &visitor.page(KEYS).await, &code);
    assert!(exit == 1 && said.contains("no longer in the register"), "{said}");
    let paper = visitor.get(&format!("/r/{number}/certificate.pdf")).await;
    assert_eq!(paper.status(), StatusCode::NOT_FOUND, "what is excluded gets no new certificate");
}

async fn anyone_searches_the_register(server: Server) {
    let visitor = server.visitor();
    assert!(visitor.page("/r").await.contains("Тізілімде әзірге жазба жоқ"), "says what is the matter");
    let number = included(&server, "2031-08-31").await;
    let name = server.text("SELECT name_kk FROM register_entry").await;
    let page = visitor.page("/r").await;
    assert!(page.contains(&number) && page.contains(&name));
    assert!(page.contains("(1)"), "facets count");
    let found = async |query: &[(&str, &str)]| {
        let answer = visitor.http.get(format!("{}/r", server.base)).query(query).send().await.unwrap();
        answer.text().await.unwrap().contains(&number)
    };
    let shouted = name.to_uppercase();
    for (query, is_found) in [
        (&[("q", shouted.as_str())][..], true),
        (&[("q", &number)], true),
        (&[("q", "мұндай жоқ")], false),
        (&[("region", "35")], true),
        (&[("region", "71")], false),
        (&[("state", "included")], true),
        (&[("state", "excluded")], false),
        (&[("year", "1999")], false),
    ] {
        assert_eq!(found(query).await, is_found, "{query:?}");
    }
    let csv = visitor.page("/open/register.csv").await;
    assert!(csv.starts_with('\u{feff}') && csv.lines().count() == 2 && csv.contains(&number));
    let json: serde_json::Value = visitor.get("/open/register.json").await.json().await.unwrap();
    assert_eq!((json[0]["number"].as_str(), json[0]["state"].as_str()), (Some(number.as_str()), Some("included")));
    let book = visitor.get("/open/register.xlsx").await.bytes().await.unwrap();
    assert!(book.starts_with(b"PK"));
    assert_eq!(visitor.get("/open/accounts.csv").await.status(), StatusCode::NOT_FOUND);
    let map = visitor.page("/sitemap.xml").await;
    assert!(map.contains(&format!("{}/r/{number}</loc>", server.base)));
    assert!(visitor.page("/robots.txt").await.contains("sitemap.xml"));
    let curriculum = visitor.get(&format!("/r/{number}/curriculum.pdf")).await.bytes().await.unwrap();
    assert!(curriculum.starts_with(b"%PDF"));

    // What is drafted after the inclusion does not reach the public.
    let programme = server.number("SELECT programme_id FROM register_entry").await;
    crate::register::rework(&server, programme, "Құпия жоба").await;
    assert!(!visitor.page("/r").await.contains("Құпия жоба"));
    let again = visitor.get(&format!("/r/{number}/curriculum.pdf")).await.bytes().await.unwrap();
    assert_eq!(again, curriculum);

    exclude(&server, "417-бұйрық").await;
    let page = visitor.page("/r").await;
    assert!(page.contains(&number) && page.contains("тізілімнен шығарылды"), "marked, not gone");
    assert!(found(&[("state", "excluded")]).await, "a second server or process is followed too");
}

on_both! {
a_certificate_is_read_back_from_paper anyone_searches_the_register }
