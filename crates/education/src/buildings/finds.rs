//! What the search of everything finds of buildings.

use sea_orm::prelude::async_trait::async_trait;
use sheber_platform::access::Access;
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::house::{Finds, Hit};

use super::rights;
use super::store::{self, Building, Filter};

pub struct Buildings;

#[async_trait]
impl Finds for Buildings {
    fn heading(&self) -> &'static str {
        "building-title"
    }

    fn access(&self) -> Access {
        Access::Can(rights::SEE)
    }

    async fn find(&self, app: &App, context: &Context, query: &str, most: usize) -> Result<Vec<Hit>, AppError> {
        let filter = Filter { q: query.to_owned(), ..Filter::default() };
        let list = store::list(context.actor()?, context.lang, &filter).page::<Building>(&app.db, "").await?;
        let found = list.rows.into_iter().take(most).map(|building| Hit {
            link: format!("/buildings/{}", building.id),
            about: building.college(context.lang).to_owned(),
            title: building.details.name,
        });
        Ok(found.collect())
    }
}
