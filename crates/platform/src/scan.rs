//! Files are shown to a scanner of the own network before they are kept, where there is one: clamd, as its protocol INSTREAM says.

use std::time::Duration;

use axum::http::StatusCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::app::App;
use super::error::AppError;

/// The scanner has so long for a file.
const PATIENCE: Duration = Duration::from_secs(30);

async fn asked(scanner: &str, bytes: &[u8]) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(scanner).await?;
    stream.write_all(b"zINSTREAM\0").await?;
    for piece in bytes.chunks(64 * 1024) {
        let length = u32::try_from(piece.len()).unwrap_or_default();
        stream.write_all(&length.to_be_bytes()).await?;
        stream.write_all(piece).await?;
    }
    stream.write_all(&0_u32.to_be_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(4096).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// Lets a file through that the scanner finds nothing in.
///
/// # Errors
/// Where it finds something, and where it does not answer: what could not be looked at is not kept.
pub async fn look(app: &App, bytes: &[u8]) -> Result<(), AppError> {
    let Some(scanner) = app.config.scanner.as_deref() else { return Ok(()) };
    let answer = tokio::time::timeout(PATIENCE, asked(scanner, bytes)).await;
    let answer = answer.map_err(|_| AppError::Storage("the scanner of files does not answer".to_owned()))?;
    let answer = answer.map_err(|error| AppError::Storage(format!("the scanner of files: {error}")))?;
    if answer.trim_end_matches(['\0', '\n']).ends_with(" OK") {
        return Ok(());
    }
    if answer.contains("FOUND") {
        tracing::warn!("a file that was handed in was refused by the scanner");
        return Err(AppError::Refused {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            key: "error-file-infected".to_owned(),
        });
    }
    Err(AppError::Storage("the scanner of files gave no verdict".to_owned()))
}
