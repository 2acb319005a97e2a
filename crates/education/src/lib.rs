//! What a college records of its work: events, plans, bodies, contests, surveys, textbooks, buildings.

pub mod bodies;
pub mod buildings;
pub mod contests;
pub mod curators;
pub mod days;
pub mod debates;
pub mod events;
pub mod plans;
pub mod readiness;
pub mod surveys;
pub mod textbooks;
