//! Signs that no text of people has: headers, feeds and tables read them as their own, and no file of XML may hold some of them.

use std::borrow::Cow;

use serde_json::Value;

/// A sign that no text of people has: what controls a terminal or a line, and what is no letter at all.
fn is_strange(letter: char) -> bool {
    letter.is_control() && !matches!(letter, '\n' | '\t') || u32::from(letter) & 0xfffe == 0xfffe
}

/// Text as people mean it: lines end in one way, strange signs go.
pub fn cleaned(text: &str) -> Cow<'_, str> {
    if !text.contains(is_strange) {
        return Cow::Borrowed(text);
    }
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    Cow::Owned(lines.replace(is_strange, ""))
}

/// Cleans the texts of JSON.
pub fn clean(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Cow::Owned(cleaned) = cleaned(text) {
                *text = cleaned;
            }
        }
        Value::Array(list) => list.iter_mut().for_each(clean),
        Value::Object(fields) => fields.values_mut().for_each(clean),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_person_types_goes() {
        for (sent, kept) in [
            ("жай мәтін", "жай мәтін"),
            ("бір\r\nекі\rүш\nтөрт", "бір\nекі\nүш\nтөрт"),
            ("a\tb\u{1b}[31m\u{7f}\u{85}", "a\tb[31m"),
            ("X-Header: 1\r\u{b}", "X-Header: 1\n"),
            ("a\u{fffe}b\u{1ffff}c", "abc"),
        ] {
            assert_eq!(cleaned(sent), kept);
        }
        let mut json = serde_json::json!({ "a": ["\r\n", { "b": "x\u{7}" }], "n": 1 });
        clean(&mut json);
        assert_eq!(json, serde_json::json!({ "a": ["\n", { "b": "x" }], "n": 1 }));
    }
}
