//! Tables of reference lists, one for each kind, taken in and back.

use chrono::NaiveDate;
use sea_orm::prelude::async_trait::async_trait;
use sheber_exchange::table::columns::Kind as Table;
use sheber_exchange::table::reading::{Options, Severity};
use sheber_kernel::Lang;
use sheber_platform::ability::Ability;
use sheber_platform::change::Change;
use sheber_platform::door::{self, Bringer, Door, Incoming, Outlook, There};
use sheber_platform::entry::Entity;
use sheber_platform::error::AppError;
use sheber_platform::evidence::Db;
use sheber_platform::fields::Fields;
use sheber_platform::record::Record;

use super::entry::{Kind, ReferenceEntry};
use super::store::{self, REFERENCE_ENTRY};
use super::{columns, rights};

pub struct Entries(pub Kind);

#[async_trait]
impl Door for Entries {
    fn kind(&self) -> &'static Table {
        columns::of(self.0)
    }

    fn ability(&self) -> Ability {
        rights::EDIT
    }

    fn list(&self) -> &'static str {
        match self.0 {
            Kind::Specialty => "/reference/specialty",
            Kind::Qualification => "/reference/qualification",
            Kind::Region => "/reference/region",
            Kind::Standard => "/reference/standard",
            Kind::Function => "/reference/function",
            Kind::Outcome => "/reference/outcome",
            Kind::Act => "/reference/act",
            Kind::Holiday => "/reference/holiday",
        }
    }

    fn entity(&self) -> Entity {
        REFERENCE_ENTRY
    }

    fn look(&self, row: &mut Fields, _: NaiveDate) {
        ReferenceEntry::of(self.0, row);
    }

    async fn outlook(&self, db: &Db<'_>, _: Bringer<'_>, rows: &mut [Fields]) -> Result<Vec<Outlook>, AppError> {
        let codes = rows.iter().map(|row| row.value("code").to_owned()).collect();
        let known = store::with_codes(db, self.0, codes).await?;
        let of = |row: &Fields| {
            let known = known.get(row.value("code"))?;
            Some(There { id: known.id, fields: known.entry.filled() })
        };
        Ok(rows.iter().map(|row| Outlook { there: of(row), ..Outlook::default() }).collect())
    }

    async fn put(&self, change: &Change, _: Bringer<'_>, rows: &mut [Incoming]) -> Result<Vec<i64>, AppError> {
        let codes = rows.iter().map(|row| row.fields.value("code").to_owned()).collect();
        let mut known = store::with_codes(change.db(), self.0, codes).await?;
        let mut keys = Vec::with_capacity(rows.len());
        for row in rows {
            let new = ReferenceEntry::of(self.0, &mut row.fields).ok_or_else(AppError::conflict)?;
            let old = known.remove(&new.code);
            keys.push(store::write(change, self.0, &new, old).await?);
        }
        Ok(keys)
    }

    async fn take_back(&self, change: &Change, _: Bringer<'_>, id: i64) -> Result<bool, AppError> {
        Ok(store::remove(change, id).await?)
    }
}

pub const ALL: &[&dyn Door] = &[
    &Entries(Kind::Specialty),
    &Entries(Kind::Qualification),
    &Entries(Kind::Region),
    &Entries(Kind::Standard),
    &Entries(Kind::Function),
    &Entries(Kind::Outcome),
    &Entries(Kind::Act),
    &Entries(Kind::Holiday),
];

/// The door of a kind of entries.
pub fn of(kind: Kind) -> &'static dyn Door {
    ALL[Kind::ALL.iter().position(|known| *known == kind).unwrap_or_default()]
}

/// Reads a list of a kind that a database begins with.
///
/// # Errors
/// Where a row of it is wrong.
pub fn read(kind: Kind, bytes: &[u8]) -> Result<Vec<ReferenceEntry>, String> {
    let door = of(kind);
    let today = chrono::NaiveDate::default();
    let reading = door::read(door, bytes, &Options::default(), today, &|_| true, &|_, _| {});
    let reading = reading.map_err(|refused| refused.describe(Lang::En, door.kind()))?;
    if let Some(problem) = reading.problems.iter().find(|problem| problem.severity == Severity::Error) {
        return Err(format!("{kind}: {:?}: {}", problem.row, reading.message(problem, Lang::En)));
    }
    let entry = |row| ReferenceEntry::of(kind, &mut door::fields(door.kind(), row));
    Ok(reading.rows.iter().filter_map(entry).collect())
}
