//! What a room states of its table, once: the columns by which templates are made, files are read, errors are said and rows are
//! given out again.

use std::borrow::Cow;
use std::collections::HashMap;

use icu_normalizer::ComposingNormalizerBorrowed;
use sheber_kernel::Lang;
use sheber_kernel::letters::is_dash;
use sheber_messages as messages;

/// A kind of table: `textbooks`, `reference/specialty`.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// By which programs name it.
    pub word: &'static str,
    /// The key of its name.
    pub title: &'static str,
    pub columns: &'static [Column],
    /// The fields that tell one row from another; the same again is an error. Empty where rows may be alike.
    pub key: &'static [&'static str],
    /// Several lists stand in one file, so that a key may come again: where the row differs in these fields alone, it counts once
    /// and is no error. `None` where a key comes once.
    pub joined: Option<&'static [&'static str]>,
}

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// By which programs and forms name it.
    pub field: &'static str,
    /// The key of its heading.
    pub heading: &'static str,
    /// Other headings that circulate.
    pub variants: &'static [&'static str],
    pub form: Form,
    pub need: Need,
    /// What stands in the template's sample row.
    pub sample: &'static str,
}

/// Whether a column has to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Without it there is no row.
    Always,
    /// Of what is new; a file without it changes nothing of it.
    New,
    Open,
}

/// What may stand in the cells of a column.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    /// Of at most so many letters.
    Text(usize),
    /// A code that its makers made themselves, of at most so many letters; dashes and letters that look alike are settled.
    OwnCode(usize),
    /// A registration number of at most so many signs: Latin letters, digits and dashes, without spaces.
    Number(usize),
    /// A whole number between these.
    Whole(i64, i64),
    /// Tenge with at most two decimals.
    Money,
    Day,
    /// `2026-2027`; the year alone where only one reading fits.
    AcademicYear {
        bare: bool,
    },
    Flag,
    Choice(&'static [Choice]),
    Specialty,
    /// The code of a specialty, or another text of at most so many letters.
    SpecialtyOr(usize),
    /// One or more codes of qualifications.
    Qualifications,
    Qualification,
    Region,
    Bin,
    Iin,
    /// A month and a day of every year, or a day.
    Holiday,
}

/// A word that may be chosen.
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    pub word: &'static str,
    /// The key of its name.
    pub name: &'static str,
    /// What else people write for it.
    pub variants: &'static [&'static str],
}

impl Choice {
    pub const fn new(word: &'static str, name: &'static str, variants: &'static [&'static str]) -> Self {
        Self { word, name, variants }
    }
}

/// The languages of instruction and of books.
pub const LANGUAGES: &[Choice] = &[
    Choice::new(
        "kk",
        "language-kk",
        &["kz", "каз", "каз.", "қаз", "қаз.", "қазақ", "қазақша", "казахский язык", "на казахском", "государственный"],
    ),
    Choice::new("ru", "language-ru", &["рус", "рус.", "орыс", "орысша", "русский язык", "на русском"]),
    Choice::new(
        "en",
        "language-en",
        &["eng", "англ", "англ.", "ағылшын", "ағылшынша", "английский язык", "на английском"],
    ),
];

/// Yes and no.
pub const FLAGS: &[Choice] = &[
    Choice::new("true", "value-yes", &["yes", "y", "1", "+", "v", "✓", "ия", "иа", "бар", "есть", "истина", "true"]),
    Choice::new("false", "value-no", &["no", "n", "0", "жок", "нет", "ложь", "false"]),
];

/// A text by which headings and words are compared: letters and digits alone, whatever the case, the alphabet's own letters as any
/// keyboard has them.
pub fn plain(text: &str) -> String {
    let text = text.replace('№', " ");
    let normal = ComposingNormalizerBorrowed::new_nfkc().normalize(&text);
    let mut plain = String::with_capacity(normal.len());
    let mut bracketed = 0_u32;
    for letter in normal.chars().flat_map(char::to_lowercase) {
        match letter {
            // Programs put the code of a field in brackets behind its heading.
            '[' => bracketed += 1,
            ']' => bracketed = bracketed.saturating_sub(1),
            _ if bracketed > 0 => {}
            letter if letter.is_alphanumeric() || letter == '+' || letter == '✓' => plain.push(match letter {
                'ә' => 'а',
                'і' => 'и',
                'ң' => 'н',
                'ғ' => 'г',
                'ү' | 'ұ' => 'у',
                'қ' => 'к',
                'ө' => 'о',
                'һ' => 'х',
                'ё' => 'е',
                letter => letter,
            }),
            letter
                if (letter.is_whitespace() || is_dash(letter) || ",./()_:;«»\"".contains(letter))
                    && !plain.is_empty()
                    && !plain.ends_with(' ') =>
            {
                plain.push(' ');
            }
            _ => {}
        }
    }
    plain.truncate(plain.trim_end().len());
    plain
}

