//! People: signing in, limits, invitations, resets, the second factor, sessions.

use futures::future::join_all;
use reqwest::StatusCode;
use sheber_people::accounts::links;
use sheber_platform::clock::Span;
use sheber_platform::outbox;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::on_both;
use crate::support::{Kind, Person, Server, close, value};

const METHODIST: &str = "methodist@demo.sheber.kz";

async fn failures_slow_down_who_fails_and_not_the_owner(server: Server) {
    let owner = server.visitor();
    owner.sign_in(METHODIST, sheber_demo::PASSWORD).await;
    let stranger = server.visitor();
    for _ in 0..5 {
        let answer = stranger.sign_in(METHODIST, "wrong-password").await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.text().await.unwrap().contains(METHODIST), "what was typed stays");
    }
    let answer = stranger.sign_in(METHODIST, sheber_demo::PASSWORD).await;
    assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS, "even the right one waits");
    let seconds: i64 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((25..=31).contains(&seconds), "half a minute, not a quarter of an hour: {seconds}");
    // What is refused does not count: however often it is tried, the wait does not grow.
    for _ in 0..20 {
        assert_eq!(stranger.sign_in(METHODIST, "wrong-password").await.status(), StatusCode::TOO_MANY_REQUESTS);
    }
    // The owner's own device is known, from the same network, and others of the network are not held back.
    owner.post("/logout", &[]).await;
    assert_eq!(owner.sign_in(METHODIST, sheber_demo::PASSWORD).await.status(), StatusCode::SEE_OTHER);
    let other = stranger.sign_in("teacher@demo.sheber.kz", sheber_demo::PASSWORD).await;
    assert_eq!(other.status(), StatusCode::SEE_OTHER);
    stranger.post("/logout", &[]).await;
    server.app.clock.advance(Span::seconds(31));
    let answer = stranger.sign_in("METHODIST@demo.sheber.kz ", sheber_demo::PASSWORD).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let noted = |what: &str| format!("SELECT COUNT(*) FROM audit WHERE what = '{what}' AND after LIKE '%127.0.0.1%'");
    for _ in 0..50 {
        if server.number(&noted("trail-sign-in-failed")).await == 5 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(40)).await;
    }
    assert_eq!(server.number(&noted("trail-sign-in-failed")).await, 5);
    assert_eq!(server.number(&noted("trail-held-back")).await, 1, "noted once, not as often as it is tried");
    let secret = "SELECT COUNT(*) FROM audit WHERE after LIKE '%wrong-password%'";
    assert_eq!(server.number(secret).await, 0);
}

/// Fifty wrong passwords at once: five are tried.
async fn a_burst_of_passwords_does_not_pass_together(server: Server) {
    let visitor = server.visitor();
    let page = visitor.page("/login").await;
    let token = value(&page, "csrf").to_owned();
    let fields = [("csrf", token.as_str()), ("email", METHODIST), ("password", "wrong-password")];
    let answers = join_all((0..50).map(|_| visitor.post_raw("/login", &fields))).await;
    let tried = answers.iter().filter(|answer| answer.status() == StatusCode::UNPROCESSABLE_ENTITY).count();
    let held = answers.iter().filter(|answer| answer.status() == StatusCode::TOO_MANY_REQUESTS).count();
    assert_eq!((tried, held), (5, 45));
}

