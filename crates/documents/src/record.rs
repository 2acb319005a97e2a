//! A record of a case on paper: the journal of its steps, or the receipt of an application.

use serde::Serialize;
use sheber_kernel::Lang;
use sheber_messages as messages;

use crate::DocumentError;
use crate::typesetting;

/// A part under a heading; of each entry its head, its text and a small line below.
#[derive(Clone, Debug, Serialize)]
pub struct Part {
    pub title: String,
    pub entries: Vec<(String, String, String)>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Record {
    pub title: String,
    /// Label and value.
    pub facts: Vec<(String, String)>,
    pub parts: Vec<Part>,
    /// Where the case stands in Sheber.
    pub link: String,
}

#[derive(Serialize)]
struct Sheet<'a> {
    #[serde(flatten)]
    record: &'a Record,
    lang: &'static str,
    page: String,
    demo: Option<String>,
}

/// The record as a PDF; `demo` marks invented data.
pub fn pdf(record: &Record, lang: Lang, demo: bool) -> Result<Vec<u8>, DocumentError> {
    let t = |key: &str| messages::text(lang, key);
    let sheet = Sheet { record, lang: lang.code(), page: t("doc-page"), demo: demo.then(|| t("demo-mark")) };
    typesetting::pdf(include_str!("record/record.typ"), &sheet)
}
