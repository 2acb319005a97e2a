//! The norms of the guidance as pure functions: facts of a programme and the edition in force give findings.
//!
//! One module per section of the guidance. This crate never does any IO, is never async and never reaches for a
//! database: what a norm needs to know stands in the facts it is handed.

pub mod acts;
pub mod all;
mod bounded;
pub mod calendar;
pub mod confirmation;
mod consistency;
pub mod contests;
mod credits;
pub mod distance;
mod dual;
pub mod duties;
pub mod edition;
pub mod educational_work;
mod exams;
pub mod finding;
mod general_education;
mod hours;
pub mod indicators;
pub mod item;
pub mod norm;
pub mod programme;
mod programmes;
pub mod special_needs;
pub mod text;
pub mod textbooks;

pub use all::{NORMS, Verdict, check};
pub use bounded::parse_date;
pub use edition::Edition;
pub use finding::{Finding, Severity, Unit, Value};
pub use hours::{Parts, SemesterHours};
pub use norm::Norm;
pub use programme::Programme;
