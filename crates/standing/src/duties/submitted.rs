//! The files that were handed in for tasks.

use sea_orm::DbErr;
use sea_orm::prelude::async_trait::async_trait;
use sheber_platform::columns::Json;
use sheber_platform::evidence::Db;
use sheber_platform::house::Files;
use sheber_platform::{database, params};

use super::task::Submission;

pub struct SubmittedFiles;

#[async_trait]
impl Files for SubmittedFiles {
    async fn hashes(&self, db: &Db<'_>) -> Result<Vec<String>, DbErr> {
        let sql = "SELECT evidence FROM duty_task WHERE evidence LIKE '%\"hash\"%'";
        let all = database::values::<Json<Submission>>(db, sql, params![]).await?;
        Ok(all.into_iter().flat_map(|submission| submission.0.files).map(|file| file.hash).collect())
    }
}
