//! Workbooks of a kind of table: the empty template, and a copy of what somebody brought with remarks in its cells.

use std::collections::{BTreeMap, HashMap};

use rust_xlsxwriter::{Color, DataValidation, Format, FormatBorder, Note, Workbook, XlsxError};
use sheber_kernel::Lang;
use sheber_messages as messages;

use super::columns::{Form, Kind, Need};
use super::reading::{Reading, Severity};
use crate::Unreadable;
use crate::book::{Book, Cell};
use crate::xlsx::{cell_text, sheet_name};

/// Rows that are prepared for filling in, with lists to choose from.
const PREPARED: u32 = 1_000;

fn heading_format() -> Format {
    Format::new().set_bold().set_text_wrap().set_background_color(Color::RGB(0xE6_EE_F5)).set_border(FormatBorder::Thin)
}

/// An empty workbook to fill in. Its sample row says that it is one and is never taken.
///
/// # Errors
/// Where the workbook cannot be written.
pub fn template(kind: &Kind, lang: Lang) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name(sheet_name(&messages::text(lang, kind.title)))?;
    let (heading, text) = (heading_format(), Format::new().set_num_format("@"));
    let sample = Format::new().set_italic().set_font_color(Color::RGB(0x76_84_8F));
    let mark = messages::text(lang, "table-sample");
    for (place, column) in (0_u16..).zip(kind.columns) {
        let name = messages::text(lang, column.heading);
        // What Excel takes for a number loses its zeros.
        if column.form.is_number() {
            sheet.set_column_width(place, 14)?
        } else {
            sheet.set_column_format(place, &text)?.set_column_width(place, 24)?
        };
        let shown = if column.need == Need::Open { name } else { format!("{name} *") };
        sheet.write_string_with_format(0, place, shown, &heading)?;
        let words: Vec<String> = column.form.choices().iter().map(|choice| messages::text(lang, choice.name)).collect();
        let example = column.form.shown(lang, column.sample);
        let about = about(lang, &column.form, column.need, &words, &example);
        sheet.insert_note(0, place, &Note::new(about).add_author_prefix(false))?;
        let example = if place == 0 { format!("{mark}: {example}") } else { example };
        sheet.write_string_with_format(1, place, example, &sample)?;
        // A list inside a validation holds 255 letters.
        if !words.is_empty() && words.iter().map(|word| word.chars().count() + 1).sum::<usize>() < 250 {
            let list = DataValidation::new().allow_list_strings(&words)?.ignore_blank(true);
            sheet.add_data_validation(1, place, PREPARED, place, &list)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    book.save_to_buffer()
}

fn about(lang: Lang, form: &Form, need: Need, words: &[String], example: &str) -> String {
    let need = messages::text(lang, if need == Need::Open { "table-open" } else { "table-needed" });
    let what = messages::text(lang, &format!("table-form-{}", form.word()));
    let mut about = format!("{what}. {need}.");
    if !words.is_empty() {
        about = format!("{about}\n{}", words.join(", "));
    }
    if !example.is_empty() {
        about = format!("{about}\n{}: {example}", messages::text(lang, "table-example"));
    }
    about
}

/// A copy of the sheet that was read, with what is wrong or was settled noted in its cells.
///
/// # Errors
/// Where the file cannot be read any more.
pub fn noted(bytes: &[u8], encoding: Option<&str>, reading: &Reading, lang: Lang) -> Result<Vec<u8>, Unreadable> {
    let mut book = Book::open(bytes, encoding)?;
    let name = reading.sheet.clone().unwrap_or_default();
    let place = book.sheets.iter().position(|sheet| sheet.name == name).unwrap_or(0);
    let sheet = book.sheet(place)?;
    let title = if name.is_empty() { messages::text(lang, reading.kind.title) } else { name };
    let mut remarks: BTreeMap<(u32, u32), (bool, Vec<String>)> = BTreeMap::new();
    for problem in &reading.problems {
        let Some(row) = problem.row else { continue };
        let (wrong, said) = remarks.entry((row, problem.column.unwrap_or(0))).or_default();
        *wrong |= problem.severity == Severity::Error;
        said.push(reading.message(problem, lang));
    }
    let broken = |error: XlsxError| Unreadable::whole("xlsx", error);
    let write = || {
        let mut copy = Workbook::new();
        let out = copy.add_worksheet();
        out.set_name(sheet_name(&title))?;
        let (day, heading) = (Format::new().set_num_format("dd.mm.yyyy"), heading_format());
        let wrong = Format::new().set_background_color(Color::RGB(0xFF_D9_D6));
        let wrong_day = wrong.clone().set_num_format("dd.mm.yyyy");
        let odd = Format::new().set_background_color(Color::RGB(0xFF_F3_D9));
        let plain = Format::new();
        let formats: HashMap<&str, &Format> = HashMap::from([("wrong", &wrong), ("odd", &odd), ("", &plain)]);
        for line in &sheet.lines {
            let row = line.place - 1;
            let width = line.cells.len().max(1);
            for (column, cell) in (0_u16..).zip((0..width).map(|column| line.cell(column))) {
                let remark = remarks.get(&(line.place, u32::from(column)));
                let kind = remark.map_or("", |(wrong, _)| if *wrong { "wrong" } else { "odd" });
                let format = if line.place == reading.heading { &heading } else { formats[kind] };
                match cell {
                    Cell::Empty => out.write_blank(row, column, format)?,
                    Cell::Number(number) => out.write_number_with_format(row, column, *number, format)?,
                    Cell::Flag(flag) => out.write_boolean_with_format(row, column, *flag, format)?,
                    Cell::Day(at) => {
                        let format = if kind == "wrong" { &wrong_day } else { &day };
                        out.write_datetime_with_format(row, column, at, format)?
                    }
                    Cell::Text(text) | Cell::Fault(text) => {
                        out.write_string_with_format(row, column, cell_text(text), format)?
                    }
                };
                if let Some((_, said)) = remark {
                    out.insert_note(row, column, &Note::new(said.join("\n")).add_author_prefix(false))?;
                }
            }
            if line.hidden {
                out.set_row_hidden(row)?;
            }
        }
        if reading.heading > 0 {
            out.set_freeze_panes(reading.heading, 0)?;
        }
        copy.save_to_buffer()
    };
    write().map_err(broken)
}
