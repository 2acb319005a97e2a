//! All routes, and the layers around them.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::http::{HeaderName, HeaderValue, header};
use axum::{Router, middleware};
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_sessions::cookie::SameSite;
use tower_sessions::{Expiry, SessionManagerLayer};

use crate::platform::app::App;
use crate::platform::context;
use crate::platform::error::AppError;
use crate::platform::route::{Route, router as table};
use crate::platform::session::{self, Store};
use crate::platform::{measure, outbox};
use crate::{
    accessibility, accounts, api, bodies, college, contests, days, debates, distance, duties, events, groups, guidance,
    home, hooks, inbox, indicators, organisations, patrons, plans, programmes, reference, register, surveys, textbooks,
};

/// The table of contents.
pub fn routes() -> Vec<Route> {
    let mut routes = home::routes();
    routes.extend(accounts::routes());
    routes.extend(organisations::routes());
    routes.extend(programmes::routes());
    routes.extend(guidance::routes());
    routes.extend(reference::routes());
    routes.extend(register::routes());
    routes.extend(inbox::routes());
    routes.extend(duties::routes());
    routes.extend(groups::routes());
    routes.extend(events::routes());
    routes.extend(plans::routes());
    routes.extend(bodies::routes());
    routes.extend(college::routes());
    routes.extend(accessibility::routes());
    routes.extend(distance::routes());
    routes.extend(textbooks::routes());
    routes.extend(indicators::routes());
    routes.extend(contests::routes());
    routes.extend(surveys::routes());
    routes.extend(days::routes());
    routes.extend(debates::routes());
    routes.extend(patrons::routes());
    routes.extend(api::routes());
    routes
}

const HEADERS: [(HeaderName, &str); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; \
         frame-ancestors 'none'; base-uri 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()"),
];

async fn nowhere() -> AppError {
    AppError::NotFound
}

/// The server's router.
pub fn router(app: &App) -> Router {
    let sessions = SessionManagerLayer::new(Store { db: app.db.clone(), clock: Arc::clone(&app.clock) })
        .with_name("sheber")
        .with_secure(app.config.secure_cookies)
        .with_same_site(SameSite::Lax)
        .with_expiry(Expiry::OnInactivity(time::Duration::hours(12)));
    let mut router = table(routes())
        .fallback(nowhere)
        .layer(middleware::from_fn_with_state(app.clone(), context::layer))
        .layer(sessions)
        .layer(middleware::from_fn_with_state(app.clone(), context::last_resort))
        .layer(middleware::from_fn_with_state(app.clone(), measure::layer))
        .layer(
            CompressionLayer::new().compress_when(
                // Documents and workbooks are compressed inside.
                DefaultPredicate::new()
                    .and(NotForContentType::const_new("application/pdf"))
                    .and(NotForContentType::const_new("application/vnd.openxmlformats")),
            ),
        )
        .with_state(app.clone());
    for (name, value) in HEADERS {
        router = router.layer(SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value)));
    }
    if app.config.secure_cookies {
        let always = HeaderValue::from_static("max-age=31536000");
        router = router.layer(SetResponseHeaderLayer::if_not_present(header::STRICT_TRANSPORT_SECURITY, always));
    }
    router
}

/// Serves until told to stop; requests under way are finished.
pub async fn serve(app: App, stop: impl Future<Output = ()> + Send + 'static) -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind(app.config.listen).await?;
    serve_on(app, listener, stop).await
}

/// Serves on a listener that is already bound.
pub async fn serve_on(
    app: App,
    listener: tokio::net::TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let mail = tokio::spawn(outbox::run(app.clone()));
    let webhooks = tokio::spawn(hooks::run(app.clone()));
    let sweep = tokio::spawn(session::sweep(app.clone()));
    let time = tokio::spawn(crate::register::time::run(app.clone()));
    let duties = tokio::spawn(crate::duties::time::run(app.clone()));
    let warmed = app.clone();
    tokio::spawn(async move {
        if let Err(error) = crate::programmes::catalogue::warm(&warmed).await {
            tracing::warn!(%error, "the catalogue was not read");
        }
    });
    let router = router(&app).into_make_service_with_connect_info::<SocketAddr>();
    let served = axum::serve(listener, router).with_graceful_shutdown(stop).await;
    mail.abort();
    webhooks.abort();
    sweep.abort();
    time.abort();
    duties.abort();
    served
}
