//! From a draft to a workbook: lists to choose from, frozen panes, sums as formulas, notes where something does not read.

use std::borrow::Cow;
use std::collections::HashMap;

use rust_xlsxwriter::{
    Color, DataValidation, Format, FormatAlign, FormatBorder, Formula, Note, Workbook, Worksheet, XlsxError,
};
use sheber_kernel::Lang;
use sheber_messages as messages;

use super::layout::{CHECKS, MODULE, Sheet, choices, is_number, label};
use crate::draft::{Draft, DraftModule, DraftQualification, DraftStandard, DraftUnit};
use crate::signs::cleaned;
use crate::unreadable::cell_name;

/// Notes for a copy of the workbook: what is wrong with the field under a JSON pointer.
pub type Notes = HashMap<String, String>;

/// Rows that are prepared for filling in, with lists and formulas.
const PREPARED_ROWS: u32 = 300;

/// An empty workbook to fill in.
pub fn template(lang: Lang) -> Result<Vec<u8>, XlsxError> {
    let draft = Draft { related_qualification: "false".to_owned(), pilot: "false".to_owned(), ..Draft::default() };
    write(&draft, lang, &Notes::new())
}

/// Writes a workbook that reads back as the same draft.
pub fn write(draft: &Draft, lang: Lang, notes: &Notes) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let look = Look::new();
    let mut lists = Lists::default();
    Writer { sheet: book.add_worksheet(), lang, look: &look, notes, lists: &mut lists }.passport(draft)?;
    Writer { sheet: book.add_worksheet(), lang, look: &look, notes, lists: &mut lists }.table(
        Sheet::Qualifications,
        draft
            .qualifications
            .iter()
            .enumerate()
            .map(|(place, row)| (format!("/qualifications/{place}"), Row::Qualification(row))),
    )?;
    Writer { sheet: book.add_worksheet(), lang, look: &look, notes, lists: &mut lists }.table(
        Sheet::Standards,
        draft
            .standards
            .iter()
            .enumerate()
            .map(|(place, row)| (format!("/professional_standards/{place}"), Row::Standard(row))),
    )?;
    Writer { sheet: book.add_worksheet(), lang, look: &look, notes, lists: &mut lists }.table(
        Sheet::Modules,
        draft.modules.iter().enumerate().map(|(place, row)| (format!("/modules/{place}"), Row::Module(row))),
    )?;
    Writer { sheet: book.add_worksheet(), lang, look: &look, notes, lists: &mut lists }.table(
        Sheet::Curriculum,
        draft.modules.iter().enumerate().flat_map(|(module, m)| {
            m.units
                .iter()
                .enumerate()
                .map(move |(row, unit)| (format!("/modules/{module}/units/{row}"), Row::Unit(&m.code, unit)))
        }),
    )?;
    sums(book.add_worksheet(), draft, lang, &look)?;
    lists.write(book.add_worksheet(), lang)?;
    book.save_to_buffer()
}

