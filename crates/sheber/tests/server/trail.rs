//! The audit trail: a chain that breaks where somebody changes it.

use sheber_platform::clock::Span;
use sheber_platform::heads::{self, Fault};
use sheber_platform::trail::{Verdict, verify};
use sheber_platform::{database, keys};
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

/// Where files cannot be kept, or nothing can be written, the server is not ready, though it reads.
async fn readiness_is_being_able_to_write(server: Server) {
    let visitor = server.visitor();
    assert_eq!(visitor.page("/readyz").await, "ok");
    let files = server.app.config.files();
    std::fs::remove_dir_all(&files).unwrap();
    std::fs::write(&files, b"in the way").unwrap();
    assert_eq!(visitor.page("/readyz").await, "ok", "asked again at once it writes no more");
    server.app.clock.advance(Span::seconds(6));
    assert_eq!(visitor.get("/readyz").await.status(), reqwest::StatusCode::SERVICE_UNAVAILABLE);
}

/// Whoever owns the database cuts the trail off, or writes it anew: heads that were signed say so, those kept elsewhere even where
/// the database's own are gone.
async fn a_trail_that_was_rewritten_is_not_the_signed_one(server: Server) {
    let db = &server.app.db;
    server.person("methodist").await;
    let record = heads::sign(&server.app).await.unwrap().expect("a first head");
    assert_eq!(heads::sign(&server.app).await.unwrap(), None, "not before it is time");
    let published = server.visitor().page("/.well-known/sheber-register.json").await;
    let copy = heads::newest(db, 10).await.unwrap();
    assert!(published.contains(&copy[0]), "published with the register's keys");
    let keys = keys::with(&server.app, keys::Keys::published).unwrap();
    assert_eq!(heads::verify(db, &keys, &copy).await.unwrap(), (record, Vec::new()));
    // Every hour, where something happened.
    server.app.clock.advance(Span::minutes(61));
    assert_eq!(heads::sign(&server.app).await.unwrap(), None, "nothing happened");
    server.person("teacher").await;
    let later = heads::sign(&server.app).await.unwrap().expect("a second head");
    assert!(later > record);
    for trigger in ["audit_stays", "audit_remains"] {
        let of = if database::is_sqlite(db) { "" } else { " ON audit" };
        database::run(db, &format!("DROP TRIGGER {trigger}{of}"), vec![]).await.unwrap();
    }
    database::run(db, &format!("DELETE FROM audit WHERE id >= {record}"), vec![]).await.unwrap();
    server.trail_holds().await;
    let (signed, faults) = heads::verify(db, &keys, &[]).await.unwrap();
    assert_eq!(
        (signed, faults),
        (0, vec![Fault::Rewritten(record), Fault::Rewritten(later)]),
        "the chain holds, and yet"
    );
    database::run(db, "DELETE FROM trail_head", vec![]).await.unwrap();
    let (_, faults) = heads::verify(db, &keys, &copy).await.unwrap();
    assert_eq!(faults, [Fault::Rewritten(record)], "a copy that was kept elsewhere");
    server.app.clock.advance(Span::hours(3));
    server.person("teacher").await;
    let (_, faults) = heads::verify(db, &keys, &[]).await.unwrap();
    assert_eq!(faults, [Fault::Unsigned { since: 0 }], "and nobody signs for hours");
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("other.keys");
    keys::Keys::make(&other).unwrap();
    let heads_of = heads::Heads { at: 0, heads: Vec::new() };
    let forged = keys::Keys::open(&other).unwrap().sign(&heads_of).unwrap();
    let (_, faults) = heads::verify(db, &keys, &[forged]).await.unwrap();
    assert!(matches!(faults[0], Fault::Forged(_)), "{faults:?}");
}

on_both! {
    readiness_follows_the_database readiness_is_being_able_to_write a_trail_that_was_rewritten_is_not_the_signed_one
    a_tampered_record_breaks_the_chain
}
