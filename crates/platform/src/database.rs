//! The database: one schema for SQLite and PostgreSQL; the URL decides at run time.
//!
//! SQL is written once for both: `$1` placeholders, `RETURNING`, instants as milliseconds, days as ISO text.

use std::os::unix::fs::OpenOptionsExt;
use std::time::Duration;

use sea_orm::sqlx;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    FromQueryResult, QueryResult, RuntimeErr, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
    TryGetable, Value,
};

use super::search;

/// Nobody waits longer for a connection, or for somebody else's question.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Makes the file of a new SQLite database, for its owner alone; the files beside it are made as it is.
fn make_private(url: &str) {
    let path = url.strip_prefix("sqlite://").map(|path| path.split('?').next().unwrap_or_default());
    if let Some(path) = path.filter(|path| !path.is_empty() && !path.contains(":memory:")) {
        // One that is there stays as it is; what cannot be made is said by the database.
        let _ = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    }
}

/// Opens a database as it is.
pub async fn connect(url: &str) -> Result<DatabaseConnection, DbErr> {
    make_private(url);
    let mut options = ConnectOptions::new(url);
    options.max_connections(16).min_connections(1).acquire_timeout(PATIENCE).sqlx_logging(false).map_sqlx_sqlite_opts(
        |sqlite| {
            sqlite
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(Duration::from_secs(15))
                .pragma("cache_size", "-3000")
        },
    );
    Box::pin(Database::connect(options)).await
}

/// Said by the error of a change whose actor has no access any more.
const ENDED: &str = "access ended while the request was under way";

/// The error of a change whose actor has no access any more.
pub fn ended() -> DbErr {
    DbErr::Custom(ENDED.to_owned())
}

/// Whether an error says that whoever acts has no access any more.
pub fn is_ended(error: &DbErr) -> bool {
    matches!(error, DbErr::Custom(why) if why == ENDED)
}

/// Whether an error says that the database cannot be reached or has no room, and not that a statement was wrong.
pub fn is_away(error: &DbErr) -> bool {
    let (DbErr::Conn(why) | DbErr::Exec(why) | DbErr::Query(why)) = error else {
        return matches!(error, DbErr::ConnectionAcquire(_));
    };
    let RuntimeErr::SqlxError(error) = why else { return matches!(error, DbErr::Conn(_)) };
    match error.as_ref() {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(error) => error.code().is_some_and(|code| is_away_code(&code)),
        _ => false,
    }
}

/// Whether a text holds what the database has no room for: the letter NUL, on PostgreSQL.
pub fn is_unstorable(error: &DbErr) -> bool {
    let (DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error))) = error else {
        return false;
    };
    matches!(error.as_ref(), sqlx::Error::Database(error) if error.code().is_some_and(|code| code == "22021"))
}

/// Codes of SQLite (busy, locked, input or output, full, cannot open) and classes of PostgreSQL (connection, resources, shutdown).
fn is_away_code(code: &str) -> bool {
    match code.parse::<u32>() {
        Ok(sqlite) if code.len() < 5 => matches!(sqlite & 0xff, 5 | 6 | 8 | 10 | 13 | 14),
        _ => ["08", "53", "57"].iter().any(|class| code.starts_with(class)),
    }
}

/// Begins a transaction that may write. On SQLite it takes the write lock at once, so that two writers wait for each
/// other instead of failing half-way.
pub async fn begin(db: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    db.begin_with_options(TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    })
    .await
}

/// Values for the placeholders of a statement.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { vec![$(sea_orm::Value::from($value)),*] };
}

fn statement(db: &impl ConnectionTrait, sql: &str, values: Vec<Value>) -> Statement {
    Statement::from_sql_and_values(db.get_database_backend(), sql, values)
}

/// A row as a type; what cannot be read is an error that names the table, the column and the key.
pub fn read<T: FromQueryResult>(row: &QueryResult, sql: &str) -> Result<T, DbErr> {
    T::from_query_result(row, "").map_err(|error| match error {
        DbErr::Type(what) => DbErr::Type(format!("{}: {what}", place(row, sql))),
        other => other,
    })
}

/// Which row it is: the table that the statement reads, and the row's key.
fn place(row: &QueryResult, sql: &str) -> String {
    let mut words = sql.split_whitespace().skip_while(|word| *word != "FROM").skip(1);
    let table = words.next().unwrap_or_default();
    match row.try_get::<i64>("", "id") {
        Ok(key) => format!("{table} {key}"),
        Err(_) => table.to_owned(),
    }
}

/// Rows as they come.
pub async fn rows(db: &impl ConnectionTrait, sql: &str, values: Vec<Value>) -> Result<Vec<QueryResult>, DbErr> {
    db.query_all_raw(statement(db, sql, values)).await
}

pub async fn all<T: FromQueryResult>(
    db: &impl ConnectionTrait,
    sql: &str,
    values: Vec<Value>,
) -> Result<Vec<T>, DbErr> {
    rows(db, sql, values).await?.iter().map(|row| read(row, sql)).collect()
}

