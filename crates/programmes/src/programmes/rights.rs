//! Who may what in this room.

use sheber_platform::ability::Role::{DeputyDirector, Director, Methodist};
use sheber_platform::ability::{Ability, COLLEGES_AND_ABOVE};

pub const SEE: Ability = Ability::of("see-programmes", COLLEGES_AND_ABOVE);

pub const EDIT: Ability = Ability::of("edit-programmes", &[Director, DeputyDirector, Methodist]);
