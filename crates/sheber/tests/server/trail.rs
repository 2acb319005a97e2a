//! The audit trail: a chain that breaks where somebody changes it.

use sheber_app::platform::{audit, database};

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
    let held = audit::verify(&server.app.db).await.unwrap().unwrap();
    assert_eq!(held, u64::try_from(server.number("SELECT COUNT(*) FROM audit").await).unwrap());
    database::run(&server.app.db, "UPDATE audit SET actor_id = 1 WHERE id = (SELECT MAX(id) FROM audit)", vec![])
        .await
        .unwrap();
    assert!(audit::verify(&server.app.db).await.unwrap().is_err(), "a changed record");
    database::run(&server.app.db, "DELETE FROM audit WHERE id = (SELECT MAX(id) FROM audit)", vec![]).await.unwrap();
    assert!(audit::verify(&server.app.db).await.unwrap().is_ok());
    database::run(&server.app.db, "DELETE FROM audit WHERE id = 5", vec![]).await.unwrap();
    assert_eq!(audit::verify(&server.app.db).await.unwrap(), Err(6), "a record taken out");
}

on_both! { a_tampered_record_breaks_the_chain }