enum Row<'a> {
    Qualification(&'a DraftQualification),
    Standard(&'a DraftStandard),
    Module(&'a DraftModule),
    Unit(&'a str, &'a DraftUnit),
}

impl Row<'_> {
    fn get(&self, field: &str) -> &str {
        match self {
            Self::Qualification(row) => row.get(field),
            Self::Standard(row) => row.get(field),
            Self::Module(row) => row.get(field),
            Self::Unit(module, row) => {
                if field == MODULE {
                    Some(*module)
                } else {
                    row.get(field)
                }
            }
        }
        .unwrap_or_default()
    }
}

struct Look {
    heading: Format,
    label: Format,
    cell: Format,
    number: Format,
    wrong: Format,
    check: Format,
}

impl Look {
    fn new() -> Self {
        let cell = Format::new()
            .set_border(FormatBorder::Thin)
            .set_border_color(Color::RGB(0xC8_CE_D6))
            .set_align(FormatAlign::Top);
        Self {
            heading: cell
                .clone()
                .set_bold()
                .set_text_wrap()
                .set_background_color(Color::RGB(0xE6_EE_F5))
                .set_align(FormatAlign::Center),
            label: cell.clone().set_bold().set_background_color(Color::RGB(0xF3_F6_F9)).set_text_wrap(),
            number: cell.clone().set_num_format("General"),
            wrong: cell.clone().set_background_color(Color::RGB(0xFF_D9_D6)).set_text_wrap(),
            check: cell.clone().set_font_color(Color::RGB(0xB0_1E_1E)).set_background_color(Color::RGB(0xF7_F7_F7)),
            cell: cell.set_text_wrap().set_num_format("@"),
        }
    }
}

/// The lists to choose from; they stand on a sheet of their own, because a list inside a validation holds only 255 characters.
#[derive(Default)]
struct Lists {
    columns: Vec<(&'static str, Vec<&'static str>)>,
}

impl Lists {
    /// The range of a list on the lists' sheet.
    fn range(&mut self, lang: Lang, kind: &'static str, words: &[&'static str]) -> String {
        let place =
            self.columns.iter().position(|(known, list)| *known == kind && list == words).unwrap_or_else(|| {
                self.columns.push((kind, words.to_vec()));
                self.columns.len() - 1
            });
        let column = u32::try_from(place).unwrap_or_default();
        let last = u32::try_from(words.len()).unwrap_or_default().saturating_sub(1);
        let absolute = |row| {
            let name = cell_name(row, column);
            let split = name.find(|c: char| c.is_ascii_digit()).unwrap_or_default();
            format!("${}${}", &name[..split], &name[split..])
        };
        format!("='{}'!{}:{}", messages::text(lang, "sheet-lists"), absolute(0), absolute(last))
    }

    fn write(&self, sheet: &mut Worksheet, lang: Lang) -> Result<(), XlsxError> {
        sheet.set_name(messages::text(lang, "sheet-lists"))?.set_hidden(true);
        for (column, (kind, words)) in (0u16..).zip(&self.columns) {
            for (row, word) in (0u32..).zip(words) {
                sheet.write_string(row, column, messages::text(lang, &format!("{kind}-{word}")))?;
            }
        }
        Ok(())
    }
}

struct Writer<'a> {
    sheet: &'a mut Worksheet,
    lang: Lang,
    look: &'a Look,
    notes: &'a Notes,
    lists: &'a mut Lists,
}

