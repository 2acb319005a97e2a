//! The server: one folder per capability (a room), on top of `platform`.
//!
//! Rooms do not reach into one another's tables: a room offers functions to others in its `store`.

pub mod accessibility;
pub mod accounts;
mod api;
pub mod backup;
pub mod bodies;
pub mod college;
pub mod contests;
mod days;
mod debates;
pub mod distance;
pub mod duties;
pub mod events;
pub mod groups;
mod guidance;
mod home;
pub mod hooks;
pub mod inbox;
pub mod indicators;
pub mod organisations;
pub mod patrons;
pub mod plans;
pub mod platform;
pub mod programmes;
pub mod reference;
pub mod register;
mod server;
pub mod surveys;
pub mod textbooks;

pub use platform::app::{App, Config};
pub use platform::clock::{Clock, Span};
pub use server::{router, routes, serve, serve_on};
