//! Names as programs read them.

use serde::Serialize;
use utoipa::ToSchema;

/// A name in both languages.
#[derive(Serialize, ToSchema)]
pub struct Names {
    pub kk: String,
    pub ru: String,
}

impl Names {
    pub fn new(kk: &str, ru: &str) -> Self {
        Self { kk: kk.to_owned(), ru: ru.to_owned() }
    }
}
