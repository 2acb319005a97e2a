//! Who may what in this room.

use sheber_platform::ability::Ability;
use sheber_platform::ability::Role::{Department, DeputyDirector, Director, Expert, Methodist, Ministry, Operator};

pub const SEE: Ability =
    Ability::of("see-register", &[Ministry, Operator, Expert, Department, Director, DeputyDirector, Methodist]);

/// Opens applications and adds to them.
pub const APPLY: Ability = Ability::of("open-applications", &[Director, DeputyDirector, Methodist]);

/// Sets how long the stages of the register may take.
pub const SET_LIMITS: Ability = Ability::of("set-register-limits", &[Operator]);

/// Enters programmes into the register that no case brought, and takes them out.
pub const ENTER: Ability = Ability::of("enter-register-entries", &[Operator]);
