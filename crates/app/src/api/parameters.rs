//! What the address of a request asks for: every parameter is one that the description of the interface names, and reads; one that is
//! not is said by its name.

use std::collections::HashSet;

use axum::extract::{FromRequestParts, MatchedPath, Request};
use axum::http::Method;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde_json::Value;
use sheber_platform::error::AppError;

fn pairs(query: Option<&str>) -> Result<Vec<(String, String)>, AppError> {
    serde_urlencoded::from_str(query.unwrap_or_default()).map_err(|_| AppError::Bad("error-address"))
}

/// The parameters of an operation that stand in the address; `None` where there is no such operation.
fn known(document: &'static Value, method: &Method, path: &str) -> Option<HashSet<&'static str>> {
    let operation = document["paths"].get(path)?.get(method.as_str().to_lowercase())?;
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    Some(parameters.filter(|one| one["in"] == "query").filter_map(|one| one["name"].as_str()).collect())
}

/// Lets through what asks for nothing that nobody knows.
pub async fn looked_at(document: &'static Value, request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let Some(known) = known(document, request.method(), path) else { return next.run(request).await };
    let unknown = pairs(request.uri().query())
        .map(|pairs| pairs.into_iter().map(|(name, _)| name).find(|name| !known.contains(name.as_str())));
    match unknown {
        Ok(None) => next.run(request).await,
        Ok(Some(name)) => AppError::Parameter { key: "error-parameter-unknown", name }.into_response(),
        Err(error) => error.into_response(),
    }
}

/// Parameters as a type. Those of another type that the same operation takes are passed over.
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AppError> {
        let query = parts.uri.query().unwrap_or_default();
        let reader = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
        serde_path_to_error::deserialize(reader).map(Self).map_err(|error| {
            let name = match error.path().to_string().as_str() {
                // A field that is missing or stands twice is named by the words of the error alone.
                "." => error.inner().to_string().split('`').nth(1).unwrap_or_default().to_owned(),
                name => name.to_owned(),
            };
            AppError::Parameter { key: "error-parameter", name }
        })
    }
}
