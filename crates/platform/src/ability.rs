//! Who may what: the roles of accounts, and the abilities that rooms own.

use sheber_kernel::{OrganisationKind, words};
use sheber_norms::duties::Post;

words! {
    /// Role of an account (рөлі). College roles act for their college alone.
    Role {
        Administrator = "administrator",
        Ministry = "ministry",
        Operator = "operator",
        Expert = "expert",
        Department = "department",
        Director = "director",
        DeputyDirector = "deputy_director",
        Methodist = "methodist",
        /// Teachers; the curator of a group is one of them.
        Teacher = "teacher",
        Librarian = "librarian",
        /// Youth inspector (жастар ісі жөніндегі инспектор).
        YouthInspector = "youth_inspector",
        Psychologist = "psychologist",
        /// HR officer (кадр қызметкері).
        Hr = "hr",
    }
}

/// What a route demands, owned by the room whose it is: `pub const SEE: Ability = Ability::of("see-bodies", &[Director, …]);`.
/// Least privilege: each role has what its work needs and no more.
#[derive(Clone, Copy, Debug)]
pub struct Ability {
    /// Its name in `docs/access.txt`; unique.
    pub name: &'static str,
    pub roles: &'static [Role],
}

/// Everybody who works in colleges, and whoever answers for them.
pub const COLLEGES_AND_ABOVE: &[Role] = &[
    Role::Director,
    Role::DeputyDirector,
    Role::Methodist,
    Role::Teacher,
    Role::Librarian,
    Role::YouthInspector,
    Role::Psychologist,
    Role::Hr,
    Role::Ministry,
    Role::Operator,
    Role::Department,
];

impl Ability {
    pub const fn of(name: &'static str, roles: &'static [Role]) -> Self {
        Self { name, roles }
    }
}

impl PartialEq for Ability {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Ability {}

impl Role {
    pub fn may(self, ability: Ability) -> bool {
        ability.roles.contains(&self)
    }

    /// The kind of organisation the role belongs to.
    pub const fn organisation(self) -> OrganisationKind {
        match self {
            Self::Administrator | Self::Operator | Self::Expert => OrganisationKind::Operator,
            Self::Ministry => OrganisationKind::Ministry,
            Self::Department => OrganisationKind::Department,
            Self::Director
            | Self::DeputyDirector
            | Self::Methodist
            | Self::Teacher
            | Self::Librarian
            | Self::YouthInspector
            | Self::Psychologist
            | Self::Hr => OrganisationKind::College,
        }
    }

    /// The roles that somebody in this role may invite.
    pub fn invites(self) -> &'static [Self] {
        match self {
            Self::Administrator => Self::ALL,
            Self::Department => &[Self::Director],
            Self::Director | Self::DeputyDirector => &[
                Self::DeputyDirector,
                Self::Methodist,
                Self::Teacher,
                Self::Librarian,
                Self::YouthInspector,
                Self::Psychologist,
                Self::Hr,
            ],
            _ => &[],
        }
    }
}

/// The role whose work a post is. The curator of a group is one of the teachers.
pub const fn role(post: Post) -> Role {
    match post {
        Post::Director => Role::Director,
        Post::DeputyDirector => Role::DeputyDirector,
        Post::Methodist => Role::Methodist,
        Post::Curator => Role::Teacher,
        Post::Librarian => Role::Librarian,
        Post::YouthInspector => Role::YouthInspector,
        Post::Psychologist => Role::Psychologist,
        Post::Hr => Role::Hr,
        Post::Department => Role::Department,
        Post::Operator => Role::Operator,
        Post::Ministry => Role::Ministry,
    }
}

/// The posts of a role.
pub fn posts(of: Role) -> Vec<Post> {
    Post::ALL.iter().copied().filter(|post| role(*post) == of).collect()
}
