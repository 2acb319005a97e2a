//! Who may what in this room.

use sheber_platform::ability::Ability;
use sheber_platform::ability::Role::{
    Department, DeputyDirector, Director, Hr, Librarian, Methodist, Ministry, Psychologist, Teacher, YouthInspector,
};

pub const SEE: Ability = Ability::of(
    "see-contests",
    &[Director, DeputyDirector, Methodist, Teacher, Librarian, YouthInspector, Psychologist, Hr, Ministry, Department],
);

/// Applies to a contest for the own college.
pub const APPLY: Ability = Ability::of("apply-to-contests", &[DeputyDirector, Methodist, Teacher, Librarian]);

/// Opens a contest's stage at the own level.
pub const RUN: Ability = Ability::of(
    "run-contests",
    &[Ministry, Department, Director, DeputyDirector, Methodist, Librarian, YouthInspector],
);
