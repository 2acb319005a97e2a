//! The server: one folder per capability (a room), on top of `platform`.
//!
//! Rooms do not reach into one another's tables: a room offers functions to others in its `store`.

pub mod accounts;
mod api;
pub mod backup;
mod guidance;
mod home;
pub mod hooks;
pub mod inbox;
pub mod organisations;
pub mod platform;
pub mod programmes;
pub mod reference;
pub mod register;
mod server;

pub use platform::app::{App, Config};
pub use platform::clock::{Clock, Span};
pub use server::{router, routes, serve, serve_on};
