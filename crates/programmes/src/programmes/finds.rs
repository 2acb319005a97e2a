//! What the search of everything finds of programmes.

use sea_orm::prelude::async_trait::async_trait;
use sheber_platform::access::Access;
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::house::{Finds, Hit};

use super::catalogue::{self, Filter};
use super::rights;

pub struct Programmes;

#[async_trait]
impl Finds for Programmes {
    fn heading(&self) -> &'static str {
        "nav-programmes"
    }

    fn access(&self) -> Access {
        Access::Can(rights::SEE)
    }

    async fn find(&self, app: &App, context: &Context, query: &str, most: usize) -> Result<Vec<Hit>, AppError> {
        let scope = context.actor()?.scope();
        let page = catalogue::find(app, &scope, &Filter::recent(query), context.lang, most).await?;
        let found = page.rows.iter().map(|entry| Hit {
            link: format!("/programmes/{}", entry.id),
            title: entry.name(context.lang).to_owned(),
            about: entry.intake.to_string(),
        });
        Ok(found.collect())
    }
}
