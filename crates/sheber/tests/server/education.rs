//! Educational work: events with photos, plans, bodies, surveys, Development Day, debates, contests.

use chrono::Days;
use reqwest::StatusCode;
use sheber_kernel::OrganisationKind;
use sheber_people::organisations::store::{self as organisations, NewOrganisation};
use sheber_platform::change::Change;

use crate::duties::{COLLEGE, group, task, today, year};
use crate::on_both;
use crate::support::{Person, Server, pdf_text, value};

fn photo() -> Vec<u8> {
    let mut bytes = Vec::new();
    let picture = image::RgbImage::from_pixel(2000, 100, image::Rgb([20, 120, 90]));
    image::codecs::jpeg::JpegEncoder::new(&mut bytes).encode_image(&picture).unwrap();
    bytes
}

async fn an_event_keeps_its_photos_and_nobody_elses_eyes_see_them(server: Server) {
    let teacher = server.person("teacher").await;
    let day = today(&server).to_string();
    let fields = [("kind", "excursion"), ("topic", "Мұражайға"), ("held_on", day.as_str()), ("students", "12")];
    let files = [("сурет.jpg", photo()), ("хат.txt", b"no photo".to_vec())];
    let answer = teacher.upload("/events/quick", &fields, &files).await;
    let told = answer.text().await.unwrap();
    assert!(told.contains("хат.txt: ") && told.contains("жазылды"), "which photo was not kept is said: {told}");
    assert_eq!(server.number("SELECT COUNT(*) FROM event").await, 1, "the event stands whatever becomes of its photos");
    let event = server.number("SELECT MAX(id) FROM event").await;
    let page = teacher.page(&format!("/events/{event}")).await;
    assert_eq!(page.matches("?small=1").count(), 1);
    let photo = server.number("SELECT MAX(id) FROM event_photo").await;
    let path = format!("/events/{event}/photos/{photo}");
    let kept = image::load_from_memory(&teacher.get(&path).await.bytes().await.unwrap()).unwrap();
    assert_eq!((kept.width(), kept.height()), (1600, 80), "made smaller");
    assert_eq!(server.person("neighbour").await.get(&path).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(server.person("department").await.get(&path).await.status(), StatusCode::OK, "its department sees it");
    let wrong = teacher.upload(&format!("/events/{event}/photos"), &[], &[("x.png", b"x".to_vec())]).await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text().await.unwrap().contains("фото ретінде оқылмайды"));
    // Wrong fields are named, what was typed stays.
    let future = (today(&server) + Days::new(3)).to_string();
    let fields = [
        ("kind", "debate"),
        ("topic", ""),
        ("held_on", &future),
        ("students", "3"),
        ("first_involved", "9"),
        ("links", "x"),
    ];
    let answer = teacher.post("/events", &fields).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = answer.text().await.unwrap();
    for said in ["Толтыру қажет", "болашақта бола алмайды", "Қатысқандардан көп", "http://", &future]
    {
        assert!(page.contains(said), "{said}");
    }
}

