use std::fmt;

/// Why a value was not accepted: a stable code (the key of the message people see, `r-<code>`) and what was found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Refusal {
    pub code: &'static str,
    pub found: String,
}

impl Refusal {
    pub fn new(code: &'static str, found: impl fmt::Display) -> Self {
        let mut found = found.to_string();
        if let Some((cut, _)) = found.char_indices().nth(80) {
            found.truncate(cut);
            found.push('…');
        }
        Self { code, found }
    }
}

/// The form in which a refusal travels through a deserializer: `code␟found`.
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\u{1f}{}", self.code, self.found)
    }
}
