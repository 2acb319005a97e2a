//! What people would only notice once it goes wrong: names that are nobody else's business, days that have passed, one thing asked
//! for twice, work that was handed to somebody who left.

use chrono::Days;
use reqwest::StatusCode;
use sheber_platform::database;

use crate::duties::{COLLEGE, due, group, seen, task, today, year};
use crate::education::of_another_college;
use crate::on_both;
use crate::support::{Server, value};

async fn run(server: &Server, sql: &str) {
    database::run(&server.app.db, sql, vec![]).await.unwrap();
}

async fn answers_with_names_are_read_by_few(server: Server) {
    let psychologist = server.person("psychologist").await;
    psychologist.post("/surveys", &[("kind", "survey"), ("title", "Топтағы ахуал")]).await;
    let survey = server.number("SELECT MAX(id) FROM survey").await;
    let path = format!("/surveys/{survey}");
    let two = [
        ("text-0", "Сізді ренжіте ме?"),
        ("way-0", "one"),
        ("options-0", "*иә\n*жоқ"),
        ("text-1", ""),
        ("way-1", "one"),
        ("options-1", "А\nБ"),
        ("version", "1"),
        ("title", "Топтағы ахуал"),
    ];
    let wrong = psychologist.post(&path, &two).await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = wrong.text().await.unwrap();
    assert!(page.contains("дұрыс жауабы біреу") && page.contains("id=\"text-1-wrong\""), "a question without its text");
    let right = [two[0], two[1], ("options-0", "иә\nжоқ"), ("version", "1"), ("title", "Ахуал")];
    assert_eq!(psychologist.post(&path, &right).await.status(), StatusCode::SEE_OTHER);
    psychologist.post(&format!("{path}/step"), &[("action", "open")]).await;
    let token = server.text("SELECT token FROM survey").await;
    assert!(
        server.visitor().page(&format!("/s/{token}")).await.contains("атыңызбен сақталады"),
        "said before answering"
    );
    let sheet = format!("{path}/results.xlsx");
    for (who, status) in [
        ("psychologist", StatusCode::OK),
        ("director", StatusCode::OK),
        ("youth-inspector", StatusCode::FORBIDDEN),
        ("librarian", StatusCode::FORBIDDEN),
        ("teacher", StatusCode::FORBIDDEN),
    ] {
        assert_eq!(server.person(who).await.get(&sheet).await.status(), status, "{who}");
    }
}

async fn who_is_supported_is_not_counted_out(server: Server) {
    let (director, teacher) = (server.person("director").await, server.person("teacher").await);
    let kept = group(&server, &director, "25ПО-11").await;
    let names = "Әбен Айару\nБейсен Бекзат\nКим Дана\nЛи Ян\nОмар Ерке";
    director.post(&format!("/groups/{kept}/students"), &[("names", names)]).await;
    run(&server, "UPDATE group_student SET support = 'low_income'").await;
    let students = server.texts("SELECT CAST(id AS TEXT) FROM group_student").await;
    let (day, group) = (today(&server).to_string(), kept.to_string());
    let mut fields = vec![("kind", "talk"), ("topic", "Кездесу"), ("held_on", &*day), ("groups", &*group)];
    fields.extend(students.iter().map(|student| ("present", student.as_str())));
    assert_eq!(teacher.post("/events", &fields).await.status(), StatusCode::SEE_OTHER);
    let event = server.number("SELECT MAX(id) FROM event").await;
    let path = format!("/events/{event}");
    assert_eq!(server.number("SELECT first_involved FROM event").await, 5);
    let said = "Олардың ішінде бірінші кезекте";
    for (who, sees) in [("teacher", false), ("librarian", false), ("director", true), ("psychologist", true)] {
        assert_eq!(server.person(who).await.page(&path).await.contains(said), sees, "{who}");
    }
    let trail = server.number("SELECT COUNT(*) FROM audit WHERE after LIKE '%\"first_involved\":5%'").await;
    assert_eq!(trail, 0, "nor is it in the trail beside the names");
}

