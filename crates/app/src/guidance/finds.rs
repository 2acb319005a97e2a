//! What the search of everything finds of the guidance.

use sea_orm::prelude::async_trait::async_trait;
use sheber_norms::Edition;
use sheber_platform::access::Access;
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::house::{Finds, Hit};
use sheber_platform::search;

pub struct Items;

#[async_trait]
impl Finds for Items {
    fn heading(&self) -> &'static str {
        "nav-guidance"
    }

    fn access(&self) -> Access {
        Access::Public
    }

    async fn find(&self, _: &App, context: &Context, query: &str, most: usize) -> Result<Vec<Hit>, AppError> {
        let words = search::Words::of(query);
        let items = Edition::of(context.year).items();
        let titled = items.map(|item| (item, format!("{} {}", item.id, item.title.get(context.lang))));
        let found = titled.filter(|(_, title)| words.stand_in_text(|| title.clone())).map(|(item, title)| Hit {
            link: format!("/guidance/{}", item.id),
            title,
            about: String::new(),
        });
        Ok(found.take(most).collect())
    }
}
