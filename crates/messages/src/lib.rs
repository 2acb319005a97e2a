//! Text for people: Kazakh first, Russian and English beside it, from `messages/<lang>/<room>.ftl`.
//!
//! This crate knows no page, no file format and no database; it turns keys and values into words.

mod findings;
mod plain;
mod text;

pub use findings::{citation, ground, mend, message, value, value_with_unit};
pub use plain::{date, number, percent, rhythm, tenge};
pub use text::{count, label, refusal, text, text_with, try_text, try_text_with, word};
