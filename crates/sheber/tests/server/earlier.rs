//! Entries that no case brought: a pilot programme entered at once, the register of 2022 imported, both taken out again.

use reqwest::StatusCode;
use sheber_platform::database;
use sheber_platform::list::{Cursor, Place};
use sheber_platform::params;

use crate::on_both;
use crate::support::{Person, Server, value};

const DONE: StatusCode = StatusCode::SEE_OTHER;
const REFUSED: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

async fn bin(server: &Server, local: &str) -> String {
    let sql = "SELECT o.bin FROM organisation o JOIN account a ON a.organisation_id = o.id WHERE a.email = $1";
    let email = format!("{local}@demo.sheber.kz");
    database::value::<String>(&server.app.db, sql, params![email]).await.unwrap().unwrap()
}

async fn a_pilot_programme_is_entered_at_once(server: Server) {
    let (operator, visitor) = (server.person("operator").await, server.visitor());
    let own = bin(&server, "methodist").await;
    let form = |number: &'static str, on: &'static str| {
        vec![
            ("origin", "pilot"),
            ("bin", own.as_str()),
            ("specialty", "06130100"),
            ("qualifications", "4S06130103"),
            ("language", "kk"),
            ("number", number),
            ("included_on", on),
            ("intake", "2023-2024"),
        ]
    };
    assert_eq!(
        server.person("director").await.post("/register/enter", &form("P-1", "2023-09-01")).await.status(),
        StatusCode::FORBIDDEN
    );
    let refused = operator.post("/register/enter", &form("№ 7/1", "2023-09-01")).await;
    assert_eq!(refused.status(), REFUSED);
    let page = refused.text().await.unwrap();
    assert!(page.contains("латын әріптері") && page.contains("value=\"№ 7/1\""), "said, and what was typed stays");
    let mut odd = form("", "2023-09-01");
    odd.push(("name_ru", "Совсем другая"));
    let noted = operator.post("/register/enter", &odd).await;
    assert_eq!(noted.status(), REFUSED);
    let page = noted.text().await.unwrap();
    let sure = value(&page, "sure").to_owned();
    odd.push(("sure", "true"));
    assert_eq!(
        operator.post("/register/enter", &odd).await.status(),
        REFUSED,
        "what was seen is confirmed, nothing else"
    );
    odd.pop();
    odd.push(("sure", &sure));
    let entered = operator.post("/register/enter", &odd).await;
    assert_eq!(entered.status(), DONE);
    let path = entered.headers()["location"].to_str().unwrap().to_owned();
    assert!(path.starts_with("/r/35-06130100-2023-"), "{path}: a number is drawn");
    let page = visitor.page(&path).await;
    assert!(page.contains("пилоттық бағдарлама (2.11)") && !page.contains("Совсем другая"));
    assert_eq!(visitor.get(&format!("{path}/certificate.pdf")).await.status(), StatusCode::OK);
    assert!(server.person("director").await.page("/inbox").await.contains(&path), "the college is told");

    // One that Sheber has: its own version is what is entered.
    let programme = server.number("SELECT MIN(id) FROM programme WHERE violations = 0 AND college_id = (SELECT organisation_id FROM account WHERE email = 'methodist@demo.sheber.kz')").await.to_string();
    let page = operator.page(&format!("/register/enter?programme={programme}")).await;
    assert!(!page.contains("name=\"bin\""), "what is known is not asked for");
    let mut fields = vec![
        ("origin", "pilot"),
        ("programme", programme.as_str()),
        ("included_on", "2023-09-01"),
        ("valid_to", "2031-08-31"),
    ];
    let mut entered = operator.post("/register/enter", &fields).await;
    let sure;
    if entered.status() == REFUSED {
        sure = value(&entered.text().await.unwrap(), "sure").to_owned();
        fields.push(("sure", &sure));
        entered = operator.post("/register/enter", &fields).await;
    }
    assert_eq!(entered.status(), DONE);
    let path = entered.headers()["location"].to_str().unwrap().to_owned();
    let again = operator.post("/register/enter", &fields).await;
    assert_eq!(again.status(), REFUSED, "a second click enters nothing twice");
    assert!(again.text().await.unwrap().contains("бұл бағдарлама тізілімде бар"));
    assert_eq!(visitor.get(&format!("{path}/curriculum.pdf")).await.status(), StatusCode::OK);
    assert_eq!(server.number("SELECT COUNT(*) FROM register_entry WHERE origin = 'pilot'").await, 2);

    assert!(operator.page(&path).await.contains("/exclude"), "the operator may take it out");
    assert!(!visitor.page(&path).await.contains("/exclude"));
    let number = path.strip_prefix("/r/").unwrap();
    let exclude = format!("/register/entries/{number}/exclude");
    for fields in [vec![("sure", "true")], vec![("why", "Колледж жабылды")]] {
        assert_eq!(operator.post(&exclude, &fields).await.status(), REFUSED);
    }
    assert_eq!(operator.post(&exclude, &[("why", "Колледж жабылды"), ("sure", "true")]).await.status(), DONE);
    let page = visitor.page(&path).await;
    assert!(page.contains("Колледж жабылды") && page.contains("тізілімнен шығарылды"), "it stays visible");
    assert_eq!(operator.get(&exclude).await.status(), StatusCode::NOT_FOUND, "once");
    server.trail_holds().await;
}

async fn preview(operator: &Person, csv: &str) -> (String, String) {
    operator.brings("/register/import", "register.csv", csv).await
}

