//! Groups from a sheet, and to one.

use std::borrow::Cow;

use axum::extract::State;
use axum::response::Response;
use sheber_platform::app::App;
use sheber_platform::context::Context;
use sheber_platform::error::AppError;
use sheber_platform::forms::{Address, Upload};
use sheber_platform::import;
use sheber_platform::record::Record;
use sheber_platform::sheet::workbook;

use super::columns::GROUPS;
use super::doors::Groups;
use super::store::{self, Filter, Group};

pub async fn export(
    State(app): State<App>,
    context: Context,
    Address(filter): Address<Filter>,
) -> Result<Response, AppError> {
    let groups: Vec<Group> = store::list(context.actor()?, context.year, &filter.q).all(&app.db).await?;
    let row = |group: Group| {
        let fields = group.details.filled();
        GROUPS.shown(context.lang, |field| match field {
            "curator" => Cow::Owned(group.curator.clone().unwrap_or_default()),
            field => Cow::Owned(fields.value(field).to_owned()),
        })
    };
    let rows = groups.into_iter().map(row).collect();
    let headings = GROUPS.headed(context.lang);
    workbook("groups.xlsx", context.t("nav-groups"), headings, GROUPS.numbers(), rows).await
}

pub async fn template(context: Context) -> Result<Response, AppError> {
    import::template(&Groups, &context).await
}

/// A sheet of groups comes: one with a known code is brought up to date.
pub async fn take(State(app): State<App>, context: Context, upload: Upload) -> Result<Response, AppError> {
    import::receive(&Groups, app, context, upload).await
}
