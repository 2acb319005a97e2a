//! Every answer of the interface for programs is one its description knows: requests made from the description, good and bad ones,
//! as several roles. It needs `schemathesis`, which `./test` installs.

use tokio::process::Command;

use crate::register::with_cases;
use crate::support::{Kind, Server};

/// What a role tries: everything, or what differs for it from the roles before.
type Part = (&'static str, &'static [&'static str]);

async fn no_undocumented_answer(kind: Kind, parts: &[Part]) {
    let tool = std::env::var("SHEBER_TEST_SCHEMATHESIS").expect("./test installs schemathesis and says where");
    let server = Server::start(kind).await;
    with_cases(&server).await;
    std::fs::write(server.folder().join("schemathesis.toml"), SETTINGS).unwrap();
    for (role, part) in parts {
        // Bad requests are told alike to all: only the first makes them.
        let phases = if *role == "director" { "coverage,fuzzing" } else { "fuzzing" };
        let mut run = Command::new(&tool);
        run.args(["run", &format!("{}/api/v1/openapi.json", server.base), "--no-color", "--seed", "11"])
            .args(["--phases", phases, "--max-examples", "3", "--suppress-health-check", "all"])
            .args(*part)
            .args(["--checks", CHECKS, "--warnings", "off"])
            .current_dir(server.folder());
        if *role != "nobody" {
            let token = server.program(role).await.token;
            run.args(["-H", &format!("Authorization: Bearer {token}")]);
        }
        let ended = run.output().await.expect("schemathesis runs");
        let said = String::from_utf8_lossy(&ended.stdout).into_owned();
        assert!(ended.status.success(), "as {role}:\n{said}{}", String::from_utf8_lossy(&ended.stderr));
    }
}

/// A change without `If-Match` is answered with 428 (RFC 6585), one over an old version with 412: the checks do not expect that by
/// themselves.
const SETTINGS: &str = r#"
[checks]
missing_required_header.expected-statuses = ["400", "401", "403", "404", "428"]
negative_data_rejection.expected-statuses = ["400", "401", "403", "404", "405", "409", "412", "413", "415", "422", "428"]
"#;

/// The procedure of the register alone.
const APPLICATIONS: &[&str] = &["--include-path-regex", "^/api/v1/applications"];

/// What is read alone.
const READING: &[&str] = &["--include-method", "GET"];

const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,\
                      response_schema_conformance,unsupported_method,missing_required_header,allow_header_conformance,\
                      ignored_auth,negative_data_rejection";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn to_a_college_and_an_operator() {
    no_undocumented_answer(Kind::Sqlite, &[("director", &[]), ("operator", APPLICATIONS)]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn to_an_expert_a_department_and_anybody() {
    no_undocumented_answer(Kind::Postgres, &[("expert", APPLICATIONS), ("department", READING), ("nobody", READING)])
        .await;
}
