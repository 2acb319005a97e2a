//! Search as people type: without the letters of Kazakh, in the other alphabet, with other dashes; and lists in the order in which
//! people read.

use reqwest::{StatusCode, Url};
use sheber_platform::{database, params};

use crate::duties::year;
use crate::on_both;
use crate::support::Server;

fn asked(path: &str, q: &str) -> String {
    let address = Url::parse_with_params("http://x/", [("q", q)]).unwrap();
    format!("{path}?{}", address.query().unwrap())
}

async fn what_is_typed_with_any_keyboard_is_found(server: Server) {
    crate::register::with_cases(&server).await;
    let (ministry, visitor) = (server.person("ministry").await, server.visitor());
    for (right, typed) in [
        ("Бағдарламалық қамтамасыз", "Багдарламалык камтамасыз"),
        ("Бағдарламалық қамтамасыз", "bagdarlamalyk"),
        ("4S06130103", "4С06130103"),
        ("Сарыарқа", "Сарыарка"),
        ("Сарыарқа", "Saryarka"),
    ] {
        for path in ["/programmes", "/search"] {
            // The words of the search stand in the page: what is found is compared without them.
            let found = async |q: &str| {
                let page = ministry.page(&asked(path, q)).await;
                let links =
                    page.split("href=\"/programmes/").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
                links.filter(|link| link.parse::<i64>().is_ok()).collect::<Vec<_>>()
            };
            let (expected, there) = (found(right).await, found(typed).await);
            assert!(!expected.is_empty() || path == "/search", "{path} {right}");
            assert_eq!(there, expected, "{path} {typed}");
        }
    }
    // Of the open register: by name, by number with other dashes, by the college's BIN.
    let own = "SELECT o.bin FROM organisation o JOIN account a ON a.organisation_id = o.id WHERE a.email = 'methodist@demo.sheber.kz'";
    let bin = database::value::<String>(&server.app.db, own, params![]).await.unwrap().unwrap();
    let form = [
        ("origin", "earlier"),
        ("bin", bin.as_str()),
        ("specialty", "04110100"),
        ("qualifications", "3W04110101"),
        ("language", "kk"),
        ("number", "35-04110100-2022-000007"),
        ("included_on", "2022-09-12"),
    ];
    let entered = server.person("operator").await.post("/register/enter", &form).await;
    assert_eq!(entered.status(), StatusCode::SEE_OTHER);
    for q in ["35–04110100–2022–000007", "2022-000007", "Есеп жане аудит", "esep", "сарыарка", &bin]
    {
        assert!(visitor.page(&asked("/r", q)).await.contains("/r/35-04110100-2022-000007"), "{q}");
    }
    assert!(!visitor.page(&asked("/r", "Есеп физика")).await.contains("/r/35-04110100-2022-000007"));
}

async fn what_is_written_as_it_was_typed_comes_first_on_every_page(server: Server) {
    let librarian = server.person("librarian").await;
    let year = year(&server).start();
    let head = "Название;Язык;Вид;Экземпляры;Цена;Источник средств;Дата закупки\n";
    let row =
        |title: &str, day: usize| format!("{title};kk;paper;1;1;own;{:02}.0{}.{year}\n", day % 28 + 1, day / 28 + 1);
    let rows: String = (0..60).map(|n| row(&format!("Казак тили {n}"), n)).chain([row("Қазақ тілі", 0)]).collect();
    let (address, _) = librarian.brings("/textbooks/import", "t.csv", format!("{head}{rows}")).await;
    librarian.takes(&address, &[]).await;
    let first = librarian.page(&asked("/textbooks", "қазақ тілі")).await;
    let place = |text: &str| first.find(text).unwrap_or(usize::MAX);
    assert!(place("Өзгерту: Қазақ тілі\"") < place("Өзгерту: Казак тили"), "{first}");
    // Pages go on without a line lost or doubled.
    let (mut seen, mut next) = (Vec::new(), asked("/textbooks", "казак"));
    loop {
        let page = librarian.page(&next).await;
        seen.extend(
            page.split("href=\"/textbooks/").skip(1).filter_map(|rest| rest.split('"').next()?.parse::<i64>().ok()),
        );
        let pages = page
            .split("href=\"")
            .filter(|link| link.starts_with("/textbooks?") && link.contains("at=") && !link.contains("at=-"));
        match pages.last() {
            Some(link) => next = link.split('"').next().unwrap().replace("&amp;", "&").replace("&#38;", "&"),
            None => break,
        }
    }
    let many = seen.len();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!((seen.len(), many), (61, 61));
}

/// A database that was made by other rules is searched by these.
async fn what_was_stored_by_other_rules_is_stored_anew(server: Server) {
    let db = &server.app.db;
    for sql in [
        "UPDATE organisation SET search_name = LOWER(name_kk)",
        "UPDATE register_entry SET search = 'x'",
        "DELETE FROM setting WHERE name = 'folding'",
    ] {
        database::run(db, sql, params![]).await.unwrap();
    }
    let rooms = || sheber_app::house().rooms().flat_map(|room| room.searched).copied().collect::<Vec<_>>();
    sheber_platform::sorting::renew_searched(&server.app, rooms().iter()).await.unwrap();
    let stored = "SELECT COUNT(*) FROM organisation WHERE search_name LIKE '%sariarka%'";
    assert!(server.number(stored).await > 0);
    for searched in rooms() {
        let sql = format!("SELECT {} FROM {} LIMIT 1", searched.column, searched.table);
        database::values::<String>(db, &sql, params![]).await.unwrap();
    }
}

async fn names_stand_in_the_order_of_the_alphabet(server: Server) {
    let director = server.person("director").await;
    let group = crate::duties::group(&server, &director, "25ПО-9").await;
    let names =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/sort-kazakh/names.txt")).unwrap();
    director.post(&format!("/groups/{group}/students"), &[("names", &names)]).await;
    let page = director.page(&format!("/groups/{group}")).await;
    let sorted = [
        "Әбдіров",
        "Ежов",
        "Ёлкин",
        "Жуков",
        "Кәрімов",
        "Қанатов",
        "Оспанов",
        "Өмірбеков",
        "Уәлиев",
        "Ұлықбек",
        "Һакимов",
        "Іліясов",
        "Яковлев",
    ];
    let places: Vec<usize> =
        sorted.iter().map(|name| page.find(name).unwrap_or_else(|| panic!("{name}: {page}"))).collect();
    assert!(places.is_sorted(), "{places:?}");
    for code in ["25ПО-10", "25ПО-100"] {
        crate::duties::group(&server, &director, code).await;
    }
    for path in ["/groups", "/events/quick", "/events/new"] {
        let page = director.page(path).await;
        let mut codes: Vec<&str> = page
            .split("25ПО-")
            .skip(1)
            .filter_map(|rest| rest.split(|letter: char| !letter.is_ascii_digit()).next())
            .collect();
        codes.dedup();
        assert_eq!(codes[..3], ["9", "10", "100"], "numbers by value: {path}");
    }
}

on_both! {
    what_is_typed_with_any_keyboard_is_found what_is_written_as_it_was_typed_comes_first_on_every_page
    what_was_stored_by_other_rules_is_stored_anew names_stand_in_the_order_of_the_alphabet
}
