//! People: signing in, limits, invitations, resets, the second factor, sessions.

use reqwest::StatusCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::on_both;
use crate::support::{Server, value};

async fn wrong_passwords_are_counted(server: Server) {
    let visitor = server.visitor();
    for _ in 0..5 {
        let answer = visitor.sign_in("methodist@demo.sheber.kz", "wrong-password").await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.text().await.unwrap().contains("methodist@demo.sheber.kz"), "what was typed stays");
    }
    let answer = visitor.sign_in("methodist@demo.sheber.kz", sheber_demo::PASSWORD).await;
    assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS, "even the right one waits");
    server.app.clock.advance(chrono_minutes(16));
    let answer = visitor.sign_in("METHODIST@demo.sheber.kz ", sheber_demo::PASSWORD).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
}

fn chrono_minutes(minutes: i64) -> sheber_platform::clock::Span {
    sheber_platform::clock::Span::minutes(minutes)
}

async fn an_invitation_leads_to_an_account(server: Server) {
    let director = server.person("director").await;
    let own =
        server.number("SELECT organisation_id FROM account WHERE email = 'director@demo.sheber.kz'").await.to_string();
    let invite = |role: &'static str, organisation: String| {
        let director = director.clone();
        async move {
            let fields = [
                ("email", "new@college.kz"),
                ("name", "Жаңа Адам"),
                ("role", role),
                ("organisation", organisation.as_str()),
            ];
            director.post("/accounts", &fields).await
        }
    };
    assert_eq!(
        invite("administrator", own.clone()).await.status(),
        StatusCode::FORBIDDEN,
        "no more than one's own role invites"
    );
    assert_eq!(invite("methodist", "1".to_owned()).await.status(), StatusCode::FORBIDDEN, "no other organisation");
    let page = invite("methodist", own.clone()).await.text().await.unwrap();
    let link = page.split("/welcome/").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert_eq!(
        server.number("SELECT COUNT(*) FROM outbox WHERE recipient = 'new@college.kz'").await,
        1,
        "the letter waits in the outbox"
    );
    assert_eq!(invite("methodist", own).await.status(), StatusCode::UNPROCESSABLE_ENTITY, "an address has one account");

    let newcomer = server.visitor();
    let welcome = newcomer.page(&format!("/welcome/{link}")).await;
    let token = value(&welcome, "csrf").to_owned();
    let short = [("csrf", token.as_str()), ("password", "short"), ("again", "short")];
    assert!(
        newcomer.post_raw(&format!("/welcome/{link}"), &short).await.text().await.unwrap().contains("role=\"alert\"")
    );
    let good = [("csrf", token.as_str()), ("password", "жаңа-құпиясөз"), ("again", "жаңа-құпиясөз")];
    assert_eq!(newcomer.post_raw(&format!("/welcome/{link}"), &good).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(newcomer.get(&format!("/welcome/{link}")).await.status(), StatusCode::BAD_REQUEST, "a link serves once");
    assert_eq!(newcomer.sign_in("new@college.kz", "жаңа-құпиясөз").await.status(), StatusCode::SEE_OTHER);
    newcomer.page("/programmes").await;

    let id = server.number("SELECT id FROM account WHERE email = 'new@college.kz'").await;
    let off = director.post(&format!("/accounts/{id}/state"), &[("active", "false")]).await;
    assert_eq!(off.status(), StatusCode::SEE_OTHER);
    assert_eq!(newcomer.get("/programmes").await.status(), StatusCode::SEE_OTHER, "switched off, signed out");
    let neighbour = server.person("neighbour").await;
    assert_eq!(
        neighbour.post(&format!("/accounts/{id}/state"), &[("active", "true")]).await.status(),
        StatusCode::FORBIDDEN
    );
}

async fn a_forgotten_password_is_reset_by_mail(server: Server) {
    let visitor = server.visitor();
    let page = visitor.page("/reset").await;
    let token = value(&page, "csrf").to_owned();
    for email in ["teacher@demo.sheber.kz", "nobody@demo.sheber.kz"] {
        let answer = visitor.post_raw("/reset", &[("csrf", &token), ("email", email)]).await;
        assert_eq!(answer.status(), StatusCode::OK, "the answer does not tell whether there is such an account");
    }
    assert_eq!(server.number("SELECT COUNT(*) FROM outbox").await, 1);
    assert_eq!(
        server.number("SELECT COUNT(*) FROM access_token WHERE purpose = 'reset' AND LENGTH(hash) = 64").await,
        1
    );
}

