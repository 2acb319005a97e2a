//! Tables of the register that was kept before, taken in.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use sea_orm::prelude::async_trait::async_trait;
use sheber_exchange::table::columns::Kind;
use sheber_people::inbox::tell::tell;
use sheber_platform::ability::Ability;
use sheber_platform::change::Change;
use sheber_platform::database;
use sheber_platform::door::{Bringer, Door, Incoming, Outlook};
use sheber_platform::entry::Entity;
use sheber_platform::error::AppError;
use sheber_platform::evidence::Db;
use sheber_platform::fields::Fields;

use super::columns::REGISTER;
use super::earlier::{self, Line, Texts};
use super::entries::{ENTRY, Origin};
use super::intake::{alone, inventory, write};
use super::inventory::Inventory;
use super::{readers, rights};

/// What rows are compared with, read anew after a while: a table of a country comes in a hundred parts.
#[derive(Default)]
struct Recent(Mutex<Option<(i64, Arc<Inventory>)>>);

/// So long it is taken as it was, in milliseconds. Numbers that are taken meanwhile are asked for each time.
const RECENT: i64 = 30_000;

async fn known(by: Bringer<'_>) -> Result<Arc<Inventory>, AppError> {
    let (recent, now) = (by.app.memory::<Recent>(), by.app.clock.millis());
    let kept = recent.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some((_, known)) = kept.filter(|(at, _)| (*at..at + RECENT).contains(&now)) {
        return Ok(known);
    }
    let known = Arc::new(inventory(by.app, &by.app.db, false).await?);
    *recent.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, known.clone()));
    Ok(known)
}

/// What a row says, by the fields of its columns.
pub fn texts(row: &Fields) -> Texts {
    let columns = REGISTER.columns.iter();
    columns
        .map(|column| (column.field, row.value(column.field).to_owned()))
        .filter(|(_, text)| !text.is_empty())
        .collect()
}

fn lines(known: &Inventory, rows: impl Iterator<Item = Texts>) -> Vec<Line> {
    earlier::read(&rows.collect::<Vec<_>>(), known, Origin::Earlier)
}

/// Which of these numbers the register has by now.
async fn there(db: &Db<'_>, numbers: Vec<&str>) -> Result<HashSet<String>, AppError> {
    let marks: Vec<String> = (1..=numbers.len()).map(|place| format!("${place}")).collect();
    if marks.is_empty() {
        return Ok(HashSet::new());
    }
    let sql = format!("SELECT number FROM register_entry WHERE number IN ({})", marks.join(", "));
    let numbers = numbers.into_iter().map(sea_orm::Value::from).collect();
    Ok(database::values::<String>(db, &sql, numbers).await?.into_iter().collect())
}

pub struct Earlier;

#[async_trait]
impl Door for Earlier {
    fn kind(&self) -> &'static Kind {
        &REGISTER
    }

    fn ability(&self) -> Ability {
        rights::ENTER
    }

    fn list(&self) -> &'static str {
        "/register/import"
    }

    fn entity(&self) -> Entity {
        ENTRY
    }

    /// What the public has seen stays in the register; what should not be there is excluded.
    fn gives_back(&self) -> bool {
        false
    }

    async fn outlook(&self, db: &Db<'_>, by: Bringer<'_>, rows: &mut [Fields]) -> Result<Vec<Outlook>, AppError> {
        let known = known(by).await?;
        let taken = there(db, rows.iter().map(|row| row.value("number")).collect()).await?;
        let lines = lines(&known, rows.iter().map(texts));
        let of = |(line, row): (Line, &Fields)| {
            let mut outlook = Outlook::default();
            for anomaly in line.anomalies {
                if anomaly.refuses {
                    outlook.wrong.push((anomaly.field, anomaly.key));
                } else {
                    outlook.odd.push((anomaly.field, anomaly.key, anomaly.found));
                }
            }
            let is_known = outlook.wrong.iter().any(|(_, key)| *key == "earlier-known");
            if taken.contains(row.value("number")) && !is_known {
                outlook.wrong.push(("number", "earlier-known"));
            }
            outlook
        };
        Ok(lines.into_iter().zip(rows.iter()).map(of).collect())
    }

    async fn put(&self, change: &Change, by: Bringer<'_>, rows: &mut [Incoming]) -> Result<Vec<i64>, AppError> {
        alone(change).await?;
        let known = known(by).await?;
        let lines = lines(&known, rows.iter().map(|row| texts(&row.fields)));
        let mut keys = Vec::with_capacity(rows.len());
        let mut colleges: BTreeMap<i64, usize> = BTreeMap::new();
        for line in lines {
            let entry = line.entry.ok_or_else(AppError::conflict)?;
            keys.push(write(change, &entry).await?);
            *colleges.entry(entry.college_id).or_default() += 1;
        }
        for (college, many) in colleges {
            for reader in readers::of_college(change, college).await? {
                let said = sheber_messages::count(reader.lang, "earlier-told", many);
                tell(change, &reader, said, "", &format!("/r?college={college}")).await?;
            }
        }
        Ok(keys)
    }
}