pub async fn one<T: FromQueryResult>(
    db: &impl ConnectionTrait,
    sql: &str,
    values: Vec<Value>,
) -> Result<Option<T>, DbErr> {
    db.query_one_raw(statement(db, sql, values)).await?.map(|row| read(&row, sql)).transpose()
}

/// Runs a statement and says how many rows it touched.
pub async fn run(db: &impl ConnectionTrait, sql: &str, values: Vec<Value>) -> Result<u64, DbErr> {
    Ok(db.execute_raw(statement(db, sql, values)).await?.rows_affected())
}

/// The only number of a query: a count, or an id from `RETURNING id`.
pub async fn number(db: &impl ConnectionTrait, sql: &str, values: Vec<Value>) -> Result<i64, DbErr> {
    let row = db.query_one_raw(statement(db, sql, values)).await?;
    row.map_or(Ok(0), |row| row.try_get_by_index::<i64>(0))
}

/// The first column of the only row; `None` where there is no row, or nothing in it.
pub async fn value<T: TryGetable>(
    db: &impl ConnectionTrait,
    sql: &str,
    values: Vec<Value>,
) -> Result<Option<T>, DbErr> {
    let row = db.query_one_raw(statement(db, sql, values)).await?;
    row.map_or(Ok(None), |row| row.try_get_by_index::<Option<T>>(0))
}

/// The first column of every row.
pub async fn values<T: TryGetable>(db: &impl ConnectionTrait, sql: &str, values: Vec<Value>) -> Result<Vec<T>, DbErr> {
    rows(db, sql, values).await?.iter().map(|row| row.try_get_by_index::<T>(0)).collect()
}

/// Lets changes of one row come one after another; SQLite has one writer anyway.
pub async fn lock_row(db: &impl ConnectionTrait, table: &str, id: i64) -> Result<(), DbErr> {
    if !is_sqlite(db) {
        number(db, &format!("SELECT id FROM {table} WHERE id = $1 FOR UPDATE"), params![id]).await?;
    }
    Ok(())
}

pub fn is_sqlite(db: &impl ConnectionTrait) -> bool {
    db.get_database_backend() == DbBackend::Sqlite
}

/// A `WHERE` that grows: conditions with their values, numbered as they come.
#[derive(Debug, Default, Clone)]
pub struct Conditions {
    parts: Vec<String>,
    pub values: Vec<Value>,
    /// Columns with the patterns of what was typed.
    rank: Vec<(String, String)>,
}

impl Conditions {
    /// Adds a condition; each `?` in it becomes the placeholder of the next value.
    pub fn and(&mut self, condition: &str, values: Vec<Value>) -> &mut Self {
        let mut text = String::with_capacity(condition.len() + 4);
        let mut values = values.into_iter();
        for piece in condition.split_inclusive('?') {
            match (piece.strip_suffix('?'), values.next()) {
                (Some(before), Some(value)) => {
                    self.values.push(value);
                    text.push_str(before);
                    text.push('$');
                    text.push_str(&self.values.len().to_string());
                }
                _ => text.push_str(piece),
            }
        }
        self.parts.push(text);
        self
    }

    /// Adds the condition that a key is one of these; of none, none is.
    pub fn among(&mut self, column: &str, keys: &[i64]) -> &mut Self {
        if keys.is_empty() {
            return self.and("FALSE", Vec::new());
        }
        let marks = vec!["?"; keys.len()].join(", ");
        self.and(&format!("{column} IN ({marks})"), keys.iter().map(|key| Value::from(*key)).collect())
    }

    /// Adds the condition that every word of a search stands in a column that is stored to search in; what is written as it was
    /// typed comes first.
    pub fn search(&mut self, column: &str, query: &str) -> &mut Self {
        for word in search::sounds(query) {
            self.and(&format!("{column} LIKE ?"), vec![format!("%{word}%").into()]);
        }
        let pattern = |word: String| (column.to_owned(), search::written_pattern(&word));
        self.rank = search::words(query).into_iter().map(pattern).collect();
        self
    }

    /// Adds what says whether a row holds the words of the search as they were typed: 0 where it does, 1 where it does not; the other
    /// way round for a list that goes down. `None` where nothing is searched for.
    pub fn rank(&mut self, descending: bool) -> Option<String> {
        let patterns = self.rank.clone();
        let holds = patterns.into_iter().map(|(column, pattern)| {
            let mark = self.value(pattern);
            format!("{column} LIKE {mark}")
        });
        let holds: Vec<String> = holds.collect();
        let (first, second) = if descending { (1, 0) } else { (0, 1) };
        let all = holds.join(" AND ");
        (!holds.is_empty()).then(|| format!("CAST(CASE WHEN {all} THEN {first} ELSE {second} END AS BIGINT)"))
    }

