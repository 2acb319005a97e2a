//! Who stands above whom: kinds of organisations, and the levels at which they act.

use crate::words;

words! {
    /// What kind of organisation it is (ұйым).
    OrganisationKind {
        Ministry = "ministry",
        Operator = "operator",
        Department = "department",
        College = "college",
    }
}

words! {
    /// At which level something is held, counted or compared.
    Level {
        College = "college",
        Region = "region",
        Country = "country",
    }
}

impl Level {
    /// The level at which organisations of a kind act.
    pub const fn of(kind: OrganisationKind) -> Self {
        match kind {
            OrganisationKind::College => Self::College,
            OrganisationKind::Department => Self::Region,
            OrganisationKind::Ministry | OrganisationKind::Operator => Self::Country,
        }
    }

    /// The level above.
    pub const fn next(self) -> Option<Self> {
        match self {
            Self::College => Some(Self::Region),
            Self::Region => Some(Self::Country),
            Self::Country => None,
        }
    }
}
