//! Who may what in this room.

use sheber_platform::ability::Ability;
use sheber_platform::ability::Role::{
    Department, DeputyDirector, Director, Librarian, Methodist, Ministry, Psychologist, Teacher, YouthInspector,
};

pub const SEE: Ability = Ability::of(
    "see-bodies",
    &[Ministry, Department, Director, DeputyDirector, Methodist, Teacher, Librarian, YouthInspector, Psychologist],
);

/// Opens a body with its members.
pub const OPEN: Ability = Ability::of(
    "open-bodies",
    &[Director, DeputyDirector, Methodist, Teacher, Librarian, YouthInspector, Psychologist],
);

pub const EDIT: Ability = Ability::of("edit-bodies", &[Director, DeputyDirector, YouthInspector]);
