//! Value types of the field: credits, hours, years, days, codes, identifiers, citations.
//!
//! This crate never does any IO, never reads a clock and knows no page or file format.
//! A value that exists is valid: every type is parsed once at the door and refuses with a [`Refusal`]. With the feature
//! `database` the types are columns of rows, with `openapi` words have their schema.

mod citation;
mod codes;
#[cfg(feature = "database")]
pub mod column;
mod credits;
mod day;
mod identity;
mod language;
pub mod letters;
mod level;
mod object;
mod refusal;
mod words;
pub mod written;
mod year;

#[doc(hidden)]
pub use serde;
#[cfg(feature = "openapi")]
#[doc(hidden)]
pub use utoipa;

pub use citation::Citation;
pub use codes::{QualificationCode, QualificationLevel, RegionCode, SpecialtyCode};
pub use credits::{AcademicHours, Credits, HOURS_PER_CREDIT};
pub use day::Day;
pub use identity::{Bin, Iin};
pub use language::{Lang, LocalName};
pub use level::{Level, OrganisationKind};
pub use refusal::Refusal;
pub use words::Word;
pub use year::{AcademicYear, Semester};

#[cfg(feature = "database")]
column!(AcademicYear, Bin, Credits, Day, Iin, Lang, QualificationCode, RegionCode, SpecialtyCode);
