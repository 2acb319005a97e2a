//! What has to be there before the port opens: the keys that certificates are signed with, and the register in memory.

use sea_orm::prelude::async_trait::async_trait;
use sheber_people::accounts::second;
use sheber_people::hooks::store as hooks;
use sheber_platform::app::App;
use sheber_platform::error::AppError;
use sheber_platform::house::Warm;
use sheber_platform::keys;

use super::{catalogue, entries};

pub struct Register;

#[async_trait]
impl Warm for Register {
    async fn warm(&self, app: &App) -> Result<(), AppError> {
        // What was encrypted with the keys needs them, too.
        let issued = entries::are_issued(&app.db).await?
            || second::are_sealed(&app.db).await?
            || hooks::are_sealed(&app.db).await?;
        keys::prepare(app, issued).map_err(|error| AppError::Internal(error.to_string()))?;
        Ok(catalogue::warm(app).await?)
    }
}
