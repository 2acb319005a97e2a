//! Who may what in this room.

use sheber_platform::ability::Ability;
use sheber_platform::ability::Role::{Administrator, Department, DeputyDirector, Director, Ministry, Operator};

pub const MANAGE: Ability = Ability::of("manage-organisations", &[Administrator]);

/// Answers for the work of the own organisation: hands it out, excuses it, changes what others of it wrote.
pub const LEAD: Ability = Ability::of("lead-organisation", &[Ministry, Operator, Department, Director, DeputyDirector]);

/// Sees a region's colleges side by side and reminds them.
pub const OVERSEE: Ability = Ability::of("oversee-colleges", &[Ministry, Department]);
