//! The guidance to read: every item with its explanation, grounds and state for the reader's own organisation; the acts it names;
//! what another edition changes; what this version does not do yet.

mod acts;
mod changes;
mod coverage;
mod differences;
mod finds;
mod grounds;
mod index;
mod item;
mod marks;
mod next;
mod remarks;
mod state;
mod wording;

pub use remarks::{SectionState, sections};
pub use state::of as standing;

use sheber_norms::item::ItemKind;
use sheber_platform::access::Access::{Can, Public};
use sheber_platform::access::Nav;
use sheber_platform::house::Room;
use sheber_platform::route::{Route, get};
use sheber_programmes::programmes::rights::SEE;

pub const ROOM: Room = Room {
    name: "guidance",
    routes,
    nav: &[Nav::to("guidance", "/guidance", Public)],
    of_college: &[("next-title", "/guidance/next")],
    covers: &[
        ("7.5", ItemKind::Record, "/guidance/acts"),
        ("9.1", ItemKind::Record, "/guidance/acts"),
        ("11.1", ItemKind::Record, "/guidance/acts"),
        ("14.1", ItemKind::Record, "/guidance/acts"),
    ],
    marks: Some(&marks::Days),
    finds: Some(&finds::Items),
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    vec![
        get("/guidance", Public, index::page),
        get("/guidance/acts", Public, acts::list),
        get("/guidance/acts/{key}", Public, acts::one),
        get("/guidance/changes", Public, changes::page),
        get("/guidance/next", Can(SEE), next::page),
        get("/guidance/coverage", Public, coverage::page),
        get("/guidance/{id}", Public, item::page),
    ]
}
