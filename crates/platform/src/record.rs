//! One record, one list of columns: a room states the fields of what a form says once, and from them come the structure, what is
//! selected, inserted and updated, what the trail keeps, and the form filled and read.

use sea_orm::{ConnectionTrait, DbErr, Value};

use super::database;
use super::fields::Fields;

/// What a form says and a row holds.
pub trait Record: Sized {
    const TABLE: &'static str;
    const COLUMNS: &'static [&'static str];

    /// The fields as columns, in the order of [`Self::COLUMNS`].
    fn values(&self) -> Vec<Value>;

    /// The fields as the trail keeps them.
    fn json(&self) -> serde_json::Value;

    /// The fields as the trail keeps them, with one that the form does not say.
    fn json_with(&self, name: &str, value: impl Into<serde_json::Value>) -> serde_json::Value {
        let mut json = self.json();
        json[name] = value.into();
        json
    }

    /// The fields of a form; nothing where one of them cannot be said at all. Whether all are sound is for [`Self::read_with`].
    fn parts(fields: &mut Fields) -> Option<Self>;

    /// Reads a form, with what the room asks of the fields together; what does not read has its message beside it, and gives
    /// nothing.
    fn read_with(fields: &mut Fields, look: impl FnOnce(&Self, &mut Fields)) -> Option<Self> {
        let read = Self::parts(fields)?;
        look(&read, fields);
        fields.is_sound().then_some(read)
    }

    /// The columns of a select, of a table that is called so.
    fn columns(alias: &str) -> String {
        let columns: Vec<String> = Self::COLUMNS.iter().map(|column| format!("{alias}.{column}")).collect();
        columns.join(", ")
    }

    /// The form with the fields as they are.
    fn filled(&self) -> Fields {
        let mut fields = Fields::default();
        for (name, value) in self.json().as_object().into_iter().flatten() {
            match value {
                serde_json::Value::Array(list) => {
                    list.iter().filter_map(|one| one.as_str()).for_each(|one| fields.add(name, one));
                }
                one => fields.set(name, typed(one)),
            }
        }
        fields
    }
}

/// A value as a form shows it.
fn typed(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Number(number) => number.to_string(),
        serde_json::Value::Bool(true) => "yes".to_owned(),
        _ => String::new(),
    }
}

/// Writes the first version of a row, with further columns besides the record's own; gives its key.
pub async fn insert<R: Record>(
    db: &impl ConnectionTrait,
    record: &R,
    further: Vec<(&str, Value)>,
) -> Result<i64, DbErr> {
    database::insert(db, R::TABLE, first_version(record, further)).await
}

/// The same of many rows; gives their keys in their order.
pub async fn insert_all<'a, R: Record + 'a>(
    db: &impl ConnectionTrait,
    records: impl IntoIterator<Item = (&'a R, Vec<(&'a str, Value)>)>,
) -> Result<Vec<i64>, DbErr> {
    let rows = records.into_iter().map(|(record, further)| first_version(record, further)).collect();
    database::insert_all(db, R::TABLE, rows).await
}

fn first_version<'a, R: Record>(record: &R, mut further: Vec<(&'a str, Value)>) -> Vec<(&'a str, Value)> {
    further.push(("version", 1_i64.into()));
    row(record, further)
}

/// Writes over the version of a row that somebody has seen; `false` where it is another one by now.
pub async fn update<R: Record>(
    db: &impl ConnectionTrait,
    record: &R,
    (id, version): (i64, i64),
    further: Vec<(&str, Value)>,
) -> Result<bool, DbErr> {
    database::overwrite(db, R::TABLE, (id, version), row(record, further)).await
}

/// The record's columns and further ones, each with its value.
fn row<'a, R: Record>(record: &R, further: Vec<(&'a str, Value)>) -> Vec<(&'a str, Value)> {
    R::COLUMNS.iter().copied().zip(record.values()).chain(further).collect()
}

/// How a field of a record is read from a form: nothing where it does not read, and the form says why.
pub mod read {
    use std::str::FromStr;

    use sheber_kernel::Day;

    use crate::columns::Words;
    use crate::fields::Fields;

    /// A text that has to be there, of at most so many letters.
    pub fn text(fields: &mut Fields, name: &str, most: usize) -> Option<String> {
        Some(fields.text(name, most))
    }

    /// A text that may be empty.
    pub fn open_text(fields: &mut Fields, name: &str, most: usize) -> Option<String> {
        Some(fields.open_text(name, most))
    }

    /// A text that may be absent; one that is empty is.
    pub fn optional(fields: &mut Fields, name: &str, most: usize) -> Option<Option<String>> {
        Some(Some(fields.open_text(name, most)).filter(|text| !text.is_empty()))
    }

    pub fn choice<T: FromStr>(fields: &mut Fields, name: &str) -> Option<T> {
        fields.choice(name)
    }

    pub fn day(fields: &mut Fields, name: &str) -> Option<Day> {
        fields.day(name).map(Day)
    }

    pub fn open_day(fields: &mut Fields, name: &str) -> Option<Option<Day>> {
        Some(fields.open_day(name).map(Day))
    }

