//! Secrets that an earlier version kept in the clear are encrypted before the port opens.

use sea_orm::prelude::async_trait::async_trait;
use sheber_platform::app::App;
use sheber_platform::error::AppError;
use sheber_platform::house::Warm;

use super::store;
use crate::accounts::second;

pub struct Sealing;

#[async_trait]
impl Warm for Sealing {
    async fn warm(&self, app: &App) -> Result<(), AppError> {
        second::seal_all(app).await?;
        store::seal_all(app).await
    }
}
