//! The same layout as a workbook to print from Excel.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Workbook};
use sheber_kernel::Lang;
use sheber_norms::Programme;

use super::layout::{BEFORE_PARTS, Paper, RowKind, layout};
use crate::DocumentError;

/// Excel's numbers for paper sizes.
const fn size(paper: Paper) -> u8 {
    match paper {
        Paper::A3 => 8,
        Paper::A4 => 9,
    }
}

/// The layout as XLSX: one page wide, headings repeated on every sheet of paper.
#[expect(clippy::too_many_lines, reason = "a sheet is written from top to bottom; its rows share their place")]
pub fn xlsx(programme: &Programme, lang: Lang, paper: Paper) -> Result<Vec<u8>, DocumentError> {
    let layout = layout(programme, lang, paper);
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name(&layout.title)?;
    let bold = Format::new().set_bold();
    let cell = Format::new().set_border(FormatBorder::Thin).set_text_wrap().set_align(FormatAlign::VerticalCenter);
    let heading = cell.clone().set_bold().set_align(FormatAlign::Center).set_background_color(Color::RGB(0xF0_F0_F0));
    let upright = heading.clone().set_rotation(90);
    let module = cell.clone().set_bold().set_background_color(Color::RGB(0xE8_E8_E8));
    let last = u16::try_from(layout.headings.len()).unwrap_or(u16::MAX).saturating_sub(1);

    sheet.write_with_format(0, 0, &layout.college, &bold)?;
    sheet.write_with_format(1, 0, &layout.title, &bold.clone().set_font_size(14))?;
    for (row, line) in (0u32..).zip(&layout.approve) {
        sheet.write_with_format(row, last.saturating_sub(4), line, &bold)?;
    }
    let mut row = 3;
    for (name, value) in &layout.passport {
        sheet.write(row, 0, name)?;
        sheet.write(row, 2, value)?;
        row += 1;
    }
    row += 1;
    let top = row;
    let mut column = 0u16;
    for (label, width) in &layout.groups {
        let end = column + u16::try_from(*width).unwrap_or(1) - 1;
        sheet.merge_range(row, column, row, end, label, &heading)?;
        column = end + 1;
    }
    row += 1;
    for (column, text) in (0u16..).zip(&layout.headings) {
        let turned = usize::from(column) > 1 && usize::from(column) < BEFORE_PARTS + sheber_norms::Parts::NAMES.len();
        sheet.write_with_format(row, column, text, if turned { &upright } else { &heading })?;
        sheet.set_column_width(
            column,
            if column == 1 {
                48.0
            } else if column == 0 {
                10.0
            } else {
                6.5
            },
        )?;
    }
    sheet.set_row_height(row, 110)?;
    sheet.set_freeze_panes(row + 1, 2)?;
    sheet.set_repeat_rows(top, row)?;
    row += 1;
    for line in &layout.rows {
        let format = if line.kind == RowKind::Unit { &cell } else { &module };
        for (column, text) in (0u16..).zip(&line.cells) {
            match text.replace('\u{a0}', "").replace(',', ".").parse::<f64>() {
                Ok(number) if column > 1 => sheet.write_with_format(row, column, number, format)?,
                _ => sheet.write_with_format(row, column, text, format)?,
            };
        }
        row += 1;
    }
    row += 1;
    for line in &layout.signatures {
        sheet.write(row, 1, format!("{line} ____________________"))?;
        row += 2;
    }
    sheet
        .set_landscape()
        .set_paper_size(size(paper))
        .set_print_fit_to_pages(1, 0)
        .set_footer(format!("&C{} &P / &N", layout.footer));
    Ok(book.save_to_buffer()?)
}
