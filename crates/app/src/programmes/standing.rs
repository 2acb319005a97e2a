//! What the norms say of all programmes of a college together: by item, how many violations and warnings.

use std::collections::BTreeMap;

use sea_orm::FromQueryResult;
use sheber_kernel::AcademicYear;
use sheber_norms::{Edition, Programme, Severity};

use crate::params;
use crate::platform::app::App;
use crate::platform::database;
use crate::platform::error::AppError;

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    content: String,
}

/// A college's programmes as they stand now, archived ones left out.
pub async fn programmes(app: &App, college: i64) -> Result<Vec<(i64, Programme)>, AppError> {
    let sql = "SELECT p.id, v.content FROM programme p
               JOIN programme_version v ON v.programme_id = p.id AND v.number = p.version
               WHERE p.college_id = $1 AND p.archived = FALSE ORDER BY p.id LIMIT 500";
    let rows: Vec<Row> = database::all(&app.db, sql, params![college]).await?;
    let read = |row: Row| {
        sheber_exchange::json::read(row.content.as_bytes())
            .map(|programme| (row.id, programme))
            .map_err(|error| AppError::Internal(format!("stored programme: {error}")))
    };
    rows.into_iter().map(read).collect()
}

/// Violations and warnings by item, over the programmes that take in by that year's norms or earlier ones; an item whose norm
/// holds everywhere stands with zeros. Nothing where there is no programme.
pub async fn of_college(
    app: &App,
    college: i64,
    year: AcademicYear,
) -> Result<BTreeMap<String, (usize, usize)>, AppError> {
    let programmes = programmes(app, college).await?;
    let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    if programmes.is_empty() {
        return Ok(counts);
    }
    for norm in Edition::of(year).norms() {
        counts.insert(norm.item.to_owned(), (0, 0));
    }
    for (_, programme) in programmes.iter().filter(|(_, programme)| programme.intake <= year) {
        for finding in sheber_norms::check(programme, Edition::of(programme.intake)).findings {
            let count = counts.entry(finding.item.to_owned()).or_default();
            match finding.severity {
                Severity::Violation => count.0 += 1,
                Severity::Warning => count.1 += 1,
                Severity::Advice => {}
            }
        }
    }
    Ok(counts)
}
