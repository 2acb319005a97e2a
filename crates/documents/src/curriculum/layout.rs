//! The curriculum as rows and columns.

use serde::Serialize;
use sheber_kernel::{AcademicHours, Credits, Lang, Semester};
use sheber_messages as messages;
use sheber_norms::programme::{Module, Unit};
use sheber_norms::{Parts, Programme, SemesterHours};

use crate::DocumentError;
use crate::typesetting;

/// Sheet size; both lie on their side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paper {
    A3,
    A4,
}

/// What kind of row it is; the layout sets modules and sums apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum RowKind {
    Module,
    Unit,
    Sum,
}

#[derive(Clone, Debug, Serialize)]
pub struct Row {
    pub kind: RowKind,
    pub cells: Vec<String>,
}

/// The layout as data, the same for PDF and XLSX.
#[derive(Clone, Debug, Serialize)]
pub struct Layout {
    pub paper: &'static str,
    pub lang: &'static str,
    pub title: String,
    pub college: String,
    pub passport: Vec<(String, String)>,
    pub approve: Vec<String>,
    pub signatures: Vec<String>,
    /// Group headings over the columns: label and width in columns.
    pub groups: Vec<(String, usize)>,
    pub headings: Vec<String>,
    pub rows: Vec<Row>,
    pub footer: String,
}

/// Columns before the semesters: code, name, exam, test, course work, credits, hours, and the parts.
pub const BEFORE_PARTS: usize = 7;

/// Lays a programme out.
pub fn layout(programme: &Programme, lang: Lang, paper: Paper) -> Layout {
    let t = |key: &str| messages::text(lang, key);
    let semesters = usize::from(programme.last_year()) * 2;
    let parts: Vec<&str> = Parts::NAMES.to_vec();
    let mut headings: Vec<String> =
        ["col-code", "doc-name", "doc-exam", "doc-test", "doc-course-work", "col-credits", "col-hours"].map(t).to_vec();
    headings.extend(parts.iter().map(|part| t(&format!("part-{part}"))));
    headings.extend((1..=semesters).map(|n| n.to_string()));
    let mut groups =
        vec![(String::new(), 2), (t("doc-control"), 3), (t("doc-volume"), 2), (t("doc-parts"), parts.len())];
    groups.extend((1..=semesters / 2).map(|n| (messages::text_with(lang, "col-year", &[("n", &n.to_string())]), 2)));
    let mut rows = Vec::new();
    for module in &programme.modules {
        rows.push(module_row(module, lang, semesters));
        rows.extend(module.units.iter().map(|unit| unit_row(unit, lang, semesters)));
    }
    rows.push(total(programme, lang, semesters));
    rows.push(by_year(programme, lang, semesters));
    Layout {
        paper: if paper == Paper::A3 { "a3" } else { "a4" },
        lang: lang.code(),
        title: t("doc-curriculum"),
        college: programme.college.name.get(lang).to_owned(),
        passport: passport(programme, lang),
        approve: ["doc-approve", "doc-approve-head", "doc-approve-date"].map(t).to_vec(),
        signatures: ["doc-sign-deputy", "doc-sign-methodist", "doc-sign-employer"].map(t).to_vec(),
        groups,
        headings,
        rows,
        footer: t("doc-page"),
    }
}

/// The layout as a PDF.
pub fn pdf(programme: &Programme, lang: Lang, paper: Paper) -> Result<Vec<u8>, DocumentError> {
    typesetting::pdf(include_str!("curriculum.typ"), &layout(programme, lang, paper))
}

fn passport(programme: &Programme, lang: Lang) -> Vec<(String, String)> {
    let t = |key: &str| messages::text(lang, key);
    let qualifications: Vec<String> =
        programme.qualifications.iter().map(|q| format!("{} {}", q.code, q.name.get(lang))).collect();
    let language = programme.language.to_string();
    vec![
        (t("doc-specialty"), format!("{} {}", programme.specialty.code, programme.specialty.name.get(lang))),
        (t("doc-qualifications"), qualifications.join("; ")),
        (t("col-entry-base"), t(&format!("entry-{}", programme.entry_base.word()))),
        (t("col-form"), t(&format!("form-{}", programme.form.word()))),
        (t("col-language"), messages::word(lang, "language", &language)),
        (t("col-intake"), programme.intake.to_string()),
        (t("col-standard-edition"), messages::date(lang, programme.standard_edition)),
    ]
}

