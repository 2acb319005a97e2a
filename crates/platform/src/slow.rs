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

/// Beyond the patience that every body has, each second has to bring so many bytes: less than the slowest line of a village.
const A_SECOND: u64 = 2 * 1024;
/// The longest that any body may take.
const LONGEST: Duration = Duration::from_mins(20);

/// Said where a body came too slowly.
#[derive(Debug, thiserror::Error)]
#[error("the body came too slowly")]
pub struct Slow;

/// A body that ends with an error where it comes too slowly.
struct PacedBody {
    body: Body,
    begun: Instant,
    patience: Duration,
    read: u64,
    /// Wakes when the body is late.
    late: Pin<Box<Sleep>>,
}

/// How long a body may take of which so much has come.
fn time_for(read: u64, patience: Duration) -> Duration {
    (patience + Duration::from_millis(read.saturating_mul(1000) / A_SECOND)).min(LONGEST)
}

impl HttpBody for PacedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        match Pin::new(&mut self.body).poll_frame(context) {
            Poll::Ready(Some(Ok(frame))) => {
                self.read += frame.data_ref().map_or(0, |data| data.len() as u64);
                // What came fast is no credit for a long silence.
                let until = (self.begun + time_for(self.read, self.patience)).min(Instant::now() + self.patience);
                self.late.as_mut().reset(until.into());
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Pending => self.late.as_mut().poll(context).map(|()| Some(Err(axum::Error::new(Slow)))),
            other @ Poll::Ready(_) => other,
        }
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
    let request = request.map(|body| {
        let late = Box::pin(tokio::time::sleep(patience));
        Body::new(PacedBody { body, begun: Instant::now(), patience, read: 0, late })
    });
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_line_has_its_time_and_a_trickle_has_not() {
        let of = |read| time_for(read, Duration::from_secs(20));
        assert_eq!(of(0), Duration::from_secs(20));
        assert_eq!(of(60), Duration::from_millis(20_029), "a byte a second buys nothing");
        assert_eq!(of(1024 * 1024), Duration::from_secs(20 + 512));
        assert_eq!(of(u64::MAX), LONGEST);
    }
}
