//! The audit trail: a chain that breaks where somebody changes it.

use sheber_platform::clock::Span;
use sheber_platform::database;
use sheber_platform::trail::{Verdict, verify};
use sheber_programmes::programmes::store::altered;

use crate::on_both;
use crate::support::{Server, pairs, set};

async fn a_tampered_record_breaks_the_chain(server: Server) {
    let person = server.person("methodist").await;
    let id = server.number("SELECT MIN(id) FROM programme WHERE college_id = (SELECT organisation_id FROM account WHERE email = 'methodist@demo.sheber.kz')").await;
    let mut fields = person.editor(id).await;
    set(&mut fields, "note", "бір");
    person.post_raw(&format!("/programmes/{id}/edit"), &pairs(&fields)).await;
    assert!(
        person.page(&format!("/programmes/{id}")).await.contains("нұсқа сақталды"),
        "shown as the record's history"
    );
    let Verdict::Holds { records, head } = verify(&server.app.db).await.unwrap() else { panic!("holds") };
    assert_eq!(records, u64::try_from(server.number("SELECT COUNT(*) FROM audit").await).unwrap());
    assert_eq!(head.len(), 64);
    let run = |sql: &'static str| database::run(&server.app.db, sql, vec![]);
    assert!(run("UPDATE audit SET actor_id = 1 WHERE id = 3").await.is_err(), "the database refuses");
    assert!(run("DELETE FROM audit WHERE id = 3").await.is_err());
    // Somebody who owns the database takes the guard off: the chain still tells.
    for trigger in ["audit_stays", "audit_remains"] {
        let of = if database::is_sqlite(&server.app.db) { "" } else { " ON audit" };
        database::run(&server.app.db, &format!("DROP TRIGGER {trigger}{of}"), vec![]).await.unwrap();
    }
    run("UPDATE audit SET actor_id = 1 WHERE id = (SELECT MAX(id) FROM audit)").await.unwrap();
    assert!(matches!(verify(&server.app.db).await.unwrap(), Verdict::Broken(_)), "a changed record");
    run("DELETE FROM audit WHERE id = (SELECT MAX(id) FROM audit)").await.unwrap();
    server.trail_holds().await;
    run("UPDATE programme_version SET content = '{}' WHERE id = 2").await.unwrap();
    assert_eq!(altered(&server.app.db).await.unwrap(), Some(2));
    run("DELETE FROM audit WHERE id = 5").await.unwrap();
    assert_eq!(verify(&server.app.db).await.unwrap(), Verdict::Broken(6), "a record taken out");
}

async fn readiness_follows_the_database(server: Server) {
    let visitor = server.visitor();
    for path in ["/healthz", "/readyz"] {
        assert_eq!(visitor.page(path).await, "ok");
    }
    server.app.clock.advance(Span::seconds(6));
    server.app.db.clone().close().await.unwrap();
    assert_eq!(visitor.page("/healthz").await, "ok", "alive");
    let answer = visitor.get("/readyz").await;
    assert_eq!(answer.status(), reqwest::StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.text().await.unwrap(), "not ready", "what is wrong is not told to strangers");
}

on_both! { readiness_follows_the_database a_tampered_record_breaks_the_chain }
