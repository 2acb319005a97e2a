//! Who acts and what they may see. Scope is applied here and nowhere else.

use sea_orm::{DbErr, FromQueryResult, QueryResult};
use sheber_kernel::Lang;

use super::ability::{Ability, Role};
use super::database::{self, Conditions};
use crate::params;

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
    /// Since when the account's sessions hold, as it was when the request began.
    pub since: i64,
    pub must_change: bool,
    pub has_totp: bool,
    /// The organisation demands a second factor of whoever administers or operates.
    pub demands_totp: bool,
    pub organisation_id: i64,
    pub organisation_kk: String,
    pub organisation_ru: String,
    pub region: Option<String>,
    /// Notices that were not read yet.
    pub unread: i64,
    /// The stored id of the session by which the person acts.
    pub session: Option<String>,
    /// The token of the program that acts in the name of the person.
    pub token: Option<i64>,
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    role: Role,
    name: String,
    email: String,
    lang: Lang,
    sessions_since: i64,
    must_change: bool,
    totp_secret: Option<String>,
    demands_totp: bool,
    organisation_id: i64,
    name_kk: String,
    name_ru: String,
    region: Option<String>,
    unread: i64,
}

/// What an actor is read from, of [`ACTIVE`].
pub(crate) const COLUMNS: &str =
    "a.id, a.role, a.name, a.email, a.lang, a.sessions_since, a.must_change, a.totp_secret, a.organisation_id,
    o.demands_totp, o.name_kk, o.name_ru, o.region, a.unread";

/// Accounts that may act.
const ACTIVE: &str = "account a JOIN organisation o ON o.id = a.organisation_id AND a.active AND o.active";

impl From<Row> for Actor {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            role: row.role,
            name: row.name,
            email: row.email,
            lang: row.lang,
            since: row.sessions_since,
            must_change: row.must_change,
            has_totp: row.totp_secret.is_some(),
            demands_totp: row.demands_totp,
            organisation_id: row.organisation_id,
            organisation_kk: row.name_kk,
            organisation_ru: row.name_ru,
            region: row.region,
            unread: row.unread,
            session: None,
            token: None,
        }
    }
}

impl Actor {
    /// The actor of an account, if it is still active.
    pub async fn load(db: &sea_orm::DatabaseConnection, account: i64) -> Result<Option<Self>, DbErr> {
        let sql = format!("SELECT {COLUMNS} FROM {ACTIVE} WHERE a.id = $1");
        let row: Option<Row> = database::one(db, &sql, params![account]).await?;
        Ok(row.map(Self::from))
    }

    /// The actor of a session that began when an account's sessions did, if it is still active and they still hold.
    pub(crate) async fn signed_in(
        db: &sea_orm::DatabaseConnection,
        account: i64,
        since: i64,
    ) -> Result<Option<Self>, DbErr> {
        let sql = format!("SELECT {COLUMNS} FROM {ACTIVE} WHERE a.id = $1 AND a.sessions_since = $2");
        let row: Option<Row> = database::one(db, &sql, params![account, since]).await?;
        Ok(row.map(Self::from))
    }

    /// The actor of a row with [`COLUMNS`].
    pub(crate) fn of_row(row: &QueryResult) -> Result<Self, DbErr> {
        Row::from_query_result(row, "").map(Self::from)
    }

    pub fn may(&self, ability: Ability) -> bool {
        self.role.may(ability)
    }

    /// Whether a second factor is demanded of somebody who has none.
    pub fn owes_factor(&self) -> bool {
        self.demands_totp && !self.has_totp && matches!(self.role, Role::Administrator | Role::Operator)
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
    /// colleges in scope. `column` holds the organisation's key. The operator judges programmes, the administrator looks after
    /// accounts: what the colleges do besides is neither's.
    pub fn organisations(&self, column: &str) -> Conditions {
        let mut conditions = Conditions::default();
        let scope = match self.role {
            Role::Operator | Role::Administrator => Scope::Nothing,
            _ => self.scope(),
        };
        match scope {
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
