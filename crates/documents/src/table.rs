//! A table on paper: a report, a plan. Title, facts, rows, and lines for signatures.

use serde::Serialize;
use sheber_kernel::Lang;
use sheber_messages as messages;

use crate::DocumentError;
use crate::typesetting;

/// A column: its heading, its share of the width, whether it holds numbers.
#[derive(Clone, Debug, Serialize)]
pub struct Column {
    pub title: String,
    pub width: u32,
    pub numbers: bool,
}

impl Column {
    pub fn text(title: impl Into<String>, width: u32) -> Self {
        Self { title: title.into(), width, numbers: false }
    }

    pub fn number(title: impl Into<String>, width: u32) -> Self {
        Self { title: title.into(), width, numbers: true }
    }
}

#[derive(Clone, Debug, Serialize)]
pub struct Table {
    /// Above the title, to the right: who approves, which annex.
    pub head: Vec<String>,
    pub title: String,
    /// Label and value.
    pub facts: Vec<(String, String)>,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<String>>,
    /// The last row, where sums stand.
    pub sums: Vec<String>,
    /// Whose signatures stand below.
    pub signatures: Vec<String>,
    /// Where it stands in Sheber.
    pub link: String,
    /// On its side.
    pub wide: bool,
}

#[derive(Serialize)]
struct Sheet<'a> {
    #[serde(flatten)]
    table: &'a Table,
    lang: &'static str,
    page: String,
    demo: Option<String>,
}

/// The table as a PDF; `demo` marks invented data.
pub fn pdf(table: &Table, lang: Lang, demo: bool) -> Result<Vec<u8>, DocumentError> {
    let t = |key: &str| messages::text(lang, key);
    let sheet = Sheet { table, lang: lang.code(), page: t("doc-page"), demo: demo.then(|| t("demo-mark")) };
    typesetting::pdf(include_str!("table/table.typ"), &sheet)
}