async fn sessions_are_listed_and_ended(server: Server) {
    let first = server.person("teacher").await;
    let second = server.person("teacher").await;
    let page = first.page("/account").await;
    let other = page.split("name=\"id\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(first.post("/account/session", &[("id", &other)]).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(second.get("/account").await.status(), StatusCode::SEE_OTHER, "the other is signed out");
    first.page("/account").await;
    let methodist = server.person("methodist").await;
    let own = server.number("SELECT COUNT(*) FROM session WHERE account_id = (SELECT id FROM account WHERE email = 'methodist@demo.sheber.kz')").await;
    assert_eq!(own, 1);
    drop(methodist);
}

async fn a_new_password_ends_the_other_sessions(server: Server) {
    let first = server.person("teacher").await;
    let second = server.person("teacher").await;
    let fields = [("current", sheber_demo::PASSWORD), ("password", "another-password"), ("again", "another-password")];
    assert_eq!(first.post("/account/password", &fields).await.status(), StatusCode::SEE_OTHER);
    first.page("/account").await;
    assert_eq!(second.get("/account").await.status(), StatusCode::SEE_OTHER);
    let wrong = [("current", "wrong-password"), ("password", "another-password"), ("again", "another-password")];
    assert!(first.post("/account/password", &wrong).await.text().await.unwrap().contains("role=\"alert\""));
}

async fn language_stays_on_the_page(server: Server) {
    let person = server.person("methodist").await;
    let page = person.page("/programmes?q=5").await;
    let link = page
        .split("href=\"/lang/ru?")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .replace("&#38;", "&")
        .replace("&amp;", "&");
    let answer = person.get(&format!("/lang/ru?{link}")).await;
    assert_eq!(answer.headers()["location"], "/programmes?q=5");
    assert!(person.page("/programmes").await.contains("Образовательные программы"));
    assert_eq!(person.get("/lang/ru?to=/%09/evil.example").await.headers()["location"], "/", "browsers drop the tab");
    assert_eq!(person.get("/lang/ru?to=//evil.example").await.headers()["location"], "/", "never to another site");
}

async fn a_second_factor_is_asked_for_and_serves_once(server: Server) {
    let person = server.person("operator").await;
    let page = person.page("/account").await;
    let secret = page.split("<code class=\"long\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let code = |shift: u64| {
        let secret = totp_rs::Secret::try_from_base32(&secret).unwrap();
        let totp = totp_rs::Builder::new().with_secret(secret).with_account_name("operator").build().unwrap();
        let now = server.app.clock.now().timestamp().unsigned_abs() + shift;
        totp.generate(now).to_string()
    };
    assert!(person.post("/account/totp", &[("code", "000000")]).await.text().await.unwrap().contains("role=\"alert\""));
    assert_eq!(person.post("/account/totp", &[("code", &code(0))]).await.status(), StatusCode::SEE_OTHER);
    let again = server.visitor();
    let answer = again.sign_in("operator@demo.sheber.kz", sheber_demo::PASSWORD).await;
    assert!(answer.headers()["location"].to_str().unwrap().starts_with("/login/code"));
    assert_eq!(again.get("/programmes").await.status(), StatusCode::SEE_OTHER, "the password alone opens nothing");
    let page = again.page("/login/code").await;
    let token = value(&page, "csrf").to_owned();
    let right = code(0);
    let fields = [("csrf", token.as_str()), ("code", right.as_str()), ("to", "/programmes")];
    assert_eq!(again.post_raw("/login/code", &fields).await.headers()["location"], "/programmes");
    again.page("/programmes").await;
    let third = server.visitor();
    third.sign_in("operator@demo.sheber.kz", sheber_demo::PASSWORD).await;
    let page = third.page("/login/code").await;
    let fields = [("csrf", value(&page, "csrf")), ("code", right.as_str())];
    assert_eq!(third.post_raw("/login/code", &fields).await.status(), StatusCode::OK, "a code serves once");
    assert_eq!(third.get("/programmes").await.status(), StatusCode::SEE_OTHER);
}

/// A session is ended while a request of it is under way, which writes it when it ends: it stays ended.
async fn what_was_ended_stays_ended(server: Server) {
    for ending in ["out", "ended elsewhere", "a new password"] {
        let person = server.visitor();
        let answer = person.sign_in("methodist@demo.sheber.kz", sheber_demo::PASSWORD).await;
        let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        // Long enough ago to be prolonged by the next request.
        server.app.clock.advance(chrono_minutes(11));
        let at = server.base.strip_prefix("http://").unwrap().to_owned();
        let head = format!("Host: {at}\r\nCookie: {cookie}\r\nConnection: close\r\n");
        let form = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 10";
        let mut under_way = TcpStream::connect(&at).await.unwrap();
        let begun = format!("POST /events HTTP/1.1\r\n{head}{form}\r\n\r\ncsrf=");
        under_way.write_all(begun.as_bytes()).await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        let own = "SELECT id FROM account WHERE email = 'methodist@demo.sheber.kz'";
        match ending {
            "out" => drop(person.post("/logout", &[]).await),
            "ended elsewhere" => {
                let other = server.person("methodist").await;
                let id = server.text("SELECT id FROM session ORDER BY created_at, seen_at LIMIT 1").await;
                other.post("/account/session", &[("id", &id)]).await;
            }
            _ => {
                let (account, hash) = (server.number(own).await, "$argon2id$none".to_owned());
                sheber_people::accounts::store::set_password(&server.app, account, hash, false).await.unwrap();
            }
        }
        under_way.write_all(b"12345").await.unwrap();
        let mut answer = String::new();
        under_way.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 "), "{answer}");
        let mut again = TcpStream::connect(&at).await.unwrap();
        again.write_all(format!("GET /programmes HTTP/1.1\r\n{head}\r\n").as_bytes()).await.unwrap();
        answer.clear();
        again.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 303") && answer.contains("/login"), "{ending}: {answer}");
    }
}

on_both! {
    what_was_ended_stays_ended
    a_second_factor_is_asked_for_and_serves_once
    wrong_passwords_are_counted an_invitation_leads_to_an_account a_forgotten_password_is_reset_by_mail
    sessions_are_listed_and_ended a_new_password_ends_the_other_sessions language_stays_on_the_page
}
