//! Files to keep or to look at: workbooks, documents, photos. Their names are made here, from any text.

use std::fmt::Write as _;
use std::io::{Seek, Write};

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures::{StreamExt, TryStreamExt, stream};
use tokio_util::io::ReaderStream;

use super::app::App;
use super::error::AppError;
use super::files;
use super::heavy::heavy;

pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
pub const PDF: &str = "application/pdf";
/// Of a kind that nothing opens by itself.
pub const ANY: &str = "application/octet-stream";

/// What is longer lies on the disk while it is sent: its reader may take long.
const LONG: usize = 128 * 1024;

/// How a file is handed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Handing {
    Attached,
    Shown,
}

/// A name that every header and file system takes, of any text, for programs that read no other: letters and digits of ASCII, dots, dashes; other letters as a line.
fn file_name(text: &str) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() || "-.".contains(letter) { letter } else { '_' };
    let name: String = text.chars().map(plain).collect();
    let name = name.trim_matches(['.', '_']);
    // The ending stays where the name is too long.
    let from = name.len().saturating_sub(100);
    if name.is_empty() { "sheber".to_owned() } else { name[from..].to_owned() }
}

/// The name as it is called, for headers (RFC 8187): no folder, no sign that no name has.
fn own_name(text: &str) -> String {
    let name: String = text.chars().filter(|letter| !letter.is_control() && !"/\\:*?\"<>|".contains(*letter)).collect();
    let name = name.trim_matches([' ', '.']);
    let from = name.char_indices().nth_back(149).map_or(0, |(at, _)| at);
    let mut coded = String::new();
    for byte in name[from..].bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            coded.push(char::from(byte));
        } else {
            // Writing into a text does not fail.
            let _ = write!(coded, "%{byte:02X}");
        }
    }
    coded
}

fn response(body: Body, length: u64, name: &str, kind: &'static str, handing: Handing) -> Response {
    let mut response = ([(header::CONTENT_TYPE, kind)], body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, length.into());
    let how = if handing == Handing::Attached { "attachment" } else { "inline" };
    let (plain, own) = (file_name(name), own_name(name));
    let own = if own == plain || own.is_empty() { String::new() } else { format!("; filename*=UTF-8''{own}") };
    if let Ok(disposition) = HeaderValue::from_str(&format!("{how}; filename=\"{plain}\"{own}")) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}

/// A body that does not lie in memory while its reader takes it.
fn on_disk(bytes: Vec<u8>) -> Body {
    if bytes.len() <= LONG {
        return Body::from(bytes);
    }
    let written = async move {
        let write = tokio::task::spawn_blocking(move || {
            let write = || {
                let mut file = tempfile::tempfile()?;
                file.write_all(&bytes)?;
                file.rewind()?;
                Ok::<_, std::io::Error>(file)
            };
            // Where there is no room it is sent from memory.
            write().map_err(|_| bytes)
        });
        let pieces = match write.await.map_err(std::io::Error::other)? {
            Ok(file) => ReaderStream::new(tokio::fs::File::from_std(file)).boxed(),
            Err(bytes) => stream::once(async { Ok(Bytes::from(bytes)) }).boxed(),
        };
        Ok::<_, std::io::Error>(pieces)
    };
    Body::from_stream(stream::once(written).try_flatten())
}

/// A file to keep.
pub fn attachment(name: &str, kind: &'static str, bytes: Vec<u8>) -> Response {
    let length = bytes.len() as u64;
    response(on_disk(bytes), length, name, kind, Handing::Attached)
}

/// A PDF to look at.
pub fn inline_pdf(name: &str, bytes: Vec<u8>) -> Response {
    let length = bytes.len() as u64;
    response(on_disk(bytes), length, name, PDF, Handing::Shown)
}

/// No page of this server, whatever stands in it.
fn sandboxed(mut response: Response) -> Response {
    let policy = HeaderValue::from_static("sandbox; default-src 'none'");
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

/// What people handed in, to be kept, under the name it had.
pub async fn handed_in(app: &App, hash: &str, name: &str, kind: &'static str) -> Result<Response, AppError> {
    let (body, length) = files::body(app, hash).await?;
    Ok(sandboxed(response(body, length, name, kind, Handing::Attached)))
}

/// A photo that was handed in, for its reader alone: kept by no cache on the way, nor by the browser.
pub async fn photo(app: &App, hash: &str) -> Result<Response, AppError> {
    let (body, length) = files::body(app, hash).await?;
    Ok(sandboxed(response(body, length, "photo.jpg", "image/jpeg", Handing::Shown)))
}

/// A list as a workbook to keep. `numbers` are the columns that hold numbers.
pub async fn workbook(
    name: &str,
    title: String,
    headings: Vec<String>,
    numbers: impl Into<Vec<usize>>,
    rows: Vec<Vec<String>>,
) -> Result<Response, AppError> {
    let numbers = numbers.into();
    let made = heavy(move || sheber_exchange::xlsx::list(&title, &headings, &numbers, rows.into_iter())).await?;
    let bytes = made.map_err(|error| AppError::Internal(error.to_string()))?;
    Ok(attachment(name, XLSX, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_a_name_whatever_it_is_called() {
        for (text, name) in [
            ("plan.pdf", "plan.pdf"),
            ("35-06130100-2024.pdf", "35-06130100-2024.pdf"),
            ("a\"; filename=\"evil.exe", "a___filename__evil.exe"),
            ("../../etc/passwd", "etc_passwd"),
            ("a\r\nSet-Cookie: x=1.pdf", "a__Set-Cookie__x_1.pdf"),
            ("Жоспар", "sheber"),
            ("", "sheber"),
        ] {
            assert_eq!(file_name(text), name, "{text}");
        }
        assert_eq!(file_name(&format!("{}.pdf", "a".repeat(300))).len(), 100);
        for (text, name) in [
            ("plan.pdf", "plan.pdf"),
            ("Жоспар 1.pdf", "%D0%96%D0%BE%D1%81%D0%BF%D0%B0%D1%80%201.pdf"),
            ("../../etc/passwd", "etcpasswd"),
            ("a\"; b\r\nSet-Cookie: x.pdf", "a%3B%20bSet-Cookie%20x.pdf"),
            ("…", "%E2%80%A6"),
            ("", ""),
        ] {
            assert_eq!(own_name(text), name, "{text}");
        }
        assert_eq!(own_name(&format!("{}.pdf", "a".repeat(300))).len(), 150);
    }
}
