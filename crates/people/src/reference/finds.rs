//! What the search of everything finds of the reference data.

use sea_orm::prelude::async_trait::async_trait;
use sheber_platform::access::Access;
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::house::{Finds, Hit};

use super::entry::Kind;
use super::{rights, store};

pub struct Entries;

/// So many of each kind, that one does not crowd out the others.
const OF_A_KIND: usize = 5;

#[async_trait]
impl Finds for Entries {
    fn heading(&self) -> &'static str {
        "nav-reference"
    }

    fn access(&self) -> Access {
        Access::Can(rights::SEE)
    }

    async fn find(&self, app: &App, context: &Context, query: &str, most: usize) -> Result<Vec<Hit>, AppError> {
        let mut found = Vec::new();
        for kind in Kind::ALL {
            let about = context.t(&format!("reference-{kind}"));
            let entries = store::following(&app.db, *kind, (query, None), "", OF_A_KIND).await?;
            found.extend(entries.into_iter().map(|entry| {
                let query = serde_urlencoded::to_string([("code", &entry.code)]).unwrap_or_default();
                Hit {
                    link: format!("/reference/{kind}/entry?{query}"),
                    title: format!("{} {}", entry.code, entry.name(context.lang)),
                    about: about.clone(),
                }
            }));
        }
        found.truncate(most);
        Ok(found)
    }
}
