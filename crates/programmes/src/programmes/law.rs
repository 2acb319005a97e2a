//! When the law changes, what it says of every programme is asked anew: a server that starts with other norms than the last one
//! counts what is kept with the programmes again.

use std::time::Duration;

use sea_orm::FromQueryResult;
use sea_orm::prelude::async_trait::async_trait;
use sheber_kernel::AcademicYear;
use sheber_norms::edition::STATE;
use sheber_platform::app::App;
use sheber_platform::change::Change;
use sheber_platform::columns::Json;
use sheber_platform::entry::Entry;
use sheber_platform::error::AppError;
use sheber_platform::house::Job;
use sheber_platform::{database, params, setting};

use super::standing::Judgement;
use super::store::{PROGRAMME, parsed};

/// The setting that says by which norms the programmes were judged.
const SETTING: &str = "programmes_state";

/// So many programmes are judged in one change.
const AT_ONCE: usize = 200;

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    college_id: i64,
    intake: AcademicYear,
    content: String,
    violations: i64,
    warnings: i64,
    version: i64,
}

/// Judges every programme anew by these norms, where it was by others.
///
/// # Errors
/// Where a programme or the database cannot be read or written; what was judged stays, and the rest follows the next time.
pub async fn judge_all(app: &App, state: &str) -> Result<(), AppError> {
    if setting::value(&app.db, SETTING).await?.as_deref() == Some(state) {
        return Ok(());
    }
    let sql = format!(
        "SELECT p.id, p.college_id, p.intake, v.content, p.violations, p.warnings, p.version FROM programme p
         JOIN programme_version v ON v.programme_id = p.id AND v.number = p.version
         WHERE p.id > $1 ORDER BY p.id LIMIT {AT_ONCE}"
    );
    let mut last = 0;
    loop {
        let rows: Vec<Row> = database::all(&app.db, &sql, params![last]).await?;
        let Some(end) = rows.last().map(|row| row.id) else { break };
        judge(app, rows).await?;
        last = end;
    }
    Ok(setting::put(&app.db, SETTING, Some(state)).await?)
}

async fn judge(app: &App, rows: Vec<Row>) -> Result<(), AppError> {
    let change = Change::by(app, None).await?;
    let (mut judged, mut entry) = (0, Entry::new("trail-programmes-judged", PROGRAMME, 0));
    for row in rows {
        let Judgement { violations, warnings, by_item } = Judgement::of(&parsed(&row.content)?);
        // Whoever saved it meanwhile judged it by these norms.
        let sql = "UPDATE programme SET violations = $2, warnings = $3, findings = $4
                   WHERE id = $1 AND version = $5 AND findings <> $4";
        let values = params![row.id, violations, warnings, Json(by_item), row.version];
        if database::run(change.db(), sql, values).await? == 0 {
            continue;
        }
        judged += 1;
        if (row.violations, row.warnings) != (violations, warnings) {
            entry = entry.of(row.college_id, row.intake);
        }
    }
    if judged > 0 {
        change.record(entry.after(serde_json::json!({ "programmes": judged }))).await?;
    }
    change.commit().await?;
    Ok(())
}

pub struct Law;

#[async_trait]
impl Job for Law {
    fn name(&self) -> &'static str {
        "programmes-law"
    }

    fn every(&self) -> Duration {
        Duration::from_hours(24)
    }

    async fn run(&self, app: &App) -> Result<(), AppError> {
        judge_all(app, STATE).await
    }
}
