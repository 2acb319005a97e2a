//! In whose name a program speaks.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use super::reply::Usual;
use sheber_platform::ability::Role;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::grant::GrantScope;

/// In whose name a token speaks.
#[derive(Serialize, ToSchema)]
pub struct Me {
    id: i64,
    name: String,
    #[schema(inline)]
    role: Role,
    organisation_id: i64,
    /// What the token allows besides reading.
    #[schema(inline)]
    scopes: Vec<GrantScope>,
}

/// In whose name the token speaks, and what it allows.
#[utoipa::path(get, path = "/api/v1/me", operation_id = "me", tag = "about",
    responses((status = 200, body = Me), Usual))]
pub async fn me(context: Context) -> Result<Json<Me>, AppError> {
    let actor = context.actor()?;
    Ok(Json(Me {
        id: actor.id,
        name: actor.name.clone(),
        role: actor.role,
        organisation_id: actor.organisation_id,
        scopes: context.grant.iter().flat_map(|grant| grant.scopes.clone()).collect(),
    }))
}
