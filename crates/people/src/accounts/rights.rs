//! Who may what in this room.

use sheber_platform::ability::Ability;
use sheber_platform::ability::Role::{Administrator, Department, DeputyDirector, Director};

pub const MANAGE: Ability = Ability::of("manage-accounts", &[Administrator, Department, Director, DeputyDirector]);

/// Demands a second factor of whoever administers or operates in the own organisation.
pub const DEMAND: Ability = Ability::of("demand-second-factor", &[Administrator]);
