//! The page that shows the interface to whoever writes programs, made from its description.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use super::description::DOCUMENT;
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::page::{Page, html};

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

pub async fn page(State(app): State<App>, context: Context) -> Result<Response, AppError> {
    let page = Page::new(context.clone(), "developers", context.t("developers-title"));
    html(&DevelopersPage { page, parts: parts(), base: app.config.base_url.clone() })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::rooms::house;

    #[test]
    fn every_route_is_described_and_every_description_is_a_route() {
        let described: BTreeSet<String> = parts()
            .into_iter()
            .flat_map(|part| part.operations)
            .map(|operation| format!("{} {}", operation.method, operation.path))
            .collect();
        let routes: BTreeSet<String> = house()
            .routes()
            .into_iter()
            .filter(|route| route.path.starts_with("/api/"))
            .map(|route| format!("{} {}", route.method, route.path))
            .collect();
        assert_eq!(described, routes);
        assert_eq!(DOCUMENT["openapi"].as_str().map(|version| &version[..3]), Some("3.1"));
    }

    #[test]
    fn what_needs_no_token_is_what_anyone_may() {
        use sheber_platform::access::Access;
        let open: BTreeSet<String> = parts()
            .into_iter()
            .flat_map(|part| part.operations)
            .filter(|operation| operation.is_open)
            .map(|operation| operation.path)
            .collect();
        let public: BTreeSet<String> = house()
            .routes()
            .into_iter()
            .filter(|route| route.path.starts_with("/api/") && route.access == Access::Public)
            .map(|route| route.path.to_owned())
            .collect();
        assert_eq!(open, public);
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
