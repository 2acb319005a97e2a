//! Tables of purchases and of titles needed, taken in and back.

use chrono::NaiveDate;
use sea_orm::prelude::async_trait::async_trait;
use sheber_exchange::table::columns::Kind;
use sheber_platform::ability::Ability;
use sheber_platform::change::Change;
use sheber_platform::door::{Bringer, Door, Incoming, Outlook, There};
use sheber_platform::entry::Entity;
use sheber_platform::error::AppError;
use sheber_platform::evidence::Db;
use sheber_platform::fields::Fields;
use sheber_platform::record::Record;

use super::columns::{NEEDED, TEXTBOOKS};
use super::needs::{self, NeedForm, TEXTBOOK_NEEDED};
use super::purchases::{self, PurchaseForm, TEXTBOOK, title_key};
use super::rights;

/// What a row says, read again: it was looked at before it came here.
fn sound<T>(read: Option<T>) -> Result<T, AppError> {
    read.ok_or_else(AppError::conflict)
}

pub struct Purchases;

#[async_trait]
impl Door for Purchases {
    fn kind(&self) -> &'static Kind {
        &TEXTBOOKS
    }

    fn ability(&self) -> Ability {
        rights::EDIT
    }

    fn list(&self) -> &'static str {
        "/textbooks"
    }

    fn entity(&self) -> Entity {
        TEXTBOOK
    }

    fn look(&self, row: &mut Fields, today: NaiveDate) {
        PurchaseForm::of(row, today);
    }

    async fn outlook(&self, db: &Db<'_>, by: Bringer<'_>, rows: &mut [Fields]) -> Result<Vec<Outlook>, AppError> {
        // Two deliveries that are alike are two; whether these are, the person says.
        let read = rows.iter().map(|row| PurchaseForm::of(&mut row.clone(), by.today)).collect::<Vec<_>>();
        let alike = purchases::alike(db, by.actor, &read).await?;
        Ok(alike.into_iter().map(|alike| Outlook { alike, ..Outlook::default() }).collect())
    }

    async fn put(&self, change: &Change, by: Bringer<'_>, rows: &mut [Incoming]) -> Result<Vec<i64>, AppError> {
        let read = rows.iter_mut().map(|row| sound(PurchaseForm::of(&mut row.fields, by.today)));
        let new: Vec<PurchaseForm> = read.collect::<Result<_, _>>()?;
        purchases::insert_all(change, by.actor, &new).await
    }

    async fn take_back(&self, change: &Change, by: Bringer<'_>, id: i64) -> Result<bool, AppError> {
        let old = purchases::own(change.db(), by.actor, id, false).await?;
        purchases::remove(change, &old, true).await?;
        Ok(true)
    }
}

pub struct NeededTitles;

#[async_trait]
impl Door for NeededTitles {
    fn kind(&self) -> &'static Kind {
        &NEEDED
    }

    fn ability(&self) -> Ability {
        rights::EDIT
    }

    fn list(&self) -> &'static str {
        "/textbooks/needed"
    }

    fn entity(&self) -> Entity {
        TEXTBOOK_NEEDED
    }

    fn look(&self, row: &mut Fields, _: NaiveDate) {
        NeedForm::of(row);
    }

    async fn outlook(&self, db: &Db<'_>, by: Bringer<'_>, rows: &mut [Fields]) -> Result<Vec<Outlook>, AppError> {
        let known = needs::own(db, by.actor, by.year).await?;
        let of = |row: &Fields| {
            let known = known.get(&title_key(row.value("title")))?;
            // The same title in other letters is the same title.
            let mut fields = known.details.filled();
            fields.set("title", row.value("title"));
            Some(There { id: known.id, fields })
        };
        Ok(rows.iter().map(|row| Outlook { there: of(row), ..Outlook::default() }).collect())
    }

    async fn put(&self, change: &Change, by: Bringer<'_>, rows: &mut [Incoming]) -> Result<Vec<i64>, AppError> {
        let mut keys = Vec::with_capacity(rows.len());
        for row in rows {
            let new = sound(NeedForm::of(&mut row.fields))?;
            keys.push(needs::put(change, by.actor, by.year, &new).await?);
        }
        Ok(keys)
    }

    async fn take_back(&self, change: &Change, by: Bringer<'_>, id: i64) -> Result<bool, AppError> {
        Ok(needs::remove(change, by.actor, id, by.year).await?)
    }
}
