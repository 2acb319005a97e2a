//! A backup holds everything and says whether it is whole; it is restored onto either database, or not at all.

use std::path::Path;
use std::process::Command;

use reqwest::StatusCode;
use sheber_app::Config;
use sheber_app::backup::{self, Archive, BackupError};
use sheber_platform::database;

use crate::on_both;
use crate::register::{included, opened_and_sent};
use crate::support::{Kind, Server, fresh};

/// Somewhere else to restore to.
async fn elsewhere(kind: Kind, folder: &Path) -> Config {
    Config {
        database: fresh(kind, folder).await,
        keys: Some(folder.join("restored.keys")),
        files: Some(folder.join("restored.files")),
        ..Config::default()
    }
}

async fn rows(db: &sea_orm::DatabaseConnection) -> Vec<(String, i64)> {
    let mut counts = Vec::new();
    for table in [
        "account",
        "audit",
        "programme",
        "programme_version",
        "register_case",
        "register_entry",
        "register_attachment",
        "outbox",
        "notice",
        "reference_entry",
        "api_token",
    ] {
        let sql = format!("SELECT COUNT(*) FROM {table}");
        counts.push((table.to_owned(), database::number(db, &sql, vec![]).await.unwrap()));
    }
    counts
}

/// Takes a backup while people work, restores it onto each kind of database, and goes on from there.
async fn what_was_backed_up_comes_back_on_either_database(server: Server) {
    let number = included(&server, "2031-08-31").await;
    server.program("methodist").await;
    let director = server.person("director").await;
    let programme = server.number("SELECT MAX(id) FROM programme WHERE violations = 0 AND college_id = (SELECT organisation_id FROM account WHERE email = 'methodist@demo.sheber.kz')").await.to_string();
    director.post("/register/open", &[("programme", &programme)]).await;
    let letter = b"%PDF-1.7\nhat\n%%EOF\n".to_vec();
    assert_eq!(
        director.upload("/register/2/attach", &[("kind", "other")], &[("a.pdf", letter.clone())]).await.status(),
        StatusCode::SEE_OTHER
    );
    let before = rows(&server.app.db).await;
    let place = server.folder().join("sheber.backup");
    let manifest = backup::take(&server.app, &place, |_, _| {}).await.unwrap();
    assert_eq!(manifest.files(), 1);
    assert!(manifest.is_sound() && manifest.has_keys());
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&place).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600, "it holds the keys");
    assert!(matches!(backup::take(&server.app, &place, |_, _| {}).await, Err(BackupError::Exists(_))));
    // What comes later is not in it.
    director.post("/inbox/mail", &[("how", "daily")]).await;

    for kind in [Kind::Sqlite, Kind::Postgres] {
        let folder = tempfile::tempdir().unwrap();
        let config = elsewhere(kind, folder.path()).await;
        let mut archive = Archive::open(&place).unwrap();
        backup::restore(&mut archive, &config, |_, _| {}).await.unwrap();
        assert!(matches!(
            backup::restore(&mut archive, &Config { keys: Some(folder.path().join("x")), ..config.clone() }, |_, _| {})
                .await,
            Err(BackupError::NotEmpty)
        ));
        let restored = Server::on(config, folder).await;
        assert_eq!(rows(&restored.app.db).await, before, "{kind:?}");
        assert_eq!(restored.trail_holds().await, manifest.audit_head);
        let pdf = restored.visitor().get(&format!("/r/{number}/certificate.pdf")).await;
        assert_eq!(pdf.status(), StatusCode::OK, "signed with the keys that came along");
        let there = restored.visitor().page("/.well-known/sheber-register.json").await;
        assert_eq!(there, server.visitor().page("/.well-known/sheber-register.json").await);
        let person = restored.person("director").await;
        assert_eq!(person.get("/register/2/attachments/1").await.bytes().await.unwrap(), letter);
        // Numbering goes on where it was.
        let last = restored.number("SELECT MAX(id) FROM audit").await;
        let answer = person.post("/inbox/mail", &[("how", "never")]).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        assert_eq!(restored.number("SELECT MAX(id) FROM audit").await, last + 1);
        restored.trail_holds().await;
    }
}

