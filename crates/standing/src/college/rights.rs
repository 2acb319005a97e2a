//! Who may what in this room.

use sheber_platform::ability::Ability;
use sheber_platform::ability::Role::{
    DeputyDirector, Director, Librarian, Methodist, Psychologist, Teacher, YouthInspector,
};

/// Sees what the norms say of the own college.
pub const SEE: Ability = Ability::of(
    "see-college",
    &[Director, DeputyDirector, Methodist, Teacher, Librarian, YouthInspector, Psychologist],
);
