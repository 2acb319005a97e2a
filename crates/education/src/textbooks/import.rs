//! Purchases from a sheet.

use axum::extract::State;
use axum::response::Response;
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::forms::Upload;
use sheber_platform::import;

use super::doors::Purchases;

pub async fn template(context: Context) -> Result<Response, AppError> {
    import::template(&Purchases, &context).await
}

pub async fn take(State(app): State<App>, context: Context, upload: Upload) -> Result<Response, AppError> {
    import::receive(&Purchases, app, context, upload).await
}
