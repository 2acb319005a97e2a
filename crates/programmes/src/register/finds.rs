//! What the search of everything finds of the register's entries.

use sea_orm::prelude::async_trait::async_trait;
use sheber_platform::access::Access;
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::house::{Finds, Hit};

use super::catalogue::{self, Filter};

pub struct Entries;

#[async_trait]
impl Finds for Entries {
    fn heading(&self) -> &'static str {
        "public-title"
    }

    fn access(&self) -> Access {
        Access::Public
    }

    async fn find(&self, app: &App, context: &Context, query: &str, most: usize) -> Result<Vec<Hit>, AppError> {
        let filter = Filter { q: query.to_owned(), ..Filter::default() };
        let found = catalogue::find(app, filter, most).await?;
        let found = found.page.rows.iter().map(|entry| Hit {
            link: format!("/r/{}", entry.number),
            title: format!("{} {}", entry.specialty, entry.name(context.lang)),
            about: format!("{}, {}", entry.number, entry.college(context.lang)),
        });
        Ok(found.collect())
    }
}
