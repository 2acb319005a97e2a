//! The page of an import: the preview of its rows, and how the file was read.

use std::collections::{BTreeMap, HashMap};

use askama::Template;
use serde::{Deserialize, Serialize};
use sheber_exchange::table::columns::Kind;
use sheber_exchange::table::reading::{self, NoTable, Problem, Severity};
use sheber_exchange::unreadable::column_name;
use sheber_messages as messages;

use super::preview::{Line, Preview, Standing};
use super::store::{Import, State};
use crate::context::Context;
use crate::door::Door;
use crate::error::AppError;
use crate::page::{Choice, Page, Pager};
use crate::{clock, list};

/// A column as somebody maps it.
struct MappedColumn {
    letters: String,
    heading: String,
    choices: Vec<Choice>,
    /// What stands under it in the first rows.
    samples: Vec<String>,
}

/// A cell of the preview.
#[derive(Default)]
struct ShownCell {
    text: String,
    /// What stands there now, where it changes.
    was: Option<String>,
    is_number: bool,
}

struct ShownLine {
    row: u32,
    standing: &'static str,
    cells: Vec<ShownCell>,
}

struct Remark {
    row: String,
    column: String,
    text: String,
}

#[derive(Template)]
#[template(path = "import/one.html")]
pub struct OnePage {
    page: Page,
    import: Import,
    /// What its kind is called.
    kind: String,
    list: &'static str,
    /// Why the file is none of its kind.
    refused: Option<String>,
    pub before: Option<String>,
    remembered: bool,
    counts: Vec<(&'static str, usize)>,
    takes: usize,
    wrong: usize,
    alike: usize,
    /// The mark of what is shown: it is taken as it was seen.
    seen: String,
    show: String,
    notes: Vec<String>,
    errors: Vec<Remark>,
    more_errors: usize,
    headings: Vec<String>,
    lines: Vec<ShownLine>,
    pager: Pager,
    encodings: Vec<Choice>,
    sheets: Vec<Choice>,
    heading_rows: Vec<Choice>,
    columns: Vec<MappedColumn>,
    /// The rows whose records were changed since, where it cannot be taken back.
    pub touched: String,
    gives_back: bool,
    pub skipped: String,
    is_kept: bool,
}

/// What of a preview is shown.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    #[serde(skip_serializing_if = "String::is_empty")]
    show: String,
    #[serde(skip_serializing)]
    at: String,
}

/// Remarks beyond these stand in the copy of the workbook.
const REMARKS: usize = 200;

/// A page of an import.
pub fn page(context: &Context, import: &Import, door: &'static dyn Door) -> Page {
    let title = if import.file_name.is_empty() { context.t("imports-file") } else { import.file_name.clone() };
    let list = context.t(door.kind().title);
    Page::new(context.clone(), "imports", title)
        .crumb(list, door.list())
        .crumb(context.t("imports-title"), "/imports")
        .wide()
}

/// The page of an import, nothing of its rows on it yet.
pub fn empty(context: &Context, import: Import, door: &'static dyn Door) -> OnePage {
    let encoding = import.options.encoding.clone().unwrap_or_default();
    let encodings = ["", "utf-8", "windows-1251", "kz-1048", "utf-16le", "utf-16be", "ibm866", "koi8-u"];
    let encodings = encodings.map(|word| Choice {
        value: word.to_owned(),
        label: if word.is_empty() { context.t("imports-guess") } else { word.to_owned() },
        chosen: word == encoding,
    });
    OnePage {
        page: page(context, &import, door),
        kind: context.t(door.kind().title),
        list: door.list(),
        refused: None,
        before: None,
        remembered: false,
        counts: Vec::new(),
        takes: 0,
        wrong: 0,
        alike: 0,
        seen: String::new(),
        show: String::new(),
        notes: Vec::new(),
        errors: Vec::new(),
        more_errors: 0,
        headings: Vec::new(),
        lines: Vec::new(),
        pager: Pager::default(),
        encodings: encodings.into(),
        sheets: Vec::new(),
        heading_rows: Vec::new(),
        columns: Vec::new(),
        touched: String::new(),
        gives_back: door.gives_back(),
        skipped: String::new(),
        is_kept: !import.file_hash.is_empty(),
        import,
    }
}

/// The standing by which the preview is filtered.
fn word(standing: &Standing) -> &'static str {
    match standing {
        Standing::New => "new",
        Standing::Changed(_) => "changed",
        Standing::Same => "same",
        Standing::Alike => "alike",
        Standing::Wrong => "wrong",
    }
}

impl OnePage {
    fn state(&self) -> String {
        self.page.context.t(&format!("imports-state-{}", self.import.state))
    }

