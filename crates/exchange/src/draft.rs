//! A programme as people type it: every value is the text that was typed, so that nothing is lost while it is wrong.
//!
//! The workbook and the editor's form both fill a [`Draft`]; [`Draft::parse`] is the one door to a [`Programme`].
//! A field is named by its JSON pointer in the exchange format.

mod parse;
mod typed;

use sheber_norms::Programme;

use crate::unreadable::Unreadable;

pub use parse::{ParsedDraft, labelled};
pub use typed::{Draft, DraftModule, DraftQualification, DraftStandard, DraftUnit};

/// A programme that was read, with what was read as it was meant and not as it stands.
pub type SettledProgramme = (Programme, Vec<Unreadable>);
