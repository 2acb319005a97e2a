//! Who acts, what they may do and what they may see. Scope is applied here and nowhere else.

use sea_orm::FromQueryResult;
use sheber_kernel::{Lang, words};

use super::database::{self, Conditions};
use crate::params;

words! {
    /// What kind of organisation somebody belongs to.
    OrganisationKind {
        Ministry = "ministry",
        Operator = "operator",
        Department = "department",
        College = "college",
    }
}

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

/// What a route demands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ability {
    SeeProgrammes,
    EditProgrammes,
    SeeReference,
    EditReference,
    ManageAccounts,
    ManageOrganisations,
    SeeTrail,
    SeeRegister,
    OpenApplication,
    /// Sets how long the stages of the register may take.
    SetLimits,
    /// Enters programmes into the register that no case brought, and takes them out.
    EnterEntries,
    /// Has duties of the guidance, and sees those in scope.
    SeeDuties,
    /// Hands duties to others and excuses them.
    ManageDuties,
    /// Sees a region's colleges side by side and reminds them.
    OverseeDuties,
    SeeEvents,
    RecordEvents,
    SeeGroups,
    EditGroups,
    /// Plans of educational work, and what bodies and clubs a college has.
    SeePlans,
    /// Plans of educational work: makes and changes drafts.
    EditPlans,
    ApprovePlans,
    EditSurveys,
    SeeTextbooks,
    EditTextbooks,
    /// Sends the department's reports on textbooks.
    ReportTextbooks,
    SeePassports,
    EditPassports,
    SeeContests,
    /// Opens a contest's stage at the own level.
    RunContests,
    /// Applies to a contest for the own college.
    ApplyToContests,
    SeeIndicators,
    /// Large enterprises that patronise colleges.
    EditPatrons,
}

/// What everybody of a college may.
const OF_COLLEGE: &[Ability] = &[
    Ability::SeeProgrammes,
    Ability::SeeReference,
    Ability::SeeDuties,
    Ability::SeeEvents,
    Ability::RecordEvents,
    Ability::SeeContests,
    Ability::SeeIndicators,
];

impl Role {
    /// Least privilege: each role has what its work needs and no more.
    pub fn may(self, ability: Ability) -> bool {
        self.abilities().contains(&ability)
            || (self.organisation() == OrganisationKind::College && OF_COLLEGE.contains(&ability))
    }

    /// What a role has besides what everybody of its college has.
    const fn abilities(self) -> &'static [Ability] {
        use Ability::{
            ApplyToContests, ApprovePlans, EditGroups, EditPassports, EditPatrons, EditPlans, EditProgrammes,
            EditReference, EditSurveys, EditTextbooks, EnterEntries, ManageAccounts, ManageDuties, ManageOrganisations,
            OpenApplication, OverseeDuties, RecordEvents, ReportTextbooks, RunContests, SeeContests, SeeDuties,
            SeeEvents, SeeGroups, SeeIndicators, SeePassports, SeePlans, SeeProgrammes, SeeReference, SeeRegister,
            SeeTextbooks, SeeTrail, SetLimits,
        };
        match self {
            Self::Administrator => &[ManageAccounts, ManageOrganisations, SeeReference, SeeTrail],
            Self::Ministry => &[
                SeeProgrammes,
                SeeReference,
                SeeTrail,
                SeeRegister,
                SeeDuties,
                ManageDuties,
                OverseeDuties,
                SeeEvents,
                RecordEvents,
                SeeTextbooks,
                SeePassports,
                SeePlans,
                SeeContests,
                RunContests,
                SeeIndicators,
            ],
            Self::Operator => &[
                SeeProgrammes,
                SeeReference,
                EditReference,
                SeeRegister,
                SetLimits,
                EnterEntries,
                SeeDuties,
                ManageDuties,
                SeeIndicators,
            ],
            Self::Expert => &[SeeReference, SeeRegister],
            Self::Department => &[
                SeeProgrammes,
                SeeReference,
                ManageAccounts,
                SeeRegister,
                SeeDuties,
                ManageDuties,
                OverseeDuties,
                SeeEvents,
                RecordEvents,
                SeeTextbooks,
                ReportTextbooks,
                SeePassports,
                SeePlans,
                SeeContests,
                RunContests,
                SeeIndicators,
                EditPatrons,
            ],
            Self::Director => &[
                EditSurveys,
                EditProgrammes,
                ManageAccounts,
                SeeRegister,
                OpenApplication,
                ManageDuties,
                SeeGroups,
                SeePlans,
                EditGroups,
                EditPlans,
                ApprovePlans,
                SeeTextbooks,
                EditTextbooks,
                SeePassports,
                EditPassports,
                RunContests,
            ],
            Self::DeputyDirector => &[
                EditSurveys,
                EditProgrammes,
                ManageAccounts,
                SeeRegister,
                OpenApplication,
                ManageDuties,
                SeeGroups,
                SeePlans,
                EditGroups,
                EditPlans,
                SeeTextbooks,
                EditTextbooks,
                SeePassports,
                EditPassports,
                RunContests,
                ApplyToContests,
            ],
            Self::Methodist => &[
                EditSurveys,
                EditProgrammes,
                SeeRegister,
                OpenApplication,
                SeeGroups,
                SeePlans,
                EditGroups,
                SeeTextbooks,
                EditTextbooks,
                SeePassports,
                RunContests,
                ApplyToContests,
            ],
            Self::Teacher => &[SeeGroups, SeePlans, ApplyToContests],
            Self::Librarian => {
                &[EditSurveys, SeeGroups, SeePlans, SeeTextbooks, EditTextbooks, RunContests, ApplyToContests]
            }
            Self::YouthInspector => &[EditSurveys, SeeGroups, SeePlans, EditPlans, RunContests],
            Self::Psychologist => &[EditSurveys, SeeGroups, SeePlans],
            Self::Hr => &[],
        }
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

/// Which colleges somebody sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    All,
    Region(String),
    College(i64),
    Nothing,
}

