//! Value types of the field: credits, hours, years, codes, identifiers, citations.
//!
//! This crate never does any IO, never reads a clock and knows no database, page or file format.
//! A value that exists is valid: every type is parsed once at the door and refuses with a [`Refusal`].

mod citation;
mod codes;
mod credits;
mod identity;
mod language;
mod object;
mod refusal;
mod words;
mod year;

pub use citation::Citation;
pub use codes::{QualificationCode, QualificationLevel, RegionCode, SpecialtyCode};
pub use credits::{AcademicHours, Credits, HOURS_PER_CREDIT};
pub use identity::{Bin, Iin};
pub use language::{Lang, LocalName};
pub use refusal::Refusal;
pub use year::{AcademicYear, Semester};
