//! Which templates were drawn in this process: each says its type when it is.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::{Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

static DRAWN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// The names of the templates' types, without their modules.
pub fn templates() -> BTreeSet<String> {
    DRAWN.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

pub struct Drawn;

struct Name(String);

impl Visit for Name {
    fn record_debug(&mut self, _: &Field, value: &dyn Debug) {
        let whole = format!("{value:?}");
        let name = whole.trim_matches('"').split('<').next().unwrap_or_default();
        name.rsplit("::").next().unwrap_or_default().clone_into(&mut self.0);
    }
}

impl<S: Subscriber> Layer<S> for Drawn {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "template" {
            let mut name = Name(String::new());
            event.record(&mut name);
            DRAWN.lock().unwrap_or_else(PoisonError::into_inner).insert(name.0);
        }
    }
}
