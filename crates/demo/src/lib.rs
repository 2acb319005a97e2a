//! Starting data for a new database, and a demo country from a seeded generator, marked as such.

mod country;
mod education;
mod register;
mod starting;

pub use country::{PASSWORD, national, settle};
pub use education::education;
pub use register::{People, Upto, national_entries, register};
pub use starting::{SeedError, first_administrator, starting_lists};