impl Writer<'_> {
    fn passport(mut self, draft: &Draft) -> Result<(), XlsxError> {
        self.sheet.set_name(Sheet::Passport.name(self.lang))?;
        self.sheet.set_column_width(0, 46)?.set_column_width(1, 60)?;
        for (row, field) in (0u32..).zip(Draft::POINTERS) {
            let heading = Sheet::Passport.heading(self.lang, field);
            self.sheet.write_string_with_format(row, 0, heading, &self.look.label)?;
            self.cell(Sheet::Passport, &format!("/{field}"), field, row, 1, draft.get(field).unwrap_or_default())?;
            self.choose(Sheet::Passport, field, row, row, 1)?;
        }
        self.sheet.set_freeze_panes(0, 1)?;
        Ok(())
    }

    fn table<'r>(mut self, kind: Sheet, rows: impl Iterator<Item = (String, Row<'r>)>) -> Result<(), XlsxError> {
        self.sheet.set_name(kind.name(self.lang))?;
        let columns = kind.columns();
        for (column, field) in (0u16..).zip(&columns) {
            self.sheet.write_string_with_format(0, column, kind.heading(self.lang, field), &self.look.heading)?;
            self.sheet.set_column_width(column, width(field))?;
            self.choose(kind, field, 1, PREPARED_ROWS, column)?;
        }
        let mut last = 0;
        for (row, (at, values)) in (1u32..).zip(rows) {
            for (column, field) in (0u16..).zip(&columns) {
                self.cell(kind, &format!("{at}/{field}"), field, row, column, values.get(field))?;
            }
            last = row;
        }
        if kind == Sheet::Curriculum {
            self.checks(&columns, last.max(PREPARED_ROWS))?;
        }
        let frozen = match kind {
            Sheet::Curriculum => 5,
            Sheet::Modules => 1,
            _ => 0,
        };
        self.sheet.set_freeze_panes(1, frozen)?;
        self.sheet.set_row_height(0, 48)?;
        self.sheet.set_landscape().set_repeat_rows(0, 0)?.set_print_fit_to_pages(1, 0);
        Ok(())
    }

    /// Three columns that show, per row, what credits, semesters and parts miss.
    fn checks(&mut self, columns: &[String], last: u32) -> Result<(), XlsxError> {
        let place =
            |field: &str| columns.iter().position(|column| column == field).and_then(|place| u32::try_from(place).ok());
        let (Some(credits), Some(hours)) = (place("credits"), place("hours")) else { return Ok(()) };
        let (Some(first), Some(twelfth)) = (place("semesters/1"), place("semesters/12")) else { return Ok(()) };
        let (Some(theory), Some(consultation)) = (place("parts/theory"), place("parts/consultation")) else {
            return Ok(());
        };
        let start = u16::try_from(columns.len()).unwrap_or(u16::MAX);
        for (column, key) in (start..).zip(CHECKS) {
            self.sheet.write_string_with_format(0, column, messages::text(self.lang, key), &self.look.heading)?;
            self.sheet.set_column_width(column, 11)?;
            for row in 1..=last {
                let hours = cell_name(row, hours);
                let sum = match key {
                    "check-credits" => format!("{}*24", cell_name(row, credits)),
                    "check-semesters" => format!("SUM({}:{})", cell_name(row, first), cell_name(row, twelfth)),
                    _ => format!("SUM({}:{})", cell_name(row, theory), cell_name(row, consultation)),
                };
                let formula =
                    Formula::new(format!("=IF({hours}=\"\",\"\",IF({sum}={hours},\"\",{sum}-{hours}))")).set_result("");
                self.sheet.write_formula_with_format(row, column, formula, &self.look.check)?;
            }
        }
        Ok(())
    }

    fn cell(
        &mut self,
        sheet: Sheet,
        at: &str,
        field: &str,
        row: u32,
        column: u16,
        text: &str,
    ) -> Result<(), XlsxError> {
        let note = self.notes.get(at);
        let format = if note.is_some() {
            &self.look.wrong
        } else if is_number(field) {
            &self.look.number
        } else {
            &self.look.cell
        };
        let shown = label(self.lang, sheet, field, text);
        if shown.is_empty() {
            self.sheet.write_blank(row, column, format)?;
        } else if let Some(number) = shown.parse::<f64>().ok().filter(|number| is_number(field) && number.is_finite()) {
            self.sheet.write_number_with_format(row, column, number, format)?;
        } else {
            // Excel holds at most 32,767 characters in a cell.
            let shown: String = shown.chars().take(32_767).collect();
            self.sheet.write_string_with_format(row, column, shown, format)?;
        }
        if let Some(note) = note {
            let note: String = note.chars().take(2_000).collect();
            self.sheet.insert_note(row, column, &Note::new(note).set_author("Sheber").set_width(320))?;
        }
        Ok(())
    }

    fn choose(&mut self, sheet: Sheet, field: &str, first: u32, last: u32, column: u16) -> Result<(), XlsxError> {
        let Some((kind, words)) = choices(sheet, field) else { return Ok(()) };
        let range = self.lists.range(self.lang, kind, &words);
        let mut list = DataValidation::new().allow_list_formula(Formula::new(range));
        if field == "language" {
            // Other languages are written by their two letters.
            list = list.show_error_message(false);
        }
        self.sheet.add_data_validation(first, column, last, column, &list)?;
        Ok(())
    }
}

fn width(field: &str) -> f64 {
    match field {
        "name/kk" | "name/ru" => 42.0,
        "reason" | "labour_functions" | "criteria" => 36.0,
        "subject" | "kind" => 26.0,
        "qualification" => 15.0,
        _ if is_number(field) => 9.0,
        _ => 13.0,
    }
}

