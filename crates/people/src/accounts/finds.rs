//! What the search of everything finds of people.

use sea_orm::prelude::async_trait::async_trait;
use sheber_platform::access::Access;
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::house::{Finds, Hit};

use super::rights;
use super::store::{self, AccountLine, Filter};

pub struct People;

#[async_trait]
impl Finds for People {
    fn heading(&self) -> &'static str {
        "nav-accounts"
    }

    fn access(&self) -> Access {
        Access::Can(rights::MANAGE)
    }

    async fn find(&self, app: &App, context: &Context, query: &str, most: usize) -> Result<Vec<Hit>, AppError> {
        let filter = Filter { q: query.to_owned(), at: String::new() };
        let people = store::list(context.actor()?, &filter).page::<AccountLine>(&app.db, "").await?;
        let found = people.rows.into_iter().take(most).map(|person| Hit {
            link: format!("/accounts/{}", person.id),
            about: format!("{}, {}", context.t(&format!("role-{}", person.role)), person.organisation(context.lang)),
            title: person.name,
        });
        Ok(found.collect())
    }
}
