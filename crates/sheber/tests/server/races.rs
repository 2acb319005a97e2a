//! At most, only once: fifty at the same moment, on both databases.

use std::time::Duration;

use futures::future::join_all;
use image::{ImageFormat, RgbImage};
use reqwest::StatusCode;
use sheber_platform::change::Change;
use sheber_platform::{database, files, params, setting};

use crate::on_both;
use crate::support::{Person, Server};

const AT_ONCE: usize = 50;

/// Sends a form fifty times at the same moment; each time other fields, where they say so by the number.
async fn at_once(
    person: &Person,
    path: &str,
    fields: impl Fn(usize) -> Vec<(&'static str, String)>,
) -> Vec<StatusCode> {
    person.token().await;
    let send = (0..AT_ONCE).map(|n| {
        let (person, path, fields) = (person.clone(), path.to_owned(), fields(n));
        async move {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            person.post(&path, &fields).await.status()
        }
    });
    let statuses = join_all(send).await;
    assert!(statuses.iter().all(|status| !status.is_server_error()), "{path}: {statuses:?}");
    statuses
}

/// What a change reads before it writes holds until it ends: the rule that all others rest on.
async fn changes_come_one_after_another(server: Server) {
    setting::put(&server.app.db, "counted", Some("0")).await.unwrap();
    let add = (0..AT_ONCE).map(|_| {
        let app = server.app.clone();
        tokio::spawn(async move {
            let change = Change::by(&app, None).await.unwrap();
            let known: i64 = setting::value(change.db(), "counted").await.unwrap().unwrap().parse().unwrap();
            tokio::time::sleep(Duration::from_millis(2)).await;
            setting::put(change.db(), "counted", Some(&(known + 1).to_string())).await.unwrap();
            change.commit().await.unwrap();
        })
    });
    join_all(add).await.into_iter().for_each(|added| added.unwrap());
    let counted = setting::value(&server.app.db, "counted").await.unwrap().unwrap();
    assert_eq!(counted, AT_ONCE.to_string(), "nobody's addition is lost");
}

async fn a_student_is_listed_once(server: Server) {
    let director = server.person("director").await;
    let fields =
        [("code", "25ПО-11"), ("entered", "2025-2026"), ("leaves", "2028-2029"), ("lang", "kk"), ("students", "0")];
    assert_eq!(director.post("/groups", &fields).await.status(), StatusCode::SEE_OTHER);
    let group = server.number("SELECT MAX(id) FROM study_group").await;
    at_once(&director, &format!("/groups/{group}/students"), |_| vec![("names", "Әбен Айару\nӘбен Айару".to_owned())])
        .await;
    assert_eq!(server.number("SELECT COUNT(*) FROM group_student").await, 1);
    assert_eq!(server.number(&format!("SELECT students FROM study_group WHERE id = {group}")).await, 1);
    // While its form is sent by others: nobody waits for somebody who waits for them.
    let form = |n: usize| {
        vec![
            ("code", "25ПО-11".to_owned()),
            ("entered", "2025-2026".to_owned()),
            ("leaves", "2028-2029".to_owned()),
            ("lang", "kk".to_owned()),
            ("students", n.to_string()),
            ("active", "yes".to_owned()),
            ("version", "2".to_owned()),
        ]
    };
    let (path, names) = (format!("/groups/{group}"), format!("/groups/{group}/students"));
    futures::join!(
        at_once(&director, &path, form),
        at_once(&director, &names, |n| vec![("names", format!("Студент {n}"))])
    );
    assert_eq!(server.number("SELECT COUNT(*) FROM group_student").await, 51);
}

async fn a_patron_is_recorded_once(server: Server) {
    let department = server.person("department").await;
    let bin = sheber_kernel::Bin::complete("02014000001").unwrap().to_string();
    let fields = |_| {
        vec![
            ("name", "ҚазЭнерго".to_owned()),
            ("bin", bin.clone()),
            ("profile", "06".to_owned()),
            ("contact", "+7 701".to_owned()),
            ("note", String::new()),
        ]
    };
    at_once(&department, "/patrons", fields).await;
    assert_eq!(server.number("SELECT COUNT(*) FROM patron").await, 1);
    let patron = server.number("SELECT MIN(id) FROM patron").await;
    at_once(&department, &format!("/patrons/{patron}/remove"), |_| Vec::new()).await;
    assert_eq!(server.number("SELECT COUNT(*) FROM audit WHERE what = 'trail-patron-removed'").await, 1);
}

async fn webhooks_are_few_and_different(server: Server) {
    let person = server.person("methodist").await;
    at_once(&person, "/account/webhooks", |_| vec![("address", "https://college.kz/hook".to_owned())]).await;
    assert_eq!(server.number("SELECT COUNT(*) FROM webhook WHERE removed_at IS NULL").await, 1);
    at_once(&person, "/account/webhooks", |n| vec![("address", format!("https://college.kz/{n}"))]).await;
    assert_eq!(server.number("SELECT COUNT(*) FROM webhook WHERE removed_at IS NULL").await, 10);
}

async fn tokens_are_few(server: Server) {
    let person = server.person("methodist").await;
    let own = server.number("SELECT id FROM account WHERE email = 'methodist@demo.sheber.kz'").await;
    let now = server.app.clock.millis();
    for n in 0..18 {
        let sql = "INSERT INTO api_token (account_id, name, hash, scopes, created_at, expires_at) VALUES ($1, 'a', $2, '', $3, $4)";
        database::run(&server.app.db, sql, params![own, format!("hash {n}"), now, now + 1_000_000_000]).await.unwrap();
    }
    let fields = |n: usize| {
        let once = sheber_platform::secret::sha256(&n.to_string());
        vec![
            ("name", "тест".to_owned()),
            ("days", "30".to_owned()),
            ("password", sheber_demo::PASSWORD.to_owned()),
            ("once", once),
        ]
    };
    at_once(&person, "/account/tokens", fields).await;
    server.app.clock.advance(sheber_platform::clock::Span::minutes(20));
    at_once(&person, "/account/tokens", fields).await;
    assert_eq!(server.number("SELECT COUNT(*) FROM api_token").await, 20);
}

fn photo(n: u8) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    RgbImage::from_pixel(24, 24, image::Rgb([n.wrapping_mul(5), 90, 140]))
        .write_to(&mut bytes, ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

async fn photos_are_few_and_different(server: Server) {
    let teacher = server.person("teacher").await;
    let day = sheber_platform::clock::day(server.app.clock.millis()).to_string();
    let made = [("kind", "excursion"), ("topic", "Кездесу"), ("planned_on", day.as_str()), ("students", "12")];
    assert_eq!(teacher.post("/events", &made).await.status(), StatusCode::SEE_OTHER);
    let path = format!("/events/{}/photos", server.number("SELECT MAX(id) FROM event").await);
    teacher.token().await;
    let send = async |photo: &(dyn Fn(u8) -> Vec<u8> + Sync)| {
        let all = (0..50).map(|n| {
            let (teacher, path, photo) = (teacher.clone(), path.clone(), photo(n));
            async move { teacher.upload(&path, &[], &[("a.png", photo)]).await.status() }
        });
        assert!(join_all(all).await.iter().all(|status| !status.is_server_error()));
    };
    send(&|_| photo(0)).await;
    assert_eq!(server.number("SELECT COUNT(*) FROM event_photo").await, 1);
    send(&photo).await;
    assert_eq!(server.number("SELECT COUNT(*) FROM event_photo").await, 20);
}

async fn a_student_answers_once_at_once(server: Server) {
    let director = server.person("director").await;
    let fields =
        [("code", "25ПО-11"), ("entered", "2025-2026"), ("leaves", "2028-2029"), ("lang", "kk"), ("students", "0")];
    director.post("/groups", &fields).await;
    let group = server.number("SELECT MAX(id) FROM study_group").await;
    director.post(&format!("/groups/{group}/students"), &[("names", "Әбен Айару")]).await;
    let code = server.text("SELECT code FROM group_student").await;
    director
        .post("/surveys", &[("kind", "survey"), ("subject", "other"), ("title", "Сауал"), ("anonymous", "yes")])
        .await;
    let survey = server.number("SELECT MAX(id) FROM survey").await;
    let draft = [
        ("text-0", "Не оқисыз?"),
        ("way-0", "text"),
        ("options-0", ""),
        ("version", "1"),
        ("title", "Сауал"),
        ("anonymous", "yes"),
    ];
    assert_eq!(director.post(&format!("/surveys/{survey}"), &draft).await.status(), StatusCode::SEE_OTHER);
    director.post(&format!("/surveys/{survey}/step"), &[("action", "open")]).await;
    let path = format!("/s/{}", server.text("SELECT token FROM survey").await);
    let visitor = server.visitor();
    let fields = [("q-0", "Роман"), ("code", code.as_str())];
    let answers = join_all((0..AT_ONCE).map(|_| visitor.post_raw(&path, &fields))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status() == StatusCode::OK).count(), 1);
    assert_eq!(server.number("SELECT COUNT(*) FROM survey_answer").await, 1);
}

async fn a_programme_has_one_open_application(server: Server) {
    let director = server.person("director").await;
    let programme = "SELECT MIN(id) FROM programme WHERE violations = 0 AND college_id = (SELECT organisation_id FROM account WHERE email = 'director@demo.sheber.kz')";
    let programme = server.number(programme).await.to_string();
    at_once(&director, "/register/open", |_| vec![("programme", programme.clone())]).await;
    assert_eq!(server.number("SELECT COUNT(*) FROM register_case").await, 1);
}

/// What one organisation keeps stays within its share, however much comes at once.
async fn an_organisation_keeps_its_share(server: Server) {
    let organisation =
        server.number("SELECT organisation_id FROM account WHERE email = 'methodist@demo.sheber.kz'").await;
    let config = sheber_app::Config { files_share: 10_000, ..(*server.app.config).clone() };
    let app = server.with(config);
    let keep = (0..AT_ONCE).map(|n| files::keep(&app, organisation, vec![u8::try_from(n).unwrap(); 1_000].into()));
    let kept = join_all(keep).await;
    assert_eq!(kept.iter().filter(|kept| kept.is_ok()).count(), 10);
    let other = server.number("SELECT organisation_id FROM account WHERE email = 'department@demo.sheber.kz'").await;
    assert!(files::keep(&app, other, vec![1; 1_000].into()).await.is_ok(), "another's share is its own");
}

on_both! {
    changes_come_one_after_another a_student_is_listed_once a_patron_is_recorded_once webhooks_are_few_and_different
    tokens_are_few photos_are_few_and_different a_student_answers_once_at_once a_programme_has_one_open_application
    an_organisation_keeps_its_share
}
