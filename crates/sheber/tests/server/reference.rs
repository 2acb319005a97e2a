//! Reference data: edited by the operator, imported with a preview.

use reqwest::StatusCode;

use crate::on_both;
use crate::support::Server;

async fn an_import_shows_what_changes_before_it_does(server: Server) {
    let operator = server.person("operator").await;
    let csv = "code,name_kk,name_ru\n35,Қарағанды облысы,Карагандинская область\n10,Абай облысы (жаңа),область Абай\n9,қате,ошибка\n";
    let answer = operator.upload("/reference/region/import", &[], &[("regions.csv", csv.as_bytes().to_vec())]).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let page = answer.text().await.unwrap();
    assert_eq!(
        server.number("SELECT COUNT(*) FROM reference_entry WHERE name_kk LIKE '%(жаңа)%'").await,
        0,
        "only shown"
    );
    let payload = page
        .split("name=\"payload\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .replace("&quot;", "\"")
        .replace("&#34;", "\"");
    assert!(payload.contains("(жаңа)") && !payload.contains("қате"), "{payload}");
    assert_eq!(operator.post("/reference/region/take", &[("payload", &payload)]).await.status(), StatusCode::OK);
    assert_eq!(server.number("SELECT COUNT(*) FROM reference_entry WHERE name_kk LIKE '%(жаңа)%'").await, 1);
    let wrong = operator.upload("/reference/region/import", &[], &[("x.csv", b"a,b\n1,2\n".to_vec())]).await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

async fn an_entry_is_checked_and_dated(server: Server) {
    let operator = server.person("operator").await;
    let bad = operator.post("/reference/specialty", &[("code", "613"), ("name_kk", "Атауы")]).await;
    assert_eq!(bad.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bad.text().await.unwrap().contains("value=\"613\""), "what was typed stays");
    let good =
        [("code", "06139900"), ("name_kk", "Жаңа мамандық"), ("valid_from", "2024-09-01"), ("valid_to", "2025-08-31")];
    assert_eq!(operator.post("/reference/specialty", &good).await.status(), StatusCode::SEE_OTHER);
    let blind = [("code", "06139900"), ("name_kk", "Басқа атау")];
    assert_eq!(
        operator.post("/reference/specialty", &blind).await.status(),
        StatusCode::UNPROCESSABLE_ENTITY,
        "not over what is there"
    );
    let page = operator.page("/reference/specialty?q=06139900&edit=06139900").await;
    let version = crate::support::value(&page, "version").to_owned();
    assert_eq!(crate::support::value(&page, "valid_to"), "2025-08-31", "the form knows the entry");
    let known = [
        ("code", "06139900"),
        ("name_kk", "Жаңа мамандық (түзетілді)"),
        ("valid_from", "2024-09-01"),
        ("valid_to", "2025-08-31"),
        ("version", version.as_str()),
        ("edited", "06139900"),
    ];
    assert_eq!(operator.post("/reference/specialty", &known).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(operator.post("/reference/specialty", &known).await.status(), StatusCode::SEE_OTHER, "sent twice");
    let other = [known[0], ("name_kk", "Жаңа мамандық"), known[2], known[3], known[4], known[5]];
    let second = operator.post("/reference/specialty", &other).await;
    assert_eq!(second.status(), StatusCode::CONFLICT, "over what somebody else corrected meanwhile");
    assert!(second.text().await.unwrap().contains("<q>Жаңа мамандық (түзетілді)</q>"), "both stand there");
    let renamed = [("code", "06139901"), known[1], known[2], known[3], known[4], known[5]];
    let refused = operator.post("/reference/specialty", &renamed).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "a code stays: no second entry is made by it");
    assert_eq!(server.number("SELECT COUNT(*) FROM reference_entry WHERE code = '06139901'").await, 0);
    let entry = operator.page("/reference/specialty/entry?code=06139900").await;
    assert!(entry.contains("Жаңа мамандық → Жаңа мамандық (түзетілді)"), "its history");
    assert!(operator.page("/reference/specialty?q=06139900&on=2024-10-01").await.contains("Жаңа мамандық"));
    assert!(!operator.page("/reference/specialty?q=06139900&on=2025-10-01").await.contains("Жаңа мамандық"));
}

on_both! { an_import_shows_what_changes_before_it_does an_entry_is_checked_and_dated }
