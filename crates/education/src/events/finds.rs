//! What the search of everything finds of events.

use sea_orm::prelude::async_trait::async_trait;
use sheber_messages as messages;
use sheber_platform::access::Access;
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::house::{Finds, Hit};

use super::rights;
use super::store::{self, Filter, Line};

pub struct Events;

#[async_trait]
impl Finds for Events {
    fn heading(&self) -> &'static str {
        "nav-events"
    }

    fn access(&self) -> Access {
        Access::Can(rights::SEE)
    }

    async fn find(&self, app: &App, context: &Context, query: &str, most: usize) -> Result<Vec<Hit>, AppError> {
        let filter = Filter { q: query.to_owned(), ..Filter::default() };
        let list = store::list(context.actor()?, context.year, &filter);
        let lines = list.page::<Line>(&app.db, "").await?.rows.into_iter().take(most);
        let found = lines.map(|line| {
            let day = line.day().map(|day| messages::date(context.lang, day)).unwrap_or_default();
            Hit {
                link: format!("/events/{}", line.id),
                about: format!("{}, {day}", context.t(&format!("event-kind-{}", line.kind))),
                title: line.topic,
            }
        });
        Ok(found.collect())
    }
}