async fn a_region_counts_its_titles_whichever_college_changed_one(server: Server) {
    let librarian = server.person("librarian").await;
    let day = format!("{}-08-20", year(&server).start());
    let buy = |title: &'static str| {
        vec![
            ("title", title),
            ("lang", "kk"),
            ("medium", "paper"),
            ("copies", "10"),
            ("price", "3200"),
            ("funds", "per_capita"),
            ("bought_on", day.as_str()),
        ]
    };
    librarian.post("/textbooks", &buy("Мейіргер ісі")).await;
    of_another_college(&server, "librarian").await;
    librarian.post("/textbooks", &buy("Мейіргер ісі")).await;
    let region = "SELECT numerator FROM indicator_sum WHERE code = 'kazakh_titles' AND region = '35'";
    assert_eq!(server.number(region).await, 1, "one title, whoever bought it");
    let id = server.number("SELECT MAX(id) FROM textbook_purchase").await;
    let path = format!("/textbooks/{id}");
    let version = value(&librarian.page(&path).await, "version").to_owned();
    let mut other = buy("Дәнекерлеу");
    other.push(("version", &version));
    assert_eq!(librarian.post(&path, &other).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(server.number(region).await, 2, "the college has one title as before, the region two");
    // The department reads both, a college what is said of itself.
    let department = server.person("department").await;
    let sent = department.post("/textbooks/reports", &[("report", "final")]).await;
    let report = sent.headers()["location"].to_str().unwrap().to_owned();
    let page = department.page(&report).await;
    assert!(page.contains("Сарыарқа") && page.contains("Теміртау"));
    let page = librarian.page(&report).await;
    assert!(!page.contains("Сарыарқа") && page.contains("Теміртау"), "a college sees its own");
    for document in ["report.xlsx", "report.pdf"] {
        assert_eq!(librarian.get(&format!("{report}/{document}")).await.status(), StatusCode::NOT_FOUND);
    }
    // Taken off by mistake, it is put back.
    let gone = librarian.post(&format!("{path}/remove"), &[]).await;
    let list = gone.headers()["location"].to_str().unwrap().to_owned();
    assert_eq!(server.number(region).await, 1);
    assert!(librarian.page(&list).await.contains(&format!("{path}/back")));
    let lured = librarian.get("/textbooks?removed=../bodies/1/members/2/remove").await;
    assert_eq!(lured.status(), StatusCode::BAD_REQUEST, "an address chooses no form");
    assert_eq!(librarian.post(&format!("{path}/back"), &[]).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(server.number(region).await, 2);
}

async fn the_regions_list_names_the_titles_that_colleges_need(server: Server) {
    let (librarian, department) = (server.person("librarian").await, server.person("department").await);
    let start = year(&server).start();
    librarian.post("/textbooks/needed", &[("title", "Слесарь ісі"), ("copies", "30")]).await;
    let bought = |lang: &'static str, day: String| {
        let fixed =
            [("title", "Слесарь ісі"), ("medium", "paper"), ("copies", "12"), ("price", "100"), ("funds", "own")];
        let fixed = fixed.map(|(name, value)| (name, value.to_owned()));
        fixed.into_iter().chain([("lang", lang.to_owned()), ("bought_on", day)]).collect::<Vec<_>>()
    };
    for purchase in [bought("ru", format!("{start}-09-02")), bought("kk", format!("{start}-10-02"))] {
        let fields: Vec<(&str, &str)> = purchase.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(librarian.post("/textbooks", &fields).await.status(), StatusCode::SEE_OTHER);
    }
    let page = department.page("/textbooks/reports?report=needed").await;
    assert!(page.contains("Слесарь ісі") && page.contains(">30</td>") && page.contains(">12</td>"), "{page}");
    let sent = department.post("/textbooks/reports", &[("report", "needed")]).await;
    let report = sent.headers()["location"].to_str().unwrap().to_owned();
    let book = department.get(&format!("{report}/report.xlsx")).await.bytes().await.unwrap();
    let rows = crate::support::Sheet::read(&book).rows;
    assert_eq!(rows[0][1], "Слесарь ісі", "{rows:?}");
    for _ in 0..2 {
        let first = department.post("/textbooks/reports", &[("report", "final"), ("once", "form-0")]).await;
        assert_eq!(first.status(), StatusCode::SEE_OTHER, "a double click of the first is one report");
    }
    let double = [("report", "needed"), ("reason", "Тағы"), ("once", "form-1")];
    for _ in 0..2 {
        assert_eq!(department.post("/textbooks/reports", &double).await.status(), StatusCode::SEE_OTHER);
    }
    assert_eq!(server.number("SELECT MAX(number) FROM textbook_report").await, 2, "a double click is one correction");
    // A list is searched, and what is short is told apart.
    assert!(!librarian.page("/textbooks/needed?q=дәнекер").await.contains("Слесарь"));
    assert!(librarian.page("/textbooks/needed?short=yes&q=слесарь").await.contains("Слесарь"));
}

async fn what_is_confirmed_is_the_year_that_is_shown(server: Server) {
    let librarian = server.person("librarian").await;
    let before = (year(&server).start() - 1).to_string();
    let fields = [("report", "final"), ("year", before.as_str())];
    assert_eq!(librarian.post("/textbooks/confirm", &fields).await.status(), StatusCode::SEE_OTHER);
    let sql = format!("SELECT COUNT(*) FROM textbook_confirmed WHERE year LIKE '{before}-%'");
    assert_eq!(server.number(&sql).await, 1);
    let soon = (year(&server).start() + 1).to_string();
    for (report, year) in [("needed", before.as_str()), ("final", soon.as_str())] {
        let answer = librarian.post("/textbooks/confirm", &[("report", report), ("year", year)]).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{report} {year}");
    }
    // The same sheet twice is noticed; another delivery that is alike is said to be one.
    let row =
        format!("title,lang,medium,published,copies,price,funds,bought_on\nА,kk,paper,2020,5,100,own,{before}-02-03\n");
    let purchases = async || server.number("SELECT COUNT(*) FROM textbook_purchase").await;
    let (address, page) = librarian.brings("/textbooks/import", "t.csv", row.clone()).await;
    assert!(page.contains("жаңа – 1"), "{page}");
    assert_eq!(
        librarian.brings("/textbooks/import", "t.csv", row.clone()).await.0,
        address,
        "a double click is one file"
    );
    for _ in 0..2 {
        assert!(librarian.takes(&address, &[]).await.contains("жаңа – 1"), "a double click is one delivery");
        assert_eq!(purchases().await, 1);
    }
    let (again, page) = librarian.brings("/textbooks/import", "t.csv", row).await;
    assert!(page.contains("Бұл файл бұрын алынған") && page.contains("осындайы бар – 1"), "{page}");
    librarian.takes(&again, &[("doubles", "yes")]).await;
    assert_eq!(purchases().await, 2);
}

