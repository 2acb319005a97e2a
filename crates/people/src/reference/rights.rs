//! Who may what in this room.

use sheber_platform::ability::Role::Operator;
use sheber_platform::ability::{Ability, Role};

pub const SEE: Ability = Ability::of("see-reference", Role::ALL);

pub const EDIT: Ability = Ability::of("edit-reference", &[Operator]);
