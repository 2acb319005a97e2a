//! What the search of everything finds of surveys and tests.

use sea_orm::prelude::async_trait::async_trait;
use sheber_platform::access::Access;
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::house::{Finds, Hit};

use super::rights;
use super::store::{self, Survey};

pub struct Surveys;

#[async_trait]
impl Finds for Surveys {
    fn heading(&self) -> &'static str {
        "survey-title"
    }

    fn access(&self) -> Access {
        Access::Can(rights::SEE)
    }

    async fn find(&self, app: &App, context: &Context, query: &str, most: usize) -> Result<Vec<Hit>, AppError> {
        let surveys = store::list(context.actor()?, context.year, query).page::<Survey>(&app.db, "").await?;
        let found = surveys.rows.into_iter().take(most).map(|survey| Hit {
            link: format!("/surveys/{}", survey.id),
            about: context.t(&format!("survey-kind-{}", survey.details.kind)),
            title: survey.details.title,
        });
        Ok(found.collect())
    }
}
