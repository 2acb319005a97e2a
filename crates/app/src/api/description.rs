//! The description of the interface (OpenAPI 3.1), made from the handlers.

use std::sync::LazyLock;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use utoipa::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};

use super::{application, attachments, hooks, me, programmes, read, reference, register, remarks, reply, step};
use sheber_platform::app::App;
use sheber_platform::error::{Fault, Problem};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Sheber",
        description = "The register of educational programmes and what leads to it. Every answer that is not a success is a problem (RFC 9457) in the language of `Accept-Language` (kk, ru, en). Lists go on with `after` = `next` of the page before. Where an `Idempotency-Key` is given, a request that makes something is done once, however often it is sent within a week.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    paths(
        document, me::me, reference::norms, reference::list, reference::one, programmes::check, programmes::list,
        programmes::create, programmes::one, programmes::change, application::list, step::open, application::one,
        step::step, remarks::remark, remarks::settle, attachments::attach, attachments::attachment, register::search,
        register::one, hooks::list, hooks::create, hooks::remove, read::read, read::read_reference
    ),
    components(schemas(Problem, Fault)),
    security(("token" = [])),
    tags(
        (name = "register", description = "The open register"),
        (name = "applications", description = "Applications and their steps"),
        (name = "programmes", description = "Programmes and the norms"),
        (name = "reference", description = "Reference data"),
        (name = "tables", description = "Tables of people, as the doors read them"),
        (name = "webhooks", description = "Addresses that hear of steps"),
        (name = "about", description = "About this interface")
    )
)]
struct Description;

/// Where a programme's file stands in a request or an answer.
const PROGRAMME: &str = "Programme";

/// The whole description.
pub static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let mut api = Description::openapi();
    if let Some(components) = api.components.as_mut() {
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        components.security_schemes.insert("token".to_owned(), SecurityScheme::Http(bearer).into());
    }
    let mut document = serde_json::to_value(&api).unwrap_or_default();
    describe_programmes(&mut document);
    let paths = document["paths"].as_object_mut().into_iter().flat_map(|paths| paths.values_mut());
    for operation in
        paths.flat_map(|methods| methods.as_object_mut().into_iter().flat_map(|methods| methods.values_mut()))
    {
        complete(operation);
    }
    document
});

/// A programme is described by the schema of the exchange format itself.
fn describe_programmes(document: &mut Value) {
    let moved = |value: &Value| {
        let text = value.to_string().replace("#/$defs/", "#/components/schemas/");
        serde_json::from_str::<Value>(&text).unwrap_or_default()
    };
    let mut programme = sheber_exchange::json::schema();
    let parts = programme.as_object_mut().and_then(|schema| {
        schema.remove("$schema");
        schema.remove("$defs")
    });
    let schemas = &mut document["components"]["schemas"];
    for (name, part) in parts.as_ref().and_then(Value::as_object).into_iter().flatten() {
        schemas[name] = moved(part);
    }
    schemas[PROGRAMME] = moved(&programme);
    let content = json!({ "application/json": { "schema": { "$ref": format!("#/components/schemas/{PROGRAMME}") } } });
    let paths = &mut document["paths"];
    for (path, method) in
        [("/api/v1/programmes", "post"), ("/api/v1/programmes/{id}", "put"), ("/api/v1/check", "post")]
    {
        paths[path][method]["requestBody"] = json!({ "content": content, "required": true });
    }
    for method in ["get", "put"] {
        paths["/api/v1/programmes/{id}"][method]["responses"]["200"]["content"] = content.clone();
    }
}

/// Says of an operation what handlers do not: how its answers are called, which keys it takes.
fn complete(operation: &mut Value) {
    for (status, response) in operation.get_mut("responses").and_then(Value::as_object_mut).into_iter().flatten() {
        let known = status.parse().ok().and_then(|status: u16| StatusCode::from_u16(status).ok());
        let reason = known.and_then(|status| status.canonical_reason()).unwrap_or_default();
        if response.get("description").and_then(Value::as_str).unwrap_or_default().is_empty() {
            response["description"] = json!(reason);
        }
    }
    for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
        if parameter["name"] == "Idempotency-Key" {
            parameter["schema"] = json!({ "type": "string", "pattern": "^[ -~]{1,200}$" });
        }
    }
}

/// This description (OpenAPI 3.1).
#[utoipa::path(get, path = "/api/v1/openapi.json", operation_id = "openapi", tag = "about", security(()),
    responses((status = 200, body = Object), reply::Usual))]
pub async fn document(State(app): State<App>) -> Response {
    let mut document = DOCUMENT.clone();
    document["servers"] = json!([{ "url": app.config.base_url }]);
    ([(header::CONTENT_TYPE, "application/json")], document.to_string()).into_response()
}
