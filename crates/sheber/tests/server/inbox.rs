//! What people are told: in Sheber always, by mail as they want it.

use reqwest::StatusCode;
use sheber_app::Span;
use sheber_people::inbox::tell::digest;
use sheber_platform::clock;

use crate::on_both;
use crate::register::opened_and_sent;
use crate::support::{Server, value};

async fn mails(server: &Server, local: &str) -> i64 {
    server.number(&format!("SELECT COUNT(*) FROM outbox WHERE recipient = '{local}@demo.sheber.kz'")).await
}

async fn each_hears_as_they_want(server: Server) {
    let (daily, never) = (server.person("operator").await, server.person("operator-2").await);
    assert!(daily.page("/inbox").await.contains("Хабарлама жоқ"));
    assert_eq!(daily.post("/inbox/mail", &[("how", "daily")]).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(never.post("/inbox/mail", &[("how", "never")]).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(never.post("/inbox/mail", &[("how", "pigeon")]).await.status(), StatusCode::BAD_REQUEST);
    assert!(never.page("/inbox").await.contains("value=\"never\" checked"));
    let case = opened_and_sent(&server).await;
    assert_eq!((mails(&server, "operator").await, mails(&server, "operator-2").await), (0, 0));
    assert_eq!(mails(&server, "methodist").await, 1, "each, where nothing else is said");
    for person in [&daily, &never] {
        let page = person.page("/inbox").await;
        assert!(page.contains(&format!("href=\"/register/{case}\"")) && page.contains("class=\"count\""));
    }
    assert!(!server.person("expert").await.page("/inbox").await.contains("/register/"), "nobody else's");
    let upto = value(&never.page("/inbox").await, "upto").to_owned();
    never.post("/inbox/read", &[("upto", &upto)]).await;
    assert!(!never.page("/inbox").await.contains("class=\"count\""), "read");
    assert!(daily.page("/inbox").await.contains("class=\"count\""), "one's own alone");

    let each = server.person("methodist").await;
    each.post("/inbox/mail", &[("how", "daily")]).await;

    // The next morning.
    while clock::hour(server.app.clock.millis()) < 8 {
        server.app.clock.advance(Span::hours(1));
    }
    for _ in 0..2 {
        digest(&server.app).await.unwrap();
    }
    assert_eq!((mails(&server, "operator").await, mails(&server, "operator-2").await), (1, 0), "one, once");
    server.app.clock.advance(Span::days(1));
    digest(&server.app).await.unwrap();
    assert_eq!(mails(&server, "operator").await, 1, "nothing new, no mail");
    assert_eq!(mails(&server, "methodist").await, 1, "what came by mail comes in no digest");
}

on_both! { each_hears_as_they_want }
