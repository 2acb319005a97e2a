//! Textbooks, accessibility, readiness, patrons, indicators, and the guidance as it is read.

use reqwest::StatusCode;
use sheber_platform::clock;
use sheber_platform::database;
use sheber_standing::indicators::count;

use crate::duties::{COLLEGE, today, year};
use crate::on_both;
use crate::support::{Kind, Person, Server, pdf_text, value};

async fn buy(librarian: &Person, title: &str, lang: &str, day: &str) -> StatusCode {
    let fields = [
        ("title", title),
        ("lang", lang),
        ("medium", "paper"),
        ("copies", "10"),
        ("price", "3 200,50"),
        ("funds", "per_capita"),
        ("bought_on", day),
    ];
    librarian.post("/textbooks", &fields).await.status()
}

async fn a_report_is_frozen_and_a_correction_is_a_new_version(server: Server) {
    let (librarian, department) = (server.person("librarian").await, server.person("department").await);
    department.page("/tasks").await;
    // Purchases count for the calendar year in which the academic year begins.
    let day = format!("{}-08-20", year(&server).start());
    assert_eq!(buy(&librarian, "Мейіргер ісі", "kk", &day).await, StatusCode::SEE_OTHER);
    assert_eq!(buy(&librarian, "МЕЙІРГЕР  ісі.", "kk", &day).await, StatusCode::SEE_OTHER);
    assert_eq!(buy(&librarian, "Сварка", "ru", &day).await, StatusCode::SEE_OTHER);
    assert_eq!(
        buy(&librarian, "Ертеңгі", "kk", "2099-01-01").await,
        StatusCode::UNPROCESSABLE_ENTITY,
        "not yet bought"
    );
    let region = "SELECT numerator FROM indicator_sum WHERE code = 'kazakh_titles' AND region = '35'";
    assert_eq!(server.number(region).await, 1, "a title counts once, a Russian one not");
    librarian.post("/textbooks/confirm", &[("report", "final")]).await;
    assert_eq!(department.post("/textbooks/reports", &[("report", "final")]).await.status(), StatusCode::SEE_OTHER);
    let report = server.number("SELECT MAX(id) FROM textbook_report").await;
    let path = format!("/textbooks/reports/{report}");
    let before = department.page(&path).await;
    assert!(before.contains("1 / 180"));
    assert_eq!(buy(&librarian, "Бағдарламалау", "kk", &day).await, StatusCode::SEE_OTHER);
    let page = department.page(&path).await;
    assert!(page.contains("1 / 180"), "frozen when sent");
    let again = department.post("/textbooks/reports", &[("report", "final")]).await;
    assert_eq!(again.status(), StatusCode::UNPROCESSABLE_ENTITY, "a correction has a reason");
    let fields = [("report", "final"), ("reason", "Бір атау қосылды")];
    assert_eq!(department.post("/textbooks/reports", &fields).await.status(), StatusCode::SEE_OTHER);
    assert!(department.page(&path).await.contains("кейінгі нұсқасы бар"));
    let newest = server.number("SELECT MAX(id) FROM textbook_report").await;
    let paper =
        pdf_text(&department.get(&format!("/textbooks/reports/{newest}/report.pdf")).await.bytes().await.unwrap());
    assert!(paper.contains("1-қосымша") && paper.contains("2 / 180") && paper.contains("Сарыарқа"), "{paper}");
    let book = department.get(&format!("/textbooks/reports/{newest}/report.xlsx")).await.bytes().await.unwrap();
    let rows = crate::support::Sheet::read(&book).rows;
    assert!(
        rows[0][1].contains("Сарыарқа") && rows[1][1] == "Барлығы",
        "the colleges that bought, and their sum: {rows:?}"
    );
    assert_eq!(rows[0][2..5], rows[1][2..5], "the sums are of the rows that stand there");
    let done = server.number("SELECT COUNT(*) FROM duty_task WHERE duty = '15.6/final' AND by_data").await;
    assert_eq!(done, 1, "the duty is done by the report");
    let outside = server.person("neighbour").await.get(&path).await.status();
    assert_eq!(outside, StatusCode::NOT_FOUND, "another region's");
    // Corrected away again.
    let last = server.number("SELECT MAX(id) FROM textbook_purchase").await;
    assert_eq!(librarian.post(&format!("/textbooks/{last}/remove"), &[]).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(server.number(region).await, 1);
}

async fn a_sheet_is_previewed_and_its_faults_are_named(server: Server) {
    let librarian = server.person("librarian").await;
    let template = librarian.get("/textbooks/template.xlsx").await.bytes().await.unwrap().to_vec();
    let (_, page) = librarian.brings("/textbooks/import", "t.xlsx", template).await;
    assert!(
        page.contains("үлгі жолы алынбады") && page.contains("Алатын ештеңе жоқ"),
        "its sample is never taken: {page}"
    );
    let year = year(&server).start();
    let rows = format!(
        "Атауы,Тілі,Түрі,Шыққан жылы,Даналар,\"Бір дананың бағасы, теңге\",Қаражат көзі,Сатып алынған күні\n\
         А,Қазақ тілі,ҚАҒАЗ,2020,5,100,демеуші,03.02.{year}\nБ,kk,paper,2020,жоқ,100,own,31.02.{year}\n"
    );
    let (address, page) = librarian.brings("/textbooks/import", "t.csv", rows).await;
    assert!(page.contains("E Даналар") && page.contains("H Сатып алынған күні"), "row and column are named: {page}");
    assert!(page.contains("жаңа – 1") && page.contains("қате – 1"), "words in one's language are read");
    assert_eq!(server.number("SELECT COUNT(*) FROM textbook_purchase").await, 0, "nothing of it was taken");
    let copy = librarian.get(&format!("{address}/noted.xlsx")).await.bytes().await.unwrap();
    let mut book = zip::ZipArchive::new(std::io::Cursor::new(copy.to_vec())).unwrap();
    let notes = std::io::read_to_string(book.by_name("xl/comments1.xml").unwrap()).unwrap();
    assert!(notes.contains("ref=\"E3\"") && notes.contains("күн емес"), "{notes}");
    assert!(librarian.takes(&address, &[]).await.contains("жаңа – 1"), "the right rows alone");
    assert_eq!(server.number("SELECT COUNT(*) FROM textbook_purchase").await, 1);
    // What is needed against what was bought.
    librarian.post("/textbooks/needed", &[("title", "Слесарь ісі"), ("copies", "30")]).await;
    assert!(librarian.page("/textbooks/needed").await.contains("жетпейді"));
}

async fn a_purchase_is_corrected_and_a_list_of_titles_comes_from_a_sheet(server: Server) {
    let librarian = server.person("librarian").await;
    librarian.page("/tasks").await;
    let day = format!("{}-08-20", year(&server).start());
    buy(&librarian, "Мейіргер ісі", "kk", &day).await;
    let id = server.number("SELECT MAX(id) FROM textbook_purchase").await;
    let path = format!("/textbooks/{id}");
    let form = librarian.page(&path).await;
    assert!(form.contains("Мейіргер ісі"));
    let version = value(&form, "version").to_owned();
    let fields = [
        ("title", "Сестринское дело"),
        ("lang", "ru"),
        ("medium", "paper"),
        ("copies", "7"),
        ("price", "1500,50"),
        ("funds", "own"),
        ("bought_on", &day),
        ("version", &version),
    ];
    assert_eq!(server.person("neighbour").await.get(&path).await.status(), StatusCode::NOT_FOUND, "another's");
    assert_eq!(librarian.post(&path, &fields).await.status(), StatusCode::SEE_OTHER);
    let region = "SELECT numerator FROM indicator_sum WHERE code = 'kazakh_titles' AND region = '35'";
    assert_eq!(server.number(region).await, 0, "the figure follows");
    let late = librarian.post(&path, &fields).await;
    assert_eq!(late.status(), StatusCode::CONFLICT, "nobody writes over another");
    assert!(late.text().await.unwrap().contains("1500,50"), "what was typed stays");

    let rows = "Атауы;Қажет дана\nСлесарь ісі;25\n";
    for expected in ["жаңа – 1", "өзгеріссіз – 1"] {
        let (address, page) = librarian.brings("/textbooks/needed/import", "t.csv", rows).await;
        assert!(page.contains(expected), "{page}");
        librarian.takes(&address, &[]).await;
    }
    assert_eq!(server.number("SELECT COUNT(*) FROM textbook_needed").await, 1, "each title once");
    let wrong = "Атауы,Қажет дана\nДәнекерлеу,он\n,3\n";
    let (_, page) = librarian.brings("/textbooks/needed/import", "w.csv", wrong).await;
    assert!(page.contains("B Қажет дана") && page.contains("A Атауы") && page.contains("Алатын ештеңе жоқ"), "{page}");
    let book = librarian.get("/textbooks/needed/list.xlsx").await.bytes().await.unwrap();
    let (_, page) = librarian.brings("/textbooks/needed/import", "list.xlsx", book.to_vec()).await;
    assert!(page.contains("өзгеріссіз – 1"), "what is given out reads back: {page}");
}

async fn buildings_and_readiness_are_judged_by_the_norms(server: Server) {
    let director = server.person("director").await;
    assert!(director.page("/college").await.contains("Ғимараттар енгізілмеген"));
    assert_eq!(director.post("/buildings", &[("name", "Бас ғимарат")]).await.status(), StatusCode::SEE_OTHER);
    let building = server.number("SELECT MAX(id) FROM building").await;
    assert!(director.page("/college").await.contains("Бас ғимарат: тексерілмеген"));
    let figure = format!(
        "SELECT numerator FROM indicator_value WHERE code = 'accessible_colleges' AND organisation_id = {COLLEGE}"
    );
    assert_eq!(server.number(&figure).await, 0);
    let day = today(&server).to_string();
    let mut fields =
        vec![("version", "1"), ("name", "Бас ғимарат"), ("checked_on", day.as_str()), ("checked_by", "Д. Директоров")];
    fields.extend(["ramp", "light_signals", "call_button"].map(|feature| ("features", feature)));
    director.upload(&format!("/buildings/{building}"), &fields, &[]).await;
    assert!(director.page("/college").await.contains("санитариялық торап жоқ"));
    fields.push(("features", "sanitary_unit"));
    let late = director.upload(&format!("/buildings/{building}"), &fields, &[]).await;
    assert_eq!(late.status(), StatusCode::CONFLICT, "somebody saved it meanwhile");
    let page = late.text().await.unwrap();
    assert!(page.contains("Басқа адам өзгертіп қойды") && page.contains("Д. Директоров"), "what was typed stays");
    fields[0] = ("version", "2");
    assert_eq!(director.upload(&format!("/buildings/{building}"), &fields, &[]).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(server.number(&figure).await, 1, "the indicator follows");
    let ministry = server.person("ministry").await;
    assert!(ministry.page("/indicators/accessible_colleges").await.contains("Қарағанды"));
    let region = ministry.page("/indicators/accessible_colleges?region=35").await;
    assert!(region.contains("Сарыарқа"), "down to the colleges");
    let own = director.page("/indicators/accessible_colleges").await;
    assert!(own.contains("href=\"/buildings\""), "and to the records themselves");
    assert_eq!(
        server.person("department").await.get("/indicators/accessible_colleges?college=999999").await.status(),
        StatusCode::NOT_FOUND
    );
    // Six requirements, each with evidence.
    let bare = director.upload("/readiness/channels", &[("is_met", "yes")], &[]).await;
    assert_eq!(bare.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let said = [("is_met", "yes"), ("evidence", "100 Мбит/с шарт"), ("until", "2020-01-01")];
    let said = [said[0], said[1], said[2], ("version", "0")];
    assert_eq!(director.upload("/readiness/channels", &said, &[]).await.status(), StatusCode::SEE_OTHER);
    assert!(director.page("/college").await.contains("дәлелдің мерзімі өткен"));
    assert_eq!(director.upload("/readiness/nothing", &said, &[]).await.status(), StatusCode::NOT_FOUND);
}

async fn figures_are_open_and_counted_anew_the_same(server: Server) {
    count::all(&server.app).await.unwrap();
    let sums = "SELECT CAST(SUM(denominator) AS BIGINT) FROM indicator_sum WHERE code = 'accessible_colleges'";
    let colleges = server.number("SELECT COUNT(*) FROM organisation WHERE kind = 'college' AND active").await;
    assert_eq!(server.number(sums).await, colleges);
    count::all(&server.app).await.unwrap();
    assert_eq!(server.number(sums).await, colleges, "counting again moves nothing");
    // A page is kept until something changes, and what the clock counts anew is a change.
    let director = server.person("director").await;
    let right = director.page("/indicators").await;
    for table in ["indicator_value", "indicator_sum"] {
        let sql = format!("UPDATE {table} SET numerator = numerator + 1 WHERE code = 'accessible_colleges'");
        database::run(&server.app.db, &sql, vec![]).await.unwrap();
    }
    assert_eq!(director.page("/indicators").await, right, "kept");
    server.person("methodist").await;
    assert_ne!(director.page("/indicators").await, right, "signing in is in the trail");
    count::all(&server.app).await.unwrap();
    assert_eq!(director.page("/indicators").await, right);
    let visitor = server.visitor();
    let rows: serde_json::Value = visitor.get("/open/indicators.json").await.json().await.unwrap();
    let all = rows.as_array().unwrap();
    assert!(all.iter().any(|row| row["indicator"] == "accessible_colleges" && row["target"] == 100));
    let answer = visitor.get("/open/indicators.csv").await;
    let name = format!(
        "attachment; filename=\"indicators-{}.csv\"",
        sheber_kernel::AcademicYear::of(clock::day(server.app.clock.millis()))
    );
    assert_eq!(answer.headers()["content-disposition"], name);
    let bytes = answer.bytes().await.unwrap();
    let csv = std::str::from_utf8(bytes.strip_prefix("\u{feff}".as_bytes()).expect("the mark")).unwrap();
    assert_eq!(csv.lines().count(), all.len() + 1);
    assert!(csv.starts_with("indicator,item,year,region"));
    let answer = visitor.get("/open/indicators.xlsx").await;
    assert_eq!(answer.headers()["content-disposition"], name.replace("csv", "xlsx"));
    let bytes = answer.bytes().await.unwrap();
    let mut book = sheber_exchange::book::Book::open(&bytes, None).unwrap();
    assert_eq!(book.sheet(0).unwrap().lines.len(), all.len() + 1, "the same rows");
}

async fn patrons_are_matched_by_profile(server: Server) {
    let department = server.person("department").await;
    department.page("/tasks").await;
    let fields = [("name", "Қазхром"), ("bin", "951040000069"), ("profile", "06")];
    let answer = department.post("/patrons", &fields).await;
    let bin = if answer.status() == StatusCode::SEE_OTHER {
        fields[1].1.to_owned()
    } else {
        sheber_kernel::Bin::complete("02014000001").unwrap().to_string()
    };
    if answer.status() != StatusCode::SEE_OTHER {
        let fields = [("name", "Қазхром"), ("bin", bin.as_str()), ("profile", "06")];
        assert_eq!(department.post("/patrons", &fields).await.status(), StatusCode::SEE_OTHER);
    }
    let page = department.page("/patrons").await;
    assert!(page.contains("сәйкестендірілмеген") && page.contains("Сарыарқа"), "a college of the profile is proposed");
    let (patron, college) = (
        server.number("SELECT MAX(id) FROM patron").await,
        server.number(&format!("SELECT {COLLEGE}")).await.to_string(),
    );
    let path = format!("/patrons/{patron}/match");
    let stranger =
        server.number("SELECT organisation_id FROM account WHERE email = 'neighbour@demo.sheber.kz'").await.to_string();
    assert_eq!(department.post(&path, &[("college", &stranger)]).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(department.post(&path, &[("college", &college)]).await.status(), StatusCode::SEE_OTHER);
    let done = "SELECT COUNT(*) FROM duty_task WHERE duty = '10.1/list' AND by_data";
    assert_eq!(server.number(done).await, 1);
    department.post(&path, &[("college", &college), ("gone", "yes")]).await;
    assert_eq!(server.number(done).await, 0, "a match taken back opens the duty");
}

async fn the_guidance_is_read_with_its_state(server: Server) {
    let visitor = server.visitor();
    let page = visitor.page("/guidance").await;
    for section in 1..=18 {
        assert!(page.contains(&format!("id=\"s{section}\"")), "section {section}");
    }
    assert!(page.contains("кейінгі нұсқада"), "what is not done yet is said");
    assert!(!page.contains("/tasks?"), "nothing of anybody's own");
    let own = server.person("director").await.page("/guidance").await;
    assert!(own.contains("/tasks?"));
    assert!(visitor.page("/guidance?q=пандус").await.contains("12.3"));
    assert!(!visitor.page("/guidance?q=пандус").await.contains("id=\"s2\""));
    let by_act = visitor.page("/guidance?q=514").await;
    assert!(by_act.contains("id=\"s16\"") && !by_act.contains("id=\"s7\""), "an act is found by its number");
    let item = visitor.page("/guidance/14.6").await;
    assert!(item.contains("Development Day") && item.contains("/guidance/acts/24_2021-01-18"));
    assert!(visitor.page("/guidance/acts").await.contains("Еңбек кодексі"));
    let act = visitor.page("/guidance/acts/348_2022-08-03").await;
    assert!(act.contains("161_2023-06-06") && act.contains("/guidance/3.2"), "what amended it, and what rests on it");
    assert_eq!(visitor.get("/guidance/acts/none").await.status(), StatusCode::NOT_FOUND);
    let changes = visitor.page("/guidance/changes?from=2023-2024&to=2024-2025").await;
    assert!(changes.contains("70 %") && changes.contains("85 %") && changes.contains("/guidance/2.2"));
    assert!(visitor.page("/guidance/changes?from=2024-2025&to=2024-2025").await.contains("айырмасы жоқ"));
    let methodist = server.person("methodist").await;
    let next = methodist.page("/guidance/next?from=2023-2024&to=2024-2025").await;
    assert!(next.contains("2.2") || next.contains("2.9"), "what a dry run finds");
    // One programme is asked about from its own intake on, and what the next edition would find is named.
    let one = server.number("SELECT MIN(id) FROM programme WHERE intake = '2023-2024'").await;
    let asked = methodist.page(&format!("/guidance/next?programme={one}")).await;
    assert!(asked.contains("2023-2024 → 2024-2025"), "{asked}");
    let department = server.person("department").await;
    assert_eq!(department.get("/guidance/next").await.status(), StatusCode::BAD_REQUEST);
    let college = server.number(&format!("SELECT {COLLEGE}")).await;
    let of_college = department.page(&format!("/guidance/next?college={college}&from=2023-2024&to=2024-2025")).await;
    assert!(of_college.contains("Сарыарқа"), "a department asks for one of its colleges");
    let elsewhere = server.number("SELECT organisation_id FROM account WHERE email = 'neighbour@demo.sheber.kz'").await;
    let shut = department.get(&format!("/guidance/next?college={elsewhere}")).await.status();
    assert_eq!(shut, StatusCode::NOT_FOUND);
    // What the data say stands in words.
    let item = visitor.page("/guidance/16.2").await;
    assert!(item.contains("мұнай") && !item.contains("oil_gas"), "{item}");
    assert!(visitor.page("/guidance/4.3").await.contains("1 қыркүйек – 25 желтоқсан"));
    let act = visitor.page("/guidance/acts").await;
    let standard = act.split("href=\"/guidance/acts/").find(|rest| rest.starts_with("559")).unwrap();
    let standard = visitor.page(&format!("/guidance/acts/{}", standard.split('"').next().unwrap())).await;
    assert!(standard.contains("№ 249") && !standard.contains("/guidance/acts/249_2023-03-28"), "another act's number");
    assert!(visitor.page("/guidance/coverage").await.contains("11.6"));
}

/// No page of the guidance or the college leads somebody where they may not go.
/// What is shut to whom is no matter of the database.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn links_lead_nowhere_that_is_shut() {
    let server = Server::start(Kind::Sqlite).await;
    let pages = [
        "/",
        "/college",
        "/guidance",
        "/guidance/10.1",
        "/guidance/12.3",
        "/guidance/14.5",
        "/guidance/15.6",
        "/plans",
        "/tasks",
    ];
    for role in [
        "teacher",
        "hr",
        "librarian",
        "psychologist",
        "youth-inspector",
        "methodist",
        "department",
        "ministry",
        "operator",
    ] {
        let person = server.person(role).await;
        let mut followed = std::collections::BTreeSet::new();
        for path in pages {
            let answer = person.get(path).await;
            if !answer.status().is_success() {
                continue;
            }
            let page = answer.text().await.unwrap();
            let mut rest = &page[page.find("<main").unwrap()..];
            while let Some(at) = rest.find("href=\"/") {
                rest = &rest[at + 6..];
                let link = rest[..rest.find('"').unwrap()].replace("&amp;", "&").replace("&#38;", "&");
                // What differs in the record alone opens for the same people.
                let door: String = link
                    .split(['?', '#'])
                    .next()
                    .unwrap_or_default()
                    .chars()
                    .filter(|letter| !letter.is_ascii_digit())
                    .collect();
                let is_item = link.starts_with("/guidance/") || link.starts_with("/tasks/");
                if !followed.insert(if is_item { door } else { link.clone() }) {
                    continue;
                }
                let status = person.get(&link).await.status();
                assert_ne!(status, StatusCode::FORBIDDEN, "{role}: {path} leads to {link}");
            }
        }
    }
}

async fn each_has_their_first_page(server: Server) {
    sheber_standing::duties::make::all(&server.app).await.unwrap();
    count::all(&server.app).await.unwrap();
    for (who, says) in [
        ("director", "Нұсқаулық бөлімдер бойынша"),
        ("department", "нашарынан бастап"),
        ("ministry", "Өңірлер қатар"),
        ("operator", "Осы аптадағы міндеттер"),
        ("expert", "Сәлем"),
    ] {
        assert!(server.person(who).await.page("/").await.contains(says), "{who}");
    }
    assert!(server.person("ministry").await.page("/").await.contains("class=\"tilemap\""));
}

async fn a_quarter_is_watched_by_what_was_bought_in_it(server: Server) {
    let (librarian, department) = (server.person("librarian").await, server.person("department").await);
    department.page("/tasks").await;
    let start = year(&server).start();
    for (title, lang, day) in [("Жазғы", "kk", "08-20"), ("Сварка", "ru", "09-02"), ("Күзгі", "kk", "10-02")]
    {
        let day = format!("{start}-{day}");
        if day <= today(&server).to_string() {
            assert_eq!(buy(&librarian, title, lang, &day).await, StatusCode::SEE_OTHER);
        }
    }
    let quarter = format!("monitoring-{start}-Q3");
    let answer = department.post("/textbooks/reports", &[("report", &quarter)]).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER, "a quarter that has ended can still be told of");
    let content = server.text("SELECT content FROM textbook_report").await;
    let content: serde_json::Value = serde_json::from_str(&content).unwrap();
    let bought: i64 = content["lines"].as_array().unwrap().iter().map(|line| line["titles"].as_i64().unwrap()).sum();
    assert_eq!(bought, 2, "in every language, from July to September");
    let done = "SELECT COUNT(*) FROM duty_task WHERE holder = 'department' AND by_data AND duty LIKE '15.3/%'";
    assert_eq!(server.number(done).await, 1, "the quarter's duty is done");
    let later = department.post("/textbooks/reports", &[("report", "monitoring-2099-Q1")]).await;
    assert_eq!(later.status(), StatusCode::UNPROCESSABLE_ENTITY);
    // What was bought in another calendar year is found in its list, and a sum that nothing holds is refused.
    let fields = |price: &'static str, day: &'static str| {
        let fixed = [("title", "Ескі"), ("lang", "kk"), ("medium", "paper"), ("copies", "1000000"), ("funds", "own")];
        fixed.into_iter().chain([("price", price), ("bought_on", day)]).collect::<Vec<_>>()
    };
    let answer = librarian.post("/textbooks", &fields("1", "2023-02-03")).await;
    assert_eq!(answer.headers()["location"], "/textbooks?year=2023");
    assert!(librarian.page("/textbooks?year=2023").await.contains("Ескі"));
    let answer = librarian.post("/textbooks", &fields("99999999999999", "2023-02-03")).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

on_both! {
    a_quarter_is_watched_by_what_was_bought_in_it
    a_report_is_frozen_and_a_correction_is_a_new_version
    a_sheet_is_previewed_and_its_faults_are_named
    a_purchase_is_corrected_and_a_list_of_titles_comes_from_a_sheet
    buildings_and_readiness_are_judged_by_the_norms
    figures_are_open_and_counted_anew_the_same
    patrons_are_matched_by_profile
    the_guidance_is_read_with_its_state
    each_has_their_first_page
}
