//! What the search of everything finds of textbooks: the purchases of the year.

use sea_orm::prelude::async_trait::async_trait;
use sheber_messages as messages;
use sheber_platform::access::Access;
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::house::{Finds, Hit};
use sheber_platform::page::address;

use super::purchases::{self, Filter, Purchase};
use super::rights;

pub struct Textbooks;

#[async_trait]
impl Finds for Textbooks {
    fn heading(&self) -> &'static str {
        "nav-textbooks"
    }

    fn access(&self) -> Access {
        Access::Can(rights::SEE)
    }

    async fn find(&self, app: &App, context: &Context, query: &str, most: usize) -> Result<Vec<Hit>, AppError> {
        let filter = Filter { q: query.to_owned(), ..Filter::default() };
        let list = purchases::list(context.actor()?, context.year, &filter).page::<Purchase>(&app.db, "").await?;
        let found = list.rows.into_iter().take(most).map(|line| {
            let filter = Filter { q: line.details.title.clone(), college: Some(line.college_id), ..Filter::default() };
            let day = messages::date(context.lang, line.details.bought_on.0);
            Hit {
                link: format!("/textbooks?{}", address(&filter)),
                about: format!("{}, {day}", line.college(context.lang)),
                title: line.details.title,
            }
        });
        Ok(found.collect())
    }
}