impl Choice {
    /// Whether a text, made plain, is this word or what it is called in any language.
    pub fn is_called(&self, text: &str) -> bool {
        plain(self.word) == text
            || Lang::ALL.iter().any(|lang| plain(&messages::text(*lang, self.name)) == text)
            || self.variants.iter().any(|variant| plain(variant) == text)
    }
}

impl Kind {
    /// The place of a field among the columns.
    pub fn place(&self, field: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.field == field)
    }

    /// The columns by their headings, made plain.
    pub fn headings(&self) -> HashMap<String, usize> {
        let mut known = HashMap::new();
        // What a template says goes before what circulates.
        for (place, column) in self.columns.iter().enumerate() {
            for lang in Lang::ALL {
                known.entry(plain(&messages::text(lang, column.heading))).or_insert(place);
            }
        }
        for (place, column) in self.columns.iter().enumerate() {
            for other in column.variants.iter().chain([&column.field]) {
                known.entry(plain(other)).or_insert(place);
            }
        }
        known
    }

    /// A row of an export: what each field holds, as people of a language write it.
    pub fn shown<'t>(&self, lang: Lang, text: impl Fn(&str) -> Cow<'t, str>) -> Vec<String> {
        self.columns.iter().map(|column| column.form.shown(lang, &text(column.field))).collect()
    }

    /// The places of the columns that hold numbers.
    pub fn numbers(&self) -> Vec<usize> {
        self.columns.iter().enumerate().filter(|(_, column)| column.form.is_number()).map(|(place, _)| place).collect()
    }

    /// The headings of a template or an export.
    pub fn headed(&self, lang: Lang) -> Vec<String> {
        self.columns.iter().map(|column| messages::text(lang, column.heading)).collect()
    }
}

impl Form {
    /// The word by which programs know it.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::OwnCode(_) | Self::Number(_) => "code",
            Self::Whole(..) => "number",
            Self::Money => "money",
            Self::Day => "day",
            Self::AcademicYear { .. } => "academic_year",
            Self::Flag => "flag",
            Self::Choice(_) => "choice",
            Self::Specialty => "specialty",
            Self::SpecialtyOr(_) => "specialty_or_text",
            Self::Qualifications => "qualifications",
            Self::Qualification => "qualification",
            Self::Region => "region",
            Self::Bin => "bin",
            Self::Iin => "iin",
            Self::Holiday => "holiday",
        }
    }

    /// The words that may be chosen.
    pub const fn choices(&self) -> &'static [Choice] {
        match self {
            Self::Choice(choices) => choices,
            Self::Flag => FLAGS,
            _ => &[],
        }
    }

    /// A value as people of a language write it.
    pub fn shown(&self, lang: Lang, text: &str) -> String {
        if let Some(choice) = self.choices().iter().find(|choice| choice.word == text) {
            return messages::text(lang, choice.name);
        }
        match text.parse() {
            Ok(day) if matches!(self, Self::Day) => messages::date(lang, day),
            _ => text.to_owned(),
        }
    }

    /// Whether a spreadsheet holds it as a number.
    pub const fn is_number(&self) -> bool {
        matches!(self, Self::Whole(..) | Self::Money)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_alike_whatever_stands_about_them() {
        for (one, other) in [
            ("Топ коды", "топ\u{a0}коды*"),
            ("Название (на казахском)", "название\nна казахском"),
            ("Қажет дана", "Кажет дана:"),
            ("БИН [college_bin]", "бин"),
            ("Цена, тенге", "Цена (тенге)"),
            ("№", ""),
        ] {
            assert_eq!(plain(one), plain(other), "{one}");
        }
        assert_ne!(plain("Код"), plain("Код модуля"));
        assert!(FLAGS[0].is_called(&plain("Иә")) && FLAGS[1].is_called(&plain("ЖОҚ")));
        assert!(LANGUAGES[0].is_called(&plain("Қазақ тілі")));
    }
}
