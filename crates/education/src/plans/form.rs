//! The form of a plan's lines, a row each.

use sheber_kernel::{AcademicYear, Day};
use sheber_norms::Edition;
use sheber_platform::fields::Fields;

use super::store::{Line, Plan};

/// So many lines a plan has at most.
pub const ROWS: usize = 300;

/// The form with the lines as they are.
pub fn filled(plan: &Plan) -> Fields {
    let mut f = Fields::default();
    for (row, line) in plan.lines.iter().enumerate() {
        f.set(&format!("duty-{row}"), line.duty.clone().unwrap_or_default());
        f.set(&format!("what-{row}"), line.what.clone());
        f.set(&format!("on-{row}"), line.on.map(|day| day.to_string()).unwrap_or_default());
        f.set(&format!("audience-{row}"), line.audience.clone());
        f.set(&format!("responsible-{row}"), line.responsible.clone());
        f.set(&format!("event-{row}"), line.event.map(|id| id.to_string()).unwrap_or_default());
    }
    f.set("version", plan.version.to_string());
    f
}

/// How many rows were typed, empty ones between them among those.
pub fn typed(f: &Fields) -> usize {
    (0..ROWS).rev().find(|row| !f.value(format!("what-{row}")).is_empty()).map_or(0, |row| row + 1)
}

/// Reads the lines; empty rows and rows marked to go are left out.
pub fn read(fields: &mut Fields, plan: &Plan) -> Vec<Line> {
    // A duty that the guidance has no more stays in the plans that name it.
    let is_own = |key: &str| plan.lines.iter().any(|line| line.duty.as_deref() == Some(key));
    let is_known = |key: &str| Edition::of(plan.year).duty(key).is_some() || is_own(key);
    if !fields.value(format!("what-{ROWS}")).trim().is_empty() {
        fields.wrong("what-0", "plan-long");
    }
    (0..ROWS).filter_map(|row| line(fields, row, plan.year, is_known)).collect()
}

fn line(fields: &mut Fields, row: usize, year: AcademicYear, is_duty: impl Fn(&str) -> bool) -> Option<Line> {
    let name = |field: &str| format!("{field}-{row}");
    let duty = Some(fields.open_word(&name("duty"), is_duty)).filter(|duty| !duty.is_empty());
    let what = fields.open_text(&name("what"), 500);
    let is_empty = ["on", "audience", "responsible"].iter().all(|field| fields.value(name(field)).trim().is_empty());
    if duty.is_none() && what.is_empty() && is_empty || fields.has(name("gone"), "yes") {
        return None;
    }
    if duty.is_none() && what.is_empty() {
        fields.wrong(&name("what"), "plan-what-missing");
    }
    let on = fields.open_day(&name("on"));
    if on.is_some_and(|day| AcademicYear::of(day) != year) {
        fields.wrong(&name("on"), "plan-day-outside");
    }
    Some(Line {
        duty,
        what,
        on: on.map(Day),
        audience: fields.open_text(&name("audience"), 300),
        responsible: fields.open_text(&name("responsible"), 200),
        event: fields.open_choice(&name("event")),
    })
}
