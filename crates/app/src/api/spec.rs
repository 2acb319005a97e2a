//! The description of the interface (OpenAPI 3.1), made from the handlers, and the page that shows it.

use std::sync::LazyLock;

use askama::Template;
use axum::extract::State as Shared;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use utoipa::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};

use super::{applications, hooks, programmes, reference, register, tokens};
use crate::platform::app::App;
use crate::platform::context::Context;
use crate::platform::error::{AppError, Fault, Problem};
use crate::platform::page::{Page, html};
use crate::reference::store;
use crate::register::attachments::Kind;
use crate::register::expertise::{CRITERIA, GRADES};
use crate::register::remarks::Word;
use crate::register::workflow::{Action, State};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Sheber",
        description = "The register of educational programmes and what leads to it. Every answer that is not a success is a problem (RFC 9457) in the language of `Accept-Language` (kk, ru, en). Lists go on with `after` = `next` of the page before. Where an `Idempotency-Key` is given, a request that makes something is done once, however often it is sent within a week.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    paths(
        document, tokens::me, reference::norms, reference::list, reference::one, programmes::check, programmes::list,
        programmes::create, programmes::one, programmes::change, applications::list, applications::open,
        applications::one, applications::step, applications::remark, applications::settle, applications::attach,
        applications::attachment, register::search, register::one, hooks::list, hooks::create, hooks::remove
    ),
    components(schemas(Problem, Fault)),
    security(("token" = [])),
    tags(
        (name = "register", description = "The open register"),
        (name = "applications", description = "Applications and their steps"),
        (name = "programmes", description = "Programmes and the norms"),
        (name = "reference", description = "Reference data"),
        (name = "webhooks", description = "Addresses that hear of steps"),
        (name = "about", description = "About this interface")
    )
)]
struct Description;

/// Where a programme's file stands in a request or an answer.
const PROGRAMME: &str = "Programme";

/// The whole description. A programme is described by the schema of the exchange format itself.
pub static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let mut api = Description::openapi();
    if let Some(components) = api.components.as_mut() {
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        components.security_schemes.insert("token".to_owned(), SecurityScheme::Http(bearer).into());
    }
    let mut document = serde_json::to_value(&api).unwrap_or_default();
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
    let reference = json!({ "$ref": format!("#/components/schemas/{PROGRAMME}") });
    let paths = &mut document["paths"];
    for (path, method) in
        [("/api/v1/programmes", "post"), ("/api/v1/programmes/{id}", "put"), ("/api/v1/check", "post")]
    {
        paths[path][method]["requestBody"]["content"] = json!({ "application/json": { "schema": reference } });
        paths[path][method]["requestBody"]["required"] = Value::Bool(true);
    }
    for method in ["get", "put"] {
        paths["/api/v1/programmes/{id}"][method]["responses"]["200"]["content"] =
            json!({ "application/json": { "schema": reference } });
    }
    for (pointer, words) in words() {
        if let Some(place) = document.pointer_mut(pointer) {
            place["enum"] = json!(words);
        }
    }
    for methods in document["paths"].as_object_mut().into_iter().flat_map(|paths| paths.values_mut()) {
        for operation in methods.as_object_mut().into_iter().flat_map(|methods| methods.values_mut()) {
            for (status, response) in
                operation.get_mut("responses").and_then(Value::as_object_mut).into_iter().flatten()
            {
                let known = status.parse().ok().and_then(|status: u16| StatusCode::from_u16(status).ok());
                let reason = known.and_then(|status| status.canonical_reason()).unwrap_or_default();
                if response.get("description").and_then(Value::as_str).unwrap_or_default().is_empty() {
                    response["description"] = json!(reason);
                }
            }
            for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
                match parameter["name"].as_str() {
                    Some("kind") if parameter["in"] == "path" => {
                        parameter["schema"]["enum"] = store::KINDS.iter().map(|(kind, _)| json!(kind)).collect();
                    }
                    Some("kind") => parameter["schema"]["enum"] = json!(all(Kind::ALL, Kind::word)),
                    Some("Idempotency-Key") => {
                        parameter["schema"] = json!({ "type": "string", "pattern": "^[ -~]{1,200}$" });
                    }
                    _ => {}
                }
            }
        }
    }
    document
});