async fn a_task_is_closed_in_its_time_and_never_lost(server: Server) {
    let (director, department) = (server.person("director").await, server.person("department").await);
    director.page("/tasks").await;
    department.page("/tasks").await;
    let by_hand = "SELECT MIN(t.id) FROM duty_task t WHERE t.duty = '17.9/report' OR t.duty LIKE '6.7/%'";
    let id = server.number(by_hand).await;
    let path = format!("/tasks/{id}");
    let holder = server.number(&format!("SELECT organisation_id FROM duty_task WHERE id = {id}")).await;
    let college = server.number(&format!("SELECT {COLLEGE}")).await;
    let person = if holder == college { &director } else { &department };
    due(&server, id, "2099-02-01".parse().unwrap()).await;
    let early = person.upload(&format!("{path}/close"), &[("note", "Бәрі дайын")], &[]).await;
    assert_eq!(early.status(), StatusCode::CONFLICT, "its time has not come");
    assert!(!person.page(&path).await.contains(&format!("{path}/close")));

    // What was handed to somebody who leaves goes back to the post.
    let teacher = server.number("SELECT id FROM account WHERE email = 'teacher@demo.sheber.kz'").await;
    let own = task(&server, "14.4/plan").await;
    let handed = [("to", &*teacher.to_string()), ("version", &seen(&server, own).await)];
    director.post(&format!("/tasks/{own}/hand"), &handed).await;
    let owner = format!("SELECT COALESCE(owner_id, 0) FROM duty_task WHERE id = {own}");
    assert_eq!(server.number(&owner).await, teacher);
    let off = director.post(&format!("/accounts/{teacher}/state"), &[("active", "false")]).await;
    assert!(off.status().is_redirection(), "{}", off.status());
    assert_eq!(server.number(&owner).await, 0);

    // Excused, recorded meanwhile, and the excuse taken back: the record counts.
    let version = seen(&server, own).await;
    let reason = [("reason", "Жаңа колледж, жоспар кейін"), ("version", &version)];
    assert_eq!(director.post(&format!("/tasks/{own}/excuse"), &reason).await.status(), StatusCode::SEE_OTHER);
    director.post("/plans/propose", &[("kind", "education")]).await;
    run(&server, "UPDATE plan SET state = 'approved', approved_on = '2023-09-01'").await;
    let version = [("version", &*seen(&server, own).await)];
    assert_eq!(director.post(&format!("/tasks/{own}/reopen"), &version).await.status(), StatusCode::SEE_OTHER);
    let done = format!("SELECT COUNT(*) FROM duty_task WHERE id = {own} AND closed_on IS NOT NULL AND by_data");
    assert_eq!(server.number(&done).await, 1);
}

