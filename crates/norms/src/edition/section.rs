//! Sections, and where an item stands among them.

use crate::text::Words;

/// One section of the guidance.
#[derive(Clone, Debug)]
pub struct Section {
    pub number: String,
    pub title: Words,
}

/// An item's place in the guidance: section and number.
pub fn key(id: &str) -> Option<(u16, u16)> {
    let (section, number) = id.split_once('.')?;
    Some((section.parse().ok()?, number.parse().ok()?))
}
