//! Tables of groups, taken in and back.

use std::collections::HashMap;

use chrono::NaiveDate;
use sea_orm::prelude::async_trait::async_trait;
use sheber_exchange::table::columns::Kind;
use sheber_kernel::written::own_code;
use sheber_platform::ability::Ability;
use sheber_platform::change::Change;
use sheber_platform::door::{Bringer, Door, Incoming, Outlook, There};
use sheber_platform::entry::Entity;
use sheber_platform::error::AppError;
use sheber_platform::evidence::Db;
use sheber_platform::fields::Fields;
use sheber_platform::record::Record;
use sheber_platform::search::folded;

use super::columns::GROUPS;
use super::store::{self, GROUP, Group};
use super::{form, rights, students};
use crate::accounts::store::{Colleague, colleagues};

/// What makes two codes of a college the same: however they are spaced and whatever letters look alike.
fn code_key(code: &str) -> String {
    folded(&own_code(code).value).replace([' ', '-'], "")
}

/// The people who may be meant by a name: as it is written, else as it is searched.
fn named(people: &[Colleague], name: &str) -> Vec<i64> {
    let exact: Vec<i64> = people.iter().filter(|person| person.name == name).map(|person| person.id).collect();
    if !exact.is_empty() {
        return exact;
    }
    let wanted = folded(name);
    people.iter().filter(|person| folded(&person.name) == wanted).map(|person| person.id).collect()
}

/// A group as a file says it.
fn filled(group: &Group) -> Fields {
    let mut fields = group.details.filled();
    fields.set("curator", group.curator.clone().unwrap_or_default());
    fields
}

pub struct Groups;

#[async_trait]
impl Door for Groups {
    fn kind(&self) -> &'static Kind {
        &GROUPS
    }

    fn ability(&self) -> Ability {
        rights::EDIT
    }

    fn list(&self) -> &'static str {
        "/groups"
    }

    fn entity(&self) -> Entity {
        GROUP
    }

    fn look(&self, row: &mut Fields, _: NaiveDate) {
        // Who is meant by the curator's name, the college alone knows.
        let mut said = row.clone();
        said.set("curator_id", "");
        form::of(&mut said, &[]);
        for (field, key) in said.errors() {
            row.wrong(field, key);
        }
    }

    async fn outlook(&self, db: &Db<'_>, by: Bringer<'_>, rows: &mut [Fields]) -> Result<Vec<Outlook>, AppError> {
        let people = colleagues(db, by.actor.organisation_id).await?;
        let known = store::own(db, by.actor).await?;
        let known: HashMap<String, &Group> = known.iter().map(|group| (code_key(&group.details.code), group)).collect();
        let mut outlooks = Vec::with_capacity(rows.len());
        for row in rows {
            let mut outlook = Outlook::default();
            let name = row.value("curator").to_owned();
            if !name.is_empty() && named(&people, &name).len() != 1 {
                outlook.wrong.push(("curator", "group-curator-unknown"));
            }
            if let Some(group) = known.get(&code_key(row.value("code"))) {
                // Where students are listed by name, they are counted, not said.
                let listed = students::listed(db, group.id).await?;
                let said = row.value("students").to_owned();
                if listed > 0 && !said.is_empty() && said != listed.to_string() {
                    row.set("students", listed.to_string());
                    outlook.odd.push(("students", "group-students-listed", listed.to_string()));
                }
                // The same code in other letters is the same code.
                let mut there = filled(group);
                there.set("code", row.value("code"));
                outlook.there = Some(There { id: group.id, fields: there });
            }
            outlooks.push(outlook);
        }
        Ok(outlooks)
    }

    async fn put(&self, change: &Change, by: Bringer<'_>, rows: &mut [Incoming]) -> Result<Vec<i64>, AppError> {
        let people = colleagues(change.db(), by.actor.organisation_id).await?;
        let mut keys = Vec::with_capacity(rows.len());
        for row in rows {
            let curator = named(&people, row.fields.value("curator")).first().map(ToString::to_string);
            row.fields.set("curator_id", curator.unwrap_or_default());
            let new = form::of(&mut row.fields, &people).ok_or_else(AppError::conflict)?;
            keys.push(match &row.there {
                None => store::insert(change, by.actor.organisation_id, &new).await?,
                Some(there) => {
                    let group = store::find(change.db(), by.actor, there.id).await?;
                    let mut new = new;
                    new.opened_on = group.details.opened_on;
                    if !store::update(change, &group, &new, true).await? {
                        return Err(AppError::conflict());
                    }
                    group.id
                }
            });
        }
        Ok(keys)
    }

    async fn take_back(&self, change: &Change, by: Bringer<'_>, id: i64) -> Result<bool, AppError> {
        let group = store::find(change.db(), by.actor, id).await?;
        Ok(store::remove(change, &group).await?)
    }
}
