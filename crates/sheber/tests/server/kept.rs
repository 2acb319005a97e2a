//! Nothing that was typed is lost: the session ends while a form is filled, its page grows stale, a survey stays open for days.

use reqwest::StatusCode;
use sheber_app::Span;

use crate::duties::today;
use crate::on_both;
use crate::support::{Person, Server, fields_behind, value};

const TALK: &str = "Абай оқулары: «Қара сөздер» туралы ұзақ жазылған пікір";

/// A form that was filled while its session ended, sent as a browser sends it on.
async fn sent_on(person: &Person, path: &str, fields: &[(&str, &str)]) -> String {
    let answer = person.post_raw(path, fields).await;
    assert_eq!(answer.status(), StatusCode::TEMPORARY_REDIRECT);
    let on = answer.headers()["location"].to_str().unwrap().to_owned();
    let answer = person.post_raw(&on, fields).await;
    assert_eq!(answer.status(), StatusCode::OK);
    answer.text().await.unwrap()
}

async fn signs_in(person: &Person, page: &str, email: &str, password: &str) -> reqwest::Response {
    let (csrf, kept) =
        (value(page, "csrf").to_owned(), value(page, "kept").replace("&#34;", "\"").replace("&quot;", "\""));
    let kept = kept.replace("&#38;", "&").replace("&#39;", "'").replace("&#60;", "<").replace("&#62;", ">");
    person
        .post_raw("/login", &[("csrf", &csrf), ("email", email), ("password", password), ("to", "/"), ("kept", &kept)])
        .await
}

async fn what_was_typed_waits_for_whoever_typed_it(server: Server) {
    let person = server.person("director").await;
    let day = today(&server).to_string();
    let token = person.token().await;
    let fields = [("csrf", token.as_str()), ("kind", "talk"), ("topic", TALK), ("held_on", &day), ("students", "9")];
    person.post("/logout", &[]).await;
    let page = sent_on(&person, "/events", &fields).await;
    assert!(page.contains("Жазғаныңыз осында сақтаулы") && page.contains("Қара сөздер"), "{page}");
    // A wrong password loses nothing.
    let again = signs_in(&person, &page, "director@demo.sheber.kz", "қате-құпиясөз").await;
    assert_eq!(again.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = again.text().await.unwrap();
    assert!(page.contains("Қара сөздер"));
    let stranger = server.visitor();
    let other = sent_on(&stranger, "/events", &fields).await;
    let entered = signs_in(&stranger, &other, "neighbour@demo.sheber.kz", sheber_demo::PASSWORD).await;
    assert_eq!(entered.headers()["location"], "/", "who did not type it does not see it");
    assert_eq!(stranger.get("/kept").await.status(), StatusCode::SEE_OTHER);

    let entered = signs_in(&person, &page, "director@demo.sheber.kz", sheber_demo::PASSWORD).await;
    assert_eq!(entered.headers()["location"], "/kept");
    let page = person.page("/kept").await;
    assert!(page.contains(&format!("<blockquote>{TALK}</blockquote>")), "{page}");
    let kept = fields_behind(&page, "<h1>");
    let fields: Vec<(&str, &str)> = kept.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(person.post_raw("/events", &fields).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(server.text("SELECT topic FROM event ORDER BY id DESC LIMIT 1").await, TALK);
}

/// Files are kept nowhere: who chose one is told so, and led back to where it is chosen.
async fn a_file_is_chosen_again(server: Server) {
    let person = server.visitor();
    let file = reqwest::multipart::Part::bytes(b"a;b".to_vec()).file_name("t.csv");
    let form = reqwest::multipart::Form::new().text("csrf", "old").part("file", file);
    let address = format!("{}/login/keep?to=/groups/import", server.base);
    let request = person.http.post(address).header("referer", format!("{}/groups", server.base)).multipart(form);
    let page = request.send().await.unwrap().text().await.unwrap();
    let entered = signs_in(&person, &page, "director@demo.sheber.kz", sheber_demo::PASSWORD).await;
    assert_eq!(entered.headers()["location"], "/kept");
    let page = person.page("/kept").await;
    assert!(page.contains("href=\"/groups\"") && page.contains("файлды қайта таңдау"), "{page}");
}

async fn a_stale_form_can_be_sent_as_it_stands(server: Server) {
    let person = server.person("director").await;
    let day = today(&server).to_string();
    let old = person.token().await;
    // Signed out and in again in another window.
    person.post("/logout", &[]).await;
    person.session("director").await;
    let fields = [("csrf", old.as_str()), ("kind", "talk"), ("topic", TALK), ("held_on", &day), ("students", "9")];
    let stale = person.post_raw("/events", &fields).await;
    assert_eq!(stale.status(), StatusCode::FORBIDDEN);
    let page = crate::support::close(&stale.text().await.unwrap());
    assert!(page.contains("Жазғаныңыз сақталды") && page.contains(TALK), "{page}");
    let kept = fields_behind(&page, "<h1>");
    let again: Vec<(&str, &str)> = kept.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(person.post_raw("/events", &again).await.status(), StatusCode::SEE_OTHER);
    // What another page would make the browser send is shown to nobody.
    let forged =
        person.http.post(format!("{}/events", server.base)).header("origin", "https://elsewhere.kz").form(&fields);
    let forged = forged.send().await.unwrap();
    assert_eq!(forged.status(), StatusCode::FORBIDDEN);
    assert!(!forged.text().await.unwrap().contains(TALK));
    // Secrets are typed again.
    let secret = [("csrf", old.as_str()), ("password", "менің-құпиясөзім"), ("repeat", "менің-құпиясөзім")];
    let stale = person.post_raw("/account/password", &secret).await;
    assert!(!stale.text().await.unwrap().contains("менің-құпиясөзім"));
}

async fn a_survey_is_answered_however_long_it_was_open(server: Server) {
    let (director, student) = (server.person("director").await, server.visitor());
    let code = crate::education::students(&server, &director).await.remove(0);
    let librarian = server.person("librarian").await;
    librarian.post("/surveys", &[("kind", "survey"), ("title", "Сауалнама")]).await;
    let path = format!("/surveys/{}", server.number("SELECT MAX(id) FROM survey").await);
    let question =
        [("text-0", "Сұрақ"), ("way-0", "one"), ("options-0", "Иә\nЖоқ"), ("version", "1"), ("title", "Сауалнама")];
    assert_eq!(librarian.post(&path, &question).await.status(), StatusCode::SEE_OTHER);
    librarian.post(&format!("{path}/step"), &[("action", "open")]).await;
    let token = server.text("SELECT token FROM survey").await;
    let page = student.page(&format!("/s/{token}")).await;
    assert!(!page.contains("name=\"csrf\" value"), "nothing in it grows stale");
    server.app.clock.advance(Span::hours(30));
    // Typed with a Russian keyboard, and from a browser that kept no cookie.
    let russian: String =
        code.chars().map(|letter| sheber_kernel::letters::cyrillic(letter).unwrap_or(letter)).collect();
    let fields = [("q-0", "0"), ("code", russian.as_str())];
    let answered = server.visitor().post_raw(&format!("/s/{token}"), &fields).await;
    assert_eq!(answered.status(), StatusCode::OK, "{}", answered.text().await.unwrap());
}

on_both! { what_was_typed_waits_for_whoever_typed_it a_stale_form_can_be_sent_as_it_stands a_survey_is_answered_however_long_it_was_open
    a_file_is_chosen_again
}
