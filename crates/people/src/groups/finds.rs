//! What the search of everything finds of groups.

use sea_orm::prelude::async_trait::async_trait;
use sheber_platform::access::Access;
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::house::{Finds, Hit};

use super::{rights, store};

pub struct Groups;

#[async_trait]
impl Finds for Groups {
    fn heading(&self) -> &'static str {
        "nav-groups"
    }

    fn access(&self) -> Access {
        Access::Can(rights::SEE)
    }

    async fn find(&self, app: &App, context: &Context, query: &str, most: usize) -> Result<Vec<Hit>, AppError> {
        let groups = store::list(context.actor()?, context.year, query).page::<store::Group>(&app.db, "").await?;
        let found = groups.rows.into_iter().take(most).map(|group| Hit {
            link: format!("/groups/{}", group.id),
            about: group.curator.unwrap_or_default(),
            title: group.details.code,
        });
        Ok(found.collect())
    }
}
