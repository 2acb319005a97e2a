//! The server: the rooms' routes, the layers around them, what runs beside.

use std::sync::Arc;

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::{Router, middleware};
use sea_orm::DbErr;
use tokio::net::TcpListener;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_sessions::cookie::SameSite;
use tower_sessions::{Expiry, SessionManagerLayer};

use sheber_platform::app::{App, Config};
use sheber_platform::clock::Clock;
use sheber_platform::error::AppError;
use sheber_platform::house::House;
use sheber_platform::session::{REST_HOURS, Store};
use sheber_platform::{clock, cookie, database, jobs, layer, measure, route, schema, slow, sorting};

use crate::connections;
use crate::rooms::house;

/// What a server consists of, its database brought to the newest schema.
///
/// # Errors
/// Where the database cannot be opened or was made by something else.
pub async fn open(config: Config, clock: Clock) -> Result<App, DbErr> {
    open_house(house(), config, clock).await
}

/// What a server of these rooms consists of.
///
/// # Errors
/// Where the database cannot be opened or was made by something else.
pub async fn open_house(house: House, config: Config, clock: Clock) -> Result<App, DbErr> {
    let db = database::connect(&config.database).await?;
    schema::migrate(&db, house.schema()).await?;
    let app = house.given_to(App::new(db, config, Arc::new(clock)));
    sorting::renew(&app, House::of(&app).rooms().flat_map(|room| room.sorted)).await?;
    sorting::renew_searched(&app, House::of(&app).rooms().flat_map(|room| room.searched)).await?;
    Ok(app)
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

/// A handler that panics is an error like any other, and ends nobody's connection.
fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    AppError::Internal("a handler panicked".to_owned()).into_response()
}

/// The server's router.
pub fn router(app: &App) -> Router {
    let sessions = SessionManagerLayer::new(Store::of(app))
        .with_name(cookie::name("sheber", app.config.secure_cookies))
        .with_secure(app.config.secure_cookies)
        .with_same_site(SameSite::Lax)
        .with_expiry(Expiry::OnInactivity(time::Duration::hours(REST_HOURS)));
    let mut router = route::router(House::of(app).routes())
        .fallback(nowhere)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(app.clone(), layer::layer))
        .layer(sessions)
        .layer(middleware::from_fn_with_state(app.clone(), slow::layer))
        .layer(middleware::from_fn_with_state(app.clone(), layer::last_resort))
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
        let always = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        router = router.layer(SetResponseHeaderLayer::if_not_present(header::STRICT_TRANSPORT_SECURITY, always));
    }
    router
}

/// Serves until told to stop; requests under way have some seconds to end.
pub async fn serve(app: App, stop: impl Future<Output = ()> + Send + 'static) -> std::io::Result<()> {
    clock::choose(app.config.zone);
    House::warm(&app).await.map_err(std::io::Error::other)?;
    let listener = TcpListener::bind(app.config.listen).await?;
    serve_on(app, listener, stop).await
}

/// Serves on a listener that is already bound.
pub async fn serve_on(app: App, listener: TcpListener, stop: impl Future<Output = ()>) -> std::io::Result<()> {
    let _jobs = jobs::start(&app);
    connections::serve(listener, router(&app), app.config.patience, stop).await
}
