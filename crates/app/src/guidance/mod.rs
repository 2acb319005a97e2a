//! The guidance to read: every item with its explanation, grounds and state for the reader's own organisation; the acts it names;
//! what another edition changes; what this version does not do yet.

mod acts;
mod changes;
pub mod coverage;
mod read;
pub mod state;
mod told;

use crate::platform::actor::Ability;
use crate::platform::route::Access::{Can, Public};
use crate::platform::route::{Route, get};

pub fn routes() -> Vec<Route> {
    vec![
        get("/guidance", Public, read::index),
        get("/guidance/acts", Public, acts::list),
        get("/guidance/acts/{key}", Public, acts::one),
        get("/guidance/changes", Public, changes::page),
        get("/guidance/next", Can(Ability::SeeProgrammes), changes::own),
        get("/guidance/coverage", Public, coverage::page),
        get("/guidance/{id}", Public, read::item),
    ]
}
