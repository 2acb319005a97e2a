//! Who may what in this room.

use sheber_platform::ability::Ability;
use sheber_platform::ability::Role::{Department, DeputyDirector, Director, Librarian, Methodist, Ministry};

pub const SEE: Ability =
    Ability::of("see-textbooks", &[Ministry, Department, Director, DeputyDirector, Methodist, Librarian]);

pub const EDIT: Ability = Ability::of("edit-textbooks", &[Director, DeputyDirector, Methodist, Librarian]);

/// Sends the department's reports on textbooks.
pub const REPORT: Ability = Ability::of("report-textbooks", &[Department]);
