//! Who may what in this room.

use sheber_platform::ability::Ability;
use sheber_platform::ability::Role::{
    Department, DeputyDirector, Director, Hr, Librarian, Methodist, Ministry, Operator, Psychologist, Teacher,
    YouthInspector,
};

pub const SEE: Ability = Ability::of(
    "see-indicators",
    &[
        Director,
        DeputyDirector,
        Methodist,
        Teacher,
        Librarian,
        YouthInspector,
        Psychologist,
        Hr,
        Ministry,
        Operator,
        Department,
    ],
);
