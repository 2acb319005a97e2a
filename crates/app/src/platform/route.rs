//! Routes as a table: path, method, who may, handler. The router is made from it and so is the test of every route and role.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::Method;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;

use super::actor::Ability;
use super::app::App;
use super::context::Context;
use super::error::AppError;

/// Who may use a route. What exactly they see is the scope's business, in the query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anyone, signed in or not.
    Public,
    /// Anyone who is signed in.
    SignedIn,
    /// Whose role has the ability.
    Can(Ability),
}

pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub access: Access,
    pub handler: MethodRouter<App>,
    /// The most that may be sent, in bytes.
    pub body: usize,
}

/// Forms; the editor of a long programme has some hundred KiB.
const FORM: usize = 4 * 1024 * 1024;
/// Files: several workbooks at once, each bounded by its format.
const FILES: usize = 32 * 1024 * 1024;

impl Route {
    /// A route that takes files.
    pub fn files(mut self) -> Self {
        self.body = FILES;
        self
    }
}

pub fn get<H, T>(path: &'static str, access: Access, handler: H) -> Route
where
    H: axum::handler::Handler<T, App>,
    T: 'static,
{
    Route { method: Method::GET, path, access, handler: axum::routing::get(handler), body: FORM }
}

pub fn post<H, T>(path: &'static str, access: Access, handler: H) -> Route
where
    H: axum::handler::Handler<T, App>,
    T: 'static,
{
    Route { method: Method::POST, path, access, handler: axum::routing::post(handler), body: FORM }
}

/// Lets through whom the route is for.
async fn guard(State(access): State<Access>, context: Context, request: Request, next: Next) -> Response {
    let refused = match (access, context.actor.as_ref()) {
        (Access::Public, _) => None,
        (_, None) => {
            let back = if request.method() == Method::GET { context.here.clone() } else { "/".to_owned() };
            Some(AppError::SignIn(back))
        }
        // A one-time password opens nothing but the page that changes it.
        (_, Some(actor)) if actor.must_change && !matches!(request.uri().path(), "/account/password" | "/logout") => {
            return axum::response::Redirect::to("/account/password").into_response();
        }
        (Access::SignedIn, Some(_)) => None,
        (Access::Can(ability), Some(actor)) => (!actor.may(ability)).then_some(AppError::Forbidden),
    };
    match refused {
        Some(error) => error.into_response(),
        None => next.run(request).await,
    }
}

/// The router of a table of routes.
pub fn router(routes: Vec<Route>) -> Router<App> {
    routes.into_iter().fold(Router::new(), |router, route| {
        let handler: MethodRouter<App> = route.handler.layer(middleware::from_fn_with_state(route.access, guard));
        router.route(route.path, handler.layer(DefaultBodyLimit::max(route.body)))
    })
}
