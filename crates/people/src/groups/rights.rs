//! Who may what in this room.

use sheber_platform::ability::Ability;
use sheber_platform::ability::Role::{
    DeputyDirector, Director, Librarian, Methodist, Psychologist, Teacher, YouthInspector,
};

pub const SEE: Ability =
    Ability::of("see-groups", &[Director, DeputyDirector, Methodist, Teacher, Librarian, YouthInspector, Psychologist]);

pub const EDIT: Ability = Ability::of("edit-groups", &[Director, DeputyDirector, Methodist]);
