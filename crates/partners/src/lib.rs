//! The world of work.

pub mod patrons;