async fn the_earlier_register_is_previewed_and_taken(server: Server) {
    let (operator, visitor) = (server.person("operator").await, server.visitor());
    let (own, other) = (bin(&server, "methodist").await, bin(&server, "neighbour").await);
    let csv = format!(
        "Регистрационный номер;БИН;Код специальности;Квалификация;Язык обучения;Дата включения;Срок действия;Состояние;ended_on\n\
         2022-0001;{own};06130100;4S06130103;казахский;12.09.2022;;;\n\
         2022-0002;{other};07150100;4S07150101;орыс тілі;12.09.2022;12.09.2023;;\n\
         2022-0003;{own};04110100;3W04110101;ru;12.09.2022;;исключена из реестра;01.03.2023\n\
         2022-0001;{own};04110100;3W04110101;ru;12.09.2022;;;\n\
         2022-0005;000000000000;04110100;3W04110101;ru;вчера;;;\n"
    );
    let (_, page) = preview(&operator, "x;y\n1;2\n").await;
    assert!(page.contains("Кесте бағандарының атаулары табылмады"), "{page}");
    let (address, page) = preview(&operator, &csv).await;
    for said in
        ["мұндай жол бұрын да бар: 2-жол", "«вчера» – күн емес", "жарамдылық мерзімі өткен", "жаңа – 3", "қате – 2"]
    {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert_eq!(server.number("SELECT COUNT(*) FROM register_entry").await, 0, "nothing is taken before it is said");
    for _ in 0..2 {
        assert!(operator.takes(&address, &[]).await.contains("жаңа – 3"), "a second click takes nothing twice");
    }
    assert_eq!(server.number("SELECT COUNT(*) FROM register_entry WHERE origin = 'earlier'").await, 3);
    database::run(&server.app.db, "UPDATE register_entry SET state = 'included' WHERE number = '2022-0002'", vec![])
        .await
        .unwrap();
    for _ in 0..2 {
        sheber_programmes::register::time::pass(&server.app).await.unwrap();
    }
    let ended = "SELECT COUNT(*) FROM register_entry WHERE number = '2022-0002' AND state = 'expired' AND ended_on = '2023-09-12'";
    assert_eq!(server.number(ended).await, 1, "what is over expires by itself, on its last day");
    for (number, said) in
        [("2022-0001", "тізілімге енгізілді"), ("2022-0002", "мерзімі өтті"), ("2022-0003", "тізілімнен шығарылды")]
    {
        let page = visitor.page(&format!("/r/{number}")).await;
        assert!(page.contains(said) && page.contains("бұрынғы тізілім"), "{number}: {page}");
    }
    assert!(visitor.page("/r?q=2022-0001").await.contains("2022-0001"), "found by its number");
    // Numbers of the register's own form move the counter of their year.
    let own_form = format!(
        "number;bin;specialty;qualifications;included_on;Примечание\n35-06130100-2022-000041;{own};06130100;4S06130103;2022-12-01;x\n"
    );
    let (address, page) = preview(&operator, &own_form).await;
    assert!(page.contains("F Примечание"), "what is not read is said: {page}");
    operator.takes(&address, &[]).await;
    let fields = [
        ("origin", "pilot"),
        ("bin", own.as_str()),
        ("specialty", "04110100"),
        ("qualifications", "3W04110101"),
        ("included_on", "2022-12-02"),
    ];
    let drawn = operator.post("/register/enter", &fields).await;
    assert_eq!(drawn.headers()["location"], "/r/35-04110100-2022-000042", "drawn after what was imported");
    assert!(server.person("director").await.page("/inbox").await.contains("/r?college="), "the college is told");
    let template = operator.get("/register/import/template.xlsx").await.bytes().await.unwrap();
    let (_, page) = operator.brings("/register/import", "t.xlsx", template.to_vec()).await;
    assert!(page.contains("үлгі жолы алынбады"), "our own template reads: {page}");
}

async fn cases_are_found_and_sorted(server: Server) {
    crate::register::with_cases(&server).await;
    let director = server.person("director").await;
    let lines = async |path: &str| {
        let page = director.page(path).await;
        page.split("<th scope=\"row\"><a href=\"/register/")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(lines("/register").await, ["1", "2"]);
    let name = server
        .text("SELECT name_ru FROM programme p JOIN register_case c ON c.programme_id = p.id WHERE c.id = 2")
        .await;
    let query = serde_json::json!({ "q": name.to_uppercase() });
    let query = format!(
        "/register?{}",
        reqwest::Url::parse_with_params("http://x/", [("q", query["q"].as_str().unwrap())]).unwrap().query().unwrap()
    );
    assert_eq!(lines(&query).await, ["2"], "in any case");
    assert!(director.page("/register?q=жоқтай").await.contains("href=\"/register\""), "the way out is shown");
    database::run(&server.app.db, "UPDATE register_case SET updated_at = updated_at + 10000 WHERE id = 1", vec![])
        .await
        .unwrap();
    assert_eq!(lines("/register?sort=updated").await, ["1", "2"]);
    let at = server.number("SELECT updated_at FROM register_case WHERE id = 1").await;
    let at = Cursor::behind(vec![Place::Number(at), Place::Number(1)]).word();
    assert_eq!(lines(&format!("/register?sort=updated&at={at}")).await, ["2"], "the page after");
}

on_both! { a_pilot_programme_is_entered_at_once the_earlier_register_is_previewed_and_taken cases_are_found_and_sorted }
