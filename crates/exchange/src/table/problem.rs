//! What is wrong with a file of a table or was settled by itself, in words.

use sheber_kernel::Lang;
use sheber_kernel::letters::spaced;
use sheber_messages as messages;

use super::columns::{Form, Kind};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    Error,
    Note,
}

impl Severity {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Note => "note",
        }
    }
}

/// What is wrong, or was settled by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// `None` of the file.
    pub row: Option<u32>,
    /// From 0.
    pub column: Option<u32>,
    pub field: Option<&'static str>,
    pub severity: Severity,
    pub code: &'static str,
    /// What stood there.
    pub found: String,
}

/// Whether any of them is an error.
pub fn is_wrong(problems: &[Problem]) -> bool {
    problems.iter().any(|one| one.severity == Severity::Error)
}

/// What is wrong or was settled, and how to mend it, in the reader's language.
pub fn message(kind: &Kind, problem: &Problem, lang: Lang) -> String {
    let column = problem.field.and_then(|field| kind.place(field)).map(|place| &kind.columns[place]);
    let heading = column.map(|column| messages::text(lang, column.heading)).unwrap_or_default();
    let choices = column.map(|column| column.form.choices()).unwrap_or_default();
    let choices: Vec<String> = choices.iter().map(|choice| messages::text(lang, choice.name)).collect();
    let (least, most) = match column.map(|column| column.form) {
        Some(Form::Whole(least, most)) => (least.to_string(), most.to_string()),
        Some(Form::Text(most) | Form::OwnCode(most) | Form::Number(most) | Form::SpecialtyOr(most)) => {
            (String::new(), most.to_string())
        }
        _ => ("0".to_owned(), String::new()),
    };
    let values = [
        ("found", problem.found.as_str()),
        ("name", heading.as_str()),
        ("what", &choices.join(", ")),
        ("from", &least),
        ("to", &most),
    ];
    let is_amount = problem.code == "not-a-number" && column.is_some_and(|column| matches!(column.form, Form::Money));
    let key = if is_amount { "table-not-an-amount".to_owned() } else { format!("table-{}", problem.code) };
    // What a room's form says of a field has its own words.
    messages::try_text_with(lang, &key, &values).unwrap_or_else(|| {
        let said = messages::text(lang, problem.code);
        let said = said.trim_end_matches('.');
        let found = problem.found.parse().map_or_else(|_| problem.found.clone(), |day| messages::date(lang, day));
        if found.is_empty() { said.to_owned() } else { format!("{said}: {found}") }
    })
}

/// As far as a message shows it.
pub fn short(text: &str) -> String {
    let text = spaced(text);
    let mut short: String = text.chars().take(80).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
