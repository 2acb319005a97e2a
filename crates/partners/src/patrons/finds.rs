//! What the search of everything finds of patrons.

use sea_orm::prelude::async_trait::async_trait;
use sheber_platform::access::Access;
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::house::{Finds, Hit};
use sheber_platform::page::address;

use super::rights;
use super::store::{self, Filter, Patron};

pub struct Patrons;

#[async_trait]
impl Finds for Patrons {
    fn heading(&self) -> &'static str {
        "patron-title"
    }

    fn access(&self) -> Access {
        Access::Can(rights::SEE)
    }

    async fn find(&self, app: &App, context: &Context, query: &str, most: usize) -> Result<Vec<Hit>, AppError> {
        let filter = Filter { q: query.to_owned(), ..Filter::default() };
        let list = store::list(context.actor()?, &filter).page::<Patron>(&app.db, "").await?;
        let found = list.rows.into_iter().take(most).map(|patron| {
            let filter = Filter { q: patron.details.name.clone(), ..Filter::default() };
            Hit {
                link: format!("/patrons?{}", address(&filter)),
                about: patron.details.contact,
                title: patron.details.name,
            }
        });
        Ok(found.collect())
    }
}
