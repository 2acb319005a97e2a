//! Who may what in this room.

use sheber_platform::ability::Ability;
use sheber_platform::ability::Role::{Department, Ministry};

pub const SEE: Ability = Ability::of("see-patrons", &[Ministry, Department]);

/// Large enterprises that patronise colleges.
pub const EDIT: Ability = Ability::of("edit-patrons", &[Department]);
