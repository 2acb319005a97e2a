//! Values as columns of a database: each is kept as its own text, and what does not read as one is an error that names the
//! column, never a default.

use std::fmt::Display;
use std::str::FromStr;

#[doc(hidden)]
pub use sea_orm::sea_query::Nullable;
#[doc(hidden)]
pub use sea_orm::{ColIdx, DbErr, QueryResult, TryGetError, TryGetable, Value};

/// Reads a value from its text.
///
/// # Errors
/// Where the column is absent or empty, or its text is no such value.
pub fn read<T: FromStr, I: ColIdx>(row: &QueryResult, column: I) -> Result<T, TryGetError> {
    let text = String::try_get_by(row, column)?;
    text.parse().map_err(|_| unreadable::<T>(&format!("{column:?}"), &format!("\"{text}\"")))
}

/// The error of a column that holds something else than it should.
pub fn unreadable<T>(column: &str, found: &str) -> TryGetError {
    let kind = std::any::type_name::<T>().rsplit("::").next().unwrap_or_default();
    TryGetError::DbErr(DbErr::Type(format!("column {column} holds {found}, which is no {kind}")))
}

/// A value as it is kept.
pub fn kept(value: &impl Display) -> Value {
    Value::String(Some(value.to_string()))
}

/// Lets a type that is written and read as text be a column.
#[macro_export]
macro_rules! column {
    ($($name:ty),+ $(,)?) => { $(
        impl From<$name> for $crate::column::Value {
            fn from(value: $name) -> Self {
                $crate::column::kept(&value)
            }
        }

        impl From<&$name> for $crate::column::Value {
            fn from(value: &$name) -> Self {
                $crate::column::kept(value)
            }
        }

        impl $crate::column::Nullable for $name {
            fn null() -> $crate::column::Value {
                $crate::column::Value::String(None)
            }
        }

        impl $crate::column::TryGetable for $name {
            fn try_get_by<I: $crate::column::ColIdx>(
                row: &$crate::column::QueryResult,
                column: I,
            ) -> Result<Self, $crate::column::TryGetError> {
                $crate::column::read(row, column)
            }
        }
    )+ };
}