/// A backup without the keys would bring nothing back that a certificate is worth.
async fn what_is_missing_is_said(server: Server) {
    included(&server, "2031-08-31").await;
    let director = server.person("director").await;
    let programme = server.number("SELECT MAX(id) FROM programme WHERE violations = 0 AND college_id = (SELECT organisation_id FROM account WHERE email = 'methodist@demo.sheber.kz')").await.to_string();
    director.post("/register/open", &[("programme", &programme)]).await;
    director.upload("/register/2/attach", &[("kind", "other")], &[("a.pdf", b"%PDF-1.7\n1\n%%EOF".to_vec())]).await;
    let keys = server.app.config.keys();
    let away = keys.with_extension("away");
    std::fs::rename(&keys, &away).unwrap();
    let place = server.folder().join("sheber.backup");
    assert!(matches!(backup::take(&server.app, &place, |_, _| {}).await, Err(BackupError::NoKeys(_))));
    assert!(!place.exists());
    std::fs::rename(&away, &keys).unwrap();
    // One handed-in file rotted: the rest is backed up, and it is named.
    for part in std::fs::read_dir(server.app.config.files()).unwrap() {
        for file in std::fs::read_dir(part.unwrap().path()).unwrap() {
            std::fs::write(file.unwrap().path(), b"rotten").unwrap();
        }
    }
    let manifest = backup::take(&server.app, &place, |_, _| {}).await.unwrap();
    assert!(!manifest.is_sound() && manifest.missing.len() == 1);
    let folder = tempfile::tempdir().unwrap();
    let config = elsewhere(Kind::Sqlite, folder.path()).await;
    std::fs::write(config.keys(), "other").unwrap();
    let mut archive = Archive::open(&place).unwrap();
    assert!(backup::restore(&mut archive, &config, |_, _| {}).await.is_err(), "other keys are not overwritten");
    std::fs::remove_file(config.keys()).unwrap();
    backup::restore(&mut archive, &config, |_, _| {}).await.expect("an attempt that failed does not stand in the way");
}

/// While others write, a backup sees one instant: its chain holds up to its own head.
async fn a_backup_is_consistent_while_serving(server: Server) {
    let person = server.person("director").await;
    let busy = tokio::spawn(async move {
        loop {
            for how in ["daily", "never", "each"] {
                person.post("/inbox/mail", &[("how", how)]).await;
            }
        }
    });
    let case = opened_and_sent(&server).await;
    assert_eq!(case, 1);
    for n in 0..3 {
        let place = server.folder().join(format!("{n}.backup"));
        backup::take(&server.app, &place, |_, _| {}).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let config = elsewhere(Kind::Sqlite, folder.path()).await;
        backup::restore(&mut Archive::open(&place).unwrap(), &config, |_, _| {}).await.unwrap();
    }
    busy.abort();
}

on_both! { what_was_backed_up_comes_back_on_either_database a_backup_is_consistent_while_serving what_is_missing_is_said }

/// Every byte of a backup counts: a changed one is refused, and the database stays empty.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_that_does_not_verify_is_refused() {
    let server = Server::start(Kind::Sqlite).await;
    opened_and_sent(&server).await;
    let place = server.folder().join("sheber.backup");
    backup::take(&server.app, &place, |_, _| {}).await.unwrap();
    let whole = std::fs::read(&place).unwrap();
    let sheber = |arguments: &[&str]| {
        let run = Command::new(env!("CARGO_BIN_EXE_sheber")).args(arguments).output().unwrap();
        (run.status.code().unwrap(), String::from_utf8_lossy(&run.stderr).into_owned())
    };
    assert_eq!(sheber(&["restore", place.to_str().unwrap(), "--check"]).0, 0);
    let broken = server.folder().join("broken.backup");
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("new.db");
    let url = format!("sqlite://{}", database.display());
    let step = whole.len() / 23;
    for at in (0..whole.len()).step_by(step) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x20;
        std::fs::write(&broken, &bytes).unwrap();
        let (code, said) = sheber(&["restore", broken.to_str().unwrap(), "--database", &url]);
        // A byte that nothing reads (a time stamp in the archive's own lists) may differ.
        assert!(code == 2 || said.is_empty(), "byte {at}: {said}");
        if code != 2 {
            for ending in ["", "-wal", "-shm", ".keys"] {
                let _ = std::fs::remove_file(format!("{}{ending}", database.display()));
            }
            continue;
        }
        assert!(!database.exists(), "nothing was begun");
    }
    std::fs::write(&broken, &whole[..whole.len() / 2]).unwrap();
    assert_eq!(sheber(&["restore", broken.to_str().unwrap(), "--database", &url]).0, 2, "half a file");
    assert_eq!(sheber(&["restore", place.to_str().unwrap(), "--database", &url]).0, 0, "then the whole one");
    assert_eq!(sheber(&["audit", "verify", "--database", &url]).0, 0);
    assert_eq!(sheber(&["restore", place.to_str().unwrap(), "--database", &url]).0, 2, "not over what is there");
}

