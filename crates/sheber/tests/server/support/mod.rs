//! A server of one's own for each test, with the demo country in it, and people who act on it.

mod drawn;
mod form;
mod person;
mod server;
mod sheet;
mod template;

pub use drawn::templates;
pub use form::{close, fields_behind, form_fields, pairs, set, value};
pub use person::{Person, Program};
pub use server::Server;
pub use sheet::Sheet;
pub use template::{Kind, fresh};

/// Runs a test on both databases; what reactions keep has to be what the records say when it ends.
#[macro_export]
macro_rules! on_both {
    ($($name:ident)+) => {
        $(mod $name {
            use $crate::support::{Kind, Server};

            async fn on(kind: Kind) {
                let server = Server::start(kind).await;
                let ended = server.ended();
                super::$name(server).await;
                ended.await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                on(Kind::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                on(Kind::Postgres).await;
            }
        })+
    };
}

/// What can be read on a PDF.
pub fn pdf_text(pdf: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("paper.pdf");
    std::fs::write(&file, pdf).unwrap();
    let read = std::process::Command::new("pdftotext").args(["-layout"]).arg(&file).arg("-").output();
    String::from_utf8(read.expect("poppler-utils").stdout).unwrap()
}
