//! Duties: made by themselves, closed by records, handed over, excused, reminded of, overseen.

use chrono::{Days, NaiveDate};
use reqwest::StatusCode;
use sheber_app::Span;
use sheber_kernel::AcademicYear;
use sheber_platform::params;
use sheber_platform::{clock, database};
use sheber_standing::duties::{make, sums, task as tasks, time};

use crate::on_both;
use crate::support::{Person, Server, value};

pub const COLLEGE: &str = "(SELECT organisation_id FROM account WHERE email = 'director@demo.sheber.kz')";

pub fn today(server: &Server) -> NaiveDate {
    clock::day(server.app.clock.millis())
}

pub fn year(server: &Server) -> AcademicYear {
    AcademicYear::of(today(server))
}

/// The version of a task that somebody sees now.
pub async fn seen(server: &Server, task: i64) -> String {
    server.number(&format!("SELECT version FROM duty_task WHERE id = {task}")).await.to_string()
}

/// The key of a task of the demo college.
pub async fn task(server: &Server, duty: &str) -> i64 {
    server
        .number(&format!(
            "SELECT MIN(id) FROM duty_task WHERE duty = '{duty}' AND organisation_id = {COLLEGE} AND year = '{}'",
            year(server)
        ))
        .await
}

async fn state(server: &Server, task: i64) -> &'static str {
    let change = sheber_platform::change::Change::by(&server.app, None).await.unwrap();
    tasks::locked(&change, task).await.unwrap().state(today(server)).word()
}

/// Makes a task due on a day, as if its date had come.
pub async fn due(server: &Server, task: i64, day: NaiveDate) {
    let sql = "UPDATE duty_task SET opens = $2, due = $2 WHERE id = $1";
    database::run(&server.app.db, sql, params![task, day.to_string()]).await.unwrap();
    summed_anew(server).await;
}

/// Sums the tasks anew, where a test moved them behind the back of whoever keeps the sums.
async fn summed_anew(server: &Server) {
    for sql in [
        "DELETE FROM duty_tally",
        "INSERT INTO duty_tally (holder, region, year, duty, due, total, done, late, excused)
         SELECT holder, region, year, duty, due, COUNT(*), SUM(CASE WHEN closed_on <= due THEN 1 ELSE 0 END),
         SUM(CASE WHEN closed_on > due THEN 1 ELSE 0 END),
         SUM(CASE WHEN closed_on IS NULL AND excused IS NOT NULL THEN 1 ELSE 0 END)
         FROM duty_task GROUP BY holder, region, year, duty, due",
        "DELETE FROM duty_count",
        "INSERT INTO duty_count (organisation_id, year, duty, total, done, late, excused)
         SELECT organisation_id, year, duty, COUNT(*), SUM(CASE WHEN closed_on <= due THEN 1 ELSE 0 END),
         SUM(CASE WHEN closed_on > due THEN 1 ELSE 0 END),
         SUM(CASE WHEN closed_on IS NULL AND excused IS NOT NULL THEN 1 ELSE 0 END)
         FROM duty_task GROUP BY organisation_id, year, duty",
    ] {
        database::run(&server.app.db, sql, params![]).await.unwrap();
    }
}

/// A group of the demo college.
pub async fn group(server: &Server, director: &Person, code: &str) -> i64 {
    let (first, last) = (year(server).to_string(), year(server).next().to_string());
    let fields = [
        ("code", code),
        ("entered", &first),
        ("leaves", &last),
        ("lang", "kk"),
        ("students", "20"),
        ("curator_id", ""),
    ];
    assert_eq!(director.post("/groups", &fields).await.status(), StatusCode::SEE_OTHER);
    server.number(&format!("SELECT id FROM study_group WHERE code = '{code}'")).await
}

/// Records a curator hour of a group on a day.
async fn hour(director: &Person, group: i64, day: NaiveDate) -> i64 {
    let (group, day) = (group.to_string(), day.to_string());
    let fields =
        [("kind", "curator_hour"), ("topic", "Білім күні"), ("groups", &group), ("held_on", &day), ("students", "19")];
    let answer = director.post("/events", &fields).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    answer.headers()["location"].to_str().unwrap().rsplit('/').next().unwrap().parse().unwrap()
}

