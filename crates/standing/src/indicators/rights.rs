//! Who may what in this room.

use sheber_platform::ability::{Ability, COLLEGES_AND_ABOVE};

pub const SEE: Ability = Ability::of("see-indicators", COLLEGES_AND_ABOVE);
