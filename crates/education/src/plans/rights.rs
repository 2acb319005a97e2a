//! Who may what in this room.

use sheber_platform::ability::Ability;
use sheber_platform::ability::Role::{
    Department, DeputyDirector, Director, Librarian, Methodist, Ministry, Psychologist, Teacher, YouthInspector,
};

pub const SEE: Ability = Ability::of(
    "see-plans",
    &[Ministry, Department, Director, DeputyDirector, Methodist, Teacher, Librarian, YouthInspector, Psychologist],
);

/// Works in a college that has plans of its own.
pub const OWN: Ability =
    Ability::of("own-plans", &[Director, DeputyDirector, Methodist, Teacher, Librarian, YouthInspector, Psychologist]);

/// Makes and changes drafts.
pub const EDIT: Ability = Ability::of("edit-plans", &[Director, DeputyDirector, YouthInspector]);

pub const APPROVE: Ability = Ability::of("approve-plans", &[Director]);