async fn the_yearly_plan_is_proposed_approved_and_changed_by_versions(server: Server) {
    let (director, inspector) = (server.person("director").await, server.person("youth-inspector").await);
    director.page("/tasks").await;
    let duty = task(&server, "14.4/plan").await;
    assert!(inspector.page("/plans").await.contains("Нұсқаулықтан жасау"), "an empty state that says what to do");
    assert_eq!(inspector.post("/plans/propose", &[("kind", "education")]).await.status(), StatusCode::SEE_OTHER);
    let plan = server.number("SELECT MAX(id) FROM plan").await;
    let page = inspector.page("/plans?kind=education&edit=1").await;
    let rows = page.matches("name=\"duty-").count();
    let version = value(&page, "version").to_owned();
    let day = (today(&server) + Days::new(20)).to_string();
    let mut fields: Vec<(String, String)> = vec![("version".to_owned(), version)];
    for row in 0..rows {
        let start = page.find(&format!("name=\"duty-{row}\" value=\"")).unwrap()
            + format!("name=\"duty-{row}\" value=\"").len();
        fields.push((format!("duty-{row}"), page[start..start + page[start..].find('"').unwrap()].to_owned()));
    }
    fields.push(("what-90".to_owned(), "Колледж күні".to_owned()));
    fields.push(("on-90".to_owned(), day));
    let sent: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(inspector.post(&format!("/plans/{plan}"), &sent).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(
        inspector.post(&format!("/plans/{plan}"), &sent).await.status(),
        StatusCode::CONFLICT,
        "no silent overwrite"
    );
    let hash = value(&director.page("/plans?kind=education").await, "hash").to_owned();
    assert_eq!(
        inspector.post(&format!("/plans/{plan}/approve"), &[("hash", &hash)]).await.status(),
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        director.post(&format!("/plans/{plan}/approve"), &[("hash", "old")]).await.status(),
        StatusCode::CONFLICT,
        "what was seen is approved"
    );
    assert_eq!(
        director.post(&format!("/plans/{plan}/approve"), &[("hash", &hash)]).await.status(),
        StatusCode::SEE_OTHER
    );
    let closed = server.number(&format!("SELECT COUNT(*) FROM duty_task WHERE id = {duty} AND by_data")).await;
    assert_eq!(closed, 1, "the duty of the plan closes by itself");
    assert_eq!(server.number("SELECT COUNT(*) FROM event WHERE topic = 'Колледж күні' AND held_on IS NULL").await, 1);
    let paper = pdf_text(&director.get(&format!("/plans/{plan}/plan.pdf?lang=kk")).await.bytes().await.unwrap());
    assert!(paper.contains("БЕКІТЕМІН") && paper.contains("Колледж күні") && paper.contains("апта сайын"), "{paper}");
    let book = director.get(&format!("/plans/{plan}/plan.xlsx?lang=ru")).await.bytes().await.unwrap();
    let table = crate::support::Sheet::read(&book);
    assert!(table.rows.iter().any(|row| row[2] == "еженедельно"));
    assert_eq!(director.post(&format!("/plans/{plan}/change"), &[]).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(server.number("SELECT MAX(number) FROM plan").await, 2, "a new version, the approved one stays");
    assert_eq!(server.number("SELECT COUNT(*) FROM plan WHERE state = 'approved'").await, 1);

    // The next version moves the event of a line that it moves, and calls off that of a line that it drops.
    let next = server.number("SELECT MAX(id) FROM plan").await;
    let event = server.number("SELECT id FROM event WHERE topic = 'Колледж күні'").await.to_string();
    let college = server.number("SELECT college_id FROM plan LIMIT 1").await;
    let later = (today(&server) + Days::new(27)).to_string();
    let base = value(&director.page(&format!("/plans?id={next}&edit=1")).await, "version").to_owned();
    let lines = [
        ("version", base.as_str()),
        ("what-0", "Колледж күні"),
        ("on-0", later.as_str()),
        ("event-0", event.as_str()),
        ("what-1", "Ашық есік"),
        ("on-1", later.as_str()),
        // Another's event that a form names is not this plan's.
        ("event-1", "1"),
    ];
    assert_eq!(director.post(&format!("/plans/{next}"), &lines).await.status(), StatusCode::SEE_OTHER);
    let page = director.page("/plans").await;
    assert!(page.contains("күніне ауыстырылады") && page.contains("«Ашық есік»"), "what the approval will do: {page}");
    let department = server.person("department").await;
    let seen = department.page(&format!("/plans?college={college}")).await;
    assert!(seen.contains("Колледж күні") && !seen.contains("Ашық есік"), "drafts are the college's own");
    assert_eq!(department.get(&format!("/plans/{next}/plan.pdf")).await.status(), StatusCode::NOT_FOUND);
    let elsewhere = server.number("SELECT MIN(id) FROM organisation WHERE kind = 'college' AND region <> (SELECT region FROM organisation WHERE id = (SELECT college_id FROM plan LIMIT 1))").await;
    assert_eq!(department.get(&format!("/plans?college={elsewhere}")).await.status(), StatusCode::NOT_FOUND);
    let hash = value(&page, "hash").to_owned();
    assert_eq!(
        director.post(&format!("/plans/{next}/approve"), &[("hash", &hash)]).await.status(),
        StatusCode::SEE_OTHER
    );
    let moved = format!("SELECT COUNT(*) FROM event WHERE id = {event} AND planned_on = '{later}' AND NOT cancelled");
    assert_eq!(server.number(&moved).await, 1);
    assert_eq!(server.number("SELECT COUNT(*) FROM event WHERE topic = 'Ашық есік'").await, 1);
    assert_eq!(director.post(&format!("/plans/{next}/change"), &[]).await.status(), StatusCode::SEE_OTHER);
    let last = server.number("SELECT MAX(id) FROM plan").await;
    let page = director.page(&format!("/plans?id={last}")).await;
    assert!(page.contains("Ашық есік"), "it begins with the lines of the version that stands");
    // From a page of the first version that is still open somewhere, it is no other.
    let discarded = [("hash", value(&page, "hash"))];
    director.post(&format!("/plans/{last}/discard"), &discarded).await;
    assert_eq!(director.post(&format!("/plans/{plan}/change"), &[]).await.status(), StatusCode::SEE_OTHER);
    let last = server.number("SELECT MAX(id) FROM plan").await;
    let page = director.page(&format!("/plans?id={last}&edit=1")).await;
    assert!(page.contains("Ашық есік"), "{page}");
    let base = value(&director.page(&format!("/plans?id={last}&edit=1")).await, "version").to_owned();
    let lines = [("version", base.as_str()), ("what-0", "Кездесу")];
    assert_eq!(director.post(&format!("/plans/{last}"), &lines).await.status(), StatusCode::SEE_OTHER);
    let hash = value(&director.page("/plans").await, "hash").to_owned();
    director.post(&format!("/plans/{last}/approve"), &[("hash", &hash)]).await;
    assert_eq!(server.number("SELECT COUNT(*) FROM event WHERE cancelled").await, 2, "both are called off");
}

pub async fn students(server: &Server, director: &Person) -> Vec<String> {
    let group = group(server, director, "25ПО-11").await;
    let names = [("names", "Әбен Айару\nБейсен Бекзат\nКим Дана")];
    assert_eq!(director.post(&format!("/groups/{group}/students"), &names).await.status(), StatusCode::SEE_OTHER);
    server.texts("SELECT code FROM group_student ORDER BY id").await
}

async fn students_sign_up_once_and_never_beyond_the_places(server: Server) {
    let director = server.person("director").await;
    let codes = students(&server, &director).await;
    let day = (today(&server) + Days::new(2)).to_string();
    director.post("/events", &[("kind", "development_day"), ("topic", "Development Day"), ("planned_on", &day)]).await;
    let event = server.number("SELECT MAX(id) FROM event").await;
    for (title, places) in [("Шахмат", "1"), ("Театр", "5")] {
        let fields = [("title", title), ("places", places)];
        assert_eq!(director.post(&format!("/days/{event}/activities"), &fields).await.status(), StatusCode::SEE_OTHER);
    }
    director.post(&format!("/days/{event}/link"), &[]).await;
    let token = server.text("SELECT token FROM day_link").await;
    let (chess, theatre) = (
        server.number("SELECT MIN(id) FROM day_activity").await.to_string(),
        server.number("SELECT MAX(id) FROM day_activity").await.to_string(),
    );
    let path = format!("/day/{token}");
    let visitor = server.visitor();
    let token = value(&visitor.page(&path).await, "csrf").to_owned();
    let sign = async |code: &str, activity: &str| {
        visitor.post_raw(&path, &[("csrf", &token), ("code", code), ("activity", activity)]).await
    };
    assert_eq!(sign(&codes[0], &chess).await.status(), StatusCode::OK);
    let full = sign(&codes[1], &chess).await;
    assert_eq!(full.status(), StatusCode::UNPROCESSABLE_ENTITY, "no place is left");
    assert_eq!(sign("ZZZZZZ", &theatre).await.status(), StatusCode::UNPROCESSABLE_ENTITY, "nobody's code");
    assert_eq!(
        sign(&codes[0].to_lowercase(), &theatre).await.status(),
        StatusCode::OK,
        "choosing another gives the place back"
    );
    assert_eq!(sign(&codes[1], &chess).await.status(), StatusCode::OK);
    assert_eq!(server.number("SELECT COUNT(*) FROM day_signup").await, 2, "one activity each");
    // All at once for the last places.
    director.post(&format!("/days/{event}/activities"), &[("title", "Футбол"), ("places", "1")]).await;
    let football = server.number("SELECT MAX(id) FROM day_activity").await.to_string();
    futures::future::join_all(codes.iter().map(|code| sign(code, &football))).await;
    let taken = format!("SELECT COUNT(*) FROM day_signup WHERE activity_id = {football}");
    assert_eq!(server.number(&taken).await, 1, "never beyond the places");
    let page = director.page(&format!("/days/{event}")).await;
    assert!(page.contains("1 / 1"));
    let list = director.get(&format!("/days/{event}/list.xlsx")).await.bytes().await.unwrap();
    let signed = crate::support::Sheet::read(&list).rows.len();
    assert!(signed > 0);
    // Who signed up is who was there, once the day has come; next week's has the same activities.
    let attended = format!("/days/{event}/attended");
    assert_eq!(director.post(&attended, &[]).await.status(), StatusCode::CONFLICT, "the day has not come");
    let sql = format!("UPDATE event SET planned_on = '{}' WHERE id = {event}", today(&server));
    sheber_platform::database::run(&server.app.db, &sql, vec![]).await.unwrap();
    assert_eq!(director.post(&attended, &[]).await.status(), StatusCode::SEE_OTHER);
    let there = format!("SELECT COUNT(*) FROM event_student WHERE event_id = {event}");
    assert_eq!(usize::try_from(server.number(&there).await).unwrap(), signed);
    assert_eq!(
        server.number(&format!("SELECT students FROM event WHERE id = {event}")).await,
        server.number(&there).await
    );
    assert_eq!(director.post(&attended, &[]).await.status(), StatusCode::CONFLICT, "once");
    assert_eq!(director.post(&format!("/days/{event}/again"), &[]).await.status(), StatusCode::SEE_OTHER);
    let next = server.number("SELECT MAX(id) FROM event").await;
    let copied = format!("SELECT COUNT(*) FROM day_activity WHERE event_id = {next}");
    assert_eq!(server.number(&copied).await, 3);
    let later = format!(
        "SELECT COUNT(*) FROM event WHERE id = {next} AND held_on IS NULL AND planned_on = '{}'",
        today(&server) + Days::new(7)
    );
    assert_eq!(server.number(&later).await, 1, "a week later");
}

async fn readers_answer_once_and_anonymously_where_it_is_said(server: Server) {
    let (director, librarian) = (server.person("director").await, server.person("librarian").await);
    let codes = students(&server, &director).await;
    librarian.page("/tasks").await;
    librarian
        .post("/surveys", &[("kind", "test"), ("subject", "reading"), ("title", "Оқырман тесті"), ("anonymous", "yes")])
        .await;
    let survey = server.number("SELECT MAX(id) FROM survey").await;
    let path = format!("/surveys/{survey}");
    let wrong = librarian
        .post(&path, &[("text-0", "Абай жолының авторы?"), ("way-0", "one"), ("options-0", "Әуезов\nАбай")])
        .await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY, "a test needs a right option");
    let fields = [
        ("text-0", "Абай жолының авторы?"),
        ("way-0", "one"),
        ("options-0", "*Әуезов\nАбай"),
        ("text-1", "Не оқисыз?"),
        ("way-1", "text"),
        ("options-1", ""),
        ("version", "1"),
        ("title", "Оқырман тесті"),
        ("anonymous", "yes"),
    ];
    assert_eq!(librarian.post(&path, &fields).await.status(), StatusCode::SEE_OTHER);
    let token = server.text("SELECT token FROM survey").await;
    let visitor = server.visitor();
    assert_eq!(visitor.get(&format!("/s/{token}")).await.status(), StatusCode::NOT_FOUND, "a draft is nobody's");
    librarian.post(&format!("{path}/step"), &[("action", "open")]).await;
    let path_of = format!("/s/{token}");
    let answer = async |code: &str, chosen: &str| {
        let fields = [("q-0", chosen), ("q-1", "Роман"), ("code", code)];
        visitor.post_raw(&path_of, &fields).await
    };
    assert!(answer(&codes[0], "0").await.text().await.unwrap().contains("1 / 1"), "a text is neither right nor wrong");
    assert_eq!(answer(&codes[0], "1").await.status(), StatusCode::UNPROCESSABLE_ENTITY, "once");
    assert!(answer(&codes[1], "1").await.text().await.unwrap().contains("0 / 1"));
    assert_eq!(server.number("SELECT COUNT(*) FROM survey_answer WHERE student_id IS NULL").await, 2, "without a name");
    let guessed = sheber_platform::secret::sha256(&format!("{token}:{}", codes[0]));
    let found = format!("SELECT COUNT(*) FROM survey_answer WHERE mark = '{guessed}'");
    assert_eq!(server.number(&found).await, 0, "token and code alone do not lead to an answer");
    librarian.post(&format!("{path}/step"), &[("action", "close")]).await;
    assert!(!librarian.page(&path).await.contains("Роман"), "nor closed");
    librarian.post(&format!("{path}/step"), &[("action", "open")]).await;
    assert!(
        librarian.page(&path).await.contains("бес жауаптан бастап"),
        "of two anonymous answers one could guess whose they are"
    );
    let few = librarian.get(&format!("{path}/results.xlsx")).await;
    assert_eq!(few.status(), StatusCode::CONFLICT);
    for copy in 0..3 {
        let sql = format!(
            "INSERT INTO survey_answer (survey_id, mark, student_id, answers, score, on_day)
             SELECT survey_id, 'copy-{copy}', NULL, answers, score, on_day FROM survey_answer WHERE score = 1"
        );
        let sql = if copy == 0 { sql } else { sql.replace("WHERE score = 1", "WHERE mark = 'copy-0'") };
        sheber_platform::database::run(&server.app.db, &sql, vec![]).await.unwrap();
    }
    assert!(!librarian.page(&path).await.contains("0,8 / 1"), "while it is open nobody sees what comes");
    librarian.post(&format!("{path}/step"), &[("action", "close")]).await;
    let page = librarian.page(&path).await;
    assert!(page.contains("Әуезов") && page.contains("0,8 / 1"), "the mean of what can be right");
    librarian.post(&format!("{path}/step"), &[("action", "open")]).await;
    let page = server.person("teacher").await.page(&path).await;
    assert!(page.contains("Әуезов") && !page.contains("Роман"), "what people wrote is for whoever runs surveys");
    let book = librarian.get(&format!("{path}/results.xlsx")).await.bytes().await.unwrap();
    let table = crate::support::Sheet::read(&book);
    assert!(table.rows.iter().all(|row| row.len() == 3), "question, answer, number: no line is one person");
    // Whoever looks before and after one more answer sees no difference, until the survey is closed.
    let seen = async || {
        let page = librarian.page(&path).await;
        page.matches("Поэзия").count()
    };
    let fields = [("q-0", "0"), ("q-1", "Поэзия"), ("code", codes[2].as_str())];
    assert_eq!(visitor.post_raw(&path_of, &fields).await.status(), StatusCode::OK);
    assert_eq!(seen().await, 0, "the sixth answer");
    let methodist = server.person("methodist").await;
    assert!(!methodist.page(&path).await.contains("Роман"), "its maker and the leaders read texts");
    librarian.post(&format!("{path}/step"), &[("action", "close")]).await;
    assert_eq!(seen().await, 0, "closed for one answer more it shows what it did before");
    librarian.post(&format!("{path}/step"), &[("action", "open")]).await;
    for copy in 0..4 {
        let sql = format!(
            "INSERT INTO survey_answer (survey_id, mark, student_id, answers, score, on_day)
             SELECT survey_id, 'more-{copy}', NULL, answers, score, on_day FROM survey_answer WHERE mark = 'copy-0'"
        );
        sheber_platform::database::run(&server.app.db, &sql, vec![]).await.unwrap();
    }
    assert_eq!(seen().await, 0, "still open");
    librarian.post(&format!("{path}/step"), &[("action", "close")]).await;
    assert!(seen().await > 0, "with four more it is one of five");
    librarian.post(&format!("{path}/step"), &[("action", "open")]).await;
    let closed = server
        .number(&format!(
            "SELECT COUNT(*) FROM duty_task WHERE duty = '14.2/survey' AND organisation_id = {COLLEGE} AND by_data"
        ))
        .await;
    assert!(closed <= 1, "at most the running half's");
}

async fn health_of_families_is_shown_to_few(server: Server) {
    let director = server.person("director").await;
    students(&server, &director).await;
    let group = server.number("SELECT MAX(id) FROM study_group").await;
    let student = server.number("SELECT MIN(id) FROM group_student").await;
    let set = director.post(&format!("/groups/{group}/students/{student}"), &[("support", "large_family")]).await;
    assert_eq!(set.status(), StatusCode::SEE_OTHER);
    for (who, sees) in [("director", true), ("psychologist", true), ("teacher", false), ("librarian", false)] {
        let page = server.person(who).await.page(&format!("/groups/{group}")).await;
        assert_eq!(page.contains("көп балалы"), sees, "{who}");
        assert!(page.contains("Бейсен Бекзат"));
    }
    let trail = server.number("SELECT COUNT(*) FROM audit WHERE after LIKE '%large_family%'").await;
    assert_eq!(trail, 0, "the trail says that it changed, not what");
}

async fn debates_are_drawn_and_close_the_week(server: Server) {
    let inspector = server.person("youth-inspector").await;
    let day = today(&server).to_string();
    let few = inspector.post("/debates", &[("topic", "Т"), ("held_on", &day), ("teams", "бір")]).await;
    assert_eq!(few.status(), StatusCode::UNPROCESSABLE_ENTITY);
    inspector.post("/debates", &[("topic", "ЖИ пайдалы ма?"), ("held_on", &day), ("teams", "А\nБ\nВ\nГ")]).await;
    let debate = server.number("SELECT MAX(id) FROM debate").await;
    let path = format!("/debates/{debate}");
    assert_eq!(inspector.post(&format!("{path}/round"), &[]).await.status(), StatusCode::CONFLICT, "first the results");
    let points = [("one-0-0", "30"), ("other-0-0", "20"), ("one-0-1", "10"), ("other-0-1", "40"), ("version", "1")];
    assert_eq!(inspector.post(&format!("{path}/results"), &points).await.status(), StatusCode::SEE_OTHER);
    let late = [("one-0-0", "31"), points[1], points[2], points[3], points[4]];
    let late = inspector.post(&format!("{path}/results"), &late).await;
    assert_eq!(late.status(), StatusCode::CONFLICT, "nobody writes over another's points");
    let late = late.text().await.unwrap();
    assert!(late.contains("value=\"31\"") && late.contains("<q>30</q>"), "both are seen: {late}");
    assert_eq!(late.matches("class=\"stored\"").count(), 1);
    assert_eq!(inspector.post(&format!("{path}/round"), &[]).await.status(), StatusCode::SEE_OTHER);
    let page = inspector.page(&path).await;
    assert!(page.contains('2') && page.find("Г").unwrap() < page.rfind("Б").unwrap());
    assert_eq!(server.number("SELECT COUNT(*) FROM event WHERE kind = 'debate' AND held_on IS NOT NULL").await, 1);
}

/// The last day for applications passes.
pub async fn applications_end(server: &Server) {
    let sql = "UPDATE contest SET opens_on = '2023-09-01', closes_on = '2023-09-02'";
    sheber_platform::database::run(&server.app.db, sql, vec![]).await.unwrap();
}

/// Somebody of the demo goes to another college of the region.
pub async fn of_another_college(server: &Server, local: &str) {
    let db = &server.app.db;
    let there = "SELECT COUNT(*) FROM organisation WHERE name_ru = 'Темиртауский колледж'";
    if server.number(there).await == 0 {
        let new = NewOrganisation {
            kind: OrganisationKind::College,
            bin: None,
            name_kk: "Теміртау колледжі".to_owned(),
            name_ru: "Темиртауский колледж".to_owned(),
            region: "35".parse().ok(),
        };
        let change = Change::by(&server.app, None).await.unwrap();
        organisations::insert(&change, &new).await.unwrap();
        change.commit().await.unwrap();
        let ever = "UPDATE organisation SET created_at = 0 WHERE name_ru = 'Темиртауский колледж'";
        sheber_platform::database::run(db, ever, vec![]).await.unwrap();
    }
    let sql = format!(
        "UPDATE account SET organisation_id = (SELECT id FROM organisation WHERE name_ru = 'Темиртауский колледж')
         WHERE email = '{local}@demo.sheber.kz'"
    );
    assert_eq!(sheber_platform::database::run(db, &sql, vec![]).await.unwrap(), 1);
}

/// A juror's points for an entry.
async fn judge(server: &Server, who: &str, contest: i64, entry: i64, points: [&str; 2]) -> StatusCode {
    let person = server.person(who).await;
    let (one, two) = (format!("points-{entry}-0"), format!("points-{entry}-1"));
    let entry = entry.to_string();
    let fields = [("entry", entry.as_str()), (&one, points[0]), (&two, points[1])];
    person.post(&format!("/contests/{contest}/scores"), &fields).await.status()
}

async fn a_contest_is_corrected_called_off_and_held_where_the_schedule_says(server: Server) {
    let (department, methodist) = (server.person("department").await, server.person("methodist").await);
    let sql = "SELECT region FROM organisation WHERE id = (SELECT organisation_id FROM account WHERE email = 'department@demo.sheber.kz')";
    let region = server.text(sql).await;
    let slots = sheber_education::contests::schedule::of(year(&server));
    let ours = slots.iter().find(|slot| slot.host == region).unwrap();
    let theirs = slots.iter().find(|slot| slot.host != region).unwrap();
    let form = department.page(&format!("/contests?sector={}", ours.sector)).await;
    assert!(form.contains(&format!("name=\"closes_on\" type=\"date\" value=\"{}\"", ours.to)), "the term is proposed");
    let (from, to) = (today(&server).to_string(), (today(&server) + Days::new(5)).to_string());
    let fields = |sector: &'static str| {
        vec![
            ("kind", "mastery"),
            ("sector", sector),
            ("level", "country"),
            ("title", "Республикалық кезең"),
            ("opens_on", from.as_str()),
            ("closes_on", to.as_str()),
            ("criterion-0", "Мазмұны"),
            ("most-0", "10"),
        ]
    };
    assert_eq!(department.post("/contests", &fields(theirs.sector)).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let mut other = fields(ours.sector);
    other[0] = ("kind", "language");
    let refused = department.post("/contests", &other).await.status();
    assert_eq!(refused, StatusCode::UNPROCESSABLE_ENTITY, "a host holds its sector, nothing else, for the country");
    assert_eq!(department.post("/contests", &fields(ours.sector)).await.status(), StatusCode::SEE_OTHER);
    let contest = server.number("SELECT MAX(id) FROM contest WHERE level = 'country'").await;
    let path = format!("/contests/{contest}");
    assert!(server.person("neighbour").await.page(&path).await.contains("Республикалық кезең"), "the country's");
    // What was wrong is corrected, and nobody writes over another.
    let later = (today(&server) + Days::new(9)).to_string();
    let right = |version: &'static str| {
        vec![
            ("title", "Республикалық кезең, түзетілген"),
            ("place", ""),
            ("opens_on", from.as_str()),
            ("closes_on", later.as_str()),
            ("version", version),
        ]
    };
    let change = format!("{path}/change");
    assert_eq!(methodist.post(&change, &right("1")).await.status(), StatusCode::FORBIDDEN);
    assert_eq!(department.post(&change, &right("1")).await.status(), StatusCode::SEE_OTHER);
    let again = department.post(&change, &right("1")).await;
    assert_eq!(again.status(), StatusCode::CONFLICT);
    assert!(methodist.page(&path).await.contains("түзетілген"));
    let month = later[..7].to_owned();
    assert!(methodist.page(&format!("/calendar?month={month}")).await.contains("⚑"), "its deadline is in the calendar");
    // It is called off: who applied is told, and it counts for nothing.
    let applied = [("name", "Әлия Әдіскерова"), ("work", "Код мектебі")];
    assert_eq!(methodist.upload(&format!("{path}/apply"), &applied, &[]).await.status(), StatusCode::SEE_OTHER);
    let off = [("action", "cancel")];
    assert_eq!(department.post(&format!("{path}/step"), &off).await.status(), StatusCode::SEE_OTHER);
    assert!(methodist.page("/inbox").await.contains("Конкурс өткізілмейді"));
    assert_eq!(methodist.upload(&format!("{path}/apply"), &applied, &[]).await.status(), StatusCode::CONFLICT);
    assert_eq!(department.post(&format!("{path}/step"), &off).await.status(), StatusCode::CONFLICT);
}