    /// Whether the rows have a rank.
    pub fn is_ranked(&self) -> bool {
        !self.rank.is_empty()
    }

    /// Adds a value that stands outside the conditions and gives its placeholder.
    pub fn value(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    pub fn sql(&self) -> String {
        if self.parts.is_empty() { String::new() } else { format!(" WHERE {}", self.parts.join(" AND ")) }
    }
}

/// Writes a new row; gives its key.
pub async fn insert(db: &impl ConnectionTrait, table: &str, row: Vec<(&str, Value)>) -> Result<i64, DbErr> {
    let key = insert_all(db, table, vec![row]).await?;
    key.first().copied().ok_or_else(|| DbErr::RecordNotInserted)
}

/// So many values go into one statement: SQLite looks each of them up by its name among all before it.
const VALUES: usize = 600;

/// The statements that write rows of the same columns, some of them by one.
fn statements(table: &str, mut rows: Vec<Vec<(&str, Value)>>) -> Vec<(String, Vec<Value>)> {
    let Some(first) = rows.first() else { return Vec::new() };
    let columns: Vec<&str> = first.iter().map(|(column, _)| *column).collect();
    let wide = columns.len();
    let marks = |row: usize| (1..=wide).map(|n| format!("${}", row * wide + n)).collect::<Vec<_>>().join(", ");
    let mut statements = Vec::new();
    while !rows.is_empty() {
        let rest = rows.split_off((VALUES / wide).clamp(1, rows.len()));
        let marks: Vec<String> = (0..rows.len()).map(|row| format!("({})", marks(row))).collect();
        let sql = format!("INSERT INTO {table} ({}) VALUES {}", columns.join(", "), marks.join(", "));
        let values = std::mem::replace(&mut rows, rest).into_iter().flatten().map(|(_, value)| value).collect();
        statements.push((sql, values));
    }
    statements
}

/// Writes new rows of the same columns; gives their keys in the rows' order.
pub async fn insert_all(
    db: &impl ConnectionTrait,
    table: &str,
    rows: Vec<Vec<(&str, Value)>>,
) -> Result<Vec<i64>, DbErr> {
    let mut keys = Vec::with_capacity(rows.len());
    for (sql, values) in statements(table, rows) {
        let mut written: Vec<i64> = self::values(db, &format!("{sql} RETURNING id"), values).await?;
        // Keys are given out in the order of the rows, but told in any.
        written.sort_unstable();
        keys.append(&mut written);
    }
    Ok(keys)
}

/// The same of a table whose rows have no key of their own.
pub async fn write_all(db: &impl ConnectionTrait, table: &str, rows: Vec<Vec<(&str, Value)>>) -> Result<(), DbErr> {
    for (sql, values) in statements(table, rows) {
        run(db, &sql, values).await?;
    }
    Ok(())
}

/// Writes over the version of a row that somebody has seen; `false` where it is another one by now.
pub async fn overwrite(
    db: &impl ConnectionTrait,
    table: &str,
    (id, version): (i64, i64),
    row: Vec<(&str, Value)>,
) -> Result<bool, DbErr> {
    let (columns, mut values): (Vec<&str>, Vec<Value>) = row.into_iter().unzip();
    let set: Vec<String> = columns.iter().zip(1..).map(|(column, n)| format!("{column} = ${n}")).collect();
    let (key, seen) = (values.len() + 1, values.len() + 2);
    let set = set.join(", ");
    let sql = format!("UPDATE {table} SET {set}, version = version + 1 WHERE id = ${key} AND version = ${seen}");
    values.extend(params![id, version]);
    Ok(run(db, &sql, values).await? == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_new_database_is_its_owner_s_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new.db");
        let db = connect(&format!("sqlite://{}", path.display())).await.unwrap();
        run(&db, "CREATE TABLE a (b INTEGER)", params![]).await.unwrap();
        for ending in ["", "-wal", "-shm"] {
            let file = format!("{}{ending}", path.display());
            assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600, "{file}");
        }
    }

    #[test]
    fn a_full_disk_is_no_wrong_statement() {
        for (code, away) in [
            ("13", true),
            ("778", true),
            ("5", true),
            ("1555", false),
            ("19", false),
            ("53100", true),
            ("57P01", true),
            ("23505", false),
            ("08006", true),
        ] {
            assert_eq!(is_away_code(code), away, "{code}");
        }
    }

    #[test]
    fn conditions_number_their_values() {
        let mut conditions = Conditions::default();
        conditions.and("a = ?", params![1i64]).and("b IN (?, ?)", params![2i64, 3i64]).and("c IS NULL", params![]);
        assert_eq!(conditions.sql(), " WHERE a = $1 AND b IN ($2, $3) AND c IS NULL");
        assert_eq!(conditions.value(4i64), "$4");
        conditions.among("d", &[5, 6]);
        assert!(conditions.sql().ends_with(" AND d IN ($5, $6)"));
    }
}
