//! What every room stands on: database, session, actor and scope, errors, forms, layout, audit, outbox, clock.

pub mod actor;
pub mod app;
pub mod assets;
pub mod audit;
pub mod clock;
pub mod context;
pub mod database;
pub mod error;
pub mod fields;
pub mod files;
pub mod forms;
pub mod grant;
pub mod heavy;
pub mod measure;
pub mod migrations;
pub mod mirror;
pub mod once;
pub mod outbox;
pub mod pace;
pub mod page;
pub mod route;
pub mod search;
pub mod secret;
pub mod session;
pub mod sheet;
