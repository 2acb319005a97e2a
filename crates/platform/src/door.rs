//! Doors of tables: what a room does with the rows of a kind, whoever brings them. The command line, the interface for programs and
//! the preview read through here and give the same answer; the importer takes rows in and back.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::NaiveDate;
use sea_orm::prelude::async_trait::async_trait;
use sheber_exchange::table::cell::Value;
use sheber_exchange::table::columns::{Column, Kind, Need};
use sheber_exchange::table::reading::{self, Knowledge, NoTable, Options, Reading, Row};
use sheber_kernel::AcademicYear;

use super::ability::Ability;
use super::actor::Actor;
use super::app::App;
use super::cache::Cache;
use super::change::Change;
use super::database;
use super::entry::Entity;
use super::error::AppError;
use super::evidence::Db;
use super::fields::Fields;
use crate::params;

/// In whose name rows come, and for which year.
#[derive(Clone, Copy)]
pub struct Bringer<'a> {
    pub app: &'a App,
    pub actor: &'a Actor,
    pub year: AcademicYear,
    pub today: NaiveDate,
}

/// The record that a row is about, as it stands now.
#[derive(Clone, Debug)]
pub struct There {
    pub id: i64,
    /// By the columns' names, as a file would say them.
    pub fields: Fields,
}

/// What a room knows of a row.
#[derive(Clone, Debug, Default)]
pub struct Outlook {
    pub there: Option<There>,
    /// Nothing tells rows of this kind apart, and one that is alike is there already.
    pub alike: bool,
    /// What keeps it out: the field, and the key of a message.
    pub wrong: Vec<(&'static str, &'static str)>,
    /// What is odd about it and taken all the same: the field, the key of a message, what was found.
    pub odd: Vec<(&'static str, &'static str, String)>,
}

/// A row on its way in.
pub struct Incoming {
    /// As a spreadsheet shows it.
    pub place: u32,
    /// By the columns' names; what the file does not say stands as it is there.
    pub fields: Fields,
    pub there: Option<There>,
}

/// A door of a room.
#[async_trait]
pub trait Door: Send + Sync {
    /// The columns of its table.
    fn kind(&self) -> &'static Kind;

    /// Who takes rows in.
    fn ability(&self) -> Ability;

    /// Where the list of its records stands.
    fn list(&self) -> &'static str;

    /// What its records are in the trail.
    fn entity(&self) -> Entity;

    /// Whether rows can be taken back.
    fn gives_back(&self) -> bool {
        true
    }

    /// Says what is wrong with a row beyond its columns; the fields are those of the room's form, named as the columns are.
    fn look(&self, _row: &mut Fields, _today: NaiveDate) {}

    /// What is known of each of these rows, in their order.
    async fn outlook(&self, db: &Db<'_>, by: Bringer<'_>, rows: &mut [Fields]) -> Result<Vec<Outlook>, AppError>;

    /// Writes rows, new ones and changed ones; gives the keys of their records.
    async fn put(&self, change: &Change, by: Bringer<'_>, rows: &mut [Incoming]) -> Result<Vec<i64>, AppError>;

    /// Takes away a record that a row made; `false` where it is there no more.
    async fn take_back(&self, _change: &Change, _by: Bringer<'_>, _id: i64) -> Result<bool, AppError> {
        Ok(false)
    }
}

/// The specialties of the classifier, as the database has them.
///
/// # Errors
/// Where the database cannot be read.
pub async fn specialties(app: &App) -> Result<Arc<HashSet<String>>, AppError> {
    let read = async || {
        let sql = "SELECT code FROM reference_entry WHERE kind = 'specialty'";
        Ok(database::values::<String>(&app.db, sql, params![]).await?.into_iter().collect())
    };
    Cache::of(app, "specialties", read).await
}

/// The fields of a row, as the room's form has them; what the file does not say is not among them.
pub fn fields(kind: &Kind, row: &Row) -> Fields {
    let said = kind.columns.iter().zip(&row.values).filter(|(_, value)| **value != Value::Absent);
    Fields::filled(said.map(|(column, value)| (column.field, value.text().into_owned())))
}

/// Reads a file through a door.
///
/// # Errors
/// Where it is no table of its kind.
pub fn read(
    door: &dyn Door,
    bytes: &[u8],
    options: &Options,
    today: NaiveDate,
    is_specialty: &dyn Fn(&str) -> bool,
    progress: &dyn Fn(usize, usize),
) -> Result<Reading, NoTable> {
    let kind = door.kind();
    let judge = |row: &Row| {
        let mut fields = fields(kind, row);
        door.look(&mut fields, today);
        if fields.is_sound() {
            return Vec::new();
        }
        let wrong: HashMap<&str, &'static str> = fields.errors().collect();
        let at = |(place, column): (usize, &Column)| {
            let code = *wrong.get(column.field)?;
            // What a file does not say of something that may be there already is not wrong.
            let is_unsaid = column.need != Need::Always && row.values[place] == Value::Absent;
            (!is_unsaid).then_some((place, code))
        };
        kind.columns.iter().enumerate().filter_map(at).collect()
    };
    reading::read(kind, bytes, options, &Knowledge { is_specialty, judge: &judge, progress })
}
