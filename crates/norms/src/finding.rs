//! What a norm says of a programme: findings with place, measured and required value.

use std::fmt;

use sheber_kernel::{AcademicHours, AcademicYear, Citation, Credits, QualificationCode, words};

use crate::programme::{EntryBase, Level, Subject};

words! {
    /// How much a finding weighs.
    Severity {
        /// Good to know; nothing has to be done.
        Advice = "advice",
        /// Needs a written answer before the programme goes to the register.
        Warning = "warning",
        /// Contradicts the norm.
        Violation = "violation",
    }
}

/// A measured or required value. Its `Display` is the exact, language-free form of the JSON output;
/// people are shown the same value in their language.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Credits(Credits),
    CreditRange(Credits, Credits),
    Hours(AcademicHours),
    Count(usize),
    /// A share in hundredths of a percent.
    Percent(u32),
    Date(chrono::NaiveDate),
    Year(AcademicYear),
    Qualification(QualificationCode),
    Subject(Subject),
    EntryBase(EntryBase),
    Level(Level),
    /// Text that stands in the file: a code or a name.
    Text(String),
    /// A word of one of the guidance's lists; the first part names the list in the keys of messages.
    Word(&'static str, String),
    /// An amount in tiyn.
    Money(i64),
    /// A fact that is there or is not.
    Fact(bool),
    /// The file does not say.
    Unknown,
}

impl From<Credits> for Value {
    fn from(credits: Credits) -> Self {
        Self::Credits(credits)
    }
}

impl From<AcademicHours> for Value {
    fn from(hours: AcademicHours) -> Self {
        Self::Hours(hours)
    }
}

impl From<usize> for Value {
    fn from(count: usize) -> Self {
        Self::Count(count)
    }
}

impl From<bool> for Value {
    fn from(fact: bool) -> Self {
        Self::Fact(fact)
    }
}

impl From<chrono::NaiveDate> for Value {
    fn from(date: chrono::NaiveDate) -> Self {
        Self::Date(date)
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Credits(credits) => credits.fmt(f),
            Self::CreditRange(from, to) => write!(f, "{from}-{to}"),
            Self::Hours(hours) => hours.fmt(f),
            Self::Count(count) => count.fmt(f),
            Self::Percent(hundredths) => {
                let (whole, rest) = (hundredths / 100, hundredths % 100);
                match rest {
                    0 => write!(f, "{whole}"),
                    _ if rest % 10 == 0 => write!(f, "{whole}.{}", rest / 10),
                    _ => write!(f, "{whole}.{rest:02}"),
                }
            }
            Self::Date(date) => date.fmt(f),
            Self::Year(year) => year.fmt(f),
            Self::Qualification(code) => code.fmt(f),
            Self::Subject(subject) => f.write_str(subject.word()),
            Self::EntryBase(base) => f.write_str(base.word()),
            Self::Level(level) => f.write_str(level.word()),
            Self::Text(text) => f.write_str(text),
            Self::Word(_, word) => f.write_str(word),
            Self::Money(tiyn) => write!(f, "{}.{:02}", tiyn / 100, tiyn % 100),
            Self::Fact(fact) => fact.fmt(f),
            Self::Unknown => f.write_str("unknown"),
        }
    }
}

/// The unit in which a finding is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    Credits,
    Hours,
    Percent,
    Modules,
    Subjects,
    Qualifications,
    Date,
    None,
}

impl Unit {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Credits => "credits",
            Self::Hours => "hours",
            Self::Percent => "percent",
            Self::Modules => "modules",
            Self::Subjects => "subjects",
            Self::Qualifications => "qualifications",
            Self::Date => "date",
            Self::None => "",
        }
    }
}

/// One thing a norm has to say. Message and mending advice stand in the message files under
/// `n-<item>[-<variant>]` and the same with `-mend`.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    pub item: &'static str,
    pub severity: Severity,
    /// JSON pointer into the programme file; empty for the programme as a whole.
    pub at: String,
    pub variant: &'static str,
    pub measured: Value,
    pub required: Value,
    pub unit: Unit,
    /// What the message speaks of besides the two values: the unit's code, the subject, the year of study.
    pub about: Option<Value>,
    pub citation: Citation,
}

impl Finding {
    pub fn about(&mut self, what: Value) -> &mut Self {
        self.about = Some(what);
        self
    }
}

/// Where a norm puts what it finds. The evaluator set item, severity and citation: a norm cannot forget them.
pub struct Report<'a> {
    pub(crate) list: &'a mut Vec<Finding>,
    pub(crate) item: &'static str,
    pub(crate) severity: Severity,
    pub(crate) citation: &'a Citation,
}

impl Report<'_> {
    /// Reports under the norm's own severity.
    pub fn found(
        &mut self,
        at: impl Into<String>,
        variant: &'static str,
        measured: impl Into<Value>,
        required: impl Into<Value>,
        unit: Unit,
    ) -> &mut Finding {
        self.push(self.severity, at.into(), variant, measured.into(), required.into(), unit)
    }

    /// Reports less than the norm's own severity: a part of the norm that only warns or advises.
    pub fn milder(
        &mut self,
        severity: Severity,
        at: impl Into<String>,
        variant: &'static str,
        measured: impl Into<Value>,
        required: impl Into<Value>,
        unit: Unit,
    ) -> &mut Finding {
        self.push(severity, at.into(), variant, measured.into(), required.into(), unit)
    }

    /// Says that something is so which must not be, of a thing that is named.
    pub fn broken(&mut self, variant: &'static str, about: impl Into<Option<Value>>) {
        let severity = self.severity;
        self.push(severity, String::new(), variant, Value::Fact(false), Value::Fact(true), Unit::None).about =
            about.into();
    }

    /// A fact is missing: it cannot be told whether the norm holds.
    pub fn unknown(&mut self, variant: &'static str, about: impl Into<Option<Value>>) {
        let of = (Value::Unknown, Value::Fact(true));
        self.push(Severity::Warning, String::new(), variant, of.0, of.1, Unit::None).about = about.into();
    }

    fn push(
        &mut self,
        severity: Severity,
        at: String,
        variant: &'static str,
        measured: Value,
        required: Value,
        unit: Unit,
    ) -> &mut Finding {
        self.list.push(Finding {
            item: self.item,
            severity,
            at,
            variant,
            measured,
            required,
            unit,
            about: None,
            citation: self.citation.clone(),
        });
        let last = self.list.len() - 1;
        &mut self.list[last]
    }
}
