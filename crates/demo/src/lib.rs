//! Starting data for a new database, and a demo country from a seeded generator, marked as such.

mod country;
mod education;
mod register;
mod starting;

use std::pin::Pin;

use sheber_app::App;

pub use country::PASSWORD;
pub use register::{People, Upto};
pub use starting::{SeedError, is_specialty};

/// What fills a database. Boxed, it is compiled here, while `app` is; an `async fn` would be compiled by whoever awaits it, which is
/// the program, when nothing else is left to do.
type Filling<'a, T = ()> = Pin<Box<dyn Future<Output = Result<T, SeedError>> + Send + 'a>>;

/// The lists that every database begins with.
pub fn starting_lists(app: &App) -> Filling<'_> {
    Box::pin(starting::starting_lists(app))
}

/// The first account of a database without any: its address and password.
pub fn first_administrator(app: &App) -> Filling<'_, Option<(String, String)>> {
    Box::pin(starting::first_administrator(app))
}

/// The demo's organisations, people and programmes.
pub fn settle(app: &App) -> Filling<'_> {
    Box::pin(country::settle(app))
}

/// Its cases of the register.
pub fn register(app: &App) -> Filling<'_> {
    Box::pin(register::register(app))
}

/// Its year of educational work.
pub fn education(app: &App, seed: u64) -> Filling<'_> {
    Box::pin(education::education(app, seed))
}

/// A country of so many colleges and programmes.
pub fn national(app: &App, colleges: usize, programmes: usize, seed: u64) -> Filling<'_> {
    Box::pin(country::national(app, colleges, programmes, seed))
}

/// Entries of the register for them.
pub fn national_entries(app: &App) -> Filling<'_> {
    Box::pin(register::national_entries(app))
}
