//! The running server, on SQLite and on PostgreSQL, through HTTP and through a browser.

#![allow(clippy::too_many_lines, reason = "a journey is told in one piece")]

/// The one the program has.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

mod browser;
mod support;

mod accounts;
mod api;
mod backup;
mod careful;
mod cases;
mod connections;
mod described;
mod drawn;
mod duties;
mod earlier;
mod education;
mod few;
mod found;
mod imports;
mod inbox;
mod journey;
mod kept;
mod killed;
mod mail;
mod matrix;
mod memory;
mod programmes;
mod public;
mod races;
mod reference;
mod register;
mod room;
mod september;
mod storage;
mod strangers;
mod textbooks;
mod trail;
mod watched;
