//! The form of a group.

use sheber_kernel::{AcademicYear, Day, Lang};
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::fields::Fields;

use super::store::{Group, GroupForm};
use crate::accounts::store::colleagues;

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
pub fn fits(entered: AcademicYear, leaves: AcademicYear) -> bool {
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

/// What is known of a group, as its form shows it.
pub fn known(group: &Group) -> Vec<(&'static str, String)> {
    vec![
        ("code", group.details.code.clone()),
        ("entered", group.details.entered.to_string()),
        ("leaves", group.details.leaves.to_string()),
        ("since", group.details.opened_on.map(|day| day.to_string()).unwrap_or_default()),
        ("lang", group.details.lang.to_string()),
        ("students", group.details.students.to_string()),
        ("curator", group.details.curator_id.map(|id| id.to_string()).unwrap_or_default()),
        ("active", if group.active { "yes" } else { "" }.to_owned()),
        ("agreed", group.agreed.clone()),
        ("version", group.version.to_string()),
    ]
}

/// Reads a group's form.
pub async fn read(app: &App, context: &Context, fields: &mut Fields) -> Result<Option<GroupForm>, AppError> {
    let code = fields.text("code", 40);
    let entered = fields.choice::<AcademicYear>("entered");
    let leaves = fields.choice::<AcademicYear>("leaves");
    let lang = fields.choice::<Lang>("lang");
    let students = fields.number("students", 500);
    let curator_id = fields.value("curator").parse::<i64>().ok();
    let opened_on = fields.open_day("since").map(Day);
    if let (Some(entered), Some(leaves)) = (entered, leaves)
        && !fits(entered, leaves)
    {
        fields.wrong("leaves", "group-years");
    }
    if let Some(curator) = curator_id {
        let people = colleagues(&app.db, context.actor()?.organisation_id).await?;
        if !people.iter().any(|person| person.id == curator) {
            fields.wrong("curator", "field-choice");
        }
    }
    let (Some(entered), Some(leaves), Some(lang), true) = (entered, leaves, lang, fields.is_sound()) else {
        return Ok(None);
    };
    Ok(Some(GroupForm { code, entered, leaves, lang, students, curator_id, opened_on }))
}
