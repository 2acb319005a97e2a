//! Files to keep: workbooks and others, sent as attachments.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::error::AppError;
use super::heavy::heavy;

pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A file to keep. The name is ASCII: it is made here, not taken from people.
pub fn attachment(name: &str, kind: &'static str, bytes: Vec<u8>) -> Response {
    let mut response = ([(header::CONTENT_TYPE, kind)], bytes).into_response();
    if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}

/// A PDF to look at; the name, if it is saved, is made here.
pub fn inline_pdf(name: &str, bytes: Vec<u8>) -> Response {
    let mut response = ([(header::CONTENT_TYPE, "application/pdf")], bytes).into_response();
    if let Ok(disposition) = HeaderValue::from_str(&format!("inline; filename=\"{name}\"")) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}

/// A list as a workbook to keep. `numbers` are the columns that hold numbers.
pub async fn workbook(
    name: &str,
    title: String,
    headings: Vec<String>,
    numbers: &'static [usize],
    rows: Vec<Vec<String>>,
) -> Result<Response, AppError> {
    let made = heavy(move || sheber_exchange::xlsx::list(&title, &headings, numbers, rows.into_iter())).await?;
    let bytes = made.map_err(|error| AppError::Internal(error.to_string()))?;
    Ok(attachment(name, XLSX, bytes))
}
