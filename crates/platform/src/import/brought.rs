//! What an import brings: its file, its preview, and in whose name.

use std::sync::Arc;

use bytes::Bytes;
use sheber_exchange::table::reading::NoTable;

use super::preview::{self, Preview, Progress};
use super::store::Import;
use crate::actor::Actor;
use crate::app::App;
use crate::clock;
use crate::door::{Bringer, Door};
use crate::error::AppError;
use crate::files;

/// The file of an import.
async fn bytes(app: &App, import: &Import) -> Result<Bytes, AppError> {
    let (folder, hash) = (app.config.files(), import.file_hash.clone());
    let read = tokio::task::spawn_blocking(move || files::content(&folder, &hash)).await;
    let read = read.map_err(|error| AppError::Internal(error.to_string()))?;
    read.map(Bytes::from).map_err(|_| AppError::NotFound)
}

/// What somebody brings for.
pub fn bringer<'a>(app: &'a App, actor: &'a Actor, import: &Import) -> Bringer<'a> {
    Bringer { app, actor, year: import.year, today: clock::day(app.clock.millis()) }
}

/// Makes the preview of an import and waits for it.
///
/// # Errors
/// Where the file is kept no longer, or the database cannot be read.
pub async fn previewed(
    app: &App,
    actor: &Actor,
    door: &'static dyn Door,
    import: &Import,
    progress: &Arc<Progress>,
) -> Result<Result<Preview, NoTable>, AppError> {
    let bytes = bytes(app, import).await?;
    preview::make(door, bringer(app, actor, import), import, &bytes, progress).await
}
