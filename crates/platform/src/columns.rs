//! Columns that hold more than one value: a list of words, or JSON. What cannot be read is an error that names the column, never a
//! default.

use std::fmt::Display;
use std::ops::{Deref, DerefMut};
use std::str::FromStr;

use sea_orm::sea_query::Nullable;
use sea_orm::{ColIdx, QueryResult, TryGetError, TryGetable, Value};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sheber_kernel::column::unreadable;

macro_rules! holds {
    ($name:ident<$t:ident>($inner:ty)) => {
        impl<$t> Deref for $name<$t> {
            type Target = $inner;

            fn deref(&self) -> &$inner {
                &self.0
            }
        }

        impl<$t> DerefMut for $name<$t> {
            fn deref_mut(&mut self) -> &mut $inner {
                &mut self.0
            }
        }

        impl<$t> From<$inner> for $name<$t> {
            fn from(inner: $inner) -> Self {
                Self(inner)
            }
        }

        impl<$t> Nullable for $name<$t> {
            fn null() -> Value {
                Value::String(None)
            }
        }
    };
}

/// A list of words in one column, with spaces between them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Words<T>(pub Vec<T>);

holds!(Words<T>(Vec<T>));

impl<T: Display> Display for Words<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (place, word) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str(" ")?;
            }
            word.fmt(f)?;
        }
        Ok(())
    }
}

impl<T: Display> Words<T> {
    /// Whether a word is among them.
    pub fn has(&self, word: impl AsRef<str>) -> bool {
        self.0.iter().any(|known| known.to_string() == word.as_ref())
    }
}

impl<T: Display> From<Words<T>> for Value {
    fn from(words: Words<T>) -> Self {
        Self::String(Some(words.to_string()))
    }
}

impl<T: FromStr> TryGetable for Words<T> {
    fn try_get_by<I: ColIdx>(row: &QueryResult, column: I) -> Result<Self, TryGetError> {
        let text = String::try_get_by(row, column)?;
        let read =
            |word: &str| word.parse().map_err(|_| unreadable::<T>(&format!("{column:?}"), &format!("\"{word}\"")));
        text.split_whitespace().map(read).collect::<Result<_, _>>().map(Self)
    }
}

/// A value that one column holds as JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Json<T>(pub T);

holds!(Json<T>(T));

impl<T: Serialize> From<Json<T>> for Value {
    fn from(json: Json<T>) -> Self {
        // What the rooms keep are structures of texts and numbers, which always are JSON.
        Self::String(Some(serde_json::to_string(&json.0).unwrap_or_default()))
    }
}

impl<T: DeserializeOwned> TryGetable for Json<T> {
    fn try_get_by<I: ColIdx>(row: &QueryResult, column: I) -> Result<Self, TryGetError> {
        let text = String::try_get_by(row, column)?;
        // What people wrote stays out of the error, and so out of the log.
        let read = serde_json::from_str(&text);
        read.map(Self).map_err(|error| unreadable::<T>(&format!("{column:?}"), &format!("JSON ({error})")))
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::FromQueryResult;
    use sheber_kernel::{Day, words};

    use super::*;
    use crate::database;
    use crate::params;

    words! {
        State {
            Open = "open",
            Judging = "judging",
        }
    }

    #[derive(Debug, PartialEq, FromQueryResult)]
    struct Row {
        id: i64,
        state: State,
        closes_on: Day,
        closed_on: Option<Day>,
        states: Words<State>,
        hours: Json<Vec<u32>>,
    }

    async fn read(state: &str, day: &str, states: &str, hours: &str) -> Result<Option<Row>, String> {
        let db = database::connect("sqlite::memory:").await.unwrap();
        let made =
            "CREATE TABLE contest (id INTEGER, state TEXT, closes_on TEXT, closed_on TEXT, states TEXT, hours TEXT)";
        database::run(&db, made, params![]).await.unwrap();
        let sql = "INSERT INTO contest VALUES (7, $1, $2, NULL, $3, $4)";
        database::run(&db, sql, params![state, day, states, hours]).await.unwrap();
        database::one(&db, "SELECT * FROM contest", params![]).await.map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn columns_are_typed_and_what_cannot_be_read_is_named() {
        let row = read("judging", "2024-05-01", "open judging", "[1, 2]").await.unwrap().unwrap();
        let expected = Row {
            id: 7,
            state: State::Judging,
            closes_on: "2024-05-01".parse().unwrap(),
            closed_on: None,
            states: Words(vec![State::Open, State::Judging]),
            hours: Json(vec![1, 2]),
        };
        assert_eq!(row, expected);
        for (state, day, states, hours, named) in [
            ("opne", "2024-05-01", "", "[]", "\"state\" holds \"opne\""),
            ("open", "01.05.2024", "", "[]", "\"closes_on\" holds \"01.05.2024\""),
            ("open", "2024-05-01", "open shut", "[]", "\"states\" holds \"shut\""),
            ("open", "2024-05-01", "", "{}", "\"hours\" holds JSON"),
        ] {
            let error = read(state, day, states, hours).await.unwrap_err();
            assert!(error.contains(named) && error.contains("contest 7"), "{error}");
        }
    }
}