/// A whole college behind one address, many of whom mistype: nobody waits for more than some seconds.
async fn a_college_behind_one_address_is_not_locked_out(server: Server) {
    let visitor = server.visitor();
    let page = visitor.page("/login").await;
    let token = value(&page, "csrf").to_owned();
    for at in 0..70 {
        let email = format!("nobody-{at}@college.kz");
        let fields = [("csrf", token.as_str()), ("email", email.as_str()), ("password", "wrong-password")];
        let answer = visitor.post_raw("/login", &fields).await;
        if answer.status() == StatusCode::TOO_MANY_REQUESTS {
            let seconds: i64 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
            assert!(at >= 60 && seconds <= 10, "{at}: {seconds}");
            server.app.clock.advance(Span::seconds(seconds));
        }
    }
    server.app.clock.advance(Span::seconds(10));
    // What is refused of an account that is not there leaves nothing behind.
    let rows = async || server.number("SELECT COUNT(*) FROM login_attempt").await;
    let fields = [("csrf", token.as_str()), ("email", "invented@college.kz"), ("password", "wrong-password")];
    for _ in 0..5 {
        visitor.post_raw("/login", &fields).await;
    }
    let before = rows().await;
    for _ in 0..10 {
        assert_eq!(visitor.post_raw("/login", &fields).await.status(), StatusCode::TOO_MANY_REQUESTS);
    }
    assert_eq!(rows().await, before);
    assert_eq!(visitor.sign_in(METHODIST, sheber_demo::PASSWORD).await.status(), StatusCode::SEE_OTHER);
}

/// The text of the letters to somebody, the last one last, once there are so many.
async fn letters(server: &Server, to: &str, many: usize) -> Vec<String> {
    let sql = format!("SELECT body FROM outbox WHERE recipient = '{to}' ORDER BY id");
    for _ in 0..100 {
        let found = server.texts(&sql).await;
        if found.len() >= many {
            assert!(found.iter().all(|body| body.starts_with("v1.")), "encrypted while it waits");
            return found.iter().map(|body| outbox::words(&server.app, body).unwrap()).collect();
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("no letter to {to}");
}

/// The link of a letter, without the address of the server.
fn link(letter: &str) -> String {
    let rest = &letter[letter.find("/welcome/").expect("a link")..];
    rest.split(char::is_whitespace).next().unwrap().to_owned()
}

fn totp_code(server: &Server, secret: &str, shift: u64) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).with_account_name("x").build().unwrap();
    totp.generate(server.app.clock.now().timestamp().unsigned_abs() + shift).to_string()
}

