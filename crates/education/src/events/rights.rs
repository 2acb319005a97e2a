//! Who may what in this room.

use sheber_platform::ability::Ability;
use sheber_platform::ability::Role::{
    Department, DeputyDirector, Director, Hr, Librarian, Methodist, Ministry, Psychologist, Teacher, YouthInspector,
};

pub const SEE: Ability = Ability::of(
    "see-events",
    &[Director, DeputyDirector, Methodist, Teacher, Librarian, YouthInspector, Psychologist, Hr, Ministry, Department],
);

/// Changes events that others of the college wrote.
pub const EDIT_ALL: Ability = Ability::of("edit-all-events", &[Director, DeputyDirector, YouthInspector]);

pub const RECORD: Ability = Ability::of(
    "record-events",
    &[Director, DeputyDirector, Methodist, Teacher, Librarian, YouthInspector, Psychologist, Hr, Ministry, Department],
);
