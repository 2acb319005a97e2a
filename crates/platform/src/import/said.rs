//! What somebody says of how a file is to be read, and by what the next file like it is known.

use sheber_exchange::table::columns::{Kind, plain};
use sheber_exchange::table::reading::{self, NoTable, Options};
use sheber_exchange::unreadable::column_name;

use super::preview::Preview;
use crate::error::AppError;
use crate::forms::{Lookup, Pairs};
use crate::secret;

/// What a form says of how a file is to be read.
pub struct SaidOptions {
    pub options: Options,
    pub heading: Option<u32>,
    /// Somebody mapped columns, otherwise than they were read by themselves.
    pub is_mapped: bool,
}

impl SaidOptions {
    pub fn of(pairs: &Pairs, kind: &Kind, outcome: &Result<Preview, NoTable>) -> Result<Self, AppError> {
        let said = |name: &str| Some(pairs.get(name).to_owned()).filter(|text| !text.is_empty());
        let heading: Option<u32> = match said("heading") {
            None => None,
            Some(row) => Some(row.parse().map_err(|_| AppError::Bad("error-form"))?),
        };
        let mut options = Options { encoding: said("encoding"), sheet: said("sheet"), ..Options::default() };
        let automatic = |letters: &str| {
            let reading = outcome.as_ref().ok().map(|preview| &preview.reading);
            let column = reading?.columns.iter().find(|column| column_name(column.column) == letters);
            column.and_then(|column| column.field).map(|place| kind.columns[place].field)
        };
        let read = outcome.as_ref().ok().map(|preview| preview.reading.heading);
        let mut differs = heading.is_some() && heading != read;
        for (name, field) in pairs {
            let Some(letters) = name.strip_prefix("column-") else { continue };
            if reading::column_place(letters).is_none() || !field.is_empty() && kind.place(field).is_none() {
                return Err(AppError::Bad("error-form"));
            }
            differs |= field.as_str() != automatic(letters).unwrap_or_default();
            let heading = heading_of(outcome, heading, letters);
            options.map.push((heading.unwrap_or_else(|| letters.to_owned()), field.clone()));
        }
        let is_mapped = differs && options.map.iter().any(|(_, field)| !field.is_empty());
        if is_mapped {
            options.heading = heading.filter(|row| *row == 0 || outcome.is_err() || Some(*row) != read);
        } else {
            options.map.clear();
        }
        Ok(Self { options, heading, is_mapped })
    }
}

/// What a column is called in the row that holds the headings: files of the same shape are known by it.
fn heading_of(outcome: &Result<Preview, NoTable>, heading: Option<u32>, letters: &str) -> Option<String> {
    let column = reading::column_place(letters)?;
    let text = match (outcome, heading) {
        (_, Some(0)) => return None,
        (Err(NoTable::NoHeadings { head, .. }), Some(row)) => {
            head.iter().find(|(place, _)| *place == row)?.1.get(column)?.clone()
        }
        // Of another row than was read nobody knows yet what stands in it.
        (Ok(preview), Some(row)) if row != preview.reading.heading => return None,
        (Ok(preview), _) => preview.reading.columns.get(column)?.heading.clone(),
        _ => return None,
    };
    (!plain(&text).is_empty()).then_some(text)
}

/// By which the next file like this one is known: its headings, or how many columns it has where it has none.
pub fn shape_of(outcome: &Result<Preview, NoTable>, heading: Option<u32>, columns: usize) -> String {
    let of = |texts: &[String]| {
        let plain: Vec<String> = texts.iter().map(|text| plain(text)).filter(|text| !text.is_empty()).collect();
        secret::sha256(&plain.join("\u{1f}"))
    };
    match (outcome, heading) {
        (_, Some(0)) => format!("columns-{columns}"),
        (Ok(preview), _) => preview.shape.clone(),
        (Err(NoTable::NoHeadings { head, .. }), Some(row)) => {
            head.iter().find(|(place, _)| *place == row).map(|(_, texts)| of(texts)).unwrap_or_default()
        }
        _ => format!("columns-{columns}"),
    }
}