fn all<T: Copy>(words: &[T], word: fn(T) -> &'static str) -> Vec<&'static str> {
    words.iter().map(|one| word(*one)).collect()
}

/// The fields that hold a word out of a list: where they stand in the description, and the words.
fn words() -> Vec<(&'static str, Vec<&'static str>)> {
    let advice = vec!["", "include", "refuse"];
    vec![
        ("/components/schemas/NewStep/properties/action", all(Action::ALL, Action::word)),
        ("/components/schemas/NewStep/properties/recommendation", advice),
        ("/components/schemas/Judgement/properties/criterion", CRITERIA.to_vec()),
        ("/components/schemas/Judgement/properties/grade", GRADES.to_vec()),
        ("/components/schemas/RemarkWord/properties/what", all(Word::ALL, Word::word)),
        ("/components/schemas/Application/properties/state", all(State::ALL, State::word)),
        ("/paths/~1api~1v1~1applications/get/parameters/0/schema", all(State::ALL, State::word)),
    ]
}

/// This description (OpenAPI 3.1).
#[utoipa::path(get, path = "/api/v1/openapi.json", operation_id = "openapi", tag = "about", security(()),
    responses((status = 200, body = Object), super::Usual))]
pub async fn document(Shared(app): Shared<App>) -> Response {
    let mut document = DOCUMENT.clone();
    document["servers"] = json!([{ "url": app.config.base_url }]);
    ([(header::CONTENT_TYPE, "application/json")], document.to_string()).into_response()
}

/// An operation as the page shows it.
struct Operation {
    id: String,
    method: String,
    path: String,
    is_open: bool,
    parameters: Vec<Parameter>,
    answers: Vec<String>,
}

struct Parameter {
    name: String,
    place: String,
    about: String,
    required: bool,
}

struct Part {
    tag: String,
    operations: Vec<Operation>,
}

#[derive(Template)]
#[template(path = "api/developers.html")]
struct DevelopersPage {
    page: Page,
    parts: Vec<Part>,
    base: String,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn operation(path: &str, method: &str, value: &Value) -> Operation {
    let parameters = value["parameters"].as_array().into_iter().flatten();
    let answers = value["responses"].as_object().into_iter().flatten().map(|(status, _)| status.clone());
    Operation {
        id: text(&value["operationId"]),
        method: method.to_uppercase(),
        path: path.to_owned(),
        is_open: value["security"] == json!([{}]),
        parameters: parameters
            .map(|one| Parameter {
                name: text(&one["name"]),
                place: text(&one["in"]),
                about: text(&one["description"]),
                required: one["required"] == Value::Bool(true),
            })
            .collect(),
        answers: answers.collect(),
    }
}

fn parts() -> Vec<Part> {
    let paths = DOCUMENT["paths"].as_object().into_iter().flatten();
    let all: Vec<(String, Operation)> = paths
        .flat_map(|(path, methods)| {
            methods
                .as_object()
                .into_iter()
                .flatten()
                .map(move |(method, value)| (text(&value["tags"][0]), operation(path, method, value)))
        })
        .collect();
    let mut parts: Vec<Part> = DOCUMENT["tags"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|tag| Part { tag: text(&tag["name"]), operations: Vec::new() })
        .collect();
    for (tag, operation) in all {
        if let Some(part) = parts.iter_mut().find(|part| part.tag == tag) {
            part.operations.push(operation);
        }
    }
    parts
}

pub async fn page(Shared(app): Shared<App>, context: Context) -> Result<Response, AppError> {
    let page = Page::new(context.clone(), "developers", context.t("developers-title"));
    html(&DevelopersPage { page, parts: parts(), base: app.config.base_url.clone() })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_route_is_described_and_every_description_is_a_route() {
        let described: BTreeSet<String> = parts()
            .into_iter()
            .flat_map(|part| part.operations)
            .map(|operation| format!("{} {}", operation.method, operation.path))
            .collect();
        let routes: BTreeSet<String> = crate::routes()
            .into_iter()
            .filter(|route| route.path.starts_with("/api/"))
            .map(|route| format!("{} {}", route.method, route.path))
            .collect();
        assert_eq!(described, routes);
        assert_eq!(DOCUMENT["openapi"].as_str().map(|version| &version[..3]), Some("3.1"));
    }

    #[test]
    fn what_needs_no_token_is_what_anyone_may() {
        use crate::platform::route::Access;
        let open: BTreeSet<String> = parts()
            .into_iter()
            .flat_map(|part| part.operations)
            .filter(|operation| operation.is_open)
            .map(|operation| operation.path)
            .collect();
        let public: BTreeSet<String> = crate::routes()
            .into_iter()
            .filter(|route| route.path.starts_with("/api/") && route.access == Access::Public)
            .map(|route| route.path.to_owned())
            .collect();
        assert_eq!(open, public);
    }

    #[test]
    fn every_list_of_words_has_its_place() {
        for (pointer, words) in words() {
            assert_eq!(DOCUMENT.pointer(pointer).map(|place| place["enum"].clone()), Some(json!(words)), "{pointer}");
        }
    }

    #[test]
    fn every_operation_is_named_in_every_language() {
        for operation in parts().into_iter().flat_map(|part| part.operations) {
            for lang in sheber_kernel::Lang::ALL {
                let key = format!("api-{}", operation.id);
                assert!(sheber_messages::try_text(lang, &key).is_some(), "{key} in {lang:?}");
            }
        }
    }
}
