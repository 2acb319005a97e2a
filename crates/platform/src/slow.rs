//! Bodies that come too slowly: who sends a byte now and then would hold a place for hours.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http_body::{Body as HttpBody, Frame, SizeHint};
use tokio::time::Sleep;

use super::app::App;

/// Each second has to bring so many bytes, as long as a body takes longer than the patience there is: less than the slowest line of a
/// village.
const A_SECOND: f64 = 2048.0;

/// Said where a body came too slowly.
#[derive(Debug, thiserror::Error)]
#[error("the body came too slowly")]
pub struct Slow;

/// A body that ends with an error where it comes too slowly: within each stretch as long as the patience, enough has to come.
struct PacedBody {
    body: Body,
    patience: Duration,
    /// Of the stretch that runs now.
    read: u64,
    /// Wakes when the stretch ends.
    end: Pin<Box<Sleep>>,
}

/// Whether so much within a stretch is enough to go on.
fn is_enough(read: u64, stretch: Duration) -> bool {
    read as f64 >= A_SECOND * stretch.as_secs_f64()
}

impl HttpBody for PacedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        while self.end.as_mut().poll(context).is_ready() {
            if !is_enough(self.read, self.patience) {
                return Poll::Ready(Some(Err(axum::Error::new(Slow))));
            }
            let next = Instant::now() + self.patience;
            self.read = 0;
            self.end.as_mut().reset(next.into());
        }
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &polled {
            self.read += frame.data_ref().map_or(0, |data| data.len() as u64);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Gives each body that is sent its time.
pub async fn layer(State(app): State<App>, request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let patience = app.config.patience;
    let request = request
        .map(|body| Body::new(PacedBody { body, patience, read: 0, end: Box::pin(tokio::time::sleep(patience)) }));
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_line_has_its_time_and_a_trickle_has_not() {
        let stretch = Duration::from_secs(20);
        for (read, is) in [(0, false), (20, false), (40_959, false), (40_960, true), (30 * 1024 * 1024, true)] {
            assert_eq!(is_enough(read, stretch), is, "{read}");
        }
    }
}