async fn tasks_are_made_once_and_again_only_where_a_template_changed(server: Server) {
    make::all(&server.app).await.unwrap();
    let all = server.number("SELECT COUNT(*) FROM duty_task").await;
    let of_college = server.number(&format!("SELECT COUNT(*) FROM duty_task WHERE organisation_id = {COLLEGE}")).await;
    assert!((120..200).contains(&of_college), "{of_college}");
    let trail = server.number("SELECT COUNT(*) FROM audit").await;
    make::all(&server.app).await.unwrap();
    assert_eq!(server.number("SELECT COUNT(*) FROM duty_task").await, all, "made once");
    assert_eq!(server.number("SELECT COUNT(*) FROM audit").await, trail, "and nothing told twice");
    assert_eq!(sums::differing(&server.app.db, year(&server)).await.unwrap(), 0, "the sums are what the tasks say");

    // A template that moved, one that is new, one that went: as an earlier version of the data would have left them.
    let moved = task(&server, "15.6/confirm_final").await;
    due(&server, moved, today(&server)).await;
    let one = task(&server, "14.2/site").await;
    database::run(&server.app.db, "DELETE FROM duty_task WHERE id = $1", params![one]).await.unwrap();
    for (old, new, closed) in [("14.2/crossing", "99.9/gone", "NULL"), ("14.2/ereading", "99.8/done", "'2026-01-01'")] {
        let sql = format!(
            "UPDATE duty_task SET duty = '{new}', closed_on = {closed} WHERE organisation_id = {COLLEGE} AND duty = '{old}'"
        );
        database::run(&server.app.db, &sql, params![]).await.unwrap();
    }
    let sql = format!("UPDATE duty_made SET fingerprint = 'older' WHERE organisation_id = {COLLEGE}");
    database::run(&server.app.db, &sql, params![]).await.unwrap();
    summed_anew(&server).await;
    make::all(&server.app).await.unwrap();
    for duty in ["14.2/site", "14.2/crossing", "14.2/ereading"] {
        assert!(task(&server, duty).await > 0, "{duty} is made");
    }
    let left = "SELECT COUNT(*) FROM duty_task WHERE duty IN ('99.9/gone', '99.8/done')";
    assert_eq!(server.number(left).await, 1, "what nobody asks for goes, what was done stays");
}

async fn a_curator_hour_in_each_group_closes_the_duty_by_itself(server: Server) {
    let director = server.person("director").await;
    director.page("/tasks").await;
    let (one, other) = (group(&server, &director, "25ПО-11").await, group(&server, &director, "24ПО-12").await);
    let task = task(&server, "1.1/hour").await;
    let first = year(&server).first_day();
    hour(&director, one, first).await;
    let page = director.page(&format!("/tasks/{task}")).await;
    assert!(page.contains("1 / 2") && page.contains("24ПО-12"), "how far it has come, and who is missing");
    assert!(!page.contains("/close\""), "no button where data can tell");
    assert_eq!(
        director.upload(&format!("/tasks/{task}/close"), &[("note", "бәрі жақсы")], &[]).await.status(),
        StatusCode::CONFLICT
    );
    hour(&director, other, first + Days::new(0)).await;
    assert_eq!(state(&server, task).await, "done");
    assert!(director.page(&format!("/tasks/{task}")).await.contains("жазбалардан өзі анықталды"));
    let page = director.page(&format!("/tasks/{task}")).await;
    let event = server.number("SELECT MAX(id) FROM event").await;
    let named = page.contains(&format!("<a href=\"/events/{event}\">Білім күні</a>"));
    assert!(named && page.contains("Дәулет Директоров</small>"), "the records it rests on, and who wrote them");
    // An hour that did not take place opens it again.
    let event = server.number("SELECT MAX(id) FROM event").await;
    let edit = director.page(&format!("/events/{event}/edit")).await;
    let version = value(&edit, "version").to_owned();
    let (group, day) = (other.to_string(), first.to_string());
    let fields = [
        ("kind", "curator_hour"),
        ("topic", "Білім күні"),
        ("groups", &group),
        ("held_on", &day),
        ("students", "19"),
        ("cancelled", "yes"),
        ("version", &version),
    ];
    assert_eq!(director.post(&format!("/events/{event}"), &fields).await.status(), StatusCode::SEE_OTHER);
    assert_ne!(state(&server, task).await, "done");
    assert_eq!(sums::differing(&server.app.db, year(&server)).await.unwrap(), 0);
    let share =
        "SELECT numerator * 100 / denominator FROM indicator_value WHERE code = 'curator_hours' AND organisation_id = ";
    assert_eq!(server.number(&format!("{share}{COLLEGE}")).await, 50, "the indicator followed");
}

