//! Tables for programs: what every door makes of a file, without taking anything.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use sheber_exchange::table::reading::Options;
use sheber_kernel::Lang;
use sheber_platform::app::App;
use sheber_platform::clock;
use sheber_platform::context::Context;
use sheber_platform::door;
use sheber_platform::error::{AppError, Fault, Problem};
use sheber_platform::heavy::heavy;
use sheber_platform::house::House;
use utoipa::IntoParams;

use super::parameters::Query;
use super::reply::{Usual, problem};

#[derive(Deserialize, IntoParams, Default)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct ReadQuery {
    /// What the file is called; the answer names it so.
    file: String,
    /// The encoding of a text file, such as `windows-1251`, where the guess is wrong.
    encoding: Option<String>,
    /// The sheet that holds the table.
    sheet: Option<String>,
    /// What headings, or columns by their letters, hold: `heading=field`, one a line.
    map: String,
    /// The language of the messages; that of `Accept-Language` where nothing is said.
    #[param(value_type = Option<String>, pattern = "^(kk|ru|en)$")]
    lang: Option<Lang>,
}

impl ReadQuery {
    fn options(&self) -> Options {
        let pairs = self.map.lines().filter_map(|line| line.rsplit_once('='));
        Options {
            encoding: self.encoding.clone(),
            sheet: self.sheet.clone(),
            map: pairs.map(|(heading, field)| (heading.to_owned(), field.to_owned())).collect(),
            heading: None,
        }
    }
}

/// Reads a table (XLSX, XLS, ODS, CSV) as the doors of its kind do, and takes nothing: columns, rows, what is wrong and what was
/// settled by itself, as `sheber read` gives it. Kinds: `textbooks`, `needed`, `groups`, `register`.
#[utoipa::path(post, path = "/api/v1/read/{kind}", operation_id = "read", tag = "tables",
    params(("kind" = String, Path), ReadQuery), request_body(content = [u8], content_type = "application/octet-stream"),
    responses((status = 200, body = Object),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "The file is no table of that kind."), Usual))]
pub async fn read(
    State(app): State<App>,
    context: Context,
    Path(kind): Path<String>,
    Query(query): Query<ReadQuery>,
    bytes: Bytes,
) -> Result<Response, AppError> {
    answer(&app, &context, &kind, query, bytes).await
}

/// The same of a list of reference data.
#[utoipa::path(post, path = "/api/v1/read/reference/{kind}", operation_id = "read_reference", tag = "tables",
    params(("kind" = String, Path), ReadQuery), request_body(content = [u8], content_type = "application/octet-stream"),
    responses((status = 200, body = Object),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "The file is no table of that kind."), Usual))]
pub async fn read_reference(
    State(app): State<App>,
    context: Context,
    Path(kind): Path<String>,
    Query(query): Query<ReadQuery>,
    bytes: Bytes,
) -> Result<Response, AppError> {
    answer(&app, &context, &format!("reference/{kind}"), query, bytes).await
}

async fn answer(
    app: &App,
    context: &Context,
    kind: &str,
    query: ReadQuery,
    bytes: Bytes,
) -> Result<Response, AppError> {
    let door = House::of(app).door(kind).ok_or(AppError::NotFound)?;
    let options = query.options();
    if let Some((_, field)) = options.map.iter().find(|(_, field)| door.kind().place(field).is_none()) {
        return Err(AppError::Parameter { key: "error-parameter", name: format!("map={field}") });
    }
    let specialties = door::specialties(app).await?;
    let today = clock::day(app.clock.millis());
    let lang = query.lang.unwrap_or(context.lang);
    let read = heavy(move || {
        let is_specialty = |code: &str| specialties.contains(code);
        let reading = door::read(door, &bytes, &options, today, &is_specialty, &|_, _| {});
        let reading = reading.map_err(|refused| refused.describe(lang, door.kind()))?;
        let mut written = Vec::new();
        reading.write_json(&mut written, &query.file, lang).map_err(|error| error.to_string())?;
        Ok::<_, String>(written)
    });
    match read.await? {
        Ok(written) => Ok(([(header::CONTENT_TYPE, "application/json")], written).into_response()),
        Err(said) => {
            let fault = Fault { place: String::new(), message: said };
            Ok(problem(context, StatusCode::UNPROCESSABLE_ENTITY, "error-table").with(vec![fault]).into_response())
        }
    }
}
