//! The rules of the tree: what may stand where, said with the offending place.

mod access;
mod files;
mod floors;
mod messages;
mod security;
mod source;
mod tables;
