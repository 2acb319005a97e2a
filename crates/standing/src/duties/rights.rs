//! Who may what in this room.

use sheber_platform::ability::{Ability, COLLEGES_AND_ABOVE};

/// Has duties of the guidance, and sees those in scope.
pub const SEE: Ability = Ability::of("see-duties", COLLEGES_AND_ABOVE);