async fn a_group_opened_in_january_owes_nothing_for_september(server: Server) {
    let director = server.person("director").await;
    director.page("/tasks").await;
    let first = group(&server, &director, "25ПО-11").await.to_string();
    let year = year(&server);
    let knowledge = year.first_day().to_string();
    let hour = [("kind", "curator_hour"), ("topic", "Білім күні"), ("held_on", &*knowledge), ("groups", &*first)];
    assert_eq!(director.post("/events", &hour).await.status(), StatusCode::SEE_OTHER);
    let done = "SELECT COUNT(*) FROM duty_task WHERE duty LIKE '1.1/%' AND by_data AND closed_on IS NOT NULL";
    assert_eq!(server.number(done).await, 1);
    let since = (year.first_day() + Days::new(130)).to_string();
    let (entered, leaves) = (year.to_string(), year.next().to_string());
    let fields = [
        ("code", "25ПО-12"),
        ("entered", entered.as_str()),
        ("leaves", leaves.as_str()),
        ("lang", "kk"),
        ("students", "20"),
        ("opened_on", since.as_str()),
    ];
    assert_eq!(director.post("/groups", &fields).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(server.number(done).await, 1, "it was not there on 1 September");
    let moved =
        [fields[0], fields[1], fields[2], fields[3], fields[4], ("active", "yes"), ("version", "1"), ("opened_on", "")];
    let late = server.number("SELECT MAX(id) FROM study_group").await;
    assert_eq!(director.post(&format!("/groups/{late}"), &moved).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(server.number(done).await, 0, "without that day it was");
}

async fn the_same_again_is_one_event_and_whoever_is_responsible_records_it(server: Server) {
    let (director, teacher) = (server.person("director").await, server.person("teacher").await);
    let day = today(&server).to_string();
    let fields = [("kind", "talk"), ("topic", "Кездесу"), ("held_on", &*day), ("students", "12")];
    teacher.post("/events", &fields).await;
    let quick = teacher.page("/events/quick").await;
    assert!(quick.contains("Кездесу"));
    assert!(!director.page("/events/quick").await.contains("Кездесу"), "one's own, not whoever was last");
    let event = server.number("SELECT MAX(id) FROM event").await;
    let again = [("students", "14"), ("once", "mark")];
    for _ in 0..2 {
        assert_eq!(teacher.post(&format!("/events/{event}/again"), &again).await.status(), StatusCode::SEE_OTHER);
    }
    assert_eq!(server.number("SELECT COUNT(*) FROM event").await, 2, "two taps are one event");
    let nobody = teacher.post(&format!("/events/{event}/again"), &[("students", "көп")]).await;
    assert_eq!(nobody.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nobody.text().await.unwrap().contains("value=\"Кездесу\""), "the whole form, filled");
    assert!(teacher.page(&format!("/events/quick?again={event}")).await.contains("value=\"12\""));
    // The plan names the teacher; the teacher records.
    let name = server.text("SELECT name FROM account WHERE email = 'teacher@demo.sheber.kz'");
    let name = name.await;
    let planned = [("kind", "talk"), ("topic", "Кітапхана күні"), ("planned_on", &*day), ("responsible", &*name)];
    assert_eq!(director.post("/events", &planned).await.status(), StatusCode::SEE_OTHER);
    let event = server.number("SELECT MAX(id) FROM event").await;
    assert!(teacher.page(&format!("/events/{event}")).await.contains(&format!("/events/{event}/edit")));
    assert_eq!(server.person("hr").await.get(&format!("/events/{event}/edit")).await.status(), StatusCode::FORBIDDEN);
    let held = [planned[0], planned[1], planned[3], ("held_on", &*day), ("place", "Оқу залы"), ("version", "1")];
    assert_eq!(teacher.post(&format!("/events/{event}"), &held).await.status(), StatusCode::SEE_OTHER);
    let trail = "SELECT COUNT(*) FROM audit WHERE what = 'trail-event-changed' AND before LIKE '%\"place\":\"\"%'
                 AND after LIKE '%Оқу залы%'";
    assert_eq!(server.number(trail).await, 1, "what was changed is in the trail, before and after");
}

async fn sign_up_ends_with_the_day_and_an_activity_is_corrected(server: Server) {
    let director = server.person("director").await;
    let kept = group(&server, &director, "25ПО-11").await;
    director.post(&format!("/groups/{kept}/students"), &[("names", "Ким Дана\nЛи Ян")]).await;
    let codes = server.texts("SELECT code FROM group_student ORDER BY id").await;
    let day = (today(&server) + Days::new(2)).to_string();
    director.post("/events", &[("kind", "development_day"), ("topic", "Даму күні"), ("planned_on", &day)]).await;
    let event = server.number("SELECT MAX(id) FROM event").await;
    let path = format!("/days/{event}");
    director.post(&format!("{path}/activities"), &[("title", "Шахмат"), ("places", "2")]).await;
    director.post(&format!("{path}/link"), &[]).await;
    let token = server.text("SELECT token FROM day_link").await;
    let chess = server.number("SELECT MIN(id) FROM day_activity").await;
    let open = format!("/day/{token}");
    let visitor = server.visitor();
    let csrf = value(&visitor.page(&open).await, "csrf").to_owned();
    let sign = async |code: &str| {
        let chosen = chess.to_string();
        visitor.post_raw(&open, &[("csrf", &csrf), ("code", code), ("activity", &chosen)]).await.text().await.unwrap()
    };
    assert!(sign(&codes[0]).await.contains("Жазылдыңыз"));
    let correct = async |places: &str, version: &str| {
        let fields = [
            ("title", "Шахмат үйірмесі"),
            ("place", "12"),
            ("leader", "А. Ә."),
            ("places", places),
            ("version", version),
        ];
        director.post(&format!("{path}/activities/{chess}"), &fields).await
    };
    let fewer = correct("0", "1").await;
    assert_eq!(fewer.status(), StatusCode::UNPROCESSABLE_ENTITY, "not fewer than have signed up");
    let page = fewer.text().await.unwrap();
    assert_eq!(page.matches("Шахмат үйірмесі").count(), 1, "what was typed stays, in its own form alone");
    assert!(page.contains(&format!("href=\"#places-{chess}\"")));
    assert_eq!(correct("1", "1").await.status(), StatusCode::SEE_OTHER);
    let overtaken = correct("3", "1").await;
    assert_eq!(overtaken.status(), StatusCode::CONFLICT, "somebody else has corrected it meanwhile");
    assert!(overtaken.text().await.unwrap().contains("value=\"3\""), "what was typed stays");
    assert!(director.page(&path).await.contains("Шахмат үйірмесі"));
    let student = server.number("SELECT MIN(id) FROM group_student").await;
    let off = format!("{path}/signups/{student}/remove");
    assert_eq!(director.post(&off, &[]).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(director.post(&off, &[]).await.status(), StatusCode::NOT_FOUND);
    let passed = (today(&server) - Days::new(1)).to_string();
    run(&server, &format!("UPDATE event SET planned_on = '{passed}' WHERE id = {event}")).await;
    let late = sign(&codes[1]).await;
    assert!(late.contains("Жазылу аяқталды") || !late.contains("Жазылдыңыз"), "the day has passed: {late}");
    assert_eq!(server.number("SELECT COUNT(*) FROM day_signup").await, 0);
}

async fn a_draft_is_asked_for_and_can_be_thrown_away(server: Server) {
    let (director, inspector) = (server.person("director").await, server.person("youth-inspector").await);
    director.page("/tasks").await;
    for _ in 0..2 {
        inspector.post("/plans/propose", &[("kind", "sport")]).await;
    }
    assert_eq!(server.number("SELECT COUNT(*) FROM plan").await, 1, "a double click begins one");
    let plan = server.number("SELECT MAX(id) FROM plan").await;
    let path = format!("/plans/{plan}");
    assert_eq!(inspector.post(&format!("{path}/ask"), &[]).await.status(), StatusCode::SEE_OTHER);
    assert!(director.page("/inbox").await.contains("бекітуіңізді күтіп тұр"));
    let page = director.page("/plans?kind=sport").await;
    let hash = value(&page, "hash").to_owned();
    assert_eq!(director.post(&format!("{path}/approve"), &[("hash", &hash)]).await.status(), StatusCode::SEE_OTHER);
    let done = "SELECT COUNT(*) FROM duty_task WHERE duty = '14.3/plan' AND by_data AND closed_on IS NOT NULL";
    assert_eq!(server.number(done).await, 1, "the sports plan closes its own duty");
    // The next version: what is wrong with a row is said beside it; the others see the plan that stands.
    inspector.post(&format!("{path}/change"), &[]).await;
    let next = server.number("SELECT MAX(id) FROM plan").await;
    let wrong = [("what-0", ""), ("on-0", "2020-01-01"), ("what-99", "Жарыс"), ("version", "1")];
    let answer = inspector.post(&format!("/plans/{next}"), &wrong).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = answer.text().await.unwrap();
    for said in ["id=\"what-0-wrong\"", "id=\"on-0-wrong\"", "оқу жылына кірмейді", "value=\"Жарыс\""]
    {
        assert!(page.contains(said), "{said}");
    }
    assert!(!server.person("teacher").await.page("/plans?kind=sport").await.contains("жобасы"), "what stands");
    let page = inspector.page("/plans?kind=sport").await;
    let hash = value(&page, "hash").to_owned();
    let discard = format!("/plans/{next}/discard");
    assert_eq!(inspector.post(&discard, &[("hash", "old")]).await.status(), StatusCode::CONFLICT);
    assert_eq!(inspector.post(&discard, &[("hash", &hash)]).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(inspector.post(&format!("{path}/discard"), &[("hash", &hash)]).await.status(), StatusCode::CONFLICT);
    assert_eq!(server.number("SELECT COUNT(*) FROM plan WHERE state = 'approved'").await, 1);
}

async fn bodies_have_each_member_once_and_come_back(server: Server) {
    let inspector = server.person("youth-inspector").await;
    let day = today(&server).to_string();
    let body = [("kind", "parliament"), ("name", "Парламент"), ("leader", "А. Ә."), ("founded_on", &*day)];
    inspector.post("/bodies", &body).await;
    let id = server.number("SELECT MAX(id) FROM body").await;
    let members = format!("/bodies/{id}/members");
    let member = [("member", "Ким Дана"), ("seat", "Педагогикалық кеңес")];
    assert_eq!(inspector.post(&members, &member).await.status(), StatusCode::SEE_OTHER);
    let again = inspector.post(&members, &[("member", "ким  дана"), ("seat", "")]).await;
    assert_eq!(again.status(), StatusCode::UNPROCESSABLE_ENTITY, "once");
    assert!(again.text().await.unwrap().contains("value=\"Парламент\""), "the other form stays as it is");
    assert!(
        inspector.page("/bodies").await.contains("Алқалы органдардағы орындар")
            || server.number("SELECT COUNT(*) FROM body_member WHERE seat <> ''").await == 1
    );
    let close = [body[0], body[1], body[2], body[3], ("closed", "yes"), ("version", "1")];
    assert_eq!(inspector.post(&format!("/bodies/{id}"), &close).await.status(), StatusCode::SEE_OTHER);
    assert!(!inspector.page("/bodies").await.contains(&format!("/bodies/{id}\"")));
    assert!(inspector.page("/bodies?closed=yes").await.contains(&format!("/bodies/{id}\"")));
    run(&server, "UPDATE body SET closed_on = '2024-05-01'").await;
    let renamed = [body[0], ("name", "Студенттік парламент"), body[2], body[3], ("closed", "yes"), ("version", "2")];
    assert_eq!(inspector.post(&format!("/bodies/{id}"), &renamed).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(
        server.number("SELECT COUNT(*) FROM body WHERE closed_on = '2024-05-01'").await,
        1,
        "it was closed then"
    );
    let open = [body[0], body[1], body[2], body[3], ("version", "3")];
    assert_eq!(inspector.post(&format!("/bodies/{id}"), &open).await.status(), StatusCode::SEE_OTHER);
    assert!(inspector.page("/bodies").await.contains(&format!("/bodies/{id}\"")));
    // A team does not meet itself, and one rests of an odd number.
    let teams = [("topic", "Т"), ("held_on", &*day), ("teams", "А\nБ\nа\nВ")];
    inspector.post("/debates", &teams).await;
    let debate = server.number("SELECT MAX(id) FROM debate").await;
    assert_eq!(server.number("SELECT COUNT(*) FROM debate WHERE teams = '[\"А\",\"Б\",\"В\"]'").await, 1);
    assert!(inspector.page(&format!("/debates/{debate}")).await.contains("ойнамайды"));
}

async fn a_department_sees_how_its_colleges_stand(server: Server) {
    let (director, department) = (server.person("director").await, server.person("department").await);
    of_another_college(&server, "hr").await;
    let page = department.page("/oversight/norms").await;
    assert!(page.contains("Сарыарқа") && page.contains("Теміртау"));
    for requirement in ["channels", "access", "system", "certificates", "resources", "hardware"] {
        let said = [("is_met", "yes"), ("evidence", "Шарт"), ("version", "0")];
        director.upload(&format!("/readiness/{requirement}"), &said, &[]).await;
    }
    let broken = department.page("/oversight/norms?item=6.6").await;
    assert!(broken.contains("Теміртау") && !broken.contains("Сарыарқа"), "what is met is not among those that are not");
    let book = department.get("/oversight/norms.xlsx?q=теміртау").await.bytes().await.unwrap();
    assert_eq!(crate::support::Sheet::read(&book).rows.len(), 1, "the sheet is what is filtered");
    assert_eq!(director.get("/oversight/norms").await.status(), StatusCode::FORBIDDEN);
    // The first page has what comes next, and every college beside the others.
    let home = department.page("/").await;
    assert!(home.contains("Мерзімдер") && home.contains("Теміртау"));
    let college = server.number(&format!("SELECT {COLLEGE}")).await;
    group(&server, &director, "25ПО-17").await;
    let figure = department.page(&format!("/indicators/curator_hours?college={college}")).await;
    assert!(figure.contains("Сарыарқа") && figure.contains("соңғы өзгерісі"), "whose it is, and since when");
    assert!(figure.contains("25ПО-17"), "the group without an hour is named");
}

async fn what_was_typed_of_readiness_stays(server: Server) {
    let director = server.person("director").await;
    let bare = [("is_met", "yes"), ("until", "2030-05-01"), ("version", "0")];
    let answer = director.upload("/readiness/channels", &bare, &[]).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = answer.text().await.unwrap();
    assert!(page.contains("value=\"2030-05-01\"") && page.contains("value=\"yes\" checked"), "box and day stay");
    assert!(page.contains("href=\"#evidence-channels\"") && page.contains("id=\"evidence-channels\""));
    let whole = [("is_met", "yes"), ("evidence", "100 Мбит/с"), ("version", "0")];
    let files = [("шарт.pdf", b"%PDF-1.7\nw\n%%EOF\n".to_vec())];
    assert_eq!(director.upload("/readiness/channels", &whole, &files).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(director.get("/readiness/channels/file").await.status(), StatusCode::OK);
    let late = director.upload("/readiness/channels", &whole, &[]).await;
    assert_eq!(late.status(), StatusCode::CONFLICT, "nobody writes over another");
    let page = director.page("/readiness").await;
    let seen = value(&page[page.find("/readiness/channels\"").unwrap()..], "version").to_owned();
    let without = [whole[0], whole[1], ("no_file", "yes"), ("version", &*seen)];
    assert_eq!(director.upload("/readiness/channels", &without, &[]).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(director.get("/readiness/channels/file").await.status(), StatusCode::NOT_FOUND, "the file is gone");
    // A building that is used no more is found again, and a check that is too old says so.
    director.post("/buildings", &[("name", "Бас ғимарат")]).await;
    let building = server.number("SELECT MAX(id) FROM building").await;
    run(&server, "UPDATE building SET checked_on = '2020-01-01', checked_by = 'А'").await;
    assert!(director.page("/buildings?q=БАС").await.contains("тексеру ескірген"));
    let close = [("name", "Бас ғимарат"), ("closed", "yes"), ("version", "1")];
    assert_eq!(director.upload(&format!("/buildings/{building}"), &close, &[]).await.status(), StatusCode::SEE_OTHER);
    assert!(!director.page("/buildings").await.contains("Бас ғимарат"));
    assert!(director.page("/buildings?state=closed").await.contains("Бас ғимарат"));
    assert!(director.page(&format!("/buildings/{building}")).await.contains("name=\"closed\" value=\"yes\" checked"));
}

async fn an_organisation_owes_nothing_from_before_it_came(server: Server) {
    of_another_college(&server, "hr").await;
    let college = server.number("SELECT organisation_id FROM account WHERE email = 'hr@demo.sheber.kz'").await;
    let now = server.app.clock.millis();
    run(&server, &format!("UPDATE organisation SET created_at = {now} WHERE id = {college}")).await;
    sheber_standing::duties::make::all(&server.app).await.unwrap();
    let day = today(&server);
    let before = format!("SELECT COUNT(*) FROM duty_task WHERE organisation_id = {college} AND due < '{day}'");
    assert_eq!(server.number(&before).await, 0, "nothing is late on the first day");
    let after = format!("SELECT COUNT(*) FROM duty_task WHERE organisation_id = {college}");
    assert!(server.number(&after).await > 0);
    // Nor does looking at an earlier year make its tasks.
    let made = server.number("SELECT COUNT(*) FROM duty_task").await;
    sheber_standing::duties::make::ensure(&server.app, college, sheber_kernel::AcademicYear::starting(2023))
        .await
        .unwrap();
    assert_eq!(server.number("SELECT COUNT(*) FROM duty_task").await, made);
}

/// What no page sends is refused, and nothing is made of it.
async fn what_does_not_read_is_refused(server: Server) {
    let (director, department) = (server.person("director").await, server.person("department").await);
    director.page("/tasks").await;
    department.page("/oversight").await;
    for fields in
        [[("college", "abc"), ("duty", "")], [("holder", "departmnt"), ("duty", "")], [("college", ""), ("duty", "x")]]
    {
        assert_eq!(department.post("/oversight/remind", &fields).await.status(), StatusCode::BAD_REQUEST, "{fields:?}");
    }
    assert_eq!(server.number("SELECT COUNT(*) FROM duty_nudge").await, 0);
    for year in ["abc", "199x", "1999", "-5"] {
        let fields = [("report", "final"), ("year", year)];
        let librarian = server.person("librarian").await;
        assert_eq!(librarian.post("/textbooks/confirm", &fields).await.status(), StatusCode::BAD_REQUEST, "{year}");
    }
    assert_eq!(server.number("SELECT COUNT(*) FROM textbook_confirmed").await, 0);

    let events = server.number("SELECT COUNT(*) FROM event").await;
    let day = today(&server).to_string();
    let known = [("kind", "other"), ("topic", "Кездесу"), ("held_on", day.as_str())];
    for (name, unreadable) in [
        ("groups", "abc"),
        ("groups", "-1"),
        ("groups", "999999"),
        ("present", "x"),
        ("courses", "zz"),
        ("form", "bogus"),
        ("aims", "bogus"),
    ] {
        let fields = [&known[..], &[(name, unreadable)]].concat();
        let refused = director.post("/events", &fields).await;
        assert!(refused.status().is_client_error(), "{name}={unreadable}: {}", refused.status());
    }
    assert_eq!(server.number("SELECT COUNT(*) FROM event").await, events);

    let own = group(&server, &director, "25ПО-11").await;
    let path = format!("/groups/{own}");
    director.post(&format!("{path}/students"), &[("names", "Әбен Айару\nБейсен Бекзат")]).await;
    let student = server.number("SELECT MIN(id) FROM group_student").await;
    let support = |word| [("support", word)];
    let address = format!("{path}/students/{student}");
    assert_eq!(director.post(&address, &support("large_family")).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(director.post(&address, &support("bogus")).await.status(), StatusCode::BAD_REQUEST);
    let words = format!("SELECT support FROM group_student WHERE id = {student}");
    assert!(server.text(&words).await.contains("large_family"));

    // The number of those who are listed is no field to type in; what is saved is one step.
    let version = server.number(&format!("SELECT version FROM study_group WHERE id = {own}")).await;
    let (seen, first, last) = (version.to_string(), year(&server).to_string(), year(&server).next().to_string());
    let changed = async |students| {
        let fields = [
            ("code", "25ПО-11"),
            ("entered", &*first),
            ("leaves", &*last),
            ("lang", "kk"),
            ("students", students),
            ("curator_id", ""),
            ("active", "yes"),
            ("version", &*seen),
        ];
        director.post(&path, &fields).await
    };
    let refused = changed("77").await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = refused.text().await.unwrap();
    assert!(page.contains("аты-жөнімен тізімделген"));
    let before = page.split(&format!("action=\"{path}\"")).next().unwrap();
    let folded = before.rsplit("<details").next().unwrap().split('>').next().unwrap();
    assert!(folded.ends_with(" open"), "what is wrong is unfolded: {folded}");
    assert_eq!(page.matches("id=\"students\"").count(), 1, "what is wrong leads to the field");
    assert_eq!(changed("2").await.status(), StatusCode::SEE_OTHER);
    let after = server.number(&format!("SELECT version FROM study_group WHERE id = {own}")).await;
    assert_eq!(after, version + 1);

    let administrator = server.person("administrator").await;
    let long = "ұ".repeat(301);
    for (name, region) in [("Басқарма", "97"), (&*long, "35")] {
        let fields = [("kind", "department"), ("name_kk", name), ("name_ru", ""), ("bin", ""), ("region", region)];
        assert_eq!(administrator.post("/organisations", &fields).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    }
}

/// Whoever saves second sees both texts before anything is written over.
async fn what_somebody_else_saved_stands_beside_what_was_typed(server: Server) {
    let (director, deputy) = (server.person("director").await, server.person("deputy-director").await);
    let day = today(&server).to_string();
    director.post("/events", &[("kind", "other"), ("topic", "Кездесу"), ("held_on", &day)]).await;
    let path = format!("/events/{}", server.number("SELECT MAX(id) FROM event").await);
    let form = [("kind", "other"), ("topic", "Кездесу"), ("held_on", day.as_str()), ("version", "1")];
    let first = [&form[..], &[("outcome", "Елу студент келді"), ("responsible", ""), ("cancelled", "yes")]].concat();
    assert_eq!(deputy.post(&path, &first).await.status(), StatusCode::SEE_OTHER);
    let second = [&form[..], &[("outcome", ""), ("responsible", "Б. Серіков")]].concat();
    let late = director.post(&path, &second).await;
    assert_eq!(late.status(), StatusCode::CONFLICT);
    let page = late.text().await.unwrap();
    assert!(page.contains("Б. Серіков") && page.contains("<q>Елу студент келді</q>"), "{page}");
    assert!(page.contains("Қазір сақталғаны: белгіленген"), "a box, too");
    assert_eq!(page.matches("class=\"stored\"").count(), 3, "the fields that differ, and no other");
    // Money as people write it.
    let librarian = server.person("librarian").await;
    let bought = [
        ("title", "Алгебра"),
        ("lang", "kk"),
        ("medium", "paper"),
        ("price", "3 200,50"),
        ("funds", "per_capita"),
        ("bought_on", day.as_str()),
        ("copies", "10"),
    ];
    let made = librarian.post("/textbooks", &bought).await;
    assert_eq!(made.status(), StatusCode::SEE_OTHER, "{}", made.text().await.unwrap());
    let path = format!("/textbooks/{}", server.number("SELECT MAX(id) FROM textbook_purchase").await);
    let changed = |copies| [&bought[..6], &[("copies", copies), ("version", "1")]].concat();
    assert_eq!(librarian.post(&path, &changed("11")).await.status(), StatusCode::SEE_OTHER);
    let page = librarian.post(&path, &changed("12")).await.text().await.unwrap();
    assert!(page.contains("<q>11</q>"), "{page}");
    assert_eq!(page.matches("class=\"stored\"").count(), 1, "the price is the same");
}

/// A programme that is saved while all are judged by changed norms keeps what its saving found.
async fn what_is_saved_meanwhile_is_not_judged_by_its_old_content(server: Server) {
    let app = &server.app;
    let known = server.number("SELECT violations FROM programme WHERE id = 1").await;
    let change = sheber_platform::change::Change::begin(app, None).await.unwrap();
    let saved = "UPDATE programme SET version = version + 1, violations = 77, findings = '{}' WHERE id = 1";
    database::run(change.db(), saved, vec![]).await.unwrap();
    let judging = tokio::spawn({
        let app = app.clone();
        async move { sheber_programmes::programmes::law::judge_all(&app, "other norms").await }
    });
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    change.commit().await.unwrap();
    judging.await.unwrap().unwrap();
    assert_eq!(server.number("SELECT violations FROM programme WHERE id = 1").await, 77);
    run(&server, &format!("UPDATE programme SET version = version - 1, violations = {known} WHERE id = 1")).await;
}

on_both! {
    what_does_not_read_is_refused
    what_somebody_else_saved_stands_beside_what_was_typed
    what_is_saved_meanwhile_is_not_judged_by_its_old_content
    an_organisation_owes_nothing_from_before_it_came
    a_draft_is_asked_for_and_can_be_thrown_away
    bodies_have_each_member_once_and_come_back
    a_department_sees_how_its_colleges_stand
    what_was_typed_of_readiness_stays
    answers_with_names_are_read_by_few
    who_is_supported_is_not_counted_out
    a_region_counts_its_titles_whichever_college_changed_one
    the_regions_list_names_the_titles_that_colleges_need
    what_is_confirmed_is_the_year_that_is_shown
    a_task_is_closed_in_its_time_and_never_lost
    a_group_opened_in_january_owes_nothing_for_september
    the_same_again_is_one_event_and_whoever_is_responsible_records_it
    sign_up_ends_with_the_day_and_an_activity_is_corrected
}
