//! What the norm asks of readiness.

use std::collections::HashMap;

use sea_orm::DbErr;
use sea_orm::prelude::async_trait::async_trait;
use sheber_norms::Finding;
use sheber_norms::distance::{self, READINESS};
use sheber_platform::evidence::Db;
use sheber_platform::house::{Basis, Check};

use super::store;

/// 6.6: each requirement of distance learning is met, and its evidence still counts.
pub struct Requirements;

#[async_trait]
impl Check for Requirements {
    fn item(&self) -> &'static str {
        READINESS.item
    }

    fn page(&self) -> &'static str {
        "/readiness"
    }

    async fn findings(&self, db: &Db<'_>, colleges: &[i64], basis: Basis) -> Result<HashMap<i64, Vec<Finding>>, DbErr> {
        let mut facts = store::facts(db, colleges).await?;
        let of = |college: &i64| {
            let facts = distance::Requirements { known: facts.remove(college).unwrap_or_default(), today: basis.today };
            (*college, READINESS.findings(&facts, basis.edition))
        };
        Ok(colleges.iter().map(of).collect())
    }
}