/// Switches the second factor on; gives its secret and the codes for a lost telephone.
async fn with_factor(server: &Server, person: &Person) -> (String, Vec<String>) {
    let page = person.page("/account/factor").await;
    let secret = page.split("<code class=\"long\">").nth(1).unwrap().split('<').next().unwrap().replace(' ', "");
    let code = totp_code(server, &secret, 0);
    let fields = [("deed", "on"), ("code", code.as_str()), ("password", sheber_demo::PASSWORD)];
    let page = close(&person.post("/account/factor", &fields).await.text().await.unwrap());
    let codes: Vec<String> =
        page.split("<li><code>").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned()).collect();
    assert_eq!(codes.len(), 10, "{page}");
    (secret, codes)
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
    let link = page.split("/welcome/").nth(1).unwrap().split('"').next().unwrap().to_owned();
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
    for guessed in ["password1234", "sheber123456", "123456789012"] {
        let fields = [("csrf", token.as_str()), ("password", guessed), ("again", guessed)];
        let answer = newcomer.post_raw(&format!("/welcome/{link}"), &fields).await;
        assert!(answer.text().await.unwrap().contains("role=\"alert\""), "{guessed}");
    }
    let good = [("csrf", token.as_str()), ("password", "Кентау-7-дала"), ("again", "Кентау-7-дала")];
    assert_eq!(newcomer.post_raw(&format!("/welcome/{link}"), &good).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(newcomer.get(&format!("/welcome/{link}")).await.status(), StatusCode::BAD_REQUEST, "a link serves once");
    assert_eq!(newcomer.sign_in("new@college.kz", "Кентау-7-дала").await.status(), StatusCode::SEE_OTHER);
    newcomer.page("/programmes").await;
    // Who lost the password and gets no mail has a new link from whoever looks after the account, and from nobody else.
    let id = server.number("SELECT id FROM account WHERE email = 'new@college.kz'").await;
    let teacher = server.person("teacher").await;
    assert_eq!(teacher.post(&format!("/accounts/{id}/link"), &[]).await.status(), StatusCode::FORBIDDEN);
    let page = director.post(&format!("/accounts/{id}/link"), &[]).await.text().await.unwrap();
    let link = page.split("/welcome/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    server.visitor().page(&format!("/welcome/{link}")).await;

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
    let first = link(&letters(&server, "teacher@demo.sheber.kz", 1).await[0]);
    assert_eq!(server.number("SELECT COUNT(*) FROM outbox").await, 1, "nobody else gets a letter");
    let open = "SELECT COUNT(*) FROM access_token WHERE purpose = 'reset' AND LENGTH(hash) = 64 AND used_at IS NULL";
    assert_eq!(server.number(open).await, 1);
    visitor.page(&first).await;
    // A later link ends an earlier one.
    visitor.post_raw("/reset", &[("csrf", &token), ("email", "teacher@demo.sheber.kz")]).await;
    let second = link(&letters(&server, "teacher@demo.sheber.kz", 2).await[1]);
    assert_eq!(visitor.get(&first).await.status(), StatusCode::BAD_REQUEST);
    let page = visitor.page(&second).await;
    let token = value(&page, "csrf").to_owned();
    // Sent fifty times at once with as many passwords, it sets one of them.
    let passwords: Vec<String> = (0..20).map(|n| format!("Кентау-{n}-дала-көл")).collect();
    let send = passwords.iter().map(|password| {
        let (visitor, path, token) = (visitor.clone(), second.clone(), token.clone());
        async move { visitor.post_raw(&path, &[("csrf", &token), ("password", password), ("again", password)]).await }
    });
    let set = join_all(send).await.iter().filter(|answer| answer.status() == StatusCode::SEE_OTHER).count();
    assert_eq!(set, 1, "a link serves once");
}

/// The address of a calendar's feed is as good as a password: who takes an account back takes it back, too.
async fn a_reset_ends_the_feed(server: Server) {
    let person = server.person("teacher").await;
    let page = person.post("/calendar/feed", &[]).await.text().await.unwrap();
    let feed = page.split("/calendar/").find(|part| part.contains(".ics")).unwrap();
    let feed = format!("/calendar/{}.ics", feed.split(".ics").next().unwrap());
    assert_eq!(server.visitor().get(&feed).await.status(), StatusCode::OK);
    let visitor = server.visitor();
    let token = value(&visitor.page("/reset").await, "csrf").to_owned();
    visitor.post_raw("/reset", &[("csrf", &token), ("email", "teacher@demo.sheber.kz")]).await;
    let path = link(&letters(&server, "teacher@demo.sheber.kz", 1).await[0]);
    let token = value(&visitor.page(&path).await, "csrf").to_owned();
    let fields = [("csrf", token.as_str()), ("password", "Кентау-7-дала"), ("again", "Кентау-7-дала")];
    assert_eq!(visitor.post_raw(&path, &fields).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(server.visitor().get(&feed).await.status(), StatusCode::NOT_FOUND);
    let told = letters(&server, "teacher@demo.sheber.kz", 2).await;
    assert!(told[1].contains("/reset"), "the owner hears of the new password: {}", told[1]);
}

/// An invitation says nothing of whether somebody beyond the own people has an account.
async fn an_invitation_tells_nothing_of_others(server: Server) {
    let director = server.person("director").await;
    let own = server.number("SELECT organisation_id FROM account WHERE email = 'director@demo.sheber.kz'").await;
    let own = own.to_string();
    let mut pages = Vec::new();
    for email in ["newcomer@college.kz", "ministry@demo.sheber.kz"] {
        let fields = [("email", email), ("name", "Жаңа Адам"), ("role", "methodist"), ("organisation", own.as_str())];
        let answer = director.post("/accounts", &fields).await;
        assert_eq!(answer.status(), StatusCode::OK);
        let page = answer.text().await.unwrap();
        assert!(!page.contains("/welcome/"), "who has mail gets the link, and nobody else");
        let from = page.find("class=\"done\"").unwrap();
        pages.push(page[from..].split("</p>").next().unwrap().to_owned());
        let told = letters(&server, email, 1).await;
        assert_eq!(told[0].contains("/welcome/"), email.starts_with("newcomer"));
    }
    assert_eq!(pages[0], pages[1]);
    let known =
        [("email", "teacher@demo.sheber.kz"), ("name", "Ә"), ("role", "methodist"), ("organisation", own.as_str())];
    assert_eq!(
        director.post("/accounts", &known).await.status(),
        StatusCode::UNPROCESSABLE_ENTITY,
        "of the own people it says so"
    );
    for wrong in ["a@b.kz, c@d.kz", "Ә <a@b.kz>", "a@[127.0.0.1]", "a@localhost"] {
        let fields = [("email", wrong), ("name", "Ә"), ("role", "methodist"), ("organisation", own.as_str())];
        assert_eq!(director.post("/accounts", &fields).await.status(), StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
}

async fn sessions_are_listed_and_ended(server: Server) {
    let first = server.person("teacher").await;
    let second = server.person("teacher").await;
    let page = first.page("/account").await;
    let other = page.split("name=\"id\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(first.post("/account/session", &[("id", &other)]).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(second.get("/account").await.status(), StatusCode::SEE_OTHER, "the other is signed out");
    first.page("/account").await;
    let third = server.person("teacher").await;
    assert_eq!(first.post("/account/sessions", &[]).await.status(), StatusCode::SEE_OTHER);
    first.page("/account").await;
    assert_eq!(third.get("/account").await.status(), StatusCode::SEE_OTHER, "all others at once");
    let methodist = server.person("methodist").await;
    let own = server.number("SELECT COUNT(*) FROM session WHERE account_id = (SELECT id FROM account WHERE email = 'methodist@demo.sheber.kz')").await;
    assert_eq!(own, 1);
    drop(methodist);
}

async fn a_new_password_ends_the_other_sessions(server: Server) {
    let first = server.person("teacher").await;
    let second = server.person("teacher").await;
    let fields = [("current", sheber_demo::PASSWORD), ("password", "бөтен-өзен-тау"), ("again", "бөтен-өзен-тау")];
    assert_eq!(first.post("/account/password", &fields).await.status(), StatusCode::SEE_OTHER);
    first.page("/account").await;
    assert_eq!(second.get("/account").await.status(), StatusCode::SEE_OTHER);
    let wrong = [("current", "wrong-password"), ("password", "бөтен-өзен-тау"), ("again", "бөтен-өзен-тау")];
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

async fn a_session_ends_after_rest_and_after_two_weeks(server: Server) {
    let resting = server.person("teacher").await;
    let busy = server.person("methodist").await;
    server.app.clock.advance(Span::hours(11));
    resting.page("/account").await;
    busy.page("/account").await;
    server.app.clock.advance(Span::hours(13));
    assert_eq!(resting.get("/account").await.status(), StatusCode::SEE_OTHER, "twelve hours of rest");
    let busy = {
        drop(busy);
        server.person("methodist").await
    };
    for _ in 0..27 {
        server.app.clock.advance(Span::hours(11));
        busy.page("/account").await;
    }
    for _ in 0..4 {
        server.app.clock.advance(Span::hours(11));
        busy.get("/account").await;
    }
    assert_eq!(busy.get("/account").await.status(), StatusCode::SEE_OTHER, "two weeks, however it is used");
}

async fn a_second_factor_is_asked_for_and_serves_once(server: Server) {
    let person = server.person("operator").await;
    let page = person.page("/account/factor").await;
    let secret = page.split("<code class=\"long\">").nth(1).unwrap().split('<').next().unwrap().replace(' ', "");
    let code = totp_code(&server, &secret, 0);
    for (code, password) in [("000000", sheber_demo::PASSWORD), (code.as_str(), "wrong-password"), (code.as_str(), "")]
    {
        let fields = [("deed", "on"), ("code", code), ("password", password)];
        let answer = person.post("/account/factor", &fields).await.text().await.unwrap();
        assert!(answer.contains("role=\"alert\""), "with the password, and with a code of it");
    }
    let fields = [("deed", "on"), ("code", code.as_str()), ("password", sheber_demo::PASSWORD)];
    let page = person.post("/account/factor", &fields).await.text().await.unwrap();
    assert_eq!(page.matches("<li><code>").count(), 10, "codes for the day when the telephone is lost");
    let stored = server.text("SELECT totp_secret FROM account WHERE email = 'operator@demo.sheber.kz'").await;
    assert!(stored.starts_with("v1.") && !stored.contains(&secret), "encrypted: {stored}");
    let again = server.visitor();
    let answer = again.sign_in("operator@demo.sheber.kz", sheber_demo::PASSWORD).await;
    assert!(answer.headers()["location"].to_str().unwrap().starts_with("/login/code"));
    assert_eq!(again.get("/programmes").await.status(), StatusCode::SEE_OTHER, "the password alone opens nothing");
    let with = |person: Person, code: String| async move {
        let page = person.page("/login/code").await;
        let fields = [("csrf", value(&page, "csrf")), ("code", code.as_str()), ("to", "/programmes")];
        person.post_raw("/login/code", &fields).await.status()
    };
    assert_eq!(with(again.clone(), code).await, StatusCode::UNPROCESSABLE_ENTITY, "what switched it on is used up");
    server.app.clock.advance(Span::seconds(60));
    let next = totp_code(&server, &secret, 0);
    assert_eq!(with(again.clone(), next.clone()).await, StatusCode::SEE_OTHER);
    again.page("/programmes").await;
    let third = server.visitor();
    third.sign_in("operator@demo.sheber.kz", sheber_demo::PASSWORD).await;
    assert_eq!(with(third.clone(), next).await, StatusCode::UNPROCESSABLE_ENTITY, "a code serves once");
    assert_eq!(third.get("/programmes").await.status(), StatusCode::SEE_OTHER);
    let told = letters(&server, "operator@demo.sheber.kz", 1).await;
    assert!(!told[0].is_empty());
}

async fn a_lost_telephone_locks_nobody_out(server: Server) {
    let person = server.person("operator").await;
    let (secret, codes) = with_factor(&server, &person).await;
    let enter = |code: String| {
        let visitor = server.visitor();
        async move {
            let answer = visitor.sign_in("operator@demo.sheber.kz", sheber_demo::PASSWORD).await;
            assert_eq!(answer.status(), StatusCode::SEE_OTHER);
            let page = visitor.page("/login/code").await;
            let fields = [("csrf", value(&page, "csrf")), ("code", code.as_str()), ("to", "/")];
            visitor.post_raw("/login/code", &fields).await.status()
        }
    };
    let typed = codes[0].to_lowercase().replace('-', " ");
    assert_eq!(enter(typed.clone()).await, StatusCode::SEE_OTHER, "however it is typed");
    assert_eq!(enter(typed).await, StatusCode::UNPROCESSABLE_ENTITY, "each serves once");
    let many = join_all((0..4).map(|_| enter(codes[1].clone()))).await;
    assert_eq!(many.iter().filter(|status| **status == StatusCode::SEE_OTHER).count(), 1, "at once, too");
    let kept = server.texts("SELECT hash FROM recovery_code").await;
    assert!(kept.iter().all(|hash| !codes.contains(hash) && hash.len() == 64));
    // Without both, an administrator takes it off; not a director, and not somebody for themselves.
    let id = server.number("SELECT id FROM account WHERE email = 'operator@demo.sheber.kz'").await;
    for local in ["director", "department"] {
        let other = server.person(local).await;
        assert_eq!(other.post(&format!("/accounts/{id}/factor"), &[]).await.status(), StatusCode::NOT_FOUND, "{local}");
    }
    let administrator = server.person("administrator").await;
    assert!(administrator.page(&format!("/accounts/{id}")).await.contains(&format!("/accounts/{id}/factor")));
    let removed = administrator.post(&format!("/accounts/{id}/factor"), &[]).await;
    assert_eq!(removed.status(), StatusCode::SEE_OTHER);
    assert_eq!(person.get("/account").await.status(), StatusCode::SEE_OTHER, "its sessions end");
    assert_eq!(server.number("SELECT COUNT(*) FROM audit WHERE what = 'trail-totp-removed'").await, 1);
    assert_eq!(server.number("SELECT COUNT(*) FROM recovery_code").await, 0);
    let told = letters(&server, "operator@demo.sheber.kz", 4).await;
    let name = server.text("SELECT name FROM account WHERE email = 'administrator@demo.sheber.kz'").await;
    assert!(told.last().unwrap().contains(&name), "its owner hears who did it");
    let person = server.person("operator").await;
    drop(secret);
    // Switched off by oneself: with the password and a code.
    let (_, codes) = with_factor(&server, &person).await;
    let fields = [("deed", "off"), ("code", codes[0].as_str()), ("password", "wrong-password")];
    assert!(person.post("/account/factor", &fields).await.text().await.unwrap().contains("role=\"alert\""));
    let fields = [("deed", "off"), ("code", codes[0].as_str()), ("password", sheber_demo::PASSWORD)];
    assert_eq!(person.post("/account/factor", &fields).await.status(), StatusCode::SEE_OTHER);
    server.person("operator").await;
}

async fn an_organisation_demands_a_second_factor(server: Server) {
    let administrator = server.person("administrator").await;
    let (operator, methodist) = (server.person("operator").await, server.person("methodist").await);
    assert_eq!(operator.post("/accounts/demand", &[("demanded", "true")]).await.status(), StatusCode::FORBIDDEN);
    let early = administrator.post("/accounts/demand", &[("demanded", "true")]).await;
    assert_eq!(early.headers()["location"], "/account/factor", "who demands it has it first");
    operator.page("/register").await;
    with_factor(&server, &administrator).await;
    let demanded = administrator.post("/accounts/demand", &[("demanded", "true")]).await;
    assert_eq!(demanded.status(), StatusCode::SEE_OTHER);
    let answer = operator.get("/register").await;
    assert_eq!(answer.headers()["location"], "/account/factor", "nothing else opens");
    administrator.page("/accounts").await;
    methodist.page("/programmes").await;
    with_factor(&server, &operator).await;
    operator.page("/register").await;
}

/// A sign-in from elsewhere is told to the owner, who hears nothing of the own device.
async fn a_new_device_is_told_of(server: Server) {
    let first = server.visitor();
    let count = async || server.number("SELECT COUNT(*) FROM outbox WHERE recipient = 'teacher@demo.sheber.kz'").await;
    first.session("teacher").await;
    assert_eq!(count().await, 0, "the first sign-in of all is nobody else's");
    first.post("/logout", &[]).await;
    first.session("teacher").await;
    assert_eq!(count().await, 0, "on a known device");
    let second = server.visitor();
    second.session("teacher").await;
    assert_eq!(count().await, 1);
    let told = letters(&server, "teacher@demo.sheber.kz", 1).await;
    assert!(told[0].contains("127.0.0.1"), "{}", told[0]);
}

/// Who only looks at a form leaves nothing behind.
async fn a_stranger_leaves_no_row(server: Server) {
    let visitor = server.visitor();
    for path in ["/login", "/reset", "/login", "/nowhere"] {
        let answer = visitor.get(path).await;
        if path != "/nowhere" {
            assert_eq!(answer.headers()["cache-control"], "no-store", "{path}");
        }
    }
    assert_eq!(server.number("SELECT COUNT(*) FROM session").await, 0);
    // The token of one browser is worth nothing in another.
    let token = value(&visitor.page("/login").await, "csrf").to_owned();
    let fields = [("csrf", token.as_str()), ("email", METHODIST), ("password", sheber_demo::PASSWORD)];
    assert_eq!(server.visitor().post_raw("/login", &fields).await.status(), StatusCode::FORBIDDEN);
    server.app.clock.advance(Span::hours(13));
    assert_eq!(visitor.post_raw("/login", &fields).await.status(), StatusCode::FORBIDDEN, "half a day later neither");
}

/// A session is ended while a request of it is under way, which writes it when it ends: it stays ended.
async fn what_was_ended_stays_ended(server: Server) {
    for ending in ["out", "ended elsewhere", "a new password"] {
        let person = server.visitor();
        let answer = person.sign_in("methodist@demo.sheber.kz", sheber_demo::PASSWORD).await;
        let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        // Long enough ago to be prolonged by the next request.
        server.app.clock.advance(Span::minutes(11));
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
                let account = server.number(own).await;
                let known = server.text(&format!("SELECT password_hash FROM account WHERE id = {account}")).await;
                let actor = sheber_platform::actor::Actor::load(&server.app.db, account).await.unwrap().unwrap();
                let grounds = links::Grounds::Current(&actor, &known);
                // The same one again: what counts is that it was set.
                assert!(links::set_password(&server.app, grounds, known.clone()).await.unwrap().is_some());
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

/// A session that was ended elsewhere ends no others, and does not come back by beginning anew.
async fn an_ended_session_does_not_begin_anew(server: Server) {
    let current = sheber_demo::PASSWORD;
    let password = format!("&current={current}&password=other-lake-stone&again=other-lake-stone");
    for deed in [("/account/sessions", ""), ("/account/password", password.as_str())] {
        comes_back(&server, deed).await;
    }
    server.person("methodist").await;
}

async fn comes_back(server: &Server, deed: (&str, &str)) {
    let (thief, owner) = (server.visitor(), server.person("methodist").await);
    let at = server.base.strip_prefix("http://").unwrap().to_owned();
    let (name, cookie) = thief.session("methodist").await;
    let token = thief.token().await;
    let (path, fields) = deed;
    let body = format!("csrf={token}{fields}");
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {at}\r\nCookie: {name}={cookie}\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let mut under_way = TcpStream::connect(&at).await.unwrap();
    under_way.write_all(format!("{head}{}", &body[..5]).as_bytes()).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    let page = owner.page("/account").await;
    let id = page.split("name=\"id\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(owner.post("/account/session", &[("id", &id)]).await.status(), StatusCode::SEE_OTHER);
    under_way.write_all(&body.as_bytes()[5..]).await.unwrap();
    let mut answer = String::new();
    under_way.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 403") && !answer.contains("set-cookie: sheber="), "{answer}");
    owner.page("/account").await;
}

/// A request that was let in and writes when its access has ended changes nothing.
async fn who_was_ended_changes_nothing(server: Server) {
    let person = server.visitor();
    let at = server.base.strip_prefix("http://").unwrap().to_owned();
    let (name, cookie) = person.session("methodist").await;
    let token = person.token().await;
    let body = format!("csrf={token}&address=https%3A%2F%2Fcollege.kz%2Fhook");
    let head = format!(
        "POST /account/webhooks HTTP/1.1\r\nHost: {at}\r\nCookie: {name}={cookie}\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let mut under_way = TcpStream::connect(&at).await.unwrap();
    under_way.write_all(format!("{head}{}", &body[..5]).as_bytes()).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    let director = server.person("director").await;
    let id = server.number(&format!("SELECT id FROM account WHERE email = '{METHODIST}'")).await;
    let off = director.post(&format!("/accounts/{id}/state"), &[("active", "false")]).await;
    assert_eq!(off.status(), StatusCode::SEE_OTHER);
    under_way.write_all(&body.as_bytes()[5..]).await.unwrap();
    let mut answer = String::new();
    under_way.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    assert_eq!(server.number("SELECT COUNT(*) FROM webhook WHERE removed_at IS NULL").await, 0);
}

on_both! {
    an_ended_session_does_not_begin_anew what_was_ended_stays_ended who_was_ended_changes_nothing a_session_ends_after_rest_and_after_two_weeks
    a_lost_telephone_locks_nobody_out an_organisation_demands_a_second_factor a_new_device_is_told_of
    a_stranger_leaves_no_row a_burst_of_passwords_does_not_pass_together a_college_behind_one_address_is_not_locked_out
    a_reset_ends_the_feed a_second_factor_is_asked_for_and_serves_once
    failures_slow_down_who_fails_and_not_the_owner an_invitation_leads_to_an_account a_forgotten_password_is_reset_by_mail
    sessions_are_listed_and_ended a_new_password_ends_the_other_sessions language_stays_on_the_page
}

/// Letters go out, as from a server with mail: who invites sees no link.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invitation_with_mail_tells_nothing_of_others() {
    let server = Server::start_with(Kind::Sqlite, |config| config.smtp = Some("smtp://127.0.0.1:1".to_owned())).await;
    an_invitation_tells_nothing_of_others(server).await;
}

/// Many networks guess one account: each is slowed down from its second try on, and the owner elsewhere, who has not failed, is not.
/// Somebody with many addresses of IPv6 has one network.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_networks_do_not_keep_the_owner_out() {
    let server = Server::start_with(Kind::Sqlite, |config| config.proxy = true).await;
    let from = async |address: &str, password: &str| {
        let visitor = server.visitor();
        let token = value(&visitor.page("/login").await, "csrf").to_owned();
        let fields = [("csrf", token.as_str()), ("email", METHODIST), ("password", password)];
        let sent = visitor.http.post(format!("{}/login", server.base)).header("x-forwarded-for", address).form(&fields);
        sent.send().await.unwrap().status()
    };
    for n in 0..40 {
        assert_eq!(from(&format!("198.51.100.{n}"), "wrong-password").await, StatusCode::UNPROCESSABLE_ENTITY, "{n}");
    }
    assert_eq!(from("198.51.100.7", "wrong-password").await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(from("203.0.113.9", sheber_demo::PASSWORD).await, StatusCode::SEE_OTHER);
    for n in 0..5 {
        assert_eq!(from(&format!("2001:db8:1:2::{n}"), "wrong-password").await, StatusCode::UNPROCESSABLE_ENTITY);
        server.app.clock.advance(Span::minutes(2));
    }
    assert_eq!(from("2001:db8:1:2:aaaa::1", sheber_demo::PASSWORD).await, StatusCode::SEE_OTHER);
    for n in 0..5 {
        from(&format!("2001:db8:7:2::{n}"), "wrong-password").await;
    }
    assert_eq!(from("2001:db8:7:2:bbbb::1", sheber_demo::PASSWORD).await, StatusCode::TOO_MANY_REQUESTS, "one network");
    // A customer with 65,536 networks of IPv6 is one.
    let mut tried = 0;
    for n in 0..40 {
        let answer = from(&format!("2001:db8:9:{n:x}::1"), "wrong-password").await;
        tried += usize::from(answer == StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(tried, 15);
    // In a network where somebody invents addresses, who has not failed comes in.
    for n in 0..120 {
        let visitor = server.visitor();
        let token = value(&visitor.page("/login").await, "csrf").to_owned();
        let email = format!("invented-{n}@college.kz");
        let fields = [("csrf", token.as_str()), ("email", email.as_str()), ("password", "wrong-password")];
        let sent = visitor.http.post(format!("{}/login", server.base)).header("x-forwarded-for", "203.0.113.77");
        sent.form(&fields).send().await.unwrap();
    }
    assert_eq!(from("203.0.113.77", sheber_demo::PASSWORD).await, StatusCode::SEE_OTHER);
}
