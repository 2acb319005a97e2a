//! Signs that no text of people has: headers, feeds and tables read them as their own, and no file of XML may hold some of them.

/// A sign that no text of people has.
pub(crate) fn is_strange(letter: char) -> bool {
    letter.is_control() && !matches!(letter, '\n' | '\t') || u32::from(letter) & 0xfffe == 0xfffe
}
