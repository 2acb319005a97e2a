use std::fmt;

use sheber_kernel::{Lang, Refusal};

/// Where in a file something cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    Whole,
    /// JSON pointer.
    Path(String),
    /// Line and column of a text file, from 1.
    Line {
        line: usize,
        column: usize,
    },
    /// Cell of a workbook: sheet, row and column from 0.
    Cell {
        sheet: String,
        row: u32,
        column: u32,
    },
}

/// What cannot be read, where, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {reason}")]
pub struct Unreadable {
    pub place: Place,
    pub reason: Refusal,
}

impl Unreadable {
    pub fn whole(code: &'static str, found: impl fmt::Display) -> Self {
        Self { place: Place::Whole, reason: Refusal::new(code, found) }
    }

    pub fn at(path: impl Into<String>, reason: Refusal) -> Self {
        Self { place: Place::Path(path.into()), reason }
    }

    /// Place and reason in the reader's language.
    pub fn describe(&self, lang: Lang) -> String {
        let reason = sheber_messages::refusal(lang, &self.reason);
        match &self.place {
            Place::Whole => reason,
            Place::Path(_) => format!("{}: {reason}", self.place),
            Place::Line { line, column } => sheber_messages::text_with(
                lang,
                "place-line",
                &[("from", &line.to_string()), ("to", &column.to_string()), ("what", &reason)],
            ),
            Place::Cell { sheet, row, column } => sheber_messages::text_with(
                lang,
                "place-cell",
                &[("name", sheet), ("place", &cell_name(*row, *column)), ("what", &reason)],
            ),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => Ok(()),
            Self::Path(path) if path.is_empty() => f.write_str("/"),
            Self::Path(path) => f.write_str(path),
            Self::Line { line, column } => write!(f, "{line}:{column}"),
            Self::Cell { sheet, row, column } => write!(f, "{sheet}!{}", cell_name(*row, *column)),
        }
    }
}

/// `C7` for row 6, column 2.
pub fn cell_name(row: u32, column: u32) -> String {
    column_name(column) + &(row + 1).to_string()
}

/// `AA` for column 26.
pub fn column_name(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or_default()));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_named_as_excel_names_them() {
        assert_eq!(cell_name(0, 0), "A1");
        assert_eq!(cell_name(9, 25), "Z10");
        assert_eq!(cell_name(0, 26), "AA1");
        assert_eq!(cell_name(1_048_575, 16_383), "XFD1048576");
    }
}
