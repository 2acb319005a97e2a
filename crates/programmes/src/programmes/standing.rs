//! What the norms say of programmes: of one, kept with it when it is saved, and of all of a college together.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use sheber_kernel::AcademicYear;
use sheber_norms::{Edition, Programme, Severity};
use sheber_platform::columns::Json;
use sheber_platform::{database, params};

/// How often a norm found something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Findings {
    pub violations: usize,
    pub warnings: usize,
}

/// What the norms of its intake say of a programme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    pub violations: i64,
    pub warnings: i64,
    /// Of each item that found something.
    pub by_item: BTreeMap<String, Findings>,
}

impl Judgement {
    pub fn of(programme: &Programme) -> Self {
        let verdict = sheber_norms::check(programme, Edition::of(programme.intake));
        let count = |severity| i64::try_from(verdict.count(severity)).unwrap_or(i64::MAX);
        let mut by_item: BTreeMap<String, Findings> = BTreeMap::new();
        for finding in &verdict.findings {
            let of_item = by_item.entry(finding.item.to_owned()).or_default();
            match finding.severity {
                Severity::Violation => of_item.violations += 1,
                Severity::Warning => of_item.warnings += 1,
                Severity::Advice => {}
            }
        }
        Self { violations: count(Severity::Violation), warnings: count(Severity::Warning), by_item }
    }
}

/// Violations and warnings by item, over the programmes that take in by that year's norms or earlier ones; an item whose norm
/// holds everywhere stands with zeros. Nothing where there is no programme.
pub async fn of_college(
    db: &impl ConnectionTrait,
    college: i64,
    year: AcademicYear,
) -> Result<BTreeMap<String, Findings>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        intake: AcademicYear,
        findings: Json<BTreeMap<String, Findings>>,
    }
    let sql = "SELECT intake, findings FROM programme WHERE college_id = $1 AND archived = FALSE";
    let rows: Vec<Row> = database::all(db, sql, params![college]).await?;
    let mut counts: BTreeMap<String, Findings> = BTreeMap::new();
    if rows.is_empty() {
        return Ok(counts);
    }
    for norm in sheber_norms::all::in_force(Edition::of(year)) {
        counts.insert(norm.item.to_owned(), Findings::default());
    }
    for row in rows.into_iter().filter(|row| row.intake <= year) {
        for (item, found) in row.findings.0 {
            let count = counts.entry(item).or_default();
            count.violations += found.violations;
            count.warnings += found.warnings;
        }
    }
    Ok(counts)
}
