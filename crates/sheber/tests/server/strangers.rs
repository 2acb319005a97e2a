//! A college's records of educational work as another college's director meets them: not there, whatever the address.

use reqwest::{Method, StatusCode};
use sheber_platform::database;

use crate::duties::{COLLEGE, group, task, today, year};
use crate::on_both;
use crate::support::Server;

/// The rooms whose addresses hold a record's key, and the table that it is the key of.
const ROOMS: &[(&str, &str)] = &[
    ("/tasks/", "duty_task"),
    ("/events/", "event"),
    ("/days/", "event"),
    ("/groups/", "study_group"),
    ("/bodies/", "body"),
    ("/plans/", "plan"),
    ("/contests/", "contest"),
    ("/surveys/", "survey"),
    ("/debates/", "debate"),
    ("/buildings/", "building"),
    ("/textbooks/needed/", "textbook_needed"),
    ("/textbooks/reports/", "textbook_report"),
    ("/textbooks/", "textbook_purchase"),
    ("/patrons/", "patron"),
];

/// One record in each room, of the demo college or its department.
async fn records(server: &Server) {
    let (director, department) = (server.person("director").await, server.person("department").await);
    let (deputy, day) = (server.person("deputy-director").await, today(server).to_string());
    director.page("/tasks").await;
    department.page("/tasks").await;
    let kept = group(server, &director, "25ПО-11").await;
    director.post(&format!("/groups/{kept}/students"), &[("names", "Ким Дана")]).await;
    let bought = format!("{}-08-20", year(server).start());
    for (path, fields) in [
        ("/events", vec![("kind", "development_day"), ("topic", "Даму күні"), ("planned_on", &*day)]),
        ("/bodies", vec![("kind", "circle"), ("name", "Шахмат"), ("leader", "А"), ("founded_on", &*day)]),
        ("/plans/propose", vec![("kind", "education")]),
        (
            "/contests",
            vec![
                ("kind", "group_reader"),
                ("title", "Оқырман"),
                ("opens_on", &*day),
                ("closes_on", &*day),
                ("criterion-0", "Мазмұны"),
                ("most-0", "10"),
            ],
        ),
        ("/surveys", vec![("kind", "survey"), ("title", "Сауалнама")]),
        ("/debates", vec![("topic", "Т"), ("held_on", &*day), ("teams", "А\nБ")]),
        ("/buildings", vec![("name", "Бас ғимарат")]),
        ("/textbooks/needed", vec![("title", "Слесарь ісі"), ("copies", "30")]),
        (
            "/textbooks",
            vec![
                ("title", "Слесарь ісі"),
                ("lang", "kk"),
                ("medium", "paper"),
                ("copies", "5"),
                ("price", "100"),
                ("funds", "own"),
                ("bought_on", &*bought),
            ],
        ),
    ] {
        assert_eq!(deputy.post(path, &fields).await.status(), StatusCode::SEE_OTHER, "{path}");
    }
    assert_eq!(department.post("/textbooks/reports", &[("report", "final")]).await.status(), StatusCode::SEE_OTHER);
    let bin = sheber_kernel::Bin::complete("02014000001").unwrap().to_string();
    let patron = [("name", "Қазхром"), ("bin", bin.as_str()), ("profile", "06")];
    assert_eq!(department.post("/patrons", &patron).await.status(), StatusCode::SEE_OTHER);
}

async fn another_college_finds_none_of_them(server: Server) {
    records(&server).await;
    let neighbour = server.person("neighbour").await;
    neighbour.page("/tasks").await;
    let own = format!(
        "SELECT COUNT(*) FROM account WHERE email = 'neighbour@demo.sheber.kz' AND organisation_id = {COLLEGE}"
    );
    assert_eq!(server.number(&own).await, 0, "of another college");
    let before = server.number("SELECT COUNT(*) FROM audit").await;
    let mut tried = 0;
    for route in sheber_app::house().routes().iter().filter(|route| route.path.contains("{id}")) {
        let Some((room, table)) = ROOMS.iter().find(|(room, _)| route.path.starts_with(&format!("{room}{{id}}")))
        else {
            continue;
        };
        let id = match *table {
            "duty_task" => task(&server, "14.2/site").await,
            table => server.number(&format!("SELECT MAX(id) FROM {table}")).await,
        };
        assert!(id > 0, "{room} has a record");
        let mut path = route.path.replace("{id}", &id.to_string());
        for (part, table) in [
            ("{student}", "group_student"),
            ("{member}", "body_member"),
            ("{activity}", "day_activity"),
            ("{entry}", "contest_entry"),
        ] {
            if path.contains(part) {
                let key = server.number(&format!("SELECT COALESCE(MAX(id), 1) FROM {table}")).await;
                path = path.replace(part, &key.to_string());
            }
        }
        path = path.replace("{photo}", "1").replace("{hash}", "0");
        let with_files = ["/close", "/photos", "/apply"].iter().any(|end| path.ends_with(end))
            || route.path == "/buildings/{id}" && route.method == Method::POST;
        let answer = match (route.method == Method::GET, with_files) {
            (true, _) => neighbour.get(&path).await,
            (false, true) => neighbour.upload(&path, &[("name", "Бөтен"), ("note", "бөтен жазба")], &[]).await,
            (false, false) => {
                let fields = [
                    ("action", "close"),
                    ("to", "1"),
                    ("version", "1"),
                    ("base", "1"),
                    ("name", "Бөтен"),
                    ("topic", "Бөтен"),
                    ("title", "Бөтен"),
                    ("reason", "бөтен колледж жазбасы"),
                    ("names", "Бөтен Адам"),
                    ("entry", "1"),
                ];
                neighbour.post(&path, &fields).await
            }
        };
        let status = answer.status();
        assert!(matches!(status, StatusCode::NOT_FOUND | StatusCode::FORBIDDEN), "{} {path}: {status}", route.method);
        tried += 1;
    }
    assert!(tried > 50, "{tried} addresses");
    assert_eq!(server.number("SELECT COUNT(*) FROM audit").await, before, "and nothing was changed");
    let count = database::number(&server.app.db, "SELECT COUNT(*) FROM group_student", vec![]).await.unwrap();
    assert_eq!(count, 1);
}

on_both! { another_college_finds_none_of_them }
