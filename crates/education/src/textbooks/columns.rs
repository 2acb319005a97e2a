//! The columns of a sheet of purchases, taken in and given out.

use sheber_kernel::Lang;
use sheber_messages as messages;

/// The columns in their order: the field of the form, the key of the heading.
pub const COLUMNS: [(&str, &str); 10] = [
    ("title", "textbook-title"),
    ("lang", "textbook-lang"),
    ("medium", "textbook-medium"),
    ("specialty", "textbook-specialty"),
    ("publisher", "textbook-publisher"),
    ("published", "textbook-published"),
    ("copies", "textbook-copies"),
    ("price", "textbook-price"),
    ("funds", "textbook-funds"),
    ("bought_on", "textbook-bought-on"),
];

pub fn headings(lang: Lang) -> Vec<String> {
    COLUMNS.iter().map(|(_, key)| messages::text(lang, key)).collect()
}