fn hours(lang: Lang, hours: AcademicHours) -> String {
    if hours.is_zero() { String::new() } else { messages::number(lang, &hours.to_string()) }
}

fn credits(lang: Lang, credits: Credits) -> String {
    if credits.is_zero() { String::new() } else { messages::number(lang, &credits.to_string()) }
}

struct Sums {
    credits: Credits,
    hours: AcademicHours,
    parts: Parts,
    semesters: SemesterHours,
}

fn numbers(sums: &Sums, lang: Lang, semesters: usize) -> Vec<String> {
    let mut cells = vec![credits(lang, sums.credits), hours(lang, sums.hours)];
    cells.extend(sums.parts.each().map(|(_, part)| hours(lang, part)));
    cells.extend(Semester::all().take(semesters).map(|semester| hours(lang, sums.semesters.of(semester))));
    cells
}

fn module_row(module: &Module, lang: Lang, semesters: usize) -> Row {
    let named = module.name.get(lang);
    let name = if named.is_empty() {
        messages::text(lang, &format!("module-{}", module.kind.word()))
    } else {
        named.to_owned()
    };
    let mut cells = vec![module.code.clone(), name, String::new(), String::new(), String::new()];
    let sums =
        Sums { credits: module.credits(), hours: module.hours(), parts: module.parts(), semesters: module.semesters() };
    cells.extend(numbers(&sums, lang, semesters));
    Row { kind: RowKind::Module, cells }
}

fn unit_row(unit: &Unit, lang: Lang, semesters: usize) -> Row {
    let last = unit.semesters.last().map(|semester| semester.get().to_string()).unwrap_or_default();
    let control = |part: AcademicHours| if part.is_zero() { String::new() } else { last.clone() };
    let name = unit.name.get(lang);
    let name = match unit.subject {
        Some(subject) if name.is_empty() => messages::text(lang, &format!("subject-{}", subject.word())),
        _ => name.to_owned(),
    };
    // Tests are not part of the programme's data: the column is for the pen.
    let mut cells =
        vec![unit.code.clone(), name, control(unit.parts.exam), String::new(), control(unit.parts.course_work)];
    let sums = Sums { credits: unit.credits, hours: unit.hours, parts: unit.parts, semesters: unit.semesters };
    cells.extend(numbers(&sums, lang, semesters));
    Row { kind: RowKind::Unit, cells }
}

fn total(programme: &Programme, lang: Lang, semesters: usize) -> Row {
    let mut cells = vec![String::new(), messages::text(lang, "doc-total")];
    cells.extend([const { String::new() }; 3]);
    let sums = Sums {
        credits: programme.mandatory_credits(),
        hours: programme.mandatory_hours(),
        parts: programme.mandatory().map(Module::parts).sum(),
        semesters: programme.mandatory_semesters(),
    };
    cells.extend(numbers(&sums, lang, semesters));
    Row { kind: RowKind::Sum, cells }
}

/// Credits of each study year, under its first semester.
fn by_year(programme: &Programme, lang: Lang, semesters: usize) -> Row {
    let by_semester = programme.mandatory_semesters();
    let mut cells = vec![String::new(), messages::text(lang, "doc-by-year")];
    cells.extend(std::iter::repeat_n(String::new(), BEFORE_PARTS - 2 + Parts::NAMES.len()));
    for year in 1..=u8::try_from(semesters / 2).unwrap_or_default() {
        cells.push(credits(lang, Credits::from_hours(by_semester.of_year(year))));
        cells.push(String::new());
    }
    Row { kind: RowKind::Sum, cells }
}
