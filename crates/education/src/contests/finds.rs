//! What the search of everything finds of contests.

use sea_orm::prelude::async_trait::async_trait;
use sheber_platform::access::Access;
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::house::{Finds, Hit};

use super::rights;
use super::store::{self, Contest, Filter};

pub struct Contests;

#[async_trait]
impl Finds for Contests {
    fn heading(&self) -> &'static str {
        "nav-contests"
    }

    fn access(&self) -> Access {
        Access::Can(rights::SEE)
    }

    async fn find(&self, app: &App, context: &Context, query: &str, most: usize) -> Result<Vec<Hit>, AppError> {
        let filter = Filter { q: query.to_owned(), ..Filter::default() };
        let list = store::list(context.actor()?, context.year, &filter).page::<Contest>(&app.db, "").await?;
        let found = list.rows.into_iter().take(most).map(|contest| Hit {
            link: format!("/contests/{}", contest.id),
            about: format!(
                "{}, {}",
                context.t(&format!("contest-level-{}", contest.level)),
                contest.organiser(context.lang)
            ),
            title: contest.basics.title,
        });
        Ok(found.collect())
    }
}
