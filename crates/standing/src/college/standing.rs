//! How colleges stand by the norms: findings, and how many of them by item.

use std::collections::{BTreeMap, HashMap};

use sea_orm::DbErr;
use sheber_kernel::AcademicYear;
use sheber_norms::{Finding, Severity};
use sheber_platform::app::App;
use sheber_platform::clock;
use sheber_platform::evidence::Db;
use sheber_platform::house::{Basis, Check, House};

/// How much is found by an item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Counts {
    pub violations: usize,
    pub warnings: usize,
}

impl Counts {
    pub fn of(findings: &[Finding]) -> Self {
        let violations = findings.iter().filter(|finding| finding.severity == Severity::Violation).count();
        Self { violations, warnings: findings.len() - violations }
    }

    pub const fn is_sound(self) -> bool {
        self.violations + self.warnings == 0
    }
}

/// What a check finds of each of these colleges today.
pub async fn findings(
    app: &App,
    check: &dyn Check,
    colleges: &[i64],
    year: AcademicYear,
) -> Result<HashMap<i64, Vec<Finding>>, DbErr> {
    let basis = Basis::of(year, clock::day(app.clock.millis()));
    check.findings(&Db::from(&app.db), colleges, basis).await
}

/// Violations and warnings of a college by item; items whose norm holds stand with zeros.
pub async fn of_college(app: &App, college: i64, year: AcademicYear) -> Result<BTreeMap<&'static str, Counts>, DbErr> {
    let mut counts = BTreeMap::new();
    for check in House::of(app).checks() {
        let found = findings(app, check, &[college], year).await?.remove(&college).unwrap_or_default();
        counts.insert(check.item(), Counts::of(&found));
    }
    Ok(counts)
}