/// Sums by module and by study year, as formulas over the curriculum.
fn sums(sheet: &mut Worksheet, draft: &Draft, lang: Lang, look: &Look) -> Result<(), XlsxError> {
    sheet.set_name(messages::text(lang, "sheet-sums"))?;
    let columns = Sheet::Curriculum.columns();
    let last = PREPARED_ROWS + 1;
    let curriculum = Sheet::Curriculum.name(lang);
    let range = |field: &str| {
        let column = columns
            .iter()
            .position(|column| column == field)
            .and_then(|place| u32::try_from(place).ok())
            .unwrap_or_default();
        let name = cell_name(1, column);
        let letters = name.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
        format!("'{curriculum}'!${letters}$2:${letters}${last}")
    };
    sheet.set_column_width(0, 16)?.set_column_width(1, 48)?;
    for (column, key) in (0u16..).zip(["col-module", "col-name-kk", "col-credits", "col-hours"]) {
        sheet.write_string_with_format(0, column, messages::text(lang, key), &look.heading)?;
    }
    let mut row = 1;
    for module in &draft.modules {
        sheet.write_string_with_format(row, 0, &module.code, &look.cell)?;
        sheet.write_string_with_format(
            row,
            1,
            if module.kk.is_empty() { &module.ru } else { &module.kk },
            &look.cell,
        )?;
        for (column, field) in [(2, "credits"), (3, "hours")] {
            let formula = format!("=SUMIF({},{},{})", range(MODULE), cell_name(row, 0), range(field));
            sheet.write_formula_with_format(row, column, Formula::new(formula), &look.number)?;
        }
        row += 1;
    }
    row += 1;
    for year in 1..=6u32 {
        let shown = messages::text_with(lang, "col-year", &[("n", &year.to_string())]);
        sheet.write_string_with_format(row, 1, shown, &look.label)?;
        let (first, second) =
            (range(&format!("semesters/{}", year * 2 - 1)), range(&format!("semesters/{}", year * 2)));
        let hours = format!("SUM({first})+SUM({second})");
        sheet.write_formula_with_format(row, 2, Formula::new(format!("=({hours})/24")), &look.number)?;
        sheet.write_formula_with_format(row, 3, Formula::new(format!("={hours}")), &look.number)?;
        row += 1;
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

/// A name that a sheet may have, of any text: at most 31 units of UTF-16, without the signs that formulas use, without an apostrophe
/// at either end.
pub(crate) fn sheet_name(text: &str) -> String {
    let (mut name, mut units) = (String::new(), 0);
    let plain = |letter: &char| !"\n\t[]:*?/\\".contains(*letter);
    for letter in cleaned(text).trim_start_matches(['\'', ' ']).chars().filter(plain) {
        units += letter.len_utf16();
        if units > 31 {
            break;
        }
        name.push(letter);
    }
    let name = name.trim_matches(['\'', ' ']);
    // "History" is a sheet of the program's own.
    if name.is_empty() || name.eq_ignore_ascii_case("history") { "Sheber".to_owned() } else { name.to_owned() }
}

/// A text as a cell holds it: what is longer than a cell may be ends with dots.
pub(crate) fn cell_text(text: &str) -> Cow<'_, str> {
    const LONGEST: usize = 32_767;
    let text = cleaned(text);
    if text.chars().count() <= LONGEST {
        return text;
    }
    Cow::Owned(text.chars().take(LONGEST - 1).chain(['…']).collect())
}

/// A plain list as a workbook: headings, rows, filters on the headings. `numbers` are the columns that hold numbers.
pub fn list(
    title: &str,
    headings: &[String],
    numbers: &[usize],
    rows: impl Iterator<Item = Vec<String>>,
) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let look = Look::new();
    let sheet = book.add_worksheet();
    sheet.set_name(sheet_name(title))?;
    for (column, heading) in (0u16..).zip(headings) {
        sheet.write_string_with_format(0, column, heading, &look.heading)?.set_column_width(column, 22)?;
    }
    let mut last = 0;
    for (row, cells) in (1u32..).zip(rows) {
        for (column, text) in cells.iter().enumerate() {
            let place = u16::try_from(column).unwrap_or(u16::MAX);
            match text.parse::<f64>() {
                Ok(number) if numbers.contains(&column) => sheet.write_number(row, place, number)?,
                _ => sheet.write_string(row, place, cell_text(text))?,
            };
        }
        last = row;
    }
    let end = u16::try_from(headings.len()).unwrap_or(1).saturating_sub(1);
    sheet.autofilter(0, 0, last, end)?.set_freeze_panes(1, 0)?;
    book.save_to_buffer()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_has_a_name_whatever_its_list_is_called() {
        for title in
            ["", "'", "''''", "'жоспар'", "[]:*?/\\", "History", "a\r\nb\0", " ", "'\u{1f600}'", "'[x]'", "[']'"]
        {
            assert!(list(title, &["a".to_owned()], &[], std::iter::empty()).is_ok(), "{title}");
        }
        assert_eq!(sheet_name(&"\u{1f600}".repeat(20)).encode_utf16().count(), 30, "no half of a letter");
        assert_eq!(sheet_name(&format!("{}' б", "а".repeat(30))), "а".repeat(30), "nor an apostrophe where it was cut");
        assert_eq!(sheet_name("'2024–2025: \"жоспар\"'"), "2024–2025 \"жоспар\"");
    }

    #[test]
    fn a_text_longer_than_a_cell_fails_no_list() {
        let rows = [vec!["=1+1".to_owned(), "a".repeat(40_000)]];
        assert!(list("x", &["a".to_owned(), "b".to_owned()], &[], rows.into_iter()).is_ok());
    }
}