async fn a_contest_runs_from_application_to_diploma_and_on(server: Server) {
    let (department, methodist) = (server.person("department").await, server.person("methodist").await);
    department.page("/tasks").await;
    let (from, to) = (today(&server).to_string(), (today(&server) + Days::new(5)).to_string());
    let fields = [
        ("kind", "mastery"),
        ("sector", "it"),
        ("title", "Үздік педагог"),
        ("opens_on", &from),
        ("closes_on", &to),
        ("criterion-0", "Мазмұны"),
        ("most-0", "10"),
        ("criterion-1", "Қорғауы"),
        ("most-1", "10"),
    ];
    assert_eq!(department.post("/contests", &fields).await.status(), StatusCode::SEE_OTHER);
    let contest = server.number("SELECT MAX(id) FROM contest").await;
    let path = format!("/contests/{contest}");
    for (name, work) in [("Әлия Әдіскерова", "Код мектебі"), ("Тимур Педагогов", "Робот")]
    {
        let files = [("жұмыс.pdf", b"%PDF-1.7\nw\n%%EOF\n".to_vec())];
        let answer = methodist.upload(&format!("{path}/apply"), &[("name", name), ("work", work)], &files).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    }
    let elsewhere = server.person("neighbour").await.get(&path).await;
    assert_eq!(elsewhere.status(), StatusCode::NOT_FOUND, "another region's contest");
    // The jury: two of the department's own would be too few.
    let juror = async |email: &str| department.post(&format!("{path}/jurors"), &[("email", email)]).await.status();
    assert_eq!(juror("nobody@demo.sheber.kz").await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(juror("neighbour@demo.sheber.kz").await, StatusCode::UNPROCESSABLE_ENTITY, "not of the region");
    assert_eq!(juror("department@demo.sheber.kz").await, StatusCode::SEE_OTHER);
    assert_eq!(juror("librarian@demo.sheber.kz").await, StatusCode::SEE_OTHER);
    let judging = async || department.post(&format!("{path}/step"), &[("action", "judge")]).await.status();
    assert_eq!(judging().await, StatusCode::CONFLICT, "two are no jury");
    assert_eq!(juror("psychologist@demo.sheber.kz").await, StatusCode::SEE_OTHER);
    applications_end(&server).await;
    assert_eq!(judging().await, StatusCode::CONFLICT, "one alone may judge both: no vote decides by itself");
    of_another_college(&server, "psychologist").await;
    let open = format!("UPDATE contest SET closes_on = '{to}'");
    sheber_platform::database::run(&server.app.db, &open, vec![]).await.unwrap();
    assert_eq!(judging().await, StatusCode::CONFLICT, "the last day that was announced has not passed");
    applications_end(&server).await;
    assert_eq!(judging().await, StatusCode::SEE_OTHER);
    let (one, other) = (
        server.number("SELECT MIN(id) FROM contest_entry").await,
        server.number("SELECT MAX(id) FROM contest_entry").await,
    );
    assert_eq!(
        judge(&server, "librarian", contest, one, ["10", "10"]).await,
        StatusCode::CONFLICT,
        "not the own college"
    );
    assert_eq!(judge(&server, "director", contest, one, ["10", "10"]).await, StatusCode::NOT_FOUND, "no juror");
    assert_eq!(judge(&server, "department", contest, one, ["11", "3"]).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(judge(&server, "department", contest, one, ["7", "8"]).await, StatusCode::SEE_OTHER);
    assert_eq!(department.post(&format!("{path}/step"), &[("action", "close")]).await.status(), StatusCode::CONFLICT);
    assert_eq!(judge(&server, "department", contest, other, ["9", "6"]).await, StatusCode::SEE_OTHER);
    for (entry, points) in [(one, ["7", "8"]), (other, ["9", "6"])] {
        assert_eq!(judge(&server, "psychologist", contest, entry, points).await, StatusCode::SEE_OTHER);
    }
    assert_eq!(department.post(&format!("{path}/step"), &[("action", "close")]).await.status(), StatusCode::SEE_OTHER);
    let first = server.number("SELECT id FROM contest_entry WHERE place = 1").await;
    assert_eq!(first, other, "a tie goes by the first criterion");
    assert!(methodist.page("/inbox").await.contains("қорытындыланды"));
    let paper = pdf_text(&methodist.get(&format!("{path}/entries/{first}/diploma.pdf")).await.bytes().await.unwrap());
    assert!(paper.contains("Тимур Педагогов") && paper.contains("1-орын"), "{paper}");
    let code = server.text("SELECT code FROM contest_entry WHERE place = 1").await;
    let page = server.visitor().page(&format!("/d/{code}")).await;
    assert!(page.contains("шынайы") && page.contains("Тимур Педагогов"));
    assert_eq!(server.visitor().get("/d/AAAAAAAAAAAA").await.status(), StatusCode::NOT_FOUND);
    let duty = server.number("SELECT COUNT(*) FROM duty_task WHERE duty = '16.3/participation' AND by_data").await;
    assert_eq!(duty, 1, "the department's duty is done");
    // The winners go on to the country's stage.
    let ministry = server.person("ministry").await;
    assert_eq!(ministry.post("/contests", &fields).await.status(), StatusCode::SEE_OTHER);
    let next = server.number("SELECT MAX(id) FROM contest").await.to_string();
    let pass = (0..20).map(|_| {
        let (department, path, next) = (department.clone(), format!("{path}/pass"), next.clone());
        async move { department.post(&path, &[("to", &next)]).await.status() }
    });
    assert!(futures::future::join_all(pass).await.iter().all(|status| !status.is_server_error()));
    assert!(methodist.page("/inbox").await.contains("келесі кезеңіне"), "who handed it in hears of it");
    let alone = methodist.upload(&format!("/contests/{next}/apply"), &[("name", "Ә"), ("work", "Ж")], &[]).await;
    assert_eq!(alone.status(), StatusCode::CONFLICT, "one comes to the country's stage by winning the region's");
    // Everybody sees the places; what was handed in stays with those whose it is, the organiser and the jury.
    let file =
        methodist.page(&path).await.split("/files/").nth(1).expect("a file").split('"').next().unwrap().to_owned();
    let file = format!("{path}/entries/{first}/files/{file}");
    assert_eq!(methodist.get(&file).await.status(), StatusCode::OK);
    of_another_college(&server, "librarian").await;
    let librarian = server.person("librarian").await;
    let page = librarian.page(&path).await;
    assert!(page.contains("Тимур Педагогов") && page.contains("/files/"), "a juror reads what they judged");
    of_another_college(&server, "hr").await;
    let hr = server.person("hr").await;
    let page = hr.page(&path).await;
    assert!(page.contains("Тимур Педагогов") && !page.contains("/files/"), "the places, and no more");
    assert_eq!(hr.get(&file).await.status(), StatusCode::NOT_FOUND);
    let passed = format!("SELECT COUNT(*) FROM contest_entry WHERE contest_id = {next} AND from_entry IS NOT NULL");
    assert_eq!(server.number(&passed).await, 2, "each once");
    assert_eq!(year(&server).to_string(), server.text("SELECT MAX(year) FROM contest").await);
}

async fn only_students_of_the_events_own_groups_are_counted(server: Server) {
    let (director, neighbour) = (server.person("director").await, server.person("neighbour").await);
    students(&server, &director).await;
    let own = server.number("SELECT MIN(id) FROM group_student").await;
    let group = server.number("SELECT MIN(group_id) FROM group_student").await.to_string();
    let path = format!("/groups/{group}/students/{own}");
    let said = [("name", "Әбен Айару"), ("support", "low_income"), ("active", "yes")];
    assert_eq!(director.post(&path, &said).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(server.number("SELECT COUNT(*) FROM group_student WHERE support <> ''").await, 1);
    let (own, day) = (own.to_string(), today(&server).to_string());
    let fields = [("kind", "talk"), ("topic", "Кездесу"), ("held_on", &day), ("present", &own), ("groups", &group)];
    assert_eq!(neighbour.post("/events", &fields).await.status(), StatusCode::BAD_REQUEST);
    assert_eq!(neighbour.post("/events", &fields[..4]).await.status(), StatusCode::SEE_OTHER);
    let counted = "SELECT students + first_involved FROM event ORDER BY id DESC LIMIT 1";
    assert_eq!(server.number(counted).await, 0, "another college's student tells nothing");
    assert_eq!(director.post("/events", &fields).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(server.number(counted).await, 2, "one took part, one for the first time");
    // Whoever does not see groups does not see names either.
    let hr = server.person("hr").await;
    assert!(!hr.page(&format!("/events/new?group={group}")).await.contains("Айару"));
    // Once more in two taps: counted anew, one's own alone.
    let event = server.number("SELECT MAX(id) FROM event").await;
    assert_eq!(
        director.post(&format!("/events/{event}/again"), &[("students", "7")]).await.status(),
        StatusCode::SEE_OTHER
    );
    assert_eq!(server.number(counted).await, 7);
    assert!(!server.person("department").await.page("/events/quick").await.contains("Кездесу"));
}

async fn a_sheet_of_groups_names_codes_that_stand_twice(server: Server) {
    let director = server.person("director").await;
    let kept = group(&server, &director, "25ПО-11").await;
    let year = year(&server);
    let row = |code: &str, students: i64| format!("{code},{year},{},kk,{students},\n", year.next());
    let sheet = |rows: &[String]| format!("code,entered,leaves,lang,students,curator\n{}", rows.concat());
    let rows = sheet(&[row("25ПО-12", 20), row("25ПО-12", 21)]);
    let (_, page) = director.brings("/groups/import", "g.csv", rows).await;
    assert!(page.contains("қате – 1") && page.contains("мұндай жол бұрын да бар: 2-жол"), "{page}");
    sheber_platform::database::run(
        &server.app.db,
        &format!("UPDATE study_group SET active = FALSE WHERE id = {kept}"),
        vec![],
    )
    .await
    .unwrap();
    // A letter of the other alphabet and a longer dash make no second group.
    let (address, page) = director.brings("/groups/import", "g.csv", sheet(&[row("25ПO–11", 25)])).await;
    assert!(
        page.contains("өзгереді – 1") && page.contains("басқа әліпбидің ұқсас әрпі"),
        "a closed group's code is known: {page}"
    );
    director.takes(&address, &[]).await;
    assert_eq!(server.number(&format!("SELECT students FROM study_group WHERE id = {kept} AND active")).await, 25);
}

async fn a_form_sent_twice_makes_one_thing(server: Server) {
    let (director, librarian) = (server.person("director").await, server.person("librarian").await);
    let day = today(&server).to_string();
    let page = director.page("/events/quick").await;
    let once = value(&page, "once").to_owned();
    let quick = [("once", once.as_str()), ("kind", "talk"), ("topic", "Кездесу"), ("held_on", &day), ("students", "9")];
    for _ in 0..2 {
        let answer = director.upload("/events/quick", &quick, &[("a.jpg", photo())]).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    }
    assert_eq!(server.number("SELECT COUNT(*) FROM event WHERE topic = 'Кездесу'").await, 1);
    assert_eq!(server.number("SELECT COUNT(*) FROM event_photo").await, 1);
    // A step back and other words is another event.
    let other = [quick[0], quick[1], ("topic", "Екінші кездесу"), quick[3], quick[4]];
    director.upload("/events/quick", &other, &[]).await;
    assert_eq!(server.number("SELECT COUNT(*) FROM event WHERE topic LIKE '%кездесу'").await, 1);
    let once = value(&librarian.page("/textbooks").await, "once").to_owned();
    let fixed = [("title", "Сварка"), ("lang", "kk"), ("medium", "paper"), ("copies", "5"), ("funds", "own")];
    let bought = [("price", "100"), ("bought_on", day.as_str()), ("once", once.as_str())];
    let fields: Vec<(&str, &str)> = fixed.into_iter().chain(bought).collect();
    let (one, two) = tokio::join!(librarian.post("/textbooks", &fields), librarian.post("/textbooks", &fields));
    assert_eq!((one.status(), two.status()), (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER));
    assert_eq!(server.number("SELECT COUNT(*) FROM textbook_purchase").await, 1, "no money is counted twice");
    let once = value(&director.page("/groups").await, "once").to_owned();
    let (first, last) = (year(&server).to_string(), year(&server).next().to_string());
    let group = [("code", "25ПО-77"), ("entered", &first), ("leaves", &last), ("lang", "kk"), ("students", "20")];
    let fields: Vec<(&str, &str)> = group.into_iter().chain([("curator_id", ""), ("once", once.as_str())]).collect();
    for _ in 0..2 {
        assert_eq!(director.post("/groups", &fields).await.status(), StatusCode::SEE_OTHER, "its page, not a fault");
    }
}

async fn the_second_of_two_people_sees_that_and_keeps_what_was_typed(server: Server) {
    let director = server.person("director").await;
    let kept = group(&server, &director, "25ПО-11").await;
    let (first, last) = (year(&server).to_string(), year(&server).next().to_string());
    let path = format!("/groups/{kept}");
    let seen = value(&director.page(&path).await, "version").to_owned();
    let fields = |students: &'static str| {
        let fixed = [("code", "25ПО-11"), ("entered", &*first), ("leaves", &*last), ("lang", "kk"), ("curator_id", "")];
        fixed.into_iter().chain([("active", "yes"), ("students", students), ("version", &*seen)]).collect::<Vec<_>>()
    };
    assert_eq!(director.post(&path, &fields("21")).await.status(), StatusCode::SEE_OTHER);
    let late = director.post(&path, &fields("22")).await;
    assert_eq!(late.status(), StatusCode::CONFLICT);
    let page = late.text().await.unwrap();
    assert!(page.contains("Басқа адам өзгертіп қойды") && page.contains("value=\"22\""));
    assert_ne!(value(&page, "version"), seen, "what is saved next is saved knowingly");
    assert_eq!(server.number(&format!("SELECT students FROM study_group WHERE id = {kept}")).await, 21);
    // What the group agreed on stands in its own form, whatever is wrong in another.
    let seen = value(&director.page(&path).await, "version").to_owned();
    let agreed = [("agreed", "Кешікпейміз"), ("version", &seen)];
    assert_eq!(director.post(&format!("{path}/agreed"), &agreed).await.status(), StatusCode::SEE_OTHER);
    let late = director.post(&format!("{path}/agreed"), &agreed).await;
    assert_eq!(late.status(), StatusCode::CONFLICT, "nobody writes over another");
    let wrong = director.post(&format!("{path}/students"), &[("names", &"А".repeat(200))]).await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text().await.unwrap().contains("Кешікпейміз"));
    let librarian = server.person("librarian").await;
    librarian.post("/surveys", &[("kind", "survey"), ("title", "Сауалнама")]).await;
    let path = format!("/surveys/{}", server.number("SELECT MAX(id) FROM survey").await);
    let question =
        [("text-0", "Не оқисыз?"), ("way-0", "text"), ("options-0", ""), ("version", "1"), ("title", "Сауалнама")];
    assert_eq!(librarian.post(&path, &question).await.status(), StatusCode::SEE_OTHER);
    let late = [("text-0", "Қайда оқисыз?"), question[1], question[2], question[3], question[4]];
    let late = librarian.post(&path, &late).await;
    assert_eq!(late.status(), StatusCode::CONFLICT);
    assert!(late.text().await.unwrap().contains("Қайда оқисыз?"));
    // Opened meanwhile, it has the form no more.
    assert_eq!(librarian.post(&format!("{path}/step"), &[("action", "open")]).await.status(), StatusCode::SEE_OTHER);
    let late = [("text-0", "Кім оқиды?"), question[1], question[2], ("version", "2"), question[4]];
    let late = librarian.post(&path, &late).await;
    assert_eq!(late.status(), StatusCode::CONFLICT);
    let late = late.text().await.unwrap();
    assert!(late.contains("сақталмады") && late.contains("<blockquote>Кім оқиды?</blockquote>"), "{late}");
}

async fn a_curator_plans_with_the_parliament(server: Server) {
    let (director, teacher) = (server.person("director").await, server.person("teacher").await);
    director.page("/tasks").await;
    let group = group(&server, &director, "25ПО-11").await;
    let teacher_id = server.number("SELECT id FROM account WHERE email = 'teacher@demo.sheber.kz'").await;
    let sql = format!("UPDATE study_group SET curator_id = {teacher_id} WHERE id = {group}");
    sheber_platform::database::run(&server.app.db, &sql, vec![]).await.unwrap();
    let day = today(&server).to_string();
    let body = [("kind", "parliament"), ("name", "Парламент"), ("leader", "А. Ә."), ("founded_on", &day)];
    assert_eq!(director.post("/bodies", &body).await.status(), StatusCode::SEE_OTHER);
    let parliament = server.number("SELECT MAX(id) FROM body").await;
    director.post(&format!("/bodies/{parliament}/members"), &[("member", "Ким Дана"), ("seat", "")]).await;
    let path = format!("/groups/{group}");
    assert!(teacher.page(&path).await.contains("name=\"member\" value=\"Ким Дана\""), "its members are offered");
    let later = (today(&server) + Days::new(3)).to_string();
    let alone = [("on-0", later.as_str()), ("topic-0", "Қауіпсіз интернет"), ("form-0", ""), ("plan_version", "0")];
    let refused = teacher.post(&format!("{path}/plan"), &alone).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "not without the students");
    assert!(refused.text().await.unwrap().contains("Қауіпсіз интернет"));
    let together = [alone[0], alone[1], alone[2], alone[3], ("member", "Ким Дана"), ("parliament", "Бейсен Бекзат")];
    assert_eq!(teacher.post(&format!("{path}/plan"), &together).await.status(), StatusCode::SEE_OTHER);
    let longer = [("on-1", later.as_str()), ("topic-1", "Екінші сағат"), ("parliament", "Басқа Адам")];
    let late = teacher.post(&format!("{path}/plan"), &[&together[..4], &longer].concat()).await;
    assert_eq!(late.status(), StatusCode::CONFLICT, "nobody writes over another");
    let late = late.text().await.unwrap();
    assert!(late.contains("Қазір сақталғаны: белгіленген") && late.contains("<q>Бейсен Бекзат</q>"), "{late}");
    assert_eq!(late.matches("class=\"stored\"").count(), 4, "two members, and a row that was typed alone");
    let page = teacher.page(&path).await;
    assert!(page.contains("Ким Дана, Бейсен Бекзат") && page.contains("value=\"Ким Дана\" checked"));
    // The hour stands in the curator's calendar and feed until it is held.
    let month = &later[..7];
    assert!(teacher.page(&format!("/calendar?month={month}")).await.contains("25ПО-11: Қауіпсіз интернет"));
    assert!(
        !director.page(&format!("/calendar?month={month}")).await.contains("25ПО-11: Қауіпсіз"),
        "the curator's own"
    );
    let renewed = teacher.post("/calendar/feed", &[]).await.text().await.unwrap();
    let end = renewed.find(".ics").unwrap() + 4;
    let feed = &renewed[renewed[..end].rfind("/calendar/").unwrap()..end];
    let feed = server.visitor().get(feed).await.text().await.unwrap();
    assert!(ical::IcalParser::new(feed.as_bytes()).next().unwrap().unwrap().events.iter().any(|event| {
        event.properties.iter().any(|one| one.value.as_deref().is_some_and(|text| text.contains("Қауіпсіз интернет")))
    }));
}

async fn a_whole_course_stands_for_its_groups(server: Server) {
    let director = server.person("director").await;
    let (one, other) = (group(&server, &director, "25ПО-11").await, group(&server, &director, "25ПО-12").await);
    let day = today(&server).to_string();
    let fields = [("kind", "talk"), ("topic", "Кездесу"), ("held_on", &*day), ("students", "40"), ("courses", "1")];
    assert_eq!(director.post("/events", &fields).await.status(), StatusCode::SEE_OTHER);
    let count = format!("SELECT COUNT(*) FROM event_group WHERE group_id IN ({one}, {other})");
    assert_eq!(server.number(&count).await, 2);
    let second = [fields[0], fields[1], fields[2], fields[3], ("courses", "2")];
    assert_eq!(director.post("/events", &second).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(server.number(&count).await, 2, "nobody of another course");
}

on_both! {
    a_whole_course_stands_for_its_groups
    a_curator_plans_with_the_parliament
    a_form_sent_twice_makes_one_thing
    the_second_of_two_people_sees_that_and_keeps_what_was_typed
    only_students_of_the_events_own_groups_are_counted
    a_sheet_of_groups_names_codes_that_stand_twice
    an_event_keeps_its_photos_and_nobody_elses_eyes_see_them
    the_yearly_plan_is_proposed_approved_and_changed_by_versions
    students_sign_up_once_and_never_beyond_the_places
    readers_answer_once_and_anonymously_where_it_is_said
    health_of_families_is_shown_to_few
    debates_are_drawn_and_close_the_week
    a_contest_is_corrected_called_off_and_held_where_the_schedule_says
    a_contest_runs_from_application_to_diploma_and_on
}
