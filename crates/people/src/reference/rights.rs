//! Who may what in this room.

use sheber_platform::ability::Ability;
use sheber_platform::ability::Role::{
    Administrator, Department, DeputyDirector, Director, Expert, Hr, Librarian, Methodist, Ministry, Operator,
    Psychologist, Teacher, YouthInspector,
};

pub const SEE: Ability = Ability::of(
    "see-reference",
    &[
        Director,
        DeputyDirector,
        Methodist,
        Teacher,
        Librarian,
        YouthInspector,
        Psychologist,
        Hr,
        Administrator,
        Ministry,
        Operator,
        Expert,
        Department,
    ],
);

pub const EDIT: Ability = Ability::of("edit-reference", &[Operator]);
