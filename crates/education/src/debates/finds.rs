//! What the search of everything finds of debate tournaments.

use sea_orm::prelude::async_trait::async_trait;
use sheber_messages as messages;
use sheber_platform::access::Access;
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::house::{Finds, Hit};

use super::rights;
use super::store::{self, Debate};

pub struct Debates;

#[async_trait]
impl Finds for Debates {
    fn heading(&self) -> &'static str {
        "debate-title"
    }

    fn access(&self) -> Access {
        Access::Can(rights::SEE)
    }

    async fn find(&self, app: &App, context: &Context, query: &str, most: usize) -> Result<Vec<Hit>, AppError> {
        let debates = store::list(context.actor()?, context.year, query).page::<Debate>(&app.db, "").await?;
        let found = debates.rows.into_iter().take(most).map(|debate| Hit {
            link: format!("/debates/{}", debate.id),
            about: messages::date(context.lang, debate.held_on.0),
            title: debate.topic,
        });
        Ok(found.collect())
    }
}