/// Whoever is signed in.
#[derive(Clone, Debug)]
pub struct Actor {
    pub id: i64,
    pub role: Role,
    pub name: String,
    pub email: String,
    pub lang: Lang,
    pub must_change: bool,
    pub has_totp: bool,
    pub organisation_id: i64,
    pub organisation_kk: String,
    pub organisation_ru: String,
    pub region: Option<String>,
    /// Notices that were not read yet.
    pub unread: i64,
    /// Curates a group; where a college has named no curator yet, each of its teachers.
    pub curates: bool,
    /// The token of the program that acts in the name of the person.
    pub token: Option<i64>,
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    role: String,
    name: String,
    email: String,
    lang: String,
    must_change: bool,
    totp_secret: Option<String>,
    organisation_id: i64,
    name_kk: String,
    name_ru: String,
    region: Option<String>,
    unread: i64,
    curates: bool,
}

impl Actor {
    /// The actor of an account, if it is still active.
    pub async fn load(db: &sea_orm::DatabaseConnection, account: i64) -> Result<Option<Self>, sea_orm::DbErr> {
        let row: Option<Row> = database::one(
            db,
            "SELECT a.id, a.role, a.name, a.email, a.lang, a.must_change, a.totp_secret, a.organisation_id,
                    o.name_kk, o.name_ru, o.region,
                    (SELECT COUNT(*) FROM notice n WHERE n.account_id = a.id AND n.is_read = FALSE) AS unread,
                    CASE WHEN EXISTS (SELECT 1 FROM study_group g WHERE g.curator_id = a.id AND g.active)
                    OR (a.role = 'teacher' AND NOT EXISTS (SELECT 1 FROM study_group g
                        WHERE g.college_id = a.organisation_id AND g.active AND g.curator_id IS NOT NULL))
                    THEN TRUE ELSE FALSE END AS curates
             FROM account a JOIN organisation o ON o.id = a.organisation_id
             WHERE a.id = $1 AND a.active AND o.active",
            params![account],
        )
        .await?;
        Ok(row.and_then(|row| {
            Some(Self {
                id: row.id,
                role: row.role.parse().ok()?,
                name: row.name,
                email: row.email,
                lang: row.lang.parse().unwrap_or_default(),
                must_change: row.must_change,
                has_totp: row.totp_secret.is_some(),
                organisation_id: row.organisation_id,
                organisation_kk: row.name_kk,
                organisation_ru: row.name_ru,
                region: row.region,
                unread: row.unread,
                curates: row.curates,
                token: None,
            })
        }))
    }

    pub fn may(&self, ability: Ability) -> bool {
        self.role.may(ability)
    }

    pub fn organisation(&self, lang: Lang) -> &str {
        lang.pick(&self.organisation_kk, &self.organisation_ru)
    }

    pub fn scope(&self) -> Scope {
        match self.role {
            Role::Administrator | Role::Ministry | Role::Operator => Scope::All,
            Role::Expert => Scope::Nothing,
            Role::Department => self.region.clone().map_or(Scope::Nothing, Scope::Region),
            _ => Scope::College(self.organisation_id),
        }
    }
}

impl Actor {
    /// The beginning of every query over what organisations own, departments and the ministry among them: the own one, and the
    /// colleges in scope. `column` holds the organisation's key.
    pub fn organisations(&self, column: &str) -> Conditions {
        let mut conditions = Conditions::default();
        match self.scope() {
            Scope::All => {}
            Scope::Region(region) => {
                conditions.and(
                    &format!(
                        "({column} = ? OR {column} IN (SELECT id FROM organisation WHERE kind = 'college' AND region = ?))"
                    ),
                    params![self.organisation_id, region],
                );
            }
            Scope::College(_) | Scope::Nothing => {
                conditions.and(&format!("{column} = ?"), params![self.organisation_id]);
            }
        }
        conditions
    }
}

impl Scope {
    /// Whether a college, with the region it lies in, is in scope: the same rule as [`Self::colleges`], for what is in memory.
    pub fn holds(&self, college: i64, region: &str) -> bool {
        match self {
            Self::All => true,
            Self::Region(own) => own == region,
            Self::College(own) => *own == college,
            Self::Nothing => false,
        }
    }

    /// The beginning of every query over what colleges own: conditions that let through only what is in scope.
    /// `college` is the column with the college's key.
    pub fn colleges(&self, college: &str) -> Conditions {
        let mut conditions = Conditions::default();
        match self {
            Self::All => {}
            Self::Region(region) => {
                conditions.and(
                    &format!("{college} IN (SELECT id FROM organisation WHERE kind = 'college' AND region = ?)"),
                    params![region.clone()],
                );
            }
            Self::College(id) => {
                conditions.and(&format!("{college} = ?"), params![*id]);
            }
            Self::Nothing => {
                conditions.and("1 = 0", params![]);
            }
        }
        conditions
    }
}
