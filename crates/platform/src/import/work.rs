//! Work on files that goes on while nobody waits for it: reading, comparing, taking, taking back. A page that is asked meanwhile says how
//! far it is.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sheber_exchange::table::reading::NoTable;
use tokio::sync::watch;

use super::brought::previewed;
use super::preview::{Preview, Progress};
use super::store::{Import, State};
use super::take;
use crate::actor::Actor;
use crate::app::App;
use crate::door::Door;
use crate::error::AppError;

/// What came of reading a file.
pub type Outcome = Arc<Result<Preview, NoTable>>;

/// Somebody's preview, while it is made and a while after.
#[derive(Clone)]
struct StoredPreview {
    /// What it was made of: other words make another one.
    of: String,
    progress: Arc<Progress>,
    done: watch::Receiver<Option<Result<Outcome, String>>>,
}

/// The work of this process.
#[derive(Default)]
pub struct Works {
    previews: Mutex<HashMap<i64, StoredPreview>>,
    /// The imports whose rows are being taken, or taken back.
    moving: Mutex<HashMap<i64, Arc<Progress>>>,
}

/// So many previews stay in memory; each may hold fifty thousand rows.
const PREVIEWS: usize = 12;
/// A page waits so long before it says how far the work is.
const PATIENCE: Duration = Duration::from_millis(2500);

/// A preview that is there, or how far it is, in hundredths.
pub enum Look {
    There(Outcome),
    Working(usize),
}

/// The preview of an import, or how far it is.
///
/// # Errors
/// Where it cannot be made.
pub async fn preview(app: &App, actor: &Actor, door: &'static dyn Door, import: &Import) -> Result<Look, AppError> {
    let works: Arc<Works> = app.memory();
    let of = serde_json::to_string(&import.options.0).unwrap_or_default();
    let mut started = None;
    let mut known = {
        let mut previews = works.previews.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = previews.get(&import.id).filter(|known| known.of == of) {
            known.clone()
        } else {
            if previews.len() >= PREVIEWS {
                let oldest = previews.keys().min().copied();
                oldest.map(|oldest| previews.remove(&oldest));
            }
            let (sender, done) = watch::channel(None);
            let new = StoredPreview { of, progress: Arc::default(), done };
            previews.insert(import.id, new.clone());
            started = Some((sender, new.progress.clone()));
            new
        }
    };
    if let Some((sender, progress)) = started {
        let (app, actor, import) = (app.clone(), actor.clone(), import.clone());
        tokio::spawn(async move {
            let made = previewed(&app, &actor, door, &import, &progress).await;
            if let Err(error) = &made {
                tracing::warn!(import = import.id, %error, "a table could not be read");
            }
            let _ = sender.send(Some(made.map(Arc::new).map_err(|error| error.to_string())));
        });
    }
    let waited = tokio::time::timeout(PATIENCE, known.done.wait_for(Option::is_some)).await;
    match waited {
        Err(_) => Ok(Look::Working(known.progress.hundredths())),
        Ok(Ok(done)) => match done.as_ref() {
            Some(Ok(outcome)) => Ok(Look::There(outcome.clone())),
            other => {
                let said = other.and_then(|other| other.as_ref().err().cloned()).unwrap_or_default();
                forget(app, import.id);
                if said == AppError::NotFound.to_string() {
                    Err(AppError::NotFound)
                } else {
                    Err(AppError::Internal(said))
                }
            }
        },
        Ok(Err(_)) => {
            forget(app, import.id);
            Err(AppError::Busy)
        }
    }
}

/// What was made of a file holds no more: something was taken, or is asked for otherwise.
pub fn forget(app: &App, import: i64) {
    app.memory::<Works>().previews.lock().unwrap_or_else(PoisonError::into_inner).remove(&import);
}

/// Goes on with an import whose rows are being taken, or taken back, where nobody does; gives how far it is.
pub fn go_on(app: &App, actor: &Actor, door: &'static dyn Door, import: &Import) -> Arc<Progress> {
    let works: Arc<Works> = app.memory();
    let mut moving = works.moving.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(progress) = moving.get(&import.id) {
        return progress.clone();
    }
    let progress = Arc::new(Progress::default());
    moving.insert(import.id, progress.clone());
    drop(moving);
    let (app, actor, import, told) = (app.clone(), actor.clone(), import.clone(), progress.clone());
    tokio::spawn(async move {
        let done = match import.state {
            State::Undoing => take::take_back(&app, &actor, door, &import, &told).await,
            _ => take::take(&app, &actor, door, &import, &told).await,
        };
        if let Err(error) = done {
            tracing::warn!(import = import.id, %error, "rows of a table could not be taken");
            if let Err(error) = take::stop(&app, import.id).await {
                tracing::warn!(import = import.id, %error, "and its import could not be stopped");
            }
        }
        forget(&app, import.id);
        app.memory::<Works>().moving.lock().unwrap_or_else(PoisonError::into_inner).remove(&import.id);
    });
    progress
}

/// Waits a while for an import to end.
pub async fn wait(app: &App, import: i64) {
    let works: Arc<Works> = app.memory();
    for _ in 0..50 {
        let is_moving = works.moving.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&import);
        if !is_moving {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
