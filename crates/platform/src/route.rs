//! Routes as a table: path, method, who may, handler. The router is made from it and so is the test of every route and role.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{MethodFilter, MethodRouter};

use super::access::Access;
use super::app::App;
use super::context::Context;
use super::error::AppError;
use super::grant::GrantScope;

pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub access: Access,
    pub handler: MethodRouter<App>,
    /// What a program's token has to allow besides.
    pub scope: Option<GrantScope>,
    /// The most that may be sent, in bytes.
    pub body: usize,
}

/// Forms; the editor of a long programme has some hundred KiB.
const FORM: usize = 4 * 1024 * 1024;
/// Forms that anybody may send.
const OPEN: usize = 128 * 1024;
/// Files: several workbooks at once, each bounded by its format.
const FILES: usize = 32 * 1024 * 1024;

impl Route {
    /// A route that programs use only with a token for it.
    pub fn scope(mut self, scope: GrantScope) -> Self {
        self.scope = Some(scope);
        self
    }

    /// A route that takes at most so many bytes.
    pub fn at_most(mut self, bytes: usize) -> Self {
        self.body = bytes;
        self
    }

    /// A route that takes files.
    pub fn files(mut self) -> Self {
        self.body = FILES;
        self
    }
}

fn route<H, T>(method: Method, path: &'static str, access: Access, handler: H) -> Route
where
    H: axum::handler::Handler<T, App>,
    T: 'static,
{
    let of = MethodFilter::try_from(method.clone()).unwrap_or(MethodFilter::GET);
    let body = if matches!(access, Access::Public) { OPEN } else { FORM };
    Route { method, path, access, handler: axum::routing::on(of, handler), scope: None, body }
}

macro_rules! methods {
    ($($name:ident $method:ident)+) => {
        $(pub fn $name<H, T>(path: &'static str, access: Access, handler: H) -> Route
        where
            H: axum::handler::Handler<T, App>,
            T: 'static,
        {
            route(Method::$method, path, access, handler)
        })+
    };
}

methods! { get GET post POST put PUT delete DELETE }

/// What opens to somebody of whom a second factor is demanded and who has none yet.
const SETTING_UP: [&str; 4] = ["/account/factor", "/account/password", "/logout", "/account"];

/// Sends what was typed on to the page where somebody signs in: the browser sends it there once more, and it comes back.
fn keep(context: &Context, path: &str, headers: &HeaderMap) -> Option<Response> {
    let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let is_form = kind.starts_with("application/x-www-form-urlencoded") || kind.starts_with("multipart/form-data");
    if !is_form || !context.is_from_here || path.starts_with("/api/") {
        return None;
    }
    let to = serde_urlencoded::to_string([("to", path)]).ok()?;
    Some(Redirect::temporary(&format!("/login/keep?{to}")).into_response())
}

/// Lets through whom the route is for.
async fn guard(
    State((access, scope)): State<(Access, Option<GrantScope>)>,
    context: Context,
    request: Request,
    next: Next,
) -> Response {
    let refused = match (access, context.actor.as_ref()) {
        (Access::Public, _) => None,
        (_, None) => {
            if request.method() == Method::POST
                && let Some(keep) = keep(&context, request.uri().path(), request.headers())
            {
                return keep;
            }
            let back = if request.method() == Method::GET { context.here.clone() } else { "/".to_owned() };
            Some(AppError::SignIn(back))
        }
        // A one-time password opens nothing but the page that changes it.
        (_, Some(actor)) if actor.must_change && !matches!(request.uri().path(), "/account/password" | "/logout") => {
            return Redirect::to("/account/password").into_response();
        }
        // Of some a second factor is demanded: until it is on, nothing opens but where it is switched on.
        (_, Some(actor)) if actor.owes_factor() && !SETTING_UP.contains(&request.uri().path()) => {
            return Redirect::to("/account/factor").into_response();
        }
        (access, actor) => (!access.lets(actor)).then_some(AppError::Forbidden),
    };
    let granted = |scope: GrantScope| context.grant.as_ref().is_none_or(|grant| grant.scopes.contains(&scope));
    let beyond = || AppError::Refused { status: StatusCode::FORBIDDEN, key: "error-scope".to_owned() };
    let refused = refused.or_else(|| scope.is_some_and(|scope| !granted(scope)).then(beyond));
    match refused {
        Some(error) => error.into_response(),
        None => next.run(request).await,
    }
}

/// The router of a table of routes.
pub fn router(routes: Vec<Route>) -> Router<App> {
    routes.into_iter().fold(Router::new(), |router, route| {
        let handler: MethodRouter<App> =
            route.handler.layer(middleware::from_fn_with_state((route.access, route.scope), guard));
        router.route(route.path, handler.layer(DefaultBodyLimit::max(route.body)))
    })
}