    fn is_read(&self) -> bool {
        self.import.state == State::Read
    }

    fn is_text(&self) -> bool {
        self.sheets.is_empty()
    }

    fn may_undo(&self) -> bool {
        matches!(self.import.state, State::Taken | State::Stopped)
            && self.import.fresh + self.import.changed > 0
            && self.touched.is_empty()
            && self.gives_back
    }

    fn takes_key(&self) -> &'static str {
        if self.wrong > 0 { "imports-take-right" } else { "imports-take-all" }
    }

    fn when(&self) -> String {
        clock::local(self.import.at)
    }

    fn said_touched(&self) -> String {
        messages::text_with(self.page.lang(), "imports-touched", &[("what", &self.touched)])
    }

    pub fn shown(&mut self, preview: &Preview, filter: &Filter) -> Result<(), AppError> {
        let lang = self.page.lang();
        let reading = &preview.reading;
        self.seen = preview.mark(&self.import);
        self.takes = preview.new_rows() + preview.changed_rows();
        self.wrong = preview.wrong_rows();
        self.alike = preview.alike_rows();
        self.remembered = preview.remembered;
        self.counts = vec![
            ("new", preview.new_rows()),
            ("changed", preview.changed_rows()),
            ("same", preview.same_rows()),
            ("alike", self.alike),
            ("wrong", self.wrong),
        ];
        self.counts.retain(|(word, many)| *many > 0 || *word != "alike");
        self.show.clone_from(&filter.show);
        // The same remark is said once, with the rows it is about.
        let mut notes: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        let mut order: Vec<String> = Vec::new();
        let mut errors: Vec<&Problem> = Vec::new();
        for problem in &reading.problems {
            if problem.severity == Severity::Error {
                errors.push(problem);
                continue;
            }
            let said = reading.message(problem, lang);
            let rows = notes.entry(said.clone()).or_insert_with(|| {
                order.push(said);
                Vec::new()
            });
            rows.extend(problem.row);
        }
        let rows_word = self.page.context.t("import-row");
        self.notes = order
            .into_iter()
            .map(|said| {
                let rows = &notes[&said];
                let some: Vec<String> = rows.iter().take(10).map(ToString::to_string).collect();
                let more = if rows.len() > 10 { format!(" + {}", rows.len() - 10) } else { String::new() };
                if some.is_empty() { said } else { format!("{said} ({rows_word} {}{more})", some.join(", ")) }
            })
            .collect();
        let passed: Vec<String> = reading
            .columns
            .iter()
            .filter(|column| column.field.is_none())
            .map(|column| format!("{} {}", column_name(column.column), column.heading).trim().to_owned())
            .collect();
        if !passed.is_empty() {
            self.notes.push(format!("{}: {}", self.page.context.t("table-passed-over"), passed.join(", ")));
        }
        errors.sort_by_key(|problem| (problem.row, problem.column));
        self.more_errors = errors.len().saturating_sub(REMARKS);
        self.errors = errors.into_iter().take(REMARKS).map(|problem| remark(reading, problem, lang)).collect();
        self.options(preview);
        self.table(preview, filter)
    }

    fn table(&mut self, preview: &Preview, filter: &Filter) -> Result<(), AppError> {
        let lang = self.page.lang();
        let reading = &preview.reading;
        let places: Vec<usize> = reading.columns.iter().filter_map(|column| column.field).collect();
        self.headings = places.iter().map(|place| messages::text(lang, reading.kind.columns[*place].heading)).collect();
        let is_shown = |line: &&Line| match filter.show.as_str() {
            "" => matches!(line.standing, Standing::New | Standing::Changed(_) | Standing::Alike),
            show => word(&line.standing) == show,
        };
        let lines: Vec<&Line> = preview.lines.iter().filter(is_shown).collect();
        let place = |line: &&Line| i64::from(reading.rows[line.row].place);
        let shown = list::of_memory(lines, place, &filter.at)?;
        self.pager = Pager::of(&format!("/imports/{}", self.import.id), filter, &shown);
        self.lines = shown
            .rows
            .into_iter()
            .map(|line| {
                let row = &reading.rows[line.row];
                let was = match &line.standing {
                    Standing::Changed(changes) => changes.iter().cloned().collect(),
                    _ => HashMap::new(),
                };
                let cell = |place: &usize| {
                    let form = &reading.kind.columns[*place].form;
                    let said = |text: &str| {
                        let shown = form.shown(lang, text);
                        // Years have no spaces in them.
                        if form.is_number() && shown.len() > 4 { messages::number(lang, &shown) } else { shown }
                    };
                    ShownCell {
                        text: said(&row.values[*place].text()),
                        was: was.get(place).map(|was| said(was)),
                        is_number: form.is_number(),
                    }
                };
                ShownLine { row: row.place, standing: word(&line.standing), cells: places.iter().map(cell).collect() }
            })
            .collect();
        Ok(())
    }

    /// How the file may be read otherwise.
    fn options(&mut self, preview: &Preview) {
        let reading = &preview.reading;
        self.sheets_of(&reading.sheets, reading.sheet.as_deref().unwrap_or_default());
        let samples = |column: u32| {
            let place = reading.columns.iter().find(|one| one.column == column).and_then(|one| one.field);
            let rows = reading.rows.iter().take(3);
            rows.filter_map(|row| Some(row.values[place?].text().into_owned()))
                .filter(|text| !text.is_empty())
                .collect()
        };
        let rows: Vec<u32> = match reading.heading {
            0 => (1..=10).collect(),
            row => vec![row],
        };
        self.heading_rows = self.heading_choices(&rows, Some(reading.heading));
        self.columns = reading
            .columns
            .iter()
            .map(|column| MappedColumn {
                letters: column_name(column.column),
                heading: column.heading.clone(),
                choices: self.field_choices(reading.kind, column.field),
                samples: samples(column.column),
            })
            .collect();
    }

    fn sheets_of(&mut self, sheets: &[String], chosen: &str) {
        if chosen.is_empty() {
            return;
        }
        let choice = |name: &String| Choice { value: name.clone(), label: name.clone(), chosen: name == chosen };
        self.sheets = sheets.iter().map(choice).collect();
    }

    fn heading_choices(&self, rows: &[u32], chosen: Option<u32>) -> Vec<Choice> {
        let label = |row: u32| if row == 0 { self.page.context.t("imports-no-heading") } else { row.to_string() };
        let mut all: Vec<u32> = rows.to_vec();
        if !all.contains(&0) {
            all.push(0);
        }
        all.into_iter()
            .map(|row| Choice { value: row.to_string(), label: label(row), chosen: chosen == Some(row) })
            .collect()
    }

    fn field_choices(&self, kind: &Kind, chosen: Option<usize>) -> Vec<Choice> {
        let mut choices = vec![Choice {
            value: String::new(),
            label: self.page.context.t("imports-passed"),
            chosen: chosen.is_none(),
        }];
        choices.extend(kind.columns.iter().enumerate().map(|(place, column)| Choice {
            value: column.field.to_owned(),
            label: self.page.context.t(column.heading),
            chosen: chosen == Some(place),
        }));
        choices
    }

    /// A file without headings: its first rows, for somebody to say what they hold.
    pub fn not_read(&mut self, refused: &NoTable, door: &'static dyn Door) {
        self.refused = Some(refused.describe(self.page.lang(), door.kind()));
        let NoTable::NoHeadings { sheets, sheet, head, .. } = refused else { return };
        self.sheets_of(sheets, sheet);
        let rows: Vec<u32> = head.iter().take(10).map(|(row, _)| *row).collect();
        // Headings are words, and more than one of them.
        let is_words = |text: &String| text.chars().any(char::is_alphabetic);
        let is_heading = |texts: &[String]| {
            let said = texts.iter().filter(|text| !text.is_empty());
            said.clone().count() >= 2 && said.clone().all(is_words)
        };
        let likely = head.iter().take(10).find(|(_, texts)| is_heading(texts)).map_or(0, |(row, _)| *row);
        self.heading_rows = self.heading_choices(&rows, Some(likely));
        let width = head.iter().map(|(_, texts)| texts.len()).max().unwrap_or_default();
        self.columns = (0..width)
            .map(|column| MappedColumn {
                letters: column_name(u32::try_from(column).unwrap_or_default()),
                heading: String::new(),
                choices: self.field_choices(door.kind(), None),
                samples: head
                    .iter()
                    .take(4)
                    .filter_map(|(_, texts)| texts.get(column).cloned())
                    .filter(|text| !text.is_empty())
                    .collect(),
            })
            .collect();
    }
}

fn remark(reading: &reading::Reading, problem: &Problem, lang: sheber_kernel::Lang) -> Remark {
    let heading = problem.field.and_then(|field| reading.kind.place(field));
    let heading = heading.map(|place| messages::text(lang, reading.kind.columns[place].heading)).unwrap_or_default();
    let letters = problem.column.map(column_name).unwrap_or_default();
    Remark {
        row: problem.row.map(|row| row.to_string()).unwrap_or_default(),
        column: format!("{letters} {heading}").trim().to_owned(),
        text: reading.message(problem, lang),
    }
}
