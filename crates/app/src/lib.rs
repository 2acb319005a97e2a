//! The server: faces over all rooms, the list of them, and the layers around.

mod api;
pub mod backup;
mod calendar;
mod connections;
mod design;
mod guidance;
mod home;
pub mod rooms;
mod server;

pub use connections::serve as serve_connections;
pub use rooms::house;
pub use server::{open, open_house, router, serve, serve_on};
pub use sheber_platform::app::{App, Config};
pub use sheber_platform::clock::{Clock, Span};
