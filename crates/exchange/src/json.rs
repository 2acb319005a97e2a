//! A programme as JSON, the exact form of the exchange format.

use std::borrow::Cow;

use icu_normalizer::ComposingNormalizerBorrowed;
use serde_path_to_error::Segment;
use sheber_kernel::Refusal;
use sheber_norms::Programme;

use crate::signs::{clean, cleaned};
use crate::{Place, Unreadable};

/// Reads a programme. The error names the JSON pointer, or the line where the text is not JSON at all.
pub fn read(bytes: &[u8]) -> Result<Programme, Unreadable> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| Unreadable::whole("utf8", error.valid_up_to()))?;
    if text.trim().is_empty() {
        return Err(Unreadable::whole("empty", ""));
    }
    if text.contains("\\u0000") {
        return Err(Unreadable::whole("json-syntax", "\\u0000"));
    }
    let text: Cow<'_, str> = ComposingNormalizerBorrowed::new_nfc().normalize(text);
    // The plain deserializer is the fast way; paths are only worth their price where there is something to report.
    let mut programme: Programme = serde_json::from_str(&text).map_err(|_| locate(&text))?;
    if text.contains("\\u") {
        // Escapes hide from the normaliser what they stand for.
        let plain = serde_json::to_string(&programme).unwrap_or_default();
        let plain = ComposingNormalizerBorrowed::new_nfc().normalize(&plain);
        programme = serde_json::from_str(&plain).map_err(|_| locate(&plain))?;
    }
    if cleaned(&text) != text || text.contains('\\') {
        // Escapes hide strange signs, too.
        let mut value = serde_json::to_value(&programme).unwrap_or_default();
        clean(&mut value);
        programme = serde_json::from_value(value).map_err(|error| Unreadable::whole("json-syntax", error))?;
    }
    match programme.inconsistency() {
        Some((path, reason)) => Err(Unreadable::at(path, reason)),
        None => Ok(programme),
    }
}

/// Writes a programme, readable for people, fields in the order of the format.
pub fn write(programme: &Programme) -> String {
    serde_json::to_string_pretty(programme).unwrap_or_default()
}

/// The JSON Schema of the format.
pub fn schema() -> serde_json::Value {
    serde_json::to_value(schemars::schema_for!(Programme)).unwrap_or_default()
}

/// Reads again with a deserializer that keeps the path.
fn locate(text: &str) -> Unreadable {
    let mut reader = serde_json::Deserializer::from_str(text);
    let Err(failed) = serde_path_to_error::deserialize::<_, Programme>(&mut reader) else {
        // Whole, but something follows it.
        return reader.end().map_or_else(|error| syntax(&error), |()| Unreadable::whole("json-syntax", ""));
    };
    let path = pointer(failed.path());
    let error = failed.into_inner();
    if error.is_syntax() || error.is_eof() {
        return syntax(&error);
    }
    let reason = reason(&error.to_string());
    // The deserializer names the object; the field that stands in it twice is the place.
    let path = if reason.code == "field-twice" { format!("{path}/{}", reason.found) } else { path };
    Unreadable::at(path, reason)
}

fn syntax(error: &serde_json::Error) -> Unreadable {
    let words = error.to_string();
    let code = if words.starts_with("recursion limit") { "json-too-deep" } else { "json-syntax" };
    let found = words.split(" at line ").next().unwrap_or_default();
    Unreadable { place: Place::Line { line: error.line(), column: error.column() }, reason: Refusal::new(code, found) }
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use std::fmt::Write;
    let mut pointer = String::new();
    for segment in path {
        let _ = match segment {
            Segment::Seq { index } => write!(pointer, "/{index}"),
            Segment::Map { key } => write!(pointer, "/{}", key.replace('~', "~0").replace('/', "~1")),
            Segment::Enum { variant } => write!(pointer, "/{variant}"),
            Segment::Unknown => Ok(()),
        };
    }
    pointer
}

/// Codes that the types refuse with; what the deserializer itself says is told apart by its words.
const REFUSALS: [&str; 24] = [
    "academic-year",
    "basic-module",
    "bin",
    "check-digit",
    "choice",
    "code-empty",
    "code-twice",
    "credits-too-many",
    "date",
    "field-twice",
    "format-version",
    "hours-fractional",
    "hours-too-many",
    "iin",
    "language-code",
    "list-too-long",
    "negative",
    "not-a-number",
    "qualification-code",
    "region-code",
    "semester",
    "specialty-code",
    "years",
    "lang",
];

fn reason(words: &str) -> Refusal {
    let words = words.rsplit_once(" at line ").map_or(words, |(words, _)| words);
    if let Some((code, found)) = words.split_once('\u{1f}')
        && let Some(code) = REFUSALS.iter().find(|known| **known == code)
    {
        return Refusal::new(code, found);
    }
    let quoted = |start: &str| words.strip_prefix(start)?.split('`').next();
    for (start, code) in [
        ("unknown field `", "field-unknown"),
        ("missing field `", "field-missing"),
        ("duplicate field `", "field-twice"),
        ("unknown variant `", "choice"),
    ] {
        if let Some(found) = quoted(start) {
            return Refusal::new(code, found);
        }
    }
    for start in ["invalid type: ", "invalid value: "] {
        if let Some(rest) = words.strip_prefix(start) {
            return Refusal::new("type", rest.split(", expected").next().unwrap_or_default());
        }
    }
    Refusal::new("format", words)
}