    /// A time of day; empty where none was given.
    pub fn open_time(fields: &mut Fields, name: &str) -> Option<String> {
        Some(fields.open_time(name))
    }

    pub fn number(fields: &mut Fields, name: &str, most: i64) -> Option<i64> {
        Some(fields.number(name, most))
    }

    /// A number that is 0 where nothing was typed.
    pub fn open_number(fields: &mut Fields, name: &str, most: i64) -> Option<i64> {
        Some(fields.open_number(name, most))
    }

    /// An amount in tiyn.
    pub fn money(fields: &mut Fields, name: &str) -> Option<i64> {
        Some(fields.money(name))
    }

    /// One of the words of a list, or none.
    pub fn open_choice<T: FromStr>(fields: &mut Fields, name: &str) -> Option<Option<T>> {
        Some(fields.open_choice(name))
    }

    /// A box that was ticked.
    pub fn ticked(fields: &mut Fields, name: &str) -> Option<bool> {
        Some(fields.has(name, "yes"))
    }

    /// Words that were chosen, at most so many.
    pub fn chosen<T: FromStr + Ord>(fields: &mut Fields, name: &str, most: usize) -> Option<Words<T>> {
        Some(Words(fields.chosen(name, most)))
    }

    /// Addresses of pages, one a line.
    pub fn links(fields: &mut Fields, name: &str, most: usize) -> Option<Words<String>> {
        Some(Words(fields.links(name, most)))
    }

    /// What the form does not say: the room sets it.
    pub fn kept<T: Default>(_: &mut Fields, _: &str) -> Option<T> {
        Some(T::default())
    }
}

/// States a record: the table, and of each field its name, its type and how a form's field of that name is read.
#[macro_export]
macro_rules! record {
    (
        $(#[$doc:meta])*
        $name:ident of $table:literal {
            $($(#[$fdoc:meta])* $field:ident: $type:ty = $read:ident($($argument:expr),*),)+
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, sea_orm::FromQueryResult)]
        pub struct $name { $($(#[$fdoc])* pub $field: $type,)+ }

        impl $crate::record::Record for $name {
            const TABLE: &'static str = $table;
            const COLUMNS: &'static [&'static str] = &[$(stringify!($field),)+];

            fn values(&self) -> Vec<sea_orm::Value> {
                vec![$(sea_orm::Value::from(self.$field.clone()),)+]
            }

            fn json(&self) -> serde_json::Value {
                serde_json::json!({ $(stringify!($field): self.$field,)+ })
            }

            fn parts(fields: &mut $crate::fields::Fields) -> Option<Self> {
                $(let $field = $crate::record::read::$read(fields, stringify!($field) $(, $argument)*);)+
                Some(Self { $($field: $field?,)+ })
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use crate::params;
    use sheber_kernel::{Day, words};

    use super::*;
    use crate::columns::Words;

    words! {
        Kind {
            Circle = "circle",
            Club = "club",
        }
    }

    record! {
        /// A body.
        Body of "body" {
            kind: Kind = choice(),
            name: String = text(10),
            place: String = open_text(10),
            founded_on: Day = day(),
            closed_on: Option<Day> = open_day(),
            days: Words<Kind> = chosen(5),
            open: bool = ticked(),
        }
    }

    fn form(name: &str) -> Fields {
        let mut fields = Fields::filled([
            ("kind", "circle".to_owned()),
            ("name", name.to_owned()),
            ("founded_on", "2023-09-01".to_owned()),
            ("open", "yes".to_owned()),
        ]);
        fields.add("days", "circle");
        fields.add("days", "club");
        fields
    }

    #[tokio::test]
    async fn a_record_is_read_written_read_back_and_shown() {
        let db = database::connect("sqlite::memory:").await.unwrap();
        let made = "CREATE TABLE body (id INTEGER PRIMARY KEY, college_id BIGINT, kind TEXT, name TEXT, place TEXT,
                    founded_on TEXT, closed_on TEXT, days TEXT, open BOOLEAN, version BIGINT)";
        database::run(&db, made, params![]).await.unwrap();
        let body = Body::read_with(&mut form("Robots"), |_, _| ()).unwrap();
        let id = insert(&db, &body, vec![("college_id", 7.into())]).await.unwrap();
        let sql = format!("SELECT {} FROM body b WHERE b.id = $1", Body::columns("b"));
        let back: Body = database::one(&db, &sql, params![id]).await.unwrap().unwrap();
        assert_eq!(back, body);
        let shown = back.filled();
        assert_eq!((shown.value("founded_on"), shown.value("open"), shown.all("days").len()), ("2023-09-01", "yes", 2));
        assert!(update(&db, &Body { place: "204".to_owned(), ..body.clone() }, (id, 1), vec![]).await.unwrap());
        assert!(!update(&db, &body, (id, 1), vec![]).await.unwrap(), "somebody else was faster");
        assert_eq!(body.json()["closed_on"], serde_json::Value::Null);
    }

    #[test]
    fn what_does_not_read_is_said_and_gives_nothing() {
        let mut fields = form("");
        assert!(Body::read_with(&mut fields, |_, _| ()).is_none());
        assert_eq!(fields.error("name"), Some("field-required"));
    }
}
