//! What every room stands on: the house that rooms state themselves to, database, session, actor and scope, errors, forms, layout,
//! trail, outbox, clock.
//!
//! This crate knows no room. Who is told what, what rests on a record, what stands in the navigation: rooms say it in their
//! `ROOM`, and [`house`] hands it on.

pub mod ability;
pub mod access;
pub mod actor;
pub mod app;
pub mod assets;
pub mod attempts;
pub mod batch;
pub mod cache;
pub mod change;
pub mod chart;
pub mod clock;
pub mod columns;
pub mod context;
pub mod cookie;
pub mod database;
pub mod delivery;
pub mod door;
pub mod entry;
pub mod error;
pub mod evidence;
pub mod fields;
pub mod files;
pub mod forms;
pub mod grant;
pub mod heads;
pub mod heavy;
pub mod house;
pub mod import;
pub mod jobs;
pub mod jws;
pub mod kept;
pub mod keys;
pub mod layer;
pub mod list;
pub mod measure;
pub mod mirror;
pub mod names;
pub mod once;
pub mod outbox;
pub mod pace;
pub mod page;
pub mod pairs;
pub mod photo;
pub mod procedure;
pub mod reading;
pub mod record;
pub mod room;
pub mod route;
pub mod scan;
pub mod schema;
pub mod sealed;
pub mod search;
pub mod secret;
pub mod session;
pub mod setting;
pub mod shared;
pub mod sheet;
pub mod slow;
pub mod sorting;
mod tables;
pub mod trail;
pub mod visitor;