async fn a_week_is_closed_by_its_own_debate_alone(server: Server) {
    let inspector = server.person("youth-inspector").await;
    inspector.page("/tasks").await;
    let sql = format!(
        "SELECT COUNT(*) FROM duty_task WHERE duty = '14.6/debate' AND organisation_id = {COLLEGE} AND closed_on IS NOT NULL"
    );
    assert_eq!(server.number(&sql).await, 0);
    // A day of the term that is past whenever the test runs: the first study week.
    let day = year(&server).first_day() + Days::new(10);
    if day > today(&server) {
        return;
    }
    let fields = [("kind", "debate"), ("topic", "Дебат"), ("held_on", &*day.to_string()), ("students", "40")];
    assert_eq!(inspector.post("/events", &fields).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(server.number(&sql).await, 1, "its week's task and no other");
    // The same once more, in two taps.
    let event = server.number("SELECT MAX(id) FROM event").await;
    let today = [("students", "35")];
    assert_eq!(inspector.post(&format!("/events/{event}/again"), &today).await.status(), StatusCode::SEE_OTHER);
    let again = server.number("SELECT COUNT(*) FROM event WHERE repeats IS NOT NULL AND students = 35").await;
    assert_eq!(again, 1);
}

async fn tasks_are_handed_over_closed_with_evidence_and_excused_with_a_reason(server: Server) {
    let (director, methodist, librarian) =
        (server.person("director").await, server.person("methodist").await, server.person("librarian").await);
    director.page("/tasks").await;
    let site = task(&server, "14.2/site").await;
    let path = format!("/tasks/{site}");
    assert!(librarian.page("/tasks").await.contains(&path), "whose post it is");
    assert!(!methodist.page("/tasks").await.contains(&format!("{path}\"")));
    let account = server.number("SELECT id FROM account WHERE email = 'methodist@demo.sheber.kz'").await.to_string();
    let stranger = server.number("SELECT id FROM account WHERE email = 'neighbour@demo.sheber.kz'").await.to_string();
    let first = seen(&server, site).await;
    let foreign = [("to", &*stranger), ("version", &*first)];
    assert_eq!(director.post(&format!("{path}/hand"), &foreign).await.status(), StatusCode::BAD_REQUEST);
    let to = [("to", &*account), ("version", &*first)];
    assert_eq!(director.post(&format!("{path}/hand"), &to).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(director.post(&format!("{path}/hand"), &to).await.status(), StatusCode::SEE_OTHER, "sent twice");
    let late = director.post(&format!("{path}/hand"), &[("to", ""), ("version", &first)]).await;
    assert_eq!(late.status(), StatusCode::CONFLICT, "somebody handed it over meanwhile");
    for unreadable in ["garbage", "99999999999999999999"] {
        let refused = director.post(&format!("{path}/hand"), &[("to", unreadable)]).await;
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
    }
    assert!(
        methodist.page("/tasks").await.contains(&path)
            && !librarian.page("/tasks").await.contains(&format!("{path}\""))
    );
    assert!(methodist.page("/inbox").await.contains("Сізге міндет берілді"));
    assert_eq!(
        librarian.upload(&format!("{path}/close"), &[("link", "https://a.kz")], &[]).await.status(),
        StatusCode::FORBIDDEN
    );
    let refused =
        methodist.upload(&format!("{path}/close"), &[("link", "колледж.қаз"), ("note", "орналастырылды")], &[]).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = refused.text().await.unwrap();
    assert!(page.contains("колледж.қаз") && page.contains("орналастырылды"), "what was typed stays");
    let version = seen(&server, site).await;
    let given = [("link", "https://college.kz/oqu"), ("note", "орналастырылды"), ("version", &*version)];
    for _ in 0..2 {
        let done = methodist.upload(&format!("{path}/close"), &given, &[]).await;
        assert_eq!(done.status(), StatusCode::SEE_OTHER);
    }
    let other = [("link", "https://college.kz"), ("note", "мен де орналастырдым"), ("version", &*version)];
    let late = methodist.upload(&format!("{path}/close"), &other, &[]).await;
    assert_eq!(late.status(), StatusCode::CONFLICT);
    assert!(late.text().await.unwrap().contains("мен де орналастырдым"), "who comes second keeps what they wrote");
    let page = director.page(&path).await;
    assert!(page.contains("https://college.kz/oqu") && page.contains("Әлия Әдіскерова"), "who closed it with what");
    let version = [("version", &*seen(&server, site).await)];
    assert_eq!(methodist.post(&format!("{path}/reopen"), &version).await.status(), StatusCode::SEE_OTHER);
    assert!(!["done", "done_late"].contains(&state(&server, site).await));

    let support = task(&server, "17.8/support").await;
    let path = format!("/tasks/{support}");
    assert_eq!(
        methodist.post(&format!("{path}/excuse"), &[("reason", "курс болған жоқ биыл")]).await.status(),
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        director.post(&format!("{path}/excuse"), &[("reason", "жоқ")]).await.status(),
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let version = seen(&server, support).await;
    for (reason, status) in [
        ("Биыл курс ұйымы келген жоқ", StatusCode::SEE_OTHER),
        ("Биыл курс ұйымы келген жоқ", StatusCode::SEE_OTHER),
        ("Курс келесі жылға қалды", StatusCode::CONFLICT),
    ] {
        let excused = director.post(&format!("{path}/excuse"), &[("reason", reason), ("version", &version)]).await;
        assert_eq!(excused.status(), status, "{reason}");
        assert!(status == StatusCode::SEE_OTHER || excused.text().await.unwrap().contains(reason));
    }
    assert_eq!(state(&server, support).await, "excused");
    assert_eq!(sums::differing(&server.app.db, year(&server)).await.unwrap(), 0);
    // A file that was handed in comes back to those who see the task, and to nobody else.
    let file = task(&server, "14.3/booklets").await;
    let deputy = server.person("deputy-director").await;
    let files = [("буклет.pdf", b"%PDF-1.7\nx\n%%EOF\n".to_vec())];
    let version = [("version", &*seen(&server, file).await)];
    assert_eq!(deputy.upload(&format!("/tasks/{file}/close"), &version, &files).await.status(), StatusCode::SEE_OTHER);
    let page = deputy.page(&format!("/tasks/{file}")).await;
    let start = page.find(&format!("/tasks/{file}/files/")).unwrap();
    let link = &page[start..start + page[start..].find('"').unwrap()];
    assert_eq!(deputy.get(link).await.bytes().await.unwrap().as_ref(), files[0].1);
    assert_eq!(server.person("neighbour").await.get(link).await.status(), StatusCode::NOT_FOUND);
}

async fn people_are_reminded_once_a_day(server: Server) {
    make::all(&server.app).await.unwrap();
    let department = server.person("department").await;
    let site = task(&server, "14.2/site").await;
    while clock::hour(server.app.clock.millis()) < 8 {
        server.app.clock.advance(Span::hours(1));
    }
    let server_day = today(&server);
    due(&server, site, server_day - Days::new(1)).await;
    let told = "SELECT COUNT(*) FROM notice n JOIN account a ON a.id = n.account_id WHERE a.email = 'librarian@demo.sheber.kz'";
    let before = server.number(told).await;
    for _ in 0..3 {
        time::pass(&server.app).await.unwrap();
    }
    assert_eq!(server.number(told).await, before + 1, "one letter a day, however often the clock looks");
    let body = "SELECT COUNT(*) FROM notice WHERE body LIKE '%Колледж сайтында%'";
    assert_eq!(server.number(body).await, 1, "it names what is late");
    let letters = "SELECT COUNT(*) FROM outbox WHERE recipient = 'librarian@demo.sheber.kz'";
    assert_eq!(server.number(letters).await, 1);
    let words = server.text("SELECT body FROM outbox WHERE recipient = 'librarian@demo.sheber.kz'").await;
    let words = sheber_platform::outbox::words(&server.app, &words).unwrap();
    assert!(words.contains("Колледж сайтында"), "the letter says what, not only that there is something");
    // Whatever else comes on the day waits for the next day's letter.
    let nudge = [("duty", "14.2/site")];
    department.post("/oversight/remind", &nudge).await;
    assert_eq!(server.number(told).await, before + 2);
    assert_eq!(server.number(letters).await, 1, "one letter a day");
    server.app.clock.advance(Span::hours(10));
    if today(&server) == server_day {
        server.app.clock.advance(Span::days(1));
    }
    // Last, so that a midnight that comes just now does no harm.
    while clock::hour(server.app.clock.millis()) < 8 {
        server.app.clock.advance(Span::hours(1));
    }
    time::pass(&server.app).await.unwrap();
    assert_eq!(server.number(letters).await, 2);
}

async fn a_department_sees_who_is_late_and_reminds_with_one_click(server: Server) {
    make::all(&server.app).await.unwrap();
    let confirm = task(&server, "15.6/confirm_final").await;
    due(&server, confirm, today(&server) - Days::new(3)).await;
    let department = server.person("department").await;
    let page = department.page("/oversight").await;
    assert!(page.contains("Сарыарқа") && page.contains("is-overdue"));
    let neighbour = server.number("SELECT organisation_id FROM account WHERE email = 'neighbour@demo.sheber.kz'").await;
    assert_eq!(
        department.get(&format!("/oversight/{neighbour}")).await.status(),
        StatusCode::NOT_FOUND,
        "another region's"
    );
    let told = "SELECT COUNT(*) FROM notice n JOIN account a ON a.id = n.account_id WHERE a.email = 'librarian@demo.sheber.kz'";
    let before = server.number(told).await;
    for _ in 0..2 {
        let answer = department.post("/oversight/remind", &[("duty", "15.6/confirm_final")]).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    }
    assert_eq!(server.number(told).await, before + 1, "of one duty once a day");
    for by in ["duty", "college"] {
        let report = department.page(&format!("/oversight/report?by={by}")).await;
        assert!(report.contains('%'), "{by}");
    }
    let book = department.get("/oversight/report.xlsx?by=college").await.bytes().await.unwrap();
    let table = crate::support::Sheet::read(&book);
    assert_eq!((table.headings.len(), table.rows.len()), (8, 1), "one college of the region, with its sums");
    let ministry = server.person("ministry").await;
    assert!(ministry.page("/oversight/report?by=region").await.contains("Қарағанды"));
}

async fn the_feed_is_read_by_another_program(server: Server) {
    let librarian = server.person("librarian").await;
    librarian.page("/tasks").await;
    let page = librarian.post("/calendar/feed", &[]).await.text().await.unwrap();
    let start = page.find("/calendar/").map(|_| page.find(".ics").unwrap()).unwrap();
    let address = &page[page[..start].rfind("http").unwrap()..start + 4];
    let path = &address[address.find("/calendar/").unwrap()..];
    let answer = server.visitor().get(path).await;
    assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("text/calendar"));
    let text = answer.text().await.unwrap();
    let calendar = ical::IcalParser::new(text.as_bytes()).next().unwrap().unwrap();
    let of_librarian =
        format!("SELECT COUNT(*) FROM duty_task WHERE post = 'librarian' AND organisation_id = {COLLEGE}");
    assert_eq!(i64::try_from(calendar.events.len()).unwrap(), server.number(&of_librarian).await, "one's own tasks");
    for event in &calendar.events {
        let has =
            |name: &str| event.properties.iter().any(|property| property.name == name && property.value.is_some());
        assert!(has("UID") && has("DTSTART") && has("SUMMARY") && has("DTSTAMP"));
        let of = |name: &str| event.properties.iter().find(|property| property.name == name)?.value.clone();
        assert!(of("DTEND") > of("DTSTART"), "a whole day ends where the next begins");
    }
    // The space that a folded line begins with is counted apart by the library.
    let long: Vec<&str> = text.lines().filter(|line| line.strip_prefix(' ').unwrap_or(line).len() > 75).collect();
    assert!(long.is_empty(), "lines are folded: {long:?}");
    librarian.post("/calendar/feed", &[]).await;
    assert_eq!(server.visitor().get(path).await.status(), StatusCode::NOT_FOUND, "a new address closes the old one");
    assert_eq!(server.visitor().get("/calendar/none.ics").await.status(), StatusCode::NOT_FOUND);
    for view in ["", "?month=year"] {
        assert!(librarian.page(&format!("/calendar{view}")).await.contains("Күнтізбе"));
    }
}

/// An event that is planned for a time stands at it; what is due on a day leaves the day free; and who fetches again is told the same.
async fn an_event_has_its_time_in_the_feed(server: Server) {
    let director = server.person("director").await;
    let day = today(&server).to_string();
    let fields = [
        ("kind", "league_stage"),
        ("topic", "Лига, 1-кезең; «Шаңырақ»"),
        ("planned_on", &day),
        ("planned_time", "15:30"),
        ("minutes", "90"),
        ("place", "Мәжіліс залы, 2-қабат"),
        ("students", "0"),
    ];
    assert_eq!(director.post("/events", &fields).await.status(), StatusCode::SEE_OTHER);
    let page = director.post("/calendar/feed", &[]).await.text().await.unwrap();
    let start = page.find(".ics").unwrap();
    let path = page[page[..start].rfind("/calendar/").unwrap()..start + 4].to_owned();
    let text = server.visitor().get(&path).await.text().await.unwrap();
    let calendar = ical::IcalParser::new(text.as_bytes()).next().unwrap().unwrap();
    let product = calendar.properties.iter().find(|property| property.name == "PRODID").unwrap();
    assert!(product.value.as_deref().unwrap().starts_with("-//Sheber//"), "{product:?}");
    let mut uids = std::collections::BTreeSet::new();
    for event in &calendar.events {
        let of = |name: &str| event.properties.iter().find(|property| property.name == name)?.value.clone();
        let uid = of("UID").unwrap();
        assert!(uid.ends_with(&format!("@{}", server.app.config.host())), "{uid}");
        assert!(uids.insert(uid.clone()), "{uid} stands twice");
        if uid.starts_with("event-") {
            let begins = format!("{}T103000Z", day.replace('-', ""));
            assert_eq!(of("DTSTART"), Some(begins.clone()));
            assert_eq!(of("DTEND"), Some(begins.replace("T1030", "T1200")));
            assert_eq!(of("LOCATION").as_deref(), Some(r"Мәжіліс залы\, 2-қабат"));
            assert_eq!(of("TRANSP"), None, "it takes up its time");
        } else {
            assert_eq!(of("DTSTART").unwrap().len(), 8);
            assert_eq!(of("TRANSP").as_deref(), Some("TRANSPARENT"), "{uid}");
        }
    }
    assert!(uids.iter().any(|uid| uid.starts_with("event-")) && uids.iter().any(|uid| uid.starts_with("task-")));
    server.app.clock.advance(sheber_platform::clock::Span::seconds(90));
    let again = server.visitor().get(&path).await.text().await.unwrap();
    let lasting = |text: &str| text.lines().filter(|line| !line.starts_with("DTSTAMP:")).collect::<Vec<_>>().join("\n");
    assert_eq!(lasting(&text), lasting(&again));
    assert_ne!(text, again, "when it was made is said");
}

async fn what_follows_an_event_goes_with_it(server: Server) {
    make::all(&server.app).await.unwrap();
    let director = server.person("director").await;
    let day = today(&server).to_string();
    let fields = [("kind", "league_stage"), ("topic", "Лига"), ("held_on", &day), ("students", "19")];
    let answer = director.post("/events", &fields).await;
    let path = answer.headers()["location"].to_str().unwrap().to_owned();
    let follows = "SELECT COUNT(*) FROM duty_task WHERE event_id IS NOT NULL";
    assert_eq!(server.number(follows).await, 1);
    let due =
        "SELECT CAST(MAX(CAST(REPLACE(due, '-', '') AS BIGINT)) AS BIGINT) FROM duty_task WHERE event_id IS NOT NULL";
    let before = server.number(due).await;
    let earlier = (today(&server) - Days::new(7)).to_string();
    let moved = [("held_on", earlier.as_str()), ("version", "1"), fields[0], fields[1], fields[3]];
    assert_eq!(director.post(&path, &moved).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(server.number(follows).await, 1);
    assert!(server.number(due).await < before, "its day follows the event's");
    let cancelled = [("cancelled", "yes"), ("held_on", &earlier), ("version", "2"), fields[0], fields[1], fields[3]];
    assert_eq!(director.post(&path, &cancelled).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(server.number(follows).await, 0, "nothing follows what was not held");
    assert_eq!(sums::differing(&server.app.db, year(&server)).await.unwrap(), 0, "the sums are what the tasks say");
}

async fn curators_have_their_own_tasks_and_the_ministry_sees_departments(server: Server) {
    make::all(&server.app).await.unwrap();
    let director = server.person("director").await;
    let teacher = server.person("teacher").await;
    let hour = task(&server, "1.1/hour").await;
    let shown = format!("/tasks/{hour}\"");
    assert!(teacher.page("/tasks?whose=mine").await.contains(&shown), "no curator is named yet");
    let group = group(&server, &director, "25ПО-11").await;
    let of = |email: &str| {
        format!(
            "UPDATE study_group SET curator_id = (SELECT id FROM account WHERE email = '{email}') WHERE id = {group}"
        )
    };
    database::run(&server.app.db, &of("methodist@demo.sheber.kz"), params![]).await.unwrap();
    assert!(!teacher.page("/tasks?whose=mine").await.contains(&shown));
    assert!(server.person("methodist").await.page("/tasks?whose=mine&q=1.1").await.contains(&shown));
    // Departments, worst first, and a reminder of one duty.
    let sql = "SELECT MIN(t.id) FROM duty_task t JOIN account a ON a.organisation_id = t.organisation_id
               WHERE a.email = 'department@demo.sheber.kz' AND t.holder = 'department'";
    let late = server.number(sql).await;
    due(&server, late, today(&server) - Days::new(2)).await;
    let ministry = server.person("ministry").await;
    let page = ministry.page("/oversight?holder=department").await;
    assert!(page.contains("is-overdue"), "the department is late");
    let told = "SELECT COUNT(*) FROM notice n JOIN account a ON a.id = n.account_id WHERE a.email = 'department@demo.sheber.kz'";
    let before = server.number(told).await;
    let asked = [("holder", "department")];
    assert_eq!(ministry.post("/oversight/remind", &asked).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(server.number(told).await, before + 1);
    let organisation =
        server.number("SELECT organisation_id FROM account WHERE email = 'department@demo.sheber.kz'").await;
    assert_eq!(ministry.get(&format!("/oversight/{organisation}")).await.status(), StatusCode::OK);
    let department = server.person("department").await;
    assert_eq!(department.get(&format!("/oversight/{organisation}")).await.status(), StatusCode::NOT_FOUND);
    assert!(!department.page("/oversight?holder=department").await.contains("Басқармалар:"), "the ministry's alone");
}

/// Each kind of record is looked up on its task's page, for a college and for a department, in each edition.
async fn each_duty_opens(server: Server) {
    make::all(&server.app).await.unwrap();
    server.person("librarian").await.post("/textbooks/confirm", &[("report", "final")]).await;
    for (who, of) in [("director", COLLEGE.to_owned()), ("department", COLLEGE.replace("director@", "department@"))] {
        let person = server.person(who).await;
        let organisation = server.number(&format!("SELECT {of}")).await;
        for year in [AcademicYear::starting(2023), AcademicYear::starting(2024), year(&server)] {
            make::ensure(&server.app, organisation, year).await.unwrap();
            let sql = format!(
                "SELECT CAST(MIN(id) AS TEXT) FROM duty_task WHERE organisation_id = {organisation} AND year = '{year}'
                 GROUP BY duty"
            );
            for id in server.texts(&sql).await {
                let page = person.page(&format!("/tasks/{id}")).await;
                assert!(!page.contains("duty-number-"), "{who}, {year}: {id}: a label without words");
            }
        }
    }
    let confirmed = task(&server, "15.6/confirm_final").await;
    let page = server.person("librarian").await.page(&format!("/tasks/{confirmed}")).await;
    assert!(page.contains("<a href=\"/textbooks\">Жазба</a>"), "who confirmed, and where");
}

on_both! {
    each_duty_opens
    what_follows_an_event_goes_with_it
    curators_have_their_own_tasks_and_the_ministry_sees_departments
    tasks_are_made_once_and_again_only_where_a_template_changed
    a_curator_hour_in_each_group_closes_the_duty_by_itself
    a_week_is_closed_by_its_own_debate_alone
    tasks_are_handed_over_closed_with_evidence_and_excused_with_a_reason
    people_are_reminded_once_a_day
    a_department_sees_who_is_late_and_reminds_with_one_click
    the_feed_is_read_by_another_program
    an_event_has_its_time_in_the_feed
}
