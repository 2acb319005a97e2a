//! Work that takes a processor for a while: typesetting, exports of the whole register, workbooks.

use std::time::Duration;

use tokio::sync::Semaphore;

use super::error::AppError;

/// So many at once: what else is asked of the server keeps being answered.
static AT_ONCE: Semaphore = Semaphore::const_new(4);

/// Longer than this nobody waits for a turn.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Does the work off the threads that serve everybody else, a few at a time.
pub async fn heavy<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, AppError> {
    let turn = tokio::time::timeout(PATIENCE, AT_ONCE.acquire()).await.map_err(|_| AppError::Busy)?;
    let turn = turn.map_err(|error| AppError::Internal(error.to_string()))?;
    let work = move || {
        // The turn ends with the work, whether or not somebody still waits for it.
        let _turn = turn;
        work()
    };
    tokio::task::spawn_blocking(work).await.map_err(|error| AppError::Internal(error.to_string()))
}
