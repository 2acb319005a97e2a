//! The form of a group.

use sheber_kernel::{AcademicYear, Lang};
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::fields::Fields;
use sheber_platform::record::Record;

use super::store::{Group, GroupForm};
use crate::accounts::store::{Colleague, colleagues};

/// The years to choose from around one.
pub fn years(around: AcademicYear) -> Vec<AcademicYear> {
    let first = around.start().saturating_sub(4);
    (first..=around.start() + 5).map(AcademicYear::starting).collect()
}

/// The languages of instruction.
pub const LANGS: [Lang; 2] = [Lang::Kk, Lang::Ru];

/// A study takes at most so many years more than the first.
const LONGEST: u16 = 5;

/// Whether a group can study from one year to another.
fn fits(entered: AcademicYear, leaves: AcademicYear) -> bool {
    leaves >= entered && leaves.start() <= entered.start() + LONGEST
}

/// The form of a new group.
pub fn empty(year: AcademicYear) -> Fields {
    Fields::filled([
        ("entered", year.to_string()),
        ("leaves", AcademicYear::starting(year.start() + 3).to_string()),
        ("lang", Lang::Kk.to_string()),
    ])
}

/// A group as its form shows it.
pub fn filled(group: &Group) -> Fields {
    let mut fields = group.details.filled();
    fields.set("active", if group.active { "yes" } else { "" });
    fields.set("version", group.version.to_string());
    fields
}

/// Reads a group's form.
pub async fn read(app: &App, context: &Context, fields: &mut Fields) -> Result<Option<GroupForm>, AppError> {
    let people = colleagues(&app.db, context.actor()?.organisation_id).await?;
    Ok(of(fields, &people))
}

/// The group that fields say, with a curator from among these people.
pub fn of(fields: &mut Fields, people: &[Colleague]) -> Option<GroupForm> {
    GroupForm::read_with(fields, |group, fields| {
        if !fits(group.entered, group.leaves) {
            fields.wrong("leaves", "group-years");
        }
        if group.curator_id.is_some_and(|curator| !people.iter().any(|person| person.id == curator)) {
            fields.wrong("curator_id", "field-choice");
        }
    })
}
