//! What the search of everything finds of bodies and clubs.

use sea_orm::prelude::async_trait::async_trait;
use sheber_platform::access::Access;
use sheber_platform::actor::Scope;
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::house::{Finds, Hit};

use super::{rights, store};

pub struct Bodies;

#[async_trait]
impl Finds for Bodies {
    fn heading(&self) -> &'static str {
        "body-title"
    }

    fn access(&self) -> Access {
        Access::Can(rights::OPEN)
    }

    async fn find(&self, app: &App, context: &Context, query: &str, most: usize) -> Result<Vec<Hit>, AppError> {
        let actor = context.actor()?;
        let Scope::College(college) = actor.scope() else { return Ok(Vec::new()) };
        let bodies = store::list(&app.db, actor, college, false, query).await?;
        let found = bodies.into_iter().take(most).map(|body| Hit {
            link: format!("/bodies/{}", body.id),
            about: format!("{}, {}", context.t(&format!("body-{}", body.details.kind)), body.details.leader),
            title: body.details.name,
        });
        Ok(found.collect())
    }
}
