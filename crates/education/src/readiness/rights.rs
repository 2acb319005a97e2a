//! Who may what in this room.

use sheber_platform::ability::Ability;
use sheber_platform::ability::Role::{Department, DeputyDirector, Director, Methodist, Ministry};

pub const SEE: Ability = Ability::of("see-readiness", &[Ministry, Department, Director, DeputyDirector, Methodist]);

pub const EDIT: Ability = Ability::of("edit-readiness", &[Director, DeputyDirector]);
