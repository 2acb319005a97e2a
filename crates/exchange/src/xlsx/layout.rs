//! The sheets and their columns, shared by reader and writer. Headings are messages; a heading is recognised in any language.

use sheber_kernel::{Lang, Semester};
use sheber_messages as messages;
use sheber_norms::Parts;

use crate::draft::{Draft, DraftModule, DraftQualification, DraftStandard, DraftUnit};
use crate::table::columns::plain;

/// Sheets, by the key of their name (`sheet-…`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sheet {
    Passport,
    Qualifications,
    Standards,
    Modules,
    Curriculum,
}

impl Sheet {
    pub const ALL: [Self; 5] = [Self::Passport, Self::Qualifications, Self::Standards, Self::Modules, Self::Curriculum];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Passport => "sheet-passport",
            Self::Qualifications => "sheet-qualifications",
            Self::Standards => "sheet-standards",
            Self::Modules => "sheet-modules",
            Self::Curriculum => "sheet-curriculum",
        }
    }

    pub fn name(self, lang: Lang) -> String {
        messages::text(lang, self.key())
    }

    /// Whether a sheet's name is this one's in some language.
    pub fn is_named(self, name: &str) -> bool {
        Lang::ALL.iter().any(|lang| same(&self.name(*lang), name))
    }

    /// The pointers of its columns (of its rows, for the passport), in order.
    pub fn columns(self) -> Vec<String> {
        let own = |pointers: &[&str]| pointers.iter().map(|pointer| (*pointer).to_owned()).collect::<Vec<_>>();
        match self {
            Self::Passport => own(Draft::POINTERS),
            Self::Qualifications => own(DraftQualification::POINTERS),
            Self::Standards => own(DraftStandard::POINTERS),
            Self::Modules => own(DraftModule::POINTERS),
            Self::Curriculum => {
                let mut columns = vec![MODULE.to_owned()];
                columns.extend(own(DraftUnit::POINTERS));
                columns
            }
        }
    }

    /// The heading of a column.
    pub fn heading(self, lang: Lang, pointer: &str) -> String {
        if let Some(semester) = pointer.strip_prefix("semesters/") {
            return messages::text_with(lang, "col-semester", &[("n", semester)]);
        }
        if let Some(part) = pointer.strip_prefix("parts/") {
            return messages::text(lang, &format!("part-{part}"));
        }
        messages::text(lang, &self.heading_key(pointer))
    }

    /// The key of the heading of a column that has no number in it.
    pub fn heading_key(self, pointer: &str) -> String {
        let field = pointer.replace(['/', '_'], "-");
        let own = format!("{}-{field}", self.key().replace("sheet", "col"));
        if messages::try_text(Lang::Kk, &own).is_some() { own } else { format!("col-{field}") }
    }

    /// The column a heading names, whatever its language.
    pub fn column(self, columns: &[String], heading: &str) -> Option<usize> {
        columns.iter().position(|pointer| Lang::ALL.iter().any(|lang| same(&self.heading(*lang, pointer), heading)))
    }
}

/// The curriculum's first column: the code of the module a row belongs to.
pub const MODULE: &str = "module";

/// The columns that the workbook computes for its reader: what a row's sums miss.
pub const CHECKS: [&str; 3] = ["check-credits", "check-semesters", "check-parts"];

pub fn is_check(heading: &str) -> bool {
    CHECKS.iter().any(|key| Lang::ALL.iter().any(|lang| same(&messages::text(*lang, key), heading)))
}

/// The choices of a field as key prefix and words, where it has a list.
pub fn choices(sheet: Sheet, pointer: &str) -> Option<(&'static str, Vec<&'static str>)> {
    use sheber_norms::programme::{Direction, EntryBase, Form, Level, ModuleKind, StandardState, Subject};
    fn of<T: Copy>(all: &[T], word: fn(T) -> &'static str) -> Vec<&'static str> {
        all.iter().map(|value| word(*value)).collect()
    }
    match (sheet, pointer) {
        (Sheet::Passport, "entry_base") => Some(("entry", of(EntryBase::ALL, EntryBase::word))),
        (Sheet::Passport, "level") => Some(("level", of(Level::ALL, Level::word))),
        (Sheet::Passport, "form") => Some(("form", of(Form::ALL, Form::word))),
        (Sheet::Passport, "direction") => Some(("direction", of(Direction::ALL, Direction::word))),
        (Sheet::Passport, "language") => Some(("language", vec!["kk", "ru"])),
        (Sheet::Passport, "related_qualification" | "pilot" | "registry/listed") => Some(("value", vec!["yes", "no"])),
        (Sheet::Passport, flag) if flag.starts_with("traits/") => Some(("value", vec!["yes", "no"])),
        (Sheet::Standards, "state") => Some(("state", of(StandardState::ALL, StandardState::word))),
        (Sheet::Modules, "kind") => Some(("module", of(ModuleKind::ALL, ModuleKind::word))),
        (Sheet::Curriculum, "subject") => Some(("subject", of(Subject::ALL, Subject::word))),
        _ => None,
    }
}

/// The text a person sees for a stored word of a field with choices.
pub fn label(lang: Lang, sheet: Sheet, pointer: &str, text: &str) -> String {
    let word = match text {
        "true" => "yes",
        "false" => "no",
        other => other,
    };
    match choices(sheet, pointer) {
        Some((kind, words)) if words.contains(&word) => messages::text(lang, &format!("{kind}-{word}")),
        _ => text.to_owned(),
    }
}

/// Whether a field holds a number.
pub fn is_number(pointer: &str) -> bool {
    matches!(pointer, "credits" | "hours" | "distance_hours" | "dual_hours" | "years" | "basic")
        || pointer.strip_prefix("semesters/").is_some_and(|semester| semester.parse::<Semester>().is_ok())
        || pointer.strip_prefix("parts/").is_some_and(|part| Parts::NAMES.contains(&part))
}

/// How many digits a code has that Excel may have taken for a number and stripped of its leading zeros.
pub fn digits(pointer: &str) -> Option<usize> {
    match pointer {
        "college/bin" => Some(12),
        "specialty/code" => Some(8),
        "college/region" => Some(2),
        _ => None,
    }
}

fn same(one: &str, other: &str) -> bool {
    plain(one) == plain(other)
}
