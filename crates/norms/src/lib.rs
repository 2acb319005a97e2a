//! The norms of the guidance as pure functions: facts of a programme and the edition in force give findings.
//!
//! One module per section of the guidance. This crate never does any IO, is never async and never reaches for a
//! database: what a norm needs to know stands in the facts it is handed.

pub mod acts;
mod bounded;
pub mod calendar;
pub mod college;
pub mod confirmation;
pub mod contests;
mod credits;
mod distance;
mod dual;
pub mod duties;
pub mod edition;
mod exams;
pub mod finding;
mod general_education;
mod hours;
pub mod indicators;
mod norm;
pub mod programme;
mod programmes;

pub use bounded::parse_date;
pub use edition::Edition;
pub use finding::{Finding, Severity, Unit, Value};
pub use hours::{Parts, SemesterHours};
pub use norm::{NORMS, Norm, Verdict, check, check_one};
pub use programme::Programme;
