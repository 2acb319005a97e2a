//! Sort keys beside the texts that they sort: lists are sorted by the alphabet of the language, in the database.

use sea_orm::{DbErr, FromQueryResult, Value};
use sheber_kernel::Lang;

use super::app::App;
use super::{database, search, setting};
use crate::params;

/// A column of sort keys.
#[derive(Clone, Copy, Debug)]
pub struct SortKey {
    pub table: &'static str,
    /// The text that is sorted, as SQL.
    pub text: &'static str,
    pub key: &'static str,
    pub lang: Lang,
}

impl SortKey {
    /// A text that stands in one language, whichever: the alphabet of Kazakh holds that of Russian, in the same order.
    pub const fn of(table: &'static str, text: &'static str, key: &'static str) -> Self {
        Self { table, text, key, lang: Lang::Kk }
    }

    /// The two columns of a name in both languages; where one is missing, the other stands for it.
    pub const fn names(table: &'static str) -> [Self; 2] {
        [
            Self { table, text: "COALESCE(NULLIF(name_kk, ''), name_ru)", key: "sort_kk", lang: Lang::Kk },
            Self { table, text: "COALESCE(NULLIF(name_ru, ''), name_kk)", key: "sort_ru", lang: Lang::Ru },
        ]
    }
}

/// A column of texts that are stored to search in.
#[derive(Clone, Copy, Debug)]
pub struct SearchColumn {
    pub table: &'static str,
    pub column: &'static str,
    /// What it is made of where nothing stands there yet, as SQL.
    pub text: &'static str,
}

impl SearchColumn {
    /// Of a table whose column was filled from the beginning.
    pub const fn of(table: &'static str) -> Self {
        Self { table, column: "search_name", text: "search_name" }
    }
}

const SETTING: &str = "collation";
/// By which rules texts are stored to search in.
const FOLDING: &str = "folding";
const SOUNDS: &str = "sounds-1";
/// The collation data that this program makes keys with.
const COLLATION: &str = "icu-2.4-numeric";

/// So many rows are renewed in one transaction.
const AT_ONCE: usize = 500;

/// Makes these sort keys anew where other collation data than this program's made them.
pub async fn renew(app: &App, all: impl Iterator<Item = &SortKey>) -> Result<(), DbErr> {
    if setting::value(&app.db, SETTING).await?.as_deref() == Some(COLLATION) {
        return Ok(());
    }
    for sorted in all {
        renew_one(app, sorted).await?;
    }
    setting::put(&app.db, SETTING, Some(COLLATION)).await
}

/// Stores these texts anew where other rules than this program's made them.
pub async fn renew_searched(app: &App, all: impl Iterator<Item = &SearchColumn>) -> Result<(), DbErr> {
    if setting::value(&app.db, FOLDING).await?.as_deref() == Some(SOUNDS) {
        return Ok(());
    }
    for SearchColumn { table, column, text } in all {
        let text = format!("CASE WHEN {column} = '' THEN {text} ELSE {column} END");
        each(app, table, &text, column, |text| search::indexed_of(&search::folded(text)).into()).await?;
    }
    setting::put(&app.db, FOLDING, Some(SOUNDS)).await
}

async fn renew_one(app: &App, sorted: &SortKey) -> Result<(), DbErr> {
    let SortKey { table, text, key, lang } = *sorted;
    each(app, table, text, key, |text| search::sort_key(lang, text).into()).await
}

/// Makes a column of each row of a table from a text of it.
async fn each(app: &App, table: &str, text: &str, column: &str, made: impl Fn(&str) -> Value) -> Result<(), DbErr> {
    #[derive(FromQueryResult)]
    struct Text {
        id: i64,
        text: String,
    }
    let read = format!("SELECT id, {text} AS text FROM {table} WHERE id > $1 ORDER BY id LIMIT {AT_ONCE}");
    let write = format!("UPDATE {table} SET {column} = $2 WHERE id = $1");
    let mut last = 0;
    loop {
        let rows: Vec<Text> = database::all(&app.db, &read, params![last]).await?;
        let Some(end) = rows.last().map(|row| row.id) else { return Ok(()) };
        let txn = database::begin(&app.db).await?;
        for row in rows {
            database::run(&txn, &write, vec![row.id.into(), made(&row.text)]).await?;
        }
        txn.commit().await?;
        last = end;
    }
}
