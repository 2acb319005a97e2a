//! Reference data: edited by the operator, imported with a preview.

use reqwest::StatusCode;

use crate::on_both;
use crate::support::Server;

async fn an_import_shows_what_changes_before_it_does(server: Server) {
    let operator = server.person("operator").await;
    let csv = "code,name_kk,name_ru\n35,Қарағанды облысы,Карагандинская область\n10,Абай облысы (жаңа),область Абай\n9,қате,ошибка\n";
    let (address, page) = operator.brings("/reference/region/import", "regions.csv", csv).await;
    let renamed = "SELECT COUNT(*) FROM reference_entry WHERE name_kk LIKE '%(жаңа)%'";
    assert_eq!(server.number(renamed).await, 0, "only shown");
    assert!(page.contains("өзгереді – 1") && page.contains("өзгеріссіз – 1") && page.contains("қате – 1"), "{page}");
    assert!(
        page.contains("Абай облысы</del>") && page.contains("<ins>Абай облысы (жаңа)</ins>"),
        "old beside new: {page}"
    );
    operator.takes(&address, &[]).await;
    assert_eq!(server.number(renamed).await, 1);
    let (_, page) = operator.brings("/reference/region/import", "x.csv", "a,b\n1,2\n").await;
    assert!(page.contains("Кесте бағандарының атаулары табылмады"), "{page}");
}

async fn a_column_that_the_file_does_not_have_changes_nothing(server: Server) {
    let operator = server.person("operator").await;
    let form = [
        ("code", "07139977"),
        ("name_kk", "Тест"),
        ("note", "ескертпе"),
        ("valid_from", "01.09.2022"),
        ("valid_to", "2027-08-31"),
    ];
    assert_eq!(operator.post("/reference/specialty", &form).await.status(), StatusCode::SEE_OTHER);
    let wipe = include_bytes!("../cases/reference-wipe/wipe.csv");
    let (address, page) = operator.brings("/reference/specialty/import", "wipe.csv", wipe.to_vec()).await;
    assert!(page.contains("өзгереді – 1"), "{page}");
    operator.takes(&address, &[]).await;
    let kept = "SELECT COUNT(*) FROM reference_entry WHERE code = '07139977' AND name_kk = 'Тест мамандық'
                AND note = 'ескертпе' AND valid_from = '2022-09-01' AND valid_to = '2027-08-31'";
    assert_eq!(server.number(kept).await, 1);
    // Taken back, it is as it was.
    operator.post(&format!("{address}/undo"), &[]).await;
    operator.settled(&address).await;
    assert_eq!(
        server.number("SELECT COUNT(*) FROM reference_entry WHERE code = '07139977' AND name_kk = 'Тест'").await,
        1
    );
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

on_both! { an_import_shows_what_changes_before_it_does a_column_that_the_file_does_not_have_changes_nothing an_entry_is_checked_and_dated }
