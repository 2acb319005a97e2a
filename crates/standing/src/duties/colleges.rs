//! Organisations with the number of their late tasks, the worst first.

use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use sheber_kernel::{AcademicYear, Day, OrganisationKind};
use sheber_people::organisations::colleges::{COLLEGE, College};
use sheber_platform::database;
use sheber_platform::params;

/// An organisation with the number of its late tasks.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Late {
    #[sea_orm(nested)]
    pub college: College,
    pub late: i64,
}

/// Whose standing is looked at: a region's colleges, or the departments of the country.
#[derive(Clone, Copy, Debug)]
pub enum Whose<'a> {
    Colleges(&'a str),
    Departments,
}

impl Whose<'_> {
    pub const fn kind(self) -> OrganisationKind {
        match self {
            Self::Colleges(_) => OrganisationKind::College,
            Self::Departments => OrganisationKind::Department,
        }
    }
}

/// All of them with the number of their late tasks, the worst first.
pub async fn worst_first(
    db: &impl ConnectionTrait,
    whose: Whose<'_>,
    year: AcademicYear,
    today: Day,
) -> Result<Vec<Late>, DbErr> {
    let mut values = params![year, today, whose.kind()];
    let (organisations, tasks) = match whose {
        Whose::Colleges(region) => {
            values.push(region.into());
            (" AND o.region = $4", "region = $4")
        }
        Whose::Departments => ("", "holder = $3"),
    };
    let sql = format!(
        "SELECT {COLLEGE}, COALESCE(lates.n, 0) AS late
         FROM organisation o LEFT JOIN (SELECT organisation_id, COUNT(*) AS n FROM duty_task
         WHERE year = $1 AND due < $2 AND closed_on IS NULL AND excused IS NULL AND {tasks} GROUP BY organisation_id) lates
         ON lates.organisation_id = o.id WHERE o.active AND o.kind = $3{organisations}
         ORDER BY COALESCE(lates.n, 0) DESC, o.sort_kk, o.id"
    );
    database::all(db, &sql, values).await
}
