//! The table of contents: every room, in the order of the navigation. A new room adds its line here.

use sheber_education::{
    bodies, buildings, contests, curators, days, debates, events, plans, readiness, surveys, textbooks,
};
use sheber_partners::patrons;
use sheber_people::{accounts, groups, hooks, inbox, organisations, reference};
use sheber_platform::house::{House, Room};
use sheber_platform::{import, room as platform};
use sheber_programmes::{programmes, register};
use sheber_standing::{college, duties, indicators};

use crate::{api, calendar, design, guidance, home};

pub const ROOMS: &[&Room] = &[
    &platform::ROOM,
    &import::ROOM,
    &home::ROOM,
    &inbox::ROOM,
    &duties::ROOM,
    &calendar::ROOM,
    &events::ROOM,
    &groups::ROOM,
    &curators::ROOM,
    &plans::ROOM,
    &college::ROOM,
    &bodies::ROOM,
    &days::ROOM,
    &debates::ROOM,
    &surveys::ROOM,
    &contests::ROOM,
    &textbooks::ROOM,
    &buildings::ROOM,
    &readiness::ROOM,
    &patrons::ROOM,
    &indicators::ROOM,
    &programmes::ROOM,
    &register::ROOM,
    &guidance::ROOM,
    &reference::ROOM,
    &accounts::ROOM,
    &organisations::ROOM,
    &hooks::ROOM,
    &api::ROOM,
    &design::ROOM,
];

/// The house of all rooms.
pub fn house() -> House {
    House::new(ROOMS)
}