/// A backup is signed by the server's key: one that somebody made anew is not, whatever its hashes say. Heads kept elsewhere say
/// whether the trail is still what it was.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_signed_is_compared_on_the_command_line() {
    let server = Server::start(Kind::Sqlite).await;
    opened_and_sent(&server).await;
    let sheber = |arguments: &[&str]| {
        let run = Command::new(env!("CARGO_BIN_EXE_sheber")).args(arguments).output().unwrap();
        let said = format!("{}{}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
        (run.status.code().unwrap(), said)
    };
    let (place, keys) = (server.folder().join("sheber.backup"), server.app.config.keys());
    backup::take(&server.app, &place, |_, _| {}).await.unwrap();
    let (place, keys) = (place.to_str().unwrap(), keys.to_str().unwrap());
    let (code, said) = sheber(&["restore", place, "--check", "--keys", keys]);
    assert!(code == 0 && said.contains("of the keys in"), "{said}");
    let other = server.folder().join("other.keys");
    sheber_platform::keys::Keys::make(&other).unwrap();
    let (code, said) = sheber(&["restore", place, "--check", "--keys", other.to_str().unwrap()]);
    assert!(code == 2 && said.contains("not signed by the keys"), "{said}");
    // A backup that says it holds no keys is not signed by those that are here.
    let bare = Server::start(Kind::Sqlite).await;
    let app = bare.with(sheber_app::Config { keys: Some("/nowhere/keys".into()), ..(*bare.app.config).clone() });
    let unsigned = server.folder().join("unsigned.backup");
    backup::take(&app, &unsigned, |_, _| {}).await.unwrap();
    let (code, said) = sheber(&["restore", unsigned.to_str().unwrap(), "--check", "--keys", keys]);
    assert!(code == 2 && said.contains("not signed by the keys"), "{said}");
    let (code, said) = sheber(&["restore", place, "--check", "--keys", "/nowhere/keys"]);
    assert!(code == 2 && said.contains("is not there"), "{said}");
    let (code, said) = sheber(&["restore", place, "--check", "--database", "sqlite:///nowhere/new.db"]);
    assert!(code == 0 && said.contains("compare them"), "{said}");

    sheber_platform::heads::sign(&server.app).await.unwrap().expect("a head");
    let copy = server.folder().join("copy.json");
    std::fs::write(&copy, server.visitor().page("/.well-known/sheber-register.json").await).unwrap();
    let url = &server.app.config.database;
    let verify = ["audit", "verify", "--database", url, "--keys", keys, "--head", copy.to_str().unwrap()];
    let (code, said) = sheber(&verify);
    assert!(code == 0 && said.contains("1 heads from elsewhere"), "{said}");
    for sql in [
        "DROP TRIGGER audit_remains",
        "DELETE FROM audit WHERE id = (SELECT MAX(id) FROM audit)",
        "DELETE FROM trail_head",
    ] {
        database::run(&server.app.db, sql, vec![]).await.unwrap();
    }
    let (code, said) = sheber(&verify);
    assert!(code == 1 && said.contains("was rewritten") && said.contains("the chain holds"), "{said}");
    let (code, said) = sheber(&["audit", "verify", "--database", url, "--keys", keys, "--head", "/nowhere"]);
    assert!(code == 2 && said.contains("/nowhere"), "{said}");
}
